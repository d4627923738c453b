"""What was refused in one analysis, by what, and what became of it: in words, for every door."""

from typing import Final

from emer.graphs.refusals import Checks
from emer.graphs.report import Dropped

KINDS: Final = {
    "rule": "Refused by the rules",
    "leak": "Withheld: it would carry something out",
    "judge": "Judged false by the model itself, or resting on that",
    "hold": "Labels that nothing measured speaks for",
    "label": "Labels that follow from no claim that holds",
    "mend": "Replaced: the built-in analyst tells of the moment instead",
    None: "Refused",
}
"""By check, in the order in which they are told."""


def by_kind(dropped: tuple[Dropped, ...]) -> dict[str, list[Dropped]]:
    """Return what was refused under the headings above."""
    kinds = {words: [d for d in dropped if d.check == check] for check, words in KINDS.items()}
    return {words: own for words, own in kinds.items() if own}


def repair_of(dropped: Dropped) -> str:
    """Return what became of a claim that was sent back; empty if it was not."""
    repair = dropped.repair
    if repair is None:
        return ""
    if repair.outcome == "holds":
        return "Sent back once: corrected, and told so."
    if repair.outcome == "none":
        return "Sent back once: no correction came."
    return f"Sent back once: “{repair.text or ''}”, refused too: {repair.reason or ''}"


def summed_up(checks: Checks) -> list[str]:
    """Return in sentences what was done about what a language model wrote."""
    counts = (
        f"Claims that the model wrote: {checks.drafts}; refused at first: {checks.refused}; sent back "
        f"once: {checks.sent_back}; came back right: {checks.corrected}."
    )
    lines = [counts]
    if checks.self_check:
        lines.append(
            f"Judged again by the model: {checks.judged_true} true, {checks.judged_false} false, "
            f"{len(checks.cannot_tell)} open and told all the same."
        )
    if checks.not_judged:
        lines.append(f"Not judged again: {checks.not_judged}.")
    if not checks.judge_believed:
        lines.append("It called more than half false, so nothing that it wrote is told.")
    if checks.built_in:
        lines.append(f"Told by the built-in analyst instead: {', '.join(checks.built_in)}.")
    return lines
