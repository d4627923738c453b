"""Whisper in a process of its own: in batches, killed, without a GPU that it could use."""

import _ctypes
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from tests import synth
from tests.unit.test_asr import TINY, clip_of, gaps, speech

from emer.tools import whisper_words
from emer.tools.asr import SpeechRecognition
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Gap, GapCode, TimeSpan
from emer.tools.hosting import gpus
from emer.tools.hosting.items import Item, Lost
from emer.tools.loaders import whisper as loader
from emer.tools.setup import Setup
from emer.tools.whisper_weights import find_weights
from emer.tools.whisper_words import Missed, Whisper, together

FACTS = {
    "task": "write", "language": "en", "max_new_tokens": 24, "max_no_speech": 0.6,
    "min_logprob": -1.0, "max_compression": 2.4,
}  # fmt: skip


def spoken(*lengths_s):
    return [
        Item(FACTS, {"sound": synth.voiced(s)[: int(s * synth.RATE_HZ)].astype(np.float32)})
        for s in lengths_s
    ]


@pytest.fixture(scope="module")
def model():
    return loader.load(
        {"folder": str(TINY), "name": "tiny", "device": "cpu", "compute_type": "int8", "threads": 1}
    )


@pytest.fixture
def whisper():
    return Whisper(find_weights(TINY, None), device="cpu")


def texts(answer):
    return [s["text"] for s in answer["segments"]]


def test_several_chunks_at_once_are_heard_as_each_by_itself(model):
    items = spoken(9, 4, 6.5)
    at_once = model.answer(items)
    alone = [model.answer([item])[0] for item in items]
    assert [texts(a) for a in at_once] == [texts(a) for a in alone]
    assert any(texts(a) for a in alone)
    for one, other in zip(at_once, alone, strict=True):
        for a, b in zip(one["segments"], other["segments"], strict=True):
            assert a["avg_logprob"] == pytest.approx(b["avg_logprob"], abs=0.02)
            assert 0 <= a["start"] <= a["end"] <= 31
            # the library moves a first word by what it thinks was said before the chunk
            assert a["start"] == pytest.approx(b["start"], abs=0.5)


def test_a_long_chunk_is_followed_to_its_end(model):
    (answer,) = model.answer(spoken(40))
    starts = [s["start"] for s in answer["segments"]]
    assert max(starts) > 29


def test_numbers_that_cross_are_plain_and_words_have_times(model):
    (answer,) = model.answer(spoken(9))
    words = [w for s in answer["segments"] for w in s["words"]]
    assert words
    assert {type(v) for w in words for k, v in w.items() if k != "word"} == {float}


def test_it_says_what_it_is_and_which_languages_it_knows(model):
    assert model.facts["device"] == "cpu"
    assert model.facts["library"].startswith("faster-whisper ")
    assert {"en", "zh", "de"} <= set(model.facts["languages"])


def test_chunks_share_batches_and_long_ones_go_alone():
    ends = [10, 20, 60, 70, 80, 90]
    chunks = [TimeSpan(start_s=a, end_s=b) for a, b in zip([0, *ends], ends, strict=False)]
    groups = [[c.end_s for c in g] for g in together(chunks, 2)]
    assert groups == [[10, 20], [60], [70, 80], [90]]


def test_silence_gives_no_words_and_no_trouble(model):
    (answer,) = model.answer([Item(FACTS, {"sound": np.zeros(16_000, np.float32)})])
    assert isinstance(answer["segments"], list)


def test_after_its_process_is_killed_it_hears_on(tmp_path, whisper):
    track = clip_of(tmp_path, sound=synth.voiced(20)).soundtrack
    spans = [TimeSpan(start_s=1, end_s=5)]
    before = list(whisper.listen(track, spans, "en"))
    os.kill(whisper._host.pid, signal.SIGKILL)
    assert list(whisper.listen(track, spans, "en")) == before


def test_a_chunk_that_is_lost_is_a_gap_and_the_others_are_kept(tmp_path, whisper, monkeypatch):
    answer = whisper._host.ask

    def losing(items, *, batches=None, heard=None):
        found = answer(items, batches=batches)
        return [Lost("the model's process was lost", "Run again."), *found[1:]]

    monkeypatch.setattr(whisper._host, "ask", losing)
    monkeypatch.setattr(whisper_words, "MAX_NEW_TOKENS", 24)
    track = clip_of(tmp_path, sound=synth.voiced(60), duration_s=60.0).soundtrack
    spans = [TimeSpan(start_s=1, end_s=20), TimeSpan(start_s=35, end_s=50)]
    lost, *kept = whisper.listen(track, spans, "en")
    assert isinstance(lost, Missed)
    assert (lost.start_s, lost.end_s) == (0.8, 20.2)
    assert all(k.start_s > 34 for k in kept)


def test_a_gpu_that_cannot_encode_is_replaced_by_the_cpu_and_that_is_told(tmp_path, monkeypatch):
    """There is no GPU here, so that one which is believed in cannot be used."""
    monkeypatch.setattr(gpus, "gpus_mb", lambda: (8000,))
    tool = SpeechRecognition(model=TINY)
    tool.set_up(Setup(device="auto"))
    clip = clip_of(tmp_path, sound=synth.voiced(20), language="en")
    told = gaps(tool.observe(clip, [clip.span], [speech(1, 5)]))
    (note,) = [g for g in told if g.code is GapCode.UNSUPPORTED]
    assert "Whisper cannot run on this GPU" in note.reason
    assert "the CPU recognised the speech instead" in note.reason
    assert "nvidia-cublas-cu12" in note.remedy
    assert tool._whisper.facts["device"] == "cpu"


def test_a_gpu_that_was_asked_for_by_name_is_not_replaced():
    with pytest.raises(ToolUnavailable, match="cannot run on this GPU"):
        Whisper(find_weights(TINY, None), device="cuda:0")


def test_the_libraries_of_cuda_12_are_taken_from_the_first_folder_that_has_both(tmp_path):
    library = Path(_ctypes.__file__).read_bytes()
    half, broken, whole = tmp_path / "half", tmp_path / "broken", tmp_path / "whole"
    for folder, names, content in (
        (half, loader.CUBLAS[:1], library),
        (broken, loader.CUBLAS, b"no library"),
        (whole, loader.CUBLAS, library),
    ):
        folder.mkdir()
        for name in names:
            (folder / name).write_bytes(content)
    assert loader.preload([tmp_path / "none", half, broken]) == []
    assert loader.preload([half, whole]) == [str(whole / n) for n in loader.CUBLAS]


def test_the_setup_names_the_weights(tmp_path):
    setup = Setup(models={"asr.faster_whisper": str(TINY)})
    assert find_weights(None, None, setup).folder == TINY
    with pytest.raises(ToolUnavailable, match="emer models pull whisper-small"):
        find_weights(None, tmp_path, Setup(models={"asr.faster_whisper": "whisper-small"}))
    with pytest.raises(ToolUnavailable, match="weights nowhere are not"):
        find_weights(None, tmp_path, Setup(models={"asr.faster_whisper": "nowhere"}))


def test_weights_from_the_setup_change_what_the_words_depend_on(tmp_path):
    one, other = SpeechRecognition(cache=tmp_path), SpeechRecognition(cache=tmp_path)
    other.set_up(Setup(models={"asr.faster_whisper": str(TINY)}))
    media = Path(tmp_path / "clip.mp4")
    assert one.depends_on(media) != other.depends_on(media)


def test_weights_that_answer_nonsense_numbers_are_refused(model):
    from types import SimpleNamespace

    from emer.tools.errors import ModelOutputError

    odd = SimpleNamespace(
        text="x", start=0.0, end=float("nan"), avg_logprob=-1.0, no_speech_prob=0.1,
        compression_ratio=1.0, words=None,
    )  # fmt: skip
    with pytest.raises(ModelOutputError, match="not finite"):
        loader._told([odd], 0.0)


def test_nothing_is_said_of_a_gpu_where_none_is_wanted(tmp_path, whisper):
    assert whisper.note is None
    tool = SpeechRecognition(model=TINY)
    tool.set_up(Setup(device="cpu"))
    clip = clip_of(tmp_path, sound=synth.voiced(20), language="en")
    found = tool.observe(clip, [clip.span], [speech(1, 5)])
    assert [f for f in found if isinstance(f, Gap) and f.code is GapCode.UNSUPPORTED] == []
