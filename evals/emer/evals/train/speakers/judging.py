"""Learn to judge whether two voices of a recording are two people, on people the model never heard.

The speakers for training are cut into two halves; a model of one half is run over conversations of
the other, as the specialist runs: over synthetic conversations, two people who take turns, and one
person alone. Nobody who is held out is heard here.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import signal

from emer.evals.accuracy.speakers import clip_of
from emer.evals.dialogues.dialogues import SPEEDS, dialogue
from emer.evals.dialogues.rooms import RATE, impulse, line
from emer.evals.dialogues.turn_taking import conversations
from emer.evals.dialogues.voices import Speaker, Utterance, speakers
from emer.evals.train.speakers.fitting import fit
from emer.evals.train.speakers.material import Voice
from emer.tools.diarization import pieces_of
from emer.tools.speaker_counting import LEAST_S, candidates
from emer.tools.speaker_features import BLOCK_S, PITCH_BETWEEN, SpeakerModel
from emer.tools.speaker_voices import Voice as Kept
from emer.tools.speaker_voices import blocks_of, pitch_mean, units_of, voices_of
from emer.tools.speech_activity import SpeechActivity

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from emer.tools.specialist import Clip

    Floats = NDArray[np.float32]
    Doubles = NDArray[np.float64]

TALKS: Final = 110
"""Conversations of each half."""
TALK_S: Final = 50.0
ALONE_EVERY: Final = 3
"""In one of so many, one person speaks."""
MONOLOGUES: Final = 6
"""Recordings of each person alone, beside those."""
TURNS_S: Final = (12.0, 100.0)
PAUSE_S: Final = (0.2, 0.8)
LONGEST: Final = 3
"""Utterances in a turn."""
LOUDNESS_DB: Final = 2.0
AS_RECORDED: Final = 0.6
IN_ROOMS: Final = 0.5
LEVEL: Final = 0.05
HISS_LOG10: Final = (-4.0, -2.7)
LEAST_FITTED_S: Final = 2.0
"""Voices with less speech are not learnt from."""
REGULARISATION: Final = 0.3
MOST_SPLIT: Final = 0.02
"""Share of recordings of one person that may come out as several."""
THRESHOLDS: Final = tuple(np.arange(-1.0, 4.01, 0.1).round(1))

Turns = Sequence[tuple[float, float, int]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Two voices of a recording, and the truth about them."""

    recording: int
    n_voices: int
    clues: "Doubles"
    least_s: float
    two: bool
    """Most of the one is said by somebody else than most of the other."""
    half: int
    alone: bool
    """One person speaks in the recording."""


def judgement(data: Path, voices: Sequence[Voice], rng: "Generator") -> dict[str, Any]:
    """Return the fitted settings, see ``emer.tools.speaker_counting.Counting``.

    Args:
        data: Folder of data sets.
        voices: What the model is trained on.
        rng: Decides.
    """
    people, rows = speakers(data, held_out=False), conversations(data, "dev")
    found: list[Judged] = []
    for half in (0, 1):
        others = {p.name for i, p in enumerate(people) if i % 2 != half}
        model = _runnable([v for v in voices if v.name.split("@")[0] in others], rng)
        mine = [p for i, p in enumerate(people) if i % 2 == half]
        for sound, turns in _recordings(mine, rows, rng):
            found += _judged(sound, turns, model, recording=len(found), half=half)
    return fitted(found)


def _runnable(voices: Sequence[Voice], rng: "Generator") -> SpeakerModel:
    import onnxruntime

    from emer.evals.train.speakers.graph import serialised

    model = fit(voices, rng)
    session = onnxruntime.InferenceSession(serialised(model), providers=["CPUExecutionProvider"])

    class Net:
        def run(self, **inputs: "Floats") -> "tuple[Floats, ...]":
            return tuple(session.run(None, inputs))

    return SpeakerModel(Net(), model.between, {})  # type: ignore[arg-type]  # it does what is used


def _recordings(
    people: list[Speaker], rows: list[list[tuple[float, float, str]]], rng: "Generator"
) -> "Iterator[tuple[Floats, Turns]]":
    for i in range(TALKS):
        alone = i % ALONE_EVERY == 0
        talk = dialogue(people, rows, TALK_S, rng, alone=alone, speechless=0.0)
        yield talk.sound, [(t.start_s, t.end_s, t.who) for t in talk.turns]
    for cast in itertools.combinations(people, 2):
        if cast[0].corpus == cast[1].corpus:
            yield alternating(cast, rng)
    for person in people:
        for _ in range(MONOLOGUES):
            yield alternating((person,), rng)


def alternating(people: Sequence[Speaker], rng: "Generator") -> "tuple[Floats, Turns]":
    """Let ``people`` say what they say in all moods or in one or two, by turns; or one alone.

    Returns:
        The sound, and who speaks when: start and end in seconds, which of ``people``.
    """
    left = [_chosen(p, rng) for p in people]
    speeds = [_speed(rng) for _ in people]
    gains = 10 ** (rng.normal(0, LOUDNESS_DB, len(people)) / 20)
    limit, pause = rng.uniform(*TURNS_S) * RATE, round(rng.uniform(*PAUSE_S) * RATE)
    longest = int(rng.integers(1, LONGEST + 1))
    parts: list[Floats] = []
    turns: list[tuple[float, float, int]] = []
    at = who = 0
    while at < limit and all(left):
        for _ in range(min(int(rng.integers(1, longest + 1)), len(left[who]))):
            said = left[who].pop().sound / 32768
            if speeds[who][0] != speeds[who][1]:
                said = signal.resample_poly(said, *speeds[who])
            turns.append((at / RATE, (at + len(said)) / RATE, who))
            parts += [(said * gains[who]).astype(np.float32), np.zeros(pause, np.float32)]
            at += len(said) + pause
        who = (who + 1) % len(people)
    sound = np.concatenate(parts)
    if rng.random() < IN_ROOMS:
        response = impulse(float(rng.uniform(0.12, 0.7)), float(rng.uniform(0, 12)), rng)
        sound = line(signal.fftconvolve(sound, response)[:at].astype(np.float32), rng)
        sound *= np.float32(LEVEL / (np.sqrt(np.square(sound).mean()) + 1e-9))
    hiss = 10 ** rng.uniform(*HISS_LOG10) * rng.standard_normal(at)
    return (sound + hiss).astype(np.float32), turns


def _chosen(person: Speaker, rng: "Generator") -> list[Utterance]:
    """Return what is said in all moods, in one third of cases, or in one or two of them."""
    moods = sorted({u.mood for u in person.utterances})
    if rng.integers(3):
        moods = list(rng.choice(moods, min(len(moods), int(rng.integers(1, 3))), replace=False))
    mine = [u for u in person.utterances if u.mood in moods]
    return [mine[i] for i in rng.permutation(len(mine))]


def _speed(rng: "Generator") -> tuple[int, int]:
    return (1, 1) if rng.random() < AS_RECORDED else SPEEDS[int(rng.integers(len(SPEEDS)))]


def _judged(
    sound: "Floats", turns: Turns, model: SpeakerModel, *, recording: int, half: int
) -> Iterator[Judged]:
    """Run the specialists with ``model`` and yield every two voices that come of it."""
    with TemporaryDirectory() as folder:
        clip = clip_of(Path(folder), sound)
        voices = _voices(clip, model)
    mean = pitch_mean(voices) if voices else 0.0
    units, weights = units_of(voices, mean)
    if not len(units):
        return
    blocks = blocks_of(voices, mean)
    spoken = np.concatenate([_spoken(turns, v.start_s, len(v.vectors)) for v in voices])
    between = np.append(model.between.astype(np.float64), PITCH_BETWEEN)
    for found, pairs in candidates(blocks, units, weights, between):
        who = found.share.argmax(axis=1)
        n = found.share.shape[1]
        by_voice = np.stack([spoken[who == k].sum(axis=0) for k in range(n)])
        for pair in pairs:
            one, other = by_voice[pair.one], by_voice[pair.other]
            two = bool(one.any() and other.any() and one.argmax() != other.argmax())
            alone = len({t[2] for t in turns}) == 1
            yield Judged(recording, n, pair.clues, pair.least_s, two, half, alone)


def _voices(clip: "Clip", model: SpeakerModel) -> list[Kept]:
    assert clip.soundtrack is not None  # made from sound
    heard = SpeechActivity().observe(clip, [clip.span], [])
    pieces = list(pieces_of(clip, clip.soundtrack, heard))
    return voices_of(clip.soundtrack, pieces, model) if pieces else []


def _spoken(turns: Turns, start_s: float, n: int) -> "NDArray[np.bool_]":
    """Return who speaks in the middle of each block, shape ``(n, speakers)``."""
    middles = start_s + (np.arange(n) + 0.5) * BLOCK_S
    active = np.zeros((n, max(t[2] for t in turns) + 1), np.bool_)
    for first_s, last_s, who in turns:
        active[(middles >= first_s) & (middles < last_s), who] = True
    return active


def fitted(found: Sequence[Judged]) -> dict[str, Any]:
    """Fit the judgement; its threshold is chosen on log odds of the half that was not fitted."""
    clues = np.stack([j.clues for j in found])
    halves = np.array([j.half for j in found])
    log_odds = np.zeros(len(found))
    for half in (0, 1):
        own = halves == half
        weights, bias = _regression([j for j in found if j.half != half])
        log_odds[own] = clues[own] @ weights + bias
    chosen = next(
        t for t in THRESHOLDS if split(found, log_odds, t) <= MOST_SPLIT or t == THRESHOLDS[-1]
    )
    weights, bias = _regression(found)
    return {
        "weights": [round(float(w), 5) for w in weights],
        "bias": round(bias, 5),
        "threshold": float(chosen),
    }


def split(found: Sequence[Judged], log_odds: "Doubles", threshold: float) -> float:
    """Return the share of recordings of one person that come out as several."""
    alone: dict[int, dict[int, bool]] = {}
    for judged, odds in zip(found, log_odds, strict=True):
        if judged.alone:
            several = alone.setdefault(judged.recording, {})
            holds = bool(odds > threshold and judged.least_s >= LEAST_S)
            several[judged.n_voices] = several.get(judged.n_voices, True) and holds
    return float(np.mean([any(s.values()) for s in alone.values()]))


def _regression(found: Sequence[Judged]) -> "tuple[Doubles, float]":
    """Return weights and bias that tell two people from one, by logistic regression."""
    from sklearn.linear_model import LogisticRegression

    enough = [j for j in found if j.least_s >= LEAST_FITTED_S]
    clues = np.stack([j.clues for j in enough])
    mean, scale = clues.mean(axis=0), clues.std(axis=0) + 1e-9
    # a solution counts once, however many pairs it has
    share = [2 / (j.n_voices * (j.n_voices - 1)) for j in enough]
    model = LogisticRegression(C=REGULARISATION, max_iter=3000)
    model.fit((clues - mean) / scale, [j.two for j in enough], sample_weight=share)
    weights: Doubles = model.coef_[0] / scale
    return weights, float(model.intercept_[0] - weights @ mean)
