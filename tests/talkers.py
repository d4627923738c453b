"""Chat models that call tools and talk as a test wants them to."""

import json
from collections.abc import Callable
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
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


class StreamingModel(TalkingModel):
    """Says its text in pieces: ``script`` may return an iterator of them, and pause in between."""

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        self.seen.append(list(messages))
        said = self.script(messages, sum(isinstance(m, ToolMessage) for m in messages))
        if isinstance(said, tuple):
            *words, (name, arguments) = said if isinstance(said[-1], tuple) else (said,)
            for word in words:
                yield _piece(word)
            call = {"name": name, "args": json.dumps(arguments), "id": str(len(self.seen)), "index": 0,
                    "type": "tool_call_chunk"}  # fmt: skip
            yield ChatGenerationChunk(message=AIMessageChunk("", tool_call_chunks=[call]))
            return
        for text in [said] if isinstance(said, str) else said:
            if run_manager:
                run_manager.on_llm_new_token(text, chunk=_piece(text))
            yield _piece(text)


def _piece(text):
    return ChatGenerationChunk(message=AIMessageChunk(text))


def told_by(messages):
    """The last tool's answer."""
    return next(m.content for m in reversed(messages) if isinstance(m, ToolMessage))
