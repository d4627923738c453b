"""What would be read if a part of the evidence were missing: the same reading, done again without it.

Reads    the evidence of a report; nothing is measured again
Returns  per segment what is named with everything and what without
Cost     0.2 to 0.5 s for 36 s of dialogue between two

Who is who, and who speaks when, stays as the whole clip tells it. The reading is that of the
built-in analyst on both sides, so that the difference is that of the evidence and not of who reads.
Similar cases stay those that were shown.
"""

from pathlib import Path
from typing import Any, Final, Literal

from langgraph.runtime import Runtime
from pydantic import Field

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import Some
from emer.agent.queries.facts import Facts
from emer.agent.queries.timeline import Stretch, stretches
from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.disambiguation import disambiguate
from emer.graphs.nodes.labelling import extract_labels
from emer.graphs.nodes.polarity import tell_polarity
from emer.graphs.nodes.reasoning import explain
from emer.graphs.nodes.relations import relate
from emer.graphs.nodes.reporting import write_report
from emer.graphs.nodes.verification import verify_claims, verify_labels
from emer.graphs.report import Report, Segment
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Request, State
from emer.graphs.verification.basis import BUILT_IN
from emer.tools.findings import Evidence, TimeSpan
from emer.tools.readings import Frozen, WordsReading

LeftOut = Literal["sound", "voice", "words", "picture"]
_HEARD: Final = frozenset({"voice", "speech_emotion", "voice_dimensions", "vocal_event"})
_SEEN: Final = frozenset({"action_unit", "expression"})
_SAID: Final = frozenset({"text_emotion", "words"})
_NAMES: Final[dict[LeftOut, str]] = {
    "sound": "the sound", "voice": "the tone of voice", "words": "the words",
    "picture": "the picture",
}  # fmt: skip


class WithoutArgs(Some):
    """What to leave out, and where to look."""

    left_out: LeftOut = Field(
        description="sound: tone, sounds and spoken words (subtitles stay); voice: tone and sounds "
        "only; words: what was said; picture: faces"
    )


class Changed(Frozen):
    """One segment, read twice."""

    segment: Segment
    with_all: tuple[str, ...] = Field(description="labels with everything; empty: none")
    without: tuple[str, ...] = Field(description="labels without it; empty: none")
    reason: str = Field(description="of the reading without it")


class WithoutAnswer(Answer):
    """What changes; segments that lose nothing are counted, not listed."""

    left_out: LeftOut
    changed: tuple[Changed, ...]
    n_same: int = Field(description="segments that are read alike either way")


def without(report: Report, asked: WithoutArgs) -> WithoutAnswer:
    """Return what would be read without sound, voice, words or picture, from the same evidence."""
    facts = Facts.of(report)
    segments = facts.chosen(report.explanation.segments, asked)
    before = report if report.run.llm == BUILT_IN else read_again(report, frozenset())
    after = read_again(report, _affected(report, asked.left_out))
    pairs = list(zip(stretches(before, segments), stretches(after, segments), strict=True))
    changes = [_changed(a, b) for a, b in pairs if set(_words(a)) != set(_words(b))]
    lines = [_line(facts, c, asked.left_out) for c in changes]
    n_same = len(pairs) - len(changes)
    name = _NAMES[asked.left_out]
    if pairs and not changes:
        lines = [_nothing_changes(facts, segments, name)]
    return WithoutAnswer.of(
        report, lines, limit=asked.limit, left_out=asked.left_out,
        changed=tuple(changes[: asked.limit]), n_same=n_same,
        nothing="nobody was read there",
        remarks=(
            f"{n_same} of {len(pairs)} segment(s) are read alike with and without {name}.",
            "Who is who, and who speaks when, is kept as the whole clip tells it.",
        ),
    )  # fmt: skip


def read_again(report: Report, missing: frozenset[str]) -> Report:
    """Return the report that the built-in analyst makes of the same evidence, less ``missing``."""
    evidence = {e.id: e for e in report.evidence if e.id not in missing}
    told = report.explanation
    state: dict[str, Any] = {
        "media": report.media, "evidence": evidence, "persons": list(report.subjects),
        "span": TimeSpan(start_s=report.run.span[0], end_s=report.run.span[1]),
        "utterances": list(report.utterances), "cases": list(report.cases),
        "segments": [_less(s, missing) for s in told.segments],
    }  # fmt: skip
    request = Request(path=Path(report.media.name), output_language=told.language)
    context = Context(
        request=request, workspace=Path(), model=RuleChatModel(), model_name=BUILT_IN,
        specialists={},
    )  # fmt: skip
    runtime = Runtime(context=context)
    typed: State = state  # type: ignore[assignment]  # filled step by step, as the graph does
    state |= agree(typed)
    for step in (disambiguate, relate, explain, verify_claims, extract_labels, verify_labels,
                 tell_polarity, write_report):  # fmt: skip
        state |= step(typed, runtime)
    again: Report = state["report"]
    return again


def _less(segment: Segment, missing: frozenset[str]) -> Segment:
    lanes = {
        lane: tuple(i for i in getattr(segment, lane) if i not in missing)
        for lane in ("face", "voice", "words", "around")
    }
    return segment.model_copy(update=lanes)


def _affected(report: Report, left_out: LeftOut) -> frozenset[str]:
    """Return the evidence that would not be there; who speaks when is not part of it."""
    match left_out:
        case "voice":
            return frozenset(e.id for e in report.evidence if e.reading.kind in _HEARD)
        case "words":
            return frozenset(e.id for e in report.evidence if e.reading.kind in _SAID)
        case "picture":
            return frozenset(e.id for e in report.evidence if e.reading.kind in _SEEN)
    written = _written(report)
    return frozenset(
        e.id
        for e in report.evidence
        if e.reading.kind in _HEARD or (e.reading.kind in _SAID and not _is_in(e, written))
    )


def _written(report: Report) -> list[Evidence]:
    """Return words that are known from subtitles, and so without any sound."""
    return [
        e
        for e in report.evidence
        if isinstance(e.reading, WordsReading) and e.reading.origin != "speech_recognition"
    ]


def _is_in(e: Evidence, written: list[Evidence]) -> bool:
    return any(e.overlap_s(w) >= 0.5 * min(e.duration_s, w.duration_s) for w in written)


def _words(stretch: Stretch) -> tuple[str, ...]:
    return tuple(x.label for x in stretch.labels)


def _changed(before: Stretch, after: Stretch) -> Changed:
    return Changed(
        segment=before.segment, with_all=_words(before), without=_words(after),
        reason=after.reading.reason if after.reading else "it was not read",
    )  # fmt: skip


def _line(facts: Facts, change: Changed, left_out: LeftOut) -> Cited:
    segment = change.segment
    first = ", ".join(change.with_all) or "no emotion that can be named"
    then = ", ".join(change.without) or f"none that can be named ({change.reason.rstrip('.')})"
    who = "Somebody" if segment.subject == "scene" else segment.subject
    return facts.cited(
        f"{who}: {first} with everything; without {_NAMES[left_out]}: {then}.", segment,
        segment.subject, facts.ids_of(segment),
    )  # fmt: skip


def _nothing_changes(facts: Facts, segments: list[Segment], name: str) -> Cited:
    ids = [i for s in segments for i in facts.ids_of(s)[:3]]
    place = TimeSpan(start_s=min(s.start_s for s in segments), end_s=max(s.end_s for s in segments))
    return facts.cited(f"Without {name} the same would be read.", place, "scene", ids)
