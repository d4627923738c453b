"""The command line with a language model: recorded, replayed, shown, stopped; nothing private sent."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.openai_server import Completions
from tests.protocol_server import ProtocolServer, Reply
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.graphs.calls import line

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
KEY = "sk-test-0123456789abcdef"
pytestmark = pytest.mark.usefixtures("loopback")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(line, "_LEARNT", {})
    for name in ("EMER_CACHE_DIR", "EMER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path_factory.getbasetemp() / "shared" / name))


@pytest.fixture
def server():
    one = ProtocolServer(Completions())
    yield one
    one.close()


def emer(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


def analyzed(*args, media=SAMPLE):
    return emer("analyze", media, "--end", 4, "--fps", 2.5, "--json", "--llm", "openai:stub", *args)


def without_run(result):
    report = json.loads(result.stdout)
    return {k: v for k, v in report.items() if k not in {"run", "media"}}


def test_a_record_answers_later_without_model_key_or_network(server, tmp_path, monkeypatch):
    tape = tmp_path / "answers.jsonl"
    first = analyzed("--base-url", server.url, "--record", tape)
    assert first.exit_code == 0, first.stderr
    n = len(server.asked)
    assert n >= 5
    lines = tape.read_text().splitlines()
    assert len(lines) == n
    again = analyzed("--base-url", server.url, "--record", tape)
    assert without_run(again) == without_run(first)
    assert len(server.asked) == n  # the record is a cache
    server.close()
    monkeypatch.delenv("OPENAI_API_KEY")
    # neither the client's package nor any address is needed, and nothing of an earlier run
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    moved = tmp_path / "elsewhere" / "another name.mp4"
    moved.parent.mkdir()
    shutil.copy(SAMPLE, moved)
    replayed = analyzed("--replay", tape, "--no-cache", media=moved)
    assert replayed.exit_code == 0, replayed.stderr
    assert without_run(replayed) == without_run(first)
    use = json.loads(replayed.stdout)["run"]["model_use"]
    assert all(c["from_record"] and c["tries"] == 0 for c in use["calls"])
    was = json.loads(first.stdout)["run"]["model_use"]
    assert (use["tokens_in"], use["tokens_out"]) == (was["tokens_in"], was["tokens_out"])
    text = tape.read_text()
    assert KEY not in text
    assert server.url not in text
    assert str(tmp_path) not in text


def test_trouble_is_recorded_and_replayed_too(server, tmp_path):
    tape = tmp_path / "answers.jsonl"
    replies = {"read": Reply(text="no"), "explain": Reply(status=401)}
    server.behave = lambda asked: replies.get(asked.task, Reply())
    first = analyzed("--base-url", server.url, "--record", tape)
    replayed = analyzed("--replay", tape)
    assert replayed.exit_code == first.exit_code == 0
    runs = [json.loads(r.stdout)["run"] for r in (first, replayed)]
    assert runs[0]["notes"] == runs[1]["notes"]
    assert len(runs[0]["notes"]) == 4  # read, explain, and what comes after that
    outcomes = [[c["outcome"] for c in r["model_use"]["calls"]] for r in runs]
    assert outcomes[0] == outcomes[1]


def test_a_replay_that_lacks_a_call_ends_with_the_remedy(server, tmp_path):
    tape = tmp_path / "answers.jsonl"
    analyzed("--base-url", server.url, "--record", tape)
    n = len(server.asked)
    result = analyzed("--base-url", server.url, "--replay", tape, "--question", "Who is angry?")
    assert result.exit_code == 1
    assert "answers.jsonl holds no answer of the language model to 'plan'" in result.stderr
    assert "--record" in result.stderr
    assert len(server.asked) == n


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--record", "a.jsonl", "--llm", "rule"], "there is nothing to record"),
        (["--record", "a.jsonl", "--replay", "b.jsonl"], "either recorded or replayed"),
        (["--budget", "cost=0.5"], "needs prices"),
        (["--budget", "tokens=none"], "is no budget"),
        (["--budget", "tokens=0"], "is no budget"),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(args, told):
    result = analyzed(*args)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [(None, 1, "cannot be read"), (b"{}\n\n", 1, "line 1"), (b"\xff\xfe\n{}\n", 1, "line 1")],
)
def test_a_file_that_is_no_record_is_refused(tmp_path, content, status, told):
    tape = tmp_path / "answers.jsonl"
    if content is not None:
        tape.write_bytes(content)
    result = analyzed("--replay", tape)
    assert result.exit_code == status
    assert told in result.stderr


def test_a_record_survives_a_process_that_was_killed_while_it_wrote(server, tmp_path):
    tape = tmp_path / "answers.jsonl"
    first = analyzed("--base-url", server.url, "--record", tape)
    *whole, last = tape.read_bytes().splitlines(keepends=True)
    tape.write_bytes(b"".join(whole) + last[:100])
    n = len(server.asked)
    again = analyzed("--base-url", server.url, "--record", tape)
    assert len(server.asked) == n + 1
    assert without_run(analyzed("--replay", tape)) == without_run(first) == without_run(again)


def test_what_is_shown_is_what_is_sent_and_holds_nothing_private(server, tmp_path, monkeypatch):
    folder = tmp_path / "private folder of jane"
    folder.mkdir()
    media = folder / "secret name.mp4"
    shutil.copy(SAMPLE, media)
    result = analyzed("--base-url", server.url, "--show-prompts", media=media)
    assert result.exit_code == 0, result.stderr
    assert server.asked
    shown = result.stderr
    for asked in server.asked:
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        sent = json.dumps(asked.body, ensure_ascii=False)
        for private in (KEY, str(tmp_path), "jane", "secret name", os.environ["HOME"]):
            assert private not in sent
        assert "/tmp" not in sent
        assert "data:" not in sent
        assert set(asked.body) <= {
            "messages", "model", "response_format", "stream", "stream_options", "temperature",
        }  # fmt: skip
        for message in asked.body["messages"]:
            assert message["content"] in shown
    assert KEY not in shown
    assert shown.count("by json_schema") == len(server.asked)


def test_without_a_model_it_is_shown_what_one_would_be_sent():
    result = analyzed("--llm", "rule", "--show-prompts", "--quiet")
    assert result.exit_code == 0
    assert "not sent: the built-in analyst answers it" in result.stderr
    tasks = {
        line.split()[1].rstrip(",") for line in result.stderr.splitlines() if line[:4] == "--- "
    }
    assert tasks >= {"plan", "visual", "audio", "read", "explain", "label", "polarity"}


def test_ctrl_c_ends_a_call_that_hangs(server):
    server.behave = lambda asked: Reply(before_s=60)
    command = [sys.executable, "-c", "from emer.agent.cli import main; main()", "analyze"]
    command += [str(SAMPLE), "--end", "4", "--llm", "openai:stub", "--base-url", server.url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 60
        while not server.asked and time.monotonic() < until:
            time.sleep(0.05)
        assert server.asked, process.communicate()[1]
        time.sleep(0.2)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert process.returncode == 130
    assert "stopped before it was done" in told


def test_the_audit_tells_what_was_asked_of_the_model(server):
    server.behave = lambda asked: Reply(text="no") if asked.task == "label" else Reply()
    args = ["--llm", "openai:stub", "--base-url", server.url, "--audit", "--quiet"]
    shown = emer("analyze", SAMPLE, "--end", 4, "--fps", 2.5, *args).stdout
    assert "What was asked of the language model" in shown
    assert "explain: answered by openai:stub, 1 request(s) by json_schema" in shown
    assert "label: answered by the built-in analyst" in shown
    assert "the answer could not be used" in shown
