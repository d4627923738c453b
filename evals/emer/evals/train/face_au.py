"""Train and judge the linear model of facial movements: ``python -m emer.evals.train.face_au``.

Reads    ``--data``: a folder with ``video/`` (clips), ``faces/`` (photos), ``weights/mediapipe``
Returns  ``--out``: the weights that ``emer.tools.face_cues`` loads; a table on standard output
Cost     a few minutes on one core, most of it for the crops and the teacher (``--cache`` keeps them)
Source   ridge regression with a level per face (fixed effects), own work

Crops and targets enter as differences from their mean over the same face, so that the model learns
what changes when a face moves and nothing about whose face it is. Figures are leave-person-out.
The smile has a second model of the usual kind, with one level for everybody, for pictures of faces
that are never seen at rest; it is judged on the photos, trained on the clips alone.
"""

import argparse
import hashlib
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from emer.evals.train.face_au_events import judged
from emer.evals.train.face_teacher import TARGETS, Teacher, Track, tracks_of
from emer.tools.face_cues import MOVEMENTS, SMILE_LEVEL, features

Array = NDArray[np.float64]

RATE_HZ: Final = 12.5
"""Pictures per second for training: more would be near copies."""
RIDGE: Final = 6.0
"""Penalty over the mean variance of a feature; 3 and 10 gave the same figures within 0.05."""
MOVES: Final = 0.02
"""Smallest standard deviation of a target within a clip, for the clip to count."""
FEWEST: Final = 10
"""Pictures of a clip, for the clip to count."""
SAME_PERSON: Final = {
    "pyfeat/noface_face.mov": "pyfeat/face_noface.mov",
    "pyfeat/single_face.mp4": "pyfeat/face_noface.mov",
}
"""Clips that show the person of another clip; they are left out together."""
RIVALS: Final = {
    "AU1": ("AU2", "AU43"), "AU2": ("AU1", "AU43"), "AU5": ("AU1", "AU2", "AU43"),
    "AU7": ("AU5", "AU12", "AU43"), "AU10": ("AU12", "AU25"), "AU12": ("AU10", "AU25", "AU26"),
    "AU14": ("AU12", "AU25"), "AU15": ("AU12", "AU25"), "AU16": ("AU10", "AU12", "AU25"),
    "AU17": ("AU25",), "AU18": ("AU12", "AU25", "AU26"), "AU20": ("AU10", "AU12", "AU25"),
    "AU22": ("AU18", "AU25"), "AU24": ("AU25",), "AU26": ("AU25",), "AU28": ("AU18", "AU25"),
}  # fmt: skip
"""Movements that a signal could merely echo; the partial r holds them constant."""
SMILES: Final = 0.4
SOBER: Final = 0.1
"""The teacher's smile above and below which a photo is a clear case."""


def collect(data: Path, cache: Path | None) -> list[Track]:
    """Cut out every face of every clip and photo, with the teacher's targets; ``cache`` is read if there."""
    if cache is not None and cache.exists():
        with np.load(cache, allow_pickle=False) as kept:
            names = kept["names"]
            return [
                Track(str(n), kept[f"crops{i}"], kept[f"targets{i}"], bool(kept["still"][i]))
                for i, n in enumerate(names)
            ]
    teacher = Teacher(data / "weights" / "mediapipe" / "face_landmarker.task")
    files = sorted(
        p
        for p in [*(data / "video").glob("*/*"), *(data / "faces").glob("*/*")]
        if p.suffix in {".mp4", ".mov", ".jpg"}
    )
    tracks = [t for file in files for t in tracks_of(file, teacher, rate_hz=RATE_HZ)]
    if cache is not None:
        arrays: dict[str, Any] = {f"crops{i}": t.crops for i, t in enumerate(tracks)}
        arrays |= {f"targets{i}": t.targets for i, t in enumerate(tracks)}
        arrays |= {
            "names": np.array([t.clip for t in tracks]),
            "still": np.array([t.still for t in tracks]),
        }
        np.savez_compressed(cache, **arrays)
    return tracks


def leave_person_out(x: list[Array], y: list[Array], persons: list[str]) -> list[Array]:
    """Predict every face from a model that never saw its person; shapes as ``y``."""
    sizes = np.cumsum([0, *map(len, x)])
    rows = np.concatenate(x)
    gram = rows @ rows.T
    targets = np.concatenate(y)
    of_row = np.repeat(np.array(persons), np.diff(sizes))
    predicted = np.empty_like(targets)
    for person in sorted(set(persons)):
        train, test = np.flatnonzero(of_row != person), np.flatnonzero(of_row == person)
        inner = gram[np.ix_(train, train)]
        penalty = RIDGE * np.trace(inner) / rows.shape[1]
        dual = np.linalg.solve(inner + penalty * np.eye(len(train)), targets[train])
        predicted[test] = gram[np.ix_(test, train)] @ dual
    return [predicted[a:b] for a, b in pairwise(sizes)]


def within(predicted: list[Array], true: list[Array], rivals: list[Array] | None) -> list[float]:
    """Correlate prediction and target within each face that moves, rivals held constant."""
    found = []
    for i, (p, t) in enumerate(zip(predicted, true, strict=True)):
        if len(t) < FEWEST or t.std() < MOVES:
            continue
        if rivals is not None:
            others = np.column_stack([rivals[i], np.ones(len(t))])
            p, t = (v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (p, t))
            if t.std() < MOVES / 2:
                continue
        if p.std() > 0:
            found.append(float(np.corrcoef(p, t)[0, 1]))
    return found


def slope(predicted: list[Array], true: list[Array]) -> float:
    """Return by how much a prediction must be stretched to have the target's unit."""
    p, t = np.concatenate(predicted), np.concatenate(true)
    return float(p @ t / (p @ p))


def table(predicted: list[Array], true: list[Array]) -> str:
    """Describe how well each movement is recovered on unseen persons."""
    lines = [f"{'unit':5} {'r':>5} {'clips':>5} {'partial r':>9}  shipped"]
    for j, au in enumerate(TARGETS):
        p, t = [v[:, j] for v in predicted], [v[:, j] for v in true]
        plain = within(p, t, None)
        rivals = [TARGETS.index(r) for r in RIVALS.get(au, ())]
        partial = within(p, t, [v[:, rivals] for v in true]) if rivals else []
        cells = [f"{np.median(r):.2f}" if r else "-" for r in (plain, partial)]
        shipped = "yes" if au in MOVEMENTS else ""
        lines.append(f"{au:5} {cells[0]:>5} {len(plain):>5} {cells[1]:>9}  {shipped}")
    return "\n".join(lines)


def smile_model(x: list[Array], y: list[Array]) -> tuple[Array, float]:
    """Fit the level of a smile, every face counting alike; returns weights and constant."""
    rows, level = np.concatenate(x), np.concatenate(y)
    share = np.concatenate([np.full(len(v), 1.0 / len(v)) for v in x])
    share /= share.sum()
    mean, usual = share @ rows, float(share @ level)
    inner = (rows - mean) @ (rows - mean).T
    penalty = RIDGE * np.trace(inner) / rows.shape[1] / (share * len(share))
    weights = (rows - mean).T @ np.linalg.solve(inner + np.diag(penalty), level - usual)
    return weights, float(usual - mean @ weights)


def unseen_smiles(
    x: list[Array],
    y: list[Array],
    persons: list[str],
    x_photos: list[Array],
    y_photos: list[Array],
) -> list[Array]:
    """Predict the level of a smile in every face from a model that never saw its person."""
    found = []
    models: dict[str, tuple[Array, float]] = {}
    for own, person in zip(x, persons, strict=True):
        if person not in models:
            others = [i for i, p in enumerate(persons) if p != person]
            models[person] = smile_model(
                [x[i] for i in others] + x_photos, [y[i] for i in others] + y_photos
            )
        weights, constant = models[person]
        found.append(own @ weights + constant)
    return found


def ranking(predicted: Array, smiles: "NDArray[np.bool_]") -> float:
    """Return the chance that a smiling face is ranked above one that does not smile (AUC)."""
    return float(np.mean(predicted[smiles][:, None] > predicted[~smiles][None, :]))


def main(arguments: list[str] | None = None) -> None:
    """Train on all persons, after judging on each left out."""
    parser = argparse.ArgumentParser(prog="emer.evals.train.face_au", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="keep crops and targets in this .npz")
    options = parser.parse_args(arguments)
    everything = collect(options.data, options.cache)
    clips = [t for t in everything if not t.still and len(t.crops) >= FEWEST]
    photos = [t for t in everything if t.still]
    x = [described(t) for t in clips]
    y = [t.targets - t.targets.mean(axis=0) for t in clips]
    persons = [SAME_PERSON.get(t.clip, t.clip) for t in clips]
    moved = [v - v.mean(axis=0) for v in x]
    held_out = leave_person_out(moved, y, persons)
    _say(f"{len(clips)} faces of {len(set(persons))} persons, {sum(map(len, x))} pictures")
    _say(table(held_out, y))

    chosen = [TARGETS.index(au) for au in MOVEMENTS]
    stretch = np.array([slope([v[:, j] for v in held_out], [v[:, j] for v in y]) for j in chosen])
    rows = np.concatenate(moved)
    inner = rows @ rows.T
    penalty = RIDGE * np.trace(inner) / rows.shape[1]
    dual = np.linalg.solve(inner + penalty * np.eye(len(rows)), np.concatenate(y)[:, chosen])
    # rows are means with their mirror image, so the weights are symmetric and fit single crops
    weights = (rows.T @ dual) * stretch

    smile = TARGETS.index("AU12")
    shown = [t.targets[:, smile] for t in clips]
    x_photos, shown_photos = [described(t) for t in photos], [t.targets[:, smile] for t in photos]
    level, constant = smile_model(x, shown)
    true = np.concatenate(shown_photos)
    clear = (true > SMILES) | (true < SOBER)
    guessed = np.concatenate(x_photos) @ level + constant
    auc = ranking(guessed[clear], true[clear] > SMILES)
    _say(f"smile, clips to {clear.sum()} clear of {len(true)} photographed faces: AUC {auc:.3f}")
    sure = guessed >= SMILE_LEVEL
    hits, smiling = np.mean(true[sure] > SOBER), np.mean(guessed[true > SMILES] >= SMILE_LEVEL)
    _say(f"  level {SMILE_LEVEL}: {hits:.2f} of {sure.sum()} right, {smiling:.2f} of smiles found")
    smiles = unseen_smiles(x, shown, persons, x_photos, shown_photos)
    signals = [v[:, chosen] * stretch for v in held_out]
    _say(judged(signals, smiles, [t.targets for t in clips], RATE_HZ))
    level, constant = smile_model(x + x_photos, shown + shown_photos)
    np.savez(
        options.out,
        weights=np.column_stack([weights, level]).astype(np.float16),
        constant=np.array([*[0.0] * len(MOVEMENTS), constant], np.float32),
    )
    _say(f"sha256 {hashlib.sha256(options.out.read_bytes()).hexdigest()}")


def described(track: Track) -> Array:
    """Return the features of a face, averaged with its mirror image, which has the same targets."""
    mirrored = np.ascontiguousarray(track.crops[:, :, ::-1])
    return np.asarray((features(track.crops) + features(mirrored)) / 2.0, np.float64)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
