"""The five source roots stay one namespace, and every tool is told of all five."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOTS = ["agent", "evals", "graphs", "memory", "tools"]
TOOL = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
WHEEL = TOOL["hatch"]["build"]["targets"]["wheel"]
LISTED = {
    "hatch packages": [Path(p).parent.name for p in WHEEL["packages"]],
    "hatch dev-mode-dirs": WHEEL["dev-mode-dirs"],
    "mypy_path": TOOL["mypy"]["mypy_path"],
    "pyright extraPaths": TOOL["basedpyright"]["extraPaths"],
    "ruff src": TOOL["ruff"]["src"],
    "coverage source": TOOL["coverage"]["run"]["source"],
    "import-linter": [p.removeprefix("emer.") for p in TOOL["importlinter"]["root_packages"]],
}


@pytest.mark.parametrize("root", ROOTS)
def test_no_portion_claims_the_namespace(root):
    assert not (ROOT / root / "emer/__init__.py").exists(), "this file would hide the other four"
    assert (ROOT / root / "emer" / root / "py.typed").exists()


@pytest.mark.parametrize("where", LISTED)
def test_every_tool_knows_every_root(where):
    assert sorted(LISTED[where]) == ROOTS


def test_the_constraints_name_versions_and_no_address():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [x for x in lines if x and not x.startswith("#")]
    assert len(pins) > 100
    assert all("==" in pin and "://" not in pin for pin in pins)


def test_one_distribution_alone_owns_cv2():
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    owners = [p.partition("==")[0] for p in pins if p.startswith("opencv")]
    assert owners == ["opencv-contrib-python-headless"]
