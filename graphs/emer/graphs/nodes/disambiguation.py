"""Have the words of every segment read in the light of what is seen and heard beside them."""

from collections.abc import Iterable
from typing import Any

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.branches import branch_of
from emer.graphs.held import held
from emer.graphs.nodes.facts import clue_of, parts
from emer.graphs.nodes.naming import chinese_words, in_english
from emer.graphs.report import Branch
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.rule.readings.reading import read
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.facts import SegmentFacts
from emer.graphs.tasks.reading import ReadingDraft, Readings, ReadTask


def disambiguate(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Weigh the clues of every segment against each other: one call for those of one branch."""
    context, notes = runtime.context, {}
    found: dict[str, ReadingDraft] = {}
    branches: dict[str, Branch] = {}
    words: dict[str, str] = {}
    dropped = list(state.get("dropped", []))
    for branch, group in (x for part in parts(state) for x in by_branch(part).items()):
        names = {s.id for s in group}
        branches |= dict.fromkeys(names, branch)
        task = ReadTask(
            question=context.request.question, language=context.request.output_language,
            branch=branch, segments=tuple(group),
            clues=tuple(clue_of(c) for c in state.get("clues", []) if c.segment in names),
        )  # fmt: skip
        if branch == "none":  # nothing to weigh: no model is asked
            found |= {r.segment: r for r in read(task).readings}
            continue
        answer, said = ask(context, task, Readings)
        notes.update(said)
        readings = answer.readings
        if not isinstance(context.model, RuleChatModel):
            named = in_english(readings, context)
            kept = held(named.readings, task)
            readings = kept.readings
            dropped += [*named.dropped, *kept.dropped]
            words |= named.words
            notes |= named.notes
        found |= {r.segment: r for r in readings}
    told = [found[s.id] for s in state.get("segments", []) if s.id in found]
    said_of = [u.text for u in state.get("utterances", []) if u.text]
    words, more = chinese_words(told, words, said_of, context)
    context.emit(Event("disambiguate", "finished", f"{len(told)} segment(s)"))
    return {
        "readings": told, "branches": branches, "label_words": words, "dropped": dropped,
        "notes": notes | more,
    }  # fmt: skip


def by_branch(segments: Iterable[SegmentFacts]) -> dict[Branch, list[SegmentFacts]]:
    """Return segments by what there is to read them by, in order."""
    found: dict[Branch, list[SegmentFacts]] = {}
    for segment in segments:
        found.setdefault(branch_of(segment), []).append(segment)
    return found
