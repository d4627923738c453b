"""What the user settled about engines, handed down from the door to every specialist."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

DEVICE: Final = re.compile(r"auto|cpu|cuda(:\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Setup:
    """Where engines run, with which weights, and which of them are wanted."""

    device: str = "auto"
    """``auto``, ``cpu``, ``cuda`` or ``cuda:N``."""
    engines: Mapping[str, str] = field(default_factory=dict)
    """Engine by tool, where the user insists on one."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Model by ``tool.engine``: a name in the catalogue, or a folder or file with weights."""
    models_dir: Path | None = None
    """Where ``emer models`` keeps its lock file and what does not lie in the hub's cache."""
    gpu_memory_mb: int | None = None
    """What all engines together may take of one GPU; default: four fifths of it."""
    peer_url: str | None = None
    """Base address of an OpenAI-compatible server with a model that sees and hears."""
    peer_model: str | None = None
    """Name of that model there."""
    peer_key: str | None = field(default=None, repr=False)
    """What opens that server; never written anywhere."""


@runtime_checkable
class Settable(Protocol):
    """A specialist that depends on the setup; engines that run models of others do."""

    def set_up(self, setup: Setup) -> None:
        """Take the setup in, before ``ready`` is asked. Loads nothing and raises nothing."""
        ...
