"""The configuration file as a thing on disk: missing, unreadable, huge, or not a file at all."""

import os
import tomllib

import pytest

from emer.agent.settings import Settings
from emer.agent.settings.config_file import MAX_BYTES, SettingsError, config_path, read_config
from emer.agent.settings.table import as_toml, default_of, settings_table, template


@pytest.fixture
def named(tmp_path, monkeypatch):
    """The path that the environment names; nothing is there yet."""
    path = tmp_path / "mine.toml"
    monkeypatch.setenv("EMER_CONFIG", str(path))
    return path


def problem():
    with pytest.raises(SettingsError) as caught:
        Settings()
    told = str(caught.value)
    assert "\n" not in told
    return told


def test_without_a_file_there_are_the_defaults():
    assert not config_path().exists()
    assert read_config() == {}
    assert Settings().llm == "rule"


def test_the_file_in_the_users_folder_of_settings_is_read():
    path = config_path()
    assert path.parts[-2:] == ("emer", "config.toml")
    path.parent.mkdir(parents=True)
    path.write_text("fps = 7")
    assert Settings().fps == 7.0


def test_a_file_that_is_named_and_missing_is_an_error(named):
    assert f"EMER_CONFIG names {named}, and there is no such file" in problem()


def test_the_null_device_means_that_no_file_is_wanted(monkeypatch):
    usual = config_path()
    usual.parent.mkdir(parents=True)
    usual.write_text("fps = 7")
    monkeypatch.setenv("EMER_CONFIG", os.devnull)
    assert config_path() is None
    assert Settings().fps == 5.0


def test_a_home_sign_is_understood(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.toml").write_text("fps = 7")
    monkeypatch.setenv("EMER_CONFIG", "~/mine.toml")
    assert Settings().fps == 7.0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"fps = ", "is not TOML"),
        (b"fps = 1\nfps = 2", "is not TOML"),
        (b"fps = 1\x00", "is not TOML"),
        (b"# caf\xe9", "is not UTF-8 text (byte 5)"),
        ("fps = 1".encode("utf-16"), "is not UTF-8 text"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
        (b"#" * (MAX_BYTES + 1), "is larger than"),
        (b"cache_days = " + b"9" * 5000, "is not TOML"),
    ],
)
def test_a_file_that_cannot_be_understood_is_told_of_in_one_sentence(named, content, said):
    named.write_bytes(content)
    told = problem()
    assert said in told
    assert str(named) in told
    assert len(told) < 400


def test_a_file_from_another_editor_is_read(named):
    named.write_bytes("\ufefffps = 7\r\nlanguage = 'de'\r\n".encode())
    assert (Settings().fps, Settings().language) == (7.0, "de")


def test_a_folder_in_its_place_is_told_of(named):
    named.mkdir()
    assert "it is a folder" in problem()


def test_a_pipe_in_its_place_is_told_of_and_not_waited_for(named):
    os.mkfifo(named)
    assert "a device, pipe or socket" in problem()


def test_an_endless_device_is_not_read(monkeypatch):
    monkeypatch.setenv("EMER_CONFIG", "/dev/zero")
    assert "a device, pipe or socket" in problem()


def test_a_file_without_permission_is_told_of(named, monkeypatch):
    named.write_text("fps = 7")

    def refused(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("emer.agent.settings.config_file.os.open", refused)
    assert "cannot be read (Permission denied)" in problem()


def test_no_file_stays_open(named):
    named.write_text("fps = 7")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(5):
        Settings()
    after = len(os.listdir("/proc/self/fd")) if before else 0
    assert after == before


def test_the_template_sets_nothing_as_it_is(named):
    named.write_text(template())
    assert tomllib.loads(template()) == {}
    assert {row.origin for row in settings_table(Settings())} == {"default"}


def test_the_template_with_every_mark_removed_is_valid_and_holds_the_defaults(named):
    lines = [x[1:] if x.startswith("#") and x[1] != " " else x for x in template().splitlines()]
    named.write_text("\n".join(lines))
    told = tomllib.loads(named.read_text())
    assert set(told) == set(Settings.model_fields)
    settings = Settings()
    for name in told:
        if default_of(name) is not None:
            assert getattr(settings, name) == default_of(name), name


@pytest.mark.parametrize(
    "text", ["plain", "it's", 'say "no"', "a\\b", "tab\there", "new\nline", "\x1b[31m", "é中"]
)
def test_every_text_survives_being_written_as_toml(text):
    assert tomllib.loads(f"x = {as_toml(text)}")["x"] == text
