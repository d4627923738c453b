"""What the documents say is what the program does."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emer.agent.cards import cards_page
from emer.agent.cli import app
from emer.agent.commands_page import commands_page

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_page_of_cards_is_up_to_date():
    page = (ROOT / "docs" / "specialists.md").read_text()
    assert page == cards_page(), "run: python -m emer.agent.cards > docs/specialists.md"


def test_the_page_of_commands_is_up_to_date():
    page = (ROOT / "docs" / "commands.md").read_text()
    assert page == commands_page(), "run: python -m emer.agent.commands_page > docs/commands.md"


def test_every_option_that_the_readme_names_exists():
    runner = CliRunner()
    pages = [
        runner.invoke(app, page).stdout
        for page in (
            ["--help"],
            ["analyze", "--help"],
            ["export", "--help"],
            ["tools", "call", "--help"],
        )
    ]
    helped = " ".join(pages)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert named
    assert {o for o in named if o not in helped} == set()


def test_every_make_target_that_the_readme_names_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_that_the_documents_link_to_exists():
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), ROOT / "examples" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.fixture
def known(known_sample, monkeypatch, tmp_path):
    """The sample was analysed before: what is shown of it is at stake, not the measuring."""
    monkeypatch.setenv("EMER_CACHE_DIR", str(known_sample(tmp_path / "cache")))


def test_the_python_snippet_of_the_readme_runs(known, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(snippet, "README.md", "exec"), {})
    assert "P1" in capsys.readouterr().out


def test_the_shown_report_is_true(known, monkeypatch, capsys):
    """The README's excerpt stands in what the demo prints; numbers may differ in a last digit."""
    monkeypatch.chdir(ROOT)
    from emer.agent import analyze
    from emer.agent.terminal import plain_report

    def without_numbers(text):
        return re.sub(r"\d+(\.\d+)?|-[0-9a-f]{8}\b", "#", " ".join(text.split()))

    (excerpt,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    printed = plain_report(analyze("examples/sample.mp4"), width=100)
    assert without_numbers(excerpt) in without_numbers(printed)


def test_the_schema_document_is_up_to_date():
    kept = json.loads((ROOT / "docs" / "report.schema.json").read_text())
    assert kept == json.loads(CliRunner().invoke(app, ["schema"]).stdout), (
        "run: emer schema > docs/report.schema.json"
    )
