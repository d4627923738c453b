"""Two people, or two stretches, side by side: what each shows, sounds and says, and the difference."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import Field

from emer.agent.queries.answer import Answer, Cited, QueryError
from emer.agent.queries.args import Args, PersonName, Seconds, Some
from emer.agent.queries.facts import Facts
from emer.graphs.nodes.agreement import COMPARED, modalities_of
from emer.graphs.report import Label, Report, Segment
from emer.graphs.rule.writing.wording import during
from emer.tools.findings import Modality, TimeSpan
from emer.tools.readings import Frozen

SAME: Final = 0.15
"""Means on -1..1 nearer to each other than this are called alike."""
MAX_LABELS: Final = 4


class CompareArgs(Args):
    """Two sides; what is left out of the second is as on the first."""

    person: PersonName | None = Field(default=None, description="the first person, e.g. P1")
    other_person: PersonName | None = Field(default=None, description="the second, e.g. P2")
    start_s: Seconds | None = Field(default=None, description="start of the first stretch")
    end_s: Seconds | None = Field(default=None, description="its end")
    other_start_s: Seconds | None = Field(default=None, description="start of the second stretch")
    other_end_s: Seconds | None = Field(default=None, description="its end")


class Leaning(Frozen):
    """Where one modality leans on average, weighted by trust and time; -1..1."""

    valence: float | None
    arousal: float | None
    heard_or_seen_s: float


class Side(Frozen):
    """One of the two."""

    name: str
    person: str | None
    start_s: float
    end_s: float
    speaks_s: float
    n_segments: int
    n_conflicts: int = Field(description="pairs of modalities that contradict each other")
    labels: dict[str, float] = Field(description="seconds under each label, longest first")
    leanings: dict[str, Leaning] = Field(description="by modality")


class CompareAnswer(Answer):
    """Both sides."""

    sides: tuple[Side, Side] | None = None


def compare(report: Report, asked: CompareArgs) -> CompareAnswer:
    """Return what two people, or two stretches, have in common and what sets them apart."""
    facts = Facts.of(report)
    one = Some(person=asked.person, start_s=asked.start_s, end_s=asked.end_s)
    moved = asked.other_start_s is not None or asked.other_end_s is not None
    other = Some(
        person=asked.other_person or asked.person,
        start_s=asked.other_start_s if moved else asked.start_s,
        end_s=asked.other_end_s if moved else asked.end_s,
    )
    if one == other:
        one, other = _pair(facts, one)
    sides = [_Half(facts, x, whole=not moved and asked.start_s is None) for x in (one, other)]
    lines = [x for side in sides for x in side.lines()]
    lines += _difference(facts, sides[0], sides[1])
    return CompareAnswer.of(report, lines, sides=(sides[0].side, sides[1].side))


def _pair(facts: Facts, one: Some) -> tuple[Some, Some]:
    """Compare the two people of a clip of two when nobody is named."""
    people = facts.report.subjects
    if one.person is not None or len(people) != 2:
        raise QueryError(
            "there is nothing to compare it with",
            remedy="Name other_person, or other_start_s and other_end_s.",
        )
    first, second = (one.model_copy(update={"person": p.id}) for p in people)
    return first, second


class _Half:
    """One side, summed up."""

    def __init__(self, facts: Facts, asked: Some, *, whole: bool) -> None:
        self.facts = facts
        report = facts.report
        person, window = facts.person(asked.person), facts.window(asked)
        self.segments = facts.chosen(report.explanation.segments, asked)
        self.labels = facts.chosen(report.labels, asked)
        self.who = person.id if person else "everybody"
        names = {s.id for s in self.segments}
        self.place = window or TimeSpan(start_s=report.run.span[0], end_s=report.run.span[1])
        when = "" if whole else f" at {during(self.place.start_s, self.place.end_s)}"
        self.side = Side(
            name=f"{self.who}{when}", person=person.id if person else None,
            start_s=self.place.start_s, end_s=self.place.end_s,
            speaks_s=round(sum(s.duration_s for s in self.segments if s.role == "speaking"), 2),
            n_segments=len(self.segments), labels=_by_time(self.labels),
            n_conflicts=sum(a.verdict == "conflict" for a in report.agreement if a.segment in names),
            leanings=_leanings(facts, self.segments),
        )  # fmt: skip

    def cited(self, text: str, ids: Iterable[str]) -> Cited:
        """Return a sentence about this side."""
        return self.facts.cited(text, self.place, self.side.person or "scene", tuple(ids))

    def ids(self, modality: Modality | None = None) -> list[str]:
        """Return what this side rests on, or only what is of one modality."""
        if modality is not None:
            return [i for s in self.segments for i in getattr(s, modality.value)]
        return [i for s in self.segments for i in self.facts.ids_of(s)[:3]]

    def lines(self) -> Iterator[Cited]:
        """Say what this side shows."""
        side = self.side
        if not self.segments:
            yield self.cited(f"Cannot tell about {side.name}: nobody was heard or seen there.", ())
            return
        yield self.cited(
            f"{side.name}: speaks for {side.speaks_s:.1f} s, {side.n_conflicts} contradiction(s) "
            "between face, voice and words.", self.ids(),
        )  # fmt: skip
        if side.labels:
            told = ", ".join(f"{word} ({s:.1f} s)" for word, s in side.labels.items())
            yield self.cited(
                f"{side.name}: comes across as {told}.",
                [i for x in self.labels for i in x.evidence],
            )
        else:
            yield self.cited(f"{side.name}: no emotion can be named.", self.ids())


def _by_time(labels: list[Label]) -> dict[str, float]:
    seconds: dict[str, float] = defaultdict(float)
    for label in labels:
        seconds[label.label] += label.duration_s
    best = sorted(seconds.items(), key=lambda x: (-x[1], x[0]))[:MAX_LABELS]
    return {word: round(s, 2) for word, s in best}


def _leanings(facts: Facts, segments: list[Segment]) -> dict[str, Leaning]:
    sums: dict[str, list[tuple[float, float | None, float | None, float]]] = defaultdict(list)
    for segment in segments:
        for modality, affect in modalities_of(segment, facts.evidence).items():
            weight = affect.trust * segment.duration_s
            sums[modality.value].append(
                (weight, affect.valence, affect.arousal, segment.duration_s)
            )
    return {
        name: Leaning(
            valence=_mean([(w, v) for w, v, _, _ in rows]),
            arousal=_mean([(w, a) for w, _, a, _ in rows]),
            heard_or_seen_s=round(sum(s for *_, s in rows), 2),
        )
        for name, rows in sums.items()
    }


def _mean(weighted: list[tuple[float, float | None]]) -> float | None:
    known = [(w, v) for w, v in weighted if v is not None]
    total = sum(w for w, _ in known)
    return round(sum(w * v for w, v in known) / total, 3) if total > 0 else None


def _difference(facts: Facts, one: _Half, other: _Half) -> Iterator[Cited]:
    if not one.segments or not other.segments:
        return
    for modality in COMPARED:
        a, b = one.side.leanings.get(modality.value), other.side.leanings.get(modality.value)
        if a is None or b is None:
            continue
        for name in ("valence", "arousal"):
            x, y = getattr(a, name), getattr(b, name)
            if x is None or y is None or (modality.value == "face" and name == "arousal"):
                continue  # a face's arousal is guesswork from few movements
            how = f"higher in {name} than" if x > y else f"lower in {name} than"
            if abs(x - y) < SAME:
                how = f"about as high in {name} as"
            yield one.cited(
                f"{modality.value.capitalize()}: {one.side.name} ({x:+.2f}) is {how} "
                f"{other.side.name} ({y:+.2f}).",
                [*one.ids(modality)[:6], *other.ids(modality)[:6]],
            )
