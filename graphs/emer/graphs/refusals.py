"""By what something that a model wrote was refused, and what was done about it: parts of the report."""

from typing import Literal

from pydantic import Field

from emer.tools.readings import Frozen

Check = Literal["rule", "leak", "judge", "hold", "label", "mend"]
"""What refused something: the rules about claims; the search for texts that carry something out; the
model's own second judgement; what was measured, which a reading is held to; the rules about labels;
or nothing of the claim itself: the built-in analyst tells of its moment instead."""


class Repair(Frozen):
    """What came of asking the model, once, to correct a claim that was refused."""

    outcome: Literal["holds", "refused", "none"] = Field(
        description="the correction is told in its place; it was refused too; there was none"
    )
    text: str | None = Field(default=None, description="of a correction that was refused")
    reason: str | None = Field(default=None, description="why that was refused")


class Checks(Frozen):
    """What was done about what a language model wrote, beside the rules that hold for everybody."""

    drafts: int = Field(default=0, ge=0, description="claims that it wrote")
    refused: int = Field(default=0, ge=0, description="of them at first, with what rests on them")
    sent_back: int = Field(default=0, ge=0, description="of those, once, to be corrected")
    corrected: int = Field(default=0, ge=0, description="of those that hold now")
    self_check: bool = Field(default=False, description="whether it judged what holds once more")
    judged_true: int = Field(default=0, ge=0)
    judged_false: int = Field(default=0, ge=0, description="they are not told")
    cannot_tell: tuple[str, ...] = Field(
        default=(), description="ids of claims of which it could not tell; they are told"
    )
    not_judged: int = Field(default=0, ge=0, description="it was not asked, or did not answer")
    judge_believed: bool = Field(
        default=True,
        description="false: it called more than half false; the built-in analyst tells instead",
    )
    built_in: tuple[str, ...] = Field(
        default=(), description="segments that the built-in analyst tells of in its place"
    )
