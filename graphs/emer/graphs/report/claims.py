"""What a report says: claims and labels with the evidence that they cite, and what was refused.

What a claim says is repeated in it as typed ``Assertion`` values, which is what verification checks.
"""

from typing import Final, Literal

from pydantic import Field

from emer.graphs.refusals import Check, Repair
from emer.tools.findings import Spanned
from emer.tools.readings import Frozen, Quantity, Unit

Relation = Literal["eq", "gt", "ge", "lt", "le", "contains"]
Stage = Literal[
    "attribute", "expression", "disagreement", "reaction", "shift", "emotion", "cause", "whole"
]
INFERENTIAL: Final[frozenset[Stage]] = frozenset({"emotion", "shift", "cause", "whole"})
"""Stages whose claims conclude something: they name the claims that they rest on."""
Perspective = Literal["speaker", "listener", "viewer", "self"]
Side = Literal["positive", "negative", "neutral", "mixed"]
"""Sentiment polarity."""


class Assertion(Frozen):
    """One checkable statement: cited evidence has a quantity that stands in a relation."""

    quantity: str = Field(description="name from Reading.quantities(), e.g. 'voice.arousal'")
    relation: Relation
    value: Quantity
    evidence: tuple[str, ...] = Field(min_length=1, description="ids; each of them satisfies it")


class Claim(Spanned):
    """One sentence of the explanation."""

    id: str
    stage: Stage
    text: str
    subject: str
    evidence: tuple[str, ...] = Field(min_length=1)
    assertions: tuple[Assertion, ...] = Field(min_length=1)
    segment: str | None = Field(default=None, description="the segment it explains")
    labels: tuple[str, ...] = Field(default=(), description="emotion labels that it states")
    about: tuple[str, ...] = Field(
        default=(), description="other persons that it names; it cites evidence about each"
    )
    rests_on: tuple[str, ...] = Field(
        default=(), description="ids of the claims it concludes from; never empty if inferential"
    )
    hypothesis: bool = Field(default=False, description="a possible cause, not a measurement")


class Dropped(Frozen):
    """Something that verification refused, and why."""

    text: str
    reason: str
    check: Check | None = Field(
        default=None,
        description="what refused it: rule, leak (it carries something out), judge (the model's own "
        "second judgement), hold (nothing measured speaks for it), label; or mend: the built-in "
        "analyst tells of its moment instead",
    )
    claim: str | None = Field(default=None, description="id that the claim had")
    stage: Stage | None = None
    segment: str | None = None
    repair: Repair | None = Field(
        default=None, description="null: the model was not asked to correct it"
    )


class Label(Spanned):
    """One open-vocabulary emotion label."""

    label: str = Field(description="one English word form of each label, whatever the language")
    shown: str = Field(description="the label in the language of the explanation")
    perspective: Perspective
    score: Unit = Field(description="support by the evidence, not calibrated")
    intensity: Unit = Field(description="how strongly it is shown, not how sure it is")
    evidence: tuple[str, ...] = Field(min_length=1)
    subject: str
    segment: str


class Polarity(Frozen):
    """Which way the labels of one person point: in one segment, or over all of them."""

    subject: str
    segment: str | None = Field(default=None, description="None: of the person over the whole clip")
    polarity: Side
    labels: tuple[str, ...] = Field(min_length=1, description="what it was told from")
