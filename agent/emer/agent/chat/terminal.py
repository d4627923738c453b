"""The chat at a terminal: prompt_toolkit reads, rich writes, sentence by sentence.

What was typed is remembered in the conversation alone: no history file is left that forgetting a
conversation would miss.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import HTML
from prompt_toolkit.history import InMemoryHistory
from rich.console import Console
from rich.text import Text

from emer.agent.chat.answering.sentences import Sentence
from emer.agent.chat.commands import COMMANDS, QUIT, is_command, run
from emer.agent.chat.pieces import ChatAnswer, Remark, Working
from emer.agent.progress import LiveProgress
from emer.agent.saying import OK
from emer.graphs.nodes.reporting import NOTICE
from emer.tools.errors import EmerError
from emer.tools.shown import shown

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation

MAX_REPLAYED: Final = 3
"""Turns that are shown again when a conversation is taken up."""


class Offers(Completer):
    """Offers slash commands, and after some of them what they take."""

    def __init__(self, conversation: "Conversation") -> None:
        self._conversation = conversation

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Yield what the line may become."""
        text = document.text_before_cursor
        if not is_command(text):
            return
        name, blank, rest = text.lstrip().partition(" ")
        if not blank:
            for command in COMMANDS.values():
                if command.name.startswith(name.lower()):
                    yield Completion(command.name, -len(name), display_meta=command.about)
            return
        for offer in _offers(name.lower()):
            if offer.startswith(rest):
                yield Completion(offer, -len(rest))


def _offers(command: str) -> Iterable[str]:
    if command == "/purpose":
        from emer.agent.purpose.policy import PERMITTED

        return PERMITTED
    if command == "/llm":
        from emer.agent.providers import PROVIDERS

        return ("rule", *(f"{name}:" for name in PROVIDERS))
    if command == "/export":
        from emer.agent.exports.formats import FORMATS

        return ("all", *FORMATS)
    return ()


def talk(conversation: "Conversation", *, session: "PromptSession[str] | None" = None) -> int:
    """Hold the conversation until it is ended; return the exit status.

    Args:
        conversation: What was said before is shown in short.
        session: Where questions are read; a terminal's own if not given.
    """
    console = Console(file=sys.stdout, highlight=False)
    history = InMemoryHistory([question for question, _ in conversation.turns])
    reader: PromptSession[str] = session or PromptSession(
        history=history, completer=Offers(conversation), complete_while_typing=True
    )
    _greet(conversation, console)
    try:
        _look(conversation, console)
    except KeyboardInterrupt:
        console.print(Text("stopped; the first question looks again", style="dim"))
    except EmerError as error:
        console.print(Text(shown(str(error)), style="red"))
    while True:
        try:
            text = reader.prompt(HTML("<b>? </b>")).strip()
        except KeyboardInterrupt:  # an empty line, as shells have it
            continue
        except EOFError:
            return OK
        if not text:
            continue
        if text.split()[0].lower() == QUIT:
            return OK
        try:
            if is_command(text):
                for line in run(conversation, text):
                    console.print(Text(shown(line)))
            else:
                answer(conversation, text, console)
        except KeyboardInterrupt:
            console.print(Text("stopped; the question is kept, its answer is not", style="dim"))
        except EmerError as error:
            console.print(Text(shown(str(error)), style="red"))


def _look(conversation: "Conversation", console: Console) -> None:
    with ExitStack() as stack:
        for work in conversation.look():
            stack.close()
            console.print(Text(f"{shown(work.text)} ...", style="dim"))
            conversation.watch(stack.enter_context(LiveProgress()))


def answer(conversation: "Conversation", text: str, console: Console) -> None:
    """Ask and print, each sentence as soon as it is there."""
    with ExitStack() as stack:
        for piece in conversation.ask(text):
            stack.close()  # bars of what took a while vanish before anything is said
            if isinstance(piece, Working):
                console.print(Text(f"{shown(piece.text)} ...", style="dim"))
                conversation.watch(stack.enter_context(LiveProgress()))
            else:
                _say(piece, console)
    _tail(conversation.last, console)


def _say(piece: Sentence | Remark, console: Console) -> None:
    if isinstance(piece, Remark):
        console.print(Text(f"({shown(piece.text)})", style="dim italic"))
        return
    line = Text(shown(piece.text), style="yellow" if piece.abstains else "")
    if piece.mark:
        line.append(f" {shown(piece.mark)}", style="cyan")
    console.print(line)


def _tail(told: ChatAnswer | None, console: Console) -> None:
    if told is None:
        return
    if told.can_ask:
        console.print(Text(told.can_ask, style="dim"))
    if told.n_more:
        console.print(Text(f"({told.n_more} more: ask for more)", style="dim"))


def _greet(conversation: "Conversation", console: Console) -> None:
    named = ", ".join(shown(n) for n in conversation.names)
    console.print(Text.assemble((named, "bold"), "  Ask, or /help. A machine answers."))
    console.print(Text(NOTICE, style="dim"))
    told = [t for t in conversation.turns if t[1] is not None or t[0]]
    if len(told) > MAX_REPLAYED:
        console.print(Text(f"... {len(told) - MAX_REPLAYED} earlier question(s)", style="dim"))
    for question, said in told[-MAX_REPLAYED:]:
        console.print(Text(f"? {shown(question)}", style="bold dim"))
        text = shown(said.text) if said else "(the answer was cut off)"
        console.print(Text(text, style="dim"))
