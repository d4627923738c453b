"""What every answer of a model has in common: extra fields are passed over, the rest is strict."""

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """The answer to one task; numbers are finite."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
