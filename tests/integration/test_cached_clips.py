"""What a command does, in a process of its own, on a clip whose findings are all kept."""

import json
import os
import subprocess
import sys

import pytest
from tests.talking_clip import settings_in, talking_clip

from emer.agent import analyze

WATCHED = """
import io, json, sys

started, opened, asked, loaded = [], [], [], []

def watch(event, args):
    if event == "subprocess.Popen":
        started.append([str(a) for a in args[1]])
    elif event == "open" and isinstance(args[0], str):
        opened.append(args[0])

sys.addaudithook(watch)
from emer.tools.media.decoder_pool import Lent
ask = Lent.ask
Lent.ask = lambda self, do, *more, **named: asked.append(do) or ask(self, do, *more, **named)
from emer.tools import networks
load = networks.load
networks.load = lambda tool, name, **named: loaded.append(name) or load(tool, name, **named)
from emer.agent.cli import main

answers, sys.stdout = sys.stdout, io.StringIO()
try:
    main()
except SystemExit as ended:
    status = ended.code
loaded += [o for o in opened if "silero" in o and o.endswith(".onnx")]
told = {"status": status, "started": started, "asked": asked, "loaded": loaded}
json.dump({**told, "modules": sorted(sys.modules), "said": sys.stdout.getvalue()}, answers)
"""
"""Runs the command line and tells what it started, what it asked its decoder for and what it loaded."""
COMMANDS = {
    "analyze": ["analyze", "{clip}", "-q", "--json"],
    "chat": ["chat", "{clip}", "-q"],
    "tools call": ["tools", "call", "emer_people", "-q", "--args", '{"clip": "{clip}"}'],
}
UNNEEDED = {
    "av", "ctranslate2", "cv2", "faster_whisper", "huggingface_hub", "jinja2", "langchain",
    "matplotlib", "mcp", "pandas", "prompt_toolkit", "pyarrow", "scipy", "torch",
}  # fmt: skip


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return talking_clip(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def kept(clip, tmp_path_factory):
    """A cache in which everything about the clip is known, and what was found."""
    folder = tmp_path_factory.mktemp("kept")
    report = analyze(clip, settings=settings_in(folder))
    return folder, report


@pytest.fixture(scope="module", params=COMMANDS)
def seen(request, clip, kept):
    """What one command did, by itself, on the clip."""
    command = [part.replace("{clip}", clip.name) for part in COMMANDS[request.param]]
    folder, _ = kept
    environment = {
        **os.environ, "EMER_CACHE_DIR": str(folder / "cache"), "EMER_DATA_DIR": str(folder / "data")
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *command], input="who is there?", env=environment,
        capture_output=True, text=True, timeout=120, cwd=clip.parent, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_a_clip_that_is_known_is_told_of_without_being_looked_at_again(seen):
    assert seen["status"] in {None, 0, 3}
    assert "SPK_01" in seen["said"]
    assert seen["asked"] == ["probe"]  # is it still the file that is known?
    assert [s for s in seen["started"] if "emer.tools.media.decoder" not in s] == []
    assert len(seen["started"]) == 1


def test_a_clip_that_is_known_needs_no_network_but_the_one_that_looks_up_words_in_the_memory(seen):
    assert seen["loaded"] == ["text_emotion"]


def test_a_clip_that_is_known_needs_no_library_that_measures_or_draws(seen):
    assert sorted(UNNEEDED & set(seen["modules"])) == []
