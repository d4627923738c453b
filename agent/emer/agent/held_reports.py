"""Reports that a session or a server holds, so that a second question measures nothing again.

A report is made when it is first needed and kept in memory, the latest few. One that was let go, or
that another process made, is cheap to make again: the findings are in the cache, and only what the
built-in analyst or the language model makes of them is done anew. The same is done where annotated
cases or calibrations have changed since, whoever changed them.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from emer.agent.clip_access import ID, ClipAccess, ClipFile, ClipRefused
from emer.agent.queries.args import Within
from emer.graphs.report import Language, Report
from emer.graphs.state import Event
from emer.tools.errors import StorageError
from emer.tools.subtitle_findings import sidecar_revision

if TYPE_CHECKING:
    from emer.agent.settings import Settings

MAX_HELD: Final = 16
MAX_AT_ONCE: Final = 2
"""Clips that are analysed side by side; each decodes and measures with processes of its own."""
_AGAIN_S: Final = 0.2
"""How often somebody who waits looks whether they are still waited for."""
REPORT_ID: Final = re.compile(rf"{ID.pattern}-[0-9a-f]{{8}}")


class Options(Within):
    """What an analysis can be told; a report of its own is held for each."""

    question: str | None = Field(
        default=None, max_length=1000,
        description="what to look for; without one, everything is looked at",
    )  # fmt: skip
    fps: float | None = Field(
        default=None, gt=0, le=60, description="sampled pictures per second; null: 5"
    )
    language: str | None = Field(
        default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="spoken language, e.g. en; null: it is guessed",
    )  # fmt: skip
    output_language: Language | None = Field(
        default=None,
        description="language of the explanation, and of its claims wherever they are told; what "
        "tools say besides is English",
    )


WHOLE: Final = Options()
"""Everything of a clip: what questions are answered from if nothing else is named."""


class Cancelled(BaseException):
    """Whoever asked wants no answer any more; like Ctrl-C, nothing on the way may swallow it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One report and the clip it is about."""

    id: str
    """The clip's own id for a report on all of it, else that with a suffix."""
    clip: ClipFile
    options: Options
    report: Report
    kept: object = None
    """What was kept when it was begun, see ``HeldReports.kept``."""


def _nothing_kept() -> object:
    """Depend on nothing but the clip and the options."""
    return None


@dataclass(slots=True)
class HeldReports:
    """The reports of one session or server; safe to use from several threads.

    Args:
        access: Which clips there may be.
        analyse: Makes a report: ``analyze`` with its settings, see ``reports_of``.
        kept: Returns what else a report depends on; a held one holds while this stays the same.
    """

    access: ClipAccess
    analyse: Callable[..., Report]
    kept: Callable[[], object] = _nothing_kept
    _held: OrderedDict[str, Held] = field(default_factory=OrderedDict)
    _making: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MAX_AT_ONCE))

    def get(
        self,
        reference: str,
        options: Options = WHOLE,
        *,
        again: bool = False,
        on_event: Callable[[Event], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Held:
        """Return the report on a clip, made now if it is not held.

        Args:
            reference: A clip's id or path, or the id of a report.
            options: What the analysis is told; not with the id of a report.
            again: Make it anew, whether or not anything has changed.
            on_event: Is told of progress.
            cancelled: Whether nobody waits any more; asked at every step.

        Raises:
            ClipRefused: There is no such clip, or it may not be read.
            Cancelled: Nobody waits any more.
            EmerError: As ``analyze`` raises them.
        """
        if REPORT_ID.fullmatch(reference):
            held = self._by_id(reference)
            reference, options = held.clip.id, held.options
        clip = self.access.find(reference, partial(_stop_if, cancelled))
        name = clip.id if options == WHOLE else f"{clip.id}-{_digest(options)}"
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with _turn(making, cancelled):  # somebody else may be making the same one
            found = None if again else self._find(name)
            # before it is made: what is added meanwhile shows next time
            kept = self.kept()
            # its subtitles have not changed either
            if found is not None and (found.clip, found.kept) == (clip, kept):
                return found
            with _turn(self._room, cancelled):
                report = self._made(clip, options, on_event, cancelled)
            return self._keep(Held(name, clip, options, report, kept))

    def held(self) -> list[Held]:
        """Return what is held, the latest last."""
        with self._lock:
            return list(self._held.values())

    def at_work(self) -> bool:
        """Whether a report is being made, or waited for."""
        with self._lock:
            return any(making.locked() for making in self._making.values())

    def _made(
        self,
        clip: ClipFile,
        options: Options,
        on_event: Callable[[Event], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Report:
        def tell(event: Event) -> None:
            _stop_if(cancelled)
            if on_event is not None:
                on_event(event)

        report = self.analyse(clip.path, on_event=tell, **options.model_dump())
        # what was read must be what was let in, else nothing of it is told
        again = self.access.find(str(clip.path))
        words_of = {e.revision for e in report.evidence if e.engine == "sidecar"}
        let_in = {sidecar_revision(sha256) for _, sha256 in clip.beside}
        if report.media.sha256 != clip.sha256 or again != clip or words_of - let_in:
            raise ClipRefused(f"{clip.name!r} was exchanged while it was read", remedy="Try again.")
        return report

    def _by_id(self, name: str) -> Held:
        found = self._find(name)
        if found is None:
            raise ClipRefused(
                f"report {name} is not held any more", remedy="Analyse the clip again, as before."
            )
        return found

    def _find(self, name: str) -> Held | None:
        with self._lock:
            found = self._held.get(name)
            if found is not None:
                self._held.move_to_end(name)
            return found

    def _keep(self, held: Held) -> Held:
        with self._lock:
            self._held[held.id] = held
            self._held.move_to_end(held.id)
            while len(self._held) > MAX_HELD:
                self._held.popitem(last=False)
        return held


def _stop_if(cancelled: Callable[[], bool] | None) -> None:
    """Stop when nobody waits for the result any more.

    Raises:
        Cancelled: Nobody does.
    """
    if cancelled is not None and cancelled():
        raise Cancelled


@contextmanager
def _turn(
    lock: "threading.Lock | threading.Semaphore", cancelled: Callable[[], bool] | None
) -> Iterator[None]:
    """Wait for a turn, and give up when nobody waits for the result any more.

    Raises:
        Cancelled: Nobody does.
    """
    while not lock.acquire(timeout=_AGAIN_S):
        _stop_if(cancelled)
    try:
        yield
    finally:
        lock.release()


def reports_of(
    access: ClipAccess,
    settings: Any = None,  # noqa: ANN401 - Settings, whose import takes a while
    llm: Any = None,  # noqa: ANN401 - a name or any LangChain chat model
) -> HeldReports:
    """Return held reports that ``analyze`` makes, with these settings.

    Args:
        access: Which clips there may be.
        settings: As for ``analyze``; read once, now, if not given.
        llm: As for ``analyze``.
    """
    from emer.agent.analysis import analyze
    from emer.agent.settings import Settings

    settled = settings if settings is not None else Settings()
    # no run of a tool is taken up later: what it measured is in the cache all the same
    made = partial(analyze, settings=settled, llm=llm, resume=False)
    return HeldReports(access, made, partial(_kept_now, settled))


def _kept_now(settings: "Settings") -> object:
    """Return what reports take from ``data_dir``: the state of the cases, and of the calibrations."""
    from emer.memory.calibrations import FOLDER
    from emer.memory.revision import revision_at
    from emer.memory.store import CaseStore

    calibrated: object = None
    with suppress(OSError):  # one is deleted just now
        fitted = sorted((settings.data_dir / FOLDER).glob("*.json"))
        calibrated = tuple((path.name, path.stat().st_mtime_ns) for path in fitted)
    if not settings.use_cases:
        return None, calibrated
    folder = settings.data_dir / "memory"
    revision = revision_at(folder)
    if revision is None:
        # analyses bring the starter set in; done first, the first report holds from then on
        with suppress(StorageError), CaseStore(folder) as store:
            revision = store.revision()
    return revision, calibrated


def _digest(options: Options) -> str:
    return hashlib.sha256(options.model_dump_json().encode()).hexdigest()[:8]
