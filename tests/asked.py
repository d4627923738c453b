"""Reports to put questions to: a described dialogue of two, through every node that reasons."""

from functools import cache

from tests.descriptions import load
from tests.findings import (
    action_unit,
    expression,
    face_track,
    said,
    sound,
    speaking,
    voice,
    words,
)
from tests.whole_reports import reported

EMPTY: dict[str, list[object]] = {
    "faces": [],
    "utterances": [],
    "action_units": [],
    "expressions": [],
}
NEWS = "That is wonderful news, I am so happy"
GRUDGE = "I hate this, you make me so angry"


def dialogue(*more, first=NEWS, second=GRUDGE, language="en", model_name="rule"):
    """P1 tells good news in a flat voice and with a smile; P2 is angry in words and in voice."""
    findings = [
        face_track("FACE_01", 0, 10), face_track("FACE_02", 0, 10),
        said("SPK_01", 1, 4, first), words("SPK_01", 1, 4, 0.75, 0.45, joy=0.8),
        voice("SPK_01", 1, 4, -0.55, -0.2, intensity_offset_db=-5.0, f0_offset_st=-2.5),
        speaking("FACE_01", 1, 4, 0.9), speaking("FACE_02", 1, 4, 0.1),
        said("SPK_02", 6, 9, second), words("SPK_02", 6, 9, -0.7, 0.7, anger=0.85),
        voice("SPK_02", 6, 9, 0.75, -0.3, intensity_offset_db=6.0, f0_offset_st=3.0),
        speaking("FACE_02", 6, 9, 0.9), speaking("FACE_01", 6, 9, 0.1),
        action_unit("FACE_01", 2, 3.5), expression("FACE_01", 1, 4, 0.5, 0.3, happiness=0.75),
        sound("laughter", 4.2, 5.0), *more,
    ]  # fmt: skip
    item = {"id": "news.mp4", "duration_s": 10.0, **EMPTY}
    return reported(item, more=findings, language=language, model_name=model_name)


@cache
def news():
    """Return the dialogue as it is, made once."""
    return dialogue()


@cache
def nobody():
    """Return a report on a clip in which nobody is."""
    return reported({"id": "empty.mp4", "duration_s": 5.0, **EMPTY})


def described(file, place=0):
    """Return the report on one description of ``tests/descriptions``."""
    return reported(load(file)[place])
