"""What shells are offered, through the protocol that they speak."""

import os
import subprocess
import sys

import pytest

from emer.agent.command_line import completion
from emer.agent.exports.formats import FORMATS
from emer.agent.settings import Settings
from emer.memory.store import CaseStore

PROGRAM = (
    "import typer\n"
    "from typing import Annotated\n"
    "from emer.agent.command_line import completion as c\n"
    "app = typer.Typer()\n"
    "@app.command()\n"
    "def analyze(\n"
    "    file: str,\n"
    "    formats: Annotated[str, typer.Option('--format', autocompletion=c.formats)] = '',\n"
    "    llm: Annotated[str, typer.Option(autocompletion=c.llms)] = '',\n"
    "    language: Annotated[str, typer.Option('--output-language',"
    " autocompletion=c.output_languages)] = '',\n"
    "    case: Annotated[str, typer.Option(autocompletion=c.cases)] = '',\n"
    ") -> None: ...\n"
    "@app.command()\n"
    "def other() -> None: ...\n"
    "app(prog_name='emer')\n"
)


def asked(shell, typed, program=PROGRAM):
    """Return what the program answers to a shell in which ``typed`` stands before the cursor."""
    words = typed.split(" ")
    variables = {
        "bash": {"COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": typed},
        "fish": {"_TYPER_COMPLETE_ARGS": typed, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60,
        env={**os.environ, "_EMER_COMPLETE": f"complete_{shell}", **variables},
    )  # fmt: skip


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_second_format_is_offered_after_a_comma_and_none_twice(shell):
    answer = asked(shell, "emer analyze a.mp4 --format html,c")
    assert answer.returncode == 0, answer.stderr
    assert "html,csv" in answer.stdout
    assert "html,html" not in answer.stdout
    assert answer.stderr == ""


def test_every_format_is_offered_with_what_it_is():
    assert completion.formats("") == [
        *((f.name, f.about) for f in FORMATS.values()), ("all", "every one of them")
    ]  # fmt: skip
    assert [name for name, _ in completion.formats("html,p")] == ["html,png", "html,parquet"]


def test_languages_and_providers_are_offered():
    assert "zh" in asked("bash", "emer analyze a.mp4 --output-language z").stdout
    assert "openai:" in asked("bash", "emer analyze a.mp4 --llm o").stdout


def test_file_names_are_left_to_the_shell():
    assert asked("bash", "emer analyze exam").stdout.strip() == ""
    assert asked("zsh", "emer analyze exam").stdout.strip() == "_files"


REAL = "import sys; sys.argv[0] = 'emer'; from emer.agent.cli import main; main()"


@pytest.mark.parametrize(
    "typed",
    ["emer analyze exam", "emer analyze a --out fol"],
)
def test_the_real_commands_leave_files_to_the_shell(typed):
    answer = asked("zsh", typed, REAL)
    assert (answer.stdout.strip(), answer.stderr) == ("_files", "")


def test_the_real_commands_are_offered():
    answer = asked("bash", "emer con", REAL)
    assert answer.stdout.split() == ["config"]
    assert "doctor" in asked("bash", "emer ", REAL).stdout.split()


@pytest.mark.parametrize("command", ["analyze a", "export a.emer.json"])
def test_the_real_commands_offer_formats(command):
    answer = asked("bash", f"emer {command} --format html,pn", REAL)
    assert answer.stdout.split() == ["html,png"], answer.stderr


def test_the_memory_commands_offer_what_the_store_has():
    with CaseStore(Settings().data_dir / "memory") as store:
        first, second = sorted(case.id for case in store.cases())[:2]
        pattern = store.patterns()[0]
    assert first in asked("bash", f"emer memory show {first[:6]}", REAL).stdout.split()
    typed = f"emer memory forget {first} {second[:6]}"
    assert second in asked("bash", typed, REAL).stdout.split()
    typed = f"emer memory search --pattern {pattern[:3]}"
    assert pattern in asked("bash", typed, REAL).stdout.splitlines()


def test_ids_of_cases_are_offered():
    with CaseStore(Settings().data_dir / "memory") as store:
        ids = sorted(case.id for case in store.cases())
    offered = [name for name, _ in completion.cases(ids[0][:5])]
    assert ids[0] in offered
    assert all(name.startswith(ids[0][:5]) for name in offered)
    assert ids[0] in asked("bash", f"emer analyze a --case {ids[0][:6]}").stdout


def test_patterns_of_cases_are_offered():
    with CaseStore(Settings().data_dir / "memory") as store:
        known = set(store.patterns())
    assert {name for name, _ in completion.patterns("")} == known
    assert known


def test_the_folder_of_cases_is_the_one_that_is_set(tmp_path, monkeypatch):
    file = tmp_path / "config.toml"
    file.write_text("data_dir = 'mine'")
    monkeypatch.setenv("EMER_CONFIG", str(file))
    assert completion._data_dir() == Settings().data_dir == tmp_path / "mine"
    monkeypatch.setenv("EMER_DATA_DIR", str(tmp_path / "other"))
    assert completion._data_dir() == Settings().data_dir == tmp_path / "other"


@pytest.mark.parametrize("content", ["not toml", "data_dir = 5"])
def test_a_wrong_configuration_offers_nothing_and_says_nothing(tmp_path, monkeypatch, content):
    file = tmp_path / "config.toml"
    file.write_text(content)
    monkeypatch.setenv("EMER_CONFIG", str(file))
    assert completion.cases("C-") == []
    answer = asked("bash", "emer analyze a --case C")
    assert (answer.stdout.strip(), answer.stderr) == ("", "")


def test_a_damaged_store_offers_nothing():
    file = Settings().data_dir / "memory" / "cases.sqlite3"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"damaged" * 1000)
    assert completion.cases("") == []


def test_without_a_store_none_is_made():
    assert completion.cases("C-") == []
    assert not Settings().data_dir.exists()


def test_help_beside_a_case_moves_no_cursor(monkeypatch):
    assert completion._plain("a\x1b[2J\nb") == "a[2Jb"


@pytest.mark.parametrize("name", ["formats", "llms", "output_languages", "cases", "sessions"])
def test_nothing_heavy_is_imported_for_an_answer(name):
    code = (
        f"import sys; from emer.agent.command_line import completion; completion.{name}('');"
        "print([m for m in ('numpy', 'av', 'pydantic', 'rich', 'langchain_core') "
        "if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert answer.stdout.strip() == "[]", answer.stderr
