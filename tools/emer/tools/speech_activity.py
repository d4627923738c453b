"""Where somebody speaks: Silero voice activity detection, the copy that faster-whisper carries.

Reads    the 16 kHz mono soundtrack, one minute at a time
Returns  one ``SpeechReading`` per stretch of speech; a gap per long stretch without any
Cost     about 300x realtime on one core; no download, no GPU
Memory   flat: two numbers are kept per 32 ms (9 MB for ten hours)
Source   Silero VAD v6 (https://github.com/snakers4/silero-vad), ONNX

Silero scores windows of 32 ms. Its own thresholds miss much far or overlapped speech; ours are
lower, and what they let in is filtered by length.
"""

import importlib.util
import math
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from emer.tools import silero
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import (
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    Spanned,
    TimeSpan,
)
from emer.tools.readings import SpeechReading
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

THRESHOLD: Final = 0.35
RELEASE: Final = 0.21
"""Speech begins at the first and ends under the second score. Measured on the pyannote-audio sample
and its seven test recordings: the detector's own 0.5 and 0.35, unpadded, miss 26.4 % of the speech
time with no false alarm; these, bridged and padded as below, miss 13.8 % at 1.4 %."""
CLOSE_S: Final = 0.8
"""Shorter pauses belong to the speech around them."""
PAD_S: Final = 0.2
"""Added at both ends: the scores rise late on soft onsets and fall early on soft endings."""
MIN_SPEECH_S: Final = 0.25
MIN_MEAN_SCORE: Final = 0.55
LONG_S: Final = 0.6
MIN_MEAN_LONG: Final = 0.45
"""A stretch must fire for so long, with such a mean score, to be speech; one that fires longer than
``LONG_S`` needs only the lower mean. Measured: of 60 synthetic melodies of ten seconds 52 are free of speech
(7 without this filter); of 880 s in 270 spoken sentences 0.1 % is lost."""
MIN_GAP_S: Final = 3.0
"""Stretches without speech from this length on are reported as gaps; shorter ones are pauses."""
SILENT_DB: Final = -60.0
"""Below this level, relative to full scale, a stretch is called silent."""
FLOOR_DB: Final = -100.0
"""Levels are not told apart below the resolution of 16-bit sound."""


class SpeechActivity:
    """Finds the stretches of a clip in which somebody speaks, no matter who.

    Args:
        threshold: Score from which on a stretch begins, 0..1.
        release: Score under which it ends, 0..1, at most ``threshold``.
        close_s: Pauses shorter than this are bridged.
        pad_s: Added to each end, without running into a neighbour.
        min_speech_s: Stretches that fire for less than this, before padding, are no speech.
        min_mean_score: Short stretches whose mean score is lower are no speech, 0..1.
    """

    tool: ClassVar[str] = "speech_activity"
    engine: ClassVar[str] = "silero"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.005
    card: ClassVar[ModelCard] = ModelCard(
        name="silero-vad-v6",
        revision=silero.KNOWN_SHA256,
        purpose="Says where in a soundtrack somebody speaks.",
        inputs="16 kHz mono sound in windows of 512 samples with 64 samples of context, -1..1",
        outputs="a score per 32 ms window, 0..1, joined into stretches by two thresholds",
        licence="MIT",
        commercial_use=True,
        source="https://github.com/snakers4/silero-vad",
        trained_on="speech in many languages and noise, as its authors state; not published",
        metrics=(
            "pyannote-audio sample and test recordings trn01-07, inside the UEM, 130 s of speech:"
            " 13.8 % missed, 1.4 % false alarm; the thresholds were chosen on the same recordings"
        ),
        split="none: thresholds were chosen and measured on the same recordings",
        calibration="none: scores of its authors' network, joined by thresholds",
        training="by its authors; not repeated here",
        limits=(
            "singing and recorded voices count as speech",
            "far, whispered and overlapped speech is partly missed",
            "pauses under 0.8 s are bridged, and 0.2 s are added at each end",
        ),
    )

    def __init__(
        self,
        *,
        threshold: float = THRESHOLD,
        release: float = RELEASE,
        close_s: float = CLOSE_S,
        pad_s: float = PAD_S,
        min_speech_s: float = MIN_SPEECH_S,
        min_mean_score: float = MIN_MEAN_SCORE,
    ) -> None:
        if not 0.0 < release <= threshold < 1.0:
            raise ValueError(f"0 < release <= threshold < 1 does not hold: {release}, {threshold}")
        self._threshold, self._release = threshold, release
        self._close_s, self._pad_s = close_s, pad_s
        self._min_speech_s, self._min_mean_score = min_speech_s, min_mean_score
        self._loading = threading.Lock()

    def ready(self) -> None:
        """Check that the network's file is there.

        Raises:
            ToolUnavailable: faster-whisper or onnxruntime is missing or damaged.
        """
        silero.weights()
        if importlib.util.find_spec("onnxruntime") is None:
            raise ToolUnavailable(self.tool, "onnxruntime is not installed", remedy=silero.REMEDY)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Listen to ``spans``; see ``Specialist.observe``."""
        found: list[Finding] = []
        for span in _merged(spans):
            found.extend(self._listen(clip, span))
        return sorted(found, key=lambda f: (f.start_s, f.end_s))

    def _listen(self, clip: Clip, span: TimeSpan) -> Iterator[Finding]:
        track = clip.soundtrack
        if track is None:
            yield _gap(span, GapCode.NO_STREAM, "there is no sound")
            return
        start_s, end_s = max(span.start_s, track.start_s), min(span.end_s, track.end_s)
        if end_s - start_s < silero.STEP_S:
            yield _gap(span, GapCode.NO_STREAM, "the soundtrack does not reach here")
            return
        heard = TimeSpan(start_s=start_s, end_s=end_s)
        network, card = self._network
        scores, power = silero.scored(network, track, heard)
        stretches = self._stretches(scores, heard)
        for stretch, score in stretches:
            yield Evidence.of(
                tool=self.tool, engine=self.engine, modality=self.modality, card=card,
                span=stretch, score=score, reading=SpeechReading(speech_score=score),
            )  # fmt: skip
        for quiet in _between([s for s, _ in stretches], span, always=not stretches):
            first = max(0, math.floor((quiet.start_s - heard.start_s) / silero.STEP_S))
            last = max(first + 1, math.ceil((quiet.end_s - heard.start_s) / silero.STEP_S))
            yield _gap(quiet, GapCode.NOTHING_THERE, _what_was_heard(power[first:last]))

    @cached_property
    def _network(self) -> "tuple[Any, ModelCard]":
        with self._loading:
            if "_network" in self.__dict__:
                loaded: tuple[Any, ModelCard] = self.__dict__["_network"]
                return loaded
            network, digest = silero.load()
            return network, self.card.model_copy(update={"revision": digest})

    def _stretches(
        self, scores: "NDArray[np.float32]", heard: TimeSpan
    ) -> list[tuple[TimeSpan, float]]:
        """Join scores into padded stretches inside ``heard``, each with its mean score."""
        groups: list[list[tuple[int, int]]] = []
        for run in _runs(scores, self._threshold, self._release):
            if groups and (run[0] - groups[-1][-1][1]) * silero.STEP_S < self._close_s:
                groups[-1].append(run)
            else:
                groups.append([run])
        judged = [(g[0][0], g[-1][1], *_length_and_mean(scores, g)) for g in groups]
        joined = [
            (first, last, mean)
            for first, last, length_s, mean in judged
            # what the clip's border cuts may be the rest of a longer stretch
            if self._is_speech(length_s, mean, cut_off=first == 0 or last == len(scores))
        ]
        stretches = []
        for k, (first, last, mean) in enumerate(joined):
            before = (first - joined[k - 1][1]) * silero.STEP_S / 2 if k else math.inf
            after = (
                (joined[k + 1][0] - last) * silero.STEP_S / 2 if k + 1 < len(joined) else math.inf
            )
            start_s = heard.start_s + first * silero.STEP_S - min(self._pad_s, before)
            end_s = heard.start_s + last * silero.STEP_S + min(self._pad_s, after)
            stretch = TimeSpan(start_s=max(heard.start_s, start_s), end_s=min(heard.end_s, end_s))
            stretches.append((stretch, mean))
        return stretches

    def _is_speech(self, length_s: float, mean: float, *, cut_off: bool) -> bool:
        least = self._min_mean_score
        if length_s >= LONG_S:
            least = min(least, MIN_MEAN_LONG)
        return mean >= least and (cut_off or length_s >= self._min_speech_s)


def _runs(
    scores: "NDArray[np.float32]", threshold: float, release: float
) -> Iterator[tuple[int, int]]:
    """Yield half-open runs that hold a score >= ``threshold`` and no score < ``release``.

    A run begins at its first score >= ``threshold``.
    """
    open_ = np.concatenate([[False], scores >= release, [False]])
    edges = np.flatnonzero(open_[1:] != open_[:-1])
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        loud = np.flatnonzero(scores[first:last] >= threshold)
        if len(loud):
            yield int(first + loud[0]), int(last)


def _length_and_mean(
    scores: "NDArray[np.float32]", runs: Sequence[tuple[int, int]]
) -> tuple[float, float]:
    """Return the seconds in ``runs`` and their mean score, the pauses between them left out."""
    n = sum(last - first for first, last in runs)
    total = sum(float(scores[first:last].sum()) for first, last in runs)
    return n * silero.STEP_S, min(1.0, max(0.0, total / n))


def _merged(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Join spans that touch or overlap."""
    joined: list[TimeSpan] = []
    for span in sorted(spans, key=lambda s: (s.start_s, s.end_s)):
        if joined and span.start_s <= joined[-1].end_s:
            end_s = max(span.end_s, joined[-1].end_s)
            joined[-1] = TimeSpan(start_s=joined[-1].start_s, end_s=end_s)
        else:
            joined.append(span)
    return joined


def _between(stretches: Sequence[Spanned], span: TimeSpan, *, always: bool) -> Iterator[TimeSpan]:
    """Yield what ``stretches`` leave free of ``span`` and is long enough to report."""
    ends = [span.start_s, *(s.end_s for s in stretches)]
    starts = [*(s.start_s for s in stretches), span.end_s]
    for start_s, end_s in zip(ends, starts, strict=True):
        if end_s - start_s >= MIN_GAP_S or (always and end_s > start_s):
            yield TimeSpan(start_s=start_s, end_s=end_s)


def _what_was_heard(power: "NDArray[np.float32]") -> str:
    mean = float(power.mean()) if len(power) else 0.0
    level_db = max(FLOOR_DB, 10 * math.log10(mean)) if mean > 0 else FLOOR_DB
    if level_db <= FLOOR_DB:
        return "digital silence"
    if level_db < SILENT_DB:
        return f"silence ({level_db:.0f} dB of full scale)"
    return f"sound but no speech ({level_db:.0f} dB of full scale)"


def _gap(span: Spanned, code: GapCode, reason: str) -> Gap:
    return Gap(
        tool=SpeechActivity.tool, code=code, start_s=span.start_s, end_s=span.end_s, reason=reason
    )
