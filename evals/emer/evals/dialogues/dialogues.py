"""Synthetic conversations: real turn taking, recorded voices, one room and one line for all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import signal

from emer.evals.dialogues.rooms import RATE, coloured, disturbance, impulse, line, tilted
from emer.evals.dialogues.turn_taking import Turn, excerpt
from emer.evals.dialogues.voices import Speaker

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

TICK_S: Final = 0.02
"""Labels are per 20 ms."""
SPEEDS: Final = ((5, 4), (7, 6), (12, 11), (1, 1), (12, 13), (6, 7), (4, 5))
"""Up and down: resampled, a voice becomes that of somebody taller or shorter."""
ONE_CORPUS: Final = 0.85
"""Speakers of one conversation mostly come from one corpus, or its rooms would tell them apart."""
SPEECHLESS: Final = 0.06
CROWDED: Final = 0.3
CROWD: Final = (5, 14)
CROWD_BELOW_DB: Final = (6.0, 24.0)
"""In so many conversations so many others talk in the background, softer than the speakers."""
LOUDNESS_DB: Final = 4.5
"""Deviation of the loudness of one speaker's utterances: it must not tell who speaks."""
PLACES: Final = 3
MOVING: Final = 0.4
"""Heads turn and people move: in so many conversations each speaker is heard from so many places of
the room in turn, which they share; in the others each has a place, half of the time a microphone too."""
PAUSE_S: Final = (0.1, 0.7)
"""Between utterances of one turn: annotators leave such pauses in the turn ..."""
EARLY_S: Final = 0.15
LATE_S: Final = 0.25
"""... and set its borders up to so much before and after the sound."""
SOFTEST_DB: Final = -10.0
"""Speakers are up to so much softer than the loudest."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation and the truth about it."""

    sound: "Floats"
    """Shape ``(samples,)``, 16 kHz."""
    active: "NDArray[np.bool_]"
    """Shape ``(ticks, speakers)``."""
    names: tuple[str, ...]
    """Speaker and speed, as ``ravdess_01@3``."""
    turns: tuple[Turn, ...]


def dialogue(
    voices: list[Speaker],
    conversations: list[list[tuple[float, float, str]]],
    length_s: float,
    rng: "Generator",
    *,
    alone: bool = False,
    speechless: float = SPEECHLESS,
) -> Dialogue:
    """Make one conversation of ``length_s``.

    Args:
        voices: Who may take part.
        conversations: Turn taking to draw from.
        length_s: Seconds.
        rng: Decides.
        alone: One speaker takes all turns.
        speechless: Share of conversations in which nobody speaks.
    """
    cast = _cast(voices, rng)
    turns: list[Turn] = []
    if rng.random() >= speechless:
        while not turns:
            rows = conversations[int(rng.integers(len(conversations)))]
            turns = excerpt(rows, length_s, len(cast), rng)
    if alone:
        turns = _alone(turns)
    n = round(length_s * RATE)
    active = np.zeros((round(length_s / TICK_S), len(cast)), np.bool_)
    dry = np.zeros((len(cast), n), np.float32)
    for who, (speaker, speed) in enumerate(cast):
        talk = _Talk(speaker, speed, rng)
        for turn in (t for t in turns if t.who == who):
            first, last = round(turn.start_s * RATE), min(n, round(turn.end_s * RATE))
            first += min((last - first) // 4, round(rng.uniform(0, EARLY_S) * RATE))
            last -= min((last - first) // 4, round(rng.uniform(0, LATE_S) * RATE))
            dry[who, first:last] = talk.next(last - first)
            active[round(turn.start_s / TICK_S) : round(turn.end_s / TICK_S), who] = True
    names = tuple(f"{s.name}@{speed}" for s, speed in cast)
    crowd = _babble(n, voices, rng) if rng.random() < CROWDED else None
    return Dialogue(_recorded(dry, active, crowd, rng), active, names, tuple(turns))


def _babble(n: int, voices: list[Speaker], rng: "Generator") -> "Floats":
    """Return the voices of many, of unit power: annotators do not take them for speech."""
    total = np.zeros(n, np.float32)
    for _ in range(int(rng.integers(*CROWD))):
        said = voices[int(rng.integers(len(voices)))].utterances
        some = [said[int(rng.integers(len(said)))].sound for _ in range(3)]
        whole = np.concatenate(some).astype(np.float32)
        first = int(rng.integers(len(whole)))
        total += np.take(whole, first + np.arange(n), mode="wrap")
    heard = signal.fftconvolve(total, impulse(0.6, -6.0, rng))[:n]
    made: Floats = (heard / (np.sqrt(np.square(heard).mean()) + 1e-9)).astype(np.float32)
    return made


def _alone(turns: list[Turn]) -> list[Turn]:
    free_s, mine = 0.0, []
    for t in turns:
        if t.end_s > free_s:
            mine.append(Turn(max(t.start_s, free_s), t.end_s, 0))
            free_s = t.end_s
    return mine


def _cast(voices: list[Speaker], rng: "Generator") -> list[tuple[Speaker, int]]:
    """Choose up to six speakers and a speed for each; rarely one voice at two speeds."""
    chosen = voices
    if rng.random() < ONE_CORPUS:
        corpora = sorted({v.corpus for v in voices})
        share = np.array([{"ravdess": 0.45}.get(c, 0.275) for c in corpora])
        corpus = rng.choice(corpora, p=share / share.sum())
        chosen = [v for v in voices if v.corpus == corpus]
    order = [chosen[i] for i in rng.permutation(len(chosen))]
    cast = [(v, int(rng.integers(len(SPEEDS)))) for v in order[:6]]
    while len(cast) < 4:  # a small corpus: the same people, made taller or shorter
        speaker, speed = cast[len(cast) - len(order)]
        cast.append((speaker, (speed + 3) % len(SPEEDS)))
    return cast


class _Talk:
    """What one speaker says, piece by piece, in a few moods."""

    def __init__(self, speaker: Speaker, speed: int, rng: "Generator") -> None:
        moods = sorted({u.mood for u in speaker.utterances})
        if rng.random() < 0.6:
            moods = list(rng.choice(moods, min(2, len(moods)), replace=False))
        self._mine = [u for u in speaker.utterances if u.mood in moods]
        self._speed, self._rng = speed, rng
        self._left = np.zeros(0, np.float32)
        self._level = 10 ** (rng.uniform(SOFTEST_DB, 0) / 20)

    def next(self, n: int) -> "Floats":
        if self._rng.random() < 0.5:  # else they go on where they were cut short
            self._left = self._left[:0]
        parts, have = [self._left], len(self._left)
        while have < n:
            pause = np.zeros(int(self._rng.uniform(*PAUSE_S) * RATE), np.float32)
            parts += [self._utterance(), pause]
            have += len(parts[-1]) + len(parts[-2])
        sound = np.concatenate(parts)
        self._left = sound[n:]
        said = sound[:n] * self._level
        fade = np.minimum(1, np.arange(n) / 160)
        faded: Floats = (said * fade * fade[::-1]).astype(np.float32)
        return faded

    def _utterance(self) -> "Floats":
        said = self._mine[int(self._rng.integers(len(self._mine)))].sound
        sound = said.astype(np.float32) / 32768
        up, down = SPEEDS[self._speed]
        if up != down:
            sound = signal.resample_poly(sound, up, down).astype(np.float32)
        gain = 10 ** (self._rng.normal(0, LOUDNESS_DB) / 20)
        louder: Floats = (sound * gain).astype(np.float32)
        return louder


def _recorded(
    dry: "Floats", active: "NDArray[np.bool_]", crowd: "Floats | None", rng: "Generator"
) -> "Floats":
    """Put the voices into one room, add what else sounds there, and record it."""
    n = dry.shape[1]
    wet = np.zeros(n, np.float32)
    echoing, moving, wired = rng.random() < 0.75, rng.random() < MOVING, rng.random() < 0.5
    rt60_s = float(rng.uniform(0.12, 0.9))
    far_db = float(rng.uniform(-4, 12))
    responses = [impulse(rt60_s, far_db + float(rng.normal(0, 3)), rng) for _ in range(PLACES)]
    for voice in dry[active.any(axis=0)]:
        if not echoing:
            wet += voice
            continue
        if not moving:
            own = impulse(rt60_s, far_db + float(rng.normal(0, 3)), rng)
            heard = signal.fftconvolve(voice, own)[:n].astype(np.float32)
            wet += tilted(heard, rng) if wired else heard
            continue
        # who speaks is in another place every few seconds, and places are shared
        edges = np.cumsum(rng.uniform(1.5, 8.0, n // RATE) * RATE).astype(int)
        place = rng.permutation(np.arange(len(edges) + 1) % PLACES)[
            np.searchsorted(edges, np.arange(n))
        ]
        for k in np.unique(place):
            part = np.where(place == k, voice, np.float32(0))
            if part.any():
                wet += signal.fftconvolve(part, responses[k])[:n].astype(np.float32)
    speaking = np.repeat(active.any(axis=1), round(TICK_S * RATE))[:n]
    level = float(np.sqrt(np.square(wet[speaking]).mean())) if speaking.any() else 0.05
    snr_db = float(rng.uniform(8, 40))
    drift = np.interp(
        np.arange(n) / RATE, np.arange(n // RATE + 2), rng.normal(0, 3, n // RATE + 2)
    )
    noise = coloured(n, rng.uniform(-0.3, 2), rng) * 10 ** ((drift - snr_db) / 20)
    wet += level * noise.astype(np.float32)
    if rng.random() < 0.5:
        _disturb(wet, ~speaking, level, rng)
    if rng.random() < 0.25:
        wet += disturbance(n, rng) * level * 10 ** (-rng.uniform(8, 30) / 20)
    if crowd is not None:
        wet += crowd * level * np.float32(10 ** (-rng.uniform(*CROWD_BELOW_DB) / 20))
    sound = line(wet, rng)
    gain = 10 ** (rng.uniform(-46, -16) / 20) / (np.sqrt(np.square(sound).mean()) + 1e-9)
    made: Floats = np.clip(sound * gain, -1, 1).astype(np.float32)
    return made


def _disturb(wet: "Floats", free: "NDArray[np.bool_]", level: float, rng: "Generator") -> None:
    """Let something sound, as loud as speech, where nobody speaks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first > RATE // 2 and rng.random() < 0.7:
            n = int(rng.uniform(0.3, 1.0) * (last - first))
            at = first + int(rng.integers(last - first - n + 1))
            wet[at : at + n] += disturbance(n, rng) * level * 10 ** (rng.uniform(-15, 3) / 20)
