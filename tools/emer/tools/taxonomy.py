"""One table from every category set in use to open-vocabulary labels with valence and arousal.

Reads    ``taxonomy.json`` beside this file, once, when it is imported (about 2 ms)
Returns  labels: a word of everyday English and one of Chinese, valence and arousal, a family
Cost     dictionary look-ups; ``nearest`` compares with every label, about 0.1 ms
Source   the plane is the circumplex of affect (Russell 1980, doi:10.1037/h0077714); directions
         follow published word ratings (Warriner et al. 2013, doi:10.3758/s13428-012-0314-x);
         the values are ours, rounded, and were not fitted to any data

"Neutral" has no label, on purpose: a face at rest or a plain remark shows no emotion, which is
not the same as calm (RAVDESS keeps the two apart). It maps to ``()`` at valence and arousal 0.
Valence and arousal alone cannot tell anger from fear; the labels of a region are therefore words
that leave this open, such as "tense".
"""

import json
import math
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

Language = Literal["en", "zh"]
"""Languages that labels and categories have words in."""
REGIONS_SET: Final = "affect_regions"
"""Name of the category set whose categories are the regions of the plane."""


class Affect(NamedTuple):
    """A point of the plane, both axes from -1 to 1, 0 neutral."""

    valence: float
    arousal: float


class Label(NamedTuple):
    """One open-vocabulary label."""

    word: str
    valence: float
    arousal: float
    family: str
    """Broad kind of feeling, e.g. ``anger``, ``shame``, ``interest``."""
    forms: tuple[str, ...] = ()
    """Other forms that mean the same, e.g. the noun."""
    opposite: str | None = None
    """Its opposite among the labels; always mutual."""
    zh: str = ""
    """The same in Chinese (simplified); every label has a word of its own there too."""

    @property
    def affect(self) -> Affect:
        """Its place on the plane."""
        return Affect(self.valence, self.arousal)


class Region(NamedTuple):
    """A rectangle of the plane; lower bounds belong to it, upper ones only at 1."""

    name: str
    valence: tuple[float, float]
    arousal: tuple[float, float]
    labels: tuple[str, ...]

    @property
    def affect(self) -> Affect:
        """Its centre; the origin for the region around it."""
        return Affect(sum(self.valence) / 2, sum(self.arousal) / 2)

    def holds(self, valence: float, arousal: float) -> bool:
        """Whether the point lies in this region."""
        return _inside(valence, self.valence) and _inside(arousal, self.arousal)


def _inside(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value < bounds[1] or value == bounds[1] == 1.0


def _read() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(
        resources.files("emer.tools").joinpath("taxonomy.json").read_text("utf-8")
    )
    return table


def _labels(table: Mapping[str, Any]) -> dict[str, Label]:
    opposites = {a: b for pair in table["opposites"] for a, b in (pair, pair[::-1])}
    return {
        row["word"]: Label(
            row["word"],
            row["valence"],
            row["arousal"],
            row["family"],
            tuple(row["forms"]),
            opposites.get(row["word"]),
            row["zh"],
        )
        for row in table["labels"]
    }


_TABLE: Final = _read()
LABELS: Final[Mapping[str, Label]] = MappingProxyType(_labels(_TABLE))
"""Every label by its word."""
REGIONS: Final[tuple[Region, ...]] = tuple(
    Region(row["name"], tuple(row["valence"]), tuple(row["arousal"]), tuple(row["labels"]))
    for row in _TABLE["regions"]
)
"""The plane, cut into regions without holes or overlaps."""
CATEGORY_SETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{name: tuple(concepts) for name, concepts in _TABLE["category_sets"].items()},
        REGIONS_SET: tuple(region.name for region in REGIONS),
    }
)
"""Categories of every set in use: ``ravdess8``, ``iemocap4``, ``emotion2vec9`` (without its "other"
and "unknown"), ``voice8`` (what a checkpoint of the user's own may say of a voice), ``crema_d6``, ``fer7``, ``goemotions28``,
``basic`` (seven basic emotions with contempt, and neutral) and ``affect_regions``."""
_FORMS: Final[Mapping[str, str]] = {
    form: label.word for label in LABELS.values() for form in (label.word, *label.forms, label.zh)
}


def labels_for(category_set: str, category: str) -> tuple[str, ...]:
    """Return the labels that say the same as a category, best first; none for neutral.

    Raises:
        KeyError: There is no such set, or it has no such category.
    """
    if category_set == REGIONS_SET:
        return _region(category).labels
    concepts: Mapping[str, str] = _TABLE["category_sets"][category_set]
    return tuple(_TABLE["concepts"][concepts[category]])


def concepts_of(category_set: str) -> Mapping[str, str]:
    """Return the concept behind each category of a set; sets share concepts, not names.

    Raises:
        KeyError: There is no such set, or it is that of the regions.
    """
    found: Mapping[str, str] = _TABLE["category_sets"][category_set]
    return found


def category_affect(category_set: str, category: str) -> Affect:
    """Return where a category lies: its best label's place, a region's centre, neutral's origin.

    Raises:
        KeyError: There is no such set, or it has no such category.
    """
    if category_set == REGIONS_SET:
        return _region(category).affect
    words = labels_for(category_set, category)
    return LABELS[words[0]].affect if words else Affect(0.0, 0.0)


def find(word: str) -> Label | None:
    """Return the label that ``word`` is a form of, in any language, whatever its case, or None."""
    known = _FORMS.get(" ".join(word.casefold().split()))
    return LABELS[known] if known else None


def label_word(label: str, language: Language) -> str:
    """Return what a label is called in a language; a word that is no label comes back as it is."""
    known = LABELS.get(label)
    return known.zh if known and language == "zh" else label


def category_word(category: str, language: Language) -> str:
    """Return what a category of any set is called in a language; unknown ones keep their name."""
    words: Mapping[str, str] = _TABLE["category_words"].get(category, {})
    return words.get(language, category.replace("_", " "))


def region(valence: float, arousal: float) -> Region:
    """Return the region around a point; values beyond -1..1 count as the edge.

    Raises:
        ValueError: A value is not a finite number.
    """
    at = _on_plane(valence, arousal)
    return next(r for r in REGIONS if r.holds(*at))


def nearest(
    valence: float, arousal: float, *, among: Iterable[str] | None = None, n: int = 3
) -> tuple[Label, ...]:
    """Return the ``n`` labels closest to a point, closest first, ties in alphabetical order.

    Args:
        valence: From -1 to 1; values beyond count as the edge.
        arousal: Likewise.
        among: Words to choose from; default every label.
        n: How many at most.

    Raises:
        KeyError: ``among`` names something that is not a label.
        ValueError: A value is not a finite number.
    """
    at = _on_plane(valence, arousal)
    choice = LABELS.values() if among is None else {LABELS[word] for word in among}
    return tuple(sorted(choice, key=lambda x: (math.dist(at, x.affect), x.word))[:n])


def _region(name: str) -> Region:
    for one in REGIONS:
        if one.name == name:
            return one
    raise KeyError(name)


def _on_plane(valence: float, arousal: float) -> Affect:
    if not (math.isfinite(valence) and math.isfinite(arousal)):
        raise ValueError(f"valence and arousal must be finite numbers: {valence}, {arousal}")
    return Affect(min(max(valence, -1.0), 1.0), min(max(arousal, -1.0), 1.0))
