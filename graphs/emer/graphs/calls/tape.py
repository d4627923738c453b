"""A record of a model's answers: asked the same again, it answers from the file.

Reads    JSON lines, one call each: key, model, prompt, strategy, answer and tokens, or the failure
Writes   one whole line per call, appended; several processes may share a file
Raises   ``TapeError`` if a call is missing in a replay, or the file is no record

The key is a hash of model name, prompt id, schema and question, whatever strategy the server took.
Keys of providers and addresses of servers are not written; the questions are kept as hashes, the
answers as they came.
"""

import fcntl
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, Final, Literal

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from pydantic import Field, ValidationError

from emer.graphs.calls.said import Said, Tokens
from emer.graphs.model_use import Strategy
from emer.tools.errors import RecordError, StorageError
from emer.tools.readings import Frozen

VERSION: Final = 1
MAX_BYTES: Final = 1_000_000_000
_VOLATILE: Final = re.compile(r'"left_s":[^,}]*')
"""Seconds that the budget leaves: measured, so never the same twice."""


class TapeError(RecordError):
    """A replay cannot go on, or a record cannot be kept."""


class TapeUnusable(StorageError, TapeError):  # noqa: N818 - reads as a state
    """The file itself cannot be read or written, or is no record: no call can work."""


class Taped(Frozen):
    """One call on a tape."""

    version: Literal[1] = VERSION
    key: str = Field(pattern="^[0-9a-f]{64}$")
    model: str
    prompt: str
    strategy: Strategy | None = None
    said: Said = Said()
    tokens: Tokens | None = Field(default=None, description="null: the server did not count")
    failure: str = Field(default="", description="why there is no answer; empty: there is one")


def key_of(model: str, prompt: str, schema: str, document: str, problem: str = "") -> str:
    """Return what makes two calls the same call."""
    parts = [VERSION, model, prompt, schema, _VOLATILE.sub('"left_s":0', document), problem]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Tape:
    """The record in one file.

    Args:
        path: The file; recording makes it if it is not there.
        replay: Whether it alone answers, and nothing is added.

    Raises:
        TapeUnusable: It cannot be read or written, or is no record.
    """

    def __init__(self, path: Path, *, replay: bool = False) -> None:
        self.path, self.replay = path, replay
        self._known: dict[str, Taped] = {}
        if replay or path.exists():
            self._read()
        if not replay:
            self._append(b"")  # a file that cannot be written is told before any work

    def find(self, key: str, called: str = "this call") -> Taped | None:
        """Return the call if it was recorded; while recording, a failure is tried anew.

        Args:
            key: Of the call.
            called: How people know it.

        Raises:
            TapeError: It is missing, and this is a replay.
        """
        found = self._known.get(key)
        if found is None and self.replay:
            raise TapeError(
                f"{self.path.name} holds no answer of the language model to {called}",
                remedy="Record it: the same command with --record instead of --replay. A changed "
                "file, option, model name, prompt or version of emer makes a call another one.",
            )
        return None if found is not None and found.failure and not self.replay else found

    def keep(self, call: Taped) -> None:
        """Add one call.

        Raises:
            TapeUnusable: The file cannot be written.
        """
        if not self.replay:
            self._known[call.key] = call
            self._append(call.model_dump_json().encode() + b"\n")

    def _append(self, line: bytes) -> None:
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                if line:
                    size = os.fstat(handle).st_size
                    # what a killed process left of its last line must not spoil ours
                    torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
                    whole = b"\n" + line if torn else line
                    if os.write(handle, whole) != len(whole):
                        os.ftruncate(handle, size)
                        raise OSError("the disk is full")
                    os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise TapeUnusable(
                f"{self.path.name} cannot be written ({error.strerror or error})",
                remedy="Free some space, or name another file with --record.",
            ) from error

    def _read(self) -> None:
        try:
            if self.path.stat().st_size > MAX_BYTES:
                raise OSError("it is too large")
            lines = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise _unreadable(self.path, error) from error
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                call = Taped.model_validate_json(line)
            except ValidationError:
                if number == len(lines) or _is_torn(line):  # a process was killed as it wrote
                    continue
                raise TapeUnusable(
                    f"line {number} of {self.path.name} is no recorded call",
                    remedy="Name a file that emer analyze --record has written, or remove the line.",
                ) from None
            before = self._known.get(call.key)
            if before is None or before.failure or not call.failure:
                self._known[call.key] = call


def digest_of(path: Path) -> str:
    """Return a hash of a record: what a replay answers is what it holds.

    Raises:
        TapeUnusable: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> TapeUnusable:
    return TapeUnusable(
        f"{path.name} cannot be read ({error.strerror or error})",
        remedy="Name a file that emer analyze --record has written.",
    )


class OnTape(BaseChatModel):
    """Stands for the model in a replay: whoever calls it past the record is refused."""

    @property
    def _llm_type(self) -> str:
        return "emer-replay"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> ChatResult:
        raise TapeError("a replay asks no model", remedy="Record the call with --record.")


def _is_torn(line: bytes) -> bool:
    return line.startswith(b'{"version":1,') and not line.endswith(b"}")
