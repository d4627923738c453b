"""What claims and labels are checked against: the typed record of one analysis, nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from emer.graphs.report import (
    Claim,
    Language,
    Reaction,
    Report,
    Segment,
    SegmentReading,
    Shift,
)
from emer.graphs.state import State
from emer.tools.findings import SCENE, Evidence, Person, Utterance

BUILT_IN: Final = "rule"
"""Name of the built-in analyst; it writes with a closed set of words."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The facts of one analysis, by id."""

    evidence: Mapping[str, Evidence]
    members: Mapping[str, frozenset[str]]
    """Per person every subject name under which evidence about them is filed."""
    segments: Mapping[str, Segment] = field(default_factory=dict)
    utterances: Mapping[str, Utterance] = field(default_factory=dict)
    readings: Mapping[str, SegmentReading] = field(default_factory=dict)
    reactions: Sequence[Reaction] = ()
    shifts: Sequence[Shift] = ()
    language: Language = "en"
    label_words: Mapping[str, str] = field(default_factory=dict)
    """What labels that no table knows are called in the language of the account."""
    closed: bool = False
    """Whether the built-in analyst wrote: only words of its own wording may occur."""

    @classmethod
    def of_state(cls, state: State, *, language: Language, model: str) -> Self:
        """Take the facts from a running analysis."""
        return cls(
            evidence=state.get("evidence", {}),
            members=members_of(state.get("persons", [])),
            segments={s.id: s for s in state.get("segments", [])},
            utterances={u.id: u for u in state.get("utterances", [])},
            readings={r.segment: r.summary() for r in state.get("readings", [])},
            reactions=state.get("reactions", []),
            shifts=state.get("shifts", []),
            language=language,
            label_words=state.get("label_words", {}),
            closed=model == BUILT_IN,
        )

    @classmethod
    def of_report(cls, report: Report) -> Self:
        """Take the facts from a report alone."""
        told = report.explanation
        return cls(
            evidence={e.id: e for e in report.evidence},
            members=members_of(report.subjects),
            segments={s.id: s for s in told.segments},
            utterances={u.id: u for u in report.utterances},
            readings={r.segment: r for r in told.readings},
            reactions=told.reactions,
            shifts=told.shifts,
            language=told.language,
            label_words=told.label_words,
            closed=report.run.llm == BUILT_IN,
        )

    def is_about(self, evidence: str, person: str) -> bool:
        """Whether a piece of evidence is filed under one of the person's names."""
        return self.evidence[evidence].subject in self.members.get(person, frozenset())

    def is_around(self, evidence: str) -> bool:
        """Whether a piece of evidence is a sound that is nobody's in particular."""
        found = self.evidence[evidence]
        return found.subject == SCENE and found.reading.kind == "vocal_event"

    def reactions_of(self, claim: Claim) -> list[Reaction]:
        """Return the reactions that a claim may tell of."""
        return [
            r for r in self.reactions if (r.segment, r.subject) == (claim.segment, claim.subject)
        ]

    def shifts_of(self, claim: Claim) -> list[Shift]:
        """Return the shifts that a claim may tell of."""
        return [
            s for s in self.shifts if (s.to_segment, s.subject) == (claim.segment, claim.subject)
        ]


def members_of(persons: Iterable[Person]) -> dict[str, frozenset[str]]:
    """Return, per person, every subject name under which evidence about them is filed."""
    return {SCENE: frozenset({SCENE}), **{p.id: p.members for p in persons}}
