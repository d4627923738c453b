"""Have it said which way labels point, and hold the answer to the labels."""

from collections.abc import Mapping
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.report import Claim, Dropped, Label, Polarity, Side
from emer.graphs.rule.writing.polarity import side_of
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.polarity import LabelFact, Polarities, PolarityTask
from emer.graphs.verification.emotions import canonical
from emer.graphs.verification.polarity import polarity_problem

MOST: Final = 300
"""Labels in one call. Of more, persons are told by the labels' places alone: no call has them all."""


def tell_polarity(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Say for every segment and person with labels which way these point."""
    context, notes = runtime.context, {}
    labels, claims = state.get("labels", []), state.get("claims", [])
    said_of: dict[str, Side] = {}
    for first in range(0, len(labels), MOST):
        task = PolarityTask(
            labels=tuple(_fact(x, claims) for x in labels[first : first + MOST]),
        )
        answer, said = ask(context, task, Polarities)
        notes.update(said)
        said_of |= {f"segment {x.segment}": x.polarity for x in answer.of_segments}
        if len(labels) <= MOST:
            said_of |= {f"person {x.subject}": x.polarity for x in answer.of_persons}
    found: list[Polarity] = []
    dropped = list(state.get("dropped", []))
    for key, own in _grouped(labels).items():
        side, refusal = _held(key, own, said_of)
        dropped += [refusal] if refusal else []
        if side is not None:
            found.append(_polarity(key, own, side))
    context.emit(Event("polarity", "finished", f"{len(found)} told"))
    return {"polarity": found, "dropped": dropped, "notes": notes}


def _fact(label: Label, claims: list[Claim]) -> LabelFact:
    stating = (
        c.id
        for c in claims
        if c.segment == label.segment and label.label in {canonical(x) for x in c.labels}
    )
    return LabelFact(
        segment=label.segment, subject=label.subject, label=label.label, score=label.score,
        claims=tuple(stating),
    )  # fmt: skip


def _grouped(labels: list[Label]) -> Mapping[str, list[Label]]:
    """Return labels by person, then by segment, each in order."""
    found: dict[str, list[Label]] = {}
    for x in labels:
        found.setdefault(f"person {x.subject}", []).append(x)
    for x in labels:
        found.setdefault(f"segment {x.segment}", []).append(x)
    return found


def _held(
    key: str, labels: list[Label], said_of: Mapping[str, Side]
) -> tuple[Side | None, Dropped | None]:
    """Return what stands: what was said, or what the labels say where that contradicts them."""
    weighed = [(x.label, x.score) for x in labels]
    said, by_rule = said_of.get(key), side_of(weighed)
    if said is None:
        return by_rule, None
    problem = polarity_problem(said, weighed)
    if problem is None:
        return said, None
    told = ", ".join(dict.fromkeys(x.label for x in labels))
    return by_rule, Dropped(text=f"polarity '{said}' of {key}", reason=f"{problem} ({told})")


def _polarity(key: str, labels: list[Label], side: Side) -> Polarity:
    return Polarity(
        subject=labels[0].subject,
        segment=labels[0].segment if key.startswith("segment") else None,
        polarity=side, labels=tuple(dict.fromkeys(x.label for x in labels)),
    )  # fmt: skip
