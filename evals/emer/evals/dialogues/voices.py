"""The voices that are at hand, by corpus, cut to their speech.

Some speakers are kept apart, always the same ones: to measure on, and to choose thresholds on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.media.decode import SoundBlock, stream
from emer.tools.media.probe import probe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE: Final = 16_000
HELD_OUT: Final = frozenset(
    {"ravdess_03", "ravdess_08", "ravdess_13", "ravdess_16", "emodb_11", "emodb_14",
     "1688", "533"}  # two men and two women, one and one, one and one
)  # fmt: skip
CORPORA: Final = {
    "ravdess": "speech_emotion/ravdess",
    "emodb": "speech_emotion/emodb",
    "librispeech": "asr/librispeech_test_other",
}
STEP: Final = 160
QUIET_DB: Final = 32.0
"""Frames so far below the loud ones are pauses."""
LONGEST_PAUSE: Final = 80
"""In frames of 10 ms; longer pauses inside an utterance are cut down to this."""
WELL: Final = 15
"""Frames that are left out between an utterance and the silence around it."""
LONGEST_S: Final = 14.0


@dataclass(frozen=True, slots=True)
class Utterance:
    """One recording without the silence around it."""

    mood: str
    sound: "NDArray[np.int16]"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Everything one person says."""

    name: str
    corpus: str
    utterances: list[Utterance] = field(repr=False)
    silences: "NDArray[np.int16]" = field(repr=False)
    """What sounds before and after the utterances: the room, breath, clothes."""


def speakers(data: Path, *, held_out: bool) -> list[Speaker]:
    """Return the speakers for training, or those who are held out, in fixed order."""
    return [s for s in _everybody(data) if (s.name in HELD_OUT) == held_out]


@cache
def _everybody(data: Path) -> list[Speaker]:
    found = []
    for corpus, folder in CORPORA.items():
        for place in sorted(p for p in (data / folder).iterdir() if p.is_dir()):
            paths = sorted(place.glob("*.flac"))
            sounds = [sound_of(path)[: round(LONGEST_S * RATE)] for path in paths]
            utterances = list(_utterances(corpus, paths, sounds))
            quiet = np.concatenate([silence(sound) for sound in sounds])
            found.append(Speaker(place.name, corpus, utterances, _scaled(quiet)))
    return found


def _utterances(corpus: str, paths: list[Path], sounds: "list[Floats]") -> Iterator[Utterance]:
    for path, whole in zip(paths, sounds, strict=True):
        sound = without_pauses(whole)
        if len(sound) < RATE // 2:
            continue
        # RAVDESS and EmoDB tell the mood in the name
        mood = {"ravdess": path.stem[6:8], "emodb": path.stem[5:6]}.get(corpus, "")
        yield Utterance(mood, _scaled(sound))


def _scaled(sound: "Floats") -> "NDArray[np.int16]":
    level = float(np.sqrt(np.square(sound).mean())) if len(sound) else 0.0
    scaled = np.clip(sound * (0.08 / (level or 1.0)), -1, 1)
    made: NDArray[np.int16] = (scaled * 32767).astype(np.int16)
    return made


def sound_of(path: Path) -> "Floats":
    """Return the soundtrack of ``path``: 16 kHz mono, -1..1."""
    blocks = stream(path, probe(path), rate_hz=1.0, pictures=False)
    parts = [b.samples for b in blocks if isinstance(b, SoundBlock)]
    return np.concatenate(parts).astype(np.float32) / np.float32(32768)


def _loud(sound: "Floats") -> "NDArray[np.intp]":
    """Return which frames of 10 ms are not pauses."""
    n = len(sound) // STEP
    frames = sound[: n * STEP].reshape(n, STEP)
    level_db = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-10)
    level_db = np.convolve(level_db, np.ones(3) / 3, mode="same")
    return np.flatnonzero(level_db > np.percentile(level_db, 95) - QUIET_DB)


def without_pauses(sound: "Floats") -> "Floats":
    """Cut the silence at both ends, and pauses beyond 0.8 s."""
    loud = _loud(sound)
    if not len(loud):
        return sound[:0]
    n = len(sound) // STEP
    keep = np.zeros(n, np.bool_)
    half = LONGEST_PAUSE // 2
    for at in loud:
        keep[max(0, at - half) : at + half + 1] = True
    keep[: max(0, loud[0] - 3)] = False
    keep[loud[-1] + 4 :] = False
    return sound[: n * STEP].reshape(n, STEP)[keep].reshape(-1)


def silence(sound: "Floats") -> "Floats":
    """Return what lies well before the first and after the last loud frame."""
    loud = _loud(sound)
    if not len(loud):
        return sound
    before = sound[: max(0, loud[0] - WELL) * STEP]
    return np.concatenate([before, sound[(loud[-1] + WELL) * STEP :]])
