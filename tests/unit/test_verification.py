import pytest
from tests.findings import action_unit, evidence, expression, said, voice, words

from emer.graphs.nodes.verification import objection_to, verify_labels
from emer.graphs.report import Assertion, Claim, Label
from emer.tools.findings import Person

AU12 = action_unit("FACE_01", 1, 3, intensity=2.74)
OTHER = action_unit("FACE_02", 1, 3)
LATER = action_unit("FACE_01", 7, 9)
VOICE = voice("SPK_01", 1, 3, arousal=-0.42, valence=-0.1, intensity_offset_db=-4.2)
TEXT = words("SPK_01", 1, 3, 0.6, 0.3, joy=0.71)
SAID = said("SPK_01", 1, 3, "What wonderful news, really.")
SMILE = expression("FACE_01", 1, 3, 0.7, 0.3, happiness=0.8)
EVIDENCE = {e.id: e for e in (AU12, OTHER, LATER, VOICE, TEXT, SAID, SMILE)}
MEMBERS = {
    p.id: p.members
    for p in (
        Person(id="P1", speaker="SPK_01", face_tracks=("FACE_01",)),
        Person(id="P2", face_tracks=("FACE_02",)),
    )
}


def asserts(item, quantity, value, relation="eq"):
    return Assertion(quantity=quantity, relation=relation, value=value, evidence=(item.id,))


def claim(text, *assertions, subject="P1", stage="attribute", start_s=1.0, end_s=3.0, cites=None):
    cited = cites or tuple(dict.fromkeys(i for a in assertions for i in a.evidence))
    return Claim(
        id="K1", stage=stage, text=text, subject=subject, start_s=start_s, end_s=end_s,
        evidence=cited, assertions=assertions,
    )  # fmt: skip


def objection(*args, **options):
    return objection_to(claim(*args, **options), EVIDENCE, MEMBERS)


def test_a_claim_that_says_what_was_measured_holds():
    shown = asserts(AU12, "au.AU12", 2.7)
    assert objection("The face of P1 shows AU12 (lip corner puller) 2.7 of 5.", shown) is None


def test_a_claim_about_voice_and_words_holds_with_all_its_numbers():
    text = (
        "Voice and words disagree: the voice is subdued (arousal -0.42), the words 0.60 positive."
    )
    parts = asserts(VOICE, "voice.arousal", -0.42), asserts(TEXT, "text.valence", 0.6)
    assert objection(text, *parts, stage="disagreement") is None


def test_a_quotation_of_what_was_said_holds():
    part = asserts(SAID, "words.text", "wonderful news", "contains")
    assert objection("P1 says “wonderful news”", part) is None


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        (lambda: claim("x", Assertion(quantity="au.AU12", relation="eq", value=2.7, evidence=("AU-00000000",))), "does not exist"),
        (lambda: claim("x", asserts(OTHER, "au.AU12", 3.0)), "which is about FACE_02"),
        (lambda: claim("x", asserts(LATER, "au.AU12", 3.0)), "another time"),
        (lambda: claim("x", asserts(AU12, "au.AU12", 4.1)), "no cited evidence"),
        (lambda: claim("x", asserts(AU12, "au.AU4", 2.7)), "no cited evidence"),
        (lambda: claim("x", asserts(VOICE, "voice.arousal", 0.42)), "no cited evidence"),
        (lambda: claim("x", asserts(VOICE, "voice.arousal", 0.0, "gt")), "no cited evidence"),
        (lambda: claim("P1 shows AU4.", asserts(AU12, "au.AU12", 2.7)), "AU4"),
        (lambda: claim("P1 says “I hate it”.", asserts(SAID, "words.text", "news", "contains")), "quotes"),
        (lambda: claim("AU12 reaches 4.9.", asserts(AU12, "au.AU12", 2.7)), "4.9"),
        (lambda: claim("At 0:09.0 P1 smiles.", asserts(AU12, "au.AU12", 2.7)), "outside its span"),
        (lambda: claim("P2 smiles.", asserts(AU12, "au.AU12", 2.7)), "speaks of P2"),
        (lambda: claim("x", asserts(AU12, "au.AU12", 2.7), subject="P9"), "no person P9"),
        (lambda: claim("x", asserts(AU12, "au.AU12", 2.7), cites=(VOICE.id,)), "does not cite"),
        (lambda: claim("P1 comes across as furious.", asserts(TEXT, "text.valence", 0.6), asserts(SMILE, "face.valence", 0.7), stage="emotion"), "contradicts"),
    ],
)  # fmt: skip
def test_a_planted_lie_is_refused_with_its_reason(planted, says):
    problem = objection_to(planted(), EVIDENCE, MEMBERS)
    assert problem is not None
    assert says in problem


def test_evidence_about_the_scene_proves_nothing_about_a_person():
    unattributed = evidence("voice_affect", VOICE.modality, "scene", 1, 3, VOICE.reading)
    found = {**EVIDENCE, unattributed.id: unattributed}
    problem = objection_to(
        claim("x", asserts(unattributed, "voice.arousal", -0.42)), found, MEMBERS
    )
    assert problem is not None
    assert "scene" in problem


def label(word, *cited):
    return Label(
        label=word, shown=word, intensity=0.5, perspective="speaker", score=0.5, evidence=tuple(e.id for e in cited),
        subject="P1", segment="S1", start_s=1, end_s=3,
    )  # fmt: skip


def test_labels_that_contradict_their_evidence_are_dropped():
    persons = [Person(id="P1", speaker="SPK_01", face_tracks=("FACE_01",))]
    state = {
        "evidence": EVIDENCE,
        "persons": persons,
        "labels": [label("happy", TEXT, SMILE), label("furious", TEXT, SMILE), label("sad", OTHER)],
    }
    update = verify_labels(state)
    assert [x.label for x in update["labels"]] == ["happy"]
    assert [d.text for d in update["dropped"]] == ["label 'furious'", "label 'sad'"]
