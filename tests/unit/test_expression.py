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
        tool="action_units", engine="hog", modality=Modality.FACE, card=CARD, span=span,
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


def test_neutral_is_modest_because_much_is_not_measured(clip):
    reading = shown(clip, [limit()]).reading
    assert reading.scores["neutral"] == NEUTRAL_MOST
    assert (reading.valence, reading.arousal, reading.basis) == (0, 0, ())


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
