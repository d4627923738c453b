"""What was refused in one analysis, by what, and what became of it: in words, for every door."""

from typing import Final

from emer.agent.exports.fixed_words import Words
from emer.graphs.refusals import Check, Checks
from emer.graphs.report import Dropped

KINDS: Final[tuple[Check | None, ...]] = ("rule", "leak", "judge", "hold", "label", "mend", None)
"""What refuses something, in the order in which it is told."""


def by_kind(dropped: tuple[Dropped, ...], t: Words) -> dict[str, list[Dropped]]:
    """Return what was refused under a heading for each check."""
    kinds = {
        t(f"refused.{check or 'none'}"): [d for d in dropped if d.check == check] for check in KINDS
    }
    return {words: own for words, own in kinds.items() if own}


def repair_of(dropped: Dropped, t: Words) -> str:
    """Return what became of a claim that was sent back; empty if it was not."""
    repair = dropped.repair
    if repair is None:
        return ""
    return t(f"repair.{repair.outcome}", text=repair.text or "", reason=repair.reason or "")


def summed_up(checks: Checks, t: Words) -> list[str]:
    """Return in sentences what was done about what a language model wrote."""
    lines = [
        t(
            "checks.counts", drafts=checks.drafts, refused=checks.refused,
            sent_back=checks.sent_back, corrected=checks.corrected,
        )
    ]  # fmt: skip
    if checks.self_check:
        lines.append(t(
            "checks.judged", judged_true=checks.judged_true, judged_false=checks.judged_false,
            open=len(checks.cannot_tell),
        ))  # fmt: skip
    if checks.not_judged:
        lines.append(t("checks.not_judged", n=checks.not_judged))
    if not checks.judge_believed:
        lines.append(t("checks.disbelieved"))
    if checks.built_in:
        lines.append(t("checks.built_in", names=t("comma").join(checks.built_in)))
    return lines
