"""The chat without a terminal: questions line by line from stdin, answers plainly on stdout.

With ``--json`` each answer is one JSON object on a line; commands and errors are objects too.
"""

import json as json_module
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from emer.agent.chat.commands import QUIT, is_command, run
from emer.agent.chat.pieces import Remark, Working
from emer.agent.chat.saying import told
from emer.agent.saying import FAILED, OK, notice
from emer.tools.errors import EmerError
from emer.tools.quoting import quoted
from emer.tools.shown import shown

MAX_LINE = 20_000
"""Characters of a line; a question is cut much shorter, and that is said."""

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation


def talk(
    conversation: "Conversation", lines: Iterable[str], *, as_json: bool, quiet: bool = False
) -> int:
    """Answer every line; return the exit status: 1 if one could not be answered for trouble."""
    status = OK
    for line in lines:
        text = quoted(line, MAX_LINE)
        if not text:
            continue
        if text.split()[0].lower() == QUIT:
            break
        try:
            if is_command(text):
                _command(conversation, text, as_json=as_json)
            elif as_json:
                _as_json(conversation, text)
            else:
                _plainly(conversation, text, quiet=quiet)
        except EmerError as error:
            status = FAILED
            if as_json:
                _put({"question": text, "error": error.message, "remedy": error.remedy})
            notice(str(error))
    return status


def _plainly(conversation: "Conversation", text: str, *, quiet: bool) -> None:
    for piece in conversation.ask(text):
        if isinstance(piece, Working):
            notice(piece.text, quiet=quiet)
        elif isinstance(piece, Remark):
            _say(f"({piece.text})")
        else:
            _say(piece.printed)
    answer = conversation.last
    if answer is not None:
        if answer.can_ask:
            _say(answer.can_ask)
        if answer.n_more:
            _say(told("more", conversation.language, n=answer.n_more))
    _say("")


def _as_json(conversation: "Conversation", text: str) -> None:
    before = conversation.last
    try:
        for _ in conversation.ask(text):
            pass
    finally:  # an answer that cannot be kept is told all the same
        if conversation.last is not None and conversation.last is not before:
            sys.stdout.write(conversation.last.model_dump_json() + "\n")
            sys.stdout.flush()


def _command(conversation: "Conversation", text: str, *, as_json: bool) -> None:
    lines = run(conversation, text)
    if as_json:
        _put({"command": text, "lines": [shown(line) for line in lines]})
        return
    for line in lines:
        _say(line)
    _say("")


def _put(data: dict[str, object]) -> None:
    sys.stdout.write(json_module.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stdout.write(f"{shown(text)}\n")
    sys.stdout.flush()
