"""Measured work of one engine by itself: how fast, with batches of which size."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from emer.evals.bench.clock import Clock, Part

if TYPE_CHECKING:
    from emer.tools.findings import Finding
    from emer.tools.registry import Engine
    from emer.tools.specialist import Clip, Specialist


def engines() -> list[Part]:
    """Name every installed engine; ``amount`` is 1 for those that run a model of others that is here."""
    return [
        {"name": e.entry, "amount": int(_runs_a_model(e)), "about": e.specialist.tool}
        for e in _installed()
        if e.specialist is not None
    ]


def engine(path: str, rate_hz: float, workspace: str, entry: str, most: int | None) -> list[Part]:
    """Ask one engine about the whole clip, twice: with loading, and loaded.

    Args:
        path: The clip.
        rate_hz: Sampled pictures per second.
        workspace: Folder for working files.
        entry: Of the engine, as it is registered.
        most: Largest batch; ``None``: as the engine wants it.
    """
    from emer.graphs.nodes.specialists import spans_of
    from emer.tools.findings import Evidence
    from emer.tools.hosting import host
    from emer.tools.hosting.gpus import used_mb

    chosen = next(e for e in _installed() if e.entry == entry)
    if chosen.problem is not None:
        raise chosen.problem
    assert chosen.specialist is not None
    specialist = chosen.specialist
    clip, found = _prepared(specialist, path, rate_hz, workspace)
    host.MOST_AT_ONCE = most
    device = getattr(specialist, "device", "cpu")
    before_mb = used_mb(device)
    spans = spans_of(specialist, clip.span, [f for f in found if isinstance(f, Evidence)])
    known = [f for f in found if f.tool in specialist.needs]
    with Clock() as first:
        specialist.observe(clip, spans, known)
    with Clock() as again:
        own = specialist.observe(clip, spans, known)
    n = sum(isinstance(f, Evidence) for f in own)
    size = f", batches of at most {most}" if most else ""
    after_mb = used_mb(device)
    where = (
        f"{specialist.card.name} on {getattr(specialist, 'device', 'cpu')}, {len(spans)} span(s)"
    )
    if before_mb is not None and after_mb is not None:
        # what libraries keep of a GPU is the most that they needed; other programs count too
        where += f", {max(0, after_mb - before_mb)} MB of the GPU"
    media_s = clip.span.duration_s
    loaded = again.part(
        f"{entry}{size}", about=where, media_s=media_s, amount=n, unit="findings", whole=True
    )
    if most is not None:
        return [loaded]
    return [first.part(f"{entry}, the first time", about=where, media_s=media_s), loaded]


def _prepared(
    specialist: "Specialist", path: str, rate_hz: float, workspace: str
) -> "tuple[Clip, list[Finding]]":
    """Take the clip in and run what the engine needs before it."""
    from emer.graphs.nodes.specialists import spans_of
    from emer.tools.findings import Evidence
    from emer.tools.media.intake import take_in
    from emer.tools.media.probe import probe
    from emer.tools.registry import choose
    from emer.tools.specialist import PassSpecialist

    every = {**choose(_installed())[0], specialist.tool: specialist}
    watchers = {t: s for t, s in every.items() if isinstance(s, PassSpecialist)}
    folder = Path(workspace)
    folder.mkdir(exist_ok=True)
    clip, _, _ = take_in(Path(path), probe(Path(path)), folder, rate_hz=rate_hz, watchers=watchers)
    found: dict[str, list[Finding]] = {}

    def run(tool: str) -> None:
        if tool in found or tool not in every:
            return
        for needed in every[tool].needs:
            run(needed)
        before = [f for own in found.values() for f in own]
        spans = spans_of(every[tool], clip.span, [f for f in before if isinstance(f, Evidence)])
        found[tool] = every[tool].observe(
            clip, spans, [f for f in before if f.tool in every[tool].needs]
        )

    for needed in specialist.needs:
        run(needed)
    return clip, [f for own in found.values() for f in own]


def _installed() -> "list[Engine]":
    from emer.agent.engines import setup_of
    from emer.agent.settings import Settings
    from emer.tools.registry import installed

    return installed(setup_of(Settings()))


def _runs_a_model(engine: "Engine") -> bool:
    from emer.tools.setup import Settable

    return isinstance(engine.specialist, Settable) and engine.problem is None


JOBS: dict[str, Callable[..., list[Part]]] = {"engines": engines, "engine": engine}
