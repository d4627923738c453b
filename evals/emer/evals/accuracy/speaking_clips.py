"""Clips for measuring who speaks: what the product found in them, and what Light-ASD made of them.

Two clips side by side with the sound of one are made of their parts: the mouths' motion, as the
product measured it in each, and Light-ASD's embeddings. The shorter one is shown again and again.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.accuracy.light_asd import RATE_HZ, LightASD
from emer.evals.accuracy.light_asd_inputs import cepstra, faces_of
from emer.tools.active_speaker import ActiveSpeaker, Weights
from emer.tools.diarization import SpeakerDiarization
from emer.tools.face_tracks import FaceTracks
from emer.tools.findings import Evidence, Finding, Modality, TimeSpan, select
from emer.tools.media.decode import SAMPLE_RATE_HZ, SoundBlock
from emer.tools.media.faces import CROP_PX, Box, FaceWriter, MouthMotion
from emer.tools.media.info import MediaInfo
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.readings import FaceTrackReading, SpeakingFaceReading
from emer.tools.specialist import Clip
from emer.tools.speech_activity import SpeechActivity
from emer.tools.utterances import Utterances

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SPEAKS: Final = 0.5
"""From this score on the report shows a face as speaking."""
SHORTEST: Final = RATE_HZ
"""Steps; what is seen of a face for less is left out."""


@dataclass(frozen=True, slots=True)
class Face:
    """One track of one clip."""

    steps: "NDArray[np.int64]"
    """Steps of 1 / ``RATE_HZ`` s at which it is seen, ``(n,)``, without holes."""
    embeddings: "Mapping[str, Any]"
    """Light-ASD's, by the name of its weights, ``(n, 128)`` each."""
    motion: MouthMotion
    share: float
    """Of the picture that its box covers, median."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One clip."""

    name: str
    info: MediaInfo
    sound: "NDArray[np.int16] | None"
    """16 kHz; ``None`` where there is no sound."""
    faces: "Mapping[str, Face]"
    said: Sequence[Evidence] = ()
    """Utterances."""
    judged: Sequence[Evidence] = ()
    """The product's answers."""
    embeddings: "Mapping[str, Any]" = field(default_factory=dict)
    """Light-ASD's of the sound, by the name of its weights, ``(n, 128)`` each."""


def heard(path: Path, name: str, networks: Mapping[str, LightASD]) -> Heard:
    """Run the product and both encoders over one clip."""
    info = probe(path)
    with tempfile.TemporaryDirectory() as folder:
        clip, _, _ = take_in(path, info, Path(folder), watchers={"faces": FaceTracks()})
        sound = None
        said: list[Finding] = []
        judged: list[Finding] = []
        if clip.soundtrack is not None:
            sound = (clip.soundtrack.read(clip.span) * 32768.0).astype(np.int16)
            whole = [clip.span]
            known = FaceTracks().observe(clip, whole, [])
            known += SpeechActivity().observe(clip, whole, [])
            known += SpeakerDiarization().observe(clip, whole, known)
            said = Utterances().observe(clip, whole, known)
            spans = [u.span for u in select(said, kind="utterance")]
            judged = ActiveSpeaker().observe(clip, spans, [*known, *said])
        tracks = clip.faces.tracks if clip.faces else []
        samples = {t: clip.faces.samples(t) for t in tracks} if clip.faces else {}
        motions = {t: clip.faces.mouth_motion(t) for t in tracks} if clip.faces else {}
    area = info.video.width_px * info.video.height_px if info.video else 1
    faces = {}
    for track, (steps, crops) in faces_of(path, clip.media, samples).items():
        kept = _longest_run(steps)
        if len(steps[kept]) >= SHORTEST:
            share = float(np.median(samples[track].boxes_px[:, 2:].prod(axis=1))) / area
            seen = {n: network.faces(crops[kept]) for n, network in networks.items()}
            faces[track] = Face(steps[kept], seen, motions[track], share)
    mels = None if sound is None else cepstra(sound)
    return Heard(
        name, info, sound, faces, select(said, kind="utterance"),
        select(judged, kind="speaking_face"),
        {} if mels is None else {n: network.sound(mels) for n, network in networks.items()},
    )  # fmt: skip


def ours_beside(
    voice: Heard,
    faces: Sequence[Face],
    spans: Sequence[TimeSpan],
    *,
    late_s: float = 0.0,
    weights: Weights | None = None,
) -> "Floats":
    """Return the product's scores where ``faces`` are seen side by side with the sound of ``voice``.

    Args:
        voice: Whose sound and utterances.
        faces: Each is shown from its beginning, again and again.
        spans: Stretches of the sound to judge.
        late_s: Faces are shown from there on instead.
        weights: Of the product's formula; those that ship by default.

    Returns:
        Shape ``(spans, faces)``; 0 where the product says nothing about a face.
    """
    assert voice.sound is not None
    length_s = len(voice.sound) / SAMPLE_RATE_HZ
    whole = TimeSpan(start_s=0.0, end_s=length_s)
    names = [f"FACE_{i:02d}" for i in range(1, len(faces) + 1)]
    with tempfile.TemporaryDirectory() as folder:
        ears = SoundtrackWriter(Path(folder) / "sound.s16")
        ears.write(SoundBlock(0.0, voice.sound))
        eyes = FaceWriter(Path(folder) / "faces.jpegs")
        blank = np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
        for name, face in zip(names, faces, strict=True):
            eyes.add(name, 0.0, Box(0, 0, 50, 70), blank, aligned=True, score=1.0)
            for time_s, energy in zip(*_again(face, length_s, late_s), strict=True):
                eyes.add_motion(name, float(time_s), float(energy))
        clip = Clip(
            path=Path(folder) / "made.mp4", media=voice.info, span=whole, workspace=Path(folder),
            soundtrack=ears.close(), faces=eyes.close(),
        )  # fmt: skip
        known = [*voice.said, *(_seen(name, whole) for name in names)]
        found = ActiveSpeaker(weights=weights).observe(clip, spans, known)
    scores = np.zeros((len(spans), len(faces)))
    # ends may be cut to the sound's; beginnings are all different
    rows = {round(s.start_s, 3): i for i, s in enumerate(spans)}
    for one in found:
        if isinstance(one, Evidence) and isinstance(one.reading, SpeakingFaceReading):
            row = rows[round(one.start_s, 3)]
            scores[row, names.index(one.subject)] = one.reading.speaking_score
    return scores


def light_beside(
    network: LightASD, weights: str, voice: Heard, face: Face, *, late_s: float = 0.0
) -> "Floats":
    """Return Light-ASD's log-odds per step of the sound of ``voice``; as ``ours_beside``."""
    sound = voice.embeddings[weights]
    shown = (np.arange(len(sound)) + round(late_s * RATE_HZ)) % len(face.steps)
    return network.judge(face.embeddings[weights][shown], sound)


def windows(voice: Heard, length_s: float) -> list[TimeSpan]:
    """Cut the utterances into stretches of ``length_s``; what is left over is left out."""
    return [
        TimeSpan(start_s=u.start_s + i * length_s, end_s=u.start_s + (i + 1) * length_s)
        for u in voice.said
        for i in range(int(u.duration_s / length_s + 1e-6))
    ]


def steps_in(span: TimeSpan, n: int) -> slice:
    """Return the steps of ``span`` among ``n``; at least one."""
    first = min(round(span.start_s * RATE_HZ), n - 1)
    return slice(first, max(first + 1, min(round(span.end_s * RATE_HZ), n)))


def _again(face: Face, length_s: float, late_s: float) -> "tuple[Floats, Floats]":
    """Return times and mouth motion of a face that is shown again and again."""
    first_s = float(face.steps[0]) / RATE_HZ
    period_s = len(face.steps) / RATE_HZ
    inside = (face.motion.times_s >= first_s) & (face.motion.times_s < first_s + period_s)
    times_s, energy = face.motion.times_s[inside] - first_s, face.motion.energy[inside]
    rounds = range(int((length_s + late_s) / period_s) + 1)
    shown_s = np.concatenate([times_s + i * period_s for i in rounds]) - late_s
    kept = (shown_s >= 0.0) & (shown_s < length_s)
    return shown_s[kept], np.tile(energy, len(rounds))[kept].astype(np.float64)


def _seen(name: str, whole: TimeSpan) -> Evidence:
    reading = FaceTrackReading(
        track=name, n_frames=1, box_px=(0, 0, 50, 70), picture_share=0.1, aligned_share=1.0
    )
    return Evidence.of(
        tool="faces", engine="made", modality=Modality.FACE, card=FaceTracks.card, span=whole,
        subject=name, reading=reading,
    )  # fmt: skip


def _longest_run(steps: "NDArray[np.int64]") -> slice:
    breaks = np.flatnonzero(np.diff(steps) > 1) + 1
    edges = np.concatenate([[0], breaks, [len(steps)]])
    longest = int(np.argmax(np.diff(edges)))
    return slice(int(edges[longest]), int(edges[longest + 1]))
