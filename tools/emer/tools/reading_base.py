"""What every reading is: immutable, closed, finite, with a list of what may be said of it."""

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Quantity = float | str
Signed = Annotated[float, Field(ge=-1, le=1)]
Unit = Annotated[float, Field(ge=0, le=1)]


class Frozen(BaseModel):
    """Base of every value that crosses a folder: immutable, closed, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MeasuredReading(Frozen, ABC):
    """Base of every kind of reading."""

    prefix: ClassVar[str]
    """Start of the evidence id, for people who read reports."""

    @property
    def key(self) -> str:
        """What tells two readings of one tool, span and subject apart; empty if nothing can."""
        return ""

    @abstractmethod
    def quantities(self) -> dict[str, Quantity]:
        """Return what a claim may assert about this reading."""
