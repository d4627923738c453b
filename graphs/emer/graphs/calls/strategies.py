"""How an answer in a schema is asked for: by the strictest way that a provider takes.

``json_schema``       the server holds the model to the schema
``function_calling``  the answer is the argument of a function that must be called
``json_mode``         the server holds the model to JSON; the schema stands in the prompt
``plain``             nothing but the prompt
"""

import json
from collections.abc import Callable
from typing import Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableSequence
from pydantic import BaseModel

from emer.graphs.calls.trouble import NotOffered
from emer.graphs.calls.waiting import Watch
from emer.graphs.model_use import Strategy
from emer.graphs.prompts import Prompt, again_note, schema_note

_ALL: Final[tuple[Strategy, ...]] = ("json_schema", "function_calling", "json_mode", "plain")
_ORDERS: Final[dict[str, tuple[Strategy, ...]]] = {
    "langchain_openai": _ALL,
    "langchain_ollama": _ALL,
    # to Google's client, json_mode is another name of json_schema
    "langchain_google_genai": ("json_schema", "function_calling", "plain"),
    "langchain_anthropic": ("json_schema", "function_calling", "plain"),
}
_OTHERS: Final[tuple[Strategy, ...]] = ("function_calling", "plain")
"""What every model of LangChain's interface can be asked."""
_CAPS: Final = ("max_tokens", "max_output_tokens", "num_predict")
"""Names that providers give to the most tokens of an answer."""

Sender = Callable[[list[BaseMessage], Watch], BaseMessage]


def order_for(model: BaseChatModel) -> tuple[Strategy, ...]:
    """Return the strategies for a model, the first one to be tried first."""
    return _ORDERS.get(type(model).__module__.partition(".")[0], _OTHERS)


def messages_for(
    strategy: Strategy, prompt: Prompt, document: str, schema: str, problem: str = ""
) -> list[BaseMessage]:
    """Return what is sent.

    Args:
        strategy: By which the schema is asked for.
        prompt: Of the task.
        document: The task as JSON.
        schema: As JSON; part of the prompt where the server does not take it.
        problem: Why the last answer could not be used; empty at first.
    """
    notes = [prompt.text]
    if strategy in {"json_mode", "plain"} or problem:
        notes.append(schema_note(schema))
    if problem:
        notes.append(again_note(problem))
    return [SystemMessage("\n\n".join(notes)), HumanMessage(document)]


def sender(
    model: BaseChatModel,
    strategy: Strategy,
    wire: dict[str, Any],
    *,
    max_tokens: int | None = None,
    stream: bool = True,
    temperature: bool = True,
) -> Sender:
    """Return what sends messages to ``model`` and returns its message, whatever that holds.

    Args:
        model: Any chat model.
        strategy: How the schema goes along.
        wire: The schema, see ``wire``.
        max_tokens: Of the answer, for models that can be told.
        stream: Whether to take the answer in pieces, if the model can be told.
        temperature: Whether the model may be told its temperature.

    Raises:
        NotOffered: The model's client does not offer this strategy.
    """
    ready = prepared(model, max_tokens, stream, temperature)
    if strategy == "plain":
        bound: Any = ready
    else:
        # a copy: clients have been seen to write into the schema that they are given
        own = json.loads(json.dumps(wire))
        strict = {"strict": True} if _is_openai(model) and strategy == "json_schema" else {}
        try:
            chain = ready.with_structured_output(own, method=strategy, **strict)
        except (TypeError, ValueError, RuntimeError) as error:
            # a runtime error is LangChain's own way to say that a client cannot bind tools
            raise NotOffered(str(error)) from error
        # its parser is left out: we read tolerantly, and want the tokens. To ask for the raw message
        # too would run the call in a pool of threads, for which the process waits as it ends.
        bound = chain.first if isinstance(chain, RunnableSequence) else chain

    def send(messages: list[BaseMessage], watch: Watch) -> BaseMessage:
        answer = bound.invoke(messages, config={"callbacks": [watch]})
        if isinstance(answer, BaseMessage):
            return answer
        plain = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
        return AIMessage(json.dumps(plain))  # a client of its own making has parsed it already

    return send


def prepared(
    model: BaseChatModel,
    max_tokens: int | None = None,
    stream: bool = True,
    temperature: bool = True,
) -> BaseChatModel:
    """Return the model as it is to answer: in pieces that count their tokens, where its client can."""
    fields = type(model).model_fields
    changes: dict[str, Any] = {}
    if not temperature and "temperature" in fields:
        changes["temperature"] = None
    if max_tokens is not None:
        changes |= {name: max_tokens for name in _CAPS if name in fields}
    said = "streaming" in model.model_fields_set  # by whoever made it: theirs to say
    if "streaming" in fields and not said:
        changes["streaming"] = stream
        if stream and "stream_usage" in fields and "stream_usage" not in model.model_fields_set:
            changes["stream_usage"] = True
    return model.model_copy(update=changes) if changes else model


def _is_openai(model: BaseChatModel) -> bool:
    return type(model).__module__.startswith("langchain_openai")
