"""The whole explanation as its claims: each was checked against the evidence that it cites."""

from typing import Literal

from pydantic import Field

from emer.agent.queries.answer import Answer
from emer.agent.queries.args import Some
from emer.agent.queries.facts import Facts
from emer.graphs.report import Claim, Report, Stage

Wanted = Literal["all", "attribute", "expression", "disagreement", "reaction", "shift", "emotion",
                 "whole"]  # fmt: skip


class AccountArgs(Some):
    """Which claims."""

    stage: Wanted = Field(
        default="all",
        description="whole: the summary; emotion: what it amounts to; disagreement: where face, "
        "voice and words do not go together; the others: what that rests on",
    )


class AccountAnswer(Answer):
    """Claims; those that sum up come first."""

    claims: tuple[Claim, ...]


def account(report: Report, asked: AccountArgs) -> AccountAnswer:
    """Return the explanation: verified claims, from the summary down to single observations."""
    facts = Facts.of(report)
    found = [
        c for c in facts.chosen(report.explanation.claims, asked) if asked.stage in ("all", c.stage)
    ]
    found.sort(key=lambda c: (_ORDER[c.stage], c.start_s))
    return AccountAnswer.of(
        report, [facts.of_claim(c) for c in found], limit=asked.limit,
        claims=tuple(found[: asked.limit]), nothing="no claim about it holds",
    )  # fmt: skip


_ORDER: dict[Stage, int] = {
    "whole": 0, "disagreement": 1, "emotion": 2, "shift": 3, "reaction": 4, "expression": 5,
    "attribute": 6,
}  # fmt: skip
