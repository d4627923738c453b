"""How the built-in analyst weighs clues; each test changes one clue and says what must follow."""

import pytest

from emer.graphs.report import Agreement, CaseShown
from emer.graphs.rule.readings.analogies import MAX_LIFT
from emer.graphs.rule.readings.grounds import PHRASES
from emer.graphs.rule.readings.reading import read
from emer.graphs.tasks.facts import Fact, ModalityFact, SegmentFacts
from emer.graphs.tasks.reading import ReadTask
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


def reading(*clues, agreement=(), cases=(), language="en"):
    segment = SegmentFacts(
        id="S1", subject="P1", role="speaking", start_s=0, end_s=2, facts=(), modalities=clues,
        agreement=agreement, cases=cases,
    )  # fmt: skip
    task = ReadTask(question=None, language=language, segments=(segment,))
    (found,) = read(task).readings
    return found


def labels(*clues):
    return [a.label for a in reading(*clues).labels]


def case(*names, similarity=0.95, trust="curated", number=1):
    return CaseShown(
        case=f"C{number}", segment="S1", similarity=similarity, situation="another clip", words="",
        labels=names, why="alike", provenance="starter", trust=trust,
    )  # fmt: skip


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
    assert "the voice is subdued" in found.speaks_for


def test_a_smile_weakens_the_flat_reading():
    flat = reading(GLAD, voice(-0.2, -0.6), face(0.0, 0.0))
    smiling = reading(GLAD, voice(-0.2, -0.6), face(0.7, 0.3, happy=0.7))
    assert [a.label for a in flat.labels] != [a.label for a in smiling.labels]


def test_happy_words_over_an_angry_face_and_a_sour_voice_are_sarcasm():
    found = reading(GLAD, voice(-0.5, 0.4), face(-0.5, 0.3, angry=0.5))
    assert found.pattern == "sarcasm"
    assert found.labels[0].label == "sarcastic"
    assert "the face shows anger" in found.speaks_for


def test_a_smile_over_sad_words_is_not_called_happy():
    found = reading(words(-0.7, -0.3, sad=0.8), face(0.6, 0.3, happy=0.6))
    assert found.pattern in {"smiling_through_tears", "masking"}
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
        (words(0.0), voice(-0.45, 0.7)),
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
        reading(sentence, voice(v, a)).pattern for v, a in [(0.3, 0.4), (-0.2, -0.6), (-0.5, 0.6)]
    }
    assert len(readings) == 3


def conflict(dimension="arousal"):
    return Agreement(
        segment="S1", subject="P1", start_s=0, end_s=2, pair=(Modality.VOICE, Modality.WORDS),
        verdict="conflict", dimension=dimension, magnitude=0.9, detail="voice and words differ",
    )  # fmt: skip


def test_a_conflict_that_no_pattern_explains_is_called_mixed_and_told():
    found = reading(words(0.0, 0.6, surprised=0.6), voice(0.0, -0.5), agreement=(conflict(),))
    assert found.pattern == "mixed"
    assert "the voice and the words lean to opposite sides in arousal" in found.reason


def test_a_conflict_makes_a_weak_pattern_worth_naming():
    clues = (words(0.35, 0.1, admiring=0.5), voice(-0.4, 0.05))
    assert reading(*clues, agreement=(conflict("valence"),)).pattern == "sarcasm"
    assert reading(*clues).pattern != "sarcasm"


def test_no_more_than_two_labels_and_all_are_known_words():
    found = reading(words(0.3, 0.6, surprised=0.7, curious=0.7, happy=0.7, proud=0.7))
    assert 1 <= len(found.labels) <= 2
    assert all(a.label in LABELS for a in [*found.labels, *found.alternatives])


def test_the_stronger_the_clues_the_more_intense_the_reading():
    mild = reading(words(0.35, 0.1, happy=0.6), face(0.3, 0.1, happy=0.4))
    strong = reading(words(0.85, 0.6, happy=0.9), face(0.8, 0.6, happy=0.9))
    assert mild.intensity < strong.intensity


def test_a_shout_and_a_murmur_of_the_same_words_get_different_shades():
    sentence = words(-0.6, 0.4, angry=0.8)
    assert labels(sentence, voice(-0.4, 0.8)) != labels(sentence, voice(-0.3, -0.1))


def test_reasons_are_written_in_the_language_of_the_output():
    clues = (GLAD, voice(-0.2, -0.6), face(0.0, 0.0))
    found = reading(*clues, language="zh")
    assert not any("a" <= c <= "z" for c in found.reason + "".join(found.speaks_for))
    assert [a.label for a in found.labels] == labels(*clues), "labels keep one word form"


def test_every_ground_has_a_phrase_of_its_own_in_both_languages():
    english, chinese = zip(*PHRASES.values(), strict=True)
    assert all(english)
    assert all(chinese)
    assert len(set(english)) == len(set(chinese)) == len(PHRASES)


SAD = (words(-0.6, -0.2, sad=0.7, lonely=0.0), voice(-0.2, -0.4), face(-0.5, -0.2, sad=0.6))


def test_a_similar_case_lifts_a_carried_label_by_little_and_says_so():
    plain = reading(*SAD)
    shaded = reading(*SAD, cases=(case(plain.labels[0].label),))
    (moved,) = shaded.influence
    assert moved.case == "C1"
    assert moved.before == plain.labels[0].score
    assert 0 < moved.after - moved.before <= MAX_LIFT
    assert shaded.labels[0].score == moved.after


def test_a_case_cannot_lend_its_label():
    foreign = reading(*SAD, cases=(case("furious", "ecstatic", "jealous"),))
    assert foreign.labels == reading(*SAD).labels
    assert foreign.influence == []


def test_a_case_cannot_end_an_abstention():
    near = reading(words(0.2, 0.1, happy=0.2), voice(0.0, 0.0))
    assert near.abstained
    assert near.alternatives, "there is something that a case could lift"
    lifted = reading(
        words(0.2, 0.1, happy=0.2), voice(0.0, 0.0), cases=(case(near.alternatives[0].label),)
    )
    assert lifted.abstained
    assert lifted.labels == []


def test_many_cases_together_lift_no_further_than_the_bound():
    plain = reading(*SAD)
    crowd = tuple(case(plain.labels[0].label, number=n) for n in range(9))
    after = reading(*SAD, cases=crowd).labels[0].score
    assert after - plain.labels[0].score <= MAX_LIFT + 1e-9


def test_a_curated_case_counts_more_than_an_imported_one():
    label = reading(*SAD).labels[0].label
    by = {t: reading(*SAD, cases=(case(label, trust=t),)).labels[0].score
          for t in ("imported", "user", "curated")}  # fmt: skip
    assert by["imported"] < by["user"] < by["curated"]


def test_a_case_that_is_little_alike_does_nothing():
    label = reading(*SAD).labels[0].label
    assert reading(*SAD, cases=(case(label, similarity=0.4),)).influence == []


def test_a_case_of_unknown_origin_does_nothing():
    label = reading(*SAD).labels[0].label
    assert reading(*SAD, cases=(case(label, trust="stranger"),)).influence == []


VERY = 0.85


def of_face(**units):
    """Return facts of a face: action unit to (intensity 0..5, start, end in s)."""
    return tuple(
        Fact(
            evidence=f"E-{au}", tool="action_units", kind="action_unit", modality=Modality.FACE,
            subject="P1", start_s=start_s, end_s=end_s, quantities={f"au.{au}": intensity},
        )
        for au, (intensity, start_s, end_s) in units.items()
    )  # fmt: skip


def seen(*clues, role="silent", language="en", **units):
    segment = SegmentFacts(
        id="S1", subject="P1", role=role, start_s=0, end_s=2, facts=of_face(**units),
        modalities=clues, agreement=(),
    )  # fmt: skip
    (found,) = read(ReadTask(question=None, language=language, segments=(segment,))).readings
    return found


SMILING = face(0.6, 0.3, happy=0.73)


@pytest.mark.parametrize("intensity", [3.0, 4.0, 5.0])
def test_lip_corners_of_a_silent_face_are_never_very_happy(intensity):
    assert 0.3 < seen(SMILING, AU12=(intensity, 0, 2)).intensity < VERY


def test_how_far_and_how_long_lips_move_is_the_degree_not_how_sure_the_engine_is():
    slight, strong = (seen(SMILING, AU12=(i, 0, 2)).intensity for i in (2.0, 4.5))
    brief = seen(SMILING, AU12=(4.5, 0, 0.5)).intensity
    assert slight < strong
    assert brief < strong


def test_very_needs_a_strong_held_movement_that_is_borne_out():
    loud = (words(0.9, 0.8, happy=0.9), voice(0.5, 0.9), SMILING)
    held = {"AU12": (5.0, 0, 2)}
    assert seen(*loud, role="speaking", **held).intensity >= VERY
    assert seen(SMILING, AU6=(4.0, 0, 2), **held).intensity >= VERY
    assert seen(*loud, role="speaking", AU12=(5.0, 0, 0.6)).intensity < VERY
    assert seen(*loud, role="speaking", AU12=(3.0, 0, 2)).intensity < VERY


def test_a_broad_smile_with_plain_words_is_pleased():
    clues = (words(0.06), voice(0.0, 0.05), face(0.46, 0.25, happy=0.57))
    found = seen(*clues, role="speaking", AU12=(4.8, 0, 2))
    assert found.labels
    assert LABELS[found.labels[0].label].valence > 0.3


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "among the movements that are measured"), ("zh", "测到的动作")],
)
def test_a_face_without_marked_movements_is_not_said_to_show_nothing(language, expected):
    assert expected in seen(face(0.0), language=language).reason
    assert expected in seen(words(0.0), face(0.0), role="speaking", language=language).reason


def test_two_kinds_that_contest_each_other_are_named():
    found = seen(face(0.1, 0.2, happy=0.36, surprised=0.28))
    assert found.abstained
    assert "signs of joy and of surprise stand side by side" in found.reason
