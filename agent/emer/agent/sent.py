"""Show what is sent to a language model: ``--show-prompts``.

Reads    what each try sends: messages and schema; a key is in none of them
Returns  text on stderr, in which nothing of the media controls the terminal
"""

import sys
from typing import TYPE_CHECKING, Final

from emer.tools.shown import shown

if TYPE_CHECKING:
    from emer.graphs.calls.rules import Sent

_WAYS: Final = {
    "record": "not sent: the record answers it",
    "built-in": "not sent: the built-in analyst answers it",
}


def show(sent: "Sent") -> None:
    """Write one try to stderr."""
    sys.stderr.write(as_text(sent) + "\n")
    sys.stderr.flush()


def as_text(sent: "Sent") -> str:
    """Return one try as text: a line about it, then every message, then the schema beside them."""
    how = _WAYS.get(sent.way, f"sent to {sent.model} by {sent.way}")
    parts = [f"--- {sent.task}, prompt {sent.prompt}, {how}"]
    parts += [f"[{m.type}] {m.text}" for m in sent.messages]
    if not any(sent.schema in m.text for m in sent.messages):
        parts.append(f"[schema] {sent.schema}")
    lines = [line for part in parts for line in part.split("\n")]
    return "\n".join(shown(line) for line in lines)
