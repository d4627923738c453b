"""Engines are found through entry points; a broken one is shown, never fatal."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import EntryPoint

import pytest
from tests.findings import CARD

from emer.tools import quiet, registry
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Modality


class Good:
    tool, engine, modality, card, needs, scope = "voice", "small", Modality.VOICE, CARD, (), "clip"
    rank, cost = 10, 0.01

    def ready(self):
        pass

    def observe(self, clip, spans, known):
        return []


class Better(Good):
    engine, rank, cost = "large", 20, 0.01


class NotHere(Better):
    def ready(self):
        raise ToolUnavailable("voice", "no weights are here", remedy="Pull them.")


class Incomplete:
    tool = "voice"


class Explodes:
    def __init__(self):
        raise RuntimeError("a stranger's bug")


@pytest.fixture
def engines(monkeypatch):
    def install(**classes):
        entries = [
            EntryPoint(name.replace("__", "."), f"{__name__}:{c if isinstance(c, str) else c.__name__}", "emer.tools")
            for name, c in classes.items()
        ]  # fmt: skip
        monkeypatch.setattr(registry, "entry_points", lambda group: entries)
        return registry.installed()

    return install


def test_the_best_engine_that_can_run_is_chosen(engines):
    chosen, problems = registry.choose(engines(voice__small=Good, voice__large=Better))
    assert chosen["voice"].engine == "large"
    assert problems == {}


def test_an_engine_that_cannot_run_gives_way_to_one_that_can(engines):
    chosen, problems = registry.choose(engines(voice__small=Good, voice__large=NotHere))
    assert chosen["voice"].engine == "small"
    assert problems == {}


def test_a_tool_without_a_usable_engine_is_a_problem_with_a_remedy(engines):
    chosen, problems = registry.choose(engines(voice__large=NotHere))
    assert chosen == {}
    assert problems["voice"].remedy == "Pull them."


@pytest.mark.parametrize(
    ("broken", "says"),
    [(Explodes, "a stranger's bug"), (Incomplete, "contract"), ("Missing", "cannot be loaded")],
)
def test_a_broken_package_is_named_and_harms_no_other(engines, broken, says):
    found = engines(face=broken, voice=Good)
    chosen, problems = registry.choose(found)
    assert set(chosen) == {"voice"}
    assert says in problems["face"].reason
    assert problems["face"].remedy


def test_importing_quietly_leaves_the_hosts_environment_as_it_was(monkeypatch, tmp_path):
    (tmp_path / "phones_home.py").write_text(
        "import os\nseen = {k: os.environ.get(k) for k in ('ORT_DISABLE_TELEMETRY', 'DO_NOT_TRACK')}"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("DO_NOT_TRACK", "mine")
    before = dict(os.environ)
    module = quiet.import_quietly("phones_home")
    assert module.seen == {"ORT_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
    assert dict(os.environ) == before
    assert quiet.import_quietly("phones_home") is module


def test_a_library_that_another_thread_is_importing_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "slow_to_import.py").write_text("import time\ntime.sleep(0.5)\nready = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(
            lambda name: hasattr(quiet.import_quietly(name), "ready"), ["slow_to_import"] * 8
        )
        assert all(found)
    del sys.modules["slow_to_import"]
