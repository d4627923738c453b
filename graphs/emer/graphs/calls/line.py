"""The line to a language model: one task in, one answer in its schema out, or ``CallFailed``.

Trouble that may pass is waited out; a form of question that a server refuses is replaced by a looser
one, which is remembered; an answer that cannot be used is asked for once more; a call that would
exceed a budget is not made. Everything that happened goes into the ledger.
"""

import random
import time
from dataclasses import dataclass, field
from typing import Final, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from pydantic import BaseModel

from emer.graphs.calls.ledger import Ledger, Spent
from emer.graphs.calls.reading import MAX_CHARS, read
from emer.graphs.calls.rules import CallRules, Sent
from emer.graphs.calls.said import Said, Tokens, said_of, tokens_of
from emer.graphs.calls.strategies import messages_for, order_for, sender
from emer.graphs.calls.tape import Taped, TapeError, key_of
from emer.graphs.calls.trouble import TooLong, Trouble, trouble_of
from emer.graphs.calls.waiting import Watch, in_time
from emer.graphs.calls.wire import wire_schema, wire_text
from emer.graphs.model_use import ModelCall, Strategy
from emer.graphs.prompts import Prompt

Answer = TypeVar("Answer", bound=BaseModel)
ASKS: Final = 2
"""How often an answer that cannot be used is asked for."""
MOST_ANSWER: Final = 16_000
"""Tokens of an answer where a budget is set."""
MAX_LOST: Final = 2
"""Endless answers, after which a model is not asked again."""
MAX_PROBLEMS: Final = 12
_ADDRESSES: Final = ("openai_api_base", "anthropic_api_url", "base_url")
"""Where clients keep the address of their server."""
_LEARNT: "Final[dict[tuple[str, ...], _Manner]]" = {}


class CallFailed(Exception):  # noqa: N818 - reads as what happened
    """No answer that can be used; the text says why."""


@dataclass(slots=True)
class _Manner:
    """What was learnt about one model in this process."""

    refused: int = 0
    """How many of its strategies the server does not take."""
    stream: bool = True
    cap: bool = True
    """Whether it may be told how long an answer may be."""
    temperature: bool = True
    """Whether it may be told one; models that think often choose their own."""


@dataclass(slots=True)
class _Call:
    """One call while it is being made."""

    task: str
    prompt: Prompt
    document: str
    schema: type[BaseModel]
    number: int
    problem: str = ""
    """Why the last answer could not be used."""
    strategy: Strategy | None = None
    tries: int = 0
    estimated: bool = False
    from_record: bool = False
    problems: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def had(self, problem: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def done(self, *, answered: bool) -> ModelCall:
        return ModelCall(
            number=self.number, task=self.task, prompt=self.prompt.id, strategy=self.strategy,
            tries=self.tries, outcome="answered" if answered else "built_in",
            from_record=self.from_record, problems=tuple(self.problems), tokens_in=0, tokens_out=0,
            estimated=self.estimated, wall_s=round(time.monotonic() - self.began, 3),
        )  # fmt: skip


class Line:
    """Calls of one run to one model."""

    def __init__(self, model: BaseChatModel, name: str, rules: CallRules, ledger: Ledger) -> None:
        self.model, self.name, self.rules, self.ledger = model, name, rules, ledger
        self._order = order_for(model)
        address = str([getattr(model, place, None) for place in _ADDRESSES])
        self._manner = _LEARNT.setdefault((name, str(type(model)), address), _Manner())
        self._lost = 0
        self._down = ""
        """Why no call of this run can work any more; empty while one may."""

    def call(self, task: str, prompt: Prompt, document: str, schema: type[Answer]) -> Answer:
        """Put one task to the model.

        Args:
            task: Its kind.
            prompt: What the model is told.
            document: The task as JSON.
            schema: Of the answer.

        Raises:
            CallFailed: There is no usable answer, or the call would exceed a budget.
            TapeError: A replay lacks the call, or the record cannot be written.
        """
        call = _Call(task, prompt, document, schema, number=len(self.ledger.calls) + 1)
        answered = False
        try:
            for _ in range(ASKS):
                said = self._said(call)
                answer, call.problem = read(said, schema)
                if answer is not None:
                    answered = True
                    return answer
                call.had(f"the answer could not be used: {call.problem}")
                if said.withheld:  # nor would it be given if it were asked for again
                    break
            raise CallFailed(call.problem)
        finally:
            self.ledger.close(call.done(answered=answered))

    def _said(self, call: _Call) -> Said:
        """Return what the model says, from the record if it is there."""
        tape, key = self.rules.tape, self._key(call)
        kept = tape.find(key, f"'{call.task}' (prompt {call.prompt.id})") if tape else None
        if kept is not None:
            return self._from_record(call, kept)
        record = Taped(key=key, model=self.name, prompt=call.prompt.id)
        try:
            said, tokens = self._asked(call)
        except CallFailed as failure:
            if tape:
                tape.keep(record.model_copy(update={"failure": str(failure)}))
            raise
        if tape:
            found = {"strategy": call.strategy, "said": said, "tokens": tokens}
            tape.keep(record.model_copy(update=found))
        return said

    def _key(self, call: _Call) -> str:
        schema = wire_text(call.schema)
        return key_of(self.name, call.prompt.id, schema, call.document, call.problem)

    def _from_record(self, call: _Call, kept: Taped) -> Said:
        call.from_record, call.strategy = True, kept.strategy
        messages = self._messages(call)
        self._show(call, "record", messages)
        if kept.failure:
            raise _failed(call, kept.failure)
        self._affordable(messages, call)
        self._pay(call, messages, kept.said, kept.tokens)
        return kept.said

    def _messages(self, call: _Call) -> list[BaseMessage]:
        schema = wire_text(call.schema)
        strategy = call.strategy or "plain"
        return messages_for(strategy, call.prompt, call.document, schema, call.problem)

    def _asked(self, call: _Call) -> tuple[Said, Tokens | None]:
        """Ask the model itself, in the strictest way that it takes, as often as is allowed."""
        if self._down:
            raise _failed(call, f"it is not asked again: {self._down}")
        lost = waits = 0
        while True:
            call.strategy = self._order[self._manner.refused]
            messages = self._messages(call)
            room = self._affordable(messages, call)
            try:
                said, tokens = self._sent(call, call.strategy, messages, room)
            except (TapeError, CallFailed):
                raise
            except (Exception, TooLong) as error:
                trouble = trouble_of(error)
            else:
                self._pay(call, messages, said, tokens)
                return said, tokens
            call.had(f"{trouble.said} [{call.strategy}]")
            if trouble.sent:  # somebody may have worked on it
                self._pay(call, messages, Said(), None)
            if trouble.kind == "refused" and self._stepped_down(trouble):
                continue
            if trouble.kind == "odd" and lost < 1:
                lost += 1
            elif trouble.kind == "passing" and waits < self.rules.retries:
                waits += 1
                self._wait(call, trouble, waits)
            else:
                self._lost += trouble.kind == "lost"
                if trouble.kind in {"final", "passing"} or self._lost >= MAX_LOST:
                    self._down = trouble.said
                raise CallFailed(trouble.said)

    def _sent(
        self, call: _Call, strategy: Strategy, messages: list[BaseMessage], room: int | None
    ) -> tuple[Said, Tokens | None]:
        most = MAX_CHARS if room is None else min(MAX_CHARS, 12 * room)
        watch = Watch(most)
        send = sender(
            self.model, strategy, wire_schema(call.schema), stream=self._manner.stream,
            temperature=self._manner.temperature,
            max_tokens=min(room, MOST_ANSWER) if room and self._manner.cap else None,
        )  # fmt: skip
        try:
            timeout_s = min(self.rules.timeout_s, self.ledger.left_s())
        except Spent as spent:
            raise _failed(call, str(spent)) from None
        self._show(call, strategy, messages)
        call.tries += 1
        message = in_time(
            lambda: send(messages, watch), watch, timeout_s=timeout_s, stall_s=self.rules.stall_s
        )
        return said_of(message, MAX_CHARS, watch.arguments), tokens_of(message)

    def _affordable(self, messages: list[BaseMessage], call: _Call) -> int | None:
        try:
            return self.ledger.room(_n_bytes(messages, call.schema))
        except Spent as spent:
            raise _failed(call, str(spent)) from None

    def _stepped_down(self, trouble: Trouble) -> bool:
        """Go on without what the server does not take, as long as anything is left."""
        if trouble.about and getattr(self._manner, trouble.about):
            setattr(self._manner, trouble.about, False)
            return True
        if self._manner.refused + 1 < len(self._order):
            self._manner.refused += 1
            return True
        return False

    def _wait(self, call: _Call, trouble: Trouble, n: int) -> None:
        """Wait before the next try, as long as the server asks for, within reason and budget."""
        backoff_s = self.rules.backoff_s * 2 ** (n - 1) * random.uniform(1.0, 1.25)
        wait_s = backoff_s if trouble.wait_s is None else trouble.wait_s
        try:
            too_long = wait_s > min(self.rules.max_wait_s, self.ledger.left_s())
        except Spent as spent:
            raise _failed(call, str(spent)) from None
        if too_long:
            self._down = f"{trouble.said}; the next try would have to wait {wait_s:.0f} s"
            raise CallFailed(self._down)
        time.sleep(wait_s)

    def _pay(
        self, call: _Call, messages: list[BaseMessage], said: Said, tokens: Tokens | None
    ) -> None:
        """Count the tokens of an answer: as the server does, or by our estimate."""
        asked = _n_bytes(messages, call.schema)
        if tokens is not None:
            self.ledger.spend(tokens.sent, tokens.got, n_bytes=asked)
            return
        call.estimated = True
        self.ledger.spend(self.ledger.expected(asked), self.ledger.expected(len(said)))

    def _show(self, call: _Call, way: str, messages: list[BaseMessage]) -> None:
        if self.rules.show:
            schema = wire_text(call.schema)
            self.rules.show(
                Sent(call.number, call.task, call.prompt.id, self.name, way, messages, schema)
            )


def _failed(call: _Call, why: str) -> CallFailed:
    call.had(why)
    return CallFailed(why)


def _n_bytes(messages: list[BaseMessage], schema: type[BaseModel]) -> int:
    return len(wire_text(schema).encode()) + sum(len(m.text.encode()) for m in messages)
