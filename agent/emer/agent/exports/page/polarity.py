"""Which way the labels point: per person over the clip, with what it is told from, or not at all."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from emer.agent.exports.fixed_words import Words
from emer.graphs.report import Label, Report, Side
from emer.graphs.rule.writing.polarity import Sides

MAX_LABELS: Final = 4
SIGNS: Final[dict[str, str]] = {"positive": "+", "negative": "\u2212", "neutral": "\u25cb", "": "?"}
"""Written before a label: the side that it counts on; no table knows the last."""


class Source(NamedTuple):
    """A label that a polarity is told from."""

    label: Label
    side: str
    """Empty if no table places it."""

    @property
    def sign(self) -> str:
        """Its side, as one character."""
        return SIGNS[self.side]


class PersonPolarity(NamedTuple):
    """Which way one person's labels point over the clip."""

    who: str
    main: bool
    """Whether it is the main subject of the labels."""
    side: Side | None
    shares: str
    """How the labels' scores are shared out among the sides, in words."""
    sources: Sequence[Source]
    """The weightiest labels."""
    n_labels: int
    abstains: str
    """Why no polarity is told, in words; empty if one is."""


def person_polarities(report: Report, t: Words) -> list[PersonPolarity]:
    """Return the polarity of each person, that of the main subject first.

    Nobody is listed if no label of anybody holds.
    """
    if not report.labels:
        return []
    main = report.explanation.main_subject
    persons = sorted((p.id for p in report.subjects), key=lambda name: name != main)
    return [_of(name, name == main, report, t) for name in persons]


def segment_sides(report: Report) -> dict[str, Side]:
    """Return the polarity per segment, of those that have one."""
    return {p.segment: p.polarity for p in report.polarity if p.segment is not None}


def _of(name: str, main: bool, report: Report, t: Words) -> PersonPolarity:
    own = sorted((x for x in report.labels if x.subject == name), key=lambda x: -x.score)
    whole = (p.polarity for p in report.polarity if p.subject == name and p.segment is None)
    side = next(whole, None)
    abstains = ""
    if side is None:
        abstains = t("polarity.unplaced" if own else "polarity.abstains", who=name)
    return PersonPolarity(
        name, main, side, _shares(own, t),
        [Source(x, _side(x)) for x in own[:MAX_LABELS]], len(own), abstains,
    )  # fmt: skip


def _shares(labels: Sequence[Label], t: Words) -> str:
    weights = Sides.of((x.label, x.score) for x in labels)
    total = sum(weights)
    found = [
        t("polarity.share", score=f"{weight / total:.2f}", side=t(f"side.{name}"))
        for name, weight in sorted(weights._asdict().items(), key=lambda item: -item[1])
        if weight > 0
    ]
    return t("polarity.shares", shares=t("comma").join(found)) if found else ""


def _side(label: Label) -> str:
    weights = Sides.of([(label.label, label.score)])
    return next((name for name, weight in weights._asdict().items() if weight > 0), "")
