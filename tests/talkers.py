"""Chat models that call tools and talk as a test wants them to."""

from collections.abc import Callable
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field


class TalkingModel(BaseChatModel):
    """Calls the tools that a script names, then says what it makes of their answers.

    ``script`` is given all messages so far and how many tools have answered since the question; it
    returns a text, or a pair of a tool's name and its arguments.
    """

    script: Callable[..., Any]
    seen: list[Any] = Field(default_factory=list)
    bound: list[Any] = Field(default_factory=list)
    tokens: int = 0

    @property
    def _llm_type(self):
        return "talking"

    def bind_tools(self, tools, **kwargs):
        self.bound[:] = tools
        return self

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        self.seen.append(list(messages))
        done = [m for m in messages if isinstance(m, ToolMessage)]
        said = self.script(messages, len(done))
        usage = {"input_tokens": self.tokens, "output_tokens": 0, "total_tokens": self.tokens}
        if isinstance(said, str):
            message = AIMessage(said, usage_metadata=usage)
        else:
            call = {"name": said[0], "args": said[1], "id": str(len(self.seen))}
            message = AIMessage("", tool_calls=[call], usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=message)])


def told_by(messages):
    """The last tool's answer."""
    return next(m.content for m in reversed(messages) if isinstance(m, ToolMessage))
