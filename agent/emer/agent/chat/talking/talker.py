"""Let a language model answer: it asks queries, its sentences are checked, the rules stand behind it.

Where it fails, loops, takes too long, spends its budget, or says nothing that holds, the built-in
analyst answers instead, and that is said.
"""

import time
from collections.abc import Generator
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langsmith import tracing_context

from emer.agent.chat.pieces import Piece, Remark, Working
from emer.agent.chat.talking.checking import checked
from emer.agent.chat.talking.tools import WITHHELD, tools_over
from emer.agent.chat.understanding.asked import Asked, Unclear
from emer.agent.chat.understanding.slots import slots_of
from emer.agent.chat.understanding.understanding import draft, resolve
from emer.agent.settings import Settings, limits, prices
from emer.graphs.calls.trouble import TimedOut, TooLong, trouble_of
from emer.graphs.calls.waiting import Watch, in_time
from emer.graphs.leaks import withheld
from emer.graphs.report import Language

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation, Making

MAX_CALLS: Final = 8
"""Calls of the model for one answer."""
MAX_TOOLS: Final = 16
MAX_CHARS: Final = 40_000
"""Of all that it says for one answer."""
REMEMBERED: Final = 6
"""Turns before this one that it is told."""
MAX_WAIT_S: Final = 20.0
MAX_WHY: Final = 200
_SAID: Final[dict[str, dict[Language, str]]] = {
    "failed": {
        "en": "{name} could not answer ({why}); the built-in analyst does.",
        "zh": "{name} 未能回答（{why}）；由内置分析员回答。",
    },
    "refused": {
        "en": "{n} sentence(s) of {name} were refused: {why}.",
        "zh": "{name} 有 {n} 句话被拒绝：{why}。",
    },
}


class Spent(BaseCallbackHandler):
    """Counts tokens of every call, of those too that came to nothing."""

    def __init__(self) -> None:
        self.sent = self.got = 0

    def on_llm_end(self, response: Any, **kwargs: Any) -> None:  # noqa: ANN401 - LangChain's
        """Count what a model says that a call took."""
        for generation in (g for own in response.generations for g in own):
            usage = getattr(getattr(generation, "message", None), "usage_metadata", None) or {}
            self.sent += int(usage.get("input_tokens", 0))
            self.got += int(usage.get("output_tokens", 0))


class Talker:
    """A language model that answers in a conversation.

    Args:
        model: The model; its client must be able to bind tools.
        name: As answers name it.
        settings: Timeouts, tries and budget.
    """

    def __init__(self, model: BaseChatModel, name: str, settings: Settings) -> None:
        self.name = name
        self._model, self._settings = model, settings
        self._spent = Spent()

    def pieces(
        self, conversation: "Conversation", question: str, making: "Making"
    ) -> "Generator[Piece, None, bool]":
        """Answer; a generator that returns whether anything of the answer stood."""
        language: Language = slots_of(question).language
        for clip in conversation.clips:
            if not clip.is_known():
                yield Working(text=f"looking at {clip.name}")
            clip.whole(language)
        self._understand(conversation, question, making)
        yield Working(text=f"asking {self.name}")
        spent = self._over_budget()
        if spent:
            yield self._say("failed", language, why=spent)
            return False
        try:
            text = self._answered(conversation, question, language)
        except (Exception, TooLong) as error:  # whatever a client raises; the rules answer
            yield self._say("failed", language, why=_why(error))
            return False
        reports = [clip.whole(language) for clip in conversation.clips]
        found = checked(text, reports, prompt(), language)
        if found.refused:
            # what is repeated of it may hold what it wanted to carry out
            why = withheld(found.refused[0], MAX_WHY)
            yield self._say("refused", language, n=len(found.refused), why=why)
        if not found.sentences:
            why = "nothing that it said holds" if text.strip() else "it said nothing"
            yield self._say("failed", language, why=why)
            return False
        making.analyst = self.name
        yield from making.limited(iter(found.sentences))
        return True

    def _understand(self, conversation: "Conversation", question: str, making: "Making") -> None:
        """Keep the focus of the talk for commands and for the rules, where they understand it."""
        read = draft(question, conversation.focus, conversation.names)
        if isinstance(read, Unclear):
            return
        clip = conversation.clips[read.clip - 1]
        asked = resolve(read, conversation.focus, clip.whole(read.slots.language))
        making.clip = clip.name
        if isinstance(asked, Asked):
            making.asked = asked

    def _answered(self, conversation: "Conversation", question: str, language: Language) -> str:
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware

        clips = conversation.clips
        middleware: list[Any] = [
            ModelCallLimitMiddleware(run_limit=MAX_CALLS, exit_behavior="error"),
            ToolCallLimitMiddleware(run_limit=MAX_TOOLS, exit_behavior="error"),
        ]
        agent: Any = create_agent(
            self._model,
            tools_over(lambda number: clips[number - 1].whole(language), len(clips)),
            system_prompt=prompt(),
            middleware=middleware,
        )
        messages = _history(conversation, question)
        for tries in range(self._settings.llm_retries + 1):
            watch = Watch(MAX_CHARS)

            def work(watch: Watch = watch) -> dict[str, Any]:
                with tracing_context(enabled=False):
                    state: dict[str, Any] = agent.invoke(
                        {"messages": messages}, {"callbacks": [watch, self._spent]}
                    )
                    return state

            try:
                state = in_time(
                    work, watch, timeout_s=self._settings.llm_timeout_s,
                    stall_s=min(60.0, self._settings.llm_timeout_s),
                )  # fmt: skip
            except Exception as error:
                trouble = trouble_of(error)
                again = trouble.kind == "passing" and not isinstance(error, TimedOut)
                if not again or tries == self._settings.llm_retries:
                    raise
                time.sleep(min(MAX_WAIT_S, trouble.wait_s or 2.0**tries))
                continue
            last = next((m for m in reversed(state["messages"]) if isinstance(m, AIMessage)), None)
            return last.text if last else ""
        raise AssertionError("unreachable: the last try returns or raises")

    def _over_budget(self) -> str:
        """Say why nothing more may be spent in this conversation; empty: it may."""
        allowed = limits(self._settings.budget)
        n, most = self._spent.sent + self._spent.got, allowed.get("tokens")
        if most is not None and n >= most:
            return f"the budget of {most:g} tokens is spent"
        told, cost = prices(self._settings.llm_prices), allowed.get("cost")
        if told is not None and cost is not None:
            spent = (self._spent.sent * told[0] + self._spent.got * told[1]) / 1e6
            if spent >= cost:
                return f"the budget of {cost:g} is spent"
        return ""

    def _say(self, what: str, language: Language, **slots: object) -> Remark:
        return Remark(text=_SAID[what][language].format(name=self.name, **slots))


def prompt() -> str:
    """Return what the model is told."""
    return files(__package__).joinpath("prompt.md").read_text(encoding="utf-8")


def _history(conversation: "Conversation", question: str) -> list[BaseMessage]:
    messages: list[BaseMessage] = []
    for asked, answer in conversation.turns[:-1][-REMEMBERED:]:
        if answer is not None:
            told = [WITHHELD if s.warning else s.printed for s in answer.sentences]
            messages += [HumanMessage(asked), AIMessage(" ".join(told) or "(no answer)")]
    names = ", ".join(f"{i}" for i, _ in enumerate(conversation.clips, 1))
    return [*messages, HumanMessage(f"{question}\n(clips: {names})")]


def _why(error: BaseException) -> str:
    name = type(error).__name__
    if "CallLimit" in name:
        return "it went on asking without answering"
    return trouble_of(error).said
