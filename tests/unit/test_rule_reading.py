"""How the built-in analyst weighs clues; each test changes one clue and says what must follow."""

import pytest

from emer.graphs.report import Agreement
from emer.graphs.rule.reading import read
from emer.graphs.tasks import ModalityFact, ReadTask, SegmentFacts
from emer.tools.findings import Modality
from emer.tools.taxonomy import LABELS

TRUST = {Modality.FACE: 0.56, Modality.VOICE: 0.6, Modality.WORDS: 0.8}


def clue(modality, valence, arousal, trust=None, **support):
    return ModalityFact(
        modality=modality, valence=valence, arousal=arousal, support=support,
        trust=TRUST[modality] if trust is None else trust, evidence=(f"E-{modality}",),
    )  # fmt: skip


def words(valence, arousal=0.0, **support):
    return clue(Modality.WORDS, valence, arousal, **support)


def voice(valence, arousal, **options):
    return clue(Modality.VOICE, valence, arousal, **options)


def face(valence, arousal=0.0, **support):
    return clue(Modality.FACE, valence, arousal, **support)


def reading(*clues, agreement=()):
    segment = SegmentFacts(
        id="S1", subject="P1", role="speaking", start_s=0, end_s=2, facts=(), modalities=clues,
        agreement=agreement,
    )  # fmt: skip
    (found,) = read(ReadTask(question=None, segments=(segment,))).readings
    return found


def labels(*clues):
    return [a.label for a in reading(*clues).labels]


GLAD = words(0.8, 0.5, happy=0.8, joyful=0.6)


def test_clues_that_agree_carry_their_label():
    found = reading(GLAD, voice(0.3, 0.5), face(0.7, 0.4, happy=0.7))
    assert found.pattern == "congruent"
    assert LABELS[found.labels[0].label].family == "joy"


def test_happy_words_in_a_flat_voice_are_not_called_happy():
    found = reading(GLAD, voice(-0.2, -0.6), face(0.0, 0.0))
    assert found.pattern == "flat_good_news"
    assert "happy" not in [a.label for a in found.labels]
    assert "the voice is subdued" in found.reason


def test_a_smile_weakens_the_flat_reading():
    flat = reading(GLAD, voice(-0.2, -0.6), face(0.0, 0.0))
    smiling = reading(GLAD, voice(-0.2, -0.6), face(0.7, 0.3, happy=0.7))
    assert [a.label for a in flat.labels] != [a.label for a in smiling.labels]


def test_happy_words_in_a_sour_loud_voice_may_be_sarcasm():
    found = reading(GLAD, voice(-0.5, 0.4), face(-0.5, 0.3, angry=0.5))
    assert found.pattern == "sarcasm"
    assert any("irony" in part for part in [found.reason])


def test_a_smile_over_sad_words_is_not_called_happy():
    found = reading(words(-0.7, -0.3, sad=0.8), face(0.6, 0.3, happy=0.6))
    assert found.pattern in {"smiling_through_tears", "teasing"}
    assert "happy" not in [a.label for a in found.labels]


def test_civil_words_with_a_tense_voice_and_an_angry_face_are_polite_anger():
    found = reading(words(0.05), voice(-0.4, 0.6), face(-0.6, 0.5, angry=0.6))
    assert found.pattern == "polite_anger"


def test_alternatives_never_repeat_the_labels():
    found = reading(GLAD, voice(-0.2, -0.6))
    assert not {a.label for a in found.labels} & {a.label for a in found.alternatives}


@pytest.mark.parametrize(
    "clues",
    [
        (),
        (voice(0.0, 0.1),),
        (voice(-0.4, 0.7),),
        (words(0.0), voice(0.0, 0.0), face(0.0)),
        (voice(-0.3, 0.5, trust=0.1),),
    ],
)
def test_thin_or_neutral_clues_carry_no_label(clues):
    found = reading(*clues)
    assert found.abstained
    assert found.labels == []
    assert found.reason


def test_one_changed_modality_changes_the_reading():
    sentence = words(0.7, 0.3, happy=0.7)
    readings = {
        reading(sentence, voice(v, a)).pattern for v, a in [(0.3, 0.4), (-0.2, -0.6), (-0.5, 0.4)]
    }
    assert len(readings) == 3


def test_an_unnamed_conflict_is_called_mixed_and_told():
    conflict = Agreement(
        segment="S1", subject="P1", start_s=0, end_s=2, pair=(Modality.VOICE, Modality.WORDS),
        verdict="conflict", dimension="arousal", magnitude=0.9, detail="voice and words differ",
    )  # fmt: skip
    found = reading(words(0.0, 0.6, surprised=0.6), voice(0.0, -0.5), agreement=(conflict,))
    assert found.pattern == "mixed"
    assert "differ" in found.reason


def test_no_more_than_two_labels_and_all_are_known_words():
    found = reading(words(0.3, 0.6, surprised=0.7, curious=0.7, happy=0.7, proud=0.7))
    assert 1 <= len(found.labels) <= 2
    assert all(a.label in LABELS for a in [*found.labels, *found.alternatives])
