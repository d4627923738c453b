"""Many files with a language model: recorded by two processes at once, and replayed without it."""

import json

import pytest
from tests.ollama_server import Chat
from tests.openai_server import Completions
from tests.protocol_server import ProtocolServer
from tests.providers import KEYS
from tests.synth import tone, write_media
from typer.testing import CliRunner

from emer.agent.cli import app

pytestmark = [pytest.mark.usefixtures("loopback"), pytest.mark.filterwarnings("ignore:unclosed")]
WORDS = {
    "anna": "I got the job, I am so happy!", "ben": "My dog died last night, I miss him.",
    "cleo": "Get out of my house, how dare you!",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("EMER_CACHE_DIR", str(tmp_path / "cache"))
    for variable in KEYS:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    for i, (name, words) in enumerate(WORDS.items()):
        write_media(folder / f"{name}.wav", sound=tone(2, 180 + 40 * i))
        (folder / f"{name}.srt").write_text(f"1\n00:00:00,200 --> 00:00:01,800\n{words}\n")
    return folder


@pytest.fixture
def server():
    one = ProtocolServer(Chat())
    yield one
    one.close()


def analyzed(clips, out, *args):
    given = ["analyze", clips, "--out", out, "--format", "json", "--llm", "ollama:qwen3", *args]
    return CliRunner().invoke(app, [str(a) for a in given])


def told(out):
    """Return every report but for how it came about."""
    kept = {p.name: json.loads(p.read_text()) for p in out.rglob("[!.]*.emer.json")}
    return {n: {k: v for k, v in r.items() if k != "run"} for n, r in kept.items()}


def test_a_folder_recorded_by_two_jobs_is_replayed_when_the_server_is_gone(clips, tmp_path, server):
    tape, first, second = tmp_path / "answers.jsonl", tmp_path / "first", tmp_path / "second"
    result = analyzed(clips, first, "--jobs", 2, "--base-url", server.url, "--record", tape)
    assert result.exit_code == 0, result.stderr
    server.close()
    lines = [json.loads(line) for line in tape.read_text().splitlines()]
    # every answer is kept, whichever job got it
    assert len(lines) == len(server.asked)
    assert len({a.document for a in server.asked if a.task == "explain"}) == len(WORDS)
    result = analyzed(clips, second, "--jobs", 2, "--replay", tape, "--no-cache")
    assert result.exit_code == 0, result.stderr
    assert told(second) == told(first)
    assert len(told(first)) == len(WORDS)
    for report in second.rglob("[!.]*.emer.json"):
        use = json.loads(report.read_text())["run"]["model_use"]
        assert use["calls"]
        assert all(c["from_record"] and c["outcome"] == "answered" for c in use["calls"])


def test_a_replay_that_lacks_a_call_names_it_and_fails_that_clip_alone(clips, tmp_path, server):
    tape, out = tmp_path / "answers.jsonl", tmp_path / "out"
    analyzed(clips, tmp_path / "first", "--jobs", 1, "--base-url", server.url, "--record", tape)
    server.close()
    lines = tape.read_text().splitlines(keepends=True)
    lost = next(x for x in lines if '"prompt":"explain/' in x)
    tape.write_text("".join(x for x in lines if x != lost))
    result = analyzed(clips, out, "--jobs", 1, "--replay", tape)
    assert result.exit_code == 3, result.stderr
    failed = [e for e in json.loads((out / "index.json").read_text())["files"] if e["error"]]
    assert len(failed) == 1
    assert len(told(out)) == len(WORDS) - 1
    assert failed[0]["trouble"] == "record"
    assert "answers.jsonl holds no answer of the language model to 'explain'" in failed[0]["error"]
    assert "--record" in result.stderr
    assert str(tmp_path) not in failed[0]["error"]
    again = analyzed(clips, out, "--jobs", 1, "--replay", tape, "--dry-run")
    assert again.stdout.count("would leave") == len(WORDS)  # it would only fail again
    tape.write_text("".join(lines))
    result = analyzed(clips, out, "--jobs", 1, "--replay", tape)
    assert result.exit_code == 0, result.stderr
    assert told(out) == told(tmp_path / "first")


@pytest.mark.parametrize("content", [None, "this is no record\n"])
def test_a_file_that_is_no_record_stops_the_run_with_the_remedy(clips, tmp_path, content):
    tape = tmp_path / "answers.jsonl"
    if content is not None:
        tape.write_text(content)
    result = analyzed(clips, tmp_path / "out", "--jobs", 1, "--replay", tape)
    assert result.exit_code == 1
    assert "answers.jsonl" in result.stderr
    assert "Name a file that emer analyze --record has written" in result.stderr
    assert told(tmp_path / "out") == {}


def test_the_results_of_another_model_or_server_are_not_taken_for_ours(clips, tmp_path, server):
    out = tmp_path / "out"
    clip = clips / "anna.wav"
    more = [clip, "--dry-run", "--base-url"]
    analyzed(clip, out, clips / "ben.wav", "--jobs", 1, "--base-url", server.url)
    assert {json.loads(p.read_text())["run"]["llm"] for p in out.rglob("[!.]*.emer.json")} == {
        "ollama:qwen3"
    }
    same = analyzed(clips / "ben.wav", out, *more, server.url)
    assert same.stdout.count("would leave") == 2, same.stderr
    elsewhere = analyzed(clips / "ben.wav", out, *more, "http://127.0.0.1:9")
    assert elsewhere.stdout.count("would analyse") == 2
    other = analyzed(clips / "ben.wav", out, *more, server.url, "--llm", "rule")
    assert other.stdout.count("would analyse") == 2
    done = analyzed(clips / "ben.wav", out, clip, "--jobs", 1, "--llm", "rule")
    assert done.exit_code == 0, done.stderr
    assert {json.loads(p.read_text())["run"]["llm"] for p in out.rglob("[!.]*.emer.json")} == {
        "rule"
    }


def test_a_key_that_is_missing_ends_the_run_before_it_begins(clips, tmp_path):
    result = analyzed(clips, tmp_path / "out", "--llm", "anthropic:claude-x")
    assert result.exit_code == 1
    assert "ANTHROPIC_API_KEY is not set" in result.stderr
    assert not (tmp_path / "out").exists()


def test_an_openai_compatible_server_is_recorded_and_replayed_likewise(clips, tmp_path):
    tape = tmp_path / "answers.jsonl"
    server = ProtocolServer(Completions())
    try:
        two = [clips / "ben.wav", "--llm", "openai:stub", "--jobs", 1]
        args = [*two, "--base-url", server.url, "--record", tape]
        first = analyzed(clips / "anna.wav", tmp_path / "first", *args)
    finally:
        server.close()
    assert first.exit_code == 0, first.stderr
    second = analyzed(clips / "anna.wav", tmp_path / "second", *two, "--replay", tape)
    assert second.exit_code == 0, second.stderr
    assert told(tmp_path / "second") == told(tmp_path / "first")
