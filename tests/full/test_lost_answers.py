"""What becomes of a run when a model's process is killed, or its numbers are none."""

import json
import os
import shutil
import signal
import threading
import time
from dataclasses import replace
from importlib import import_module
from itertools import chain

import numpy as np
import pytest
from tests import synth
from tests.engines import SETUPS
from tests.findings import CARD
from tests.hosted_models import name_of
from tests.unit.test_asr import clip_of, speech

from emer.tools.asr import SpeechRecognition
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Gap, GapCode, Modality, TimeSpan
from emer.tools.hosting import child
from emer.tools.hosting import host as hosting
from emer.tools.hosting.items import LOST, Item, Lost
from emer.tools.media.faces import WIDE_PX, Box, FaceWriter
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.on_screen_text import OnScreenText
from emer.tools.readings import UtteranceReading
from emer.tools.registry import installed
from emer.tools.setup import Setup

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("default")]

NO_PROCESS = {"impression", "faces.yunet"}
WHILE_DECODING = {"on_screen_text.tesseract"}
"""Asked by its watcher, below."""
ENGINES = sorted(SETUPS.keys() - NO_PROCESS - WHILE_DECODING)
DURATION_S = 12.0


def ready(entry, setup):
    (engine,) = [e for e in installed() if e.entry == entry]
    one = type(engine.specialist)()
    one.set_up(setup)
    try:
        one.ready()
    except ToolUnavailable as problem:
        pytest.skip(f"cannot run here: {problem}")
    return one


def host_of(one):
    return one._loaded()._host if isinstance(one, SpeechRecognition) else one.host()


def uttered(start_s, end_s, text):
    return Evidence.of(
        tool="utterances", engine="fake", modality=Modality.VOICE, card=CARD, subject="SPK_01",
        span=TimeSpan(start_s=start_s, end_s=end_s),
        reading=UtteranceReading(
            speaker="SPK_01", text=text, language="en", speech_s=end_s - start_s
        ),
    )  # fmt: skip


KNOWN = [speech(0, DURATION_S), uttered(1, 4, "happy to see you"), uttered(6, 9, "that is sad")]


@pytest.fixture
def clip(tmp_path):
    """Twelve seconds of one voice and one face."""
    writer = FaceWriter(tmp_path / "faces")
    for i in range(int(DURATION_S * 5)):
        crop = np.random.default_rng(i).integers(0, 256, (WIDE_PX, WIDE_PX, 3), np.uint8)
        writer.add("FACE_01", i / 5, Box(0, 0, 50, 50), crop, aligned=True, score=0.9)
    sound = synth.voiced(DURATION_S)
    plain = clip_of(tmp_path, sound=sound, duration_s=DURATION_S, language="en")
    return replace(plain, faces=writer.close())


def asked(one, clip):
    spans = [clip.span]
    if one.scope == "utterances":
        spans = [k.span for k in KNOWN[1:]]
    known = [k for k in KNOWN if k.tool in one.needs]
    return one.observe(clip, spans, known)


def lost(found):
    return [f for f in found if isinstance(f, Gap) and f.code is GapCode.TOOL_FAILED]


def killed_while_it_answers(host):
    """Stop the process, so that it cannot answer, and kill it once a batch lies before it."""
    before_s, pid = host.used_s, host.pid
    os.kill(pid, signal.SIGSTOP)

    def kill():
        until = time.monotonic() + 20
        while host.used_s == before_s and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.2)
        os.kill(pid, signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    return pid


class Here:
    """A model's process, in this one: what is asked about crosses no pipe."""

    pid = None

    def __init__(self, one):
        module, _, function = one.loader.partition(":")
        found = one.found()
        options = {"tool": one.tool, "folder": str(found.folder), "device": "cpu"}
        self.said = {}
        self.model = getattr(import_module(module), function)(options | one.options(found))

    def ask(self, items, *, batches=None, heard=None):
        told = [None] * len(items)
        for batch in batches or [[i] for i in range(len(items))]:
            said = child.answered(self.model, [items[i] for i in batch])
            for i, answer in zip(batch, said, strict=True):
                self.said[name_of(items[i])] = answer
                told[i] = hosting._broken(answer[LOST]) if LOST in answer else answer
        return told


@pytest.fixture
def _no_worker(monkeypatch):
    monkeypatch.setattr("emer.tools.loaders.pyannote.beat", lambda: None)
    monkeypatch.setenv("PYANNOTE_METRICS_ENABLED", "0")


STARTS_FAST = {
    "action_units.blendshapes", "asr", "expression.deepface", "text_emotion.onnx_encoder"
}  # fmt: skip
"""Seen dying and coming back as they are. With torch a process takes ten seconds to start, so that
what the others' models said is replayed by one without it."""


@pytest.mark.usefixtures("_no_worker")
@pytest.mark.parametrize("entry", ENGINES)
def test_an_engine_killed_while_it_answers_answers_all_the_same(entry, tmp_path, clip, monkeypatch):
    with SETUPS[entry](tmp_path) as setup:
        one = ready(entry, setup)
        if entry not in STARTS_FAST:
            replayed(one, clip, tmp_path / "said.json", monkeypatch)
        host = host_of(one)
        host.facts()
        first = killed_while_it_answers(host)
        found = asked(one, clip)
        assert host.pid not in {None, first}
        with pytest.raises(ProcessLookupError):  # nor a zombie
            os.kill(first, 0)
        assert any(isinstance(f, Evidence) for f in found) or entry in {"asr", "vocal_events"}
        assert lost(found) == []
        assert found == asked(one, clip)
        host.close()


@pytest.mark.usefixtures("_no_worker")
@pytest.mark.parametrize("entry", sorted({*ENGINES} - {"asr", "action_units.blendshapes"}))
def test_an_engine_whose_process_dies_of_everything_leaves_gaps_and_the_run_goes_on(
    entry, tmp_path, clip, monkeypatch
):
    with SETUPS[entry](tmp_path) as setup:
        one = ready(entry, setup)
        replayed(one, clip, tmp_path / "said.json", monkeypatch, deadly=True)
        found = asked(one, clip)
        assert lost(found) == found != []
        assert all("SIGKILL" in f.reason and f.remedy for f in found)
        one.host().close()


@pytest.mark.parametrize("deadly", [False, True], ids=["once", "of everything"])
def test_text_is_read_on_while_decoding_after_the_process_was_killed(tmp_path, monkeypatch, deadly):
    told = {"text": "Ten years earlier", "box": [0.1, 0.1, 0.5, 0.1], "score": 0.97}
    said, weights = tmp_path / "said.json", tmp_path / "eng.traineddata"
    said.write_text(json.dumps({"any": {"lines": [told]}}))
    weights.touch()
    one = OnScreenText()
    one.set_up(Setup(models={"on_screen_text.tesseract": str(weights)}))
    _replay(one, said, monkeypatch, deadly=deadly)
    one.host().facts()
    first = killed_while_it_answers(one.host())
    path = synth.write_media(tmp_path / "a.mp4", pictures=[synth.picture()] * 40, rate_hz=10)
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers={one.tool: one})
    found = one.observe(clip, [clip.span], [])
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    texts = [f.reading.text for f in found if isinstance(f, Evidence)]
    assert texts == ([] if deadly else ["Ten years earlier"])
    assert bool(lost(found)) is deadly
    one.host().close()


def replayed(one, clip, path, monkeypatch, *, deadly=False):
    """Note what the model says, and let a process without its library say it."""
    here = Here(one)
    with monkeypatch.context() as patched:
        patched.setattr(one, "host", lambda: here)
        asked(one, clip)
    path.write_text(json.dumps(here.said))
    _replay(one, path, monkeypatch, deadly=deadly)


def _replay(one, path, monkeypatch, *, deadly):
    one.loader = "tests.hosted_models:replaying"
    one.environment = {"PYTHONPATH": os.pathsep.join([os.getcwd(), os.environ["PYTHONPATH"]])}
    monkeypatch.setattr(one, "options", lambda found: {"said": str(path), "deadly": deadly})


def poisoned(folder):
    """Put NaN into all weights below ``folder``; what reads them finds nothing wrong with them."""
    for path in chain(
        folder.rglob("*.safetensors"), folder.rglob("pytorch_model.bin"), folder.rglob("*.onnx")
    ):
        {".safetensors": _tensors, ".bin": _pickled, ".onnx": _graph}[path.suffix](path)


def _tensors(path):
    from safetensors.torch import load_file, save_file

    save_file({k: v * float("nan") for k, v in load_file(path).items()}, path, {"format": "pt"})


def _pickled(path):
    import torch

    told = torch.load(path, weights_only=False)
    for tensor in told["state_dict"].values():
        if tensor.is_floating_point():
            tensor.mul_(float("nan"))
    torch.save(told, path)


def _graph(path):
    onnx = pytest.importorskip("onnx")
    numpy_helper = import_module("onnx.numpy_helper")

    model = onnx.load(path)
    for one in model.graph.initializer:
        values = numpy_helper.to_array(one)
        if values.dtype == np.float32:
            one.CopyFrom(numpy_helper.from_array(values * np.float32("nan"), one.name))
    onnx.save(model, path)


@pytest.mark.usefixtures("_no_worker")
@pytest.mark.parametrize(
    "entry",
    # Whisper's and the landmarker's numbers: test_whisper_hosted, test_blendshapes; deepface is
    # compared with itself when it is loaded, and refused then
    sorted({*ENGINES} - {"asr", "action_units.blendshapes", "expression.deepface"}),
)
def test_weights_that_answer_no_numbers_leave_gaps_and_the_run_goes_on(
    entry, tmp_path, clip, monkeypatch
):
    with SETUPS[entry](tmp_path) as setup:
        ready(entry, setup)
        ((key, path),) = setup.models.items()
        odd = tmp_path / "odd"
        shutil.copytree(path, odd)
        poisoned(odd)
        one = ready(entry, Setup(device="cpu", models={key: str(odd)}))
        here = Here(one)
        monkeypatch.setattr(one, "host", lambda: here)
        found = asked(one, clip)
        assert lost(found) == found != []
        assert all("not finite" in f.reason and f.remedy for f in found)


@pytest.mark.usefixtures("_no_worker")
@pytest.mark.parametrize(
    "entry",
    ["diarization.pyannote", "speech_emotion.transformers", "vocal_events", "voice_dimensions"],
)
def test_one_sound_without_numbers_takes_no_other_with_it(entry, tmp_path):
    with SETUPS[entry](tmp_path) as setup:
        here = Here(ready(entry, setup))
        sounds = [synth.voiced(4.0, f0) for f0 in (110, 140, 170)]
        sounds[1] = np.full_like(sounds[1], np.nan)
        items = [Item({}, {"sound": s}) for s in sounds]
        first, odd, last = here.ask(items, batches=[range(3)])
        assert isinstance(odd, Lost)
        assert "not finite" in odd.reason
        assert [first, last] == here.ask([items[0], items[2]])
