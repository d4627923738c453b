"""``emer config`` as a user meets it."""

import json

import pytest
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.agent.settings import Settings
from emer.agent.settings.config_file import config_path


def emer_config(*args):
    return CliRunner().invoke(app, ["config", *args])


def test_every_setting_is_shown_with_its_value_and_source(monkeypatch):
    monkeypatch.setenv("EMER_FPS", "3")
    config_path().parent.mkdir(parents=True)
    config_path().write_text("language = 'de'")
    shown = emer_config("show")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == f"Configuration file: {config_path()}"
    rows = {line.split()[0]: line.split()[1:] for line in lines[2::2]}
    assert list(rows) == list(Settings.model_fields)
    assert rows["fps"] == ["EMER_FPS", "3.0"]
    assert rows["language"] == ["the", "file", "'de'"]
    assert rows["llm"] == ["default", "'rule'"]
    assert rows["budget"] == ["default", "not", "set"]


def test_the_columns_stand_in_line_whatever_is_set(monkeypatch):
    monkeypatch.setenv("EMER_TOOL_TIMEOUT_S", "90")
    monkeypatch.setenv("EMER_CACHE_DIR", "/a/folder/with/a/name/that/is/much/longer/than/most")
    rows = emer_config("show").stdout.splitlines()[2::2]
    names = max(len(name) for name in Settings.model_fields)
    assert {row[names : names + 2] for row in rows} == {"  "}
    starts = {row.index(row.split("  ")[-1].strip()) for row in rows}
    assert len(starts) == 1


def test_the_same_is_there_as_json(monkeypatch):
    monkeypatch.setenv("EMER_CACHE", "false")
    told = json.loads(emer_config("show", "--json").stdout)
    assert told["schema_version"] == "1.0"
    assert (told["file"], told["file_exists"]) == (str(config_path()), False)
    rows = {row["name"]: row for row in told["settings"]}
    assert (rows["cache"]["value"], rows["cache"]["where"]) == (False, "EMER_CACHE")
    assert rows["fps"]["value"] == rows["fps"]["default"] == 5.0


def test_passwords_in_addresses_are_never_shown(monkeypatch):
    monkeypatch.setenv("EMER_BASE_URL", "https://me:hunter2@host/v1?api_key=abcdef")
    for args in (["show"], ["show", "--json"]):
        shown = emer_config(*args)
        assert "hunter2" not in shown.output
        assert "abcdef" not in shown.output
        assert "https://***@host/v1" in shown.output


def test_a_variable_that_changes_nothing_is_told_of_beside_the_answer(monkeypatch):
    monkeypatch.setenv("EMER_OUTPUT_LANGAGE", "zh")
    shown = emer_config("show")
    assert "did you mean EMER_OUTPUT_LANGUAGE?" in shown.stderr
    assert "LANGAGE" not in shown.stdout


def test_a_wrong_file_ends_every_command_that_needs_it_with_status_two(tmp_path):
    config_path().parent.mkdir(parents=True)
    config_path().write_text("fsp = 3")
    media = tmp_path / "a.wav"
    media.write_bytes(b"x")
    for args in (["config", "show"], ["analyze", str(media)]):
        result = CliRunner().invoke(app, args)
        assert result.exit_code == 2, args
        assert "'fsp', which is no setting. Did you mean fps?" in result.stderr
        assert result.stdout == ""


def test_what_is_allowed_is_shown_even_then():
    config_path().parent.mkdir(parents=True)
    config_path().write_text("fsp = 3")
    shown = emer_config("show", "--defaults")
    assert shown.exit_code == 0
    assert "allowed: a number above 0, at most 60" in shown.stdout


def test_the_path_is_printed_alone():
    shown = emer_config("path")
    assert shown.stdout == f"{config_path()}\n"


def test_without_a_place_the_path_is_an_error(monkeypatch):
    monkeypatch.setenv("EMER_CONFIG", "/dev/null")
    for args in (["path"], ["init"]):
        assert emer_config(*args).exit_code == 1
    assert emer_config("show").stdout.startswith("Configuration file: none")


def test_a_file_is_written_that_changes_nothing_yet():
    assert emer_config("init").exit_code == 0
    rows = json.loads(emer_config("show", "--json").stdout)["settings"]
    assert {row["origin"] for row in rows} == {"default"}
    text = config_path().read_text()
    assert all(f"\n#{name} = " in text for name in Settings.model_fields)
    assert max(map(len, text.splitlines())) < 200
    assert [p.name for p in config_path().parent.iterdir()] == ["config.toml"]


def test_a_file_that_is_there_is_kept_unless_forced():
    config_path().parent.mkdir(parents=True)
    config_path().write_text("fps = 3")
    refused = emer_config("init")
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert config_path().read_text() == "fps = 3"
    assert emer_config("init", "--force").exit_code == 0
    assert "#fps = 5.0" in config_path().read_text()


def test_the_file_that_the_environment_names_is_written_where_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("EMER_CONFIG", str(tmp_path / "new" / "mine.toml"))
    assert emer_config("show").exit_code == 2
    assert emer_config("init").exit_code == 0
    assert (tmp_path / "new" / "mine.toml").is_file()
    assert emer_config("show").exit_code == 0


def test_a_link_into_a_folder_of_dotfiles_stays_a_link(tmp_path, monkeypatch):
    (tmp_path / "dotfiles.toml").write_text("fps = 3")
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "dotfiles.toml")
    monkeypatch.setenv("EMER_CONFIG", str(link))
    assert emer_config("init", "--force").exit_code == 0
    assert link.is_symlink()
    assert "#fps" in (tmp_path / "dotfiles.toml").read_text()


@pytest.mark.parametrize("kind", ["folder", "under a file"])
def test_what_cannot_be_written_is_told_of_and_nothing_left_behind(tmp_path, monkeypatch, kind):
    path = tmp_path / "place"
    if kind == "folder":
        path.mkdir()
    else:
        path.write_text("")
        path = path / "mine.toml"
    monkeypatch.setenv("EMER_CONFIG", str(path))
    result = emer_config("init", "--force")
    assert result.exit_code in {1, 2}
    assert str(path) in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["place"]


@pytest.mark.parametrize(
    "command",
    [
        ["memory", "list"], ["memory", "search", "hello"], ["memory", "forget", "C-1"],
        ["cache", "stats"], ["export", "r.emer.json", "--format", "csv"], ["analyze", "a.mp4"],
        ["analyze", ".", "--dry-run"], ["config", "show"],
    ],
)  # fmt: skip
def test_a_wrong_setting_ends_every_command_with_status_2_and_the_remedy(command, monkeypatch):
    monkeypatch.setenv("EMER_FPS", "many")
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2, result.output
    assert "EMER_FPS is 'many'" in result.stderr
    assert "emer config show --defaults" in result.stderr
