"""Extract open-vocabulary labels from verified claims; a label without a claim is not given."""

from typing import Final

from emer.graphs.report import Perspective
from emer.graphs.tasks.labelling import LabelDraft, LabelSet, LabelTask

MAX_LABELS: Final = 2
"""Labels per segment; more would only fish for agreement."""
_PERSPECTIVE: Final[dict[str, Perspective]] = {
    "speaking": "speaker",
    "listening": "listener",
    "silent": "viewer",
}


def extract_labels(task: LabelTask) -> LabelSet:
    """Take from each reading those labels that its verified emotion claim states."""
    emotions = {c.segment: c for c in task.claims if c.stage == "emotion" and c.segment}
    labels = []
    for reading in task.readings:
        claim = emotions.get(reading.segment)
        if claim is None or reading.abstained:
            continue
        stated = [a for a in reading.labels if a.label in claim.labels]
        labels += [
            LabelDraft(
                segment=reading.segment,
                label=a.label,
                perspective=_PERSPECTIVE[task.roles.get(reading.segment, "silent")],
                score=a.score,
                intensity=reading.intensity,
                evidence=list(claim.evidence),
            )
            for a in stated[:MAX_LABELS]
        ]
    return LabelSet(labels=labels)
