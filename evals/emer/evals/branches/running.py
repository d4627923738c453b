"""Read every case in every branch through the real graph, from the findings on.

Reads    cases, and the model that reasons
Returns  a ``Row`` per case and branch, and their sums in a ``Result``
Cost     with the built-in analyst about 30 ms a row; else what the model takes

A run begins where a real one is when everything was measured and no further look is due, so that
the steps that reason, verify and report are the same ones, in the same order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from emer.evals.branches.cases import BRANCHES, Branch, Case, Half
from emer.evals.branches.findings import findings_of
from emer.evals.branches.judging import contrasts, wrong_with
from emer.evals.branches.lesser import Lesser, lesser
from emer.graphs.analyst import RECURSION_LIMIT, build
from emer.graphs.calls.rules import CallRules
from emer.graphs.checkpoints import STATE_TYPES
from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.report import Label, Report, Segment
from emer.graphs.state import Context, Look, Request, State
from emer.graphs.verification.report import objections
from emer.tools.findings import TimeSpan
from emer.tools.media.info import MediaInfo

NAMED: Final = frozenset(
    {
        "sarcasm", "masking", "smiling_through_tears", "polite_anger", "teasing", "flat_good_news",
        "contempt", "anxiety_under_calm_words",
    }
)  # fmt: skip
"""Patterns that say how modalities disagree; any other word for a pattern counts as none."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one case was read as in one branch."""

    case: str
    kind: str
    language: str
    half: Half
    branch: Branch
    labels: tuple[str, ...]
    """Printed for the sentence, best first; empty: no emotion was named."""
    pattern: str
    right: bool
    wrong: str
    """What is wrong, in words; empty if it is right."""
    pattern_right: bool
    """Whether the disagreement that was named, or that none was, is one that is expected."""
    objections: tuple[str, ...]
    """What is printed and does not hold; must be empty."""
    dropped: int
    """Claims and labels that verification refused."""
    trouble: tuple[str, ...]
    """Calls that a language model failed at, and steps that failed."""


@dataclass(frozen=True, slots=True)
class Flip:
    """Two branches of one case for which no one reading is right."""

    case: str
    kind: str
    half: Half
    branches: tuple[Branch, Branch]
    differs: bool
    """The leading labels are not the same."""
    right: bool
    """Each of the two readings is the one that its branch supports."""


@dataclass(frozen=True, slots=True)
class Result:
    """All rows, and what became of the pairs that have to differ."""

    llm: str
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]
    lesser: tuple[Lesser, ...] = ()
    """What readers that do less would have right of the same cases."""

    @property
    def unverified(self) -> int:
        """Printed sentences and labels that do not hold; must be 0."""
        return sum(len(r.objections) for r in self.rows)

    def data(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "llm": self.llm,
            "cases": len({r.case for r in self.rows}),
            "readings": len(self.rows),
            "right": sum(r.right for r in self.rows),
            "unverified": self.unverified,
            "branches": {
                b: {
                    "readings": len(own := [r for r in self.rows if r.branch == b]),
                    "right": sum(r.right for r in own),
                    "patterns_right": sum(r.pattern_right for r in own),
                    "abstained": sum(not r.labels for r in own),
                }
                for b in BRANCHES
            },
            "flips": {
                "wanted": len(self.flips),
                "differ": sum(f.differs for f in self.flips),
                "right": sum(f.right for f in self.flips),
            },
            "lesser": [asdict(x) for x in self.lesser],
            "rows": [asdict(r) for r in self.rows],
            "pairs": [asdict(f) for f in self.flips],
        }


def run_all(
    cases: Sequence[Case],
    model: BaseChatModel,
    name: str,
    tell: Callable[[Row], None],
    rules: CallRules | None = None,
) -> Result:
    """Read every case in every branch, and tell of each row when it is done.

    Args:
        cases: The cases.
        model: What reasons.
        name: What reports call it.
        tell: Gets every row.
        rules: What holds for calls to a language model.

    Raises:
        TapeError: A replay lacks a call, or the record cannot be written.
    """
    rows = []
    for case in cases:
        for branch in BRANCHES:
            report = report_of(case, branch, model, name, rules)
            rows.append(row_of(case, branch, report))
            tell(rows[-1])
    labels = {(r.case, r.branch): r.labels for r in rows}
    return Result(name, tuple(rows), tuple(_flips(cases, rows)), tuple(lesser(cases, labels)))


def report_of(
    case: Case,
    branch: Branch,
    model: BaseChatModel,
    name: str,
    rules: CallRules | None = None,
) -> Report:
    """Return the report of a clip of which nothing but ``branch`` could be measured."""
    span = TimeSpan(start_s=0.0, end_s=case.duration_s)
    media = MediaInfo(
        name=f"{case.id}.mp4", sha256="0" * 64, size_bytes=0, kind="video", container="described",
        duration_s=case.duration_s,
    )  # fmt: skip
    look = Look(
        number=0, span=span, part=None, focus=span, rate_hz=5.0, tools=(), reason="described"
    )
    state: State = {
        "media": media, "span": span, "looks": [look], "plan": [],
        "evidence": {e.id: e for e in findings_of(case, branch)},
    }  # fmt: skip
    state.update(align(state))  # type: ignore[typeddict-item]
    state.update(agree(state))  # type: ignore[typeddict-item]
    context = Context(
        request=Request(path=Path(media.name)), workspace=Path(), model=model, model_name=name,
        specialists={}, rules=rules or CallRules(),
    )  # fmt: skip
    graph = build(InMemorySaver(serde=JsonPlusSerializer(allowed_msgpack_modules=STATE_TYPES)))
    config: RunnableConfig = {
        "recursion_limit": RECURSION_LIMIT,
        "configurable": {"thread_id": f"{case.id} {branch}"},
    }
    graph.update_state(config, state, as_node="review")
    report: Report = graph.invoke(None, config, context=context)["report"]
    return report


def row_of(case: Case, branch: Branch, report: Report) -> Row:
    """Judge one report."""
    expected = case.expected[branch]
    segment = _target(case, report)
    labels = _labels(segment, report)
    reading = next((r for r in report.explanation.readings if r.segment == segment.id), None)
    pattern = reading.pattern if reading and reading.pattern in NAMED else "none"
    wrong = wrong_with(labels, expected)
    return Row(
        case.id, case.kind, case.language, case.half, branch, labels,
        reading.pattern if reading else "", right=not wrong, wrong=wrong,
        pattern_right=pattern in expected.patterns,
        objections=tuple(f"{o.about}: {o.reason}" for o in objections(report)),
        dropped=len(report.run.dropped),
        trouble=tuple(_trouble(report)),
    )  # fmt: skip


def _trouble(report: Report) -> Iterator[str]:
    yield from (gap.reason for gap in report.gaps)
    yield from (note for note in report.run.notes if "language model" in note)


def _target(case: Case, report: Report) -> Segment:
    return next(
        s
        for s in report.explanation.segments
        if s.role == "speaking" and abs(s.start_s - case.start_s) < 0.01
    )


def _labels(segment: Segment, report: Report) -> tuple[str, ...]:
    own: list[Label] = [x for x in report.labels if x.segment == segment.id]
    return tuple(x.label for x in sorted(own, key=lambda x: -x.score))


def _flips(cases: Sequence[Case], rows: Sequence[Row]) -> Iterator[Flip]:
    by = {(r.case, r.branch): r for r in rows}
    for case in cases:
        for pair in contrasts(case):
            one, other = (by[case.id, b] for b in pair)
            yield Flip(
                case.id, case.kind, case.half, pair, differs=one.labels[:1] != other.labels[:1],
                right=one.right and other.right,
            )  # fmt: skip
