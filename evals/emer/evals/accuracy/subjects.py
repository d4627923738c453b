"""What can be measured, and by which module."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

from emer.evals.tables import Table

SUBJECTS: Final = {
    "voice": "what voices sound like, of speakers not heard in training (RAVDESS, EmoDB)",
    "face": "points, shapes and action units of faces, against a teacher network",
    "face_detection": "faces found, faces that are none, and how fast, against a teacher",
    "landmarker": "MediaPipe's face landmarker as an engine, against itself and our own network",
    "active_speaker": "which face speaks, against a reference network and known pairs",
    "fusion": "how voice and face combine, against human raters (CREMA-D)",
    "retrieval": "whether similar cases are alike (EMER, GoEmotions, RAVDESS, EmoDB)",
    "text": "emotion of words (GoEmotions, MELD)",
    "branches": "the same sentences with face and voice, with one of them, from words alone",
    "injection": "instructions hidden in what is watched, against a model that obeys them",
    "faithfulness": "what is printed of what honest, careless and lying models write",
    "speakers": "whose turn it is: diarization error rates",
}
"""Name of each module in this package, and what it measures."""

Tell = Callable[[str], None]


class Measure(Protocol):
    """Measures one subject."""

    def __call__(self, data: Path, *, folds: bool, tell: Tell) -> list[Table]:
        """Return the tables.

        Args:
            data: Folder of data sets, laid out as each module says.
            folds: Train anew for every fold, however long that takes; else only what is quick.
            tell: Gets a line now and then about how far it is.

        Raises:
            EmerError: The data are missing or damaged, or a package for training is.
        """
        ...


def measure_of(subject: str) -> Measure:
    """Return the function that measures ``subject``, one of ``SUBJECTS``."""
    found: Measure = import_module(f"emer.evals.accuracy.{subject}").measure
    return found
