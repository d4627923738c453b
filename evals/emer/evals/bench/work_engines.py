"""Measured work of one engine by itself: how fast, how large, with batches of which size."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emer.evals.bench.clock import Clock, Part
from emer.evals.bench.memory import GrowthWatch

if TYPE_CHECKING:
    from emer.tools.findings import Finding
    from emer.tools.model_engine import ModelEngine
    from emer.tools.registry import Engine
    from emer.tools.setup import Setup
    from emer.tools.specialist import Clip, PassSpecialist, Specialist

BATCHES: Final = (1, 4, 16)
"""Sizes that are tried before the engine's own."""
SWEEP_S: Final = 300.0
"""No further size is tried from here on."""
STAND_IN: Final = 0.4
"""Weights of less than this share of the engine's first choice are no measure of it. In 8 bits a model
has half of its usual size."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine that can be asked about the whole clip as often as one likes."""

    again: "Callable[[], list[Finding]]"
    media_s: float
    about: str


def engines() -> list[Part]:
    """Name every installed engine."""
    return [{"name": e.entry} for e in _installed(_setup()) if e.specialist is not None]


def engine(path: str, rate_hz: float, workspace: str, entry: str) -> list[Part]:
    """Ask one engine about the whole clip: with loading, loaded, and with larger and larger batches.

    Sizes grow, so that the memory of one is not that of a larger one before it.

    Args:
        path: The clip.
        rate_hz: Sampled pictures per second.
        workspace: Folder for working files.
        entry: Of the engine, as it is registered.

    Raises:
        ToolUnavailable: It cannot run here, or found nothing for that reason.
    """
    from emer.tools.specialist import PassSpecialist

    setup = _setup()
    chosen = next(e for e in _installed(setup) if e.entry == entry)
    if chosen.problem is not None:
        raise chosen.problem
    one = chosen.specialist
    assert one is not None
    if isinstance(one, PassSpecialist):
        asked = _looking(one, Path(path), rate_hz, Path(workspace))
    else:
        asked = _asking(one, Path(path), rate_hz, Path(workspace), setup)
    runs = _Runs(one, entry, asked, setup)
    runs.take(f"{entry}, the first time", BATCHES[0])
    # it runs no model of others, or is asked about one picture at a time
    if not runs.parts[0].get("batch") or isinstance(one, PassSpecialist):
        runs.take(entry, None)
        return runs.parts
    for most in BATCHES:
        if not runs.take(f"{entry}, batches of {most}", most):
            return runs.parts
        if runs.parts[-1]["batch"] < most:
            runs.parts[-1]["name"] = entry  # larger ones are none of its own
            return runs.parts
    runs.take(entry, None)
    return runs.parts


class _Runs:
    """Takes one run after the other, and notes what each of them cost."""

    def __init__(self, one: "Specialist", entry: str, asked: Asked, setup: "Setup") -> None:
        from emer.tools.hosting.gpus import used_mb

        self._one, self._entry, self._asked = one, entry, asked
        self._model = _model(one, setup)
        self._grown = GrowthWatch()
        self._began = time.monotonic()
        self._before_mb = used_mb(self._device())
        self.parts: list[Part] = []

    def take(self, name: str, most: int | None) -> bool:
        """Ask once, with batches of at most ``most``; false if that would take too long."""
        from emer.tools.hosting import host

        spent_s = time.monotonic() - self._began
        if spent_s > SWEEP_S:
            problem = f"the runs before it took {spent_s:.0f} s"
            self.parts.append(
                {"name": self._entry, "problem": problem, "remedy": "Name a shorter clip."}
            )
            return False
        host.MOST_AT_ONCE = most
        host.SIZES.clear()
        with self._grown, Clock() as clock:
            found = self._asked.again()
        _refuse_nothing(self._one, found)
        self.parts.append(
            clock.part(
                name, about=self._asked.about, media_s=self._asked.media_s, whole=True,
                **self._model, **self._memory(), **_amount(found, host.SIZES),
            )
        )  # fmt: skip
        return True

    def _memory(self) -> Part:
        from emer.tools.hosting.gpus import used_mb

        told: Part = {"device": self._device()}
        if self._grown.most_mb is not None:
            told["peak_mb"] = self._grown.most_mb
        now_mb = used_mb(told["device"])
        if self._before_mb is not None and now_mb is not None:
            # what libraries keep of a GPU is the most that they needed; other programs count too
            told["gpu_mb"] = max(0, now_mb - self._before_mb)
        return told

    def _device(self) -> str:
        return str(getattr(self._one, "device", "cpu"))


def _amount(found: "Sequence[Finding]", sizes: Mapping[int, int]) -> Part:
    """Return how much was done: items that a model answered, else findings."""
    from emer.tools.findings import Evidence

    if sizes:
        n_items = sum(size * n for size, n in sizes.items())
        return {"amount": n_items, "unit": "items", "batch": max(sizes)}
    return {"amount": sum(isinstance(f, Evidence) for f in found), "unit": "findings"}


def _refuse_nothing(one: "Specialist", found: "Sequence[Finding]") -> None:
    """Raise where all it said is that it cannot: how fast it says so is nobody's concern."""
    from emer.tools.errors import ToolUnavailable
    from emer.tools.findings import Gap, GapCode

    unable = {GapCode.TOOL_UNAVAILABLE, GapCode.TOOL_FAILED}
    gaps = [f for f in found if isinstance(f, Gap) and f.code in unable]
    if gaps and len(gaps) == len(found):
        raise ToolUnavailable(one.tool, gaps[0].reason, remedy=gaps[0].remedy)


def _model(one: "Specialist", setup: "Setup") -> Part:
    """Return name and size of the model that it runs, and whether it only stands in for a real one.

    A model in the table is what it is. One that the user named by its path is a stand-in if it is
    far smaller than what the table would have this engine run: a tiny one made for tests.
    """
    from emer.tools.models.catalogue import serving
    from emer.tools.whisper_weights import ENGINE, find_weights

    if one.tool == "asr" and one.engine == "subtitles_or_whisper":
        weights = find_weights(None, None, setup)
        name, folder, key = weights.name, weights.folder, f"asr.{ENGINE}"
        own = key in setup.models and Path(setup.models[key]).exists()
    elif (hosted := _of_others(one)) is not None:
        found = hosted.found()
        name, folder, key = found.name, found.folder, f"{one.tool}.{one.engine}"
        own = found.entry is None
    else:
        return {"model": one.card.name}
    size_mb = _size_mb(folder)
    first = next(iter(serving(key, setup.models_dir)), None)
    # sizes in the table are rounded up
    small = own and first is not None and size_mb < STAND_IN * (first.size_mb - 1)
    return {"model": name, "model_mb": round(size_mb, 4), "own": own, "stand_in": small}


def _of_others(one: object) -> "ModelEngine | None":
    from emer.tools.model_engine import ModelEngine

    return one if isinstance(one, ModelEngine) else None


def _size_mb(path: Path) -> float:
    files = (p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return sum(p.stat().st_size for p in files) / 1e6


def _looking(one: "PassSpecialist", path: Path, rate_hz: float, folder: Path) -> Asked:
    """Prepare one that looks on at decoding: it is measured with it, and decoding by itself."""
    from emer.tools.media.intake import take_in
    from emer.tools.media.probe import probe

    media, numbers = probe(path), count()

    def decoded(watchers: "dict[str, PassSpecialist]") -> "Clip":
        inside = folder / str(next(numbers))
        inside.mkdir(parents=True)
        return take_in(path, media, inside, rate_hz=rate_hz, watchers=watchers)[0]

    with Clock() as alone:
        clip = decoded({})

    def again() -> "list[Finding]":
        seen = decoded({one.tool: one})
        return one.observe(seen, [seen.span], [])

    about = f"while decoding, which takes {alone.wall_s:.2g} s by itself"
    return Asked(again, clip.span.duration_s, about)


def _asking(one: "Specialist", path: Path, rate_hz: float, folder: Path, setup: "Setup") -> Asked:
    """Prepare any other: take the clip in and run what it needs, with engines of the base."""
    from emer.graphs.nodes.specialists import spans_of
    from emer.tools.findings import Evidence
    from emer.tools.media.intake import take_in
    from emer.tools.media.probe import probe
    from emer.tools.registry import choose
    from emer.tools.specialist import PassSpecialist

    ours = [e for e in _installed(setup) if _of_others(e.specialist) is None]
    every = choose(ours)[0] | {one.tool: one}
    watchers = {t: s for t, s in every.items() if isinstance(s, PassSpecialist)}
    folder.mkdir(exist_ok=True)
    clip = take_in(path, probe(path), folder, rate_hz=rate_hz, watchers=watchers)[0]
    if one.tool == "asr":
        clip = replace(clip, cues=())  # it would read them instead of listening
    found: dict[str, list[Finding]] = {}

    def known_to(tool: str) -> "list[Finding]":
        known = [f for needed in every[tool].needs for f in found.get(needed, ())]
        return sorted(known, key=lambda f: (f.start_s, f.end_s))

    def evidence() -> "list[Evidence]":
        return [f for own in found.values() for f in own if isinstance(f, Evidence)]

    def run(tool: str) -> None:
        if tool in found or tool not in every:
            return
        for needed in every[tool].needs:
            run(needed)
        spans = spans_of(every[tool], clip.span, evidence())
        found[tool] = every[tool].observe(clip, spans, known_to(tool))

    for needed in one.needs:
        run(needed)
    spans, known = spans_of(one, clip.span, evidence()), known_to(one.tool)
    about = f"{len(spans)} span{'s' * (len(spans) != 1)}"
    return Asked(lambda: one.observe(clip, spans, known), clip.span.duration_s, about)


def _setup() -> "Setup":
    from emer.agent.engines import setup_of
    from emer.agent.settings import Settings

    return setup_of(Settings())


def _installed(setup: "Setup") -> "list[Engine]":
    from emer.tools.registry import installed

    return installed(setup)


JOBS: dict[str, Callable[..., list[Part]]] = {"engines": engines, "engine": engine}
