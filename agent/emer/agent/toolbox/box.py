"""The tools at work: arguments are checked, the clip is found, the report is held, the answer made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from emer.agent.clip_access import ClipAccess
from emer.agent.held_reports import Held, HeldReports, reports_of
from emer.agent.toolbox.offers import OFFERS, Offer
from emer.agent.toolbox.outcome import Outcome
from emer.graphs.state import Event
from emer.tools.errors import EmerError
from emer.tools.quoting import quoted


class ToolCallError(EmerError):
    """A call that cannot be carried out: no such tool, or arguments that it does not take."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who waits for an answer."""

    on_event: Callable[[Event], None] | None = None
    """Is told of progress."""
    cancelled: Callable[[], bool] | None = None
    """Whether nobody waits any more."""


NOBODY: Final = Asking()


@dataclass(frozen=True, slots=True)
class Toolbox:
    """All tools over the clips of some folders; safe to use from several threads."""

    reports: HeldReports

    @classmethod
    def over(
        cls,
        roots: Sequence[str | Path],
        *,
        llm: Any = None,  # noqa: ANN401 - a name or any LangChain chat model
        settings: Any = None,  # noqa: ANN401 - Settings
    ) -> "Toolbox":
        """Open ``roots`` to tools.

        Args:
            roots: Folders whose files may be analysed.
            llm: Who reasons, as for ``analyze``.
            settings: As for ``analyze``.

        Raises:
            ClipRefused: A root is no folder.
        """
        return cls(reports_of(ClipAccess(roots), settings, llm))

    def call(self, name: str, arguments: Mapping[str, object], asking: Asking = NOBODY) -> Outcome:
        """Carry out one call.

        Raises:
            ToolCallError: There is no such tool, or it does not take these arguments.
            EmerError: What was asked for may not be read, does not exist, or cannot be analysed.
            Cancelled: Nobody waits any more.
        """
        offer = offered(name)
        try:
            asked = offer.args.model_validate(dict(arguments))
        except ValidationError as error:
            raise ToolCallError(
                f"{name} does not take these arguments: {_told(error)}",
                remedy="Its schema says what it takes.",
            ) from None  # its cause repeats what was given
        return offer.do(self, asked, asking)

    def report(self, reference: str, asking: Asking = NOBODY) -> Held:
        """Return the report that a clip or a report id means."""
        return self.reports.get(reference, on_event=asking.on_event, cancelled=asking.cancelled)


def offered(name: str) -> Offer:
    """Return a tool by its name.

    Raises:
        ToolCallError: There is none.
    """
    if name not in OFFERS:
        raise ToolCallError(
            f"there is no tool {quoted(name, 60)!r}", remedy=f"There are: {', '.join(OFFERS)}."
        )
    return OFFERS[name]


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return quoted(f"{where}: {first['msg']}" if where else first["msg"], 300)
