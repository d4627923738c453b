"""What came of the cases, as tables: sums by branch and by kind, and every single reading.

Reads    a ``Result``
Returns  ``Table`` values
"""

from collections.abc import Callable, Sequence
from typing import Final

from emer.evals.branches.cases import BRANCHES
from emer.evals.branches.running import Flip, Result, Row
from emer.evals.tables import Cell, Table

_REGIME: Final = (
    "90 sentences of our own in short scenes, 19 of them Chinese, each read four times: with face, voice "
    "and words, without the face, without the voice, and the words alone. What face, voice and words "
    "show is described, nobody was filmed; agreement, reading, explanation, verification and labels are "
    "real. Right: the leading label is one that a fair annotator concludes from that branch alone, or "
    "of its family, and no label is one that they would object to; naming no emotion is right only "
    "where the branch tells none. What is expected of a sentence was written before anything had read it; "
    "42 were added when the first 48 had been read. Of odd numbers the results were looked at to improve "
    "the rules, of even ones (held out) only sums. The same people wrote the rules and the set, and "
    "described clues are clearer than measured ones: this tells how clues are weighed, not how well "
    "people are read."
)
_FLIPS: Final = (
    "Pairs of branches of one sentence for which no one reading is right. 'Differ': the leading labels "
    "are not the same. 'Both right': each is the one that its branch supports."
)


def summary(result: Result) -> list[Table]:
    """Return the sums by branch and by kind of case, and what lesser readers would get."""
    return [_by_branch(result), _by_kind(result), _lesser(result)]


def readings(result: Result) -> Table:
    """Return every reading."""
    rows = tuple(
        (
            r.case, r.kind, r.branch, ", ".join(r.labels) or "(none named)", r.pattern,
            "yes" if r.right else r.wrong,
        )
        for r in result.rows
    )  # fmt: skip
    return Table(
        name="branches.readings", title="Every reading", regime=f"Read by {result.llm}.",
        columns=("case", "kind", "branch", "labels", "pattern", "right"), rows=rows,
    )  # fmt: skip


def _by_branch(result: Result) -> Table:
    halves = list(dict.fromkeys(r.half for r in result.rows))
    rows: list[tuple[Cell, ...]] = []
    for half in halves:
        own = [r for r in result.rows if r.half == half]
        for branch in BRANCHES:
            rows.append((half, branch, *_counts([r for r in own if r.branch == branch])))
        rows.append((half, "all", *_counts(own)))
    return Table(
        name="branches.all", title="The same sentence with four kinds of clues",
        regime=f"Read by {result.llm}. {_REGIME}",
        columns=("half", "branch", "readings", "right", "share", "pattern right", "no emotion named", "not verified"),
        rows=tuple(rows),
    )  # fmt: skip


def _lesser(result: Result) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (x.half, x.reader, *(x.right[b] / x.cases for b in BRANCHES)) for x in result.lesser
    ]
    return Table(
        name="branches.lesser", title="What readers that do less would get",
        regime="Share of readings that are right, of the same cases, by the same judgement.",
        columns=("half", "reader", *BRANCHES), rows=tuple(rows),
    )  # fmt: skip


def _counts(rows: Sequence[Row]) -> tuple[Cell, ...]:
    right = sum(r.right for r in rows)
    return (
        len(rows), right, right / len(rows), sum(r.pattern_right for r in rows),
        sum(not r.labels for r in rows), sum(len(r.objections) for r in rows),
    )  # fmt: skip


def _by_kind(result: Result) -> Table:
    kinds = list(dict.fromkeys(r.kind for r in result.rows))
    rows = [_kind(k, result, lambda x, k=k: x.kind == k) for k in kinds]  # type: ignore[misc]
    for half in dict.fromkeys(r.half for r in result.rows):
        rows.append(_kind(half, result, lambda x, h=half: x.half == h))  # type: ignore[misc]
    return Table(
        name="branches.kinds", title="Where the reading has to change with the clues", regime=_FLIPS,
        columns=("kind", "readings", "right", "pairs that must differ", "differ", "both right"),
        rows=tuple(rows),
    )  # fmt: skip


def _kind(name: str, result: Result, mine: Callable[[Row | Flip], bool]) -> tuple[Cell, ...]:
    rows = [r for r in result.rows if mine(r)]
    flips = [f for f in result.flips if mine(f)]
    return (
        name, len(rows), sum(r.right for r in rows), len(flips),
        sum(f.differs for f in flips), sum(f.right for f in flips),
    )  # fmt: skip
