"""Let a language model answer: it asks queries, its sentences are checked, the rules stand behind it.

A sentence is checked as soon as it is complete, and given out if it holds: nothing unchecked is shown,
and nothing that was shown is taken back. What does not hold goes back to the model once.

Where it fails, loops, takes too long, spends its budget, or says nothing that holds, the built-in
analyst answers instead, and that is said.
"""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from emer.agent.chat.answering.sentences import Sentence
from emer.agent.chat.pieces import Piece, Remark, Working
from emer.agent.chat.saying import told
from emer.agent.chat.talking.checking import Checker
from emer.agent.chat.talking.cutting import Cut, Cutter
from emer.agent.chat.talking.streaming import streamed
from emer.agent.chat.talking.tools import WITHHELD, tools_over
from emer.agent.chat.understanding.asked import Asked, Unclear
from emer.agent.chat.understanding.slots import slots_of
from emer.agent.chat.understanding.understanding import draft, resolve
from emer.agent.settings import Settings, limits, prices
from emer.graphs.calls.strategies import prepared
from emer.graphs.calls.trouble import TimedOut, TooLong, trouble_of
from emer.graphs.calls.waiting import Watch
from emer.graphs.leaks import withheld
from emer.graphs.report import Language
from emer.tools.quoting import quoted

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation
    from emer.agent.chat.making import Making

MAX_CALLS: Final = 8
"""Calls of the model for one answer."""
MAX_TOOLS: Final = 16
MAX_CHARS: Final = 40_000
"""Of all that it says for one answer."""
REMEMBERED: Final = 6
"""Turns before this one that it is told."""
MAX_WAIT_S: Final = 20.0
MAX_WHY: Final = 200
CHARS_A_TOKEN: Final = 3
"""Where a server does not count: rather too many tokens than too few."""
MAX_SHOWN: Final = 8
"""Refused sentences that are sent back."""
_CORRECT: Final = (
    "These sentences were refused and not shown:\n{refused}\nSay only what they should have said, each "
    "with the ids that carry it, or nothing. Do not repeat what was not refused."
)


@dataclass(slots=True)
class _Round:
    """What came of one question to the model."""

    taken: list[BaseMessage] = field(default_factory=list)
    """Whole messages, of the model and of the tools that it called."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Sentences of the answer, and why each does not stand."""
    n_told: int = 0
    said: bool = False
    problem: str = ""
    """Why it ended early; empty: it did not."""


class Spent(BaseCallbackHandler):
    """Counts tokens of every call, of those too that came to nothing; estimated where none are told."""

    def __init__(self) -> None:
        self.sent = self.got = 0
        self._asked: dict[UUID, int] = {}

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        **kwargs: Any,  # noqa: ANN401 - LangChain's
    ) -> None:
        """Remember how much is sent."""
        self._asked[run_id] = sum(len(str(m.content)) for own in messages for m in own)

    def on_llm_end(self, response: Any, *, run_id: UUID, **kwargs: Any) -> None:  # noqa: ANN401 - LangChain's
        """Count what a model says that a call took."""
        n_chars = self._asked.pop(run_id, 0)
        for message in (getattr(g, "message", None) for own in response.generations for g in own):
            usage = getattr(message, "usage_metadata", None)
            if usage is None:  # servers that stream may leave it out
                usage = {
                    "input_tokens": n_chars // CHARS_A_TOKEN,
                    "output_tokens": len(str(getattr(message, "content", ""))) // CHARS_A_TOKEN,
                }  # fmt: skip
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
        self._model, self._settings = prepared(model), settings
        self._in_pieces = True
        self._spent = Spent()

    def pieces(
        self, conversation: "Conversation", question: str, making: "Making"
    ) -> "Generator[Piece, None, bool]":
        """Answer; a generator that returns whether that was all, or the rules are to go on."""
        language: Language = slots_of(question).language
        for number, clip in enumerate(conversation.clips, 1):
            if not clip.is_known():
                yield Working(text=told("looking", language, name=clip.name))
            yield from conversation.changed(number, clip.whole(language), language)
        self._understand(conversation, question, making)
        yield Working(text=told("asking", language, name=self.name))
        spent = self._over_budget()
        if spent:
            yield self._say("failed", language, why=spent)
            return False
        checker = Checker([clip.whole(language) for clip in conversation.clips], prompt())
        agent = self._agent(conversation, language)
        messages = _history(conversation, question)
        first = yield from self._round(agent, messages, checker, making)
        second = _Round()
        if first.refused and not first.problem and not self._over_budget():
            n = len(first.refused)
            yield Working(text=told("correcting", language, name=self.name, n=n))
            messages = [*messages, *first.taken, _correction(first.refused)]
            second = yield from self._round(agent, messages, checker, making)
        if first.refused:
            # what is repeated of it may hold what it wanted to carry out
            why = withheld(first.refused[0][1], MAX_WHY)
            name = "corrected" if second.n_told else "refused"
            n = len(first.refused)
            yield self._say(name, language, n=n, why=why, good=second.n_told)
        if first.n_told + second.n_told:
            if first.problem:
                yield self._say("broke_off", language, why=first.problem)
            return not first.problem
        nothing = "nothing that it said holds" if first.said else "it said nothing"
        yield self._say("failed", language, why=first.problem or nothing)
        return False

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

    def _agent(self, conversation: "Conversation", language: Language) -> Any:  # noqa: ANN401 - LangGraph's
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware

        clips = conversation.clips
        middleware: list[Any] = [
            ModelCallLimitMiddleware(run_limit=MAX_CALLS, exit_behavior="error"),
            ToolCallLimitMiddleware(run_limit=MAX_TOOLS, exit_behavior="error"),
        ]
        return create_agent(
            self._model,
            tools_over(lambda number: clips[number - 1].whole(language), len(clips)),
            system_prompt=prompt(),
            middleware=middleware,
        )

    def _round(
        self,
        agent: Any,  # noqa: ANN401 - LangGraph's
        messages: list[BaseMessage],
        checker: Checker,
        making: "Making",
    ) -> "Generator[Piece, None, _Round]":
        """Ask once, again where that may help; give out what holds as it comes."""
        tries = 0
        while True:
            round_ = _Round()
            try:
                heard = self._heard(agent, messages, checker, round_)
                for sentence in making.limited(heard, from_start=True):
                    making.analyst = self.name
                    round_.n_told += 1
                    yield sentence
                return round_
            except (Exception, TooLong) as error:  # whatever a client raises; the rules answer
                trouble = trouble_of(error)
                round_.problem = _why(error)
                if round_.n_told:
                    return round_
                if trouble.about == "stream" and self._in_pieces:
                    self._in_pieces = False
                    continue
                again = trouble.kind == "passing" and not isinstance(error, TimedOut)
                if not again or tries == self._settings.llm_retries:
                    return round_
                time.sleep(min(MAX_WAIT_S, trouble.wait_s or 2.0**tries))
                tries += 1

    def _heard(
        self,
        agent: Any,  # noqa: ANN401 - LangGraph's
        messages: list[BaseMessage],
        checker: Checker,
        round_: _Round,
    ) -> Iterator[Sentence]:
        """Yield sentences that hold, each as soon as it is complete."""
        cutter = Cutter()
        excuses: list[Sentence] = []
        pieces = streamed(
            agent, messages, Watch(MAX_CHARS), callbacks=[self._spent],
            timeout_s=self._settings.llm_timeout_s, stall_s=min(60.0, self._settings.llm_timeout_s),
            in_pieces=self._in_pieces, taken=round_.taken,
        )  # fmt: skip
        for said in pieces:
            if said.is_new:  # before it called tools it had not answered: that counts for nothing
                cutter = Cutter()
                excuses.clear()
                round_.refused.clear()
            round_.said = round_.said or bool(said.text.strip())
            yield from _stand(cutter.feed(said.text), checker, round_, excuses)
        yield from _stand(cutter.rest(), checker, round_, excuses)
        yield from excuses

    def _over_budget(self) -> str:
        """Say why nothing more may be spent in this conversation; empty: it may."""
        allowed = limits(self._settings.budget)
        n, most = self._spent.sent + self._spent.got, allowed.get("tokens")
        if most is not None and n >= most:
            return f"the budget of {most:g} tokens is spent"
        price, cost = prices(self._settings.llm_prices), allowed.get("cost")
        if price is not None and cost is not None:
            spent = (self._spent.sent * price[0] + self._spent.got * price[1]) / 1e6
            if spent >= cost:
                return f"the budget of {cost:g} is spent"
        return ""

    def _say(self, what: str, language: Language, **slots: object) -> Remark:
        return Remark(text=told(what, language, name=self.name, **slots))


def prompt() -> str:
    """Return what the model is told."""
    return files(__package__).joinpath("prompt.md").read_text(encoding="utf-8")


def _stand(
    cuts: list[Cut], checker: Checker, round_: _Round, excuses: list[Sentence]
) -> Iterator[Sentence]:
    for sentence, ids in cuts:
        found = checker.check(sentence, ids)
        if isinstance(found, str):
            round_.refused.append((sentence, found))
        elif found.abstains:
            excuses.append(found)  # it may be about to ask a tool; then it could tell after all
        else:
            yield from excuses
            excuses.clear()
            yield found


def _correction(refused: list[tuple[str, str]]) -> HumanMessage:
    lines = [f"- {quoted(text, MAX_WHY)} ({why})" for text, why in refused[:MAX_SHOWN]]
    return HumanMessage(_CORRECT.format(refused="\n".join(lines)))


def _history(conversation: "Conversation", question: str) -> list[BaseMessage]:
    messages: list[BaseMessage] = []
    for asked, answer in conversation.turns[:-1][-REMEMBERED:]:
        if answer is not None:
            said = [WITHHELD if s.warning else s.printed for s in answer.sentences]
            messages += [HumanMessage(asked), AIMessage(" ".join(said) or "(no answer)")]
    names = ", ".join(f"{i}" for i, _ in enumerate(conversation.clips, 1))
    return [*messages, HumanMessage(f"{question}\n(clips: {names})")]


def _why(error: BaseException) -> str:
    name = type(error).__name__
    if "CallLimit" in name:
        return "it went on asking without answering"
    return trouble_of(error).said
