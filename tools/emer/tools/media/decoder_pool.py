"""The decoders of this process: kept warm, asked, and killed where they must be.

Reads    paths
Returns  what ``emer.tools.media.decoder`` answers
Raises   ``MediaError`` for what a file did to its decoder, ``ToolUnavailable`` if none can start
Costs    0.25 s for the first file unless ``warm_up`` was called early; nothing for the next
"""

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from emer.tools.errors import EmerError, MediaError, ToolUnavailable
from emer.tools.media.ring import Reader
from emer.tools.worker import Message, Worker, WorkerDied, WorkerFailed, WorkerStuck, WorkerTrouble
from emer.tools.worker_pool import Pool

PATIENCE_S: Final = 30.0
"""The longest time for one step of decoding: one packet, one piece of a file from its disk."""
MEMORY_BYTES: Final = 6 << 30
"""Address space of a decoder: a picture of 8192x8192 takes 100 MB, and a codec may keep 16 of
them for reference and as many again for its threads. Lower for tests only."""
KEPT: Final = 8
"""Idle decoders that are kept, for as many lanes of a batch; one lane has one."""

_POOL: Final = Pool(
    "emer.tools.media.decoder",
    KEPT,
    overflow=True,
    memory_bytes=MEMORY_BYTES,
    # this work uses the threads of its codecs; those of numpy would cost start-up time
    environment={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "4"},
)


def warm_up() -> None:
    """Start a decoder while this process imports other things; returns after milliseconds."""
    with suppress(OSError):  # whoever needs it will be told
        _POOL.warm_up()


class Lent:
    """One decoder, for one request at a time."""

    def __init__(self, worker: Worker) -> None:
        """Use ``worker``."""
        self._worker = worker

    def ask(
        self,
        do: str,
        path: Path,
        *,
        limit_s: float | None = None,
        **request: Any,  # noqa: ANN401
    ) -> Iterator[Message]:
        """Yield the decoder's messages.

        Raises:
            EmerError: As raised in the decoder.
            WorkerTrouble: It crashed, hung, or ran out of memory.
            ToolUnavailable: No decoder can be started.
        """
        message = {"do": do, "path": str(path), "folder": _here(), **request}
        answers = self._worker.ask(message, patience_s=PATIENCE_S, limit_s=limit_s)
        try:
            with closing(answers):  # type: ignore[type-var]
                yield from answers
        except WorkerDied as death:
            if death.began:
                raise
            raise _unavailable(f"{death.how}: {death.last_words}") from death
        except OSError as error:
            raise _unavailable(str(error)) from error

    @property
    def ring(self) -> Reader:
        """What the arrays of the next request come through."""
        return Reader(self._worker.room, self._worker.send)


def lent() -> "_Loan":
    """Return a context that gives a decoder and takes it back."""
    return _Loan()


class _Loan:
    def __enter__(self) -> Lent:
        self._loan = _POOL.worker()
        self._worker = self._loan.__enter__()
        return Lent(self._worker)

    def __exit__(self, *_: object) -> None:
        if self._worker.has_room:
            self._worker.room.empty()
        self._loan.__exit__(None, None, None)


def said(trouble: WorkerTrouble, path: Path) -> MediaError:
    """Say what a file did to its decoder."""
    return MediaError(f"decoding {path.name} {reason_of(trouble)}", remedy=_remedy(trouble))


def reason_of(trouble: WorkerTrouble) -> str:
    """Say what happened, as the end of a sentence that begins with ``decoding``."""
    if isinstance(trouble, WorkerStuck):
        return f"stalled: nothing came for {trouble.waited_s:.0f} s"
    if isinstance(trouble, WorkerFailed) and trouble.kind == "MemoryError":
        return f"needs more than {MEMORY_BYTES / 2**30:.0f} GB of memory"
    if isinstance(trouble, WorkerDied):
        return f"crashed ({trouble.how})"
    return f"failed ({trouble})"


def _remedy(trouble: WorkerTrouble) -> str:
    if isinstance(trouble, WorkerStuck):
        return "Check that its disk answers; if so the file is damaged: export it again as MP4."
    if isinstance(trouble, WorkerFailed) and trouble.kind == "MemoryError":
        return "If its pictures are very large, scale them down; if not, export it again as MP4."
    return "The file is damaged; copy it again or export it again as MP4."


def _unavailable(reason: str) -> EmerError:
    return ToolUnavailable(
        "media", f"no decoder can be started ({reason})",
        remedy="Check the installation with: python -c 'import av, emer.tools.media.decoder'",
    )  # fmt: skip


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed; absolute paths work all the same
        return "/"
