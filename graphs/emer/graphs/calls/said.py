"""What a model said, as plain data: text that is valid Unicode, arguments that are finite JSON."""

import json
from collections.abc import Mapping
from typing import Any, Final

from langchain_core.messages import BaseMessage
from pydantic import Field

from emer.tools.readings import Frozen

_WITHHELD: Final = frozenset(
    {"content_filter", "refusal", "safety", "prohibited_content", "blocklist", "spii", "recitation"}
)
"""Reasons for which providers keep an answer back, whatever it was."""


class Said(Frozen):
    """One message of a model."""

    text: str = ""
    arguments: tuple[dict[str, Any], ...] = Field(default=(), description="of functions it called")
    broken: tuple[str, ...] = Field(default=(), description="arguments that are no JSON")
    cut: bool = Field(default=False, description="the server's limit of tokens cut it off")
    withheld: bool = Field(default=False, description="the provider's filter kept it back")

    def __len__(self) -> int:
        """Return how many characters it has."""
        return len(self.text) + sum(map(len, map(str, (*self.arguments, *self.broken))))


class Tokens(Frozen):
    """How many tokens a server counted."""

    sent: int = Field(ge=0)
    got: int = Field(ge=0)


def said_of(message: BaseMessage, most: int, streamed: Mapping[int, str]) -> Said:
    """Return what ``message`` says.

    Args:
        message: As the client made it.
        most: Characters of one text; of a longer one, so many and one are kept.
        streamed: Arguments of functions as they came in pieces; they go before the client's.
    """
    arguments, broken = [], []
    given = [call["args"] for call in getattr(message, "tool_calls", ())]
    given += [call.get("args") or "" for call in getattr(message, "invalid_tool_calls", ())]
    for one in streamed.values() if any(streamed.values()) else given:
        try:
            known = json.loads(one) if isinstance(one, str) else one
            if not isinstance(known, dict):
                raise ValueError("arguments are an object")
            arguments.append(
                json.loads(_valid(json.dumps(known, ensure_ascii=False, allow_nan=False)))
            )
        except (ValueError, TypeError, RecursionError):
            broken.append(_valid(str(one)[: most + 1]))
    ended = message.response_metadata
    why = str(ended.get("finish_reason") or ended.get("stop_reason") or ended.get("done_reason"))
    feedback = ended.get("prompt_feedback")
    blocked = isinstance(feedback, dict) and bool(feedback.get("block_reason"))
    return Said(
        text=_valid(message.text[: most + 1]), arguments=tuple(arguments), broken=tuple(broken),
        cut=why.lower() in {"length", "max_tokens"},
        withheld=blocked or why.lower() in _WITHHELD,
    )  # fmt: skip


def tokens_of(message: BaseMessage) -> Tokens | None:
    """Return what the server counted; ``None`` if it did not."""
    usage = getattr(message, "usage_metadata", None) or {}
    sent, got = usage.get("input_tokens"), usage.get("output_tokens")
    if not isinstance(sent, int) or not isinstance(got, int) or sent <= 0:
        return None
    return Tokens(sent=sent, got=max(0, got))


def _valid(text: str) -> str:
    """Return ``text`` with halves of characters replaced: JSON escapes can smuggle them in."""
    return text.encode("utf-8", "replace").decode()
