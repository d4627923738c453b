"""Correcting, once, claims that were refused."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Assertion, Language, Stage
from emer.graphs.tasks.answer import Answer
from emer.graphs.tasks.facts import Fact
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools.readings import Frozen


class Ground(Frozen):
    """A claim that holds, which others may rest on."""

    claim: str
    segment: str | None
    stage: Stage
    text: str
    evidence: tuple[str, ...]


class Refusal(Frozen):
    """A claim as it was written, and why it was refused."""

    claim: str
    segment: str | None
    subject: str
    stage: Stage
    text: str
    assertions: tuple[Assertion, ...]
    labels: tuple[str, ...]
    about: tuple[str, ...]
    rests_on: tuple[str, ...]
    hypothesis: bool
    reason: str
    may_cite: tuple[str, ...] = Field(description="ids of facts; it may cite no others")


class RepairTask(Frozen):
    """Correct claims that were refused, or leave them out."""

    kind: Literal["repair"] = "repair"
    language: Language = "en"
    refused: tuple[Refusal, ...]
    grounds: tuple[Ground, ...]
    readings: tuple[ReadingDraft, ...]
    facts: tuple[Fact, ...]


class Correction(Answer):
    """One claim, written anew; segment, stage and span stay as they are."""

    claim: str = Field(description="id of the claim that it replaces")
    text: str
    assertions: list[Assertion]
    labels: list[str] = Field(default=[], description="emotion words that it states")
    about: list[str] = Field(default=[], description="other persons that it names")
    rests_on: list[str] = Field(default=[], description="ids of the claims that it follows from")


class Repairs(Answer):
    """Corrections of those claims that can be corrected; may be empty."""

    corrections: list[Correction]
