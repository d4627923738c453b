"""Which visible face speaks: mouths that move with the sound of an utterance.

Reads    utterances (their spans), face tracks, mouth motion and the soundtrack
Returns  per utterance one ``SpeakingFaceReading`` for each face visible in it; a gap when there is
         none (a voice from off-screen) or nothing to compare
Cost     about 1 ms per utterance and face
Source   own work, after the idea of audio-visual synchrony (Hershey & Movellan 1999)

A mouth that never moves with the speech gets a low score: that is a finding.
"""

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

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
from emer.tools.mouth_synchrony import GRID_HZ, LEAST_SEEN, SHORTEST_S, together_in
from emer.tools.readings import SpeakingFaceReading
from emer.tools.specialist import Clip, Scope

LONGEST_COUNTED_S: Final = 6.0
"""Longer utterances are trusted no more than this long."""
LEAST_SILENCE_S: Final = 1.0
"""A face seen for less than this without speech has no measured rest."""
LEAST_ENERGY: Final = 0.02
"""Full luma per second; a mouth at rest lies below, measured."""
LIVELIER_LIMITS: Final = (-2.0, 1.0)
"""Of the logarithm of motion in speech over motion in silence; chosen by hand: a mouth that rests
in speech is hardly speaking, one that moves more may be eating or laughing."""
LIVELY_LIMITS: Final = (0.02, 0.16)
"""Mouth motion in full luma per second. Measured: 0.10 to 0.37 on average over talking faces, 0.02
to 0.05 over faces that rest, up to 0.25 over faces that laugh or turn."""
WEIGHT_RIVAL: Final = 0.5
"""Share of the best other face's evidence that counts against a face; chosen by hand."""

CARD: Final = ModelCard(
    name="mouth-voice-synchrony",
    revision="2",
    purpose="Says how well the mouth of each visible face moves with the sound of an utterance.",
    inputs="Mouth motion of each face at the video's rate; 16 kHz soundtrack; spans of utterances",
    outputs="speaking score 0..1, not calibrated; mouth motion as ratio to the face's own in silence",
    licence="Apache-2.0",
    commercial_use=True,
    source="own work, after Hershey & Movellan 1999, Audio-Vision: Using Audio-Visual Synchrony to "
    "Locate Sounds",
    trained_on="one weight: logistic regression on five clips of speech against 17 foreign mouths; "
    "another and the offset: halves of seven sounds and 19 faces; the rest: nothing, a formula",
    metrics="Two clips side by side with the sound of one (emer eval tools active_speaker, 7 sounds): its "
    "own face is preferred to another that talks in 95 % of utterances, 92 % of 4 s, 85 % of 2 s and "
    "80 % of 1 s (Light-ASD: 73, 74, 70 and 69 %), to one that laughs, grimaces or rests in 93 to 96 % "
    "(Light-ASD: 99 to 100 %); with the weight chosen on the other half of sounds and faces "
    "83 to 96 % of 2 s. One face with a sound that is not its own is said to speak in 18 % of the time "
    "if it talks (Light-ASD: 65 %), in 9 % if it does not (1 %)",
    split="halves of sounds and faces that share no person, for one weight; the rest was measured on the "
    "clips on which it was chosen",
    calibration="none: scores order the faces of one utterance",
    training=f"{NOTHING_TRAINED} but two weights: one by hand, from emer eval tools active_speaker, one "
    "from a regression that is not kept",
    limits=(
        "A mouth that is hidden, turned away or small (face below about 60 px) tells little.",
        "A face that laughs, turns away or is covered by a hand moves as much as one that talks.",
        "In stretches under two seconds chance synchrony is common; at 1 s one choice in five fails.",
        "Dubbed speech, singing to playback and sound that is shifted against the picture mislead.",
        "Where a face is seen for less than a second without speech, its motion is given as ratio to "
        "all that was seen of it, and does not count in the score.",
    ),
)


class Weights(NamedTuple):
    """How much each cue counts in the log-odds that a face speaks."""

    together: float = 4.4
    """Of the correlation's Fisher z times the root of the seconds that it rests on: logistic
    regression on five clips of speech, each against its own mouth and 17 foreign ones."""
    livelier: float = 1.0
    """Of the logarithm of motion in speech over motion in silence, where there is silence."""
    lively: float = 3.0
    """Of the logarithm of the motion itself. Each half of seven sounds and 19 faces asked for more;
    this leaves room for mouths that are small or blurred, and gains as much on the other half."""
    offset: float = -1.5
    """Between what the two halves asked for."""


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

    def __init__(self, *, shortest_s: float = SHORTEST_S, weights: Weights | None = None) -> None:
        """Choose the shortest stretch, in seconds, that is judged, and how cues are weighed."""
        self._shortest_s = shortest_s
        self._weights = weights or Weights()

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
            for m in (
                _match(t, soundtrack, span, motions[t], rests[t], self._weights) for t in visible
            )
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
    track: str,
    soundtrack: Soundtrack,
    span: TimeSpan,
    motion: MouthMotion,
    rest: _Rest,
    weights: Weights,
) -> _Match | None:
    inside = (motion.times_s >= span.start_s) & (motion.times_s < span.end_s)
    if inside.sum() < SHORTEST_S * GRID_HZ * LEAST_SEEN / 2:
        return None
    energy = max(float(motion.energy[inside].mean()), 0.0)
    ratio = energy / rest.energy
    together, counted_s = together_in(soundtrack, span, motion)
    trust = np.arctanh(np.clip(together, -0.95, 0.95)) * np.sqrt(min(counted_s, LONGEST_COUNTED_S))
    change = float(np.clip(np.log(max(ratio, 1e-3)), *LIVELIER_LIMITS))
    # without silence to compare with, there is no telling whether the mouth moves more than usual
    change = change if rest.in_silence else 0.0
    lively = float(np.log(np.clip(energy, *LIVELY_LIMITS) / LIVELY_LIMITS[1]))
    logit = weights.offset + weights.together * float(trust)
    logit += weights.livelier * change + weights.lively * lively
    return _Match(track, together, ratio, logit)


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
