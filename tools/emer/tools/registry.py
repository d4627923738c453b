"""Which specialists are installed, and which engine of each would run here.

Built-in engines are found exactly as a stranger's: entry-point group ``emer.tools``. An entry that
cannot be imported is kept with its error, so that it can be shown instead of vanishing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Final

from emer.tools.errors import ToolUnavailable
from emer.tools.setup import Settable, Setup
from emer.tools.specialist import Specialist

GROUP: Final = "emer.tools"

NOT_BUILT: Final[Mapping[str, str]] = {
    "vocal_events": "laughter, sobs, sighs and other sounds that are not words",
    "on_screen_text": "text shown in the picture",
    "gesture": "hands, posture and body movement",
}
"""Clues of the field that no engine of the base looks for; reports list them as not looked at,
where no extra brings one."""

_CONTRACT: Final = frozenset(
    {"tool", "engine", "modality", "card", "needs", "scope", "rank", "cost", "ready", "observe"}
)


@dataclass(frozen=True, slots=True)
class Engine:
    """One installed engine, or the reason why it is not usable."""

    entry: str
    specialist: Specialist | None
    problem: ToolUnavailable | None = None

    @property
    def tool(self) -> str:
        """Name of the tool it serves."""
        return self.specialist.tool if self.specialist else self.entry.partition(".")[0]

    @property
    def name(self) -> str:
        """Name of the engine."""
        return self.specialist.engine if self.specialist else self.entry.partition(".")[2]


def installed(setup: Setup | None = None) -> list[Engine]:
    """Return every registered engine, checked with ``ready()``; broken ones carry the problem.

    Args:
        setup: What the user settled about engines; they are told before they are checked.
    """
    engines = []
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        try:
            specialist: Specialist = entry.load()()
        except Exception as error:
            problem = ToolUnavailable(
                entry.name,
                f"its package cannot be loaded ({type(error).__name__}: {error})",
                remedy=f"Reinstall or remove the package that provides {entry.value}.",
            )
            engines.append(Engine(entry.name, None, problem))
            continue
        engines.append(_checked(entry.name, specialist, setup or Setup()))
    return engines


def _checked(entry: str, specialist: Specialist, setup: Setup) -> Engine:
    if not isinstance(specialist, Specialist):
        missing = [n for n in sorted(_CONTRACT) if not hasattr(specialist, n)]
        problem = ToolUnavailable(
            entry,
            f"it does not fulfil the contract of a specialist (no {', '.join(missing)})",
            remedy="Tell its author to run the contract suite.",
        )
        return Engine(entry, None, problem)
    try:
        if isinstance(specialist, Settable):
            specialist.set_up(setup)
        specialist.ready()
        float(specialist.rank)
    except ToolUnavailable as problem:
        return Engine(entry, specialist, problem)
    except Exception as error:
        broken = ToolUnavailable(
            entry,
            f"it cannot be checked ({type(error).__name__}: {error})",
            remedy="Tell its author; removing its package switches it off.",
        )
        return Engine(entry, None, broken)
    return Engine(entry, specialist)


def choose(
    engines: list[Engine], wanted: Mapping[str, str] | None = None
) -> tuple[dict[str, Specialist], dict[str, ToolUnavailable]]:
    """Pick per tool the engine that was asked for, else the best that can run here.

    Args:
        engines: All installed ones.
        wanted: Engine by tool, where the user insists on one: no other replaces it.

    Returns:
        The chosen specialists by tool, and for tools with no usable engine the problem of the
        best one.
    """
    wanted = wanted or {}
    chosen: dict[str, Specialist] = {}
    problems: dict[str, ToolUnavailable] = {}
    for engine in sorted(engines, key=lambda e: -(e.specialist.rank if e.specialist else -1)):
        if engine.tool in wanted and engine.name != wanted[engine.tool]:
            continue
        if engine.problem is not None:
            problems.setdefault(engine.tool, engine.problem)
        elif engine.specialist is not None:
            chosen.setdefault(engine.tool, engine.specialist)
    missed = {e.tool for e in engines if not getattr(e.specialist, "refines", False)} | {*wanted}
    known = {e.tool for e in engines}
    for tool in wanted.keys() & known - chosen.keys() - problems.keys():
        names = ", ".join(sorted(e.name for e in engines if e.tool == tool))
        problems[tool] = ToolUnavailable(
            tool, f"it has no engine called {wanted[tool]}", remedy=f"Choose one of: {names}."
        )
    return chosen, {t: p for t, p in problems.items() if t in missed and t not in chosen}
