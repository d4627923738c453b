"""Put what was said into English first, where the words' judge reads no other language of it.

Reads    the utterances of the look, just before ``text_emotion`` is asked about them
Returns  one ``translation`` per utterance as evidence of its own, or a gap saying why there is none
Cost     one call of the language model per 24 utterances; none with the built-in analyst

A translation carries no claim. Whoever reads it says so, and is trusted less (see ``affect``).
"""

from collections.abc import Sequence
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.instructions import instructs
from emer.graphs.prompts import prompt
from emer.graphs.report import Decision, Language
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Event, Look, State, filed
from emer.graphs.tasks.translating import ForeignText
from emer.graphs.translations import TASK, Said, asked_for, parts, refusal
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Finding, Gap, GapCode, Modality, ModelCard, select
from emer.tools.quoting import quoted
from emer.tools.readings import TranslationReading
from emer.tools.text_readable import TRANSLATION, Reader, ReadsLanguages, Unread, unread

MOST_PARTS: Final = 60
"""Calls per look: some two hours of talk."""
INTO: Final[Language] = "en"


def translate(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Translate the utterances that the wave's judge of words cannot read as they are."""
    context, look = runtime.context, state["looks"][-1]
    reader = _reader(state, context)
    if reader is None:
        return {"notes": {}}
    gone = _outdated(state)
    waiting = _waiting(state, context, reader)
    if not waiting:
        return gone
    context.emit(Event(TRANSLATION, "started", f"{len(waiting)} utterance(s)"))
    findings, notes, n_calls = _translated(waiting, reader, context)
    made = sum(isinstance(f, Evidence) for f in findings)
    context.emit(Event(TRANSLATION, "finished", f"{made} of {len(waiting)} utterance(s)"))
    new = filed(findings)
    return {
        "evidence": {**gone["evidence"], **new["evidence"]},
        "gaps": {**gone["gaps"], **new["gaps"]},
        "plan": [*state.get("plan", []), _decision(waiting, reader, n_calls, look)],
        "notes": notes,
    }


def _reader(state: State, context: Context) -> Reader | None:
    """Return what the judge of words in this wave reads; ``None`` if nothing is to be done."""
    if isinstance(context.model, RuleChatModel):
        return None
    for tool in state["wave"]:
        specialist = context.specialists[tool]
        if not isinstance(specialist, ReadsLanguages):
            continue
        try:
            reader = specialist.reader()
        except ToolUnavailable:  # it says so itself
            return None
        return reader if reader.languages is not None and INTO in reader.languages else None
    return None


def _outdated(state: State) -> dict[str, dict[str, None]]:
    """Return what to take out: translations of utterances that a closer look has replaced."""
    evidence, gaps = state.get("evidence", {}), state.get("gaps", {})
    places = {(e.subject, e.span) for e in select(evidence.values(), kind="utterance")}
    old = [
        i
        for i, e in evidence.items()
        if isinstance(e.reading, TranslationReading) and e.reading.of not in evidence
    ]
    left = [
        k for k, g in gaps.items() if g.tool == TRANSLATION and (g.subject, g.span) not in places
    ]
    return {"evidence": dict.fromkeys(old), "gaps": dict.fromkeys(left)}


def _waiting(state: State, context: Context, reader: Reader) -> list[Unread]:
    """Return the utterances that nobody has tried to translate yet."""
    evidence, gaps = state.get("evidence", {}), state.get("gaps", {})
    made = {e.reading.of for e in evidence.values() if isinstance(e.reading, TranslationReading)}
    tried = {(g.subject, g.span) for g in gaps.values() if g.tool == TRANSLATION}
    focus = state["looks"][-1].focus
    said: list[Finding] = [*select(evidence.values(), kind="utterance")]
    return [
        u
        for u in unread(said, context.request.language, reader)
        if u.utterance.overlaps(focus)
        and u.utterance.id not in made
        and (u.utterance.subject, u.utterance.span) not in tried
    ]


def _translated(
    waiting: Sequence[Unread], reader: Reader, context: Context
) -> tuple[list[Finding], dict[str, str], int]:
    """Return what came of every utterance, notes for the report, and how many calls it took."""
    findings: list[Finding] = []
    by_id: dict[str, Unread] = {}
    for one in waiting:
        if (why := instructs(one.text)) is not None:
            reason = f"it is addressed to a machine or an analyst and is not translated: {why}"
            findings.append(_gap(one, GapCode.NOT_CREDIBLE, reason))
        else:
            by_id[one.utterance.id] = one
    texts = [ForeignText(id=i, text=quoted(u.text), language=u.language) for i, u in by_id.items()]
    failure, n_calls = "", 0
    for number, part in enumerate(parts(texts)):
        own = [by_id[t.id] for t in part]
        if number >= MOST_PARTS:
            reason = "too much is said in this language to translate all of it"
            findings += [_gap(u, GapCode.NOT_LOOKED_AT, reason) for u in own]
            continue
        said = Said({}, failure)
        if not failure:
            said, n = _answer(context, part)
            failure, n_calls = said.failure, n_calls + n
        findings += [_finding(u, said, reader, context) for u in own]
    note = (
        f"the language model failed at '{TASK}' ({failure}); "
        "what it should have translated is left untranslated"
    )
    return findings, {f"llm-{TASK}": note} if failure else {}, n_calls


def _answer(context: Context, part: Sequence[ForeignText]) -> tuple[Said, int]:
    """Return what the model answers, and in how many calls.

    Who gives it orders shall not speak for the others: where a translation turns out to instruct,
    the others are asked for again without it.
    """
    first = asked_for(context, INTO, part)
    hostile = {i: text for i, text in first.texts.items() if instructs(text) is not None}
    others = [t for t in part if t.id not in hostile]
    if not hostile or not others:
        return first, 1
    again = asked_for(context, INTO, others)
    return Said({**again.texts, **hostile}, again.failure), 2


def _finding(one: Unread, said: Said, reader: Reader, context: Context) -> Finding:
    """Return the translation of one utterance, or why there is none."""
    text = said.texts.get(one.utterance.id)
    if text is None and said.failure:
        return _gap(one, GapCode.TOOL_FAILED, "the language model did not translate it")
    if text is None:
        return _gap(one, GapCode.NOT_CREDIBLE, "the language model gave no translation of it")
    why = refusal(text, one.text, reader.letters)
    if why is not None:
        reason = f"the language model's translation of it is not used: {why}"
        return _gap(one, GapCode.NOT_CREDIBLE, reason)
    card = _card(context.model_name)
    return Evidence.of(
        tool=TRANSLATION, engine="language_model", modality=Modality.WORDS, card=card,
        span=one.utterance, subject=one.utterance.subject,
        reading=TranslationReading(
            of=one.utterance.id, text=text, from_language=one.language, to_language=INTO
        ),
    ).model_copy(update={"device": "unknown"})  # fmt: skip


def _gap(one: Unread, code: GapCode, reason: str) -> Gap:
    return Gap(
        tool=TRANSLATION, code=code, reason=reason, subject=one.utterance.subject,
        start_s=one.utterance.start_s, end_s=one.utterance.end_s,
    )  # fmt: skip


def _card(model: str) -> ModelCard:
    """Return what is known of a language model that translates: its name, and what it was told."""
    return ModelCard(
        name=model, revision=prompt(TASK).id, purpose="Puts what was said into English.",
        inputs="text", outputs="text", licence="of its provider", commercial_use=False,
        source="the user's own choice", trained_on="unknown", metrics="not measured",
        limits=("irony and politeness may be lost",),
    )  # fmt: skip


def _decision(waiting: Sequence[Unread], reader: Reader, n_calls: int, look: Look) -> Decision:
    tags = sorted({u.language for u in waiting})
    reason = (
        f"{len(waiting)} utterance(s) are in a language ({', '.join(tags)}) that is not "
        f"{reader.named}, which text_emotion reads; put into English first, in {n_calls} call(s) "
        "of the language model"
    )
    return Decision(
        tool=TRANSLATION, chosen=True, look=look.number, reason=reason,
        start_s=min(u.utterance.start_s for u in waiting),
        end_s=max(u.utterance.end_s for u in waiting),
    )  # fmt: skip
