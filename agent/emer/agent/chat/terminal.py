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
from emer.agent.chat.commands import COMMANDS, QUIT, about, is_command, run
from emer.agent.chat.looking import Looking
from emer.agent.chat.pieces import Remark, Working
from emer.agent.chat.saying import told
from emer.agent.progress import progress
from emer.agent.saying import OK
from emer.graphs.nodes.reporting import NOTICE
from emer.tools.errors import EmerError
from emer.tools.quoting import quoted
from emer.tools.shown import shown

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation

MAX_REPLAYED: Final = 3
"""Turns that are shown again when a conversation is taken up."""
MAX_LINE: Final = 20_000
"""Characters of a line; a question is cut much shorter, and that is said."""
REFRESH_S: Final = 0.25


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
                    yield Completion(
                        command.name, -len(name), display_meta=about(command, self._conversation)
                    )
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


def talk(
    conversation: "Conversation",
    *,
    session: "PromptSession[str] | None" = None,
    quiet: bool = False,
) -> int:
    """Hold the conversation until it is ended; return the exit status.

    Args:
        conversation: What was said before is shown in short.
        session: Where questions are read; a terminal's own if not given.
        quiet: Show no progress and no notice; what goes wrong is said all the same.
    """
    console = Console(file=sys.stdout, highlight=False)
    history = InMemoryHistory([question for question, _ in conversation.turns])
    reader: PromptSession[str] = session or PromptSession(
        history=history, completer=Offers(conversation), complete_while_typing=True
    )
    _greet(conversation, console, quiet=quiet)
    with Looking(conversation) as looking:
        while True:
            try:
                text = quoted(_read(reader, looking, quiet=quiet), MAX_LINE)
            except KeyboardInterrupt:  # an empty line, as shells have it
                continue
            except EOFError:
                return OK
            if text and text.split()[0].lower() == QUIT:
                return OK
            if text:
                _respond(conversation, text, console, quiet=quiet)


def _read(reader: "PromptSession[str]", looking: Looking, *, quiet: bool) -> str:
    """Read a line; below it stands what is being looked at, for as long as that takes."""

    def line() -> str:
        return looking.problem if quiet else looking.line

    def below() -> str | None:
        if line():
            return shown(line())
        reader.bottom_toolbar = None
        return None

    reader.bottom_toolbar = below if line() else None
    reader.refresh_interval = 0 if looking.is_done else REFRESH_S
    return reader.prompt(HTML("<b>? </b>"))


def _respond(conversation: "Conversation", text: str, console: Console, *, quiet: bool) -> None:
    try:
        if is_command(text):
            for line in run(conversation, text):
                console.print(Text(shown(line)))
        else:
            answer(conversation, text, console, quiet=quiet)
    except KeyboardInterrupt:
        is_filed = conversation.is_kept and not is_command(text)
        name = "stopped" if is_filed else "stopped_unkept"
        console.print(Text(told(name, conversation.language), style="dim"))
    except EmerError as error:
        console.print(Text(shown(str(error)), style="red"))


def answer(
    conversation: "Conversation", text: str, console: Console, *, quiet: bool = False
) -> None:
    """Ask and print, each sentence as soon as it is there."""
    with ExitStack() as stack:
        for piece in conversation.ask(text):
            stack.close()  # bars of what took a while vanish before anything is said
            if isinstance(piece, Working):
                if quiet:
                    continue
                console.print(Text(f"{shown(piece.text)} ...", style="dim"))
                bars = progress(quiet=False)
                if bars is not None:
                    stack.enter_context(bars)
                    conversation.watch(bars)
                    stack.callback(conversation.watch, None)
            else:
                _say(piece, console)
    _tail(conversation, console)


def _say(piece: Sentence | Remark, console: Console) -> None:
    if isinstance(piece, Remark):
        console.print(Text(f"({shown(piece.text)})", style="dim italic"))
        return
    line = Text(shown(piece.text), style="yellow" if piece.abstains else "")
    if piece.mark:
        line.append(f" {shown(piece.mark)}", style="cyan")
    console.print(line)


def _tail(conversation: "Conversation", console: Console) -> None:
    last = conversation.last
    if last is None:
        return
    if last.can_ask:
        console.print(Text(last.can_ask, style="dim"))
    if last.n_more:
        console.print(Text(told("more", conversation.language, n=last.n_more), style="dim"))


def _greet(conversation: "Conversation", console: Console, *, quiet: bool) -> None:
    language = conversation.language
    named = ", ".join(shown(n) for n in conversation.names)
    console.print(Text.assemble((named, "bold"), f"  {told('greeting', language)}"))
    if not quiet:
        console.print(Text(NOTICE, style="dim"))
    before = [t for t in conversation.turns if t[1] is not None or t[0]]
    if len(before) > MAX_REPLAYED:
        earlier = told("earlier", language, n=len(before) - MAX_REPLAYED)
        console.print(Text(earlier, style="dim"))
    for question, said in before[-MAX_REPLAYED:]:
        console.print(Text(f"? {shown(question)}", style="bold dim"))
        replayed = [s.printed for s in said.sentences] if said else [told("cut_off", language)]
        for line in replayed:
            console.print(Text(shown(line), style="dim"))
