"""What became of what the writers wrote, as tables.

Reads    a ``Result``
Returns  one table per question: how much was printed, and which lies were not seen through
"""

from collections import Counter
from typing import Final

from emer.evals.faithfulness.running import Result, Row
from emer.evals.faithfulness.writers import STYLES
from emer.evals.tables import Table

_REGIME: Final = (
    "Chat models that write by hand-made scripts stand in for a language model; everything else is the "
    "real graph. 'good': true sentences in words of its own; 'sloppy': every other sentence has a slip; "
    "'sly': one sentence in four is a lie, in four runs each time another; 'lying': every sentence is a lie "
    "that a person might tell, {kinds} kinds in turn, and every other reading is turned round. 'Refused': a "
    "rule saw through it; 'replaced': none did, but the built-in analyst told of the moment instead. Who reads the report checks it from itself alone: 'unfounded' counts what "
    "does not hold then."
)


def tables(result: Result) -> list[Table]:
    """Return what was printed by writer, and every kind of lie with how often it was missed."""
    kinds = {r.kind for r in result.rows if r.writer == "lying" and r.kind}
    return [
        Table(
            name="faithfulness.writers", title="What is printed of what a model writes",
            regime=_REGIME.format(kinds=len(kinds)),
            columns=(
                "writer", "sentences and labels", "true", "true, refused", "true, replaced", "false or careless",
                "corrected", "refused", "replaced", "missed", "claims printed", "unfounded",
            ),
            rows=tuple(_of_writer(result, style) for style in STYLES),
        ),
        Table(
            name="faithfulness.kinds", title="Slips and lies by kind",
            regime="A kind that is missed says why rules cannot see through it.",
            columns=("writer", "kind", "planted", "replaced", "missed", "why"),
            rows=tuple(_kinds(result)),
        ),
    ]  # fmt: skip


def _of_writer(result: Result, style: str) -> tuple[str | int, ...]:
    own = [r for r in result.rows if r.writer == style]
    true, false = [r for r in own if not r.kind], [r for r in own if r.kind]
    told = [t for t in result.told if t.writer == style]
    return (
        style, len(own), len(true), _n(true, "refused"), _n(true, "replaced"), len(false),
        _n(false, "corrected"), _n(false, "refused"), _n(false, "replaced"), _n(false, "printed"), sum(t.claims for t in told),
        sum(t.unfounded for t in told),
    )  # fmt: skip


def _kinds(result: Result) -> list[tuple[str | int, ...]]:
    planted = Counter((r.writer, r.kind) for r in result.rows if r.kind)
    missed = Counter((r.writer, r.kind) for r in result.missed())
    replaced = Counter((r.writer, r.kind) for r in result.rows if r.outcome == "replaced")
    why = {(r.writer, r.kind): r.reason for r in result.missed()}
    return [
        (writer, kind, n, replaced[writer, kind], missed[writer, kind], why.get((writer, kind), ""))
        for (writer, kind), n in planted.items()
    ]


def _n(rows: list[Row], outcome: str) -> int:
    return sum(r.outcome == outcome for r in rows)
