"""Clues and what was concluded from them as one account: in order, and nothing told twice."""

from collections.abc import Sequence
from typing import Final

from emer.graphs.report import Assertion, Claim, Stage
from emer.graphs.state import State

ORDER: Final[tuple[Stage, ...]] = (
    "attribute", "expression", "disagreement", "reaction", "shift", "emotion", "cause", "whole",
)  # fmt: skip
"""Stages in the order in which they are told."""
_CLUES: Final[frozenset[Stage]] = frozenset({"attribute", "expression"})


def drafts_of(state: State, *, fallen: bool = False) -> list[Claim]:
    """Return all that is to be verified, person by person and stage by stage.

    Args:
        state: The state of the run.
        fallen: Whether to return clues too that were refused when they were told.
    """
    clues, drafts = list(state.get("clues", [])), state.get("drafts", [])
    if fallen:
        # where the built-in analyst took over, it tells everything itself
        own = set(state.get("built_in", []))
        clues += [c for c in state.get("fallen_clues", []) if c.segment not in own]
    if not clues:
        return list(drafts)
    place = {s.id: i for i, s in enumerate(state.get("segments", []))}
    return sorted(
        (*clues, *drafts), key=lambda c: (place.get(c.segment or "", 0), ORDER.index(c.stage))
    )


def told_once(claims: Sequence[Claim], state: State) -> list[Claim]:
    """Leave out clues that a later claim repeats, and claims that repeat a clue.

    A claim repeats another if it asserts nothing beyond it, in the same segment and stage. Whatever
    rests on the one that is left out rests on the other.

    Args:
        claims: Those that hold.
        state: The state of the run; it tells which of them are clues.
    """
    clues = {c.id for c in (*state.get("clues", []), *state.get("fallen_clues", []))}
    if not clues:
        return list(claims)
    needed = {i for c in claims for i in c.rests_on}
    same: dict[str, str] = {}
    beside: dict[str | None, list[Claim]] = {}
    for claim in claims:
        beside.setdefault(claim.segment, []).append(claim)
    for claim in (c for c in claims if c.stage in _CLUES):
        for other in beside[claim.segment]:
            if other.id in same or (claim.id in clues) == (other.id in clues):
                continue
            # a movement that answers somebody is told as the reaction that it is
            answers = other.stage == "reaction" and claim.id not in needed
            if (other.stage == claim.stage and _told(claim) <= _told(other)) or (
                answers and set() < _told(claim, times=False) <= _told(other)
            ):
                same[claim.id] = other.id
                break
    return [_resting(c, same) for c in claims if c.id not in same]


def _told(claim: Claim, *, times: bool = True) -> set[Assertion]:
    """Return what a claim asserts, with or without the moments of movements."""
    return {a for a in claim.assertions if times or not a.quantity.endswith("_s")}


def _resting(claim: Claim, same: dict[str, str]) -> Claim:
    if not any(i in same for i in claim.rests_on):
        return claim
    grounds = dict.fromkeys(_kept(i, same) for i in claim.rests_on)
    return claim.model_copy(update={"rests_on": tuple(grounds)})


def _kept(name: str, same: dict[str, str]) -> str:
    while name in same:
        name = same[name]
    return name
