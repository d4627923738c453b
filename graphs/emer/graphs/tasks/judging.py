"""Judging statements, one by one, beside the facts that they cite."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Language
from emer.graphs.tasks.answer import Answer
from emer.graphs.tasks.facts import Fact
from emer.tools.readings import Frozen

Verdict = Literal["true", "false", "cannot_tell"]


class Statement(Frozen):
    """One claim, as a sentence to be judged."""

    claim: str
    text: str
    hypothesis: bool = Field(description="it is worded as a possibility and judged as one")
    evidence: tuple[str, ...] = Field(description="ids of the facts that it cites")


class JudgeTask(Frozen):
    """Judge each statement by the facts that it cites."""

    kind: Literal["judge"] = "judge"
    language: Language = "en"
    statements: tuple[Statement, ...]
    facts: tuple[Fact, ...]


class Judgement(Answer):
    """What one statement is judged to be."""

    claim: str
    verdict: Verdict
    reason: str = Field(description="one short sentence")


class Judgements(Answer):
    """One judgement per statement."""

    judgements: list[Judgement]


def all_true(task: JudgeTask) -> Judgements:
    """Return that every statement is true."""
    return Judgements(
        judgements=[
            Judgement(claim=s.claim, verdict="true", reason="it holds by the rules")
            for s in task.statements
        ]
    )
