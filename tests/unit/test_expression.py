import pytest
from tests.synth import picture, write_media

from emer.tools.action_units import FacialActionUnits
from emer.tools.expression import FacialExpression
from emer.tools.facial_prototypes import NEUTRAL_MOST, PROTOTYPES, categories
from emer.tools.findings import Evidence, Gap, GapCode, Modality, TimeSpan, select
from emer.tools.media.faces import CROP_PX, Box, FaceWriter
from emer.tools.media.probe import probe
from emer.tools.readings import ActionUnitReading, SpeakingFaceReading
from emer.tools.specialist import Clip, Specialist

CARD = FacialActionUnits.card
WHOLE = TimeSpan(start_s=0, end_s=4)


@pytest.fixture
def clip(tmp_path):
    return a_clip(tmp_path, {"FACE_01": [i / 5 for i in range(20)]})


def a_clip(tmp_path, tracks, *, kind="video"):
    import numpy as np

    path = write_media(tmp_path / "a.mp4", pictures=[picture()] * 20, rate_hz=5)
    writer = FaceWriter(tmp_path / "faces")
    crop = np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
    for name, times in tracks.items():
        for t in times:
            writer.add(name, t, Box(0, 0, 50, 50), crop, aligned=True, score=0.9)
    media = probe(path).model_copy(update={"kind": kind})
    return Clip(path=path, media=media, span=WHOLE, workspace=tmp_path, faces=writer.close())


def unit(au, start_s=0.0, end_s=4.0, intensity=4.0, subject="FACE_01", score=0.8):
    span = TimeSpan(start_s=start_s, end_s=end_s)
    reading = ActionUnitReading(
        au=au, name="x", intensity=intensity, cue="x",
        onset_s=start_s, apex_s=start_s, offset_s=end_s,
    )  # fmt: skip
    return Evidence.of(
        tool="action_units", engine="landmarks", modality=Modality.FACE, card=CARD, span=span,
        reading=reading, subject=subject, score=score,
    )  # fmt: skip


def talks(subject="FACE_01", score=0.9, span=WHOLE):
    reading = SpeakingFaceReading(track=subject, speaking_score=score, mouth_motion=2, n_faces=1)
    return Evidence.of(
        tool="active_speaker", engine="motion", modality=Modality.FACE, card=CARD, span=span,
        reading=reading, subject=subject,
    )  # fmt: skip


def limit(reason="not measured: AU4 brow lowerer", code=GapCode.NOT_CREDIBLE, **more):
    return Gap(tool="action_units", code=code, start_s=0, end_s=4, reason=reason, **more)


def look(clip, known, spans=(WHOLE,)):
    return FacialExpression().observe(clip, list(spans), known)


def shown(clip, known):
    (evidence,) = select(look(clip, known), kind="expression")
    return evidence


def best(evidence):
    return max(evidence.reading.scores, key=evidence.reading.scores.get)


def test_it_is_a_specialist():
    tool = FacialExpression()
    assert isinstance(tool, Specialist)
    tool.ready()


def test_the_prototypes_are_well_formed():
    for name, prototype in PROTOTYPES.items():
        assert sum(prototype.weights.values()) == pytest.approx(1.0), name
        assert all(need <= prototype.weights.keys() for need in prototype.needs), name


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (["AU12"], "happiness"),
        (["AU6", "AU12", "AU25"], "happiness"),
        (["AU1", "AU2", "AU5", "AU25", "AU26"], "surprise"),
        (["AU1", "AU4", "AU15"], "sadness"),
        (["AU4", "AU7", "AU24"], "anger"),
        (["AU1", "AU4", "AU5", "AU20", "AU25"], "fear"),
        (["AU9", "AU10"], "disgust"),
        (["AU14"], "contempt"),
        ([], "neutral"),
        (["AU25"], "neutral"),
        (["AU1"], "neutral"),
        (["AU43"], "neutral"),
    ],
)
def test_action_units_compose_the_category_of_the_literature(clip, units, expected):
    evidence = shown(clip, [limit(), *(unit(au) for au in units)])
    assert best(evidence) == expected
    assert sum(evidence.reading.scores.values()) <= 1.0 + 1e-6
    assert set(evidence.reading.scores) == {*PROTOTYPES, "neutral"}


def test_a_smile_is_pleasant_and_its_evidence_is_cited(clip):
    smile = unit("AU12")
    evidence = shown(clip, [smile])
    assert evidence.subject == "FACE_01"
    assert evidence.reading.valence > 0.3
    assert evidence.reading.arousal > 0
    assert evidence.reading.basis == (smile.id,)


def test_neutral_is_modest_and_nowhere_because_much_is_not_measured(clip):
    reading = shown(clip, [limit()]).reading
    assert reading.scores["neutral"] == NEUTRAL_MOST
    assert (reading.valence, reading.arousal, reading.basis) == (None, None, ())
    assert not {"face.valence", "face.arousal"} & reading.quantities().keys()


def test_a_weak_or_short_movement_counts_less(clip):
    full = shown(clip, [unit("AU12")]).reading.scores["happiness"]
    weak = shown(clip, [unit("AU12", intensity=1.0)]).reading.scores["happiness"]
    short = shown(clip, [unit("AU12", end_s=0.6)]).reading.scores["happiness"]
    assert weak < full
    assert short < full


def test_the_mouth_counts_less_while_its_owner_talks(clip):
    silent = shown(clip, [unit("AU12")])
    talking = shown(clip, [unit("AU12"), talks()])
    other = shown(clip, [unit("AU12"), talks(subject="FACE_02")])
    unsure = shown(clip, [unit("AU12"), talks(score=0.3)])
    assert talking.reading.scores["happiness"] < silent.reading.scores["happiness"]
    assert talking.reading.while_speaking
    assert other.reading == unsure.reading == silent.reading
    assert not silent.reading.while_speaking


def test_raised_brows_count_less_while_their_owner_talks(clip):
    brows = [unit("AU1"), unit("AU2")]
    silent, talking = shown(clip, brows), shown(clip, [*brows, talks()])
    assert 0 < talking.reading.scores["surprise"] < silent.reading.scores["surprise"]


def test_a_smile_with_raised_inner_brows_is_hardly_happiness(clip):
    alone, contested = shown(clip, [unit("AU12")]), shown(clip, [unit("AU12"), unit("AU1")])
    assert contested.reading.scores["happiness"] < 0.5 * alone.reading.scores["happiness"]
    assert contested.reading.scores["neutral"] == alone.reading.scores["neutral"]


NO_JAW = "not measured: AU4 brow lowerer, AU6 cheek raiser, AU26 jaw drop"


def happiness(clip, *known):
    return shown(clip, list(known)).reading.scores["happiness"]


def surprise(clip, *known):
    return shown(clip, [limit(NO_JAW), *known]).reading.scores["surprise"]


def in_second_half(clip, *known):
    (evidence,) = select(look(clip, known, [TimeSpan(start_s=2, end_s=4)]), kind="expression")
    return evidence.reading.scores["happiness"]


def test_a_smile_that_only_touches_a_window_hardly_counts_in_it(clip):
    touching = in_second_half(clip, unit("AU12", end_s=2.1))
    half_in = in_second_half(clip, unit("AU12", start_s=1.5, end_s=2.5))
    assert 0 < touching < 0.2 * half_in


def test_a_short_smile_within_a_window_is_not_taken_for_a_touch(clip):
    assert in_second_half(clip, unit("AU12", start_s=2.5, end_s=3.0)) > 0.45


def test_parted_lips_add_to_a_smile_and_a_wide_open_mouth_takes_from_it(clip):
    smile = unit("AU12")
    parted = happiness(clip, smile, unit("AU25", intensity=3.0))
    agape = happiness(clip, smile, unit("AU25", intensity=5.0))
    assert parted > happiness(clip, smile)
    assert agape < 0.3 < happiness(clip, smile)
    assert agape < happiness(clip, smile, unit("AU25", intensity=4.0)) < parted


def test_a_wide_open_mouth_with_raised_cheeks_is_a_laugh(clip):
    laugh = happiness(clip, unit("AU12"), unit("AU25", intensity=5.0), unit("AU6"))
    assert laugh > happiness(clip, unit("AU12"))


def test_a_mouth_that_opens_wide_before_the_smile_takes_nothing_from_it(clip):
    smile, opened = unit("AU12", start_s=2.0), unit("AU25", end_s=2.0, intensity=5.0)
    assert happiness(clip, smile, opened) >= happiness(clip, smile)


def test_a_mouth_wide_open_in_speech_takes_little_from_a_smile(clip):
    smile, agape = unit("AU12"), unit("AU25", intensity=5.0)
    silent = happiness(clip, smile, agape) / happiness(clip, smile)
    talking = happiness(clip, smile, agape, talks()) / happiness(clip, smile, talks())
    assert silent < 0.5 < talking


def test_faint_inner_brows_over_lowered_lids_are_a_crying_face_and_no_smile(clip):
    brows, lids = unit("AU1", intensity=1.2), unit("AU43")
    smile = happiness(clip, unit("AU12"))
    assert happiness(clip, unit("AU12"), brows) > 0.6 * smile
    assert happiness(clip, unit("AU12"), lids) == smile
    assert happiness(clip, unit("AU12"), brows, lids) < 0.31 * smile


def test_a_crying_face_is_told_by_its_brows_and_lids_at_the_same_time(clip):
    faint = unit("AU1", end_s=2.0, intensity=1.2)
    apart, together = unit("AU43", start_s=2.0), unit("AU43", end_s=2.0)
    assert happiness(clip, unit("AU12"), faint, apart) == happiness(clip, unit("AU12"), faint)
    whole_brow = unit("AU2", end_s=2.0)
    raised = happiness(clip, unit("AU12"), faint, together, whole_brow)
    assert raised > happiness(clip, unit("AU12"), faint, together)


def test_lowered_lids_that_speak_against_a_smile_are_cited(clip):
    smile, brows, lids = unit("AU12"), unit("AU1"), unit("AU43")
    assert lids.id in shown(clip, [smile, brows, lids]).reading.basis
    assert lids.id not in shown(clip, [smile, lids]).reading.basis


def test_surprise_does_not_wait_for_a_movement_that_nobody_measures(clip):
    face = [unit(au) for au in ("AU1", "AU2", "AU5")]
    measured = shown(clip, [limit(), *face]).reading.scores["surprise"]
    assert surprise(clip, *face) > measured


def test_a_dropped_jaw_with_one_raised_brow_movement_is_surprise(clip):
    for brow in ("AU1", "AU2"):
        agape = shown(clip, [limit(NO_JAW), unit(brow), unit("AU25", intensity=3.5)])
        assert best(agape) == "surprise"
        assert surprise(clip, unit(brow), unit("AU25", intensity=2.9)) == 0
        assert surprise(clip, unit(brow)) == 0


def test_lips_stand_for_the_jaw_only_where_nobody_measures_it(clip):
    face = [unit("AU1"), unit("AU25")]
    assert shown(clip, [limit(), *face]).reading.scores["surprise"] == 0


def test_lips_far_apart_in_a_smile_or_at_another_time_are_no_dropped_jaw(clip):
    assert surprise(clip, unit("AU1"), unit("AU25"), unit("AU12")) == 0
    assert surprise(clip, unit("AU1", end_s=2.0), unit("AU25", start_s=2.0)) == 0


def test_raised_brows_and_open_mouths_of_talkers_are_not_surprise(clip):
    talker = [limit(NO_JAW), unit("AU1"), unit("AU2"), unit("AU25"), talks()]
    assert shown(clip, talker).reading.scores["surprise"] < 0.3
    assert surprise(clip, unit("AU1"), unit("AU25"), talks()) == 0


def test_closed_eyes_speak_against_surprise(clip):
    brows = [unit("AU1"), unit("AU2")]
    shut = shown(clip, [*brows, unit("AU43")])
    assert shut.reading.scores["surprise"] < shown(clip, brows).reading.scores["surprise"]


def test_what_cannot_be_told_is_said_once(clip):
    found = look(clip, [limit(), unit("AU12")], [WHOLE.model_copy(update={"end_s": 2.0}), WHOLE])
    (gap,) = [f for f in found if isinstance(f, Gap)]
    assert gap.code is GapCode.NOT_CREDIBLE
    assert "anger" in gap.reason
    assert "happiness" not in gap.reason
    assert "sadness" not in gap.reason  # AU15 alone would show it
    assert gap.span == WHOLE


def test_a_smile_without_measured_cheeks_may_be_a_grimace_and_that_is_said(clip):
    def said(*known):
        return " ".join(f.reason for f in look(clip, known) if isinstance(f, Gap))

    grimace = "cannot be told from a smile"
    assert grimace in said(unit("AU12"))
    assert said(limit(), unit("AU12")).count(grimace) == 1
    assert "anger" in said(limit(), unit("AU12"))
    assert grimace not in said(unit("AU12"), unit("AU6"))
    assert grimace not in said(limit(), unit("AU1"), unit("AU2"))


def test_without_any_coding_of_the_face_nothing_is_claimed(clip):
    (gap,) = look(clip, [])
    assert gap.code is GapCode.NOT_LOOKED_AT
    assert gap.remedy


def test_a_face_without_a_known_neutral_is_a_gap_and_not_neutral(clip):
    unknown = limit("too brief", GapCode.TOO_SHORT, subject="FACE_01")
    (gap,) = look(clip, [unknown])
    assert (gap.code, gap.subject) == (GapCode.TOO_SHORT, "FACE_01")
    assert best(shown(clip, [unknown, unit("AU12")])) == "happiness"


def test_a_glimpse_of_a_face_is_a_gap_but_a_photo_is_not(tmp_path):
    glimpse = a_clip(tmp_path, {"FACE_01": [1.0]})
    (gap,) = look(glimpse, [unit("AU12")])
    assert gap.code is GapCode.TOO_SHORT
    photo = a_clip(tmp_path, {"FACE_01": [0.0]}, kind="image")
    evidence = shown(photo, [unit("AU12")])
    assert evidence.score < 0.5


def test_no_face_and_no_pictures_are_different_gaps(tmp_path, clip):
    nobody = a_clip(tmp_path, {})
    assert [f.code for f in look(nobody, [limit()])] == [GapCode.NOTHING_THERE]
    blind = Clip(
        path=clip.path, media=clip.media.model_copy(update={"video": None}), span=WHOLE,
        workspace=clip.workspace,
    )  # fmt: skip
    assert [f.code for f in look(blind, [])] == [GapCode.NO_STREAM]
    assert look(clip, [], spans=()) == []


def test_every_visible_face_is_judged_by_itself_and_in_order(tmp_path):
    times = [i / 5 for i in range(20)]
    two = a_clip(tmp_path, {"FACE_01": times, "FACE_02": times[10:]})
    halves = [TimeSpan(start_s=0, end_s=2), TimeSpan(start_s=2, end_s=4)]
    found = look(two, [limit(), unit("AU12", subject="FACE_02", start_s=2.0)], halves)
    told = [(e.start_s, e.subject, best(e)) for e in select(found, kind="expression")]
    assert told == [
        (0.0, "FACE_01", "neutral"), (2.0, "FACE_01", "neutral"), (2.0, "FACE_02", "happiness"),
    ]  # fmt: skip
    assert found == sorted(found, key=lambda f: (f.start_s, f.end_s))
    assert found == look(two, [limit(), unit("AU12", subject="FACE_02", start_s=2.0)], halves)


def test_scores_stay_a_share_of_one_when_everything_moves():
    every = {au: 1.0 for p in PROTOTYPES.values() for au in p.weights}
    assert sum(categories(every).values()) == pytest.approx(1.0, abs=0.001)
