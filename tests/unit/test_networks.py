"""Shipped networks: what is run, and what is refused."""

import hashlib
import json
import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from emer.evals.train import golden
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


def test_every_network_has_its_answers_kept():
    stale = [
        name for name in NAMES
        if golden.read().get(name, {}).get("sha256") != golden.digest_of(FOLDER / f"{name}.onnx")
    ]  # fmt: skip
    assert not stale, f"trained anew: run `{golden.COMMAND}`"
    assert set(golden.read()) == set(NAMES), f"run `{golden.COMMAND}`"


@pytest.mark.parametrize("name", NAMES)
def test_threads_and_optimisation_change_nothing_that_matters(name):
    entry = golden.read()[name]
    inputs, kept = golden.inputs_of(load("test", name), entry), entry["outputs"]
    plain = load("test", name, optimised=False).run(**inputs)
    for threads, optimised in product((1, 2), (True, False)):
        network = load("test", name, threads=threads, optimised=optimised)
        found = network.run(**inputs)
        assert len(found) == len(kept)
        for one, other, before in zip(found, plain, kept, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)
            same_as_kept(golden.digested(one), before)


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_answers_depend_on_what_the_network_was_asked(name):
    entry = golden.read()[name]
    network = load("test", name)
    inputs = golden.inputs_of(network, entry)
    other = {
        key: (np.flip(value) if np.issubdtype(value.dtype, np.integer) else value * 0.9)
        for key, value in inputs.items()
    }
    one, another = (golden.digested(network.run(**i)[0])["values"] for i in (inputs, other))
    assert not np.allclose(one, another, rtol=1e-3, atol=1e-4)


def same_as_kept(found, kept):
    assert found["shape"] == kept["shape"]
    for field in ("values", "mean", "spread"):
        np.testing.assert_allclose(
            found[field], kept[field], rtol=1e-3, atol=1e-4, err_msg=f"if meant: {golden.COMMAND}"
        )


def test_an_answer_that_differs_from_the_kept_one_is_noticed():
    kept = golden.digested(np.linspace(0, 1, 200).reshape(2, 100))
    same_as_kept(kept, kept)
    with pytest.raises(AssertionError):
        same_as_kept(golden.digested(np.linspace(0, 1.01, 200).reshape(2, 100)), kept)
    with pytest.raises(AssertionError):
        same_as_kept(golden.digested(np.linspace(0, 1, 200)), kept)


def test_only_networks_that_changed_are_asked_again(tmp_path):
    for file in FOLDER.glob("face_*.*"):
        shutil.copy(file, tmp_path)
    write(tmp_path)
    kept = tmp_path / "kept.txt"
    golden.write(tmp_path, kept)
    first = json.loads(kept.read_text())
    one, *others = sorted(first)
    first[one]["sha256"] = "another"
    for name in (one, *others):
        first[name]["outputs"] = []
    kept.write_text(json.dumps(first))
    golden.write(tmp_path, kept)
    again = json.loads(kept.read_text())
    assert again[one]["outputs"]
    assert not any(again[name]["outputs"] for name in others)
    kept.write_text("<<<<<<< with the marks of a merge")
    golden.write(tmp_path, kept)
    assert all(again["outputs"] for again in json.loads(kept.read_text()).values())


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
