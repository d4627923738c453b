"""Asks a model that lives in a process of its own; survives its death.

    host = hosted("emer.tools.loaders.voice:load", {"folder": "..."}, Limits(needs_mb=1500))
    answers = host.ask(items, batches=buckets(lengths, 16))

Reads    items (facts and arrays), in the batches that the caller chose
Returns  one answer or ``Lost`` per item, in their order
Costs    the start of a process and of a library once (1 to 20 s), then 0.2 ms per batch

A batch for which memory does not suffice is halved, and so are those after it. A process that dies
or hangs is replaced and asked the same batch again, then item by item: what kills it alone is lost,
the rest is not; so are items for which a model's numbers are not finite. A model that nobody asked for a while leaves its GPU when another needs the room.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.hosting import advance
from emer.tools.hosting.items import LOST, Item, Lost, Message, packed
from emer.tools.hosting.residents import RESIDENTS
from emer.tools.worker import Worker, WorkerDied, WorkerFailed, WorkerStuck, WorkerTrouble

CHILD: Final = "emer.tools.hosting.child"
MOST_DEATHS: Final = 5
"""So many deaths in one call, and the rest of it is given up."""
MOST_AT_ONCE: int | None = None
"""The largest batch of all models; set by measurements that vary it."""
SIZES: Final = Counter[int]()
"""How many batches of which size were answered; cleared by measurements that count them."""
OFFLINE: Final = {
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
    "DEEPFACE_BACKEND_ENGINE": "onnx", "DEEPFACE_LOG_LEVEL": "40",
    # memory that is freed goes back to the system between batches of different lengths
    "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
}  # fmt: skip

Answer = Message | Lost
Batches = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one model may take."""

    needs_mb: int
    """Of memory with its weights and one batch, roughly: of the GPU's where it runs on one."""
    memory_mb: int | None = None
    """More of the machine's memory than this is refused; default: no limit."""
    load_s: float = 300.0
    """The longest time for loading."""
    batch_s: float = 300.0
    """The longest time for one batch."""


class Host:
    """One model in one process; several threads may ask, one after the other."""

    def __init__(
        self,
        tool: str,
        loader: str,
        options: Mapping[str, Any],
        limits: Limits,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            tool: On whose behalf, for errors.
            loader: ``module:function`` of ours, see ``emer.tools.hosting.child``.
            options: JSON values for it; ``device`` says where it runs.
            limits: Memory and time.
            environment: Variables of its process on top of ``OFFLINE``.
        """
        self.tool, self.limits = tool, limits
        self.device = str(options.get("device", "cpu"))
        memory = None if limits.memory_mb is None else limits.memory_mb << 20
        arguments = {
            "tool": tool, "loader": loader, "options": dict(options), "memory_bytes": memory
        }  # fmt: skip
        self._worker = Worker(
            CHILD, arguments=arguments, environment={**OFFLINE, **(environment or {})}
        )
        self._turn = threading.Lock()
        self._most = 0
        """Largest batch since memory did not suffice; 0: no limit is known."""
        self._facts: Message | None = None
        self.used_s = 0.0
        """When it was last asked, on the monotonic clock."""

    @property
    def pid(self) -> int | None:
        """Number of the process, ``None`` if none runs."""
        return self._worker.pid

    def facts(self) -> Message:
        """Load the model if it is not, and return what it says of itself.

        Raises:
            ToolUnavailable: It cannot be loaded here.
        """
        with self._turn:
            return self._loaded()

    def ask(
        self,
        items: Sequence[Item],
        *,
        batches: Batches | None = None,
        heard: Callable[[int], None] | None = None,
    ) -> list[Answer]:
        """Return an answer per item.

        Args:
            items: What to ask about.
            batches: Indexes of items that go together, see ``buckets``; default: each by itself.
            heard: Told after every batch how many items are done.

        Raises:
            ToolUnavailable: The model cannot be loaded here.
        """
        answers: list[Answer | None] = [None] * len(items)
        waiting = deque(list(b) for b in batches or [[i] for i in range(len(items))])
        tried: dict[int, int] = {}
        deaths = 0
        advance.asked()
        with self._turn:
            while waiting:
                self._loaded()
                batch = waiting.popleft()
                most = min(n for n in (self._most, MOST_AT_ONCE, len(batch)) if n)
                if len(batch) > most:
                    waiting.extendleft(reversed(_parts(batch, most)))
                    continue
                try:
                    found = self._answered([items[i] for i in batch])
                except WorkerFailed as failure:
                    if failure.kind != "MemoryError":
                        _fill(answers, batch, Lost(f"the model failed ({failure})"))
                        continue
                    found = None
                except WorkerTrouble as trouble:
                    deaths += 1
                    if deaths > MOST_DEATHS:
                        waiting.appendleft(batch)
                        left = [i for b in waiting for i in b]
                        _fill(answers, left, _lost_with(trouble))
                        break
                    again = tried.get(batch[0], 0) + 1
                    tried[batch[0]] = again
                    if again < 2:
                        waiting.appendleft(batch)
                    elif len(batch) > 1:
                        waiting.extendleft(reversed([[i] for i in batch]))
                    else:
                        _fill(answers, batch, _lost_with(trouble))
                    continue
                if found is None:
                    self._halve(answers, batch, waiting)
                    continue
                SIZES[len(batch)] += 1
                for i, answer in zip(batch, found, strict=True):
                    answers[i] = _broken(answer[LOST]) if LOST in answer else answer
                done = sum(a is not None for a in answers)
                advance.advanced(done, len(items))
                if heard is not None:
                    heard(done)
        return [a if a is not None else Lost("it was not reached") for a in answers]

    def close(self) -> None:
        """End the process; the host can be asked again."""
        self._facts = None
        self._worker.close()

    def leave(self) -> bool:
        """End the process unless somebody asks it at this moment; return whether it ended."""
        if not self._turn.acquire(blocking=False):
            return False
        try:
            self.close()
            return True
        finally:
            self._turn.release()

    def _loaded(self) -> Message:
        self.used_s = time.monotonic()
        if self._facts is not None and self._worker.pid is not None:
            return self._facts
        RESIDENTS.make_room(self)
        advance.loading()
        try:
            (said,) = self._worker.ask({"load": True}, patience_s=self.limits.load_s)
        except WorkerStuck as error:
            raise self._unavailable(
                f"its model was not loaded within {error.waited_s:.0f} s"
            ) from error
        except WorkerDied as error:
            raise self._unavailable(f"{error} while its model was loaded") from error
        except WorkerFailed as error:
            raise self._unavailable(f"its model cannot be loaded ({error})") from error
        except ModelOutputError as error:
            raise self._unavailable(f"its model cannot be used ({error.message})") from error
        self._facts = dict(said["facts"])
        return self._facts

    def _answered(self, batch: Sequence[Item]) -> list[Message] | None:
        """Return the answers, ``None`` if memory does not suffice for so many at once."""
        request = {"batch": packed(batch, self._worker.room)}
        (said,) = self._worker.ask(
            request, patience_s=self.limits.batch_s, limit_s=self.limits.batch_s
        )
        self.used_s = time.monotonic()
        return None if "too_large" in said else list(said["answers"])

    def _halve(
        self, answers: list[Answer | None], batch: list[int], waiting: deque[list[int]]
    ) -> None:
        if len(batch) == 1:
            _fill(
                answers,
                batch,
                Lost("memory does not suffice for it", "Use another device or a smaller model."),
            )
            return
        self._most = len(batch) // 2
        waiting.appendleft(batch)

    def _unavailable(self, reason: str) -> ToolUnavailable:
        return ToolUnavailable(
            self.tool, reason,
            remedy="Run: emer doctor. Choose another device with --device cpu, or another engine.",
        )  # fmt: skip


def buckets(lengths: Sequence[float], most: int, *, spread: float = 0.1) -> list[list[int]]:
    """Group indexes of similar length, longest first, so that padding changes little.

    Args:
        lengths: In any unit, all positive.
        most: Of one batch.
        spread: Within a batch, lengths differ by at most this share of the longest.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    groups: list[list[int]] = []
    for i in order:
        last = groups[-1] if groups else None
        if last and len(last) < most and lengths[i] >= (1.0 - spread) * lengths[last[0]]:
            last.append(i)
        else:
            groups.append([i])
    return groups


_HOSTS: dict[str, Host] = {}
_LOCK = threading.Lock()


def hosted(
    tool: str,
    loader: str,
    options: Mapping[str, Any],
    limits: Limits,
    *,
    environment: Mapping[str, str] | None = None,
) -> Host:
    """Return the host of this model in this process; the same for everybody who asks for it."""
    key = repr(
        (loader, sorted(options.items(), key=str), limits, sorted((environment or {}).items()))
    )
    with _LOCK:
        if key not in _HOSTS:
            _HOSTS[key] = Host(tool, loader, options, limits, environment=environment)
            RESIDENTS.add(_HOSTS[key])
        return _HOSTS[key]


def _parts(batch: list[int], most: int) -> list[list[int]]:
    return [batch[k : k + most] for k in range(0, len(batch), most)]


def _fill(answers: list[Answer | None], batch: Sequence[int], lost: Lost) -> None:
    for i in batch:
        answers[i] = lost


def _broken(reason: object) -> Lost:
    return Lost(str(reason)[:200], "Name another model, or check this one: emer models verify.")


def _lost_with(trouble: WorkerTrouble) -> Lost:
    return Lost(
        f"the model's process was lost ({trouble})",
        "Run again; if it happens again, use another device or engine.",
    )
