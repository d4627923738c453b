"""One thing that the system does, does in part, or does not do."""

from typing import Literal

from pydantic import Field

from emer.tools.readings import Frozen

Status = Literal["yes", "partly", "no"]
Area = Literal[
    "input", "clue", "result", "export", "language", "running", "network", "never", "not yet"
]


class Capability(Frozen):
    """One thing that the system does, does in part, or does not do."""

    area: Area
    name: str
    status: Status
    what: str = Field(description="one sentence")
    why: str = Field(default="", description="why only partly, or not at all")
    modality: str = ""
    metrics: str = Field(default="", description="what was measured and how, from the card")
    limits: tuple[str, ...] = Field(default=(), description="from the card or from the code")
