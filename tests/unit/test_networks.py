"""Shipped networks: what is run, and what is refused."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from emer.evals.train.sums import FOLDER, write
from emer.tools.errors import ToolUnavailable
from emer.tools.networks import SUMS, check, load, read_checked, sums

NAMES = sorted(p.stem for p in FOLDER.glob("*.onnx"))


def test_every_file_of_weights_is_listed_with_its_digest():
    listed = sums((FOLDER / SUMS).read_text())
    present = {p.name for p in FOLDER.iterdir() if p.suffix in {".onnx", ".json"}}
    assert set(listed) == present
    for name, digest in listed.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


def test_all_weights_together_are_small():
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) <= 12_000_000


@pytest.mark.parametrize("name", NAMES)
def test_every_network_has_a_complete_card(name):
    card = load("test", name).card
    for field in ("purpose", "inputs", "outputs", "trained_on", "split", "metrics", "training"):
        assert getattr(card, field), field
    assert card.limits
    assert "RAVDESS" not in card.trained_on or not card.commercial_use


@pytest.mark.parametrize("name", NAMES)
def test_threads_and_optimisation_change_nothing_that_matters(name):
    inputs = example_inputs(load("test", name).session)
    plain = load("test", name, optimised=False).run(**inputs)
    for threads in (1, 2):
        for one, other in zip(
            plain, load("test", name, threads=threads).run(**inputs), strict=True
        ):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def example_inputs(session):
    """Make inputs of the declared shapes, free sizes being 3, with a fixed seed."""
    kinds = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(uint8)": np.uint8,
             "tensor(int32)": np.int32}  # fmt: skip
    rng = np.random.default_rng(3)
    made = {}
    for one in session.get_inputs():
        shape = [n if isinstance(n, int) else 3 for n in one.shape]
        kind = kinds[one.type]
        whole = np.issubdtype(kind, np.integer)
        made[one.name] = (rng.integers(0, 3, shape) if whole else rng.random(shape)).astype(kind)
    return made


@pytest.fixture
def folder(tmp_path):
    """A copy of the folder of weights with one small network."""
    (tmp_path / "one.onnx").write_bytes(b"no network")
    (tmp_path / "one.json").write_text(json.dumps({"card": {}, "settings": {}}))
    write(tmp_path)
    return tmp_path


def test_an_unaltered_file_passes_the_check(folder):
    check("voice", "one", folder)


@pytest.mark.parametrize("name", ["one.onnx", "one.json"])
def test_an_altered_file_is_refused_with_a_remedy(folder, name):
    with (folder / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ToolUnavailable, match="damaged") as error:
        check("voice", "one", folder)
    assert "Reinstall" in str(error.value.remedy)


def test_missing_weights_and_a_missing_list_are_refused(folder):
    with pytest.raises(ToolUnavailable, match="missing"):
        check("voice", "another", folder)
    (folder / SUMS).unlink()
    with pytest.raises(ToolUnavailable, match="missing"):
        check("voice", "one", folder)


def test_a_file_that_nobody_listed_is_refused(folder):
    shutil.copy(folder / "one.onnx", folder / "two.onnx")
    with pytest.raises(ToolUnavailable, match="damaged"):
        read_checked("voice", "two.onnx", Path(folder))


def test_a_listed_file_that_is_no_network_is_refused(folder):
    with pytest.raises(ToolUnavailable, match="cannot be loaded"):
        load("voice", "one", folder=folder)
