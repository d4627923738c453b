"""Have a language model tell what face and voice show, each by itself; words are quoted as they are.

The built-in analyst tells clues and conclusions in one go and is not asked here. What a model tells
is checked at once: only clues that hold go on to where words are read in their light.
"""

from collections.abc import Iterator
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.branches import FACE, VOICE, WORDS
from emer.graphs.leaks import leak_of, withheld
from emer.graphs.nodes.facts import alone, parts
from emer.graphs.nodes.reasoning import MAX_CLAIMS, claims_of, next_number
from emer.graphs.nodes.tongues import in_language
from emer.graphs.nodes.verification import MAX_DROPPED, basis_of, dropped_claim
from emer.graphs.report import Claim, Dropped, Language, Stage
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.rule.writing.clues import clues_in
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.clues import AudioTask, Clues, VisualTask
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import SegmentFacts
from emer.graphs.verification.claims import refused
from emer.tools.findings import Modality
from emer.tools.quoting import quoted

STAGES: Final[frozenset[Stage]] = frozenset({"attribute", "expression"})
Part = tuple[SegmentFacts, ...]


def tell_clues(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Have the clues of every segment told, and keep those that hold."""
    context, notes = runtime.context, {}
    language = context.request.output_language
    if isinstance(context.model, RuleChatModel):
        if context.rules.show is not None:  # what a language model would be sent
            for task in (t for part in parts(state) for t in tasks_of(part, language)):
                ask(context, task, Clues)
        return {"clues": []}
    segments = {s.id: s for s in state.get("segments", [])}
    drafts: list[Claim] = []
    dropped = list(state.get("dropped", []))
    for part in parts(state):
        names = {s.id for s in part}
        told = [clues_in(_alone(part, WORDS, Modality.WORDS), language)]  # no model is asked
        for task in tasks_of(part, language):
            answer, said = ask(context, task, Clues)
            notes.update(said)
            told.append(answer.claims[: MAX_CLAIMS * len(names)])
        for own in told:
            fitting = [c for c in own if c.stage in STAGES]
            dropped += [_stray(c) for c in own if c.stage not in STAGES]
            drafts += claims_of(fitting, segments, names, first=next_number(drafts))
    drafts, said = in_language(drafts, {}, context)
    basis = basis_of(state, context)
    leaks = {c.id: why for c in drafts if (why := leak_of(c))}
    reasons = leaks | refused([c for c in drafts if c.id not in leaks], basis)
    kept = [c for c in drafts if c.id not in reasons]
    fallen = [c for c in drafts if c.id in reasons and c.id not in leaks]
    dropped += [
        dropped_claim(c, reasons[c.id], "leak" if c.id in leaks else "rule", basis)
        for c in drafts
        if c.id in reasons
    ]
    context.emit(Event("clues", "finished", f"{len(kept)} clue(s) hold"))
    return {"clues": kept, "fallen_clues": fallen, "dropped": dropped, "notes": notes | said}


def tasks_of(part: Part, language: Language) -> Iterator[VisualTask | AudioTask]:
    """Yield the calls of one part: of a modality that nobody shows there is none."""
    seen = _alone(part, FACE, Modality.FACE)
    if seen:
        yield VisualTask(language=language, segments=seen)
    heard = _alone(part, VOICE, Modality.VOICE)
    if heard:
        yield AudioTask(language=language, segments=heard)


def _alone(part: Part, kinds: frozenset[str], modality: Modality) -> Part:
    found = (alone(s, kinds, modality) for s in part)
    return tuple(s for s in found if s is not None)


def _stray(draft: ClaimDraft) -> Dropped:
    return Dropped(
        text=withheld(quoted(draft.text), MAX_DROPPED), check="rule", stage=draft.stage,
        reason=f"no clue is of the stage '{draft.stage}'",
    )  # fmt: skip
