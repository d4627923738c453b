"""What a word or number of a text is about: the person, the modality and the movement before it.

Texts name whom and what they speak of before they give the details, so every detail is bound to
the person named last before it (the next one, if there is none), and to the modality or action
unit named last before it.
"""

import re
from dataclasses import dataclass
from typing import Final

from emer.graphs.report import Assertion
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.lexicon import FAMILIES, NOUNS
from emer.graphs.verification.scan import Scan

_NOUN: Final = re.compile(
    "|".join(f"(?P<{family}>{words})" for family, words in NOUNS.items()), re.IGNORECASE
)
_JOINT: Final = re.compile(r"\s*(and|or|against|versus|与|和|、|同|跟)\s*(the )?", re.I)
_LINK: Final = re.compile(r"[ 的]{0,2}")
"""What stands between an adjective and its noun."""


def nouns_in(prose: str) -> set[str]:
    """Return the modalities that a text names."""
    return {m.lastgroup for m in _NOUN.finditer(prose) if m.lastgroup is not None}


@dataclass(frozen=True, slots=True)
class Binding:
    """What the details of one text are about."""

    scan: Scan
    basis: Basis

    def person(self, at: int) -> str | None:
        """Return the person that a position is about; ``None`` if the text names nobody."""
        before = [m.what for m in self.scan.persons if m.end <= at]
        after = [m.what for m in self.scan.persons if m.start >= at]
        return before[-1] if before else after[0] if after else None

    def family(self, at: int, *, end: int | None = None) -> str | None:
        """Return the modality, or the action unit, that a position is about.

        Args:
            at: The position.
            end: End of an adjective; a modality right behind it is the one that it describes.
        """
        prose = self.scan.prose
        if end is not None and (link := _LINK.match(prose, end)):
            beside = _NOUN.match(prose, link.end())
            if beside is not None:
                return beside.lastgroup
        found = list(_NOUN.finditer(prose, 0, at))
        if len(found) > 1 and _JOINT.fullmatch(prose, found[-2].end(), found[-1].start()):
            return None  # voice and words together: the detail may be either's
        nouns = [(m.end(), m.lastgroup) for m in found]
        units = [(m.end, m.what) for m in self.scan.units if m.end <= at]
        return max([*nouns, *units], default=(0, None))[1]

    def is_about(self, asserted: Assertion, at: int, family: str | None) -> bool:
        """Whether an assertion can stand behind what is said at a position."""
        person = self.person(at)
        if person is not None:
            own = self.basis.members.get(person, frozenset())
            if any(self.basis.evidence[i].subject not in own for i in asserted.evidence):
                return False
        if family is None:
            return True
        if family not in FAMILIES:  # an action unit
            return asserted.quantity.split(".")[:2] == ["au", family]
        others = [p for f, own in FAMILIES.items() if f != family for p in own]
        return not asserted.quantity.startswith(tuple(others))
