"""Have clips explained by the three writers, and look for what is printed of what they wrote.

Reads    clips
Returns  one ``Row`` per sentence or label that was written, and what the reports amount to
Cost     a few seconds per clip, for measuring; the writing itself takes milliseconds
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from emer.agent.analysis import analyze
from emer.agent.settings import Settings
from emer.evals.faithfulness.writers import SELDOM, STYLES, Style, Writer, Written
from emer.graphs.report import Report
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.verification.report import objections

Outcome = Literal["printed", "corrected", "refused", "replaced"]
"""``refused``: a rule saw through it; ``replaced``: none did, but the built-in analyst told of the moment instead."""
MAX_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one sentence or label."""

    clip: str
    writer: Style
    what: Literal["claim", "label"]
    segment: str
    text: str
    kind: str
    """Of the slip or the lie; empty: it is true."""
    outcome: Outcome
    reason: str
    """Why it was refused, or why one that should have been may pass."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one report amounts to."""

    clip: str
    writer: Style
    claims: int
    """Printed, whoever wrote them."""
    unfounded: int
    """Of these, and of labels and prose: what does not hold when the report is checked alone."""
    labels: int


@dataclass(frozen=True, slots=True)
class Result:
    """All rows, and what the reports amount to."""

    rows: tuple[Row, ...]
    told: tuple[Told, ...]

    def missed(self) -> list[Row]:
        """Return the lies and slips that were printed as they were."""
        return [r for r in self.rows if r.kind and r.outcome == "printed"]

    def data(self) -> dict[str, Any]:
        """Return plain values."""
        of = {style: [r for r in self.rows if r.writer == style] for style in STYLES}
        return {
            "claims_printed": sum(t.claims for t in self.told),
            "claims_unfounded": sum(t.unfounded for t in self.told),
            "planted": {s: sum(bool(r.kind) for r in own) for s, own in of.items()},
            "missed": {
                s: sum(bool(r.kind) and r.outcome == "printed" for r in own)
                for s, own in of.items()
            },
            "true_refused": {
                s: sum(not r.kind and r.outcome == "refused" for r in own) for s, own in of.items()
            },
            "replaced": {
                s: sum(bool(r.kind) and r.outcome == "replaced" for r in own)
                for s, own in of.items()
            },
            "reports": [asdict(t) for t in self.told],
            "rows": [asdict(r) for r in self.rows],
        }


def measure(
    clips: Sequence[Path], folder: Path, tell: Callable[[Told], None] = lambda told: None
) -> Result:
    """Have every clip explained by every writer.

    Args:
        clips: Media files.
        folder: Empty, for what the runs keep.
        tell: Called after each report.

    Raises:
        MediaError: A clip cannot be read.
    """
    settings = Settings(data_dir=folder / "data", cache_dir=folder / "cache", llm="rule")
    rows: list[Row] = []
    reports: list[Told] = []
    for clip in clips:
        for writer in _writers():
            report = analyze(clip, llm=writer, output_language="en", settings=settings)
            rows += _rows(clip.name, writer, report)
            told = Told(
                clip.name, writer.style, len(report.explanation.claims), len(objections(report)),
                len(report.labels),
            )  # fmt: skip
            reports.append(told)
            tell(told)
    return Result(tuple(rows), tuple(reports))


def _writers() -> list[Writer]:
    others = [Writer(style=style) for style in STYLES if style != "sly"]
    return [*others, *(Writer(style="sly", turn=n) for n in range(SELDOM))]


def _rows(clip: str, writer: Writer, report: Report) -> list[Row]:
    claims = {(c.segment, c.text, c.assertions) for c in report.explanation.claims}
    labels = {(x.segment, x.label) for x in report.labels}
    reasons = {(d.segment, d.text): d.reason for d in report.run.dropped}
    by_rule = {(d.segment, d.text) for d in report.run.dropped if d.check != "mend"}
    mended = reasons.keys() - by_rule

    def row(note: Written, what: Literal["claim", "label"], outcome: Outcome) -> Row:
        reason = reasons.get((note.segment, note.text), "") if outcome != "printed" else note.why
        return Row(
            clip, writer.style, what, note.segment, note.text, "" if note.harmless else note.kind,
            outcome, reason[:MAX_REASON],
        )  # fmt: skip

    def is_printed(draft: ClaimDraft | None) -> bool:
        if draft is None:
            return False
        return (draft.segment, draft.text.strip(), tuple(draft.assertions)) in claims

    def fate(note: Written) -> Outcome:
        if is_printed(note.told):
            return "printed"
        if note.kind and is_printed(note.true):
            return "corrected"
        return "replaced" if (note.segment, note.text) in mended else "refused"

    return [
        *(row(n, "claim", fate(n)) for n in writer.notes.claims),
        *(
            row(n, "label", "printed" if (n.segment, n.text) in labels else "refused")
            for n in writer.notes.labels
        ),
    ]
