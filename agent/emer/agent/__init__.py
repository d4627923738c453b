"""Front doors: command line, Python, and tools for other agents.

from emer.agent import analyze
report = analyze("clip.mp4")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emer.agent.analysis import aanalyze, analyze

__all__ = ["aanalyze", "analyze"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are what they are
    """Import the doors when they are used: `emer --help` needs none of what they need."""
    if name in __all__:
        from emer.agent import analysis

        return getattr(analysis, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
