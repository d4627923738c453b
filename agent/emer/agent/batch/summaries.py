"""What the index tells of one report.

Reads    a report and, for the thumbnail, one picture of its clip
Returns  ``Summary``
Costs    decoding up to one picture, some 10 ms
"""

import base64
from collections import defaultdict
from contextlib import suppress
from typing import Final

from emer.agent.batch.types import Summary
from emer.agent.exports.material import Material
from emer.graphs.report import Report
from emer.tools.errors import EmerError

MAX_LABELS: Final = 4
THUMBNAIL_PX: Final = 112
MAX_THUMBNAIL_BYTES: Final = 6_000


def summary_of(report: Report, material: Material | None = None) -> Summary:
    """Sum ``report`` up for a table of many."""
    media = report.media
    return Summary(
        kind=media.kind,
        duration_s=media.duration_s,
        n_persons=len(report.subjects),
        n_utterances=len(report.utterances),
        n_disagreements=sum(a.verdict == "conflict" for a in report.agreement),
        labels=main_labels(report),
        abstained=report.explanation.abstained,
        sha256=media.sha256,
        thumbnail=_thumbnail(report, material) if material is not None else "",
    )


def main_labels(report: Report) -> tuple[str, ...]:
    """Return the labels that are shown longest, weighed by their scores."""
    weight: dict[str, float] = defaultdict(float)
    for label in report.labels:
        weight[label.shown] += max(label.end_s - label.start_s, 0.1) * label.score
    return tuple(sorted(weight, key=lambda name: (-weight[name], name))[:MAX_LABELS])


def _thumbnail(report: Report, material: Material) -> str:
    """Return a small JPEG of the moment that the strongest label is about, else of the middle."""
    start_s, end_s = report.run.span
    best = max(report.labels, key=lambda label: label.score, default=None)
    time_s = (start_s + end_s) / 2 if best is None else (best.start_s + best.end_s) / 2
    with suppress(EmerError, OSError, ValueError):
        import cv2

        for _, frame in material.pictures([time_s], max_side_px=THUMBNAIL_PX):
            done, data = cv2.imencode(
                ".jpg", cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 62]
            )
            if done and data.nbytes <= MAX_THUMBNAIL_BYTES:
                return f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}"
    return ""
