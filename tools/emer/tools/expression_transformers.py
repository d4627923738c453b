"""Expressions by an image classifier of the transformers library, seven categories.

Reads    see ``expression_categories``
Returns  see ``expression_categories``
Cost     60 ms a crop on one core for a ViT of the base size; a few ms on a GPU
Source   the model's, see its card; Dosovitskiy et al. 2021, arXiv:2010.11929
"""

from collections.abc import Mapping
from typing import ClassVar

from emer.tools import taxonomy
from emer.tools.expression_categories import CATEGORIES, FaceCategories
from emer.tools.hosting.host import Limits


class TransformersExpression(FaceCategories):
    """Reads expressions with ``AutoModelForImageClassification``."""

    engine: ClassVar[str] = "transformers"
    rank: ClassVar[int] = 30
    cost: ClassVar[float] = 0.4
    loader: ClassVar[str] = "emer.tools.loaders.pictures:load"
    limits: ClassVar[Limits] = Limits(needs_mb=1000)
    purpose: ClassVar[str] = "Which of seven expressions a face shows over a span."

    def labels(self) -> Mapping[str, str]:
        """Return its labels in ours: as the catalogue says, or those that say the same by name."""
        entry = self.entry()
        return (entry.labels if entry else None) or usual_labels()


def usual_labels() -> dict[str, str]:
    """Return the names that models give to the seven, whatever their case, in ours."""
    found = {c: c for c in CATEGORIES}
    concepts = taxonomy.concepts_of("fer7")
    for known in ("basic", "ravdess8"):
        for category, concept in taxonomy.concepts_of(known).items():
            found.update((category, c) for c, own in concepts.items() if own == concept)
    return found | {name.capitalize(): c for name, c in found.items()}
