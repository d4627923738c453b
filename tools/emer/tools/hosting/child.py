"""The process in which one model lives: loads it once, answers batch after batch.

What it runs is named by the specialist's code as ``module:function``, never by a setting: the
function takes the options and returns a ``Model``. It imports the model's library in itself.

Reads    ``{"load": true}`` or ``{"batch": [...]}``, see ``emer.tools.hosting.items``
Returns  ``{"facts": ...}``, ``{"answers": [...]}`` or ``{"too_large": reason}``
"""

import importlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.hosting.builds import told
from emer.tools.hosting.items import LOST, Item, Message, unpacked
from emer.tools.worker_child import arguments, room, serve

_NO_MEMORY: Final = ("out of memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED")


class Model(Protocol):
    """A loaded model."""

    facts: Mapping[str, Any]
    """``device``, ``dtype`` and whatever else its specialist should know; JSON values."""

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Return one answer per item, in their order; JSON values.

        Raises ``ModelOutputError`` where its numbers are not finite or otherwise not what they
        should be: only the items that cause it are lost. May raise ``MemoryError`` or the library's own error for memory that does not suffice:
        then the batch is halved.
        """
        ...


Loader = Callable[[Message], Model]
_model: Model | None = None


def _handle(request: Message) -> Iterator[Message]:
    global _model
    if _model is None:
        _model = _loaded()
    if "load" in request:
        yield {"facts": dict(_model.facts)}
        return
    batch = unpacked(request["batch"], room())
    try:
        answers = answered(_model, batch)
    except Exception as error:
        if not is_memory(error):
            raise
        _give_back()
        yield {"too_large": f"{type(error).__name__}: {str(error)[:200]}"}
        return
    yield {"answers": answers}


def answered(model: Model, batch: Sequence[Item]) -> list[Message]:
    """Return one answer per item; ``{LOST: reason}`` for one that broke the model's contract.

    Where it did so for a whole batch, each item is asked about alone: others must not lose theirs.
    """
    try:
        answers = model.answer(batch)
        if len(answers) != len(batch):
            raise RuntimeError(f"{len(answers)} answers to {len(batch)} questions")
        if is_finite(answers):
            return answers
        raise ModelOutputError("the model's numbers were not finite")
    except ModelOutputError as error:
        if len(batch) == 1:
            return [{LOST: error.message}]
    return [answer for item in batch for answer in answered(model, [item])]


def is_finite(value: object) -> bool:
    """Whether all numbers of a JSON value are."""
    if isinstance(value, Mapping):
        return all(is_finite(v) for v in value.values())
    if isinstance(value, list | tuple):
        return all(is_finite(v) for v in value)
    return not isinstance(value, float) or math.isfinite(value)


def is_memory(error: BaseException) -> bool:
    """Whether ``error`` says that memory, of the machine or of a GPU, did not suffice."""
    if isinstance(error, MemoryError):
        return True
    named = type(error).__name__ == "OutOfMemoryError"
    return named or (isinstance(error, RuntimeError) and any(w in str(error) for w in _NO_MEMORY))


def _loaded() -> Model:
    about = arguments()
    _limit(about.get("memory_bytes"))
    module, _, function = str(about["loader"]).partition(":")
    try:
        loader: Loader = getattr(importlib.import_module(module), function)
        return loader(dict(about["options"]))
    except Exception as error:
        odd = told(error)
        if odd is None:
            raise
        raise ToolUnavailable(str(about["tool"]), odd.reason, remedy=odd.remedy) from error


def _limit(n_bytes: int | None) -> None:
    """Bound the memory that is written to; what a GPU's driver only reserves does not count."""
    import resource

    if n_bytes is not None:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, n_bytes))
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
            score.write("500")


def _give_back() -> None:
    import gc
    import sys

    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


if __name__ == "__main__":
    serve(_handle)
