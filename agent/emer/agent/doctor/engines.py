"""Which engines are installed, which of them would run, with which weights, and what is in the way.

Engines may be a stranger's: whatever they lack or raise is told, and nothing of theirs is trusted
to be what the contract says.
"""

import hashlib
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emer.agent.doctor.checkup import JUDGING, EngineState, Problem, Weights
from emer.agent.doctor.models import is_served, weights_of
from emer.agent.settings.config_file import SettingsError, one_line
from emer.tools.errors import ToolUnavailable
from emer.tools.hosting.gpus import settled
from emer.tools.networks import REMEDY, check, weights_folder
from emer.tools.registry import GROUP, Engine, choose, installed
from emer.tools.setup import Settable, Setup

if TYPE_CHECKING:
    from emer.tools.specialist import Specialist

_OWN: Final = "emer.tools."
_CPU: Final = "CPU"


def engine_states(
    problems: list[Problem], setup: Setup | None = None
) -> tuple[tuple[EngineState, ...], set[str]]:
    """Return every installed engine's state, and the tools that would run.

    Args:
        problems: Gets one entry for each engine that cannot run or is limited; none for one that
            only lacks what it is optional to install, while another does its job.
        setup: What the user settled about engines.
    """
    setup = setup or Setup()
    engines = _installed(setup)
    chosen, _ = choose(engines, setup.engines)
    runnable = _runnable(chosen)
    providers = {e.name: _provider(e) for e in entry_points(group=GROUP)}
    states = []
    for engine in sorted(engines, key=lambda e: (e.tool, -_rank(e), e.entry)):
        rivals = [e for e in engines if e.tool == engine.tool]
        facts = _facts(engine, providers.get(engine.entry, "?"), setup)
        state = _state(engine, chosen, runnable, len(rivals), facts, setup)
        states.append(state)
        lacks_little = isinstance(engine.specialist, Settable) and engine.tool in runnable
        if state.state in {"cannot_run", "limited"} and not (lacks_little or state.optional):
            problems.append(Problem(about=state.tool, problem=state.why, remedy=state.remedy))
    return tuple(states), runnable


def unknown_names(setup: Setup) -> list[Problem]:
    """Return engines and models that the settings name and that do not exist."""
    from emer.agent.engines import check_names

    try:
        check_names(_installed(setup), setup)
    except SettingsError as error:
        return [Problem(about="settings", problem=error.message, remedy=error.remedy)]
    return []


def _installed(setup: Setup) -> list[Engine]:
    try:
        found = installed(setup)
    except (Exception, SystemExit):  # one engine breaks the check of all: find out which
        found = [_examined(entry, setup) for entry in sorted(entry_points(group=GROUP))]
    return [_comparable(engine) for engine in found]


def _comparable(engine: Engine) -> Engine:
    """Return the engine as one that cannot run if it cannot be ranked among others."""
    if engine.specialist is None:
        return engine
    rank = _fact(engine.specialist, "rank", None)
    tool = _fact(engine.specialist, "tool", None)
    if isinstance(rank, int | float) and isinstance(tool, str):
        return engine
    told = f"its tool or rank cannot be used ({one_line(tool)}, {one_line(rank)})"
    problem = ToolUnavailable(engine.entry, told, remedy="Tell its author.")
    return Engine(engine.entry, None, problem)


def _fact(thing: object, name: str, default: Any) -> Any:  # noqa: ANN401 - a stranger's value
    """Return an attribute of a stranger's object, which may be missing or raise when asked."""
    try:
        return getattr(thing, name, default)
    except Exception:
        return default


def _examined(entry: EntryPoint, setup: Setup) -> Engine:
    from emer.tools.specialist import Specialist

    specialist: Specialist | None = None
    try:
        built = entry.load()()
        if not isinstance(built, Specialist):
            return Engine(entry.name, None, _broken(entry, "it is no specialist"))
        specialist = built
        if isinstance(specialist, Settable):
            specialist.set_up(setup)
        specialist.ready()
    except ToolUnavailable as problem:
        return Engine(entry.name, specialist, problem)
    except (Exception, SystemExit) as error:
        told = one_line(f"its check fails ({type(error).__name__}: {error})", 200)
        return Engine(entry.name, None, _broken(entry, told))
    return Engine(entry.name, specialist)


def _broken(entry: EntryPoint, reason: str) -> ToolUnavailable:
    remedy = f"Reinstall or remove the package that provides {entry.value}."
    return ToolUnavailable(entry.name, reason, remedy=remedy)


def _runnable(chosen: dict[str, "Specialist"]) -> set[str]:
    """Return the tools that would run; most can do without some of their needs."""
    return {tool for tool in chosen if JUDGING.get(tool, frozenset()) <= set(chosen)}


def _state(
    engine: Engine, chosen: dict[str, "Specialist"], runnable: set[str], rivals: int,
    facts: dict[str, Any], setup: Setup,
) -> EngineState:  # fmt: skip
    asked = engine.tool in setup.engines
    if engine.problem is not None:
        reason, remedy = one_line(engine.problem.reason, 300), one_line(engine.problem.remedy, 300)
        return EngineState(**facts, state="cannot_run", why=reason, remedy=remedy)
    if chosen.get(engine.tool) is not engine.specialist:
        best = one_line(getattr(chosen.get(engine.tool), "engine", "another engine"))
        why = f"{best} has the higher rank"
        if asked:
            why = f"the settings ask for {one_line(setup.engines[engine.tool])}"
        return EngineState(**facts, state="stands_by", why=why)
    missing = sorted(set(facts["needs"]) - runnable)
    without = f"{', '.join(missing)}, which cannot run" if missing else ""
    if engine.tool not in runnable:
        return EngineState(
            **facts, state="cannot_run", why=f"it builds on {without}", remedy="See there."
        )
    if missing:
        return EngineState(
            **facts, state="limited", why=f"it does without {without}", remedy="See there."
        )
    short = next((w for w in facts["weights"] if w.path is None), None)
    if short is not None:
        remedy = _WHISPER_REMEDY if facts["tool"] == "asr" else REMEDY
        return EngineState(**facts, state="limited", why=short.note, remedy=remedy)
    why = "the only engine installed" if rivals == 1 else "the highest rank that can run here"
    if asked:
        why = "the settings ask for it"
    return EngineState(**facts, state="runs", why=why)


def _facts(engine: Engine, provider: str, setup: Setup) -> dict[str, Any]:
    specialist = engine.specialist
    facts: dict[str, Any] = {
        "tool": one_line(engine.tool),
        "engine": one_line(engine.entry.partition(".")[2] or engine.entry),
        "provided_by": one_line(provider),
        "needs": (),
        "weights": (),
    }
    if specialist is None:
        return facts
    card = _fact(specialist, "card", None)
    commercial = _fact(card, "commercial_use", None)
    return facts | {
        "engine": one_line(_fact(specialist, "engine", "?")),
        "modality": one_line(_fact(specialist, "modality", "")),
        "rank": _rank(engine),
        "model": one_line(_fact(card, "name", "?"), 120),
        "revision": one_line(_fact(card, "revision", "?"), 120),
        "licence": one_line(_fact(card, "licence", "?"), 160),
        "commercial_use": commercial if isinstance(commercial, bool) else None,
        "needs": _needs(specialist),
        "weights": _weights(specialist, setup),
        "optional": _fact(specialist, "optional", False) is True,
        "device": one_line(_fact(specialist, "device", _device(specialist, setup))),
    }


def _rank(engine: Engine) -> int:
    return int(engine.specialist.rank) if engine.specialist else -1


def _needs(specialist: object) -> tuple[str, ...]:
    needs = _fact(specialist, "needs", ())
    return tuple(one_line(n) for n in needs) if isinstance(needs, Iterable) else ()


def _device(specialist: object, setup: Setup) -> str:
    if _runs_others(specialist, setup):
        return settled(setup.device)
    if getattr(specialist, "tool", "") == "asr":
        return "CPU, or a GPU that CTranslate2 finds"
    return _CPU if type(specialist).__module__.startswith(_OWN) else "not stated"


def _provider(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "?"


def _runs_others(specialist: object, setup: Setup) -> bool:
    tool, engine = _fact(specialist, "tool", ""), _fact(specialist, "engine", "")
    return isinstance(specialist, Settable) and is_served(str(tool), str(engine), setup)


def _weights(specialist: object, setup: Setup) -> tuple[Weights, ...]:
    """Return the weights of our own engines, and models of others; a stranger's are not known."""
    if _runs_others(specialist, setup):
        try:
            one: Any = specialist
            return (weights_of(str(one.tool), str(one.engine), setup),)
        except Exception as error:  # as below
            note = one_line(f"{type(error).__name__}: {error}", 200)
            return (Weights(path=None, sha256="not_checked", note=note),)
    if not type(specialist).__module__.startswith(_OWN):
        return ()
    tool = str(getattr(specialist, "tool", ""))
    finders: dict[str, Callable[[], Weights]] = {
        "asr": _whisper, "speech_activity": _silero,
    }  # fmt: skip
    try:
        names = getattr(specialist, "networks", ())
        if names:
            return tuple(_network(tool, name) for name in names)
        return (finders[tool](),) if tool in finders else ()
    except Exception as error:  # whatever is wrong with a file must not hide the rest
        note = one_line(f"{type(error).__name__}: {error}", 200)
        return (Weights(path=None, sha256="not_checked", note=note),)


def _network(tool: str, name: str) -> Weights:
    path = Path(str(weights_folder().joinpath(f"{name}.onnx")))
    size = path.stat().st_size if path.is_file() else None
    try:
        check(tool, name)
    except ToolUnavailable as problem:
        told = "differs" if size is not None else "not_checked"
        return Weights(path=str(path), n_bytes=size, sha256=told, note=problem.reason)
    return Weights(path=str(path), n_bytes=size, sha256="matches")


def _silero() -> Weights:
    from emer.tools import silero

    path = silero.weights()
    raw = path.read_bytes()
    known = hashlib.sha256(raw).hexdigest().startswith(silero.KNOWN_SHA256)
    note = "" if known else "another release than the one that was measured"
    return Weights(
        path=str(path), n_bytes=len(raw), sha256="matches" if known else "differs", note=note
    )


_WHISPER_REMEDY: Final = (
    "Give subtitles (embedded, or a .srt or .vtt file of the same name), or run: emer models pull "
    "whisper-small."
)


def _whisper() -> Weights:
    from emer.tools.whisper_weights import FILES, find_weights

    try:
        found = find_weights(None, None)
    except ToolUnavailable:
        note = "words come from subtitles only: no Whisper weights are in the local cache"
        return Weights(path=None, sha256="not_checked", note=note)
    n_bytes = sum((found.folder / name).stat().st_size for name in FILES)
    return Weights(
        path=str(found.folder), n_bytes=n_bytes, sha256="not_checked",
        note=f"{found.name}, revision {found.revision}",
    )  # fmt: skip
