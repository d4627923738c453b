"""Which way labels point, and that no answer contradicts them."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.descriptions import load
from tests.scripted import ScriptedModel
from tests.whole_reports import reported

from emer.graphs.nodes.polarity import tell_polarity
from emer.graphs.report import Label, Polarity
from emer.graphs.rule.writing.polarity import side_of
from emer.graphs.state import Context, Request
from emer.graphs.verification.polarity import polarity_problem
from emer.graphs.verification.report import objections


@pytest.mark.parametrize(
    ("labels", "side"),
    [
        ([("happy", 0.8)], "positive"), ([("sad", 0.5), ("angry", 0.4)], "negative"),
        ([("happy", 0.6), ("sad", 0.5)], "mixed"), ([("happy", 0.9), ("sad", 0.1)], "positive"),
        ([("calm", 0.4), ("furious", 0.6)], "mixed"), ([("indifferent", 0.5)], "neutral"),
        ([("flumbous", 0.9)], None), ([("flumbous", 0.9), ("sad", 0.1)], "negative"), ([], None),
    ],
)  # fmt: skip
def test_labels_point_where_their_valence_lies_weighed_by_score(labels, side):
    assert side_of(labels) == side


@pytest.mark.parametrize(
    ("labels", "stands"),
    [
        ([("happy", 0.8)], {"positive"}), ([("sad", 0.8)], {"negative"}),
        ([("happy", 0.6), ("sad", 0.5)], {"positive", "mixed"}),
        ([("indifferent", 0.8)], {"neutral"}), ([("indifferent", 0.8), ("sad", 0.2)], {"neutral", "negative"}),
        ([("flumbous", 0.9)], {"positive", "negative", "neutral", "mixed"}),
    ],
)  # fmt: skip
def test_a_polarity_that_the_labels_contradict_does_not_stand(labels, stands):
    sides = ("positive", "negative", "neutral", "mixed")
    assert {s for s in sides if polarity_problem(s, labels) is None} == stands


def label(word, segment="S1", subject="P1", score=0.8):
    return Label(
        label=word, shown=word, perspective="speaker", score=score, intensity=0.5, evidence=("E1",),
        subject=subject, segment=segment, start_s=0, end_s=1,
    )  # fmt: skip


def told(*labels, answer=None):
    """Return what is told of labels by a model that answers so, and what it was asked."""
    model = ScriptedModel(script={"polarity": answer} if answer else {})
    context = Context(
        request=Request(path=Path("clip")), workspace=Path(), model=model, model_name="scripted",
        specialists={},
    )  # fmt: skip
    state = {"labels": list(labels), "claims": []}
    return tell_polarity(state, SimpleNamespace(context=context)), model.seen


def test_a_model_is_given_labels_and_no_words():
    update, (asked,) = told(label("happy"), label("sad", "S2", "P2"))
    assert asked.keys() == {"kind", "labels"}
    assert asked["labels"][0].keys() == {"segment", "subject", "label", "score", "claims"}
    assert [(p.subject, p.segment, p.polarity) for p in update["polarity"]] == [
        ("P1", None, "positive"), ("P2", None, "negative"), ("P1", "S1", "positive"),
        ("P2", "S2", "negative"),
    ]  # fmt: skip


def test_an_answer_that_contradicts_the_labels_is_replaced_and_told():
    def upside_down(task, answer):
        return {
            "of_segments": [{"segment": "S1", "polarity": "negative"}, {"segment": "S9", "polarity": "mixed"}],
            "of_persons": [{"subject": "P1", "polarity": "neutral"}],
        }  # fmt: skip

    update, _ = told(label("happy"), answer=upside_down)
    assert {p.polarity for p in update["polarity"]} == {"positive"}
    assert len(update["polarity"]) == 2
    assert len(update["dropped"]) == 2
    assert all("(happy)" in d.reason for d in update["dropped"])


def test_what_labels_leave_open_is_the_models_to_say():
    def mixed(task, answer):
        return {"of_segments": [{"segment": "S1", "polarity": "mixed"}], "of_persons": []}

    update, _ = told(label("happy", score=0.9), label("sad", score=0.1), answer=mixed)
    assert {(p.segment, p.polarity) for p in update["polarity"]} == {
        (None, "positive"), ("S1", "mixed"),
    }  # fmt: skip
    assert not update["dropped"]


def test_nobody_is_asked_where_there_is_no_label():
    update, asked = told()
    assert update["polarity"] == []
    assert not asked


def test_many_labels_are_told_in_several_calls_and_persons_by_all_of_them():
    many = [label("sad", f"S{n}") for n in range(400)]
    many += [label("happy", f"S{n}", score=1.0) for n in range(400, 900)]
    update, asked = told(*many)
    assert len(asked) == 3
    assert next(p.polarity for p in update["polarity"] if p.segment is None) == "mixed"


def test_a_report_whose_polarity_contradicts_its_labels_is_objected_to():
    report = reported(load("dev.json")[0])
    assert report.polarity
    assert objections(report) == []
    first = report.polarity[0]
    wrong = {"positive": "negative", "negative": "positive", "neutral": "mixed", "mixed": "neutral"}
    forged = first.model_copy(update={"polarity": wrong[first.polarity]})
    (problem,) = objections(report.model_copy(update={"polarity": (forged,)}))
    assert problem.about.startswith("polarity of P")
    stray = Polarity(subject="P9", polarity="positive", labels=("happy",))
    (problem,) = objections(report.model_copy(update={"polarity": (stray,)}))
    assert "not those of the report" in problem.reason
