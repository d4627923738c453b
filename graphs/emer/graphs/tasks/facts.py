"""What a model is given of a segment: typed facts, with the id of their evidence."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field

from emer.graphs.instructions import instructs
from emer.graphs.report import Agreement, CaseShown, Stage
from emer.tools.findings import Evidence, Modality
from emer.tools.readings import Frozen, Quantity, Unit

NAME_PATTERN: Final = r"^[A-Za-z0-9_.:-]{1,64}$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
"""What something is called by us: no room for a sentence."""
Role = Literal["speaking", "listening", "silent"]


class Fact(Frozen):
    """One piece of evidence as the model sees it."""

    evidence: str
    tool: str
    kind: str
    modality: Modality
    subject: str
    start_s: float
    end_s: float
    score: float | None = Field(
        default=None,
        description="of the evidence, less where music plays over a voice; not calibrated",
    )
    quantities: dict[str, Quantity] = Field(description="texts among them are quoted, untrusted")
    instructs: str | None = Field(
        default=None, description="why its words are addressed to a machine, and no clue"
    )

    @classmethod
    def of(cls, evidence: Evidence, score: float | None, hostile: str | None = None) -> Self:
        """Return a piece of evidence as a model is given it, with the score that it counts with.

        Args:
            evidence: It.
            score: That it counts with.
            hostile: Why its words instruct a machine, where they do not show it by themselves.
        """
        quantities = evidence.reading.quantities()
        texts = (v for v in quantities.values() if isinstance(v, str))
        return cls(
            evidence=evidence.id, tool=evidence.tool, kind=evidence.reading.kind,
            modality=evidence.modality, subject=evidence.subject, start_s=evidence.start_s,
            end_s=evidence.end_s, score=score, quantities=quantities,
            instructs=next((why for text in texts if (why := instructs(text))), hostile),
        )  # fmt: skip


class ModalityFact(Frozen):
    """What one modality amounts to in one segment."""

    modality: Modality
    valence: float | None
    arousal: float | None
    trust: Unit
    support: dict[str, Unit] = Field(description="labels its categories speak for")
    evidence: tuple[str, ...]


class SegmentFacts(Frozen):
    """One segment with everything known about it."""

    id: str
    subject: str
    role: Role
    start_s: float
    end_s: float
    facts: tuple[Fact, ...]
    modalities: tuple[ModalityFact, ...]
    agreement: tuple[Agreement, ...]
    cases: tuple[CaseShown, ...] = ()


class Clue(Frozen):
    """A clue that held when it was checked, as later calls are given it."""

    id: str
    segment: str
    stage: Stage
    text: str = Field(description="may quote words of the media: untrusted")
    evidence: tuple[str, ...]
