"""``emer memory search`` as a user meets it: nearest cases, their patterns, clear refusals."""

import json

import pytest
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.memory.case import AffectProfile, Case, ModalityAffect
from emer.memory.exchange import export_jsonl
from emer.memory.retrieval import RetrievedCase
from emer.memory.starter import starter_set
from emer.memory.store import CaseStore

FINE = "I am fine, really"
KNOWN = sorted({c.pattern for c in starter_set()[1] if c.pattern})


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("EMER_DATA_DIR", str(tmp_path))
    return tmp_path


def search(*arguments):
    return CliRunner().invoke(app, ["memory", "search", *map(str, arguments)])


def found(*arguments):
    result = search(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return [RetrievedCase.model_validate(one) for one in json.loads(result.stdout)]


def a_case(**changes):
    fields = {
        "situation": "A man is asked how he is",
        "words": FINE,
        "affect": AffectProfile(
            words=ModalityAffect(valence=0.1, arousal=0.0), text_categories=("approval",)
        ),
        "labels": ("tired",),
        "perspective": "speaker",
        "explanation": "The words deny it.",
        "language": "en",
        "provenance": "user",
        "annotator": "me",
        "trust": "user",
    }
    return Case.of(**{**fields, **changes})


def test_each_case_is_shown_with_its_pattern():
    shown = [line for line in search(FINE).stdout.splitlines() if "  C-" in line]
    assert [(id_, pattern) for _, id_, pattern, *_ in map(str.split, shown)] == [
        (f.case.id, f.case.pattern) for f in found(FINE)
    ]


def test_a_case_without_a_pattern_is_shown_with_a_dash(data_dir):
    with CaseStore(data_dir / "memory") as store:
        store.add(a_case())
    assert search(FINE, "-k", 1).stdout.split()[1:4] == [a_case().id, "-", "tired"]


@pytest.mark.parametrize("pattern", ["masking", "polite_anger"])
def test_a_suspected_pattern_brings_its_cases_forward_and_says_so(pattern):
    plain, sought = (found(FINE, "-k", 20, *more) for more in ((), ("--pattern", pattern)))
    rank = [sum(i for i, f in enumerate(of) if f.case.pattern == pattern) for of in (plain, sought)]
    count = [sum(f.case.pattern == pattern for f in of) for of in (plain, sought)]
    assert count[1] > count[0] or rank[1] < rank[0]
    assert {f.case.pattern for f in sought if f"same pattern: {pattern}" in f.why} == {pattern}
    assert f"same pattern: {pattern}" in search(FINE, "--pattern", pattern).stdout


def test_what_was_found_is_complete_as_json():
    (one,) = json.loads(search(FINE, "-k", 1, "--pattern", "masking", "--json").stdout)
    assert set(one) == set(RetrievedCase.model_fields)
    assert set(one["case"]) == set(Case.model_fields)
    assert one["case"]["pattern"] == "masking"


@pytest.mark.parametrize("pattern", ["maskin", "", "Masking", "x; DROP TABLE cases"])
def test_a_pattern_that_no_case_has_is_refused_with_those_that_there_are(pattern):
    result = search(FINE, "--pattern", pattern)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert repr(pattern) in result.stderr
    assert result.stderr.rstrip().endswith(", ".join(KNOWN))


def test_a_pattern_of_ones_own_can_be_searched_for_once_a_case_has_it(data_dir, tmp_path):
    assert search(FINE, "--pattern", "brave_face").exit_code == 2
    with CaseStore(tmp_path / "other", starter=False) as other:
        other.add(a_case(pattern="brave_face"))
        export_jsonl(other, tmp_path / "own.jsonl")
    runner = CliRunner()
    assert runner.invoke(app, ["memory", "import", str(tmp_path / "own.jsonl")]).exit_code == 0
    assert found(FINE, "--pattern", "brave_face", "-k", 1)[0].case.pattern == "brave_face"


def test_a_pattern_alone_is_nothing_to_search_for():
    result = search("--pattern", "masking")
    assert result.exit_code == 2
    assert "nothing to search for" in result.stderr
