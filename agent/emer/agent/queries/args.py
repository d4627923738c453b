"""What queries can be told, as schemas that a model can fill in: bounded, and closed."""

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_LINES: Final = 200
_LATEST_S: Final = 1_000_000

Seconds = Annotated[float, Field(ge=0, le=_LATEST_S)]
PersonName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,40}$")]


class Args(BaseModel):
    """Base of all arguments: nothing unknown, nothing that is not finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class NoArgs(Args):
    """Nothing to be told."""


class Within(Args):
    """A stretch of the clip; without bounds, all of it."""

    start_s: Seconds | None = Field(
        default=None, description="from here on, seconds from the start of the clip"
    )
    end_s: Seconds | None = Field(default=None, description="up to here, seconds")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.start_s is not None and self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError("end_s must be greater than start_s")
        return self


class Of(Within):
    """A stretch of the clip and a person."""

    person: PersonName | None = Field(
        default=None, description="only this person: P1, or a voice or face such as SPK_01, FACE_01"
    )


class Some(Of):
    """A stretch, a person, and how much to tell."""

    limit: int = Field(default=20, ge=1, le=MAX_LINES, description="at most so many lines")
