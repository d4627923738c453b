"""Telling what one modality shows, before anything is weighed: face and voice, each by itself."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Language
from emer.graphs.tasks.answer import Answer
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import SegmentFacts
from emer.tools.readings import Frozen


class VisualTask(Frozen):
    """Tell what faces do and show: no words, no voices, and nothing of who somebody is."""

    kind: Literal["visual"] = "visual"
    language: Language = "en"
    segments: tuple[SegmentFacts, ...] = Field(description="facts of faces alone, in time order")


class AudioTask(Frozen):
    """Tell how voices sound and what is heard around them: no words, no faces."""

    kind: Literal["audio"] = "audio"
    language: Language = "en"
    segments: tuple[SegmentFacts, ...] = Field(description="facts of voices and sounds alone")


class Clues(Answer):
    """What was seen or heard, claim by claim: stages attribute and expression alone."""

    claims: list[ClaimDraft]
