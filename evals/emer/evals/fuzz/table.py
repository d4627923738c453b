"""Sum up what came of many cases, for people and for programs.

Reads    cases and their results
Returns  text with one row per container and mutation, or plain values
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from emer.evals.fuzz.cases import Case
from emer.evals.fuzz.outcomes import Outcome

COLUMNS: Final = ("decoded", "damaged", "refused", "fault")
EXAMPLES: Final = 4
"""Faults of one kind that are listed."""
FEW: Final = 20
"""Up to so many files, each one's outcome is told."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A case and what came of it."""

    case: Case
    outcome: Outcome
    command: str
    """Tries it again."""

    def data(self) -> dict[str, Any]:
        """Return plain values."""
        about = {"number": self.case.number, "container": self.case.container}
        about |= {"mutation": self.case.mutation, "name": self.case.name}
        return {**about, **self.outcome.data(), "command": self.command}


def counts(tried: Iterable[Tried]) -> dict[tuple[str, str], Counter[str]]:
    """Return how often which outcome came, by container and mutation."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in tried:
        key = (one.case.container, one.case.mutation)
        found.setdefault(key, Counter())[one.outcome.status] += 1
    return found


def summary(tried: Sequence[Tried]) -> str:
    """Return the table, its sums, and every fault with the command that shows it again."""
    rows: list[tuple[str, ...]] = [("container", "mutation", "files", *COLUMNS)]
    found = counts(tried)
    for (container, mutation), count in sorted(found.items()):
        rows.append((container, mutation, *_numbers(count)))
    rows.append(("all", "", *_numbers(sum(found.values(), Counter()))))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]  # fmt: skip
    return "\n".join([*lines, "", *_each(tried), *_faults(tried)])


def _each(tried: Sequence[Tried]) -> list[str]:
    """Say of a few files what came of each."""
    if len(tried) > FEW:
        return []
    return [
        f"{t.case.number} ({t.case.mutation}, {t.case.name}): {t.outcome.status} "
        f"in {t.outcome.wall_s} s {t.outcome.message!r} {t.outcome.remedy!r} {t.outcome.detail}"
        for t in tried
    ]


def _numbers(count: "Counter[str]") -> tuple[str, ...]:
    return (str(count.total()), *(str(count[c]) if count[c] else "-" for c in COLUMNS))


def _faults(tried: Sequence[Tried]) -> list[str]:
    faults = [t for t in tried if t.outcome.status == "fault"]
    if not faults:
        return ["No faults."]
    alike: dict[tuple[str, str], list[Tried]] = {}
    for one in sorted(faults, key=lambda t: (t.outcome.fault, t.case.number)):
        alike.setdefault((one.outcome.fault, _shape(one.outcome)), []).append(one)
    lines = [f"{len(faults)} fault(s) of {len(alike)} kind(s):"]
    for same in alike.values():
        first = same[0].outcome
        where = f" [{first.detail}]" if first.detail else ""
        lines.append(f"{first.fault}, {len(same)} time(s): {first.message!r}{where}")
        for one in same[:EXAMPLES]:
            about = f"{one.case.container}, {one.case.mutation}, {one.case.name}"
            lines.append(f"    {one.command}  # {about}")
        if len(same) > EXAMPLES:
            lines.append(f"    and {len(same) - EXAMPLES} more: --json names all")
    return lines


def _shape(outcome: Outcome) -> str:
    """Return what is wrong without its numbers and names: faults that look alike are listed once."""
    said = re.sub(r"\S*\d\S*|'[^']*'", "#", outcome.message)
    return f"{said[:80]} {outcome.detail}"
