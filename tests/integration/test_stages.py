"""The stages as calls of their own: clues, readings by branch, the merge that rests on clues."""

import pytest
from tests.accounts import account
from tests.fakes import FakeSpecialist, analysed, flat_good_news
from tests.findings import sound
from tests.scripted import ScriptedModel
from tests.synth import picture, tone, write_media

from emer.graphs.verification.report import objections

LIE = {
    "segment": "S2", "stage": "expression", "text": "P2's face shows sadness (score 0.90).",
    "assertions": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    return write_media(folder / "clip.mkv", pictures=[picture()] * 20, sound=tone(10), rate_hz=2)


@pytest.fixture
def run(media, tmp_path):
    def do(**script):
        model = ScriptedModel(script=script, seen=[])
        report = analysed(media, flat_good_news(), tmp_path, model=model)
        assert objections(report) == []
        return report, model.seen

    return do


def of_kind(seen, kind):
    return [task for task in seen if task["kind"] == kind]


def lying(task, answer):
    """Tell the truth, a lie about a number, a sentence with no ground, and a conclusion."""
    (happy,) = [c for c in answer["claims"] if "happiness" in c["text"]]
    false = {**happy, "text": happy["text"].replace("0.75", "0.95")}
    early = {**happy, "stage": "emotion", "labels": ["happy"], "text": "P2 looks happy."}
    return {"claims": [*answer["claims"], false, LIE, early]}


def test_clues_that_hold_go_on_with_their_ids_and_the_others_are_told(run):
    report, seen = run(visual=lying)
    (explained,) = of_kind(seen, "explain")
    told = {c["text"] for c in explained["clues"]}
    assert "P2's face shows happiness (score 0.75)." in told
    assert not [t for t in told if "0.95" in t or "sadness" in t or t == "P2 looks happy."]
    read = {c["id"]: c["segment"] for t in of_kind(seen, "read") for c in t["clues"]}
    assert read == {c["id"]: c["segment"] for c in explained["clues"]}
    refused = {d.text: d.reason for d in report.run.dropped}
    assert "0.95" in refused["P2's face shows happiness (score 0.95)."]
    assert refused["P2 looks happy."] == "no clue is of the stage 'emotion'"


def test_words_are_quoted_by_code_and_stand_among_the_clues(run):
    _, seen = run(visual=lambda *_: {"claims": []}, audio=lambda *_: {"claims": []})
    (explained,) = of_kind(seen, "explain")
    assert any("“That is wonderful news" in c["text"] for c in explained["clues"])


def test_a_conclusion_of_the_model_rests_on_clues(run):
    def merge(task, answer):
        """Conclude P2's emotion from the clue alone, and from one that does not exist."""
        (emotion,) = [
            c for c in answer["claims"] if c["stage"] == "emotion" and c["segment"] == "S2"
        ]
        (clue,) = [c["id"] for c in task["clues"] if "happiness" in c["text"]]
        face = next(
            f["evidence"] for s in task["segments"] for f in s["facts"]
            if s["id"] == "S2" and f["kind"] == "expression"
        )  # fmt: skip
        own = {
            **emotion, "text": "P2 looks happy: the face is positive (valence +0.70).",
            "rests_on": [], "rests_on_clues": [clue, "K99"],
            "assertions": [
                {"quantity": "face.valence", "relation": "eq", "value": 0.7, "evidence": [face]}
            ],
        }  # fmt: skip
        return {"claims": [own]}

    report, _ = run(explain=merge)
    claims = {c.id: c for c in report.explanation.claims}
    (emotion,) = [c for c in claims.values() if (c.stage, c.segment) == ("emotion", "S2")]
    assert [claims[i].text for i in emotion.rests_on] == ["P2's face shows happiness (score 0.75)."]
    assert [x.label for x in report.labels if x.segment == "S2"] == ["happy"]
    assert ("P2", "positive") in {(p.subject, p.polarity) for p in report.polarity}
    numbers = [int(name[1:]) for name in claims]
    assert len(set(numbers)) == len(numbers)


def test_a_possible_cause_is_told_with_the_words_that_it_cites(run):
    def with_cause(task, answer):
        claims = answer["claims"]
        place = next(
            i for i, c in enumerate(claims) if c["stage"] == "emotion" and c["segment"] == "S2"
        )
        words = next(
            f for s in task["segments"] for f in s["facts"] if f["kind"] == "utterance"
        )  # fmt: skip
        said = words["quantities"]["words.text"]
        cause = {
            "segment": "S2", "stage": "cause", "hypothesis": True, "about": ["P1"],
            "text": f"P2's happiness may answer what P1 says (0:01.0): “{said}”",
            "rests_on": [place],
            "assertions": [{
                "quantity": "words.text", "relation": "eq", "value": said,
                "evidence": [words["evidence"]],
            }],
        }  # fmt: skip
        certain = {**cause, "text": cause["text"].replace("may answer", "answers")}
        return {"claims": [*claims, cause, certain]}

    report, _ = run(explain=with_cause)
    (cause,) = [c for c in report.explanation.claims if c.stage == "cause"]
    assert cause.hypothesis
    assert cause.text in report.explanation.text
    assert any("not worded as one" in d.reason for d in report.run.dropped)


def test_each_branch_is_read_by_itself_and_told_in_the_report(run):
    report, seen = run()
    assert {t["branch"]: len(t["segments"]) for t in of_kind(seen, "read")} == {"V+A+T": 1, "V": 1}
    told = {r.segment: r.branch for r in report.explanation.readings}
    assert (told["S1"], told["S2"]) == ("V+A+T", "V")
    assert set(list(told.values())[2:]) == {"none"}
    assert report.explanation.main_subject == "P1"
    assert {t["main_subject"] for t in of_kind(seen, "label")} == {"P1"}


def test_no_clue_is_lost_on_the_way_where_a_model_is_as_good_as_the_rules(media, tmp_path):
    """Laughter, movements and prosody come out as the built-in analyst tells them in one go."""
    found = [*flat_good_news(), FakeSpecialist("vocal_events", [sound("laughter", 2, 3)])]
    by_rule = analysed(media, found, tmp_path)
    by_model = analysed(media, found, tmp_path, model=ScriptedModel())
    assert "laughs" in by_rule.explanation.text
    assert account(by_model) == account(by_rule)
