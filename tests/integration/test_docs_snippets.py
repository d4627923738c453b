"""Every snippet of the documentation runs, page by page, as a reader would run it.

A page's snippets run in order in one folder that holds ``sample.mp4``, also as
``examples/sample.mp4``, and a folder ``clips``. Those after ``<!-- no-run -->`` need what a test may not
have: a network, a key, a terminal. ``make`` sets an environment up, in which these tests run. What
asks nothing of a shell runs in this process: the imports of each command would be most of the time.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.agent.command_line.installed import register

ROOT = Path(__file__).parents[2]
FENCE = re.compile(
    r"^(?P<apart><!-- no-run -->\n)?```(?P<kind>\w+)\n(?P<code>.*?)^```$", re.M | re.S
)
PAGES = [
    p
    for p in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if FENCE.search(p.read_text())
]
PRELUDE = 'emer() { command emer "$@" || [ $? -eq 3 ]; }\n'
"""Exit status 3 is no failure: something was left out, and said."""
OF_A_SHELL = set("|<>&;$`\\")


@pytest.fixture(scope="module", autouse=True)
def _every_command():
    register(app)


@pytest.fixture(scope="module")
def cache(known_sample, tmp_path_factory):
    return known_sample(tmp_path_factory.mktemp("snippets") / "cache")


def snippets(page):
    found = [m for m in FENCE.finditer(page.read_text()) if m["kind"] in {"sh", "python"}]
    return [
        (m["kind"], m["code"])
        for m in found
        if not m["apart"] and not m["code"].startswith("make ")
    ]


def steps(kind, code):
    """Return a snippet in steps: one for each line if each is a command of ours by itself."""
    lines = code.splitlines()
    if kind == "sh" and all(line.startswith("emer ") and line[-1] != "\\" for line in lines):
        return [("emer" if not OF_A_SHELL & set(line) else "sh", line) for line in lines]
    return [(kind, code)]


@pytest.mark.parametrize("page", [p for p in PAGES if snippets(p)], ids=lambda p: p.stem)
def test_the_snippets_of_the_page_run(page, tmp_path, cache, monkeypatch):
    shutil.copy(ROOT / "examples" / "sample.mp4", tmp_path)
    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "sample.mp4", tmp_path / "examples")
    (tmp_path / "clips").mkdir()
    shutil.copy(ROOT / "examples" / "sample.mp4", tmp_path / "clips" / "interview.mp4")
    (tmp_path / "clips" / "broken.mp4").write_bytes(b"not a clip")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "home" / "config"),
        "EMER_CACHE_DIR": str(cache), "EMER_DATA_DIR": str(tmp_path / "data"),
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    for kind, code in [step for snippet in snippets(page) for step in steps(*snippet)]:
        if kind == "emer":
            told = CliRunner().invoke(app, shlex.split(code, comments=True)[1:])
            assert told.exit_code in {0, 3}, f"{page.name}:\n{code}\n{told.output[-2000:]}"
            continue
        call = ["bash", "-euc", PRELUDE + code] if kind == "sh" else [sys.executable, "-c", code]
        done = subprocess.run(call, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{page.name}:\n{code}\n{done.stderr[-2000:]}"


def test_the_site_builds_without_a_warning(tmp_path):
    pytest.importorskip("mkdocs", reason="the documentation tools are not installed")
    pytest.importorskip("material", reason="the documentation tools are not installed")
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path / "site")]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        fetched = re.findall(
            r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)"', page.read_text()
        )
        assert not [f for f in fetched if "canonical" not in f], page.name
        assert "```" not in page.read_text(), f"{page.name} has a fence that is no code block"
