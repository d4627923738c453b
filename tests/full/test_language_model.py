"""Well-formed garbage of a real model is caught by verification: nothing unverified is printed."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("lmformatenforcer")

from tests.fakes import analysed, flat_good_news
from tests.full.grammar_model import GrammarModel
from tests.full.tiny import language_model as tiny
from tests.synth import picture, tone, write_media

from emer.agent.terminal import plain_report
from emer.graphs.leaks import withheld
from emer.graphs.nodes.verification import MAX_DROPPED
from emer.graphs.verification.report import objections
from emer.tools.quoting import quoted

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny.build(tmp_path_factory.mktemp("tiny_llm") / "llama")


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    path = tmp_path_factory.mktemp("media") / "clip.mkv"
    return write_media(path, pictures=[picture()] * 20, sound=tone(10), rate_hz=2)


@pytest.mark.parametrize("seed", [1, 2])
def test_well_formed_garbage_is_caught_and_counted(folder, media, tmp_path, seed):
    model = GrammarModel(folder=folder, seed=seed)
    report = analysed(media, flat_good_news(), tmp_path, model=model)
    outcomes = {c.task: c.outcome for c in report.run.model_use.calls}
    assert outcomes["explain"] == "answered", report.run.model_use.calls
    written = [c for w in model.written for c in w.get("claims", ())]
    assert written
    shown = plain_report(report)
    held = {c.text for c in report.explanation.claims}
    for claim in written:
        text = " ".join(claim["text"].split())
        if text:
            assert text not in held
            assert len(text) < 4 or text not in shown  # a letter alone stands anywhere
            recorded = withheld(quoted(text), MAX_DROPPED)
            assert any(d.text == recorded and d.reason for d in report.run.dropped), recorded
    assert objections(report) == []
    # of whom the garbage says nothing that holds, the built-in analyst tells, and the report says so
    assert {x.segment for x in report.labels} <= set(report.run.checks.built_in)
    told = any("the built-in analyst tells" in note for note in report.run.notes)
    assert told == bool(report.run.checks.built_in)  # garbage may abstain, which is left at that
