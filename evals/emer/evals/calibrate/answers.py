"""What an engine says of labelled files: its leading category, its score, and whether it is right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.agent.analysis import analyze
from emer.agent.settings import Settings
from emer.evals.calibrate.labels import Labelled, concept_of
from emer.tools.calibration import leading
from emer.tools.errors import MediaError
from emer.tools.findings import Evidence


@dataclass(frozen=True, slots=True)
class Answers:
    """One answer per file that got one."""

    scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    groups: NDArray[np.str_]
    silent: int
    """Files of which the engine said nothing; an abstention is no wrong answer."""
    unreadable: int


def answers_of(
    tool: str, labelled: Sequence[Labelled], settings: Settings, tell: Callable[[str], None]
) -> Answers:
    """Analyse every file and take the answer of ``tool`` over its longest span."""
    rows: list[tuple[float, bool, str]] = []
    silent = unreadable = 0
    for i, one in enumerate(labelled, start=1):
        try:
            report = analyze(one.path, settings=settings)
        except MediaError:
            unreadable += 1
            continue
        own = [e for e in report.evidence if e.tool == tool]
        best = leading(_longest(own).reading) if own else None
        if best is None:
            silent += 1
        else:
            rows.append((best[1], concept_of(best[0]) == one.concept, one.group))
        if i % 25 == 0 or i == len(labelled):
            tell(f"{i} of {len(labelled)} files, {len(rows)} answers")
    return Answers(
        np.array([r[0] for r in rows]), np.array([r[1] for r in rows], dtype=bool),
        np.array([r[2] for r in rows]), silent, unreadable,
    )  # fmt: skip


def _longest(evidence: Sequence[Evidence]) -> Evidence:
    return max(evidence, key=lambda e: (e.duration_s, -e.start_s))
