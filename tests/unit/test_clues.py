"""Clues of face and voice, each by itself; words read in their light; one account of it all."""

import json

import pytest
from tests.findings import (
    action_unit,
    evidence,
    expression,
    face_track,
    said,
    sound,
    speaking,
    voice,
)

from emer.graphs import prompts
from emer.graphs.branches import branch_of
from emer.graphs.leaks import leak_in
from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.clues import tasks_of
from emer.graphs.nodes.disambiguation import by_branch
from emer.graphs.nodes.facts import parts
from emer.graphs.nodes.labelling import main_subject
from emer.graphs.nodes.reasoning import claims_of, next_number
from emer.graphs.nodes.telling import drafts_of, told_once
from emer.graphs.report import Assertion, Claim, Segment
from emer.graphs.rule.language import wording
from emer.graphs.rule.language.tables import SLOT
from emer.graphs.rule.writing.clues import clues_in
from emer.graphs.tasks.every import prompt_of
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.reading import ReadTask
from emer.tools.findings import Modality, TimeSpan

WORDS = "The train leaves at nine."
SEEN = [face_track("FACE_01", 0, 10), speaking("FACE_01", 1, 4, 0.9)]
FACE = [
    expression("FACE_01", 1, 4, 0.7, 0.3, happiness=0.75), action_unit("FACE_01", 2, 3.5),
    action_unit("FACE_01", 1, 1.8, "AU4", 1.5, "brow lowerer"),
]  # fmt: skip
HEARD = [voice("SPK_01", 1, 4, -0.5, -0.4, intensity_offset_db=-5.0)]
SAID = said("SPK_01", 1, 4, WORDS)
UNHEARD = said("SPK_01", 1, 4, None)


def spoken(*found):
    """Return the part of the clip in which somebody speaks, as a model is given it."""
    state = {"span": TimeSpan(start_s=0, end_s=10), "evidence": {e.id: e for e in found}}
    state |= align(state)
    state |= agree(state)
    (part,) = parts(state)
    return tuple(s for s in part if s.role == "speaking")


@pytest.mark.parametrize(
    ("found", "branch"),
    [
        ([*SEEN, *FACE, *HEARD, SAID], "V+A+T"), ([*HEARD, SAID], "A+T"),
        ([*SEEN, *FACE, SAID], "V+T"), ([SAID], "T"), ([*SEEN, *FACE, *HEARD, UNHEARD], "V+A"),
        ([*SEEN, *FACE, UNHEARD], "V"), ([*HEARD, UNHEARD], "A"), ([UNHEARD], "none"),
        ([SAID, sound("laughter", 1, 3)], "A+T"), ([*SEEN, SAID], "T"),
    ],
)  # fmt: skip
def test_a_segment_is_read_by_what_it_has(found, branch):
    (segment,) = spoken(*found)
    assert branch_of(segment) == branch


def test_an_utterance_is_words_whoever_cut_it_out_of_the_sound():
    heard = evidence("utterances", Modality.VOICE, "SPK_01", 1, 4, SAID.reading)
    (segment,) = spoken(heard)
    assert branch_of(segment) == "T"
    assert not list(tasks_of((segment,), "en"))


def test_segments_of_one_branch_are_read_together_in_order():
    found = [
        said("SPK_01", 1, 2, WORDS), said("SPK_01", 3, 4, WORDS), said("SPK_01", 5, 6, WORDS),
        voice("SPK_01", 3, 4, 0.5),
    ]  # fmt: skip
    groups = by_branch(spoken(*found))
    assert {b: [s.start_s for s in own] for b, own in groups.items()} == {
        "T": [1.0, 5.0], "A+T": [3.0],
    }  # fmt: skip


def test_the_one_who_tells_of_the_face_gets_no_word_and_no_voice():
    visual, audio = tasks_of(spoken(*SEEN, *FACE, *HEARD, SAID), "en")
    assert {f.kind for s in visual.segments for f in s.facts} == {"expression", "action_unit"}
    assert {f.kind for s in audio.segments for f in s.facts} == {"voice"}
    for task, modality in ((visual, "face"), (audio, "voice")):
        assert WORDS not in task.model_dump_json()
        assert {m.modality for s in task.segments for m in s.modalities} == {modality}
        assert not any(s.agreement or s.cases for s in task.segments)
    starts = [f.start_s for f in visual.segments[0].facts]
    assert starts == sorted(starts)


def test_of_a_modality_that_nobody_shows_nothing_is_asked():
    assert [t.kind for t in tasks_of(spoken(*HEARD, SAID), "en")] == ["audio"]
    assert [t.kind for t in tasks_of(spoken(*SEEN, *FACE, SAID), "en")] == ["visual"]


def test_the_built_in_clues_of_one_modality_tell_of_that_alone():
    visual, audio = tasks_of(spoken(*SEEN, *FACE, *HEARD, SAID), "en")
    seen, heard = (clues_in(t.segments, "en") for t in (visual, audio))
    assert {c.stage for c in (*seen, *heard)} <= {"attribute", "expression"}
    assert any("AU12" in c.text for c in seen)
    assert any("quieter" in c.text for c in heard)
    assert all(a.quantity.startswith(("face.", "au.")) for c in seen for a in c.assertions)
    assert all(a.quantity.startswith("voice.") for c in heard for a in c.assertions)


@pytest.mark.parametrize(
    ("branch", "name"),
    [
        ("V+A+T", "read_vat"), ("A+T", "read_at"), ("V+T", "read_vt"), ("T", "read_t"),
        ("V+A", "read_silent"), ("V", "read_silent"), ("A", "read_silent"),
    ],
)  # fmt: skip
def test_each_branch_is_told_how_to_read(branch, name):
    assert prompt_of(ReadTask(question=None, branch=branch, segments=())) == name
    told = prompts.prompt(name)
    assert told.id.startswith(f"{name}/")
    for shared in ("common", "read", name):
        assert prompts.part(shared).text in told.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_of_the_analyst_is_taken_for_a_repeated_order(language):
    pieces = [p for t in wording(language).templates() for p in SLOT.split(t)]
    assert len(pieces) > 100
    assert not [p for p in pieces if "repeats" in (leak_in(p) or "")]


SEGMENTS = {
    "S1": Segment(id="S1", subject="P1", start_s=1, end_s=3, role="speaking"),
    "S2": Segment(id="S2", subject="P2", start_s=1, end_s=3, role="listening"),
}


def asserts(quantity, value, cited="E1"):
    return Assertion(quantity=quantity, relation="eq", value=value, evidence=(cited,))


def claim(name, *assertions, stage="attribute", segment="S1", **fields):
    cited = tuple(dict.fromkeys(i for a in assertions for i in a.evidence))
    return Claim(
        id=name, stage=stage, text=name, subject=SEGMENTS[segment].subject, segment=segment,
        evidence=cited, assertions=assertions, start_s=1, end_s=3, **fields,
    )  # fmt: skip


SMILE, LOUD, GLAD = asserts("au.AU12", 3.0), asserts("voice.x", 5.0, "E2"), asserts("face.j", 0.7)


def test_conclusions_rest_on_clues_by_id_and_on_their_own_list_by_place():
    drafts = [
        ClaimDraft(segment="S1", stage="expression", text="a", assertions=[GLAD]),
        ClaimDraft(
            segment="S1", stage="emotion", text="b", assertions=[GLAD], rests_on=[0, 9],
            rests_on_clues=["K2", "K2", "K77", "../K1"],
        ),
    ]  # fmt: skip
    _, emotion = claims_of(drafts, SEGMENTS, {"S1"}, first=5, clues={"K1", "K2"})
    assert (emotion.id, emotion.rests_on) == ("K6", ("K2", "K5"))


def test_numbers_go_on_where_clues_left_off():
    assert next_number([]) == 1
    assert next_number([claim("K3", SMILE), claim("K11", LOUD)]) == 12


def test_clues_and_conclusions_are_told_person_by_person_from_attribute_to_emotion():
    state = {
        "segments": list(SEGMENTS.values()),
        "clues": [claim("K1", SMILE, segment="S2"), claim("K2", GLAD, stage="expression")],
        "drafts": [claim("K3", GLAD, stage="emotion", rests_on=("K2",)), claim("K4", LOUD)],
    }
    assert [c.id for c in drafts_of(state)] == ["K4", "K2", "K3", "K1"]


def test_what_a_clue_and_a_claim_both_say_is_told_once():
    clue, fuller = claim("K1", SMILE), claim("K2", SMILE, LOUD)
    rests = claim("K3", SMILE, stage="emotion", rests_on=("K1", "K2"))
    (kept, emotion) = told_once([clue, fuller, rests], {"clues": [clue]})
    assert (kept.id, emotion.rests_on) == ("K2", ("K2",))
    other = claim("K4", SMILE, segment="S2")
    assert told_once([clue, other, claim("K5", LOUD)], {"clues": [clue]}) == [
        clue,
        other,
        claim("K5", LOUD),
    ]


def test_without_clues_nothing_is_left_out():
    same = [claim("K1", SMILE), claim("K2", SMILE)]
    assert told_once(same, {}) == same


def test_the_main_subject_has_the_most_clues_that_hold():
    mine = [claim("K1", SMILE), claim("K2", LOUD)]
    theirs = [claim("K3", SMILE, segment="S2")]
    concluded = [claim(f"K{n}", GLAD, stage="emotion", segment="S2") for n in (4, 5, 6)]
    assert main_subject([*theirs, *mine, *concluded]) == "P1"
    assert main_subject(concluded) is None


def test_tasks_survive_the_way_to_a_model_and_back():
    (visual, _) = tasks_of(spoken(*SEEN, *FACE, *HEARD, SAID), "zh")
    told = json.loads(visual.model_dump_json())
    assert type(visual).model_validate(told) == visual
