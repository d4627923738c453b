"""Reports and faces for tests of what is handed on: whole ones, empty ones, hostile ones."""

from types import SimpleNamespace

import numpy as np
from tests.descriptions import load
from tests.whole_reports import reported

from emer.graphs.report import Label, Report
from emer.tools.findings import Evidence, Gap, GapCode, Utterance
from emer.tools.media.faces import CROP_PX, Box, FaceWriter
from emer.tools.media.info import VideoStream

HOSTILE = (
    '=HYPERLINK("http://x","y") <b>&amp; {\\an8}\\Nnew "quoted" item [1] --> '
    "00:00:01,000 --> 00:00:02,000\x00\x1b[31m\u202e\ufffe\r\nNOTE 42"
)
"""Text that means something to every format, and should mean nothing."""


def whole() -> Report:
    """Return a report with words, labels, movements and agreement of two persons."""
    report: Report = reported(next(item for item in load("dev.json") if item["id"] == "d09"))
    video = VideoStream(index=0, codec="h264", width_px=640, height_px=360, rate_hz=25.0)
    return report.model_copy(update={"media": report.media.model_copy(update={"video": video})})


def nothing(report: Report) -> Report:
    """Return ``report`` as if nothing had been seen or heard."""
    gap = Gap(
        tool="faces", code=GapCode.NOTHING_THERE, start_s=0.0, end_s=report.run.span[1],
        reason="no face was found",
    )  # fmt: skip
    told = report.explanation.model_copy(update={
        "segments": (), "readings": (), "reactions": (), "shifts": (), "claims": (),
    })  # fmt: skip
    empty = {"subjects": (), "utterances": (), "evidence": (), "agreement": (), "labels": ()}
    return report.model_copy(update=empty | {"explanation": told, "gaps": (gap,), "cases": ()})


def hostile(report: Report) -> Report:
    """Return ``report`` with hostile text wherever text comes from the media or a person."""
    media = report.media.model_copy(update={"name": f"../{HOSTILE}.mp4"})
    utterances = tuple(u.model_copy(update={"text": HOSTILE}) for u in report.utterances)
    gaps = tuple(g.model_copy(update={"reason": HOSTILE}) for g in report.gaps)
    labels = tuple(x.model_copy(update={"shown": HOSTILE}) for x in report.labels)
    return report.model_copy(
        update={"media": media, "utterances": utterances, "gaps": gaps, "labels": labels}
    )


def material(report: Report, faces=None) -> SimpleNamespace:
    """Return what a format's ``write`` is given."""
    return SimpleNamespace(report=report, media=None, faces=faces, stem=report.media.name)


def utterance(number, subject, start_s, end_s, text=None, evidence=()) -> Utterance:
    return Utterance(
        id=f"U{number}", subject=subject, start_s=start_s, end_s=end_s, text=text,
        evidence=evidence,
    )  # fmt: skip


def with_evidence(report: Report, *found: Evidence) -> Report:
    return report.model_copy(update={"evidence": (*report.evidence, *found)})


def with_labels(report: Report, *found: Label) -> Report:
    return report.model_copy(update={"labels": found})


def grey_faces(folder, times_by_track):
    """Return a store with a plain face at each of the given times of each track."""
    writer = FaceWriter(folder / "faces.jpegs")
    crop = np.full((CROP_PX, CROP_PX, 3), 128, np.uint8)
    crop[::8] = 200
    for track, times_s in times_by_track.items():
        for time_s in times_s:
            writer.add(track, time_s, Box(10, 20, 30, 40), crop, aligned=True, score=0.75)
    return writer.close()
