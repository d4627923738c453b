"""What the report at a terminal and its audit are laid out with."""

import io

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.text import Text


def plain(parts: list[RenderableType], width: int) -> str:
    """Return text without colour."""
    sink = io.StringIO()
    Console(file=sink, width=width, highlight=False, no_color=True).print(*parts, sep="\n")
    return "\n".join(line.rstrip() for line in sink.getvalue().splitlines()) + "\n"


def title(text: str) -> RenderableType:
    """Return a heading across the terminal."""
    return Group(Text(""), Rule(text, align="left", style="dim", characters="─"))
