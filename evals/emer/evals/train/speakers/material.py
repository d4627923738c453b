"""What voices sound like in conversation, and in all their moods: voiced cepstra with names.

A voice at another speed, which moves pitch and formants together as another vocal tract would, is a
person of its own; the moods of one actor are one person.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import signal

from emer.evals.dialogues.dialogues import SPEEDS, TICK_S, Dialogue, dialogue
from emer.evals.dialogues.rooms import RATE, line
from emer.evals.dialogues.turn_taking import conversations
from emer.evals.dialogues.voices import Speaker, speakers
from emer.tools.speaker_features import HOP, cepstra_of

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LENGTH_S: Final = 40.0
ALONE: Final = 0.2
SPEEDS_ALONE: Final = 3
UTTERANCES: Final = 24
NOISE: Final = 0.002
SHORTEST: Final = 100
"""Voiced frames; whoever says less in a conversation is left out."""
LEAST_SPEECH: Final = 300


@dataclass(frozen=True, slots=True)
class Voice:
    """Voiced frames of one speaker in one recording."""

    name: str
    """Speaker and speed, as ``ravdess_01@3``."""
    cepstra: "Floats" = field(repr=False)
    """Shape ``(frames, 19)``, less the mean of all voices of the recording."""


def material(data: Path, n: int, rng: "Generator") -> list[Voice]:
    """Return the voices of ``n`` synthetic conversations, and of speakers alone in all moods.

    None of the speakers who are held out is among them.
    """
    voices, rows = speakers(data, held_out=False), conversations(data, "dev")
    found: list[Voice] = []
    for _ in range(n):
        alone = bool(rng.random() < ALONE)
        found += heard(dialogue(voices, rows, LENGTH_S, rng, alone=alone, speechless=0.0))
    return found + [v for speaker in voices for v in in_all_moods(speaker, rng)]


def heard(talk: Dialogue) -> Iterator[Voice]:
    """Yield who speaks in ``talk``: the frames in which nobody else does."""
    cepstra, voiced = cepstra_of(talk.sound)
    active = np.repeat(talk.active, round(TICK_S * RATE / HOP), axis=0)[: len(cepstra)]
    cepstra, voiced = cepstra[: len(active)], voiced[: len(active)]
    speech = voiced & active.any(axis=1)
    if speech.sum() < LEAST_SPEECH:
        return
    cepstra = cepstra - cepstra[speech].mean(axis=0)
    single = voiced & (active.sum(axis=1) == 1)
    for who, name in enumerate(talk.names):
        own = cepstra[single & active[:, who]]
        if len(own) >= SHORTEST:
            yield Voice(name, own)


def in_all_moods(speaker: Speaker, rng: "Generator") -> Iterator[Voice]:
    """Yield ``speaker`` alone, at some speeds, over a line."""
    for speed in rng.permutation(len(SPEEDS))[:SPEEDS_ALONE]:
        up, down = SPEEDS[speed]
        order = rng.permutation(len(speaker.utterances))[:UTTERANCES]
        said = [signal.resample_poly(speaker.utterances[i].sound / 32768, up, down) for i in order]
        sound = np.concatenate(said)
        sound = (sound + NOISE * rng.standard_normal(len(sound))).astype(np.float32)
        cepstra, voiced = cepstra_of(line(sound, rng))
        own = cepstra[voiced]
        yield Voice(f"{speaker.name}@{speed}", own - own.mean(axis=0))
