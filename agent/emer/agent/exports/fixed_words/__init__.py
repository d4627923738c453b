"""What the page, the text export and the terminal say in words of their own, per language.

One table: a key has its English and its Chinese wording, nothing else stands for either. What a
report itself holds (claims, reasons of tools, names) is not in it. Names of models and tools, ids,
and the signs of units are the same in every language.

Wordings are format strings with named slots; ``{s}`` is the English plural, by the slot ``n``.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from markupsafe import Markup, escape

from emer.agent.exports.fixed_words import (
    account,
    background,
    chart,
    frame,
    names,
    quantities,
    script,
    terminal,
)
from emer.graphs.report import Language

Wording = tuple[str, str]
"""English and Chinese."""
_PARTS: Final = (frame, account, background, chart, names, quantities, script, terminal)
TABLE: Final[Mapping[str, Wording]] = MappingProxyType(
    {key: wording for part in _PARTS for key, wording in part.TABLE.items()}
)
"""Every fixed wording of every part; parts share no key."""
_PLACES: Final[Mapping[Language, int]] = MappingProxyType({"en": 0, "zh": 1})


class Words:
    """The fixed words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._place = _PLACES[language]

    def __call__(self, key: str, **slots: object) -> str:
        """Return a wording with its slots filled.

        Raises:
            KeyError: There is no such wording, or a slot is not filled.
        """
        return TABLE[key][self._place].format(**_with_plural(slots))

    def __contains__(self, key: str) -> bool:
        """Whether there is such a wording."""
        return key in TABLE

    def rich(self, key: str, **slots: object) -> Markup:
        """Return a wording that holds elements of its own; what fills its slots is escaped."""
        filled = {name: escape(value) for name, value in _with_plural(slots).items()}
        return Markup(TABLE[key][self._place].format(**filled))

    def named(self, family: str, name: str) -> str | None:
        """Return what a thing of a family is called; ``None`` if the table does not know it."""
        wording = TABLE.get(f"{family}.{name}")
        return None if wording is None else wording[self._place]

    def family(self, family: str) -> dict[str, str]:
        """Return all wordings of a family, by name, in the order of the table."""
        start = f"{family}."
        return {k[len(start) :]: w[self._place] for k, w in TABLE.items() if k.startswith(start)}


@cache
def fixed_words(language: Language) -> Words:
    """Return the fixed words of a language."""
    return Words(language)


def _with_plural(slots: dict[str, object]) -> dict[str, object]:
    return {"s": "" if slots.get("n") == 1 else "s", **slots}
