"""What was measured: single pieces of evidence, in words and as they are."""

from typing import Annotated, Final

from pydantic import Field

from emer.agent.exports.page.words import KINDS, MINUS, quantity_words, value_words
from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import Some
from emer.agent.queries.facts import Facts
from emer.graphs.report import Report
from emer.graphs.rule.writing.wording import at, quote
from emer.tools.findings import SCENE, Evidence, Modality
from emer.tools.quoting import MAX_CHARS, quoted
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    SpeechEmotionReading,
    TextEmotionReading,
)

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Kind = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
LEADING: Final = 3
"""Categories that a sentence names."""
MAX_QUANTITIES: Final = 6


class EvidenceArgs(Some):
    """Which evidence."""

    ids: tuple[Id, ...] = Field(
        default=(), max_length=50, description="only these, e.g. AU-1f2e3d4c; empty: any"
    )
    modality: Modality | None = Field(default=None, description="only this kind of clue")
    kind: Kind | None = Field(
        default=None, description="only this kind of reading, e.g. action_unit, voice, expression"
    )


class EvidenceAnswer(Answer):
    """Evidence in time order."""

    evidence: tuple[Evidence, ...]
    unknown_ids: tuple[str, ...] = Field(description="asked for by id and not in this report")


def evidence(report: Report, asked: EvidenceArgs) -> EvidenceAnswer:
    """Return what was measured, with model, score and values."""
    facts = Facts.of(report)
    found = [
        e
        for e in facts.chosen(report.evidence, asked)
        if (not asked.ids or e.id in asked.ids)
        and (asked.modality is None or e.modality is asked.modality)
        and (asked.kind is None or e.reading.kind == asked.kind)
    ]
    lines = [tell(facts, e) for e in found]
    return EvidenceAnswer.of(
        report, lines, limit=asked.limit, evidence=tuple(found[: asked.limit]),
        unknown_ids=tuple(i for i in asked.ids if i not in facts.evidence),
        nothing="nothing of the kind was measured there",
    )  # fmt: skip


def tell(facts: Facts, e: Evidence) -> Cited:
    """Say what one piece of evidence is."""
    texts = [v for v in e.reading.quantities().values() if isinstance(v, str)]
    spoken = next(
        (v for n, v in e.reading.quantities().items() if n in _TEXTS and isinstance(v, str)), None
    )
    who = "" if e.subject == SCENE else f" of {facts.who(e.subject)}"
    score = "" if e.score is None else f" (score {e.score:.2f})"
    said = f"{KINDS.get(e.reading.kind, e.reading.kind)}{who}: {_values(e, spoken)}{score}."
    return facts.cited(said, e, e.subject, (e.id,), quotes=" ".join(texts) if spoken else None)


_TEXTS: Final = ("words.text", "screen.text", "impression.text", "text.cue")


def _values(e: Evidence, spoken: str | None) -> str:
    if spoken is not None and not isinstance(e.reading, TextEmotionReading):
        return quote(quoted(spoken), MAX_CHARS)
    match e.reading:
        case ActionUnitReading() as r:
            return f"{r.au} {r.name}, intensity {r.intensity:.1f} of 5, strongest at {at(r.apex_s)}"
        case ExpressionReading() | SpeechEmotionReading() | TextEmotionReading() as r:
            best = sorted(r.scores.items(), key=lambda x: -x[1])[:LEADING]
            parts = [f"{name.replace('_', ' ')} {score:.2f}" for name, score in best]
            parts += [
                f"{name} {value:+.2f}".replace("-", MINUS)
                for name in ("valence", "arousal")
                if (value := getattr(r, name)) is not None
            ]
            return ", ".join(parts)
    rows = [
        f"{quantity_words(name)[0]} {value_words(name, value)}"
        for name, value in e.reading.quantities().items()
    ]
    return ", ".join(rows[:MAX_QUANTITIES])
