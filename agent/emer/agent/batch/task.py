"""What a worker is asked to do, and how it names files that are not in place yet."""

from typing import Any, Final

from emer.agent.batch.types import Options
from emer.tools.readings import Frozen

HIDDEN: Final = ".emer-new-"
"""Begin of the names of results that are complete but not noted yet."""


class Task(Frozen):
    """One file to analyse. Paths may hold halves of characters, as Python spells odd bytes."""

    path: Any
    name: str
    """What the file is called in its report and in the names of its results."""
    folder: Any
    """Where its results go."""
    work: Any
    """A folder that the worker may make and remove."""
    formats: tuple[str, ...]
    options: Options
    settings: dict[str, Any]
    unless: str = ""
    """A hash of the content that is done already; only ``formats_if_same`` are written then."""
    formats_if_same: tuple[str, ...] = ()
