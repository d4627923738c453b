"""What calls to a model have taken in this run, and what may still be spent.

Tokens are counted as the server counts them. Before a call they are estimated from its length: by
half a token a byte at first, then by the highest share seen, with a margin. An answer is capped to
what is left. Where a server counts nothing, the estimates are what is counted, marked as such.
"""

import math
import time
from collections.abc import Iterable
from typing import Final, NamedTuple

from emer.graphs.model_use import ModelCall, ModelUse
from emer.graphs.report import Budget

FIRST_SHARE: Final = 0.5
"""Tokens per byte before any is known; JSON with many numbers comes near it."""
MARGIN: Final = 1.15
MIN_ANSWER: Final = 200
"""Tokens; with less left, no useful answer fits."""
MIN_S: Final = 0.5


class Prices(NamedTuple):
    """What a million tokens cost, in the user's own currency."""

    tokens_in: float
    tokens_out: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """Return the cost of so many tokens."""
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1e6


class Spent(Exception):  # noqa: N818 - reads as what happened
    """The next call would exceed a budget; the text says which."""


class Ledger:
    """The books of one run."""

    def __init__(self, budget: Budget, prices: Prices | None, began: float) -> None:
        self._budget, self._prices, self._began = budget, prices, began
        self._share = FIRST_SHARE
        self._open = (0, 0)
        """Tokens of a call that is not finished yet."""
        self.calls: dict[str, ModelCall] = {}

    def expected(self, n_bytes: int) -> int:
        """Return the tokens that so many bytes will probably be."""
        return math.ceil(n_bytes * self._share)

    def room(self, n_bytes: int) -> int | None:
        """Return how many tokens the answer to a question of ``n_bytes`` may have; ``None``: any.

        Raises:
            Spent: The call would exceed a budget.
        """
        asked = self.expected(n_bytes)
        room: int | None = None
        used_in, used_out = self.tokens()
        if self._budget.tokens is not None:
            room = self._budget.tokens - used_in - used_out - asked
            if room < MIN_ANSWER:
                raise Spent(
                    f"the budget of {self._budget.tokens} tokens does not stretch to it "
                    f"({used_in + used_out} used, this call takes about {asked + MIN_ANSWER})"
                )
        if self._budget.cost is not None and self._prices is not None:
            left = self._budget.cost - self._prices.of(used_in + asked, used_out)
            if left < self._prices.of(0, MIN_ANSWER) or left < 0:
                raise Spent(
                    f"the cost limit of {self._budget.cost:g} does not stretch to it "
                    f"({self._prices.of(used_in, used_out):.4g} used)"
                )
            if self._prices.tokens_out > 0:
                affordable = int(left / self._prices.tokens_out * 1e6)
                room = affordable if room is None else min(room, affordable)
        return room

    def left_s(self) -> float:
        """Return the seconds that the run may still take.

        Raises:
            Spent: None that would be of use.
        """
        if self._budget.wall_s is None:
            return math.inf
        left = self._budget.wall_s - (time.monotonic() - self._began)
        if left < MIN_S:
            raise Spent(f"the time limit of {self._budget.wall_s:g} s is reached")
        return left

    def spend(self, tokens_in: int, tokens_out: int, *, n_bytes: int = 0) -> None:
        """Count tokens of the open call; with ``n_bytes`` learn how long the server's tokens are."""
        used_in, used_out = self._open
        self._open = (used_in + tokens_in, used_out + tokens_out)
        if n_bytes:
            share = tokens_in / n_bytes * MARGIN
            known = any(c.tokens_in and not c.estimated for c in self.calls.values())
            self._share = max(self._share, share) if known else share

    def close(self, call: ModelCall) -> None:
        """File a finished call with what it took."""
        tokens_in, tokens_out = self._open
        self._open = (0, 0)
        done = call.model_copy(update={"tokens_in": tokens_in, "tokens_out": tokens_out})
        self.calls[f"{done.number:04d}"] = done

    def recall(self, calls: Iterable[ModelCall]) -> None:
        """Take over what an interrupted run had spent."""
        for call in calls:
            self.calls.setdefault(f"{call.number:04d}", call)

    def tokens(self) -> tuple[int, int]:
        """Return the tokens sent and got so far."""
        used_in, used_out = self._open
        calls = self.calls.values()
        return used_in + sum(c.tokens_in for c in calls), used_out + sum(
            c.tokens_out for c in calls
        )

    def use(self) -> ModelUse:
        """Return the whole as the report tells it."""
        tokens_in, tokens_out = self.tokens()
        calls = tuple(c for _, c in sorted(self.calls.items()))
        return ModelUse(
            calls=calls, tokens_in=tokens_in, tokens_out=tokens_out,
            estimated=any(c.estimated for c in calls),
            cost=round(self._prices.of(tokens_in, tokens_out), 6) if self._prices else None,
        )  # fmt: skip
