"""Stand-ins for models, to see what a host makes of good and bad behaviour."""

import hashlib
import json
import math
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.hosting.items import Item, Message


class Odd:
    """Adds up numbers; facts of an item tell it to misbehave."""

    def __init__(self, options: Message) -> None:
        self.options = options
        self.facts = {"device": options.get("device", "cpu"), "dtype": "float64"}

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        most = self.options.get("most")
        if most is not None and len(batch) > most:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        for item in batch:
            self._misbehave(item.facts)
        if any(item.facts.get("odd") == "refused" for item in batch):
            raise ModelOutputError("one of its numbers is odd")
        return [
            {"sum": math.nan}
            if item.facts.get("odd") == "told"
            else {"sum": float(item.arrays["x"].sum()), "with": len(batch), "pid": os.getpid()}
            for item in batch
        ]

    def _misbehave(self, facts: Mapping[str, Any]) -> None:
        once = facts.get("kill_once")
        if once is not None and not os.path.exists(once):
            open(once, "w").close()
            os.kill(os.getpid(), 9)
        if facts.get("kill"):
            os.kill(os.getpid(), 9)
        if facts.get("hang"):
            time.sleep(600)
        if facts.get("fail"):
            raise ValueError("it cannot be")
        if facts.get("eat"):
            raise MemoryError


def load(options: Message) -> Odd:
    if options.get("unavailable"):
        raise ToolUnavailable("odd", "it has no weights", remedy="Run: emer models pull odd.")
    if options.get("odd"):
        raise ModelOutputError("it knows itself no more")
    if options.get("unloadable"):
        try:
            raise OSError("Could not load this library: /x/torchaudio/lib/_torchaudio.abi3.so")
        except OSError as error:
            raise RuntimeError("Could not import module 'AutoModel'") from error
    if options.get("broken"):
        raise OSError("no such file")
    return Odd(options)


def name_of(item: Item) -> str:
    """Return the same for the same question."""
    digest = hashlib.sha256(json.dumps(dict(item.facts), sort_keys=True).encode())
    for name in sorted(item.arrays):
        digest.update(name.encode() + item.arrays[name].tobytes())
    return digest.hexdigest()


class Replay:
    """Says what another model said of the same items, or of any; ``deadly``: dies of everything."""

    def __init__(self, options: Message) -> None:
        self.facts = {"device": "cpu", "dtype": "float32"}
        self._said: Message = json.loads(Path(options["said"]).read_text())
        self._deadly = bool(options["deadly"])

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        if self._deadly:
            os.kill(os.getpid(), 9)
        return [self._said.get("any") or self._said[name_of(item)] for item in batch]


def replaying(options: Message) -> Replay:
    return Replay(options)
