"""Expressions by deepface's small network of 2017: a second opinion, seven categories.

Reads    see ``expression_categories``
Returns  see ``expression_categories``
Cost     2 ms a crop on one core, in a process of its own
Source   Serengil & Ozpinar 2021, doi:10.1109/ICEET53442.2021.9659697; only its emotion network is ever
         loaded: nobody's age, sex or descent is guessed here
"""

from collections.abc import Mapping
from typing import ClassVar

from emer.tools.expression_categories import CATEGORIES, FaceCategories
from emer.tools.hosting.host import Limits


class DeepFaceExpression(FaceCategories):
    """Reads expressions with deepface."""

    engine: ClassVar[str] = "deepface"
    rank: ClassVar[int] = 5
    """Below our own, which it does not outdo: it runs where it is asked for."""
    cost: ClassVar[float] = 0.02
    packages: ClassVar[tuple[str, ...]] = ("deepface", "werkzeug", "onnxruntime")
    loader: ClassVar[str] = "emer.tools.loaders.deepface_emotion:load"
    limits: ClassVar[Limits] = Limits(needs_mb=300, load_s=120.0, batch_s=60.0)
    purpose: ClassVar[str] = (
        "Which of seven expressions a face shows over a span; a second opinion."
    )

    def labels(self) -> Mapping[str, str]:
        """Return its labels, which are those of the set."""
        return {c: c for c in CATEGORIES}
