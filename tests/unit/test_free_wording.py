"""True claims in a language model's free wording, English and Chinese, are left alone."""

# ruff: noqa: RUF001 - real minus signs and apostrophes

import pytest
from tests.unit.test_verification import (
    AU4,
    AU12,
    BASIS,
    FACE,
    JOY,
    KNOWN,
    NEGATIVE,
    POSITIVE,
    QUIETER,
    QUOTED,
    SHOWN,
    SLOWER,
    SMILE,
    VOICE,
    asked_in,
    asserts,
    claim,
)  # fmt: skip

from emer.graphs.verification.claims import objection_to

SUBDUED = asserts(VOICE, "voice.arousal", -0.42)
HAPPY = asserts(SMILE, "face.happiness", 0.8)
LOWERED = asserts(AU4, "au.AU4", 1.5)


@pytest.mark.parametrize(
    ("text", "assertions"),
    [
        ("P1's voice is subdued, with an arousal of -0.42.", [SUBDUED]),
        ("The speaker P1 talks more quietly than usual (4.2 dB below their own level).", [QUIETER]),
        ("P1 speaks slowly, at 0.8 times the usual rate.", [SLOWER]),
        ("P1 says “wonderful news” in a subdued voice (arousal -0.42).", [QUOTED, SUBDUED]),
        ("P1's lips curl into a smile: AU12 at 2.7.", [SHOWN]),
        (
            "The face of P1 smiles (AU12, intensity 2.7) and shows happiness with a score of 0.80.",
            [SHOWN, HAPPY],
        ),
        ("Joy scores 0.71 in the words of P1.", [JOY]),
        ("In words, P1 expresses joy (0.71).", [JOY]),
        (
            "The wording is clearly positive (valence +0.60), whereas the voice leans negative (-0.31).",
            [POSITIVE, NEGATIVE],
        ),
        (
            "While the words are positive at +0.60, the voice is negative at -0.31.",
            [POSITIVE, NEGATIVE],
        ),
        (
            "There is a conflict between voice (valence -0.31) and words (valence 0.60).",
            [POSITIVE, NEGATIVE],
        ),
        ("P1 lowers the voice by 4.2 dB compared to usual.", [QUIETER]),
        ("P1 sounds quieter (−4.2 dB) and slower (0.80) than usual.", [QUIETER, SLOWER]),
        ("P1’s smile (AU12 2.7/5) accompanies positive words (+0.60).", [SHOWN, POSITIVE]),
        ("A smile appears on P1's face, with AU12 reaching 2.7 out of 5.", [SHOWN]),
        ("P1's brows are drawn together (AU4 brow lowerer, 1.5 of 5).", [LOWERED]),
        ('During this utterance P1 says "wonderful news".', [QUOTED]),
        ("P1 的声音低沉（唤醒度 -0.42）。", [SUBDUED]),
        ("P1 的语速较慢，为平时的 0.80 倍。", [SLOWER]),
        ("P1 的声音比平时轻 4.2 分贝。", [QUIETER]),
        ("P1 的话语表达了喜悦（0.71）。", [JOY]),
        ("话语积极（+0.60），声音却偏消极（-0.31）。", [POSITIVE, NEGATIVE]),
        ("P1 面带微笑（AU12 强度 2.7）。", [SHOWN]),
        ("P1 说“wonderful news”，声音低沉。", [QUOTED, SUBDUED]),
        ("The arousal of the voice is low (-0.42).", [SUBDUED]),
        ("Vocal arousal is below neutral (-0.42), i.e. the voice sounds subdued.", [SUBDUED]),
        (
            "P1's facial expression is positive (valence 0.70), consistent with the words (0.60).",
            [FACE, POSITIVE],
        ),
        ("P1's words carry joy (score 0.71); P1 does so with a smile (AU12, 2.7).", [JOY, SHOWN]),
        ("The voice drops in loudness by 4.2 dB.", [QUIETER]),
        ("P1 looks happy: the face scores 0.80 for happiness.", [HAPPY]),
        ("P1 greets the news with “wonderful news” and a smile (AU12, 2.7 of 5).", [QUOTED, SHOWN]),
        ("What P1 says is positive (valence 0.60).", [POSITIVE]),
        ("P1 sounds flat: arousal sits at -0.42.", [SUBDUED]),
        ("The delivery is slow (0.80 of the usual pace).", [SLOWER]),
        ("Volume is down by 4.2 dB.", [QUIETER]),
        (
            "Compared with other utterances, P1's voice is 4.2 dB softer and the pace drops to 0.80.",
            [QUIETER, SLOWER],
        ),
        ("P1 pulls up the lip corners (AU12, 2.7 of 5).", [SHOWN]),
        ("Happiness dominates the face (0.80).", [HAPPY]),
        ("The face reads as happiness at 0.80, the words as joy at 0.71.", [HAPPY, JOY]),
        ("Positive words (0.60) meet a negative voice (-0.31).", [POSITIVE, NEGATIVE]),
        (
            "P1's voice and words pull in opposite directions (-0.31 against +0.60).",
            [NEGATIVE, POSITIVE],
        ),
        ("P1 的脸上露出笑容（AU12，强度 2.7）。", [SHOWN]),
        (
            "P1 的声音听起来消极（效价 -0.31），但所说的话是积极的（效价 0.60）。",
            [NEGATIVE, POSITIVE],
        ),
        ("P1 说“wonderful news”时音量下降了 4.2 dB。", [QUOTED, QUIETER]),
        ("面部表情显示快乐，得分 0.80。", [HAPPY]),
        ("P1 的语气偏低沉，唤醒度为 -0.42。", [SUBDUED]),
        ("P1's brow is slightly lowered (AU4, 1.5).", [LOWERED]),
        ("The quote “wonderful news” carries joy (0.71).", [QUOTED, JOY]),
        ("P1 seems happy in the face, where happiness reaches 0.80.", [HAPPY]),
    ],
)
def test_what_is_true_may_be_said_in_many_ways(text, assertions):
    stage = "disagreement" if len(assertions) > 1 else "expression"
    assert objection_to(claim(text, *assertions, stage=stage), asked_in(text), KNOWN) is None


@pytest.mark.parametrize(
    ("text", "quantity", "relation", "bound"),
    [
        ("P1's lips curl into a smile: AU12 reaches 9.9 of 5.", "au.AU12", "lt", 9.9),
        ("P1's lips curl into a smile: AU12 reaches 1.0 of 5.", "au.AU12", "gt", 1.0),
    ],
)
def test_a_number_is_not_true_because_a_bound_holds(text, quantity, relation, bound):
    asserted = asserts(AU12, quantity, bound, relation)
    objection = objection_to(claim(text, asserted, stage="expression"), BASIS, KNOWN)
    assert "which it does not assert there" in objection


@pytest.mark.parametrize(
    "text",
    [
        "P1's lips curl into a smile: AU12 stays below 4.0 of 5.",
        "P1's lips curl into a smile: AU12 at less than 4.0 of 5.",
    ],
)
def test_a_bound_may_be_told_as_one(text):
    asserted = asserts(AU12, "au.AU12", 4.0, "lt")
    assert objection_to(claim(text, asserted, stage="expression"), BASIS, KNOWN) is None


@pytest.mark.parametrize(
    "aside",
    ["being a narcissist by nature", "for the third time", "in a crowded office", "at home"],
)
def test_what_nothing_measures_is_refused(aside):
    text = f"The voice of P1 sounds subdued (arousal -0.42), {aside}."
    assert "nothing here measures" in objection_to(
        claim(text, SUBDUED, stage="expression"), BASIS, KNOWN
    )


def test_a_value_may_lie_somewhere():
    text = "The arousal of P1's voice lies at -0.42."
    assert objection_to(claim(text, SUBDUED, stage="expression"), BASIS, KNOWN) is None
