"""Have labels extracted from what holds, and say which way they point."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.held import is_label
from emer.graphs.nodes.facts import PART
from emer.graphs.report import Claim, Label, Language, Segment
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.labelling import LabelDraft, LabelSet, LabelTask
from emer.tools import taxonomy
from emer.tools.findings import SCENE

MAX_LABELS: Final = 3
"""Labels per segment; more would only fish for agreement."""


def extract_labels(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Extract open-vocabulary labels from the claims that were verified."""
    context, notes = runtime.context, {}
    segments = {s.id: s for s in state.get("segments", [])}
    readings = {r.segment: r for r in state.get("readings", [])}
    labels: list[Label] = []
    names = list(segments)
    main = main_subject(state.get("claims", []))
    for first in range(0, len(names), PART):
        part = names[first : first + PART]
        task = LabelTask(
            claims=tuple(c for c in state.get("claims", []) if c.segment in part),
            readings=tuple(r for name, r in readings.items() if name in part),
            roles={name: segments[name].role for name in part},
            main_subject=main,
        )
        answer, said = ask(context, task, LabelSet)
        notes.update(said)
        own = {n: segments[n] for n in part}
        language, words = context.request.output_language, state.get("label_words", {})
        labels += labels_of(answer.labels, own, language, words)
    context.emit(Event("label", "finished", f"{len(labels)} label(s)"))
    return {"labels": labels, "notes": notes}


def main_subject(claims: Sequence[Claim]) -> str | None:
    """Return the person with the most clues that hold; of several, whose cite more evidence.

    Args:
        claims: Those that hold.
    """
    told: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.stage in {"attribute", "expression"} and claim.subject != SCENE:
            told.setdefault(claim.subject, []).append(claim)
    weights = {
        name: (len(own), len({i for c in own for i in c.evidence})) for name, own in told.items()
    }
    # who is told of first, where all else is equal
    return max(weights, key=lambda name: weights[name], default=None)


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
