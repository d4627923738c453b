"""The Python door: ``analyze`` and its asynchronous twin.

Both work inside a running event loop and change no setting of the host program; tracing of the
host, if it has any, is kept away from the media's contents.
"""

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from langsmith import tracing_context

from emer.agent.calibrated import calibrations_for
from emer.agent.engines import chosen_engines
from emer.agent.model_calls import model_for, rules_for
from emer.agent.model_identity import model_identity
from emer.agent.purpose.policy import check_purpose, told_purpose
from emer.agent.settings import Settings, bounds, limits
from emer.agent.workspace import new_workspace
from emer.graphs.analyst import run
from emer.graphs.calls.rules import Sent
from emer.graphs.checkpoints import Checkpoint, checkpoint
from emer.graphs.report import Budget, Language, Report
from emer.graphs.state import Context, Event, Request
from emer.memory.cache import open_cache
from emer.memory.case import Query
from emer.memory.findings_cache import FindingsCache
from emer.memory.look_store import LookStore
from emer.memory.retrieval import CaseMemory, RetrievedCase
from emer.tools.media.decoder_pool import warm_up


def analyze(
    path: str | Path,
    *,
    question: str | None = None,
    fps: float | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    language: str | None = None,
    output_language: Language | None = None,
    budget: Budget | None = None,
    llm: str | Any = None,  # noqa: ANN401 - a name or any LangChain chat model
    cache: bool | None = None,
    resume: bool = True,
    whole: bool = False,
    record: str | Path | None = None,
    replay: str | Path | None = None,
    settings: Settings | None = None,
    on_event: Callable[[Event], None] | None = None,
    on_prompt: Callable[[Sent], None] | None = None,
) -> Report:
    """Analyse one video, sound file or image.

    What was measured is kept, so that another question about the same file runs nothing twice; a
    run that was interrupted goes on where it was when the same is asked for again.

    Args:
        path: The media file.
        question: What to look for; without one, everything is looked at.
        fps: Sampled pictures per second.
        start_s: Start of the part to analyse, seconds.
        end_s: End of the part to analyse, seconds.
        language: Spoken language (BCP 47), if known.
        output_language: Language of the explanation, ``"en"`` or ``"zh"``.
        budget: What the run may spend; what is not affordable becomes a gap.
        llm: ``"rule"``, ``"provider:model"``, or a LangChain chat model.
        cache: Whether to use and fill the cache of findings.
        resume: Whether to take an interrupted run up again; needs the cache.
        whole: Look at all of the clip first, even where the question names a moment: what was kept
            of an analysis without a question then serves, and only the closer look is new.
        record: File that keeps the answers of the language model; what it holds is not asked again.
        replay: Such a file, which alone answers: no model is asked, none need be installed.
        settings: Defaults for all of the above; read from ``EMER_...`` and the
            configuration file if not given.
        on_event: Called with every progress event.
        on_prompt: Called with what each call sends to the model, before it is sent.

    Raises:
        MediaError: The file is at fault; ``remedy`` says what to do.
        StorageError: The disk is at fault.
        ToolUnavailable: The language model asked for cannot be used here.
        TapeError: The replay lacks a call, or the record cannot be read or written.
        SettingsError: The options contradict each other, or the purpose is prohibited.
    """
    settings = settings or Settings()
    check_purpose(settings)
    warm_up()  # a decoder starts beside the work that comes first
    started, began = datetime.now(UTC), time.perf_counter()
    llm = llm if llm is not None else settings.llm
    budget = budget or _budget(settings)
    rules = rules_for(settings, budget, llm, record, replay, on_prompt)
    model, model_name = model_for(settings, llm, replay)
    specialists, problems = chosen_engines(settings)
    request = Request(
        path=Path(path), question=question or None, rate_hz=fps or settings.fps,
        start_s=start_s, end_s=end_s, language=language or settings.language,
        output_language=output_language or settings.output_language,
        budget=budget,
        purpose=told_purpose(settings), tool_timeout_s=settings.tool_timeout_s, domain=settings.domain,
        speakers=bounds(settings.speakers), self_check=settings.self_check, whole=whole,
    )  # fmt: skip
    calibrations = calibrations_for(settings.domain, specialists, settings.data_dir)
    with ExitStack() as stack:
        kept = _Kept.at(settings, use=settings.cache if cache is None else cache)
        stack.callback(kept.close)
        workspace = new_workspace()
        stack.callback(shutil.rmtree, workspace, ignore_errors=True)
        cases = _Cases(settings.data_dir / "memory")
        stack.callback(cases.close)
        context = Context(
            request=request, workspace=workspace, model=model, model_name=model_name,
            specialists=specialists, unavailable=problems,
            cases=cases.find if settings.use_cases else None,
            emit=on_event or _nobody_listens, findings=kept.findings, looks=kept.looks,
            calibrations=calibrations, rules=rules,
        )  # fmt: skip
        run_of = None
        if kept.folder is not None and resume:
            engines = sorted((s.tool, s.engine, s.card.revision) for s in specialists.values())
            fitted = sorted(c.model_dump_json() for c in calibrations.values())
            model_is = model_identity(model_name, settings.base_url, replay)
            identity = (_own_version(), _file(request.path), request, model_is, engines, fitted)
            run_of = stack.enter_context(checkpoint(kept.folder / "runs", *identity))
        stack.enter_context(tracing_context(enabled=False))
        try:
            report = run(context, max_concurrency=settings.max_concurrency, checkpoint=run_of)
        except Exception:
            if run_of is not None:  # it failed by itself: the next try begins anew
                run_of.done()
            raise
        if run_of is not None:
            run_of.done()
        notes = (*report.run.notes, *kept.notes(run_of))
    stamp = {
        "notes": notes,
        "emer_version": _own_version(),
        "started_at": started.isoformat(timespec="seconds"),
        "wall_s": round(time.perf_counter() - began, 3),
    }
    return report.model_copy(update={"run": report.run.model_copy(update=stamp)})


async def aanalyze(path: str | Path, **options: Any) -> Report:  # noqa: ANN401 - as `analyze`
    """Analyse without blocking the event loop; arguments as for :func:`analyze`."""
    return await asyncio.to_thread(analyze, path, **options)


def _budget(settings: Settings) -> Budget:
    return Budget.model_validate(limits(settings.budget))


def _nobody_listens(event: Event) -> None:
    """Take an event and do nothing."""


def _file(path: Path) -> tuple[str, int, int]:
    """Return what tells a file apart before it is read: a changed one is another run."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # it will be refused with more words
        return str(path), 0, 0
    return str(path.absolute()), status.st_size, status.st_mtime_ns


@dataclass(slots=True)
class _Kept:
    """What is kept from run to run; nothing if the cache is switched off."""

    folder: Path | None = None
    findings: FindingsCache | None = None
    looks: LookStore | None = None

    @classmethod
    def at(cls, settings: Settings, *, use: bool) -> "_Kept":
        if not use:
            return cls()
        findings, looks = open_cache(
            settings.cache_dir, max_bytes=settings.cache_mb * 1_000_000,
            max_age_days=settings.cache_days,
        )  # fmt: skip
        return cls(settings.cache_dir, findings, looks)

    def notes(self, run_of: Checkpoint | None) -> tuple[str, ...]:
        """Say what could not be kept, and why; nothing of the result depends on it."""
        parts = (self.findings, self.looks, run_of)
        problems = dict.fromkeys(p.problem for p in parts if p is not None and p.problem)
        if not problems:
            return ()
        said = "; ".join(problems).replace(str(self.folder), "the cache folder")
        return (
            f"this run was not kept in full for the next one: {said}. Free some space on its disk, "
            "or set EMER_CACHE_DIR to a folder that can be written",
        )

    def close(self) -> None:
        if self.findings is not None:
            self.findings.close()


class _Cases:
    """The case memory, opened when the first case is looked for."""

    # not opened early in a thread: Ctrl-C while two threads import can leave the import lock held
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._memory: CaseMemory | None = None

    def find(self, query: Query) -> list[RetrievedCase]:
        if self._memory is None:
            self._memory = CaseMemory(self._folder)
        return self._memory.retrieve(query)

    def close(self) -> None:
        if self._memory is not None:
            self._memory.close()


def _own_version() -> str:
    try:
        return version("emer")
    except PackageNotFoundError:
        return "unknown"
