"""The long table: one row per finding and quantity, so that nothing of a report is left out.

Every number keeps its name (``quantity``), its unit, who measured it, when and on whom. What is
concluded (labels, claims, shifts) stands beside what is measured, told apart by ``kind``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from emer.graphs.report import Agreement, Label, Reaction, Report, Segment, SegmentReading, Shift
from emer.graphs.tabular.columns import LONG, Cell, Table, unit_of
from emer.tools.findings import Evidence, Gap, Person, Spanned
from emer.tools.readings import SceneReading, TranslationReading, WordsReading

_PLACES: Final[Mapping[str, int]] = {c.name: i for i, c in enumerate(LONG)}


def long_table(report: Report) -> Table:
    """Lay out everything that ``report`` says, in this order: measured, aligned, concluded."""
    return Table(LONG, _rows(report))


class _Places(NamedTuple):
    """Where evidence belongs."""

    person: Mapping[str, str]
    """Subject of evidence to person."""
    segments: Mapping[str, str]
    """Evidence id to ids of segments, joined."""
    utterance: Mapping[str, str]
    """Evidence id to utterance."""


def _rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    places = _places(report)
    clip = {"clip": report.media.name, "media_sha256": report.media.sha256}
    parts = (
        (row for e in report.evidence for row in _evidence(e, places)),
        (_gap(g, places) for g in report.gaps),
        (row for p in report.subjects for row in _person(p, report)),
        _aligned(report),
        _patterns(report),
        (_agreement(a, i) for i, a in enumerate(report.agreement, 1)),
        (row for i, x in enumerate(report.labels, 1) for row in _label(x, i)),
        _claims(report),
        (row for i, r in enumerate(report.explanation.reactions, 1) for row in _reaction(r, i)),
        (row for i, s in enumerate(report.explanation.shifts, 1) for row in _shift(s, i)),
        _cases(report),
        _run(report),
    )
    for part in parts:
        for row in part:
            yield _cells(clip | row)


def _cells(named: Mapping[str, Cell]) -> tuple[Cell, ...]:
    cells: list[Cell] = [None] * len(LONG)
    for name, value in named.items():
        cells[_PLACES[name]] = value
    return tuple(cells)


def _places(report: Report) -> _Places:
    segments: dict[str, list[str]] = {}
    for s in report.explanation.segments:
        for e in dict.fromkeys((*s.face, *s.voice, *s.words)):
            segments.setdefault(e, []).append(s.id)
    return _Places(
        {m: p.id for p in report.subjects for m in p.members},
        {e: " ".join(own) for e, own in segments.items()},
        {e: u.id for u in report.utterances for e in u.evidence},
    )


def _span(spanned: Spanned) -> dict[str, Cell]:
    return {"start_s": spanned.start_s, "end_s": spanned.end_s}


def _measure(quantity: str, value: float | str | None) -> dict[str, Cell]:
    if isinstance(value, str):
        return {"quantity": quantity, "text": value}
    return {"quantity": quantity, "value": value, "unit": unit_of(quantity)}


def _evidence(e: Evidence, places: _Places) -> Iterator[dict[str, Cell]]:
    base: dict[str, Cell] = {
        "kind": "evidence", "id": e.id, "reading": e.reading.kind, "tool": e.tool,
        "engine": e.engine, "model": e.model, "revision": e.revision, "device": e.device, "modality": str(e.modality),
        "person": places.person.get(e.subject), "subject": e.subject, "score": e.score,
        "confidence": e.confidence, "segment": places.segments.get(e.id), "utterance": places.utterance.get(e.id),
        "language": getattr(e.reading, "language", None), **_span(e),
    }  # fmt: skip
    for quantity, value in e.reading.quantities().items():
        yield base | _measure(quantity, value)
    if isinstance(e.reading, SceneReading):
        for cut_s in e.reading.cuts_s:
            yield base | _measure("scene.cut_s", cut_s)
    if isinstance(e.reading, TranslationReading):
        yield base | _measure("translation.text", e.reading.text)
    if isinstance(e.reading, WordsReading):
        for word in e.reading.words:
            own: dict[str, Cell] = {
                "kind": "word", "start_s": word.start_s, "end_s": word.end_s, "score": word.score
            }  # fmt: skip
            yield base | own | _measure("word", word.text.strip())


def _gap(gap: Gap, places: _Places) -> dict[str, Cell]:
    return {
        "kind": "gap", "tool": gap.tool, "person": places.person.get(gap.subject),
        "subject": gap.subject, **_span(gap), **_measure(f"gap.{gap.code}", gap.reason),
    }  # fmt: skip


def _person(person: Person, report: Report) -> Iterator[dict[str, Cell]]:
    start_s, end_s = report.run.span
    base: dict[str, Cell] = {
        "kind": "person", "id": person.id, "person": person.id, "start_s": start_s, "end_s": end_s,
        "subject": " ".join(x for x in (person.speaker, *person.face_tracks) if x),
    }  # fmt: skip
    yield base | _measure("person.heard_s", person.heard_s)
    yield base | _measure("person.seen_s", person.seen_s)
    yield base | _measure("person.unseen_speech_s", person.unseen_speech_s)
    if person.link_score is not None:
        yield base | _measure("person.link.score", person.link_score)


def _aligned(report: Report) -> Iterator[dict[str, Cell]]:
    for u in report.utterances:
        yield {
            "kind": "utterance", "id": u.id, "person": u.subject, "subject": u.speaker,
            "utterance": u.id, "language": u.language, "evidence": " ".join(u.evidence),
            **_span(u), "quantity": "utterance.text", "text": u.text,
        }  # fmt: skip
    for s in report.explanation.segments:
        yield {
            "kind": "segment", "id": s.id, "person": s.subject, "segment": s.id,
            "utterance": s.utterance, **_span(s), **_measure("segment.role", s.role),
            "evidence": " ".join((*s.face, *s.voice, *s.words)),
        }  # fmt: skip


def _patterns(report: Report) -> Iterator[dict[str, Cell]]:
    told = report.explanation
    segments = {s.id: s for s in told.segments}
    for reading in told.readings:
        for row in _pattern(reading, segments.get(reading.segment)):
            yield {"language": told.language, **row}


def _pattern(reading: SegmentReading, segment: Segment | None) -> Iterator[dict[str, Cell]]:
    base: dict[str, Cell] = {
        "kind": "pattern", "id": reading.segment, "segment": reading.segment
    }  # fmt: skip
    if segment is not None:
        base |= {"person": segment.subject, "utterance": segment.utterance, **_span(segment)}
    cited = " ".join(reading.speaks_for)
    yield base | {
        **_measure("pattern", reading.pattern), "score": reading.pattern_score, "evidence": cited,
    }  # fmt: skip
    abstained = "pattern.abstained" if reading.abstained else "pattern.reason"
    yield base | _measure(abstained, reading.reason)
    for other in reading.alternatives:
        yield base | {**_measure("pattern.alternative", other.label), "score": other.score}


def _agreement(a: Agreement, number: int) -> dict[str, Cell]:
    absent = a.verdict == "missing"
    return {
        "kind": "agreement", "id": f"AGR{number}", "modality": "-".join(a.pair),
        "person": a.subject, "segment": a.segment, **_span(a), "text": a.verdict,
        "quantity": f"agreement.{a.dimension}" if a.dimension else "agreement",
        "value": None if absent else a.magnitude, "unit": None if absent else "distance 0..2",
        "evidence": " ".join(a.evidence),
    }  # fmt: skip


def _label(label: Label, number: int) -> Iterator[dict[str, Cell]]:
    base: dict[str, Cell] = {
        "kind": "label", "id": f"L{number}", "person": label.subject, "segment": label.segment,
        "text": label.label, "perspective": label.perspective, "score": label.score,
        "evidence": " ".join(label.evidence), **_span(label),
    }  # fmt: skip
    yield base | _measure("label.score", label.score)
    yield base | _measure("label.intensity", label.intensity)


def _claims(report: Report) -> Iterator[dict[str, Cell]]:
    for c in report.explanation.claims:
        yield {
            "kind": "claim", "id": c.id, "person": c.subject, "segment": c.segment,
            "stage": c.stage, "language": report.explanation.language, **_span(c),
            **_measure("claim.hypothesis" if c.hypothesis else "claim", c.text),
            "evidence": " ".join(c.evidence),
        }  # fmt: skip


def _reaction(r: Reaction, number: int) -> Iterator[dict[str, Cell]]:
    base: dict[str, Cell] = {
        "kind": "reaction", "id": f"R{number}", "person": r.subject, "subject": r.to,
        "segment": r.segment, "utterance": r.utterance, "evidence": " ".join(r.evidence),
        "text": r.relation, **_span(r),
    }  # fmt: skip
    yield base | _measure("reaction.latency_s", r.latency_s)
    yield from _given(
        base, {"reaction.face_valence": r.face_valence, "reaction.words_valence": r.words_valence}
    )


def _shift(s: Shift, number: int) -> Iterator[dict[str, Cell]]:
    base: dict[str, Cell] = {
        "kind": "shift", "id": f"SH{number}", "person": s.subject,
        "segment": f"{s.from_segment} {s.to_segment}", "evidence": " ".join(s.evidence),
        "text": s.dimension, **_span(s),
    }  # fmt: skip
    for quantity, value in (("shift.before", s.before), ("shift.after", s.after)):
        yield base | {"quantity": quantity, "value": value, "unit": "-1..1"}
    if s.trigger is not None:
        yield base | {
            "quantity": "shift.trigger_at_s", "value": s.trigger.at_s, "unit": "s",
            "text": s.trigger.kind, "subject": s.trigger.subject,
            "utterance": s.trigger.utterance, "evidence": " ".join(s.trigger.evidence),
        }  # fmt: skip


def _cases(report: Report) -> Iterator[dict[str, Cell]]:
    spans = {s.id: s for s in report.explanation.segments}
    for case in report.cases:
        segment = spans.get(case.segment)
        about: dict[str, Cell] = {} if segment is None else {
            "person": segment.subject, **_span(segment)
        }  # fmt: skip
        yield about | {
            "kind": "case", "id": case.case, "segment": case.segment, "text": case.situation,
            "quantity": "case.similarity", "value": case.similarity, "unit": "0..1",
        }  # fmt: skip


def _run(report: Report) -> Iterator[dict[str, Cell]]:
    """Yield what whoever uses the table must know: the notice, versions, models and licences."""
    start_s, end_s = report.run.span
    base: dict[str, Cell] = {"kind": "run", "start_s": start_s, "end_s": end_s}
    said = {
        "run.notice": report.run.notice, "run.purpose": report.run.purpose,
        "run.status": report.run.status, "run.emer_version": report.run.emer_version,
        "run.schema_version": report.schema_version,
    }  # fmt: skip
    for quantity, text in said.items():
        yield base | _measure(quantity, text)
    for t in report.run.tools:
        own: dict[str, Cell] = {
            "tool": t.tool, "engine": t.engine, "model": t.model, "revision": t.revision
        }  # fmt: skip
        yield base | own | _measure("run.licence", t.licence)
        yield base | own | _measure("run.commercial_use", float(t.commercial_use))


def _given(base: dict[str, Cell], values: Mapping[str, float | None]) -> Iterable[dict[str, Cell]]:
    return (base | _measure(name, value) for name, value in values.items() if value is not None)
