"""How calls to a language model are made: patience, prices, record, and who is shown them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from langchain_core.messages import BaseMessage

from emer.graphs.calls.ledger import Prices
from emer.graphs.calls.tape import Tape


class Sent(NamedTuple):
    """What is sent for one try, for whoever wants to see it; no key is part of it."""

    number: int
    task: str
    prompt: str
    model: str
    way: str
    """The strategy, ``record`` if the answer comes from one, or ``built-in``."""
    messages: list[BaseMessage]
    schema: str
    """As JSON; it goes beside the messages unless they hold it."""


@dataclass(frozen=True, slots=True)
class CallRules:
    """What holds for every call of a run."""

    timeout_s: float = 180.0
    """For one try, first piece to last."""
    stall_s: float = 60.0
    """Between two pieces of a streamed answer."""
    retries: int = 2
    """After trouble that may pass: too many requests, a failing server, no answer in time."""
    backoff_s: float = 1.0
    """Before the second try; doubled each time, or what the server asks for."""
    max_wait_s: float = 60.0
    """A server that asks for more is not waited for."""
    prices: Prices | None = None
    tape: Tape | None = None
    show: Callable[[Sent], None] | None = None
