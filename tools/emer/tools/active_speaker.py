"""Which visible face speaks: mouths that move with the sound of an utterance.

Reads    utterances (their spans), face tracks, mouth motion and the soundtrack
Returns  per utterance one ``SpeakingFaceReading`` for each face visible in it; a gap when there is
         none (a voice from off-screen) or nothing to compare
Cost     about 1 ms per utterance and face
Source   own work, after the idea of audio-visual synchrony (Hershey & Movellan 1999)

A mouth that never moves with the speech gets a low score: that is a finding.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from emer.tools.findings import (
    NOTHING_TRAINED,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    TimeSpan,
    covering,
    select,
)
from emer.tools.media.faces import FaceStore, MouthMotion
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.readings import SpeakingFaceReading
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Series = NDArray[np.float64]

GRID_HZ: Final = 25.0
"""Sound and mouth are compared at this rate."""
AROUND_S: Final = 0.3
"""Looked at before and after the utterance: beginning and ending together tells most."""
SHORTEST_S: Final = 0.6
"""Less is too short to tell moving together from chance."""
LEAST_SEEN: Final = 0.5
"""Share of the utterance in which a face must be visible to be judged."""
LAGS: Final = (0, 1, 2, 3)
"""The sound may follow the lips by up to 0.12 s; measured: the best lag is 0 to 0.08 s."""
SMOOTH_STEPS: Final = 3
LONGEST_COUNTED_S: Final = 6.0
"""Longer utterances are trusted no more than this long."""
LEAST_SILENCE_S: Final = 1.0
"""A face seen for less than this without speech has no measured rest."""
LEAST_ENERGY: Final = 0.02
"""Full luma per second; a mouth at rest lies below, measured."""
OFFSET: Final = -1.45
WEIGHT_TOGETHER: Final = 4.4
"""Logistic regression on five clips of speech, each against its own mouth and 17 foreign ones; of
the correlation's Fisher z times the root of the seconds it rests on."""
WEIGHT_LIVELIER: Final = 1.0
LIVELIER_LIMITS: Final = (-2.0, 1.0)
"""Of the logarithm of motion in speech over motion in silence; chosen by hand: a mouth that rests
in speech is hardly speaking, one that moves more may be eating or laughing."""
STILL_ENERGY: Final = 0.08
"""Mouth motion below this is that of a mouth at rest. Measured: 0.10 to 0.36 on average over
talking faces of eight clips, 0.02 to 0.05 over faces that rest."""
WEIGHT_RIVAL: Final = 0.5
"""Share of the best other face's evidence that counts against a face; chosen by hand."""

CARD: Final = ModelCard(
    name="mouth-voice-synchrony",
    revision="1",
    purpose="Says how well the mouth of each visible face moves with the sound of an utterance.",
    inputs="Mouth motion of each face at the video's rate; 16 kHz soundtrack; spans of utterances",
    outputs="speaking score 0..1, not calibrated; mouth motion as ratio to the face's own in silence",
    licence="Apache-2.0",
    commercial_use=True,
    source="own work, after Hershey & Movellan 1999, Audio-Vision: Using Audio-Visual Synchrony to "
    "Locate Sounds",
    trained_on="two weights: logistic regression on five clips of speech against 17 foreign "
    "mouths; the rest: nothing, a formula",
    metrics="Two clips side by side with the sound of one (5 talking clips, each beside 6 others, 5 to "
    "6 s): the right face scored higher in 28 of 30. Shorter, one face against another: about 93 % "
    "right in 4 s, 87 % in 2 s, 81 % in 1 s (5 clips of speech against 17 others, 224 to 1216 "
    "pairs); the same clips on which the weights were chosen",
    split="none: measured on the clips on which its two weights were chosen",
    calibration="none: scores order the faces of one utterance",
    training=f"{NOTHING_TRAINED} but two weights, by hand from a regression that is not kept",
    limits=(
        "A mouth that is hidden, turned away or small (face below about 60 px) tells little.",
        "In stretches under two seconds chance synchrony is common; at 1 s one choice in five fails.",
        "Dubbed speech, singing to playback and sound that is shifted against the picture mislead.",
        "Where a face is seen for less than a second without speech, its motion is given as ratio to "
        "all that was seen of it, and counts in the score only against a mouth that hardly moves.",
    ),
)


class _Rest(NamedTuple):
    energy: float
    """Mean mouth motion that a ratio refers to, in full luma per second."""
    in_silence: bool
    """Measured where nobody speaks; else over all that was seen of the face."""


class _Match(NamedTuple):
    track: str
    together: float
    """Correlation of mouth and sound, -1..1."""
    ratio: float
    """Motion during the utterance over motion in silence."""
    logit: float


class ActiveSpeaker:
    """Compares mouths with the sound."""

    tool: ClassVar[str] = "active_speaker"
    engine: ClassVar[str] = "synchrony"
    modality: ClassVar[Modality] = Modality.FACE
    card: ClassVar[ModelCard] = CARD
    needs: ClassVar[tuple[str, ...]] = ("faces", "utterances")
    scope: ClassVar[Scope] = "utterances"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.0005

    def __init__(self, *, shortest_s: float = SHORTEST_S) -> None:
        """Choose the shortest stretch, in seconds, that is judged."""
        self._shortest_s = shortest_s

    def ready(self) -> None:
        """Nothing is needed beyond the base installation."""

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Judge every visible face in every span; spans are those of utterances."""
        talks = select(known, kind="utterance")
        motions: dict[str, MouthMotion] = {}
        rests: dict[str, _Rest] = {}
        found: list[Finding] = []
        for span in dict.fromkeys(spans):
            place = _inside(span, clip.span)
            if place is None:
                continue
            if clip.soundtrack is None or clip.faces is None or not clip.faces.tracks:
                found.append(_nothing(clip, place))
                continue
            visible = _visible(clip.faces, place, known)
            for track in visible:
                if track not in motions:
                    motions[track] = clip.faces.mouth_motion(track)
                    rests[track] = _rest(motions[track], talks)
            found.extend(self._judge(clip.soundtrack, place, visible, motions, rests))
        return sorted(found, key=lambda f: (f.start_s, f.end_s, f.subject))

    def _judge(
        self,
        soundtrack: Soundtrack,
        span: TimeSpan,
        visible: Sequence[str],
        motions: dict[str, MouthMotion],
        rests: dict[str, _Rest],
    ) -> list[Finding]:
        if not visible:
            return [_gap(span, GapCode.NOTHING_THERE, "no face is visible while this is said")]
        if span.duration_s < self._shortest_s:
            reason = f"{span.duration_s:.1f} s are too short to compare mouth and sound"
            return [_gap(span, GapCode.TOO_SHORT, reason)]
        matches = [
            m
            for m in (_match(t, soundtrack, span, motions[t], rests[t]) for t in visible)
            if m is not None
        ]
        if not matches:
            reason = "the faces that are visible here were not seen long enough in motion"
            return [_gap(span, GapCode.NOT_CREDIBLE, reason)]
        return [
            Evidence.of(
                tool=self.tool, engine=self.engine, modality=self.modality, card=self.card,
                span=span, subject=match.track, score=score,
                reading=SpeakingFaceReading(
                    track=match.track, speaking_score=round(score, 4),
                    mouth_motion=round(match.ratio, 3), n_faces=len(visible),
                ),
            )
            for match, score in zip(matches, _scores(matches), strict=True)
        ]  # fmt: skip


def _scores(matches: Sequence[_Match]) -> list[float]:
    """Return 0..1 per face; a rival that fits well lowers the others."""
    scores = []
    for match in matches:
        rivals = [m.logit for m in matches if m is not match]
        logit = match.logit - WEIGHT_RIVAL * max(0.0, max(rivals) if rivals else 0.0)
        scores.append(float(1.0 / (1.0 + np.exp(-logit))))
    return scores


def _match(
    track: str, soundtrack: Soundtrack, span: TimeSpan, motion: MouthMotion, rest: _Rest
) -> _Match | None:
    inside = (motion.times_s >= span.start_s) & (motion.times_s < span.end_s)
    if inside.sum() < SHORTEST_S * GRID_HZ * LEAST_SEEN / 2:
        return None
    ratio = max(float(motion.energy[inside].mean()), 0.0) / rest.energy
    together, counted_s = _together(soundtrack, span, motion)
    trust = np.arctanh(np.clip(together, -0.95, 0.95)) * np.sqrt(min(counted_s, LONGEST_COUNTED_S))
    change = float(np.clip(np.log(max(ratio, 1e-3)), *LIVELIER_LIMITS))
    energy = max(float(motion.energy[inside].mean()), 1e-6)
    # without silence to compare with, a mouth that hardly moves at all still tells something
    still = float(np.clip(np.log(energy / STILL_ENERGY), LIVELIER_LIMITS[0], 0.0))
    livelier = change if rest.in_silence else still
    logit = OFFSET + WEIGHT_TOGETHER * float(trust) + WEIGHT_LIVELIER * livelier
    return _Match(track, together, ratio, logit)


def _together(soundtrack: Soundtrack, span: TimeSpan, motion: MouthMotion) -> tuple[float, float]:
    """Return the correlation of mouth and sound and the seconds that it rests on."""
    near = (motion.times_s >= span.start_s - AROUND_S) & (motion.times_s < span.end_s + AROUND_S)
    times_s, energy = motion.times_s[near], motion.energy[near].astype(np.float64)
    first_s = max(float(times_s[0]), soundtrack.start_s)
    last_s = min(float(times_s[-1]), soundtrack.end_s - (max(LAGS) + 1) / GRID_HZ)
    grid_s = np.arange(first_s, last_s, 1.0 / GRID_HZ)
    if len(grid_s) < SHORTEST_S * GRID_HZ * LEAST_SEEN:
        return 0.0, 0.0
    mouth = _smooth(np.interp(grid_s, times_s, energy))
    mouth = np.sqrt(np.maximum(mouth - mouth.min(), 0.0))
    loud = _loudness(soundtrack, first_s, len(grid_s) + max(LAGS))
    n = len(grid_s)
    best = max(_correlation(mouth, loud[lag : lag + n]) for lag in LAGS)
    return best, n / GRID_HZ


def _loudness(soundtrack: Soundtrack, start_s: float, n: int) -> "Series":
    """Return the square root of the sound's level from ``start_s`` on, shape ``(n,)``."""
    half_s = 1.0 / GRID_HZ
    end_s = start_s + n / GRID_HZ
    sound = soundtrack.read(TimeSpan(start_s=max(0.0, start_s - half_s), end_s=end_s + half_s))
    power = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    read_s = max(soundtrack.start_s, start_s - half_s)
    centres = (start_s + np.arange(n) / GRID_HZ - read_s) * soundtrack.rate_hz
    reach = half_s * soundtrack.rate_hz
    first = np.clip((centres - reach).astype(int), 0, len(sound))
    last = np.clip((centres + reach).astype(int), 0, len(sound))
    mean = (power[last] - power[first]) / np.maximum(last - first, 1)
    level: Series = np.maximum(mean, 0.0) ** 0.25
    return level


def _smooth(series: "Series") -> "Series":
    padded = np.pad(series, SMOOTH_STEPS // 2, mode="edge")
    return np.convolve(padded, np.ones(SMOOTH_STEPS) / SMOOTH_STEPS, "valid")


def _correlation(a: "Series", b: "Series") -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 1e-9 else 0.0


def _rest(motion: MouthMotion, talks: Sequence[Evidence]) -> _Rest:
    """Return how much the face's mouth moves where nobody speaks."""
    if not len(motion.energy):
        return _Rest(LEAST_ENERGY, in_silence=False)
    silent = np.ones(len(motion.energy), np.bool_)
    for talk in talks:
        silent &= (motion.times_s < talk.start_s) | (motion.times_s >= talk.end_s)
    step_s = float(np.median(np.diff(motion.times_s))) if len(motion.times_s) > 1 else 0.0
    in_silence = bool(talks) and float(silent.sum()) * step_s >= LEAST_SILENCE_S
    energy = motion.energy[silent] if in_silence else motion.energy
    return _Rest(max(float(energy.mean()), LEAST_ENERGY), in_silence)


def _visible(faces: FaceStore, span: TimeSpan, known: Sequence[Finding]) -> list[str]:
    """Return the tracks visible in at least ``LEAST_SEEN`` of ``span``."""
    seen_s: dict[str, float] = {}
    for sighting in covering(span, select(known, kind="face_track")):
        seen_s[sighting.subject] = seen_s.get(sighting.subject, 0.0) + sighting.overlap_s(span)
    known_tracks = set(faces.tracks)
    return sorted(
        t for t, s in seen_s.items() if s >= LEAST_SEEN * span.duration_s and t in known_tracks
    )


def _inside(span: TimeSpan, whole: TimeSpan) -> TimeSpan | None:
    if not span.overlaps(whole):
        return None
    return TimeSpan(start_s=max(span.start_s, whole.start_s), end_s=min(span.end_s, whole.end_s))


def _nothing(clip: Clip, span: TimeSpan) -> Gap:
    if clip.soundtrack is None:
        return _gap(span, GapCode.NO_STREAM, "there is no sound to compare mouths with")
    if clip.media.video is None:
        return _gap(span, GapCode.NO_STREAM, "there is no picture to look for mouths in")
    return _gap(span, GapCode.NOTHING_THERE, "no face is visible while this is said")


def _gap(span: TimeSpan, code: GapCode, reason: str) -> Gap:
    return Gap(
        tool=ActiveSpeaker.tool, code=code, reason=reason, start_s=span.start_s, end_s=span.end_s
    )
