"""Train the small speaker model of ``emer.tools.speaker_features``.

Reads    corpora: a folder per speaker, recordings in it. ``--one-room``: all speakers of a corpus
         share room and microphone, so what differs is the speaker; ``--own-rooms``: they do not
Returns  ``speaker_model.npz``: background model, projection, variance between speakers
Cost     about four minutes on one core for 1.3 hours of recordings
Source   see ``emer.tools.speaker_features``

    python -m emer.evals.train.speaker_model --one-room ravdess emodb --own-rooms librispeech \
        --out tools/emer/tools/weights/speaker_model.npz

Speaking the same recording slower or faster moves pitch and formants together, as another vocal
tract would: each speed makes another speaker.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.media.decode import SoundBlock, stream
from emer.tools.media.probe import probe
from emer.tools.speaker_features import HOP, cepstra_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SPEEDS: Final = (0.88, 0.94, 1.0, 1.06, 1.13)
BACKGROUND_SPEEDS: Final = (0.94, 1.0, 1.06)
LONGEST_S: Final = 12.0
FEWEST_FRAMES: Final = 40
COMPONENTS: Final = 64
ITERATIONS: Final = 12
BACKGROUND_FRAMES: Final = 60_000
RELEVANCE: Final = 4.0
WINDOW: Final = 150
"""Voiced frames per training window, as in use."""
WINDOWS_PER_FILE: Final = 4
PRINCIPAL: Final = 100
DIMENSIONS: Final = 30
SHRINKAGE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Recording:
    """Voiced cepstra of one recording at one speed, mean of its room removed."""

    speaker: str
    speed: float
    room: str
    """Where it was recorded, if with other speakers; else empty."""
    cepstra: "Floats"


def recordings(corpus: Path, *, one_room: bool) -> Iterator[Recording]:
    """Yield every recording of ``corpus`` at every speed."""
    for speed in SPEEDS:
        rooms: dict[str, list[tuple[str, Floats]]] = {}
        for folder in sorted(f for f in corpus.iterdir() if f.is_dir()):
            for path in sorted(folder.glob("*.flac")):
                cepstra, voiced = cepstra_of(_faster(_sound(path), speed))
                if int(voiced.sum()) >= FEWEST_FRAMES:
                    room = corpus.name if one_room else folder.name
                    rooms.setdefault(room, []).append((folder.name, cepstra[voiced]))
        for members in rooms.values():
            mean = np.mean([c.mean(axis=0) for _, c in members], axis=0)
            for speaker, cepstra in members:
                room = corpus.name if one_room else ""
                yield Recording(f"{speaker}@{speed}", speed, room, cepstra - mean)


def _sound(path: Path) -> "Floats":
    blocks = stream(path, probe(path), rate_hz=1.0, pictures=False)
    parts = [b.samples for b in blocks if isinstance(b, SoundBlock)]
    sound: Floats = np.concatenate(parts).astype(np.float32) / np.float32(32768)
    first: Floats = sound[: round(LONGEST_S * 100) * HOP]
    return first


def _faster(sound: "Floats", speed: float) -> "Floats":
    if speed == 1.0:
        return sound
    at = np.arange(0, len(sound) - 1, speed)
    faster: Floats = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    return faster


class Background:
    """Mixture of Gaussians with diagonal covariance over all voices."""

    def __init__(self, frames: "Floats", rng: np.random.Generator) -> None:
        """Fit by expectation maximisation from random frames."""
        self.means = frames[rng.choice(len(frames), COMPONENTS, replace=False)].astype(np.float64)
        self.variances = np.tile(frames.var(axis=0), (COMPONENTS, 1)).astype(np.float64)
        self.weights = np.full(COMPONENTS, 1 / COMPONENTS)
        floor = 0.05 * frames.var(axis=0)
        for _ in range(ITERATIONS):
            gamma = self.posteriors(frames)
            n = gamma.sum(axis=0)[:, None] + 1e-3
            self.means = gamma.T @ frames / n
            self.variances = np.maximum(gamma.T @ frames**2 / n - self.means**2, floor)
            self.weights = n[:, 0] / n.sum()

    def posteriors(self, x: "Floats") -> "NDArray[np.float64]":
        """Return the share of each component, shape ``(frames, components)``."""
        inverse = 1 / self.variances
        constant = np.log(self.weights) - 0.5 * (
            np.log(self.variances).sum(axis=1) + (self.means**2 * inverse).sum(axis=1)
        )
        log_p = constant + x @ (self.means * inverse).T - 0.5 * (x**2) @ inverse.T
        p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
        share: NDArray[np.float64] = p / p.sum(axis=1, keepdims=True)
        return share

    def adapted(self, x: "Floats") -> "Floats":
        """Return how the voice in ``x`` moves each mean, shape ``(components * 19,)``."""
        gamma = self.posteriors(x)
        n = gamma.sum(axis=0)[:, None]
        offset = (gamma.T @ x - n * self.means) / np.sqrt(self.variances)
        moved: Floats = (offset / (n + RELEVANCE)).ravel().astype(np.float32)
        return moved


def projection(
    vectors: "Floats", labels: "NDArray[np.str_]", rooms: "NDArray[np.str_]"
) -> "tuple[Floats, Floats, Floats]":
    """Return centre, projection and the variance between speakers, largest first.

    Scatter within a speaker comes from everybody, moods and all; scatter between speakers only
    from corpora in which they share a room.
    """
    rng = np.random.default_rng(0)
    centre = vectors.mean(axis=0)
    sample = rng.choice(len(vectors), min(len(vectors), 3000), replace=False)
    basis = np.linalg.svd((vectors - centre)[sample], full_matrices=False)[2][:PRINCIPAL].T
    z = (vectors - centre) @ basis
    within, n_within = np.zeros((PRINCIPAL, PRINCIPAL)), 0
    shared: dict[str, list[NDArray[np.float64]]] = {}
    for label in np.unique(labels):
        own = z[labels == label]
        mean = own.mean(axis=0)
        if len(own) > 3:
            within += (own - mean).T @ (own - mean)
            n_within += len(own) - 1
        if room := str(rooms[labels == label][0]):
            shared.setdefault(room, []).append(mean)
    within /= n_within
    within += SHRINKAGE * np.trace(within) / PRINCIPAL * np.eye(PRINCIPAL)
    between, n_between = np.zeros((PRINCIPAL, PRINCIPAL)), 0
    for means in shared.values():
        spread = np.array(means) - np.mean(means, axis=0)
        between += spread.T @ spread
        n_between += len(means) - 1
    between /= n_between
    values, axes = np.linalg.eigh(within)
    whiten = axes @ np.diag(values**-0.5) @ axes.T
    values, axes = np.linalg.eigh(whiten @ between @ whiten)
    best = np.argsort(-values)[:DIMENSIONS]
    matrix = (basis @ whiten @ axes[:, best]).astype(np.float32)
    return centre, matrix, np.maximum(values[best], 1e-3).astype(np.float32)


def windows(cepstra: "Floats") -> "list[Floats]":
    """Cut voiced cepstra into windows of about 1.5 s, the first few of them."""
    k = max(1, round(len(cepstra) / WINDOW))
    cut = [cepstra[i * len(cepstra) // k : (i + 1) * len(cepstra) // k] for i in range(k)]
    return cut[:WINDOWS_PER_FILE]


def train(everything: Sequence[Recording]) -> "dict[str, NDArray[np.float32 | np.float16]]":
    """Return the arrays that ``emer.tools.speaker_features`` reads."""
    rng = np.random.default_rng(0)
    some = [r.cepstra[::6] for r in everything if r.speed in BACKGROUND_SPEEDS]
    frames = np.concatenate(some)
    frames = frames[rng.choice(len(frames), min(len(frames), BACKGROUND_FRAMES), replace=False)]
    background = Background(frames, rng)
    parts = [(r, w) for r in everything for w in windows(r.cepstra)]
    centre, matrix, between = projection(
        np.stack([background.adapted(w) for _, w in parts]),
        np.array([r.speaker for r, _ in parts]),
        np.array([r.room for r, _ in parts]),
    )
    return {
        "log_weights": np.log(background.weights).astype(np.float32),
        "means": background.means.astype(np.float32),
        "variances": background.variances.astype(np.float32),
        "centre": centre.astype(np.float32),
        "projection": matrix.astype(np.float16),
        "between": between,
        "relevance": np.array(RELEVANCE, np.float32),
    }


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description="Train the small speaker model.")
    parser.add_argument("--one-room", type=Path, nargs="+", required=True)
    parser.add_argument("--own-rooms", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    everything = [r for c in asked.one_room for r in recordings(c, one_room=True)]
    everything += [r for c in asked.own_rooms for r in recordings(c, one_room=False)]
    np.savez_compressed(asked.out, allow_pickle=False, **train(everything))


if __name__ == "__main__":
    main()
