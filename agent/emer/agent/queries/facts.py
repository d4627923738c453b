"""A report, arranged for being asked: what belongs to whom, by id, by name and by time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from emer.agent.queries.answer import Cited, QueryError
from emer.agent.queries.args import Of, Within
from emer.agent.queries.marks import PRESENCE, mark, telling, what_is
from emer.graphs.instructions import instructs
from emer.graphs.report import Claim, Report, Segment
from emer.tools.findings import SCENE, Evidence, Person, Spanned, TimeSpan

Place = TypeVar("Place", bound=Spanned)
MOST_CITED: Final = 12
"""Ids that one sentence cites at most; a sum over a whole clip rests on thousands."""
_PRINTED_S: Final = 0.1
"""Edges are printed in tenths of a second: a moment that was read off one lies inside."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One report and its indices."""

    report: Report
    evidence: dict[str, Evidence]
    owners: dict[str, str]
    """Person by every name that evidence about them is filed under."""

    @classmethod
    def of(cls, report: Report) -> Self:
        """Arrange ``report``."""
        return cls(
            report=report,
            evidence={e.id: e for e in report.evidence},
            owners={member: p.id for p in report.subjects for member in p.members},
        )

    def who(self, subject: str) -> str:
        """Return the person that evidence about ``subject`` is about, or the name itself."""
        return self.owners.get(subject, subject)

    def person(self, name: str | None) -> Person | None:
        """Return the person who goes by ``name``, whatever its case.

        Raises:
            QueryError: Nobody does.
        """
        if name is None:
            return None
        for person in self.report.subjects:
            if name.casefold() in {m.casefold() for m in person.members}:
                return person
        known = ", ".join(p.id for p in self.report.subjects) or "nobody"
        raise QueryError(f"nobody in this clip is called {name!r}", remedy=f"There are: {known}.")

    def window(self, within: Within) -> TimeSpan | None:
        """Return the stretch that is asked about; ``None``: all of it.

        Raises:
            QueryError: It lies outside the part that was analysed.
        """
        if within.start_s is None and within.end_s is None:
            return None
        first_s, last_s = self.report.run.span
        start_s = max(first_s, within.start_s or 0.0)
        end_s = min(last_s, last_s if within.end_s is None else within.end_s)
        if end_s <= start_s:
            raise self._outside()
        return TimeSpan(start_s=start_s, end_s=end_s)

    def inside(self, at_s: float) -> float:
        """Return a moment that is asked about, seconds.

        Raises:
            QueryError: It lies outside the part that was analysed.
        """
        first_s, last_s = self.report.run.span
        if not first_s - _PRINTED_S <= at_s <= last_s + _PRINTED_S:
            raise self._outside()
        return at_s

    def _outside(self) -> QueryError:
        first_s, last_s = self.report.run.span
        return QueryError(
            "what is asked about lies outside the analysed part",
            remedy=f"It runs from {first_s:.1f} s to {last_s:.1f} s.",
        )

    def chosen(self, items: Iterable[Place], asked: Of) -> list[Place]:
        """Return those of ``items`` (with a ``subject``) that the arguments ask for."""
        window, person = self.window(asked), self.person(asked.person)
        return [
            x
            for x in items
            if (window is None or x.overlaps(window))
            and (person is None or self.who(getattr(x, "subject", SCENE)) == person.id)
        ]

    def cited(
        self,
        text: str,
        place: Spanned,
        subject: str,
        evidence: Sequence[str],
        *,
        what: str | None = None,
        quotes: str | None = None,
    ) -> Cited:
        """Return a sentence with its citation.

        Args:
            text: The sentence.
            place: When it holds.
            subject: Whom it is about.
            evidence: Ids that it rests on.
            what: What the evidence is; found out from it if not given.
            quotes: The words of the clip that the sentence quotes, if it does.
        """
        ids = tuple(dict.fromkeys(i for i in evidence if i in self.evidence))
        who = self.who(subject)
        return Cited(
            text=text,
            mark=mark(place.start_s, who, what or what_is([self.evidence[i] for i in ids])),
            evidence=ids[:MOST_CITED], start_s=place.start_s, end_s=place.end_s, subject=who,
            untrusted=quotes is not None, warning=instructs(quotes) if quotes else None,
        )  # fmt: skip

    def of_claim(
        self, claim: Claim, text: str | None = None, place: Spanned | None = None
    ) -> Cited:
        """Return a claim as a sentence; it may quote what was said.

        Args:
            claim: The claim.
            text: The sentence, if it is told in other words than its own.
            place: What it is told of, if not of its own span.
        """
        quotes = [a.value for a in claim.assertions if isinstance(a.value, str)]
        spoken = [q for q in quotes if f"“{q}" in claim.text]
        return self.cited(
            text or claim.text, place or claim, claim.subject, claim.evidence,
            quotes=" ".join(spoken) or None,
        )  # fmt: skip

    def ids_of(self, segment: Segment) -> tuple[str, ...]:
        """Return the evidence of a segment: what its reading rests on, then the most telling.

        Every kind of clue comes before any second one, so that a sentence cut short cites them all.
        """
        rests = [i for x in self.report.labels if x.segment == segment.id for i in x.evidence]
        lanes = [
            self.strongest(x) for x in (segment.face, segment.voice, segment.words, segment.around)
        ]
        lanes.sort(key=lambda lane: self._telling(lane[0]) if lane else 9.0)
        longest = max(map(len, lanes), default=0)
        told = tuple(lane[i] for i in range(longest) for lane in lanes if i < len(lane))
        return tuple(dict.fromkeys((*rests, *told))) or self._presence(segment)

    def strongest(self, evidence: Iterable[str]) -> tuple[str, ...]:
        """Return known ids, the most telling first; mere presence only where nothing else is."""
        known = sorted((i for i in evidence if i in self.evidence), key=self._telling)
        told = tuple(i for i in known if self._telling(i) < PRESENCE)
        return told or tuple(known)

    def _telling(self, name: str) -> float:
        return telling(self.evidence[name])

    def _presence(self, segment: Segment) -> tuple[str, ...]:
        """Return what shows that somebody is there, where nothing shows how they are."""
        here = (e for e in self.report.evidence if e.overlaps(segment))
        return tuple(e.id for e in here if self.who(e.subject) == segment.subject)
