"""What a text says that can be checked: quotations, persons, times, action units, numbers.

Positions are those of the text. Quotations that are asserted are blanked first: what somebody said
may hold anything, and is no statement of the analyst's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from emer.graphs.verification.lexicon import UNKNOWN
from emer.tools.findings import SCENE

_NOT_BEFORE: Final = r"(?<![A-Za-z0-9_.:])"
_TIME: Final = re.compile(_NOT_BEFORE + r"(\d+):(\d\d)(\.\d+)?(?![\d:])")
_AU: Final = re.compile(r"(?<![A-Za-z0-9_])AU[ -]?0?(\d{1,2})(?!\d)", re.IGNORECASE)
_PERSON: Final = re.compile(r"(?<![A-Za-z0-9_])P(\d+)(?![A-Za-z0-9_])")
_SCALE: Final = re.compile(r"(?:\bof|\bout of|/|满分)\s*5(?!\.?\d)|5\s*分制")
_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9_.])([+-]?)(\d+(?:\.\d+)?)(?!\d|\.\d)( ?%)?")
_PAIRS: Final = ("“”", '""', "「」", "『』", "«»", "‘’", "''")  # noqa: RUF001 - quotation marks
_MARKS: Final = "".join(_PAIRS) + "… "
_TAILS: Final = ("…", "……", "...", "")
_ID: Final = re.compile(r"\b[A-Z]{2,3}-[0-9a-f]{8}\b")
"""Evidence that a text names by its id: it is cited already."""
_LOOSE: Final = re.compile(
    r"“[^”]*”?|”|「[^」]*」?|『[^』]*』?|«[^»]*»?|\"[^\"]*\"?|‘[^’]*’"  # noqa: RUF001
    r"|(?<![^\W_])'[^']{2,}'(?![^\W_])"
)
_SAME_WIDTH: Final = {ord("−"): "-", ord("﹣"): "-"} | {  # noqa: RUF001 - real minus signs
    code: chr(code - 0xFEE0)
    for code in range(0xFF01, 0xFF5F)
    if chr(code - 0xFEE0) in "+-%./()" or chr(code - 0xFEE0).isalnum()
}
"""Signs, digits and letters of full width, read as the plain ones."""


class Mark(NamedTuple):
    """Something found in a text: where, and what it is."""

    start: int
    end: int
    what: str


class Number(NamedTuple):
    """A number as printed."""

    start: int
    end: int
    value: float
    signed: bool
    decimals: int
    unit: str
    """What stands right behind it, up to 14 characters."""

    def shows(self, value: float) -> bool:
        """Whether ``value`` would be printed like this."""
        return abs(self.value - value) <= 0.5 * 10.0**-self.decimals + 1e-6


class Time(NamedTuple):
    """A moment as printed, seconds."""

    start: int
    end: int
    at_s: float
    decimals: int

    def shows(self, moment_s: float) -> bool:
        """Whether ``moment_s`` would be printed like this; without decimals it may be cut off."""
        if self.decimals == 0:
            return -0.5 <= moment_s - self.at_s < 1.0
        return abs(self.at_s - moment_s) <= 0.5 * 10.0**-self.decimals + 1e-6


@dataclass(frozen=True, slots=True)
class Scan:
    """One text, taken apart."""

    prose: str
    """The text with its quotations blanked out."""
    rest: str
    """The prose without persons, times, action units and numbers as well."""
    quotes: tuple[Mark, ...]
    """Quotations that are asserted."""
    loose: tuple[str, ...]
    """Quotations that are not."""
    persons: tuple[Mark, ...]
    """Persons, and ``scene`` for a speaker whom nobody knows."""
    units: tuple[Mark, ...]
    """Action units: ``AU12``."""
    times: tuple[Time, ...]
    numbers: tuple[Number, ...]

    @classmethod
    def of(cls, text: str, asserted: Iterable[str]) -> "Scan":
        """Take ``text`` apart, given the words that it asserts."""
        blanked, quotes = _quotations(text, asserted)
        loose = tuple(m.group().strip(_MARKS) for m in _LOOSE.finditer(blanked))
        prose = _blank(_blank(blanked, _LOOSE), _ID).translate(_SAME_WIDTH)
        times = tuple(
            Time(m.start(), m.end(), int(m[1]) * 60 + float(m[2] + (m[3] or "")), _places(m[3]))
            for m in _TIME.finditer(prose)
        )
        units = tuple(Mark(m.start(), m.end(), f"AU{int(m[1])}") for m in _AU.finditer(prose))
        persons = [Mark(m.start(), m.end(), f"P{m[1]}") for m in _PERSON.finditer(prose)]
        persons += [Mark(m.start(), m.end(), SCENE) for m in UNKNOWN.finditer(prose)]
        rest = prose
        for pattern in (_TIME, _AU, _PERSON, _SCALE):
            rest = _blank(rest, pattern)
        numbers = tuple(_number(m, prose) for m in _NUMBER.finditer(rest))
        rest = _blank(rest, _NUMBER)
        return cls(prose, rest, quotes, loose, tuple(sorted(persons)), units, times, numbers)

    def clause(self, at: int) -> tuple[int, int]:
        """Return where the clause around a position starts and ends."""
        edges = [m.end() for m in _CLAUSE.finditer(self.prose)]
        before = [e for e in edges if e <= at]
        after = [e for e in edges if e > at]
        return (before[-1] if before else 0, after[0] if after else len(self.prose))

    def unit_of(self, time: Time) -> str | None:
        """Return the action unit in whose brackets a time stands."""
        before = [u for u in self.units if u.end <= time.start]
        if not before or _BRACKET.search(self.prose, before[-1].end, time.start):
            return None
        unit = before[-1]
        is_inside = self.prose.rfind("(", 0, unit.start) > self.prose.rfind(")", 0, unit.start)
        return unit.what if is_inside else None


_BRACKET: Final = re.compile(r"[()]")
_CLAUSE: Final = re.compile(r"[,;.!?](?=\s|$)|[，、；。！？]|\n")


def _quotations(text: str, asserted: Iterable[str]) -> tuple[str, tuple[Mark, ...]]:
    found: list[Mark] = []
    for value in sorted(set(asserted), key=lambda v: -len(v)):
        for shown in {value, " ".join(value.split())} - {""}:
            for (opens, closes), tail in ((p, t) for p in _PAIRS for t in _TAILS):
                quoted = f"{opens}{shown}{tail}{closes}"
                at = text.find(quoted)
                while at >= 0:
                    found.append(Mark(at, at + len(quoted), value))
                    text = f"{text[:at]}{' ' * len(quoted)}{text[at + len(quoted) :]}"
                    at = text.find(quoted)
    return text, tuple(sorted(found))


def _number(match: "re.Match[str]", prose: str) -> Number:
    sign, digits, percent = match.groups()
    value = float(digits) * (-1 if sign == "-" else 1)
    decimals = len(digits.partition(".")[2])
    unit = prose[match.end(2) : match.end(2) + 14]
    if percent:
        return Number(match.start(), match.end(), value / 100, bool(sign), decimals + 2, unit)
    return Number(match.start(), match.end(), value, bool(sign), decimals, unit)


def _places(fraction: str | None) -> int:
    return len(fraction) - 1 if fraction else 0


def _blank(text: str, pattern: "re.Pattern[str]") -> str:
    return pattern.sub(lambda m: " " * len(m.group()), text)
