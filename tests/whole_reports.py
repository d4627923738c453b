"""Whole reports from described clips: through every node that reasons, without any media."""

from pathlib import Path
from types import SimpleNamespace

from tests.descriptions import findings_of

from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.clues import tell_clues
from emer.graphs.nodes.disambiguation import disambiguate
from emer.graphs.nodes.labelling import extract_labels
from emer.graphs.nodes.polarity import tell_polarity
from emer.graphs.nodes.reasoning import explain
from emer.graphs.nodes.relations import relate
from emer.graphs.nodes.reporting import write_report
from emer.graphs.nodes.verification import verify_claims, verify_labels
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Request
from emer.tools.findings import TimeSpan
from emer.tools.media.info import MediaInfo

STEPS = (
    align, lambda state, runtime: agree(state), tell_clues, disambiguate, relate, explain,
    verify_claims, extract_labels, verify_labels, tell_polarity, write_report,
)  # fmt: skip


def reported(item, *, language="en", model_name="rule", more=()):
    """Return the report on one description.

    Args:
        item: The description, see ``tests.descriptions``.
        language: Of the explanation.
        more: Evidence on top of what the description holds.
        model_name: Whoever is said to have reasoned: ``rule`` binds texts to its own wording.
    """
    request = Request(path=Path("described"), output_language=language)
    context = Context(
        request=request, workspace=Path(), model=RuleChatModel(), model_name=model_name,
        specialists={},
    )  # fmt: skip
    state = {
        "media": MediaInfo(
            name=item["id"], sha256="0" * 64, size_bytes=1, kind="video", container="none",
            duration_s=item["duration_s"],
        ),
        "span": TimeSpan(start_s=0.0, end_s=item["duration_s"]),
        "evidence": {e.id: e for e in (*findings_of(item), *more)},
    }  # fmt: skip
    for step in STEPS:
        runtime = SimpleNamespace(context=context)
        state |= step(state) if step is align else step(state, runtime)
    return state["report"]
