"""The contract suite: every check on every specialist, those at work on every clip."""

from collections.abc import Callable

import pytest

from emer.tools.contract import checks
from emer.tools.contract.trial import Trial
from emer.tools.registry import Engine
from emer.tools.specialist import Specialist


def test_it_can_be_loaded(engine: Engine) -> None:
    """Its package can be imported, and what it registers fulfils the contract."""
    assert engine.specialist is not None, engine.problem


def test_it_is_named_as_it_is_registered(engine: Engine, specialist: Specialist) -> None:
    """Its entry point reads ``tool`` or ``tool.engine``."""
    checks.is_named_as_registered(engine.entry, specialist)


@pytest.mark.parametrize("check", checks.OF_ITSELF, ids=lambda c: c.__name__)
def test_of_itself(check: Callable[[Specialist], None], specialist: Specialist) -> None:
    """What holds before it has seen anything."""
    check(specialist)


@pytest.mark.parametrize("check", checks.AT_WORK, ids=lambda c: c.__name__)
def test_at_work(check: Callable[[Trial], None], trial: Trial) -> None:
    """What holds on every clip."""
    check(trial)
