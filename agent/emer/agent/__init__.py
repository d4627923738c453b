"""Front doors: command line, Python, and tools for other agents.

from emer.agent import analyze
report = analyze("clip.mp4")

from emer.agent import EmotionToolkit
tools = EmotionToolkit(roots=["clips"]).get_tools()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from emer.agent.analysis import aanalyze, analyze
    from emer.agent.langchain_tools import EmotionToolkit

__all__ = ["EmotionToolkit", "aanalyze", "analyze"]

_HOMES: Final = {
    "EmotionToolkit": "langchain_tools", "aanalyze": "analysis", "analyze": "analysis",
}  # fmt: skip


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are what they are
    """Import the doors when they are used: `emer --help` needs none of what they need."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"emer.agent.{_HOMES[name]}"), name)
