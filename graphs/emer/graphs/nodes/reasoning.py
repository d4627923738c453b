"""Put the segments to the model behind the analyst: read, explain, label. Long clips in parts."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.affect import through_music
from emer.graphs.asking import ask
from emer.graphs.held import held, is_label
from emer.graphs.instructions import instructs
from emer.graphs.nodes.agreement import modalities_of
from emer.graphs.nodes.naming import chinese_words, in_english, words_for
from emer.graphs.nodes.tongues import in_language
from emer.graphs.report import Agreement, CaseShown, Claim, Label, Language, Segment
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.explaining import ClaimDraft, ExplainTask, Explanation
from emer.graphs.tasks.facts import Fact, ModalityFact, SegmentFacts
from emer.graphs.tasks.labelling import LabelDraft, LabelSet, LabelTask
from emer.graphs.tasks.reading import ReadingDraft, Readings, ReadTask
from emer.graphs.translations import instructing_translations
from emer.tools import taxonomy
from emer.tools.findings import Evidence
from emer.tools.quoting import quoted

PART: Final = 24
"""Segments per call: keeps a call to a language model within its context."""
MAX_LABELS: Final = 3
"""Labels per segment; more would only fish for agreement."""
MAX_CLAIMS: Final = 40
"""Drafts per segment that are looked at; the built-in analyst writes at most a dozen."""
MAX_CLAIM_CHARS: Final = 1200
"""A longer draft is no sentence."""


def disambiguate(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Weigh the clues of every segment against each other."""
    context, notes = runtime.context, {}
    words: dict[str, str] = {}
    readings: list[ReadingDraft] = []
    dropped = list(state.get("dropped", []))
    for part in _parts(state):
        task = ReadTask(
            question=context.request.question, language=context.request.output_language,
            segments=part,
        )  # fmt: skip
        answer, said = ask(context, task, Readings)
        notes.update(said)
        if isinstance(context.model, RuleChatModel):
            readings += answer.readings
            continue
        named = in_english(answer.readings, context)
        kept = held(named.readings, task)
        readings += kept.readings
        dropped += [*named.dropped, *kept.dropped]
        words |= named.words
        notes |= named.notes
    said_of = [u.text for u in state.get("utterances", []) if u.text]
    words, told = chinese_words(readings, words, said_of, context)
    context.emit(Event("disambiguate", "finished", f"{len(readings)} segment(s)"))
    return {
        "readings": readings, "dropped": dropped, "notes": notes | told, "label_words": words,
    }  # fmt: skip


def explain(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Have the explanation drafted, claim by claim."""
    context, notes = runtime.context, {}
    readings = {r.segment: r for r in state.get("readings", [])}
    segments = {s.id: s for s in state.get("segments", [])}
    words = state.get("label_words", {})
    drafts: list[Claim] = []
    for part in _parts(state):
        names = {s.id for s in part}
        task = ExplainTask(
            question=context.request.question, language=context.request.output_language,
            segments=part,
            readings=tuple(readings[s.id] for s in part if s.id in readings),
            persons=tuple(state.get("persons", [])),
            reactions=tuple(r for r in state.get("reactions", []) if r.segment in names),
            shifts=tuple(s for s in state.get("shifts", []) if s.to_segment in names),
            label_words=words_for(readings.values(), words, context.request.output_language),
        )  # fmt: skip
        answer, said = ask(context, task, Explanation)
        notes.update(said)
        drafts += claims_of(answer.claims, segments, names, first=len(drafts) + 1)
    drafts, said = in_language(drafts, words, context)
    context.emit(Event("explain", "finished", f"{len(drafts)} claim(s) drafted"))
    return {"drafts": drafts, "notes": notes | said}


def extract_labels(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Extract open-vocabulary labels from the claims that were verified."""
    context, notes = runtime.context, {}
    segments = {s.id: s for s in state.get("segments", [])}
    readings = {r.segment: r for r in state.get("readings", [])}
    labels: list[Label] = []
    names = list(segments)
    for first in range(0, len(names), PART):
        part = set(names[first : first + PART])
        task = LabelTask(
            claims=tuple(c for c in state.get("claims", []) if c.segment in part),
            readings=tuple(r for name, r in readings.items() if name in part),
            roles={name: segments[name].role for name in part},
        )
        answer, said = ask(context, task, LabelSet)
        notes.update(said)
        own = {n: segments[n] for n in part}
        language, words = context.request.output_language, state.get("label_words", {})
        labels += labels_of(answer.labels, own, language, words)
    context.emit(Event("label", "finished", f"{len(labels)} label(s)"))
    return {"labels": labels, "notes": notes}


def _parts(state: State) -> Iterator[tuple[SegmentFacts, ...]]:
    evidence = state.get("evidence", {})
    segments = state.get("segments", [])
    agreement: dict[str, list[Agreement]] = {}
    for a in state.get("agreement", []):
        agreement.setdefault(a.segment, []).append(a)
    cases: dict[str, list[CaseShown]] = {}
    for case in state.get("cases", []):
        cases.setdefault(case.segment, []).append(case)
    hostile = instructing_translations(evidence.values())
    for first in range(0, len(segments), PART):
        yield tuple(
            facts_of(s, evidence, agreement.get(s.id, []), cases.get(s.id, []), hostile)
            for s in segments[first : first + PART]
        )


def facts_of(
    segment: Segment,
    evidence: dict[str, Evidence],
    agreement: list[Agreement],
    cases: list[CaseShown],
    hostile: Mapping[str, str] | None = None,
) -> SegmentFacts:
    """Return one segment with everything known about it, as a model is given it.

    Args:
        segment: It.
        evidence: All, by id.
        agreement: Of this segment.
        cases: Likewise.
        hostile: Why utterances instruct a machine, where only their translations show it.
    """
    ids = dict.fromkeys((*segment.words, *segment.voice, *segment.face))
    own = [evidence[i] for i in ids if i in evidence]
    around = [evidence[i] for i in segment.around if i in evidence]
    music = through_music(around, segment)
    return SegmentFacts(
        id=segment.id, subject=segment.subject, role=segment.role,
        start_s=segment.start_s, end_s=segment.end_s,
        facts=tuple(
            Fact(
                evidence=e.id, tool=e.tool, kind=e.reading.kind, modality=e.modality,
                subject=e.subject, start_s=e.start_s, end_s=e.end_s,
                score=_trusted(e, music), quantities=e.reading.quantities(),
                instructs=_instruction_in(e) or (hostile or {}).get(e.id),
            )
            for e in (*own, *around)
        ),
        modalities=tuple(
            ModalityFact(
                modality=m, valence=_rounded(a.valence), arousal=_rounded(a.arousal),
                trust=min(1.0, round(a.trust, 3)),
                support={k: round(v, 3) for k, v in a.support.items()}, evidence=a.evidence,
            )
            for m, a in modalities_of(segment, evidence).items()
        ),
        agreement=tuple(agreement), cases=tuple(cases),
    )  # fmt: skip


def _trusted(evidence: Evidence, music: float) -> float | None:
    """Return the score of evidence: categories of a voice heard through music count for less."""
    if evidence.score is None or evidence.reading.kind != "speech_emotion":
        return _rounded(evidence.score)
    return _rounded(music * evidence.score)


def _instruction_in(evidence: Evidence) -> str | None:
    texts = (v for v in evidence.reading.quantities().values() if isinstance(v, str))
    return next((why for text in texts if (why := instructs(text))), None)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def claims_of(
    drafts: list[ClaimDraft], segments: dict[str, Segment], names: set[str], *, first: int
) -> list[Claim]:
    """Number what can be a claim at all; ``rests_on`` turns from places into ids."""
    said: set[str] = set()
    usable = {
        place: draft
        for place, draft in enumerate(drafts[: MAX_CLAIMS * len(names)])
        if draft.segment in names
        and draft.assertions
        and draft.text.strip()
        and len(draft.text) <= MAX_CLAIM_CHARS
        and not _is_repeated(draft, said)
    }
    ids = {place: f"K{first + i}" for i, place in enumerate(usable)}
    return [_claim(ids, place, d, segments[d.segment]) for place, d in usable.items()]


def _is_repeated(draft: ClaimDraft, said: set[str]) -> bool:
    """Whether a model has said exactly the same before; what it says is noted."""
    whole = draft.model_dump_json()
    known = whole in said
    said.add(whole)
    return known


def _claim(ids: dict[int, str], place: int, draft: ClaimDraft, segment: Segment) -> Claim:
    cited = dict.fromkeys(i for a in draft.assertions for i in a.evidence)
    start_s = segment.start_s if draft.start_s is None else max(0.0, draft.start_s)
    end_s = segment.end_s if draft.end_s is None else draft.end_s
    return Claim(
        id=ids[place], stage=draft.stage, text=quoted(draft.text),
        subject=segment.subject, segment=segment.id, evidence=tuple(cited),
        assertions=tuple(draft.assertions), labels=tuple(draft.labels), about=tuple(draft.about),
        rests_on=tuple(ids[i] for i in draft.rests_on if i in ids and i != place),
        hypothesis=draft.hypothesis, start_s=start_s, end_s=max(end_s, start_s + 1e-3),
    )  # fmt: skip


def labels_of(
    drafts: list[LabelDraft],
    segments: dict[str, Segment],
    language: Language,
    called: Mapping[str, str] | None = None,
) -> list[Label]:
    """Return the labels that drafts amount to: one word form each, best first, at most three.

    Args:
        drafts: Of a model.
        segments: They are about.
        language: Of the account.
        called: What labels that no table knows are called in it.
    """
    called = called or {}
    named = {shown: word for word, shown in called.items()}
    kept: list[Label] = []
    for name, segment in segments.items():
        mine = [d for d in drafts if d.segment == name and d.evidence and is_label(d.label.strip())]
        # a model may write 'happiness'; reports use one word form of each label
        words: dict[str, LabelDraft] = {}
        for d in sorted(mine, key=lambda d: -d.score):
            known = taxonomy.find(d.label)
            own = d.label.strip()
            words.setdefault(known.word if known else named.get(own, own.lower()), d)
        kept += [
            Label(
                label=word, shown=called.get(word) or taxonomy.label_word(word, language), perspective=d.perspective, score=round(d.score, 3),
                intensity=round(d.intensity, 3),
                evidence=tuple(dict.fromkeys(d.evidence)), subject=segment.subject, segment=name,
                start_s=segment.start_s, end_s=segment.end_s,
            )
            for word, d in list(words.items())[:MAX_LABELS]
        ]  # fmt: skip
    return sorted(kept, key=lambda x: (x.start_s, x.end_s, x.subject, -x.score))
