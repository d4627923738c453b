"""``emer tools``: schemas for programs of others, and calls by hand."""

import json
import subprocess
import sys

import anyio
import jsonschema
import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool
from tests.talking_clip import settings_in, talking_clip
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.agent.mcp_server.server import server_over
from emer.agent.toolbox.box import Toolbox
from emer.agent.toolbox.offers import OFFERS
from emer.agent.toolbox.schemas import FORMS, every


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    talking_clip(folder)
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def emer(monkeypatch, kept):
    monkeypatch.setenv("EMER_CACHE_DIR", str(kept / "cache"))
    monkeypatch.setenv("EMER_DATA_DIR", str(kept / "data"))

    def run(*arguments, stdin=None):
        return CliRunner().invoke(app, ["tools", *map(str, arguments)], input=stdin)

    return run


def called(emer, clips, name, stdin=None, **arguments):
    given = "-" if stdin is not None else json.dumps(arguments)
    done = emer("call", name, "--args", given, "--root", clips, "-q", stdin=stdin)
    return done.exit_code, json.loads(done.stdout)


def test_without_a_word_more_it_lists_the_tools(emer):
    listed = emer()
    assert listed.exit_code == 0
    assert listed.stdout == emer("list").stdout
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(OFFERS)


@pytest.mark.parametrize("form", FORMS)
def test_schemas_come_in_every_form_with_and_without_list(emer, form):
    shown = emer("--format", form)
    assert shown.exit_code == 0
    assert shown.stdout == emer("list", "--format", form).stdout
    assert json.loads(shown.stdout) == json.loads(json.dumps(every(form)))


def test_every_schema_is_valid_closed_and_described():
    for tool in every("json"):
        jsonschema.Draft202012Validator.check_schema(tool["input_schema"])
        jsonschema.Draft202012Validator.check_schema(tool["output_schema"])
        assert tool["input_schema"]["additionalProperties"] is False
        assert tool["description"]
        for name, field in tool["input_schema"].get("properties", {}).items():
            assert field.get("description"), (tool["name"], name)


def test_forms_agree_with_each_other_and_with_langchains():
    for name, openai, anthropic in zip(OFFERS, every("openai"), every("anthropic"), strict=True):
        assert openai["type"] == "function"
        assert openai["function"]["parameters"] == anthropic["input_schema"]
        theirs = convert_to_openai_tool(OFFERS[name].args)["function"]["parameters"]
        ours = openai["function"]["parameters"]
        assert set(theirs.get("properties", {})) == set(ours.get("properties", {}))
        assert theirs.get("required", []) == ours.get("required", [])


def test_the_protocol_lists_the_same_schemas(clips, kept):
    from mcp import Client

    async def listed():
        box = Toolbox.over([clips], settings=settings_in(kept))
        async with Client(server_over(box)) as client:
            return (await client.list_tools()).tools

    for tool, ours in zip(anyio.run(listed), every("json"), strict=True):
        assert tool.name == ours["name"]
        assert tool.description == ours["description"]
        assert tool.input_schema == ours["input_schema"]
        assert tool.output_schema == ours["output_schema"]


def test_an_unknown_form_is_wrong_usage(emer):
    refused = emer("--format", "xml")
    assert refused.exit_code == 2
    assert "json, openai, anthropic" in refused.stderr


def test_a_call_prints_the_answer_as_json(emer, clips):
    status, answer = called(emer, clips, "emer_people", clip="talk.mkv")
    assert status in {0, 3}
    assert [p["id"] for p in answer["people"]] == ["P1", "P2"]
    OFFERS["emer_people"].result.model_validate(answer)
    assert answer["notice"]


def test_arguments_can_come_from_stdin(emer, clips):
    status, answer = called(emer, clips, "emer_media", stdin='{"clip": "talk.mkv"}')
    assert status == 0
    assert answer["media"]["name"] == "talk.mkv"


def test_what_a_model_is_told_can_be_seen(emer, clips):
    done = emer("call", "emer_people", "--args", '{"clip": "talk.mkv"}', "--root", clips, "--text")
    assert done.exit_code == 0
    assert done.stdout.startswith("Clip c")
    assert "Notice: " in done.stdout


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("emer_people", {"clip": "../talk.mkv"}, "ClipRefused"),
        ("emer_people", {"clip": "gone.mkv"}, "ClipRefused"),
        ("emer_people", {}, "ToolCallError"),
        ("emer_delete", {}, "ToolCallError"),
        ("emer_timeline", {"clip": "talk.mkv", "person": "P9"}, "QueryError"),
    ],
)
def test_a_call_that_cannot_be_carried_out_is_a_typed_error_and_wrong_usage(
    emer, clips, name, arguments, kind
):
    status, answer = called(emer, clips, name, **arguments)
    assert status == 2
    assert answer["error"]["type"] == kind
    assert answer["error"]["message"]
    assert answer["error"]["remedy"]


def test_what_it_is_for_is_settled_as_at_every_other_door(emer, clips):
    call = ("call", "emer_report", "--args", '{"clip": "talk.mkv"}', "--root", clips)
    assert "purpose unspecified" in emer(*call).stderr
    told = emer(*call, "--purpose", "research")
    assert "unspecified" not in told.stderr
    assert json.loads(told.stdout)["run"]["purpose"] == "research"
    assert json.loads(emer(*call).stdout)["run"]["purpose"] == "research", "it is kept"
    refused = emer(*call, "--purpose", "workplace")
    assert refused.exit_code == 2
    assert json.loads(refused.stdout)["error"]["type"] == "PurposeError"
    assert "Art. 5(1)(f)" in refused.stderr
    assert emer(*call, "--purpose", "workplace", "--attest", "safety").exit_code in {0, 3}


def test_a_file_that_is_no_media_is_a_failure(emer, clips):
    (clips / "broken.mp4").write_bytes(b"not a clip")
    status, answer = called(emer, clips, "emer_people", clip="broken.mp4")
    (clips / "broken.mp4").unlink()
    assert status == 1
    assert answer["error"]["type"] == "MediaError"


@pytest.mark.parametrize("given", ["{", "[]", "3", '"x"', "null", '{"clip": }', "[" * 100_000])
def test_what_a_model_wrote_that_is_no_object_is_a_typed_error_too(emer, clips, given):
    done = emer("call", "emer_people", "--args", "-", "--root", clips, "-q", stdin=given)
    assert done.exit_code == 2
    error = json.loads(done.stdout)["error"]
    assert error["type"] == "ToolCallError"
    assert "one JSON object" in error["remedy"]


@pytest.mark.parametrize("given", ["", " ", "{}"])
def test_no_arguments_may_be_written_as_nothing(emer, clips, given):
    done = emer("call", "emer_clips", "--args", given, "--root", clips, "-q")
    assert done.exit_code == 0
    assert "talk.mkv" in json.loads(done.stdout)["names"]


def test_a_setting_that_is_wrong_is_a_typed_error_too(emer, clips, monkeypatch):
    monkeypatch.setenv("EMER_FPS", "many")
    status, answer = called(emer, clips, "emer_clips")
    assert status == 2
    assert answer["error"]["type"] == "SettingsError"


def test_listing_needs_no_analysis_and_little_time():
    code = "import sys; from emer.agent.cli import app; app(['tools'], standalone_mode=False)\n"
    code += "assert 'torch' not in sys.modules and 'mcp' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
