"""Whether what was read is what a fair annotator concludes from the same branch. No model judges.

Reads    what a case expects of a branch, and the labels that were printed
Returns  what is wrong, in words; empty if nothing is
Cost     dictionary look-ups

The leading label must be one that is expected, or of the same family in the taxonomy; no label may
be one that is refused. Naming no emotion is right where the case says so.
"""

from collections.abc import Sequence
from itertools import combinations

from emer.evals.branches.cases import BRANCHES, Branch, Case, Expected
from emer.tools import taxonomy


def wrong_with(labels: Sequence[str], expected: Expected) -> str:
    """Return what is wrong with printed labels, best first; empty if nothing."""
    if not labels:
        return "an emotion can be named, and none was" if expected.abstain == "no" else ""
    if expected.abstain == "must":
        return "nothing is shown, and an emotion was named"
    if refused := [x for x in labels if _form(x) in {_form(r) for r in expected.refused}]:
        return f"{refused[0]} is not to be concluded from this"
    return "" if accepts(expected, labels[0]) else f"{labels[0]} is not what this shows"


def accepts(expected: Expected, label: str) -> bool:
    """Return whether a label may lead."""
    if _form(label) in {_form(r) for r in expected.refused}:
        return False
    wanted = {_form(x) for x in expected.labels}
    known = taxonomy.find(label)
    families = {k.family for x in expected.labels if (k := taxonomy.find(x))}
    return _form(label) in wanted or (known is not None and known.family in families)


def must_differ(one: Expected, other: Expected) -> bool:
    """Return whether no reading is right for both."""
    if "no" not in (one.abstain, other.abstain):
        return False
    return not any(accepts(other, x) for x in one.labels) and not any(
        accepts(one, x) for x in other.labels
    )


def contrasts(case: Case) -> list[tuple[Branch, Branch]]:
    """Return the pairs of branches of a case that no one reading is right for."""
    pairs = combinations(BRANCHES, 2)
    return [(a, b) for a, b in pairs if must_differ(case.expected[a], case.expected[b])]


def _form(label: str) -> str:
    known = taxonomy.find(label)
    return known.word if known else label.strip().casefold()
