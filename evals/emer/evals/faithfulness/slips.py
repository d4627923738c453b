"""Slips by kind: what a careless writer gets wrong without meaning to deceive.

Reads    a true draft
Returns  the draft with the slip, or ``None`` where there is no occasion for it
Cost     microseconds
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from emer.graphs.tasks.explaining import ClaimDraft

_NUMBER: Final = re.compile(r"[+-]?\d+\.\d+")
_QUOTE: Final = re.compile(r"\u201c([^\u201d]*)\u201d")

Maker = Callable[[ClaimDraft], ClaimDraft | None]


class Slip(NamedTuple):
    """One way to be careless."""

    kind: str
    make: Maker
    harmless: bool = False
    """What is said stays true and asserted; it may be printed."""


def _rounded(true: ClaimDraft) -> ClaimDraft | None:
    """Whole numbers in the text and in what is asserted."""
    numbers = [a for a in true.assertions if not isinstance(a.value, str)]
    exact = [a for a in numbers if float(a.value) != round(float(a.value))]
    if len(numbers) != 1 or not exact or _QUOTE.search(true.text):
        return None
    whole = exact[0].model_copy(update={"value": float(round(float(exact[0].value)))})
    text = _NUMBER.sub(lambda m: f"{float(m.group()):.0f}", true.text)
    return true.model_copy(update={"text": text, "assertions": [whole]})


def _not_asserted(true: ClaimDraft) -> ClaimDraft | None:
    """One of several statements is forgotten in the list of what is asserted."""
    if len(true.assertions) < 2 or len(_NUMBER.findall(true.text)) < 2:
        return None
    return true.model_copy(update={"assertions": true.assertions[1:]})


def _misspelt_id(true: ClaimDraft) -> ClaimDraft | None:
    first, *rest = true.assertions
    wrong = first.model_copy(update={"evidence": (first.evidence[0].lower(),)})
    return true.model_copy(update={"assertions": [wrong, *rest]})


def _other_name(true: ClaimDraft) -> ClaimDraft | None:
    """A quantity is called by a name that no reading has."""
    first, *rest = true.assertions
    wrong = first.model_copy(update={"quantity": first.quantity.partition(".")[2]})
    return true.model_copy(update={"assertions": [wrong, *rest]})


def _ungrounded(true: ClaimDraft) -> ClaimDraft | None:
    grounded = true.rests_on or true.rests_on_clues
    return true.model_copy(update={"rests_on": [], "rests_on_clues": []}) if grounded else None


def _unstated_label(true: ClaimDraft) -> ClaimDraft | None:
    return true.model_copy(update={"labels": []}) if true.labels else None


def _unmarked_quote(true: ClaimDraft) -> ClaimDraft | None:
    """The quotation marks are left out."""
    return true.model_copy(update={"text": _QUOTE.sub(r"\1", true.text)}) if _QUOTE.search(true.text) else None  # fmt: skip


def _capitals(true: ClaimDraft) -> ClaimDraft | None:
    labels = [x.capitalize() for x in true.labels]
    return true.model_copy(update={"labels": labels}) if labels else None


def _spaces(true: ClaimDraft) -> ClaimDraft | None:
    return true.model_copy(update={"text": f"  {true.text}\n"})


SLIPS: Final = (
    Slip("rounded", _rounded),
    Slip("not asserted", _not_asserted),
    Slip("id misspelt", _misspelt_id),
    Slip("quantity misnamed", _other_name),
    Slip("grounds forgotten", _ungrounded),
    Slip("label forgotten", _unstated_label, harmless=True),
    Slip("quotation marks forgotten", _unmarked_quote, harmless=True),
    Slip("capital letters", _capitals, harmless=True),
    Slip("stray blanks", _spaces, harmless=True),
)
"""Every slip; the harmless ones change nothing that is said."""
