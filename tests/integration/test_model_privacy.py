"""What leaves this machine for a language model, byte by byte, and that it is what is shown."""

import json
import os
import shutil
import socket
from pathlib import Path

import av
import pytest
from tests.protocol_server import ProtocolServer, Reply
from tests.providers import HEADERS, KEY, KEYS, PROVIDERS, tidy
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.graphs.calls import line

# clients leave their sockets to the collector of garbage
pytestmark = [pytest.mark.usefixtures("loopback"), pytest.mark.filterwarnings("ignore:unclosed")]
SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
TELLTALES = {
    "folder": "ward-seven-of-doctor-mabuse",
    "name": "patient-zerlina-quux",
    "user": "zebulon",
    "value": "a-value-of-the-environment-4711",
    "title": "title-of-zarathustra",
    "comment": "comment-of-xanthippe",
}


@pytest.fixture(scope="module", autouse=True)
def _tidy():
    yield
    tidy()


@pytest.fixture(params=PROVIDERS)
def provider(request, monkeypatch):
    monkeypatch.setattr(line, "_LEARNT", {})
    for variable in KEYS:
        monkeypatch.delenv(variable, raising=False)
    one = PROVIDERS[request.param]
    if one.key:
        monkeypatch.setenv(one.key, KEY)
    return one


@pytest.fixture
def telling(tmp_path, monkeypatch):
    """A clip whose folder, name and tags tell on whoever lets them out, as the environment does."""
    folder = tmp_path / TELLTALES["folder"]
    folder.mkdir()
    path = folder / f"{TELLTALES['name']}.mp4"
    with av.open(str(SAMPLE)) as source, av.open(str(path), "w") as target:
        target.metadata["title"] = TELLTALES["title"]
        target.metadata["comment"] = TELLTALES["comment"]
        streams = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is not None and packet.stream.index in streams:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    with av.open(str(path)) as written:
        assert written.metadata["title"] == TELLTALES["title"]
    subtitles = SAMPLE.with_suffix(".srt")
    if subtitles.exists():
        shutil.copy(subtitles, path.with_suffix(".srt"))
    monkeypatch.setenv("USER", TELLTALES["user"])
    monkeypatch.setenv("LOGNAME", TELLTALES["user"])
    monkeypatch.setenv("SOME_VALUE", TELLTALES["value"])
    return path


def emer(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


def analyzed(media, provider, server, *args):
    return emer(
        "analyze", media, "--end", 4, "--fps", 2.5, "--json", "--llm", provider.llm,
        "--base-url", server.url, *args,
    )  # fmt: skip


def test_nothing_private_is_sent_and_what_is_shown_is_what_is_sent(provider, telling):
    server = ProtocolServer(provider.protocol)
    try:
        result = analyzed(telling, provider, server, "--show-prompts")
    finally:
        server.close()
    assert result.exit_code == 0, result.stderr
    assert len(server.asked) >= 5
    private = {*TELLTALES.values(), str(telling.parent.parent), socket.gethostname()}
    private |= {v for v in os.environ.values() if len(v) >= 12 and v != KEY}
    for asked in server.asked:
        headers = {n: v for n, v in asked.headers.items() if n not in HEADERS}
        sent = [asked.path, json.dumps(headers), asked.raw.decode(), json.dumps(asked.body)]
        for text in sent:
            assert not {p for p in private if p in text}
            assert KEY not in text
            assert "/tmp" not in text
            assert "base64" not in text
        if provider.key:
            assert provider.key_sent(asked) == KEY
        # word by word: what goes before the task, and the task
        assert f"[system] {asked.orders}\n[human] {asked.document}\n" in result.stderr
        assert set(strings(schema_of(asked))) <= set(strings(shown_schemas(result.stderr)))
    shown = [x for x in result.stderr.splitlines() if x.startswith("--- ")]
    assert len(shown) == len(server.asked)
    assert all(f"sent to {provider.llm} by json_schema" in x for x in shown)
    assert KEY not in result.stderr
    assert KEY not in result.stdout


def test_the_key_is_in_no_error_no_report_and_no_record(provider, telling, tmp_path):
    told = f"The key {KEY} is wrong, and so is everything else about {KEY}."
    server = ProtocolServer(provider.protocol, lambda asked: Reply(status=401, error=told))
    out, tape = tmp_path / "out", tmp_path / "answers.jsonl"
    try:
        result = analyzed(
            telling, provider, server, "--record", tape, "--out", out, "--format", "all", "--audit"
        )
    finally:
        server.close()
    assert result.exit_code in {0, 3}, result.stderr
    assert "refuses the key" in result.stdout
    assert KEY not in result.stdout + result.stderr
    kept = [p for p in (*tmp_path.rglob("*"), *cache_files()) if p.is_file() and p != telling]
    assert len(kept) > 10
    assert [p.name for p in kept if KEY.encode() in p.read_bytes()] == []


def test_without_a_key_nothing_is_sent_and_the_remedy_names_the_variable(monkeypatch, telling):
    for one in PROVIDERS.values():
        if one.key is None:
            continue
        for variable in KEYS:
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setattr(socket.socket, "connect", _refuse)
        result = emer("analyze", telling, "--end", 4, "--llm", one.llm)
        assert result.exit_code == 1
        assert f"{one.key}" in result.stderr
        assert "Set " in result.stderr
        assert "Traceback" not in result.stderr


def _refuse(*_):
    raise AssertionError("something was sent")


def cache_files():
    return Path(os.environ["XDG_CACHE_HOME"]).rglob("*")


def schema_of(asked):
    config = asked.body.get("generationConfig", {})
    output = asked.body.get("output_config", {}).get("format", {})
    found = config.get("responseJsonSchema") or output.get("schema") or asked.body.get("format")
    assert found
    return found


def shown_schemas(told):
    return [json.loads(x[9:]) for x in told.splitlines() if x.startswith("[schema] ")]


def strings(value):
    """Yield every name and every text anywhere in ``value``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
