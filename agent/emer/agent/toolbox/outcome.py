"""What a tool hands back: words for a model, typed data for a program, perhaps a picture."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from emer.agent.queries.answer import Answer
from emer.agent.queries.marks import clock
from emer.graphs.report import Report

MAX_LINES: Final = 60
"""Sentences that a model is told; the data holds all that was asked for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of one tool."""

    text: str
    """For a language model: sentences with citations, and the notice."""
    data: BaseModel
    """The same for a program, an instance of the tool's ``result``."""
    png: bytes | None = None
    links: tuple[str, ...] = ()
    """Addresses of whole reports, ``emer://clip/ID/report.json``."""


def told(answer: Answer, head: str = "") -> str:
    """Return an answer in words: its sentences with their citations, remarks, and the notice."""
    said = [f"- {line.told()}" for line in answer.lines[:MAX_LINES]]
    left = answer.n_more + max(0, len(answer.lines) - MAX_LINES)
    if left:
        said.append(f"({left} more; ask for a shorter stretch, or for more with limit.)")
    if answer.cannot_tell:
        said.append(answer.cannot_tell)
    parts = [head, *said, *answer.remarks]
    if any(line.untrusted for line in answer.lines):
        parts.append(answer.handling)
    return "\n".join([*filter(None, parts), f"Notice: {answer.notice}"])


def about(clip: str, report: Report) -> str:
    """Return the first line of an answer: which clip, and which part of it."""
    first_s, last_s = report.run.span
    return f"Clip {clip}, {clock(first_s)} to {clock(last_s)}:"


def report_address(report_id: str) -> str:
    """Return the address of a whole report."""
    return f"emer://clip/{report_id}/report.json"
