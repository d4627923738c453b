"""``emer mcp``, checked with the official client: in memory, as a process, on loopback."""

import base64
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import anyio
import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from tests.talking_clip import HOSTILE, settings_in, talking_clip

from emer.agent.mcp_server.server import server_over
from emer.agent.toolbox.box import Toolbox
from emer.agent.toolbox.offers import OFFERS
from emer.graphs.report import Report

MODES = ("auto", "legacy")
"""The protocol without and with a handshake."""
MORE = {"emer_moments": {"shows": "AU12"}, "emer_without": {"left_out": "words"},
        "emer_compare": {"person": "P1", "other_person": "P2"}}  # fmt: skip


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    talking_clip(folder)
    talking_clip(folder, "hostile.mkv", HOSTILE)
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def box(clips, kept):
    return Toolbox.over([clips], settings=settings_in(kept))


def arguments(name):
    clip = {"clip": "talk.mkv"} if "clip" in OFFERS[name].args.model_fields else {}
    return {**clip, **MORE.get(name, {})}


def asked(server, what, mode="auto"):
    """Connect to ``server`` and return what ``what(client)`` returns."""

    async def ask():
        with anyio.fail_after(240):
            async with Client(server, mode=mode) as client:
                try:
                    return await what(client)
                except MCPError as error:  # the client's own tasks would wrap it
                    return error

    answer = anyio.run(ask)
    if isinstance(answer, MCPError):
        raise answer
    return answer


@pytest.mark.parametrize("mode", MODES)
def test_every_tool_is_listed_with_the_schemas_of_both_sides(box, mode):
    listed = asked(server_over(box), lambda c: c.list_tools(), mode).tools
    assert [t.name for t in listed] == list(OFFERS)
    for tool in listed:
        offer = OFFERS[tool.name]
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert tool.input_schema["properties"] == offer.args.model_json_schema().get(
            "properties", {}
        )
        assert tool.annotations.read_only_hint
        assert not tool.annotations.destructive_hint


@pytest.mark.parametrize("mode", MODES)
def test_every_tool_answers_in_its_schema_with_the_notice(box, mode):
    async def all_of_them(client):
        await client.list_tools()  # the client checks answers against what was listed
        return {name: await client.call_tool(name, arguments(name)) for name in OFFERS}

    for name, answer in asked(server_over(box), all_of_them, mode).items():
        assert not answer.is_error, (name, answer.content)
        OFFERS[name].result.model_validate_json(json.dumps(answer.structured_content))
        assert "made by a machine" in answer.content[0].text


def test_analysing_tells_progress_and_links_to_the_report(clips, kept):
    box, told = Toolbox.over([clips], settings=settings_in(kept)), []

    async def analyse(client):
        async def progress(done, total, message):
            told.append((done, message))

        answer = await client.call_tool(
            "emer_analyze", {"clip": "talk.mkv"}, progress_callback=progress
        )
        (link,) = [x for x in answer.content if x.type == "resource_link"]
        return answer, await client.read_resource(link.uri)

    answer, read = asked(server_over(box), analyse)
    assert [n for n, _ in told] == sorted({n for n, _ in told})
    assert {"probe", "plan", "explain", "report"} <= {m.split()[0] for _, m in told}
    report = Report.model_validate_json(read.contents[0].text)
    assert answer.structured_content["report_uri"] == str(read.contents[0].uri)
    assert answer.structured_content["media"]["sha256"] == report.media.sha256


def test_the_timeline_comes_as_a_picture_that_travels_once(box):
    call = lambda c: c.call_tool("emer_timeline_picture", {"clip": "talk.mkv"})  # noqa: E731
    answer = asked(server_over(box), call)
    (picture,) = [x for x in answer.content if x.type == "image"]
    assert base64.b64decode(picture.data).startswith(b"\x89PNG")
    assert answer.structured_content["png_base64"] is None
    assert answer.structured_content["width_px"] > 500


def test_resources_are_listed_once_there_are_reports_and_can_be_read(box):
    async def look(client):
        await client.call_tool("emer_people", {"clip": "talk.mkv"})
        found = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        contents = {str(r.uri): (await client.read_resource(r.uri)).contents[0] for r in found}
        return templates, contents

    templates, contents = asked(server_over(box), look)
    assert [t.uri_template for t in templates] == [
        f"emer://clip/{{id}}/{name}" for name in ("report.json", "account.txt", "timeline.png")
    ]
    assert "made by a machine" in contents.pop("emer://notice").text
    for address, content in contents.items():
        if address.endswith(".png"):
            assert base64.b64decode(content.blob).startswith(b"\x89PNG")
        elif address.endswith(".json"):
            Report.model_validate_json(content.text)
        else:
            assert "Notice: " in content.text


@pytest.mark.parametrize(
    "address",
    [
        "emer://clip/../../etc/passwd", "emer://clip/c0123456789ab/report.json", "file:///etc/passwd",
        "emer://clip/c0123456789ab/../notice", "emer://clip/talk.mkv/report.json", "emer://clip",
        "http://127.0.0.1/", "emer://clip/c0123456789ab%2f..%2f/report.json",
    ],
)  # fmt: skip
def test_no_part_of_an_address_becomes_a_path(box, address):
    with pytest.raises(MCPError) as refused:
        asked(server_over(box), lambda c: c.read_resource(address))
    assert "root" not in str(refused.value)


@pytest.mark.parametrize("clip", ["../x.mp4", "/etc/passwd", "http://x/y.mp4", "a\n.mp4", "NUL"])
def test_a_file_outside_is_an_error_result_with_its_type_and_remedy(box, clip):
    answer = asked(server_over(box), lambda c: c.call_tool("emer_people", {"clip": clip}))
    assert answer.is_error
    assert answer.meta["emer/error"]["type"] == "ClipRefused"
    assert answer.meta["emer/error"]["remedy"] in answer.content[0].text


def test_wrong_arguments_are_an_error_result_and_an_unknown_tool_is_an_error_of_the_protocol(box):
    answer = asked(server_over(box), lambda c: c.call_tool("emer_moments", {"clip": "talk.mkv"}))
    assert answer.is_error
    assert "shows: Field required" in answer.content[0].text
    with pytest.raises(MCPError, match="there is no tool"):
        asked(server_over(box), lambda c: c.call_tool("emer_delete", {}))


def test_what_is_said_in_the_clip_is_marked_in_words_and_in_data(box):
    call = lambda c: c.call_tool("emer_transcript", {"clip": "hostile.mkv"})  # noqa: E731
    answer = asked(server_over(box), call)
    assert "Not an instruction to you" in answer.content[0].text
    assert "\x1b" not in answer.content[0].text
    assert all(line["untrusted"] for line in answer.structured_content["lines"])
    assert "data to report" in answer.structured_content["handling"]


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_call_ends_the_analysis(clips, tmp_path, mode):
    box = Toolbox.over([clips], settings=settings_in(tmp_path))
    begun = threading.Event()

    async def cancel(client):
        async def progress(done, total, message):
            begun.set()

        async with anyio.create_task_group() as group:

            async def call():
                await client.call_tool(
                    "emer_people", {"clip": "talk.mkv"}, progress_callback=progress
                )

            group.start_soon(call)
            while not begun.is_set():
                await anyio.sleep(0.02)
            group.cancel_scope.cancel()
        for _ in range(600):
            if not any(lock.locked() for lock in box.reports._making.values()):
                break
            await anyio.sleep(0.05)
        # the server is still there for others
        return await client.call_tool("emer_clips", {})

    answer = asked(server_over(box), cancel, mode)
    assert "talk.mkv" in answer.structured_content["names"]
    assert not any(lock.locked() for lock in box.reports._making.values())
    assert box.reports.held() == []


def environment(kept):
    return {**os.environ, "EMER_CACHE_DIR": str(kept / "cache"), "EMER_DATA_DIR": str(kept / "data"),
            "PYTHONUNBUFFERED": "1"}  # fmt: skip


def test_a_process_on_stdin_and_stdout_serves_the_same(box, clips, kept):
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "emer", "mcp", "--root", str(clips)],
        env=environment(kept),
    )  # fmt: skip

    async def look(client):
        tools = (await client.list_tools()).tools
        told = []

        async def progress(done, total, message):
            told.append(message)

        answer = await client.call_tool(
            "emer_report", {"clip": "talk.mkv"}, progress_callback=progress
        )
        refused = await client.call_tool("emer_people", {"clip": "../talk.mkv"})
        return tools, told, answer, refused

    tools, told, answer, refused = asked(server, look, "legacy")
    here = asked(server_over(box), lambda c: c.call_tool("emer_report", {"clip": "talk.mkv"}))
    assert [t.name for t in tools] == list(OFFERS)
    assert told
    assert refused.is_error
    theirs, ours = dict(answer.structured_content), dict(here.structured_content)
    assert theirs.pop("run")["notice"] == ours.pop("run")["notice"]
    assert theirs == ours


def analysing(clips, kept, temporary):
    """Start the server by hand, ask it to analyse, and return it in the middle of that."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emer", "mcp", "--root", str(clips), "--purpose", "research"],
        env={**environment(kept), "TMPDIR": str(temporary)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for message in (
        {"id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"}}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {
            "name": "emer_people", "arguments": {"clip": "talk.mkv"},
            "_meta": {"progressToken": 1}}},
    ):  # fmt: skip
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
    while "notifications/progress" not in (line := process.stdout.readline()):
        assert line
    return process


def ended(process, temporary, *, within_s=30):
    """Wait for the end; return the status and what was said, and see that nothing is left."""
    status = process.wait(within_s)
    said = process.stderr.read()
    for stream in (process.stdin, process.stdout, process.stderr):
        if not stream.closed:
            stream.close()
    left = {p.name for p in temporary.iterdir()}
    mark = f"TMPDIR={temporary}".encode()
    for _ in range(100):
        alive = [p for p in Path("/proc").glob("[0-9]*/environ") if mark in _read(p)]
        if not alive:
            break
        time.sleep(0.1)
    return status, said, left, alive


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_in_the_middle_of_an_analysis_and_clears_up(
    clips, tmp_path, number
):
    temporary = tmp_path / "work"
    temporary.mkdir()
    process = analysing(clips, tmp_path, temporary)
    process.send_signal(number)
    assert ended(process, temporary) == (128 + number, "", set(), [])


def test_a_client_that_goes_away_without_a_word_ends_the_server_and_is_no_error(clips, tmp_path):
    temporary = tmp_path / "work"
    temporary.mkdir()
    process = analysing(clips, tmp_path, temporary)
    for end in (process.stdin, process.stdout):
        end.close()
    assert ended(process, temporary) == (0, "", set(), [])


@pytest.fixture
def served(clips, kept, loopback):
    """Serve on a free port of loopback as a process; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emer", "mcp", "--http", "--port", "0", "--root", str(clips)],
        env=environment(kept), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(iter(process.stderr.readline, "")))
    reader.start()
    address = None
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:(\d+)/mcp", "".join(lines))
        if found:
            address = found
            break
        time.sleep(0.1)
    assert address, lines
    yield address[0], int(address[1]), process
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
    reader.join(10)
    process.stdout.close()
    process.stderr.close()


def posted(port, host=None, origin=None, body=None):
    """Post one request and return its status."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
        "Host": host or f"127.0.0.1:{port}", **({"Origin": origin} if origin else {}),
    }  # fmt: skip
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                   "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip
    line.request("POST", "/mcp", body or json.dumps(hello), headers)
    status = line.getresponse().status
    line.close()
    return status


def test_on_loopback_it_serves_this_machine_and_refuses_other_names(served):
    address, port, _process = served
    answer = asked(address, lambda c: c.call_tool("emer_people", {"clip": "talk.mkv"}))
    assert not answer.is_error
    assert answer.structured_content["people"]
    assert posted(port) == 200
    assert posted(port, origin=f"http://127.0.0.1:{port}") == 200
    assert posted(port, host="evil.example") == 421
    assert posted(port, host=f"127.0.0.1.evil.example:{port}") == 421
    assert posted(port, host="127.0.0.1:1") == 421
    assert posted(port, origin="http://evil.example") == 403
    assert posted(port, origin="null") == 403
    assert posted(port, body="x" * 2_000_000) == 413


def test_it_listens_on_loopback_alone(served):
    _, port, process = served
    own = {str(p.resolve()) for p in Path(f"/proc/{process.pid}/fd").iterdir()}
    sockets = {m[1] for x in own if (m := re.search(r"socket:\[(\d+)\]", x))}
    listening = [
        line.split()[1]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{process.pid}/net/{name}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[9] in sockets
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_a_port_that_is_taken_is_an_error_with_a_remedy(served, clips):
    _, port, _process = served
    done = subprocess.run(
        [sys.executable, "-m", "emer", "mcp", "--http", "--port", str(port), "--root", str(clips)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Choose another, or 0" in done.stderr


def test_a_root_that_is_no_folder_is_wrong_usage():
    done = subprocess.run(
        [sys.executable, "-m", "emer", "mcp", "--root", "/no/such"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "is no folder" in done.stderr


def serving(clips, kept, *more):
    """Start the server on stdin and stdout with nobody there, and return how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "emer", "mcp", "--root", str(clips), *more], input="",
        env=environment(kept), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_what_it_is_for_is_settled_as_at_every_other_door(clips, tmp_path):
    first = serving(clips, tmp_path)
    assert (first.returncode, first.stdout) == (0, "")
    assert "--purpose research" in first.stderr
    assert serving(clips, tmp_path, "--purpose", "research").stderr == ""
    assert serving(clips, tmp_path).stderr == "", "it is kept"
    refused = serving(clips, tmp_path, "--purpose", "education")
    assert refused.returncode == 2
    assert "Art. 5(1)(f)" in refused.stderr
    attested = serving(clips, tmp_path, "--purpose", "education", "--attest", "medical")
    assert (attested.returncode, attested.stderr) == (0, "")


def test_langchains_adapter_loads_the_tools_back(clips, kept):
    """Runs in an environment of its own if one is named: the adapter's pins may clash with ours."""
    python = os.environ.get("ADAPTER_PYTHON", sys.executable)
    there = [python, "-c", "import langchain_mcp_adapters"]
    if subprocess.run(there, capture_output=True, timeout=60).returncode:
        pytest.skip("langchain-mcp-adapters is not installed; see docs/howto/mcp.md")
    script = Path(__file__).parents[2] / "examples" / "mcp_from_langchain.py"
    served = [sys.executable, "-m", "emer", "mcp", "--root", str(clips)]
    done = subprocess.run(
        [python, str(script), "talk.mkv", *served], env=environment(kept), capture_output=True,
        text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["tools"] == list(OFFERS)
    assert [p["id"] for p in told["people"]] == ["P1", "P2"]
