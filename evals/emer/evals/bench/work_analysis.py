"""Measured work of whole analyses: the first finding, steps, specialists, exports, questions."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer.evals.bench.clock import Clock, Part

if TYPE_CHECKING:
    from emer.graphs.state import Context, Event
    from emer.tools.findings import Finding
    from emer.tools.specialist import Specialist


class _Reached(Exception):  # noqa: N818 - no error: the end of a measurement
    """The first finding is there."""


def first_finding(path: str, rate_hz: float, started: float, name: str) -> list[Part]:
    """Analyse until one specialist has found something; counted from the start of the process.

    Args:
        path: A short clip.
        rate_hz: Sampled pictures per second.
        started: ``time.monotonic()`` of whoever started this process.
        name: Of the figure.
    """
    from emer.agent import analyze

    reached_s: list[float] = []

    def listen(event: "Event") -> None:
        counted = event.detail.partition(" finding")[0]
        if event.status == "finished" and counted.isdecimal() and int(counted) and not reached_s:
            reached_s.append(time.monotonic() - started)
            raise _Reached

    with suppress(_Reached):
        analyze(path, fps=rate_hz, cache=False, on_event=listen)
    if not reached_s:
        raise ValueError("no specialist found anything in it")
    return [{"name": name, "wall_s": reached_s[0], "whole": True}]


def analysed(
    path: str,
    rate_hz: float,
    name: str,
    question: str | None = None,
    cache: bool = False,
    report_to: str | None = None,
) -> list[Part]:
    """Analyse the whole file with every specialist (or what the question asks for)."""
    from emer.agent import analyze

    with Clock() as clock:
        report = analyze(path, fps=rate_hz, question=question, cache=cache, resume=False)
    if report_to:
        Path(report_to).write_text(report.model_dump_json())
    whole = clock.part(
        name, media_s=report.media.duration_s, whole=True,
        amount=len(report.evidence), unit="findings",
    )  # fmt: skip
    if question:
        return [whole]
    lost = [t.tool for t in report.run.tools if t.status in {"failed", "timed_out"}]
    if lost:
        raise ValueError(f"{', '.join(lost)} failed in this run")
    return [whole]


def steps(path: str, rate_hz: float, workspace: str) -> list[Part]:
    """Run the graph of one analysis and time each of its steps.

    The steps run one after the other; the specialists of one wave run side by side, and a wave
    counts from its begin to its end.
    """
    from emer.graphs.analyst import RECURSION_LIMIT, build

    with _context(path, rate_hz, workspace) as (context, limit):
        config: Any = {"recursion_limit": RECURSION_LIMIT, "max_concurrency": limit}
        open_steps: dict[str, float] = {}
        spent_s: dict[str, float] = {}
        tools_s: dict[str, float] = {}
        with Clock() as clock:
            reached = time.perf_counter()
            for event in build().stream({}, context=context, config=config, stream_mode="tasks"):
                task: Any = event
                now = time.perf_counter()
                if "triggers" in task:
                    open_steps[task["id"]] = now
                    continue
                # of steps side by side, only what comes after the one before counts
                began = max(open_steps[task["id"]], reached)
                spent_s[task["name"]] = spent_s.get(task["name"], 0.0) + now - began
                reached = now
                for run in (_result(task).get("tools") or {}).values():
                    tools_s[run.tool] = tools_s.get(run.tool, 0.0) + run.wall_s
    media_s = context.clips[0].span.duration_s
    names = {"specialist": "specialists, side by side", "gather": "gather (choosing waves)"}
    parts: list[Part] = [
        {"name": names.get(n, n), "wall_s": s, "media_s": media_s} for n, s in spent_s.items()
    ]
    parts.append(clock.part("all steps", media_s=media_s, whole=True))
    return parts + [
        {"group": "tool", "name": tool, "in_run_s": s, "media_s": media_s}
        for tool, s in sorted(tools_s.items())
    ]


def _result(task: Any) -> dict[str, Any]:  # noqa: ANN401 - what the graph's stream yields
    result = task.get("result")
    return dict(result) if isinstance(result, dict | list | tuple) else {}


class _context:  # noqa: N801 - used like a function
    """Everything that a run shares, as ``analyze`` without a cache sets it up."""

    def __init__(self, path: str, rate_hz: float, workspace: str) -> None:
        self._path, self._rate_hz, self._workspace = Path(path), rate_hz, Path(workspace)

    def __enter__(self) -> "tuple[Context, int]":
        from emer.agent.chat_models import chat_model
        from emer.agent.engines import chosen_engines
        from emer.agent.settings import Settings
        from emer.graphs.state import Context, Request
        from emer.memory.retrieval import CaseMemory

        settings = Settings()
        self._workspace.mkdir(exist_ok=True)
        self._cases = CaseMemory(settings.data_dir / "memory")
        model, name = chat_model("rule")
        specialists, problems = chosen_engines(Settings())
        request = Request(path=self._path, rate_hz=self._rate_hz)
        context = Context(
            request=request, workspace=self._workspace, model=model, model_name=name,
            specialists=specialists, unavailable=problems, cases=self._cases.retrieve,
        )  # fmt: skip
        return context, settings.max_concurrency

    def __exit__(self, *problem: object) -> None:
        self._cases.close()


def tools(path: str, rate_hz: float, workspace: str) -> list[Part]:
    """Ask every specialist about the whole clip, one after the other, each timed alone.

    Those that look on while pictures are decoded are measured by ``taken_in`` instead; here they
    only hand on what they saw.
    """
    from emer.agent.engines import chosen_engines
    from emer.agent.settings import Settings
    from emer.graphs.nodes.specialists import spans_of
    from emer.tools.errors import ToolUnavailable
    from emer.tools.findings import Evidence
    from emer.tools.media.intake import take_in
    from emer.tools.media.probe import probe
    from emer.tools.specialist import PassSpecialist

    specialists, problems = chosen_engines(Settings())
    watchers = {t: s for t, s in specialists.items() if isinstance(s, PassSpecialist)}
    folder = Path(workspace)
    folder.mkdir(exist_ok=True)
    clip, _, _ = take_in(Path(path), probe(Path(path)), folder, rate_hz=rate_hz, watchers=watchers)
    media_s = clip.span.duration_s
    found: list[Finding] = []
    parts: list[Part] = [
        {"name": tool, "media_s": media_s, "problem": p.reason, "remedy": p.remedy}
        for tool, p in sorted(problems.items())
    ]
    for specialist in _in_order(specialists):
        spans = spans_of(specialist, clip.span, [f for f in found if isinstance(f, Evidence)])
        known = [f for f in found if f.tool in specialist.needs]
        about = f"engine {specialist.engine}, {len(spans)} span(s)"
        try:
            with Clock() as clock:
                own = specialist.observe(clip, spans, known)
        except ToolUnavailable as problem:
            parts.append(
                {"name": specialist.tool, "about": about, "media_s": media_s,
                 "problem": problem.reason, "remedy": problem.remedy}
            )  # fmt: skip
            continue
        found += own
        n = sum(isinstance(f, Evidence) for f in own)
        if specialist.tool not in watchers:
            parts.append(
                clock.part(specialist.tool, about=about, media_s=media_s, amount=n, unit="findings")
            )
    return parts


def _in_order(specialists: "dict[str, Specialist]") -> "list[Specialist]":
    """Sort so that each comes after those whose findings it reads."""
    done: list[Specialist] = []
    waiting = dict(sorted(specialists.items()))
    while waiting:
        ready = [t for t, s in waiting.items() if not set(s.needs) & set(waiting)] or [min(waiting)]
        done += [waiting.pop(t) for t in ready]
    return done


def exported(report: str, media: str, folder: str, form: str) -> list[Part]:
    """Write one format of a finished report, with the media and the cache at hand."""
    from emer.agent.exports.formats import FORMATS, write
    from emer.agent.exports.material import opened
    from emer.agent.settings import Settings
    from emer.graphs.report import Report

    known = Report.model_validate_json(Path(report).read_text())
    target = Path(folder)
    target.mkdir(exist_ok=True)
    with Clock() as clock, opened(known, Path(media), Settings()) as material:
        written, problems = write(material, target, [form])
    if problems:
        return [{"name": form, "problem": problems[0].message, "remedy": problems[0].remedy}]
    size_mb = sum(p.stat().st_size for p in written) / 1e6
    return [
        clock.part(
            form, about=FORMATS[form].about, media_s=known.media.duration_s, whole=True,
            amount=round(size_mb, 3), unit="MB",
        )
    ]  # fmt: skip


JOBS: dict[str, Callable[..., list[Part]]] = {
    "first_finding": first_finding, "analysed": analysed, "steps": steps, "tools": tools,
    "exported": exported,
}  # fmt: skip
