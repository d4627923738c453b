"""What is said: from subtitles where there are any, else recognised from the sound.

Reads    embedded subtitles; subtitle files beside the media; else the soundtrack
Returns  one ``WordsReading`` per subtitle or recognised segment, from the first source that speaks
Cost     subtitles: milliseconds; recognition: see ``whisper_words``
Source   see the cards below

The words are untrusted: whoever made the media may have written them to mislead a reader.
Subtitles that only describe a sound or a song are left out and counted in one gap.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Final

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Finding, GapCode, Modality, ModelCard, TimeSpan, select
from emer.tools.media.subtitles import content_of, sidecars
from emer.tools.readings import WordsReading
from emer.tools.setup import Setup
from emer.tools.specialist import Clip, Scope
from emer.tools.subtitle_findings import TOOL, beside, clamped, embedded, gap
from emer.tools.subtitle_words import language_of
from emer.tools.whisper_weights import find_weights
from emer.tools.whisper_words import Heard, Missed, Whisper

_WHISPER: Final = ModelCard(
    name="faster-whisper",
    revision="of the weights found",
    purpose="Writes down what is said.",
    inputs="16 kHz mono sound of stretches of speech, -1..1",
    outputs="text in segments of at most 30 s, words with times in seconds and scores 0..1",
    licence="MIT",
    commercial_use=True,
    source="Radford et al. 2023, arXiv:2212.04356; https://github.com/SYSTRAN/faster-whisper",
    trained_on="680,000 hours of weakly labelled speech from the web, as its authors state",
    metrics="not measured here: no weights are shipped",
    calibration="none: the recogniser's own scores of words",
    training="by its authors; not repeated here",
    limits=(
        "invents text in noise and music; the most doubtful segments are withheld",
        "word times are loose by some tenths of a second",
        "one language per clip",
    ),
)


class SpeechRecognition:
    """Finds out what is said, from the first of three sources that has words.

    Args:
        model: Folder of faster-whisper weights, size or repository name in the local cache;
            default: the one that the setup names, else the best multilingual one on this disk.
        cache: Folder of the Hugging Face cache; default: the usual one.
    """

    tool: ClassVar[str] = TOOL
    engine: ClassVar[str] = "subtitles_or_whisper"
    modality: ClassVar[Modality] = Modality.WORDS
    needs: ClassVar[tuple[str, ...]] = ("speech_activity",)
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.001
    card: ClassVar[ModelCard] = _WHISPER.model_copy(
        update={
            "name": "subtitles-or-whisper",
            "revision": "1",
            "purpose": "Says what is said: subtitles if there are any, else recognised speech.",
            "inputs": "subtitles inside or beside the media, else 16 kHz mono sound",
            "calibration": "none: the recogniser's own scores of words; none for subtitles",
            "licence": "subtitles: that of the media; faster-whisper and its weights: MIT",
        }
    )

    def __init__(
        self,
        *,
        model: str | Path | None = None,
        cache: Path | None = None,
    ) -> None:
        self._model, self._cache = model, cache
        self._setup = Setup()
        self._whisper: Whisper | None = None
        self._loading = threading.Lock()

    @property
    def device(self) -> str:
        """Where speech is recognised, if it is; subtitles are read on the CPU."""
        return "cpu" if self._whisper is None else str(self._whisper.facts["device"])

    def set_up(self, setup: Setup) -> None:
        """Take in which weights recognise speech and where; see ``Settable``."""
        self._setup, self._whisper = setup, None

    def ready(self) -> None:
        """Always: whether a clip brings subtitles is only known once it is opened."""

    def depends_on(self, path: Path) -> str:
        """Return what beside the media its words depend on: subtitle files and weights."""
        digest = hashlib.sha256()
        for sidecar in sidecars(path):
            digest.update(sidecar.name.encode(errors="replace"))
            try:
                digest.update(content_of(sidecar))
            except OSError:
                digest.update(b"unreadable")
        try:
            weights = find_weights(self._model, self._cache, self._setup)
        except ToolUnavailable:
            return digest.hexdigest()
        return f"{digest.hexdigest()}|{weights.name}@{weights.revision}"

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Find the words in ``spans``; see ``Specialist.observe``."""
        if not spans:
            return []
        found: list[Finding] = list(embedded(clip))
        if not _evidence(found):
            found.extend(beside(clip))
        if not _evidence(found):
            found.extend(self._recognised(clip, known))
        asked = [f for f in found if any(f.overlaps(s) for s in spans)]
        asked.extend(
            gap(span, GapCode.NOTHING_THERE, "no words were found here")
            for span in spans
            if not any(f.overlaps(span) for f in asked)
        )
        return sorted(asked, key=lambda f: (f.start_s, f.end_s))

    def _recognised(self, clip: Clip, known: Sequence[Finding]) -> Iterator[Finding]:
        track = clip.soundtrack
        if track is None:
            yield gap(clip.span, GapCode.NO_STREAM, "there is neither sound nor a subtitle")
            return
        speech = _speech(clip, known)
        if not speech:
            yield gap(clip.span, GapCode.NOTHING_THERE, "nobody was heard speaking")
            return
        try:
            whisper = self._loaded()
        except ToolUnavailable as problem:
            yield gap(
                clip.span, GapCode.TOOL_UNAVAILABLE,
                f"there are no subtitles, and {problem.reason}", problem.remedy,
            )  # fmt: skip
            return
        card = _WHISPER.model_copy(
            update={"name": whisper.weights.name, "revision": whisper.weights.revision}
        )
        if whisper.note is not None:
            yield gap(clip.span, GapCode.UNSUPPORTED, *whisper.note)
        language = language_of(clip.language)
        for heard in whisper.listen(track, speech, language.split("-")[0] if language else None):
            if heard.start_s >= clip.span.end_s or heard.end_s <= clip.span.start_s:
                continue  # the margin of a chunk
            yield _of_sound(heard, card, clip.span)

    def _loaded(self) -> Whisper:
        with self._loading:
            if self._whisper is None:
                weights = find_weights(self._model, self._cache, self._setup)
                self._whisper = Whisper(weights, device=self._setup.device)
            return self._whisper


def _of_sound(heard: Heard | Missed, card: ModelCard, whole: TimeSpan) -> Finding:
    span = clamped(TimeSpan(start_s=heard.start_s, end_s=heard.end_s), whole)
    if isinstance(heard, Missed):
        return gap(span, GapCode.TOOL_FAILED, heard.lost.reason, heard.lost.remedy)
    if heard.doubt:
        return gap(span, GapCode.NOT_CREDIBLE, f"recognised text was withheld: {heard.doubt}")
    return Evidence.of(
        tool=SpeechRecognition.tool, engine="faster_whisper", modality=Modality.WORDS, card=card,
        span=span, score=heard.score,
        reading=WordsReading(
            text=heard.text, language=heard.language, origin="speech_recognition",
            words=heard.words,
        ),
    )  # fmt: skip


def _speech(clip: Clip, known: Sequence[Finding]) -> list[TimeSpan]:
    """Return where somebody speaks; everywhere if nobody has looked."""
    if not any(f.tool == "speech_activity" for f in known):
        return [clip.span]
    return [s.span for s in select(known, kind="speech")]


def _evidence(found: Sequence[Finding]) -> bool:
    return any(isinstance(f, Evidence) for f in found)
