"""Writing the explanation as claims that cite evidence."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Assertion, Language, Reaction, Shift, Stage
from emer.graphs.tasks.answer import Answer
from emer.graphs.tasks.facts import Clue, SegmentFacts
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools.findings import Person
from emer.tools.readings import Frozen


class ExplainTask(Frozen):
    """Write the explanation as claims that cite evidence."""

    kind: Literal["explain"] = "explain"
    question: str | None
    language: Language = "en"
    segments: tuple[SegmentFacts, ...]
    readings: tuple[ReadingDraft, ...]
    clues: tuple[Clue, ...] = Field(default=(), description="claims that stand already")
    persons: tuple[Person, ...] = ()
    reactions: tuple[Reaction, ...] = Field(default=(), description="of these segments")
    shifts: tuple[Shift, ...] = Field(default=(), description="that end in these segments")
    label_words: dict[str, str] = Field(
        default={}, description="what labels are called in the language asked for"
    )


class ClaimDraft(Answer):
    """One sentence, with the evidence it cites and what exactly it asserts."""

    segment: str
    stage: Stage
    text: str
    assertions: list[Assertion]
    labels: list[str] = Field(default=[], description="emotion words that it states")
    about: list[str] = Field(default=[], description="other persons that it names")
    rests_on: list[int] = Field(
        default=[], description="places (from 0) in this list of the claims it concludes from"
    )
    rests_on_clues: list[str] = Field(
        default=[], description="ids of given clues that it concludes from"
    )
    hypothesis: bool = False
    start_s: float | None = Field(default=None, description="None: the segment's own span")
    end_s: float | None = None


class Explanation(Answer):
    """The explanation, claim by claim: from attributes over expressions to emotions and causes."""

    claims: list[ClaimDraft]
