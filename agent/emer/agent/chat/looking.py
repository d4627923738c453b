"""Look at the clips of a conversation while the first question is still being typed.

Reads    the clips, one after the other, in a thread
Returns  a line on how far that is; whoever asks about a clip meanwhile waits for what is left
Cost     that of the analyses, once; nothing on clips that are known

The thread is told to stop when the conversation ends: an analysis hears that at its next step, and
removes its working files.
"""

import threading
from typing import TYPE_CHECKING, Final, Self

from emer.agent.progress import told_of
from emer.tools.errors import EmerError

if TYPE_CHECKING:
    from emer.agent.chat.conversation import Conversation
    from emer.graphs.state import Event

STOP_S: Final = 5.0
"""How long the end of a conversation waits for an analysis to notice."""


class Stopped(BaseException):
    """The conversation is over; like Ctrl-C, nothing on the way may swallow it."""


class Looking:
    """Looks at all clips of a conversation; a context manager that stops it."""

    def __init__(self, conversation: "Conversation") -> None:
        self._conversation = conversation
        self._is_stopped = threading.Event()
        self._step = self._problem = ""
        self._thread = threading.Thread(target=self._look, name="emer-looking", daemon=True)

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to come of it."""
        return not self._thread.is_alive()

    @property
    def problem(self) -> str:
        """Why it ended before all was seen; empty if it did not."""
        return self._problem

    @property
    def line(self) -> str:
        """What is being done, or why it ended, for a line under the prompt; empty when all is done."""
        return self._problem or ("" if self.is_done else self._step)

    def __enter__(self) -> Self:
        for clip in self._conversation.clips:
            clip.on_step = self._hear
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped.set()
        self._thread.join(STOP_S)

    def _look(self) -> None:
        try:
            for work in self._conversation.look():
                self._step = work.text
        except EmerError as error:  # it is raised again for whoever asks
            self._problem = error.message
        except Stopped:
            return

    def _hear(self, event: "Event") -> None:
        if self._is_stopped.is_set():
            raise Stopped
        if event.status in {"started", "progress"}:
            looking = self._step.partition(" · ")[0]
            self._step = f"{looking} · {event.stage.replace('_', ' ')} {told_of(event)}".rstrip()
