"""``langgraph.json`` names graphs that can be loaded as its server loads them."""

import asyncio
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from langgraph.graph.state import CompiledStateGraph
from tests.talking_clip import talking_clip

from emer.graphs.report import Report

ROOT = Path(__file__).parents[2]
NAMED = json.loads((ROOT / "langgraph.json").read_text())


def factory(name):
    path, _, variable = NAMED["graphs"][name].partition(":")
    spec = importlib.util.spec_from_file_location(f"studio_{name}", ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, variable)


@pytest.mark.parametrize("name", NAMED["graphs"])
def test_every_graph_that_is_named_can_be_made_and_drawn(name):
    graph = factory(name)()
    assert isinstance(graph, CompiledStateGraph)
    assert "__start__" in graph.get_graph().nodes


def test_the_steps_are_those_of_an_analysis():
    assert {"probe", "plan", "verify_claims", "report"} <= set(factory("steps")().get_graph().nodes)


def test_the_analyst_runs_on_a_clip_below_the_folder_and_on_no_other(tmp_path, monkeypatch):
    clips = tmp_path / "clips"
    clips.mkdir()
    talking_clip(clips)
    monkeypatch.chdir(clips)
    graph = factory("analyst")()
    told = graph.invoke({"clip": "talk.mkv", "question": "What was said?"})
    report = Report.model_validate_json(json.dumps(told["report"]))
    assert report.run.question == "What was said?"
    assert "made by a machine" in told["account"]
    assert told.get("problem") is None
    refused = graph.invoke({"clip": "../talk.mkv"})
    assert "climbs out of its folder" in refused["problem"]
    assert refused.get("report") is None


def test_what_studio_needs_for_its_form_can_be_told():
    graph = factory("analyst")()
    assert set(graph.get_input_jsonschema()["properties"]) == {"clip", "question"}
    assert set(graph.get_output_jsonschema()["properties"]) == {"account", "report", "problem"}


def test_the_steps_of_the_analysis_are_seen_while_it_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    talking_clip(tmp_path)
    graph = factory("analyst")()
    seen = graph.stream({"clip": "talk.mkv"}, stream_mode="updates", subgraphs=True)
    steps = {step for _, update in seen for step in update}
    assert {"probe", "plan", "verify_claims", "report", "analyse"} <= steps


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_the_analyst_tells_its_steps_as_they_are_taken(tmp_path, monkeypatch, mode):
    talking_clip(tmp_path)
    monkeypatch.chdir(tmp_path)
    graph, asked = factory("analyst")(), {"clip": "talk.mkv"}

    async def all_of_them():
        return [x async for x in graph.astream(asked, stream_mode=["custom", "updates"])]

    if mode == "sync":
        told = list(graph.stream(asked, stream_mode=["custom", "updates"]))
    else:
        told = asyncio.run(all_of_them())
    stages = [part["stage"] for kind, part in told if kind == "custom"]
    assert {"probe", "plan", "explain", "report"} <= set(stages)
    assert stages.index("probe") < stages.index("report")
    (kind, last) = told[-1]
    assert kind == "updates"
    assert last["analyse"]["account"]


def test_loading_them_is_light():
    code = (
        "import runpy, sys; "
        f"runpy.run_path({str(ROOT / 'agent/emer/agent/studio.py')!r}); "
        "assert not {'torch', 'onnxruntime', 'cv2', 'matplotlib', 'mcp'} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_nothing_of_the_packages_own_code_depends_on_it():
    for root in ("agent", "evals", "graphs", "memory", "tools"):
        for path in (ROOT / root).rglob("*.py"):
            assert "emer.agent.studio" not in path.read_text(), path
