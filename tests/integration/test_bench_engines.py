"""``emer bench --engine``: one engine by itself, with what it ran and where, and what it is worth."""

import json
from pathlib import Path

import pytest
from tests.integration.test_bench import run
from tests.portraits import SAMPLE

from emer.evals.bench import running
from emer.evals.bench.page import STOOD_IN, page
from emer.evals.bench.results import Benchmark

FIXTURES = Path(__file__).parents[1] / "fixtures"
TINY = {
    "text_emotion.onnx_encoder": FIXTURES / "tiny_onnx_text",
    "asr.faster_whisper": FIXTURES / "tiny_whisper",
}
WORDS, SPEECH, LOOKS = "text_emotion.onnx_encoder", "asr", "visual_attributes"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "STAGES_S", 12.0)
        patch.setenv("EMER_MODELS", ",".join(f"{k}={v}" for k, v in TINY.items()))
        patch.setenv("EMER_MODELS_DIR", str(tmp_path_factory.mktemp("none")))
        engines = [a for e in (WORDS, SPEECH, LOOKS, "impression") for a in ("--engine", e)]
        return run(
            "--media", SAMPLE, *engines, "--only", "engine", "--repeats", 1, "--fps", 2, "--json"
        )


@pytest.fixture(scope="module")
def measured(result):
    assert result.exit_code == 0, result.stderr
    return Benchmark.model_validate_json(result.stdout)


def rows(measured, entry):
    return {
        f.name.removeprefix(entry).lstrip(", "): f
        for f in measured.figures
        if f.name.startswith(entry)
    }


def test_only_the_engines_that_were_named_are_measured(measured):
    assert {f.group for f in measured.figures} == {"engine"}
    assert {f.name.partition(",")[0] for f in measured.figures} == {
        WORDS, SPEECH, LOOKS, "impression",
    }  # fmt: skip
    assert "--engine asr" in measured.command


def test_every_row_tells_model_device_memory_and_how_much_was_done(measured):
    for figure in (f for f in measured.figures if not f.problem):
        assert figure.model
        assert figure.device == "cpu"
        assert figure.peak_mb is not None
        assert figure.amount
        assert figure.wall_s.median > 0


def test_batches_grow_until_the_engine_takes_no_larger_ones(measured):
    words = rows(measured, WORDS)
    sizes = [(name, f.batch) for name, f in words.items() if name.startswith("batches of")]
    assert sizes[0] == ("batches of 1", 1)
    assert all(int(name.rpartition(" ")[2]) == size for name, size in sizes)
    own = words[""]
    assert own.batch >= sizes[-1][1]
    assert {f.amount for f in words.values()} == {own.amount}  # all of them asked the same
    assert words["the first time"].wall_s.median > own.wall_s.median  # it started the process


def test_the_rows_of_an_engine_stand_together(measured):
    entries = [f.name.partition(", ")[0] for f in measured.figures]
    assert len([k for k, e in enumerate(entries) if entries[k - 1 : k] != [e]]) == len({*entries})


def test_a_tiny_model_is_not_taken_for_a_real_one(measured):
    assert all(f.stand_in for f in measured.figures if f.name.startswith((WORDS, SPEECH)))
    assert rows(measured, SPEECH)[""].model == "tiny_whisper"
    assert rows(measured, SPEECH)[""].model_mb < 1
    assert not rows(measured, LOOKS)[""].stand_in
    text = page(measured)
    assert STOOD_IN in text
    (line,) = [x for x in text.splitlines() if x.startswith("| asr |")]
    assert "**stand-in**: tiny" in line


def test_speech_is_recognised_although_the_clip_has_subtitles(measured):
    assert rows(measured, SPEECH)[""].unit == "items"
    assert rows(measured, SPEECH)[""].amount >= 1


def test_what_looks_on_is_measured_with_decoding_and_says_what_that_takes(measured):
    looks = rows(measured, LOOKS)[""]
    assert "while decoding, which takes" in looks.about
    alone_s = float(looks.about.split()[-4])
    assert looks.wall_s.median > 0.5 * alone_s


def test_what_cannot_run_is_a_row_with_its_remedy(measured):
    (row,) = rows(measured, "impression").values()
    assert row.problem
    assert "EMER_PEER_URL" in row.remedy or "peer" in row.remedy


def test_an_engine_that_does_not_exist_is_wrong_usage():
    refused = run("--engine", "telepathy")
    assert refused.exit_code == 2
    assert "is no engine" in refused.stderr
    assert refused.stdout == ""


def test_progress_names_every_engine(result):
    assert "4 engines" in result.stderr
    assert json.loads(result.stdout)["schema_version"] == "1.1"
