"""On a machine without models and without a network every engine says at once what to do."""

import os
import subprocess
import sys
import time

import pytest

from emer.tools.errors import ToolUnavailable
from emer.tools.hosting.items import Item
from emer.tools.model_engine import ModelEngine
from emer.tools.registry import installed
from emer.tools.setup import Setup
from emer.tools.text_emotion_models import OnnxTextEmotion

EVERY: list[object] = [e.specialist for e in installed()]
ENGINES = sorted(
    {type(s) for s in EVERY if isinstance(s, ModelEngine)}, key=lambda c: f"{c.tool}.{c.engine}"
)


@pytest.fixture
def _no_models(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.mark.usefixtures("_no_models")
@pytest.mark.parametrize("kind", ENGINES, ids=lambda c: f"{c.tool}.{c.engine}")
def test_an_engine_without_its_model_names_the_command_in_less_than_a_second(
    kind, tmp_path, monkeypatch
):
    monkeypatch.setattr(kind, "packages", ())  # as if they were installed
    one = kind()
    began = time.perf_counter()
    one.set_up(Setup(models_dir=tmp_path))
    with pytest.raises(ToolUnavailable) as said:
        one.ready()
    with pytest.raises(ToolUnavailable, match="not on this disk"):
        one.host()
    assert time.perf_counter() - began < 1.0
    assert said.value.remedy.startswith("Run: emer models pull ")


@pytest.mark.usefixtures("_no_models")
@pytest.mark.parametrize("kind", ENGINES, ids=lambda c: f"{c.tool}.{c.engine}")
def test_an_engine_without_its_library_names_the_extra_in_less_than_a_second(
    kind, tmp_path, monkeypatch
):
    monkeypatch.setattr(kind, "packages", ("nobody_wrote_this",))
    one = kind()
    began = time.perf_counter()
    one.set_up(Setup(models_dir=tmp_path))
    with pytest.raises(ToolUnavailable, match="nobody_wrote_this") as said:
        one.ready()
    assert time.perf_counter() - began < 1.0
    assert said.value.remedy == f"Run: pip install 'emer[{kind.extra}]'."


def test_a_models_process_leaves_nothing_in_the_home_of_its_user(tmp_path):
    """Some libraries note there who uses them, or keep folders for weights."""
    from tests.engines import FIXTURES

    home = tmp_path / "home"
    home.mkdir()
    one = OnnxTextEmotion()
    one.environment = {"HOME": str(home), "XDG_CACHE_HOME": "", "CI": "", "GITHUB_ACTIONS": ""}
    one.set_up(Setup(models={"text_emotion.onnx_encoder": str(FIXTURES / "tiny_onnx_text")}))
    (answer,) = one.host().ask([Item({"text": "happy"}, {})])
    one.host().close()
    assert answer["scores"]
    assert list(home.rglob("*")) == []


def test_the_library_would_have_left_something_there(tmp_path):
    """Else the test above would hold by itself."""
    environment = {k: v for k, v in os.environ.items() if k not in {"CI", "GITHUB_ACTIONS"}}
    environment |= {"HOME": str(tmp_path), "ORT_DISABLE_TELEMETRY": "0"}
    environment.pop("XDG_CACHE_HOME", None)
    subprocess.run([sys.executable, "-c", "import onnxruntime"], env=environment, check=True)
    if not list(tmp_path.rglob("*")):
        pytest.skip("this onnxruntime notes nothing")
