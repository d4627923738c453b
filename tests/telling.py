"""The explanation of given evidence, in any language: what is told, what is refused, and the prose."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.reasoning import claims_of, labels_of, parts_of
from emer.graphs.nodes.relations import relate
from emer.graphs.report import Claim, Label
from emer.graphs.rule.readings.reading import read
from emer.graphs.rule.writing.claims import explain
from emer.graphs.rule.writing.labels import extract_labels
from emer.graphs.rule.writing.prose import compose
from emer.graphs.rule.writing.wholes import sum_up
from emer.graphs.tasks.explaining import ExplainTask
from emer.graphs.tasks.labelling import LabelTask
from emer.graphs.tasks.reading import ReadTask
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import refused
from emer.tools.findings import TimeSpan

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Told:
    """What came out."""

    state: dict[str, Any]
    claims: list[Claim]
    labels: list[Label]
    refused: dict[str, str]
    prose: str

    def of(self, stage, subject=None):
        """Return the texts of one stage."""
        fits = (c for c in self.claims if c.stage == stage)
        return [c.text for c in fits if subject in (None, c.subject)]

    def claim(self, stage):
        """Return the only claim of a stage."""
        (found,) = [c for c in self.claims if c.stage == stage]
        return found


def told(evidence, language="en", *, end_s=10.0, reading=None, shifts=None, still=False):
    """Return what the built-in analyst tells of ``evidence``.

    Args:
        evidence: About one clip.
        language: Of the explanation.
        end_s: Where the clip ends.
        reading: Stands in for the analyst's own reading of each segment; called with a segment's
            facts, it returns a ``ReadingDraft``.
        shifts: Stand in for those that are found.
        still: The medium is a picture.
    """
    state = {
        "span": TimeSpan(start_s=0, end_s=end_s),
        "evidence": {e.id: e for e in evidence},
    }
    state |= align(state)
    state |= agree(state)
    parts = list(parts_of(state))
    for part in parts:
        if reading is None:
            found = read(ReadTask(question=None, language=language, segments=part)).readings
        else:
            found = [reading(s) for s in part]
        state["readings"] = [*state.get("readings", []), *found]
    state |= relate(state, SimpleNamespace(context=SimpleNamespace(emit=lambda event: None)))
    state |= {} if shifts is None else {"shifts": shifts}
    segments = {s.id: s for s in state["segments"]}
    drafts = []
    for part in parts:
        names = {s.id for s in part}
        task = ExplainTask(
            question=None, language=language, segments=part,
            readings=tuple(r for r in state["readings"] if r.segment in names),
            persons=tuple(state["persons"]),
            reactions=tuple(r for r in state["reactions"] if r.segment in names),
            shifts=tuple(s for s in state["shifts"] if s.to_segment in names),
        )  # fmt: skip
        drafts += claims_of(explain(task).claims, segments, names, first=len(drafts) + 1)
    task = LabelTask(
        claims=tuple(drafts), readings=tuple(state["readings"]),
        roles={n: s.role for n, s in segments.items()},
    )  # fmt: skip
    labels = labels_of(extract_labels(task).labels, segments, language)
    first = len(drafts) + 1
    claims = drafts + sum_up(labels, drafts, first=first, language=language, still=still)
    problems = refused(claims, Basis.of_state(state, language=language, model="rule"))
    summaries = [r.summary() for r in state["readings"]]
    prose = compose(claims, state["segments"], summaries, language, still=still)
    return Told(state, claims, labels, problems, prose)
