"""Show the pictures of a pass to all who want to see them, each in a lane of its own.

Who fails is shown nothing more, and the others see on; a full disk and exhausted memory are
nobody's own failure and end the pass.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Self

from emer.tools.media.items import Frame, Luma
from emer.tools.media.lanes import Lane
from emer.tools.specialist import FrameWatcher, PassSpecialist


class Onlookers:
    """The watchers of one pass. Use it as a context, which ends their lanes."""

    def __init__(
        self, watchers: Mapping[str, PassSpecialist], eyes: Mapping[str, FrameWatcher]
    ) -> None:
        """Take specialists and what looks for them, both by tool."""
        self._open = ExitStack()
        self._eyes = eyes
        self._lanes = {tool: self._open.enter_context(Lane(tool)) for tool in eyes}
        self._glimpsing = {tool for tool in eyes if watchers[tool].wants_luma}
        self.failures: dict[str, Exception] = {}
        """Why a tool saw no more; complete after ``finish``."""

    def show(self, item: Frame | Luma) -> None:
        """Show one picture to all that have not failed.

        Raises:
            OSError: Working files cannot be written.
            MemoryError: There is not enough memory.
        """
        for tool, lane in self._lanes.items():
            if isinstance(item, Frame):
                self._attempt(tool, partial(lane.do, partial(self._eyes[tool].see, item)))
            elif tool in self._glimpsing:
                self._attempt(tool, partial(lane.do, partial(self._eyes[tool].glimpse, item)))

    def finish(self) -> None:
        """Wait until all have seen all.

        Raises:
            OSError: Working files cannot be written.
            MemoryError: There is not enough memory.
        """
        for tool, lane in self._lanes.items():
            self._attempt(tool, lane.finish)

    def _attempt(self, tool: str, step: Callable[[], None]) -> None:
        if tool in self.failures:
            return
        try:
            step()
        except (OSError, MemoryError):
            raise
        except Exception as error:
            self.failures[tool] = error

    def __enter__(self) -> Self:
        """Show pictures."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the lanes; what was not seen is dropped."""
        self._open.close()
