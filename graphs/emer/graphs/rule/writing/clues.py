"""What one modality shows by itself, in the built-in analyst's words."""

from collections.abc import Sequence

from emer.graphs.report import Language
from emer.graphs.rule.writing.claims import explain
from emer.graphs.tasks.explaining import ClaimDraft, ExplainTask
from emer.graphs.tasks.facts import SegmentFacts


def clues_in(segments: Sequence[SegmentFacts], language: Language) -> list[ClaimDraft]:
    """Return what is told of segments whose facts are those of one modality.

    Args:
        segments: With these facts alone.
        language: Of the sentences.
    """
    task = ExplainTask(question=None, language=language, segments=tuple(segments), readings=())
    return [c for c in explain(task).claims if c.stage in {"attribute", "expression"}]
