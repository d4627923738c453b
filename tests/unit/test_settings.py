"""Settings: which source goes first, and what is said when one of them is wrong."""

from pathlib import Path

import pytest

from emer.agent.settings import Settings, SettingsError, allowed, bounds, limits, origin
from emer.agent.settings.table import default_of, settings_table, unknown_variables
from emer.tools.errors import EmerError


@pytest.fixture
def config_file(tmp_path, monkeypatch):
    """A configuration file that is named by the environment."""
    path = tmp_path / "config.toml"
    path.write_text("")
    monkeypatch.setenv("EMER_CONFIG", str(path))
    return path


def wrong(**values):
    with pytest.raises(SettingsError) as caught:
        Settings(**values)
    return str(caught.value)


def test_an_argument_goes_before_the_environment_and_that_before_the_file(config_file, monkeypatch):
    config_file.write_text("fps = 2\nlanguage = 'de'\nmax_concurrency = 3")
    monkeypatch.setenv("EMER_FPS", "4")
    monkeypatch.setenv("EMER_LANGUAGE", "fr")
    settings = Settings(language="zh")
    told = (settings.language, settings.fps, settings.max_concurrency, settings.cache_days)
    assert told == ("zh", 4.0, 3, 30)


def test_where_a_setting_came_from_is_known(config_file, monkeypatch):
    config_file.write_text("fps = 2\nlanguage = 'de'")
    monkeypatch.setenv("EMER_FPS", "4")
    assert origin("fps") == ("environment", "EMER_FPS")
    assert origin("language") == ("file", str(config_file))
    assert origin("llm") == ("default", "")


def test_an_empty_variable_counts_as_not_set(config_file, monkeypatch):
    config_file.write_text("budget = '20'")
    monkeypatch.setenv("EMER_BUDGET", "")
    monkeypatch.setenv("EMER_DATA_DIR", "")
    assert Settings().budget == "20"
    assert Settings().data_dir == default_of("data_dir")
    assert origin("budget")[0] == "file"


def test_the_environment_can_take_back_what_the_file_sets(config_file, monkeypatch):
    config_file.write_text("language = 'de'")
    monkeypatch.setenv("EMER_LANGUAGE", "none")
    assert Settings().language is None


def test_nothing_is_read_from_the_current_folder(tmp_path, monkeypatch):
    for name in (
        "config.toml",
        "emer.toml",
        ".env",
        "emer/config.toml",
        ".config/emer/config.toml",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("EMER_FPS=9\n" if name == ".env" else "fps = 9\n")
    monkeypatch.chdir(tmp_path)
    assert Settings().fps == 5.0


@pytest.mark.parametrize("folder", [".", "relative", ""])
def test_a_relative_folder_of_settings_is_not_looked_into(tmp_path, monkeypatch, folder):
    for place in ("emer", "relative/emer"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "config.toml").write_text("fps = 9")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", folder)
    assert Settings().fps == 5.0


def test_an_unknown_setting_in_the_file_is_refused_with_the_nearest_one(config_file):
    config_file.write_text("max_concurency = 2")
    said = wrong()
    assert str(config_file) in said
    assert "'max_concurency'" in said
    assert "Did you mean max_concurrency?" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fps = 'fast'", "fps is 'fast', which is wrong: allowed is a number above 0, at most 60"),
        ("fps = true", "fps is true"),
        ("fps = nan", "a number above 0"),
        ("tool_timeout_s = inf", "a number above 0, at most 1,000,000"),
        ("cache_mb = 1.5", "a whole number from 16 to 100,000,000"),
        ("cache = 'maybe'", "allowed is true or false"),
        ("output_language = 'fr'", "allowed is en or zh"),
        ("purpose = 'spying'", "media, workplace or education"),
        ("llm = 5", "rule or provider:model"),
        ("budget = 'soon'", "write 20, or tools=20,wall=1m"),
        ("formats = 'html,htm'", "'htm' is no format; choose among json"),
        ("data_dir = ''", "the current folder"),
        ("[fps]\nrate = 1", "fps is"),
    ],
)
def test_a_wrong_value_in_the_file_names_file_setting_and_what_is_allowed(config_file, line, said):
    config_file.write_text(line)
    text = wrong()
    assert str(config_file) in text
    assert line.strip("[").split(" ")[0].split("]")[0] in text
    assert said in text


def test_a_wrong_variable_is_named_as_it_is_written(monkeypatch):
    monkeypatch.setenv("EMER_FPS", "fast")
    assert wrong().startswith("the setting EMER_FPS is 'fast', which is wrong: allowed is a number")


def test_a_wrong_argument_is_named(config_file):
    assert "the setting fps is -1" in wrong(fps=-1)
    assert "'ffps', which is no setting. Did you mean fps?" in wrong(ffps=1)


def test_a_wrong_setting_is_an_error_that_every_door_knows(config_file):
    config_file.write_text("fps = 0")
    with pytest.raises(EmerError) as caught:
        Settings()
    assert caught.value.remedy
    assert isinstance(caught.value, ValueError)


def test_a_budget_may_be_a_plain_number(config_file):
    config_file.write_text("budget = 20")
    assert limits(Settings().budget) == {"tools_s": 20.0}


def test_formats_are_checked_where_they_are_set(config_file):
    config_file.write_text("formats = 'html, csv'")
    assert Settings().formats == "html, csv"


def test_folders_of_the_file_are_beside_it_wherever_one_stands(config_file, tmp_path, monkeypatch):
    config_file.write_text("data_dir = 'cases'\ncache_dir = '~/kept'")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert Settings().data_dir == tmp_path / "cases"
    assert Settings().cache_dir == Path.home() / "kept"


@pytest.mark.parametrize("name", ["api_key", "openai_token", "PASSWORD", "secret"])
def test_a_key_in_the_file_is_refused_and_not_repeated(config_file, name):
    config_file.write_text(f"{name} = 'sk-abcdef'")
    said = wrong()
    assert "sk-abcdef" not in said
    assert name in said
    assert "environment variable" in said


def test_a_wrong_address_is_told_without_its_password(config_file, monkeypatch):
    config_file.write_text("base_url = ['http://me:hunter2@host/v1?api_key=abc']")
    said = wrong()
    assert "hunter2" not in said
    assert "abc" not in said
    assert "base_url is" in said


def test_a_name_that_would_move_the_cursor_is_told_harmlessly(config_file):
    config_file.write_text('"fps\\u001b[2J\\nx" = 1')
    said = wrong()
    assert "\x1b" not in said
    assert "\n" not in said


def test_the_table_has_every_setting_with_its_source(config_file, monkeypatch):
    config_file.write_text("base_url = 'https://me:hunter2@host/v1?token=abc&x=1'")
    monkeypatch.setenv("EMER_FPS", "4")
    rows = {row.name: row for row in settings_table(Settings())}
    assert set(rows) == set(Settings.model_fields)
    assert rows["base_url"].value == "https://***@host/v1?token=***&x=1"
    assert (rows["fps"].value, rows["fps"].default, rows["fps"].where) == (4.0, 5.0, "EMER_FPS")
    assert all(row.description and row.allowed for row in rows.values())


def test_the_table_of_defaults_reads_nothing(config_file, monkeypatch):
    config_file.write_text("not toml at all")
    monkeypatch.setenv("EMER_FPS", "4")
    rows = {row.name: row for row in settings_table()}
    assert (rows["fps"].value, rows["fps"].origin) == (5.0, "default")


def test_variables_that_are_no_settings_are_found_with_the_one_that_was_meant(monkeypatch):
    monkeypatch.setenv("EMER_LANGAGE", "de")
    monkeypatch.setenv("EMER_XYZZY", "1")
    monkeypatch.setenv("EMER_CONFIG", "/dev/null")
    assert unknown_variables() == {"EMER_LANGAGE": "EMER_LANGUAGE", "EMER_XYZZY": None}


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_what_is_allowed_can_be_said_of_every_setting(name):
    assert allowed(name)


def test_the_documented_table_is_that_of_the_settings():
    page = (Path(__file__).parents[2] / "docs" / "howto" / "configure.md").read_text()
    rows = [x.strip("| ").split(" | ") for x in page.splitlines() if x.startswith("| `")]
    told = {row[0].strip("`"): row[1:] for row in rows}
    settings = {row.name: row for row in settings_table()}
    assert list(told) == list(settings)
    for name, (default, allowed_, description) in told.items():
        row = settings[name]
        assert (allowed_, description) == (row.allowed, row.description)
        if default.startswith("`"):
            assert default.strip("`").casefold() == str(row.default).casefold()
        else:
            assert row.default is None or name.endswith("_dir")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (None, (None, None)),
        ("2", (2, 2)),
        (3, (3, 3)),
        ("2-4", (2, 4)),
        ("2-", (2, None)),
        ("-4", (None, 4)),
    ],
)
def test_a_number_of_speakers_is_a_number_or_a_range(written, meant):
    assert bounds(Settings(speakers=written).speakers) == meant


@pytest.mark.parametrize("written", ["0", "4-2", "many", "-", "2-4-6", "51", ""])
def test_what_is_no_number_of_speakers_is_refused(written):
    assert "speakers" in wrong(speakers=written)
