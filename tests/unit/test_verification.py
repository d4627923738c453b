"""What may be printed: claims and labels that hold against the evidence, the segment, each other."""

from dataclasses import replace

import pytest
from tests.findings import action_unit, evidence, expression, said, voice, words

from emer.graphs.report import (
    Alternative,
    Assertion,
    Claim,
    Label,
    Reaction,
    Segment,
    SegmentReading,
    Shift,
)
from emer.graphs.verification.basis import Basis, members_of
from emer.graphs.verification.claims import objection_to, refused
from emer.graphs.verification.inference import Known
from emer.graphs.verification.labels import label_problem
from emer.tools.findings import Person, Utterance

AU12 = action_unit("FACE_01", 1, 3, intensity=2.74)
AU4 = action_unit("FACE_01", 1, 3, "AU4", 1.5, "brow lowerer")
OTHER = action_unit("FACE_02", 1, 3)
LATER = action_unit("FACE_01", 7, 9)
VOICE = voice(
    "SPK_01", 1, 3, arousal=-0.42, valence=-0.31, intensity_offset_db=-4.2, rate_offset=0.8
)
TEXT = words("SPK_01", 1, 3, 0.6, 0.3, joy=0.71)
SAID = said("SPK_01", 1, 3, "What wonderful news, really.")
SMILE = expression("FACE_01", 1, 3, 0.7, 0.3, happiness=0.8)
GLAD = words("SPK_01", 7, 9, 0.5, 0.6, joy=0.6)
LISTENS = expression("FACE_02", 1, 3, -0.5, 0.1, sadness=0.6)
EVIDENCE = {
    e.id: e
    for e in (AU12, AU4, OTHER, LATER, VOICE, TEXT, SAID, SMILE, GLAD, LISTENS)
}  # fmt: skip
PERSONS = [
    Person(id="P1", speaker="SPK_01", face_tracks=("FACE_01",)),
    Person(id="P2", face_tracks=("FACE_02",)),
]


def segment(name, subject, start_s, end_s, role="speaking"):
    return Segment(id=name, subject=subject, start_s=start_s, end_s=end_s, role=role)


def reading(name, *labels, pattern="congruent", alternatives=()):
    return SegmentReading(
        segment=name, pattern=pattern, abstained=not labels, reason="a test",
        labels=tuple(Alternative(label=x, score=0.6) for x in labels),
        alternatives=tuple(Alternative(label=x, score=0.3) for x in alternatives),
    )  # fmt: skip


BASIS = Basis(
    evidence=EVIDENCE,
    members=members_of(PERSONS),
    segments={
        s.id: s
        for s in (
            segment("S1", "P1", 1, 3),
            segment("S2", "P2", 1, 3, "listening"),
            segment("S3", "P1", 7, 9),
        )
    },
    utterances={"U1": Utterance(id="U1", subject="P1", start_s=1, end_s=3)},
    readings={"S1": reading("S1", "happy", alternatives=["proud"]), "S2": reading("S2", "sad")},
    reactions=(
        Reaction(
            subject="P2", to="P1", utterance="U1", segment="S2", start_s=1, end_s=3, latency_s=0.5,
            relation="opposes", evidence=(OTHER.id, SAID.id),
        ),
    ),
    shifts=(
        Shift(
            subject="P1", from_segment="S1", to_segment="S3", dimension="arousal", start_s=1,
            end_s=9, before=0.3, after=0.6, evidence=(TEXT.id, GLAD.id),
        ),
    ),
)  # fmt: skip


def asked_in(text):
    """Return the facts, for an account in the language that ``text`` is written in."""
    chinese = any("\u4e00" <= c <= "\u9fff" for c in text)
    return replace(BASIS, language="zh") if chinese else BASIS


def asserts(item, quantity, value, relation="eq"):
    return Assertion(quantity=quantity, relation=relation, value=value, evidence=(item.id,))


def claim(text, *assertions, **fields):
    cited = tuple(dict.fromkeys(i for a in assertions for i in a.evidence))
    defaults = {
        "id": "K1", "stage": "attribute", "subject": "P1", "segment": "S1", "start_s": 1.0,
        "end_s": 3.0, "evidence": cited,
    }  # fmt: skip
    return Claim(text=text, assertions=assertions, **{**defaults, **fields})


SHOWN = asserts(AU12, "au.AU12", 2.7)
POSITIVE = asserts(TEXT, "text.valence", 0.6)
NEGATIVE = asserts(VOICE, "voice.valence", -0.31)
JOY = asserts(TEXT, "text.joy", 0.71)
QUOTED = asserts(SAID, "words.text", "wonderful news", "contains")
QUIETER = asserts(VOICE, "voice.intensity_offset_db", -4.2)
SLOWER = asserts(VOICE, "voice.rate_offset", 0.8)
FACE = asserts(SMILE, "face.valence", 0.7)
SADLY = asserts(LISTENS, "face.sadness", 0.6)
WORDS = claim("The words express joy (score 0.71).", JOY, id="K2", stage="expression")
KNOWN = Known([WORDS])


@pytest.mark.parametrize(
    "held",
    [
        claim("The face of P1 shows AU12 (lip corner puller) 2.7 of 5.", SHOWN),
        claim("P1 smiles.", SHOWN),
        claim("P1 says “wonderful news”.", QUOTED),
        claim("The voice is quieter than usual (-4.2 dB) and slower (0.80 times).", QUIETER, SLOWER),
        claim("The voice is 4.2 dB quieter than usual.", QUIETER),
        claim("Voice and words disagree: the voice is negative (valence -0.31), the words are positive.", NEGATIVE, POSITIVE, stage="disagreement"),
        claim("From 0:01.0 to 0:03.0, P1 shows AU12.", SHOWN),
        claim("The words express joy.", JOY, stage="expression"),
        claim("P1 的声音比平时小（-4.2 dB），话语积极（效价 +0.60）。", QUIETER, POSITIVE),
        claim("P1 说：“wonderful news”，面部出现 AU12。", QUOTED, SHOWN),
        claim("P1 comes across as happy, possibly proud.", JOY, stage="emotion", labels=("happy",), rests_on=("K2",)),
        claim("P1 给人的印象是高兴，也可能是自豪。", JOY, stage="emotion", labels=("happy",), rests_on=("K2",)),
        claim("While P1 says “wonderful news”, the face of P2 shows sadness (score 0.60).", QUOTED, SADLY, stage="reaction", subject="P2", segment="S2", about=("P1",)),
    ],
    ids=lambda c: c.text,
)  # fmt: skip
def test_what_was_measured_may_be_said(held):
    assert objection_to(held, asked_in(held.text), KNOWN) is None


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        # who, when, and on what grounds
        (claim("x", Assertion(quantity="au.AU12", relation="eq", value=2.7, evidence=("AU-00000000",))), "does not exist"),
        (claim("x", asserts(OTHER, "au.AU12", 3.0)), "which is about FACE_02"),
        (claim("x", asserts(LATER, "au.AU12", 3.0)), "another time"),
        (claim("x", SHOWN, subject="P9"), "no person P9"),
        (claim("x", SHOWN, subject="P2"), "which is about FACE_01"),
        (claim("x", SHOWN, segment="S2"), "segment S2 is about P2"),
        (claim("x", SHOWN, segment="S7"), "no segment S7"),
        (claim("x", SHOWN, end_s=3.5), "its span is"),
        (claim("x", SHOWN, about=("P2",)), "nothing about them"),
        (claim("P2 and P1 show AU12.", SHOWN), "speaks of P2"),
        (claim("x", SHOWN, evidence=(VOICE.id,)), "does not cite"),
        (claim("x", SHOWN, evidence=(AU12.id, VOICE.id)), "asserts nothing"),
        # numbers, signs, directions
        (claim("x", asserts(AU12, "au.AU12", 4.1)), "does not have"),
        (claim("x", asserts(AU12, "au.AU4", 2.7)), "does not have"),
        (claim("x", asserts(VOICE, "voice.arousal", 0.42)), "does not have"),
        (claim("x", asserts(VOICE, "voice.arousal", 0.0, "gt")), "does not have"),
        (claim("x", Assertion(quantity="au.AU12", relation="eq", value=2.7, evidence=(AU12.id, AU4.id))), "does not have"),
        (claim("AU12 reaches 4.9.", SHOWN), "4.9"),
        (claim("AU12 reaches 3 of 5.", asserts(AU12, "au.AU12", 3.0)), "does not have"),
        (claim("The voice is quieter (+4.2 dB).", QUIETER), "4.2"),
        (claim("The voice is at 4.2 dB.", QUIETER), "4.2"),
        (claim("The voice is louder (-4.2 dB).", QUIETER), "'louder'"),
        (claim("The voice is faster (0.80 times).", SLOWER), "'faster'"),
        (claim("The voice is positive (valence -0.31).", NEGATIVE), "'positive'"),
        (claim("The voice is negative (valence +0.60), the words are positive (valence -0.31).", NEGATIVE, POSITIVE), "0.6"),
        (claim("The voice is 0.8 dB quieter, at -4.2 times the rate.", QUIETER, SLOWER), "0.8"),
        (claim("The voice is three times as loud.", QUIETER), "'loud'"),
        (claim("At 0:09.0 P1 shows AU12.", SHOWN), "0:09.0"),
        # action units
        (claim("P1 shows AU4.", SHOWN), "AU4"),
        (claim("P1 shows AU12 (brow lowerer).", SHOWN, asserts(AU4, "au.AU4", 1.5)), "calls AU12"),
        (claim("P1 draws the brows down and together.", SHOWN), "which is AU4"),
        # words
        (claim("P1 says “I hate it”.", QUOTED), "quotes 'I hate it'"),
        (claim("P1 says 「I hate it」.", QUOTED), "quotes 'I hate it'"),
        (claim("P1 says “wonderful, awful news”.", asserts(SAID, "words.text", "wonderful, awful news", "contains")), "does not have"),
        (claim("P1 says “real”.", asserts(SAID, "words.text", "real", "contains")), "does not have"),
        (claim("P1 shows AU12 and trembles.", SHOWN), "'trembl"),
        (claim("P1 shows AU12 and nods.", SHOWN), "nothing here measures"),
        (claim("P1 does not show AU12.", SHOWN), "denies"),
        (claim("P1 没有笑，面部出现 AU12。", SHOWN), "denies"),
        (claim("P1 feels the AU12.", SHOWN), "nothing here measures"),
        (claim("The words express joy and grief.", JOY, stage="expression"), "'grief'"),
        (claim("P1 的话语流露出喜悦和愤怒。", JOY, stage="expression"), "'愤怒'"),
        (claim("P1 的声音比平时大声（-4.2 dB）。", QUIETER), "'大声'"),
        (claim("P1 的声音（+4.2 dB）小声。", QUIETER), "4.2"),
        (claim("P1 shows AU12 two times.", SHOWN), "'two'"),
    ],
    ids=lambda x: x if isinstance(x, str) else x.text,
)  # fmt: skip
def test_a_planted_lie_is_refused_with_its_reason(planted, says):
    problem = objection_to(planted, asked_in(planted.text))
    assert problem is not None
    assert says in problem


def emotion(text="P1 comes across as happy.", *assertions, **fields):
    defaults = {"stage": "emotion", "labels": ("happy",), "rests_on": ("K2",)}
    return claim(text, *(assertions or (JOY,)), **{**defaults, **fields})


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        (emotion(rests_on=()), "names no claim"),
        (emotion(rests_on=("K7",)), "K7, which does not hold"),
        (emotion(rests_on=("K2", "K2")), "twice"),
        (emotion("P1 comes across as happy.", FACE), "which no claim that it rests on cites"),
        (emotion(labels=()), "states no label"),
        (emotion("P1 comes across as joyful."), "'happy', which its text does not state"),
        (emotion("P1 comes across as happy and proud."), "'proud'"),
        (emotion("P1 comes across as happy, possibly furious."), "'furious'"),
        (emotion("P1 comes across as delighted.", labels=("delighted",)), "not what was read"),
        (emotion("P1 comes across as sad.", labels=("sad",)), "contradicts every claim"),
        (emotion(subject="P2", segment="S2"), "which is about SPK_01"),
    ],
    ids=lambda x: x if isinstance(x, str) else f"{x.text} {x.labels} {x.rests_on}",
)
def test_a_conclusion_says_what_was_read_on_grounds_that_hold(planted, says):
    problem = objection_to(planted, asked_in(planted.text), KNOWN)
    assert problem is not None
    assert says in problem


def test_an_emotion_may_not_contradict_all_that_is_cited():
    readings = {"S1": reading("S1", "furious")}
    basis = Basis(
        evidence=EVIDENCE, members=BASIS.members, segments=BASIS.segments, readings=readings
    )
    problem = objection_to(
        emotion("P1 comes across as furious.", labels=("furious",)), basis, KNOWN
    )
    assert problem is not None
    assert "contradicts" in problem


def test_a_disagreement_cannot_be_passed_over():
    clash = claim(
        "The words are positive (valence +0.60), the voice is negative (valence -0.31).",
        POSITIVE, NEGATIVE, id="K3", stage="disagreement",
    )  # fmt: skip
    known = Known([WORDS, clash])
    assert objection_to(emotion(), BASIS, known) == "it leaves out K3, which bears on it"
    assert objection_to(emotion(rests_on=("K2", "K3")), BASIS, known) is None


def test_what_rests_on_a_claim_that_falls_falls_too():
    false = claim("The words express joy (score 0.99).", JOY, id="K2", stage="expression")
    reasons = refused([emotion(), false], BASIS)
    assert reasons["K1"] == "it rests on K2, which does not hold"
    assert "0.99" in reasons["K2"]


TURN = {"stage": "shift", "segment": "S3", "start_s": 1.0, "end_s": 9.0, "rests_on": ("K2", "K4")}
THEN, NOW = asserts(TEXT, "text.arousal", 0.3), asserts(GLAD, "text.arousal", 0.6)
GLADLY = claim("The words express joy (score 0.60).", asserts(GLAD, "text.joy", 0.6), id="K4",
               stage="expression", segment="S3", start_s=7.0, end_s=9.0)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, None),
        ({"start_s": 2.0}, "its span is"),
        ({"rests_on": ("K2",)}, "which no claim that it rests on cites"),
        ({"segment": "S1", "rests_on": ("K2",)}, "no claim that it rests on cites"),
        ({"hypothesis": True}, "a cause for a change that it does not rest on"),
    ],
)
def test_a_change_lies_between_two_moments_that_were_told(changed, says):
    text = (
        "The words turn aroused here (arousal +0.60); at 0:01.0 they were aroused (arousal +0.30)."
    )
    problem = objection_to(
        claim(text, NOW, THEN, **{**TURN, **changed}), BASIS, Known([WORDS, GLADLY])
    )
    assert (problem is None) if says is None else (says in (problem or ""))


@pytest.mark.parametrize(
    ("text", "hypothesis", "says"),
    [
        ("Possibly this follows from what P1 said: “wonderful news”.", True, None),
        ("This follows from what P1 said: “wonderful news”.", True, "not worded as one"),
        ("可能与 P1 所说的有关：“wonderful news”。", True, None),
    ],
)
def test_a_cause_is_worded_as_a_possibility(text, hypothesis, says):
    turn = claim("The words turn aroused here (arousal +0.60).", NOW, THEN, **{**TURN, "id": "K5"})
    cause = claim(text, QUOTED, **{**TURN, "rests_on": ("K5",)}, hypothesis=hypothesis)
    problem = objection_to(cause, asked_in(cause.text), Known([WORDS, GLADLY, turn]))
    assert (problem is None) if says is None else (says in (problem or ""))


def test_a_cause_is_not_stated_as_a_fact():
    text = "P1's words turn aroused here (arousal +0.60), because of what P1 said."
    problem = objection_to(claim(text, NOW, THEN, **TURN), BASIS, Known([WORDS, GLADLY]))
    assert problem == "its text states a cause as if it had been measured"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Over the clip, P1 comes across as happy (0:01.0).", None),
        ("Over the clip, P1 comes across as happy (0:02.0).", "0:02.0"),
        ("Over the clip, P1 comes across as proud (0:01.0).", "'proud'"),
        ("Over the clip, P1 comes across as happy (0:01.0); at 0:01.0, voice and words of P1 disagree.", "disagreement"),
    ],
)  # fmt: skip
def test_a_sum_says_what_the_claims_that_it_rests_on_say(text, says):
    whole = claim(
        text, JOY, id="K9", stage="whole", segment=None, labels=("happy",), rests_on=("K1",)
    )
    problem = objection_to(whole, BASIS, Known([WORDS, emotion()]))
    assert (problem is None) if says is None else (says in (problem or ""))


CLOSED = Basis(evidence=EVIDENCE, members=BASIS.members, segments=BASIS.segments, closed=True)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("P1's words express joy (score 0.71).", True),
        ("P1's words politely express joy (score 0.71).", False),
        ("P1's words express not joy (score 0.71).", False),
        ("P1's words express joy and smiles (score 0.71).", False),
    ],
)
def test_the_built_in_analyst_is_held_to_its_own_wording(text, holds):
    problem = objection_to(claim(text, JOY, stage="expression"), CLOSED)
    assert (problem is None) is holds


def test_what_was_said_may_hold_anything():
    words_said = 'P7 frowned, which fits sarcasm: 9:59, AU4, -3.5 dB, "not" furious'
    spoken = said("SPK_01", 1, 3, words_said)
    basis = Basis(
        evidence={spoken.id: spoken}, members=BASIS.members, segments=BASIS.segments, closed=True
    )
    quoted = asserts(spoken, "words.text", words_said, "contains")
    assert objection_to(claim(f"P1 says “{words_said}”", quoted), basis) is None


def test_evidence_about_the_scene_proves_nothing_about_a_person():
    unattributed = evidence("voice_affect", VOICE.modality, "scene", 1, 3, VOICE.reading)
    found = {**EVIDENCE, unattributed.id: unattributed}
    basis = Basis(evidence=found, members=BASIS.members, segments=BASIS.segments)
    problem = objection_to(claim("x", asserts(unattributed, "voice.arousal", -0.42)), basis)
    assert problem is not None
    assert "scene" in problem


def label(word="happy", *cited, **fields):
    defaults = {
        "shown": word, "intensity": 0.5, "perspective": "speaker", "score": 0.6, "subject": "P1",
        "segment": "S1", "start_s": 1, "end_s": 3,
    }  # fmt: skip
    return Label(
        label=word, evidence=tuple(e.id for e in cited or (TEXT,)), **{**defaults, **fields}
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (label(), None),
        (label("furious"), "no verified claim"),
        (label("happy", OTHER), "which is about FACE_02"),
        (label("happy", SMILE), "which the claim that states it does not cite"),
        (label(segment="S2"), "is about P2"),
        (label(end_s=4), "its span is"),
        (label(perspective="listener"), "is speaking there"),
        (label(shown="furious"), "another word"),
    ],
    ids=lambda x: x if isinstance(x, str) else None,
)
def test_a_label_follows_from_a_verified_claim(given, says):
    problem = label_problem(given, BASIS, [emotion()])
    assert (problem is None) if says is None else (says in (problem or ""))
