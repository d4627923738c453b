"""Have the explanation written: the merge of clues and readings, from attributes to causes."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.nodes.facts import clue_of, parts
from emer.graphs.nodes.naming import words_for
from emer.graphs.nodes.tongues import in_language
from emer.graphs.report import Claim, Segment
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.explaining import ClaimDraft, ExplainTask, Explanation
from emer.tools.findings import Evidence
from emer.tools.quoting import quoted

MAX_CLAIMS: Final = 40
"""Drafts per segment that are looked at; the built-in analyst writes at most a dozen."""
MAX_CLAIM_CHARS: Final = 1200
"""A longer draft is no sentence."""


def explain(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Have the explanation drafted, claim by claim, on top of the clues that stand."""
    context, notes = runtime.context, {}
    readings = {r.segment: r for r in state.get("readings", [])}
    segments = {s.id: s for s in state.get("segments", [])}
    clues = state.get("clues", [])
    told = [*clues, *state.get("fallen_clues", [])]
    words = state.get("label_words", {})
    drafts: list[Claim] = []
    kept: list[Claim] = []
    built_in: list[str] = []
    for part in parts(state):
        names = {s.id for s in part}
        own = [c for c in clues if c.segment in names]
        task = ExplainTask(
            question=context.request.question, language=context.request.output_language,
            segments=part,
            readings=tuple(readings[s.id] for s in part if s.id in readings),
            clues=tuple(clue_of(c) for c in own),
            persons=tuple(state.get("persons", [])),
            reactions=tuple(r for r in state.get("reactions", []) if r.segment in names),
            shifts=tuple(s for s in state.get("shifts", []) if s.to_segment in names),
            label_words=words_for(readings.values(), words, context.request.output_language),
        )  # fmt: skip
        answer, said = ask(context, task, Explanation)
        notes.update(said)
        # the built-in analyst, where it takes over, tells everything itself
        given = [] if said else own
        built_in += [s.id for s in part if said]
        kept += given
        drafts += claims_of(
            answer.claims, segments, names, first=next_number([*told, *drafts]),
            clues={c.id for c in given}, evidence=state.get("evidence", {}),
        )  # fmt: skip
    drafts, said = in_language(drafts, words, context)
    context.emit(Event("explain", "finished", f"{len(drafts)} claim(s) drafted"))
    return {"drafts": drafts, "clues": kept, "notes": notes | said, "built_in": built_in}


def next_number(claims: Iterable[Claim]) -> int:
    """Return the first number that no claim is called by."""
    return 1 + max((int(c.id[1:]) for c in claims), default=0)


def claims_of(
    drafts: list[ClaimDraft],
    segments: dict[str, Segment],
    names: set[str],
    *,
    first: int,
    clues: Iterable[str] = (),
    evidence: Mapping[str, Evidence] | None = None,
) -> list[Claim]:
    """Number what can be a claim at all; ``rests_on`` turns from places into ids.

    Args:
        drafts: What was written.
        segments: All segments, by id.
        names: Of the segments that it may be about.
        first: Number of the first claim.
        clues: Ids of clues that a draft may rest on; others are passed over.
        evidence: By id; a cause reaches from what is cited for it to the end of its segment.
    """
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
    known = set(clues)
    return [
        _claim(ids, place, d, segments[d.segment], known, evidence or {})
        for place, d in usable.items()
    ]


def _is_repeated(draft: ClaimDraft, said: set[str]) -> bool:
    """Whether a model has said exactly the same before; what it says is noted."""
    whole = draft.model_dump_json()
    known = whole in said
    said.add(whole)
    return known


def _claim(
    ids: dict[int, str],
    place: int,
    draft: ClaimDraft,
    segment: Segment,
    clues: set[str],
    evidence: Mapping[str, Evidence],
) -> Claim:
    cited = tuple(dict.fromkeys(i for a in draft.assertions for i in a.evidence))
    start_s = segment.start_s if draft.start_s is None else max(0.0, draft.start_s)
    end_s = segment.end_s if draft.end_s is None else draft.end_s
    if draft.stage == "cause":
        found = [segment, *(evidence[i] for i in cited if i in evidence)]
        start_s, end_s = min(x.start_s for x in found), max(x.end_s for x in found)
    own = (ids[i] for i in draft.rests_on if i in ids and i != place)
    return Claim(
        id=ids[place], stage=draft.stage, text=quoted(draft.text),
        subject=segment.subject, segment=segment.id, evidence=cited,
        assertions=tuple(draft.assertions), labels=tuple(draft.labels), about=tuple(draft.about),
        rests_on=tuple(dict.fromkeys((*(c for c in draft.rests_on_clues if c in clues), *own))),
        hypothesis=draft.hypothesis, start_s=start_s, end_s=max(end_s, start_s + 1e-3),
    )  # fmt: skip
