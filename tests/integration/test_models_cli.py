"""``emer models``, and the settings that choose devices, engines and models."""

import json
import os
import pty
import subprocess

import pytest
from tests.hubs import COMMIT, Hub, as_toml, command, run
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.agent.command_line import completion
from emer.tools.models.catalogue import shipped

NON_COMMERCIAL = {"licence": "CC-BY-NC-SA-4.0", "commercial_use": False}


@pytest.fixture
def models_dir(tmp_path, monkeypatch):
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("EMER_MODELS_DIR", str(folder))
    return folder


@pytest.fixture
def hub(tmp_path, monkeypatch, models_dir):
    one = Hub(tmp_path / "hub")
    one.put()
    monkeypatch.setenv("HF_ENDPOINT", one.address)
    (models_dir / "models.toml").write_text(
        as_toml("voice") + as_toml("research-voice", **NON_COMMERCIAL)
    )
    yield one
    one.close()


def emer(*arguments):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def test_the_list_tells_size_licence_engines_and_what_is_not_for_commercial_use(models_dir):
    shown = emer("models", "list", "--all").stdout
    lines = {line.split()[1]: line for line in shown.splitlines() if not line.startswith("   " * 3)}
    assert set(lines) >= set(shipped())
    assert "NOT for commercial use" in lines["audeering-dim"]
    assert "gated" in lines["pyannote-community-1"]
    assert "pickled" in lines["pyannote-community-1"]
    assert "for faces.yunet" in lines["yunet"]


def test_what_ships_with_the_package_is_listed_with_its_licence(models_dir):
    shown = json.loads(emer("models", "list", "--json").stdout)
    ours = {m["serves"][0]: m for m in shown["models"] if m["state"] == "shipped"}
    assert ours["text_emotion.hashed_network"]["licence"] == "Apache-2.0"
    assert all(m["commercial_use"] in (True, False) and m["revision"] for m in ours.values())
    assert {m["state"] for m in shown["models"]} == {"shipped", "not_here"}


def test_only_first_choices_are_listed_unless_all_are_asked_for(models_dir):
    few = emer("models", "list")
    assert "whisper-large-v3-turbo" in few.stdout
    assert "whisper-tiny" not in few.stdout
    assert "more: emer models list --all" in few.stderr


def test_the_list_shows_nothing_that_a_terminal_would_act_on(models_dir):
    (models_dir / "models.toml").write_text(as_toml("odd", licence="x\x1b[2Jy"))
    assert "\x1b" not in emer("models", "list").stdout


def test_a_wrong_table_of_the_users_is_one_sentence(models_dir):
    (models_dir / "models.toml").write_text("[a")
    for arguments in (["list"], ["verify"], ["path", "a"], ["pull", "--all"]):
        shown = emer("models", *arguments)
        assert shown.exit_code in (1, 2)
        assert "models.toml is not TOML" in shown.stderr


def test_a_model_goes_from_the_hub_to_the_disk_and_away_again(hub):
    pulled = run("models", "pull", "voice", "--json")
    assert pulled.returncode == 0, pulled.stderr
    (told,) = json.loads(pulled.stdout)
    assert (told["name"], told["here"], told["revision"]) == ("voice", True, COMMIT)
    assert "fetching voice" in pulled.stderr
    assert f"revision {COMMIT[:12]}" in pulled.stderr
    listed = {m["name"]: m for m in json.loads(emer("models", "list", "--json").stdout)["models"]}
    assert (listed["voice"]["state"], listed["voice"]["pulled"]) == ("here", True)
    assert emer("models", "path", "voice").stdout.strip() == told["path"]
    verified = emer("models", "verify")
    assert verified.exit_code == 0
    assert verified.stdout.count("matches") == 2
    hub.forget_requests()
    assert "is here already" in run("models", "pull", "voice").stderr
    assert hub.asked() == []
    assert emer("models", "rm", "voice").exit_code == 2  # nobody is there to be asked
    assert emer("models", "rm", "voice", "--yes").exit_code == 0
    assert emer("models", "path", "voice").exit_code == 1


def test_what_does_not_match_is_the_exit_status_of_verify(hub):
    pulled = json.loads(run("models", "pull", "voice", "--json", "-q").stdout)
    with open(f"{pulled[0]['path']}/config.json", "w") as file:
        file.write("{}")
    shown = emer("models", "verify", "voice")
    assert shown.exit_code == 1
    assert "differs" in shown.stdout
    assert "emer models pull voice" in shown.stderr


def test_a_licence_without_commercial_use_needs_a_yes(hub):
    refused = run("models", "pull", "research-voice")
    assert refused.returncode == 1
    assert "CC-BY-NC-SA-4.0, does not allow commercial use" in refused.stderr
    assert "--accept-licence" in refused.stderr
    assert hub.asked() == []
    assert run("models", "pull", "research-voice", "--accept-licence").returncode == 0


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 1)])
def test_at_a_terminal_the_licence_is_asked_for(hub, answer, status):
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        command("models", "pull", "research-voice"), stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "HF_HUB_OFFLINE": "0", "TERM": "xterm", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    os.write(mine, answer.encode())
    shown = b""
    while True:
        try:
            data = os.read(mine, 4096)
        except OSError:  # the other side has ended
            break
        shown += data
    os.close(mine)
    assert process.wait(timeout=60) == status
    assert b"Do you accept that?" in shown
    assert bool(hub.asked()) == (status == 0)


def test_one_that_fails_does_not_stop_the_others(hub):
    shown = run("models", "pull", "research-voice", "voice", "--json", "-q")
    assert shown.returncode == 3
    told = {o["name"]: o for o in json.loads(shown.stdout)}
    assert told["voice"]["here"]
    assert "consent" in told["research-voice"]["problem"]
    assert told["research-voice"]["remedy"]


def test_models_are_pulled_by_specialist_too(hub):
    shown = run("models", "pull", "--for", "voice_affect", "-q", "--json", "--accept-licence")
    assert [o["name"] for o in json.loads(shown.stdout)] == ["research-voice"]
    unknown = emer("models", "pull", "--for", "taste")
    assert unknown.exit_code == 2
    assert "voice_affect" in unknown.stderr


def test_a_user_who_keeps_the_hub_off_is_not_overruled(hub):
    shown = run("models", "pull", "voice", HF_HUB_OFFLINE="1")
    assert shown.returncode == 1
    assert "HF_HUB_OFFLINE is set" in shown.stderr
    assert hub.asked() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pull", "voise"], "Did you mean voice?"),
        (["path", "nothing-like-it"], "emer models list --all"),
        (["pull", "voice", "--all"], "give names, or --for, or --all"),
        (["pull"], "name models, or give --for TOOL or --all"),
    ],
)
def test_wrong_usage_says_what_is_right(hub, arguments, said):
    shown = emer("models", *arguments)
    assert shown.exit_code == 2
    assert said in shown.stderr


def test_a_page_with_another_licence_than_the_table_is_told(hub):
    hub.behave(licence="cc-by-nc-4.0")
    assert (
        "gives the licence as cc-by-nc-4.0, our table as MIT"
        in run("models", "pull", "voice").stderr
    )


def test_what_was_not_pulled_by_us_is_not_removed(models_dir):
    (models_dir / "yunet").mkdir()
    file = models_dir / "yunet" / "face_detection_yunet.onnx"
    file.write_bytes(b"x")
    shown = emer("models", "rm", "yunet", "--yes")
    assert shown.exit_code == 1
    assert "was not pulled by emer" in shown.stderr
    assert file.exists()
    assert "not pinned" in emer("models", "verify", "yunet").stdout


def test_names_are_completed(models_dir):
    (models_dir / "models.toml").write_text(as_toml("voice"))
    assert ("voice", "Hears how a voice sounds.") in completion.models("vo")
    assert {name for name, _ in completion.models("")} == {*shipped(), "voice"}
    assert ("faces.yunet", "") in completion.served("fac")
    assert [name for name, _ in completion.devices("c")] == ["cpu", "cuda", "cuda:1"]


# --- settings that choose engines ------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--device", "gpu"], "allowed is auto, cpu, cuda or cuda:N"),
        (["--engine", "voice_affect"], "write name=value"),
        (["--engine", "taste=tongue"], "There are: "),
        (["--engine", "voice_affect=large"], "There are: prosody."),
    ],
)
def test_a_device_or_engine_that_does_not_exist_is_wrong_usage(tmp_path, arguments, said):
    clip = tmp_path / "a.wav"
    clip.write_bytes(b"")
    for more in ([], [str(tmp_path)]):  # one file, and many
        shown = emer("analyze", str(clip), *more, "-q", "--out", str(tmp_path / "o"), *arguments)
        assert shown.exit_code == 2, shown.stderr
        assert said in shown.stderr
