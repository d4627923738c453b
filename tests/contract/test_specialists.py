"""What every registered specialist must do, ours or a stranger's: the public suite, on ours."""

from contextlib import ExitStack

import pytest
from tests.engines import SETUPS

from emer.graphs.nodes.specialists import spans_of
from emer.tools.contract import checks
from emer.tools.contract.clips import make, recipes
from emer.tools.contract.trial import Trial
from emer.tools.errors import ToolUnavailable
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.readings import Reading
from emer.tools.registry import choose, installed
from emer.tools.specialist import PassSpecialist

ENGINES = installed()
NAMES = [e.entry for e in ENGINES]


@pytest.fixture(scope="session")
def setup_of(tmp_path_factory):
    """Each engine's model is made once: every other one would live in one more process."""
    made = {}
    with ExitStack() as stack:

        def setup(entry):
            if entry not in made:
                folder = tmp_path_factory.mktemp("weights")
                made[entry] = stack.enter_context(SETUPS[entry](folder))
            return made[entry]

        yield setup


@pytest.fixture(params=ENGINES, ids=NAMES)
def specialist(request, loopback, setup_of):
    engine = request.param
    if engine.specialist is None or (engine.problem and engine.entry not in SETUPS):
        pytest.skip(f"cannot run here: {engine.problem}")
    if engine.entry not in SETUPS:
        yield engine.specialist
        return
    one = type(engine.specialist)()
    one.set_up(setup_of(engine.entry))
    try:
        one.ready()
    except ToolUnavailable as problem:
        pytest.skip(f"cannot run here: {problem}")
    yield one


@pytest.fixture(scope="session", params=recipes(), ids=list(recipes()))
def media_of(request, tmp_path_factory):
    recipe = recipes()[request.param]
    return recipe, make(recipe, tmp_path_factory.mktemp("media") / "clip.mkv")


@pytest.fixture(scope="session")
def taken_in():
    return {}


@pytest.fixture
def trial(specialist, media_of, taken_in, tmp_path_factory):
    """Take a clip in with all watchers, this one among them; the rest is for what it needs."""
    recipe, path = media_of
    every = {**choose(ENGINES)[0], specialist.tool: specialist}
    watchers = {t: s for t, s in every.items() if isinstance(s, PassSpecialist)}
    key = (path, *sorted((s.tool, s.engine) for s in watchers.values()))
    if key not in taken_in:
        folder = tmp_path_factory.mktemp("taken")
        taken_in[key] = take_in(path, probe(path), folder, watchers=watchers)[0]
    # asked where the planner asks
    return Trial(specialist, taken_in[key], every, inhabited=bool(recipe.said), places=spans_of)


@pytest.mark.parametrize("engine", ENGINES, ids=NAMES)
def test_every_registered_engine_can_be_loaded(engine):
    assert engine.specialist is not None, engine.problem


def test_it_is_named_as_it_is_registered():
    for engine in ENGINES:
        if engine.specialist is not None:
            checks.is_named_as_registered(engine.entry, engine.specialist)


def test_what_it_needs_is_registered(specialist):
    assert set(specialist.needs) <= {e.tool for e in ENGINES}


@pytest.mark.parametrize("check", checks.OF_ITSELF, ids=lambda c: c.__name__)
def test_of_itself(check, specialist):
    check(specialist)


@pytest.mark.parametrize("check", checks.AT_WORK, ids=lambda c: c.__name__)
def test_at_work(check, trial):
    check(trial)


def test_every_kind_of_reading_has_its_own_id_prefix():
    kinds = Reading.__origin__.__args__
    assert len({k.prefix for k in kinds}) == len(kinds)
