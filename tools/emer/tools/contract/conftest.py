"""Which specialists the suite runs on, and the clips that they look at."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from emer.tools.contract.clips import make, recipes
from emer.tools.contract.trial import Trial
from emer.tools.contract.watching import LIMIT_S
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.registry import Engine, choose, installed
from emer.tools.specialist import Clip, PassSpecialist, Specialist


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test on every specialist that is asked for."""
    if "engine" not in metafunc.fixturenames:
        return
    asked: list[str] = metafunc.config.getoption("--specialist", default=[])
    every = {e.entry: e for e in installed()}
    unknown = [name for name in asked if name not in every]
    if unknown:
        raise pytest.UsageError(
            f"no specialist {unknown[0]!r} is installed; there are: {', '.join(every)}"
        )
    names = asked or list(every)
    metafunc.parametrize("engine", [every[n] for n in names], ids=names, scope="session")
    if "what" in metafunc.fixturenames:
        metafunc.parametrize("what", list(recipes()), scope="session")


@pytest.fixture
def specialist(engine: Engine) -> Specialist:
    """The specialist, if it can run here."""
    if engine.specialist is None:
        pytest.fail(str(engine.problem))
    if engine.problem is not None:
        pytest.skip(f"cannot run here: {engine.problem}")
    return engine.specialist


@pytest.fixture(scope="session")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Clip]:
    """Clips that were taken in, by what they are and for whom."""
    return {}


@pytest.fixture(scope="session")
def stuck() -> set[str]:
    """Specialists that did not return once."""
    return set()


@pytest.fixture
def trial(
    specialist: Specialist,
    what: str,
    taken: dict[tuple[str, str], Clip],
    stuck: set[str],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Trial:
    """The specialist, put to work on one clip."""
    recipe = recipes()[what]
    every = {**choose(installed())[0], specialist.tool: specialist}
    watching = _watchers(specialist, every)
    key = (what, " ".join(sorted(f"{s.tool}.{s.engine}" for s in watching.values())))
    if key not in taken:
        path = make(recipe, tmp_path_factory.mktemp("clip") / "clip.mkv")
        workspace: Path = tmp_path_factory.mktemp("workspace")
        taken[key] = take_in(path, probe(path), workspace, watchers=watching)[0]
    limit_s = float(request.config.getoption("--limit", default=LIMIT_S))
    return Trial(
        specialist, taken[key], every, inhabited=bool(recipe.said), limit_s=limit_s, stuck=stuck
    )


def _watchers(specialist: Specialist, every: Mapping[str, Specialist]) -> dict[str, PassSpecialist]:
    """Return who must look on while the clip is decoded, so that the specialist can be asked."""
    needed: dict[str, Specialist] = {}
    waiting = [specialist]
    while waiting:
        one = waiting.pop()
        if one.tool not in needed:
            needed[one.tool] = one
            waiting += [every[n] for n in one.needs if n in every]
    return {tool: s for tool, s in needed.items() if isinstance(s, PassSpecialist)}
