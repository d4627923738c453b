"""What readers would get that do less: the measure is worth as much as it sets them apart.

Reads    cases, and the rows that were read of them
Returns  ``Lesser`` values: how many readings such a reader would have right
Cost     dictionary look-ups; nothing is read again
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from emer.evals.branches.cases import BRANCHES, Branch, Case, Half
from emer.evals.branches.judging import wrong_with

Labels = tuple[str, ...]
_READERS: Final[Mapping[str, Callable[[Mapping[Branch, Labels]], Mapping[Branch, Labels]]]] = {
    "this one": lambda read: read,
    "takes every branch as from the words alone": lambda read: dict.fromkeys(BRANCHES, read["T"]),
    "takes every branch as with face and voice": lambda read: dict.fromkeys(BRANCHES, read["V+A+T"]),
    "never names an emotion": lambda read: dict.fromkeys(BRANCHES, ()),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesser:
    """How one reader does in one half."""

    reader: str
    half: Half
    cases: int
    right: dict[Branch, int]


def lesser(cases: Sequence[Case], labels: Mapping[tuple[str, Branch], Labels]) -> list[Lesser]:
    """Return what this reader and lesser ones have right, half by half.

    Args:
        cases: The cases.
        labels: What was printed of each case and branch, best first.
    """
    found = []
    for half in dict.fromkeys(c.half for c in cases):
        own = [c for c in cases if c.half == half]
        for name, reads in _READERS.items():
            right = dict.fromkeys(BRANCHES, 0)
            for case in own:
                told = reads({b: labels[case.id, b] for b in BRANCHES})
                for b in BRANCHES:
                    right[b] += not wrong_with(told[b], case.expected[b])
            found.append(Lesser(name, half, len(own), right))
    return found
