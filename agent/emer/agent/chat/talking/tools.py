"""The queries as tools of a language model: the same names and schemas as everywhere, and a clip.

They read reports that are held and can do nothing else. What they return is text with ids; words of
the clip that read as if meant for a machine are withheld.
"""

from collections.abc import Callable
from typing import Any, Final

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import Field, create_model

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.table import QUERIES, Query
from emer.graphs.report import Report
from emer.tools.errors import EmerError
from emer.tools.quoting import quoted

MAX_LINES: Final = 40
MAX_CHARS: Final = 12_000
"""Of one result: a model is not to be flooded by a long clip."""
WITHHELD: Final = "(words that read as if meant for a machine are withheld)"


def tools_over(report_of: Callable[[int], Report], n_clips: int) -> list[BaseTool]:
    """Return one tool per query.

    Args:
        report_of: Returns the report on a clip by its number, from 1.
        n_clips: How many clips there are.
    """
    return [_tool(query, report_of, n_clips) for query in QUERIES.values()]


def _tool(query: Query, report_of: Callable[[int], Report], n_clips: int) -> BaseTool:
    def ask(clip: int = 1, **given: Any) -> str:  # noqa: ANN401 - checked against the schema
        try:
            answer = query.ask(report_of(clip), query.args(**given))
        except EmerError as problem:
            return f"Cannot: {problem}"
        return _told(answer)

    number = Field(default=1, ge=1, le=n_clips, description="number of the clip, from 1")
    schema = create_model(f"{query.name}_of_clip", __base__=query.args, clip=(int, number))
    return StructuredTool.from_function(
        ask, name=query.name, description=query.description, args_schema=schema,
        handle_validation_error=True, handle_tool_error=True,
    )  # fmt: skip


def key_of(line: Cited) -> tuple[str, ...]:
    """Return the ids by which a sentence may cite this line: evidence, else its mark."""
    return line.evidence or (line.mark.strip("[]"),)


def _told(answer: Answer) -> str:
    lines = [_line(x) for x in answer.lines[:MAX_LINES]]
    left = answer.n_more + max(0, len(answer.lines) - MAX_LINES)
    lines += [f"({left} more; ask for a shorter stretch)"] if left else []
    lines += [answer.cannot_tell] if answer.cannot_tell else []
    return "\n".join([*lines, *answer.remarks])[:MAX_CHARS]


def _line(line: Cited) -> str:
    text = WITHHELD if line.warning else quoted(line.text)
    return f"- {text} [{', '.join(key_of(line)[:4])}]"
