"""The sample clip is what its ground truth says it is."""

import importlib
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from emer.tools.findings import TimeSpan
from emer.tools.media.decode import Frame, stream
from emer.tools.media.intake import take_in
from emer.tools.media.probe import open_container, probe

EXAMPLES = Path(__file__).parents[2] / "examples"
CLIP = EXAMPLES / "sample.mp4"
MAX_BYTES = 3_000_000


@pytest.fixture(scope="module")
def truth():
    return json.loads(CLIP.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def info():
    return probe(CLIP)


@pytest.fixture(scope="module")
def taken_in(info, tmp_path_factory):
    clip, report, lost = take_in(CLIP, info, tmp_path_factory.mktemp("sample"))
    assert lost == []
    assert report.n_damaged == 0
    return clip


@pytest.fixture
def script(monkeypatch):
    """Modules of the script that builds the clip, as it sees them."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module


def level_db(clip, span):
    sound = clip.soundtrack.read(TimeSpan(start_s=span["start_s"], end_s=span["end_s"]))
    return 20 * np.log10(np.sqrt(np.mean(sound**2)))


def test_it_is_small_enough_for_a_repository():
    assert CLIP.stat().st_size < MAX_BYTES


def test_its_streams_are_picture_sound_and_english_words(info):
    assert (info.kind, info.video.codec, info.audio.codec) == ("video", "h264", "aac")
    assert (info.video.width_px, info.video.height_px, info.video.rate_hz) == (1280, 720, 25.0)
    assert info.video.rotation_deg == 0
    assert [(s.codec, s.language) for s in info.subtitles] == [("mov_text", "eng")]
    assert info.notes == ()


def test_it_lasts_as_long_as_its_ground_truth_says(taken_in, truth):
    assert 25 <= truth["duration_s"] <= 40
    assert taken_in.media.duration_s == pytest.approx(truth["duration_s"], abs=0.1)
    assert taken_in.soundtrack.duration_s == pytest.approx(truth["duration_s"], abs=0.1)


def test_its_subtitles_are_the_true_words_at_the_true_times(taken_in, truth):
    shown = [(c.start_s, c.end_s, c.text) for c in taken_in.cues]
    said = [(u["start_s"], u["end_s"], u["text"]) for u in truth["utterances"]]
    assert shown == said


def test_the_file_itself_says_that_it_is_synthetic(truth):
    with open_container(CLIP) as container:
        assert container.metadata["comment"] == truth["notice"]
        assert "Synthetic" in container.metadata["title"]
    assert truth["notice"] in (EXAMPLES / "README.md").read_text(encoding="utf-8")


def test_every_line_is_heard_and_the_silence_is_silent(taken_in, truth):
    quiet = level_db(taken_in, truth["silence"])
    assert all(level_db(taken_in, u) > quiet + 20 for u in truth["utterances"])
    assert truth["silence"]["end_s"] - truth["silence"]["start_s"] >= 1.5


def test_lines_are_apart_and_each_person_has_enough_of_them(truth):
    said = truth["utterances"]
    pauses = [b["start_s"] - a["end_s"] for a, b in itertools.pairwise(said)]
    assert min(pauses) >= 0.4
    assert all(2 <= u["end_s"] - u["start_s"] <= 4.2 for u in said)
    for person in ("A", "B"):
        assert sum(u["speaker"] == person for u in said) >= 3


def test_one_line_disagrees_and_is_the_quietest_of_its_speaker(taken_in, truth):
    (odd,) = [u for u in truth["utterances"] if u["agreement"] == "conflict"]
    others = [u for u in truth["utterances"] if u["speaker"] == odd["speaker"] and u != odd]
    assert all(level_db(taken_in, odd) < level_db(taken_in, u) - 3 for u in others)


def test_somebody_speaks_unseen(truth):
    unseen = [u for u in truth["utterances"] if not u["on_screen"]]
    assert unseen
    for line in unseen:
        during = [
            v
            for v in truth["visible"]
            if v["start_s"] < line["end_s"] and v["end_s"] > line["start_s"]
        ]
        assert all(line["speaker"] not in v["persons"] for v in during)


def test_the_picture_jumps_at_every_cut_and_nowhere_else(info, truth):
    pictures = [
        (item.time_s, item.rgb[::8, ::8].astype(np.int16))
        for item in stream(CLIP, info, rate_hz=25.0, sound=False)
        if isinstance(item, Frame)
    ]
    changes = [
        (time_s, np.abs(after - before).mean())
        for (_, before), (time_s, after) in itertools.pairwise(pictures)
    ]
    jumps = [time_s for time_s, change in changes if change > 10]
    assert jumps == pytest.approx(truth["cuts_s"], abs=0.021)


def test_the_script_lays_its_dialogue_out_without_any_extra_package(script):
    dialogue = script("sample_dialogue")
    plan = dialogue.plan([3.0] * len(dialogue.LINES))
    assert plan.spoken[0].span.start_s == dialogue.LEAD_IN_S
    assert plan.silence.end_s - plan.silence.start_s == pytest.approx(dialogue.SILENCE_S, abs=0.05)
    assert plan.shots[0].span.start_s == 0.0
    assert plan.shots[-1].span.end_s == plan.duration_s
    facts = script("make_sample").ground_truth(plan)
    assert [u["text"] for u in facts["utterances"]] == [line.text for line in dialogue.LINES]


def test_the_script_still_says_what_the_clip_says(script, truth):
    pytest.importorskip("espeakng_loader", reason="the dependency group 'sample' is not installed")
    voices, dialogue = script("sample_voices"), script("sample_dialogue")
    plan = dialogue.plan([len(sound) / voices.RATE_HZ for sound in voices.speak_all()])
    assert plan.duration_s == pytest.approx(truth["duration_s"], abs=0.2)
    assert [s.line.text for s in plan.spoken] == [u["text"] for u in truth["utterances"]]


def test_a_mouth_opens_only_while_its_owner_speaks(script, truth):
    pytest.importorskip("espeakng_loader", reason="the dependency group 'sample' is not installed")
    voices, dialogue = script("sample_voices"), script("sample_dialogue")
    sounds = voices.speak_all()
    plan = dialogue.plan([len(sound) / voices.RATE_HZ for sound in sounds])
    opened = script("sample_pictures").movements(plan, sounds, "A")[:, 0] > 0.05
    for spoken in plan.spoken:
        first, last = (
            round(t * dialogue.RATE_HZ) for t in (spoken.span.start_s, spoken.span.end_s)
        )
        assert opened[first:last].any() == (spoken.line.speaker == "A")
