"""What may have set an emotion off: a hypothesis that cites an event before it or during it."""

import re
from dataclasses import replace

import pytest
from tests.findings import action_unit, expression, said, sound, voice, words

from emer.graphs.nodes.reasoning import claims_of
from emer.graphs.report import Alternative, Assertion, Claim, Segment, SegmentReading
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.verification.basis import Basis, members_of
from emer.graphs.verification.claims import objection_to, refused
from emer.graphs.verification.inference import Known
from emer.tools.findings import Person

LOSS = "Your dog has died."
SAID = said("SPK_02", 1, 3, LOSS)
LONG_AGO = said("SPK_02", 0, 0.5, "Good morning to you.")
AFTER = said("SPK_02", 9, 10, "I am so sorry.")
OWN = said("SPK_01", 5, 8, "My poor old dog.")
SAD = words("SPK_01", 5, 8, -0.7, -0.3, sadness=0.8)
TONE = voice("SPK_01", 5, 8, arousal=-0.4, valence=-0.5)
FROWN = action_unit("FACE_02", 4, 6, "AU4", 2.0, "brow lowerer")
FACE = expression("FACE_01", 5, 8, -0.6, -0.3, sadness=0.7)
LAUGH = sound("laughter", 4, 5)
EVIDENCE = {e.id: e for e in (SAID, LONG_AGO, AFTER, OWN, SAD, TONE, FROWN, FACE, LAUGH)}
SEGMENT = Segment(id="S2", subject="P1", start_s=5, end_s=8, role="speaking")
BASIS = Basis(
    evidence=EVIDENCE,
    members=members_of([
        Person(id="P1", speaker="SPK_01", face_tracks=("FACE_01",)),
        Person(id="P2", speaker="SPK_02", face_tracks=("FACE_02",)),
    ]),
    segments={"S2": SEGMENT},
    readings={"S2": SegmentReading(
        segment="S2", pattern="congruent", abstained=False, reason="a test",
        labels=(Alternative(label="sad", score=0.7), Alternative(label="lonely", score=0.5)),
    )},
)  # fmt: skip


def asserts(item, quantity, value, relation="eq"):
    return Assertion(quantity=quantity, relation=relation, value=value, evidence=(item.id,))


SADNESS = asserts(SAD, "text.sadness", 0.8)
EXPRESSED = Claim(
    id="K1", stage="expression", text="P1's words express sadness (score 0.80).", subject="P1",
    segment="S2", evidence=(SAD.id,), assertions=(SADNESS,), start_s=5, end_s=8,
)  # fmt: skip
EMOTION = EXPRESSED.model_copy(
    update={
        "id": "K2", "stage": "emotion", "text": "P1 comes across as sad: the words express sadness (score 0.80).",
        "labels": ("sad",), "rests_on": ("K1",),
    }
)  # fmt: skip
KNOWN = Known([EXPRESSED, EMOTION])
QUOTED = asserts(SAID, "words.text", LOSS)


def cause(text, *assertions, **fields):
    """Return the claim that a draft of a cause amounts to."""
    draft = {
        "segment": "S2", "stage": "cause", "text": text, "assertions": list(assertions),
        "hypothesis": True, "about": ["P2"], "rests_on_clues": ["K2"],
    }  # fmt: skip
    made = ClaimDraft(**(draft | fields))
    (claim,) = claims_of(
        [made], {"S2": SEGMENT}, {"S2"}, first=3, clues={"K1", "K2"}, evidence=EVIDENCE
    )
    return claim


def objection(text, *args, **fields):
    asked = "zh" if re.search("[\u4e00-\u9fff]", text) else "en"
    return objection_to(cause(text, *args, **fields), replace(BASIS, language=asked), KNOWN)


MAY = "P1's sadness may have to do with what P2 said (0:01.0): “Your dog has died.”"


def test_the_grounds_hold():
    assert refused([EXPRESSED, EMOTION], BASIS) == {}


@pytest.mark.parametrize(
    ("text", "asserted", "fields"),
    [
        (MAY, QUOTED, {}),
        ("P2's words “dog has died”, just before, possibly set P1's sadness off.", asserts(SAID, "words.text", "dog has died", "contains"), {}),
        ("P1 may be sad about what P1 names: “My poor old dog.”", asserts(OWN, "words.text", "My poor old dog."), {"about": []}),
        ("P1's sadness may answer P2, whose brows are drawn together (AU4, 2.0 of 5).", asserts(FROWN, "au.AU4", 2.0), {}),
        ("P1's sadness may go with the laughter in the recording (0:04.0).", asserts(LAUGH, "event.laughter", 0.6), {"about": ["scene"]}),
        ("P1 的悲伤可能与 P2 的话“Your dog has died.”有关。", QUOTED, {}),
    ],
)  # fmt: skip
def test_words_a_face_or_a_sound_just_before_may_be_told_as_a_possible_cause(
    text, asserted, fields
):
    assert objection(text, asserted, **fields) is None


@pytest.mark.parametrize(
    ("text", "asserted", "fields", "why"),
    [
        (MAY, QUOTED, {"hypothesis": False}, "cites nothing about them"),
        ("P1's words, of sadness (score 0.80), set P1's sadness off.", SADNESS, {"hypothesis": False, "about": []}, "as if it had been measured"),
        (MAY.replace("may have", "has"), QUOTED, {}, "not worded as one"),
        (MAY, QUOTED, {"rests_on_clues": ["K1"]}, "shares no evidence"),
        (MAY, QUOTED, {"rests_on_clues": []}, "names no claim"),
        (MAY.replace("Your dog has died.", "Good morning to you.").replace("0:01.0", "0:00.0"), asserts(LONG_AGO, "words.text", "Good morning to you."), {}, "more than 4 s before"),
        (MAY.replace("Your dog has died.", "I am so sorry.").replace("0:01.0", "0:09.0"), asserts(AFTER, "words.text", "I am so sorry."), {}, "lies after"),
        ("P1's sadness may come from the voice (valence -0.50).", asserts(TONE, "voice.valence", -0.5), {"about": []}, "the sign of it"),
        ("P1's sadness may come from the face (sadness 0.70).", asserts(FACE, "face.sadness", 0.7), {"about": []}, "the sign of it"),
        (MAY.replace("has died", "ran away"), QUOTED, {}, "which it does not assert"),
        (MAY, asserts(SAID, "words.text", "Your dog ran away."), {}, "does not have"),
        (MAY.replace("0:01.0", "0:04.0"), QUOTED, {}, "names 0:04.0"),
        (MAY.replace("sadness", "loneliness"), QUOTED, {}, "neither states"),
        (MAY.replace("what P2", "what P1"), QUOTED, {"about": []}, "which is about"),
        (MAY, QUOTED, {"labels": ["sad"]}, "does not conclude it"),
    ],
)  # fmt: skip
def test_a_cause_that_is_none_is_refused(text, asserted, fields, why):
    assert why in objection(text, asserted, **fields)


def test_a_cause_falls_with_the_emotion_that_it_is_a_cause_of():
    lie = EMOTION.model_copy(update={"labels": ("happy",), "text": "P1 comes across as happy."})
    reasons = refused([EXPRESSED, lie, cause(MAY, QUOTED)], BASIS)
    assert set(reasons) == {"K2", "K3"}


def test_a_cause_reaches_from_the_event_to_the_end_of_what_it_may_have_caused():
    claim = cause(MAY, QUOTED, start_s=7.0, end_s=7.5)
    assert (claim.start_s, claim.end_s) == (1.0, 8.0)
