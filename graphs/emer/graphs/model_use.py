"""What was asked of a language model in one run, and what that took: a part of the report."""

from typing import Literal

from pydantic import Field

from emer.tools.readings import Frozen

Strategy = Literal["json_schema", "function_calling", "json_mode", "plain"]
"""How an answer in a schema is asked for, strictest first."""


class ModelCall(Frozen):
    """One task put to the model, with everything that was tried for it."""

    number: int = Field(ge=1, description="place in the run")
    task: str
    prompt: str = Field(description="id of the prompt: name, version and digest of its text")
    strategy: Strategy | None = Field(description="of the last try; null: nothing was sent")
    tries: int = Field(ge=0, description="requests made; 0: none, or answered from a record")
    outcome: Literal["answered", "built_in"] = Field(description="who answered in the end")
    from_record: bool = False
    problems: tuple[str, ...] = Field(default=(), description="what went wrong on the way")
    tokens_in: int = Field(ge=0)
    tokens_out: int = Field(ge=0)
    estimated: bool = Field(description="the server did not count all tokens; we estimated")
    wall_s: float = Field(ge=0)


class ModelUse(Frozen):
    """All calls of one run."""

    calls: tuple[ModelCall, ...] = ()
    tokens_in: int = Field(ge=0)
    tokens_out: int = Field(ge=0)
    estimated: bool = False
    cost: float | None = Field(
        default=None, ge=0, description="by the prices that the user set; null: none were set"
    )
