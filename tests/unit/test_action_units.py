import numpy as np
import pytest
from tests.synth import picture, write_media

from emer.tools import action_units
from emer.tools.action_units import ADRIFT, STEADY, FacialActionUnits
from emer.tools.errors import ToolUnavailable
from emer.tools.face_landmarks import Landmarks
from emer.tools.face_tracks import FaceTracks
from emer.tools.facial_events import above_neutral, events, noise_of, pieces, smoothed
from emer.tools.facial_movements import NOT_TOLD, SMILE_LEVEL, TOLD
from emer.tools.findings import Evidence, Gap, GapCode, TimeSpan, select
from emer.tools.media.faces import CROP_PX, Box, FaceWriter
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.readings import ActionUnitReading
from emer.tools.specialist import Clip, PassSpecialist, Specialist

RATE_HZ = 5.0
GREY = np.full((CROP_PX, CROP_PX, 3), 120, np.uint8)


def a_clip(tmp_path, tracks=None, duration_s=10.0, kind="video"):
    """A clip with faces at given times; no picture is looked at unless the test does so."""
    path = write_media(tmp_path / "a.mp4", pictures=[picture()] * 10, rate_hz=5)
    info = probe(path).model_copy(update={"duration_s": duration_s, "kind": kind})
    faces = None
    if tracks is not None:
        writer = FaceWriter(tmp_path / "faces")
        for name, times in tracks.items():
            for t in times:
                writer.add(name, t, Box(10, 10, 80, 80), GREY, aligned=True, score=0.9)
        faces = writer.close()
    span = TimeSpan(start_s=0.0, end_s=duration_s)
    return Clip(path=path, media=info, span=span, workspace=tmp_path, faces=faces)


def seconds(duration_s, start_s=0.0):
    return start_s + np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def pretend(monkeypatch, *, drift=0.0, **columns):
    """Let the network answer the given signals, one value per crop, and nothing for the others."""
    n = len(next(iter(columns.values())))

    def seen(batches):
        assert sum(len(crops) for crops in batches) == n
        return Landmarks(
            np.zeros((n, 0, 2)), np.zeros((n, 3)), np.zeros((n, 0)), np.full(n, float(drift))
        )

    signals = {au: np.array(columns.get(au, np.zeros(n)), np.float64) for au in TOLD}
    monkeypatch.setattr(action_units, "landmarks", seen)
    monkeypatch.setattr(action_units, "signals", lambda found: signals)


def bump(n, first, last, height):
    signal = np.zeros(n)
    signal[first : last + 1] = height
    return signal


def test_it_is_a_specialist_with_a_full_card():
    tool = FacialActionUnits()
    assert isinstance(tool, Specialist)
    assert not isinstance(tool, PassSpecialist)
    assert all(tool.card.model_dump()[name] for name in ("trained_on", "metrics", "limits"))
    tool.ready()


def test_every_movement_is_either_told_or_named_as_not_told():
    assert len(TOLD) >= 6
    assert not set(TOLD) & {name.split()[0] for name in NOT_TOLD}


def test_a_movement_becomes_an_event_with_onset_apex_and_offset(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    smile = bump(50, 20, 29, 0.6)
    smile[25] = 0.9
    pretend(monkeypatch, AU12=smile)
    found = FacialActionUnits().observe(clip, [clip.span], [])
    (event,) = select(found, kind="action_unit")
    assert isinstance(event.reading, ActionUnitReading)
    assert (event.subject, event.reading.au, event.reading.name) == (
        "FACE_01", "AU12", "lip corner puller",
    )  # fmt: skip
    assert event.reading.onset_s == pytest.approx(4.0, abs=0.21)
    assert event.reading.apex_s == pytest.approx(5.0)
    assert event.reading.offset_s == pytest.approx(6.0, abs=0.21)
    assert 2 < event.reading.intensity <= 5
    assert "corners" in event.reading.cue


def test_a_stronger_movement_has_a_higher_intensity_and_more_trust(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    pretend(monkeypatch, AU1=bump(50, 5, 9, 0.2) + bump(50, 30, 34, 0.5))
    weak, strong = select(FacialActionUnits().observe(clip, [clip.span], []), kind="action_unit")
    assert weak.reading.intensity < strong.reading.intensity
    assert weak.score < strong.score


def test_a_face_at_rest_shows_nothing_but_what_cannot_be_told_is_named(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    rng = np.random.default_rng(0)
    noise = {
        au: 0.02 * rng.standard_normal(50) for au in TOLD if au not in {"AU18", "AU25", "AU26"}
    }
    pretend(monkeypatch, **noise)
    (gap,) = FacialActionUnits().observe(clip, [clip.span], [])
    assert gap.code is GapCode.NOT_CREDIBLE
    assert "AU6" in gap.reason
    assert "AU12" not in gap.reason


def test_a_trembling_signal_raises_its_own_threshold(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(20)}, duration_s=20.0)
    rng = np.random.default_rng(1)
    pretend(monkeypatch, AU12=0.25 * rng.standard_normal(100))
    assert not select(FacialActionUnits().observe(clip, [clip.span], []), kind="action_unit")


def test_a_single_misplaced_crop_is_no_movement(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    pretend(monkeypatch, AU1=bump(50, 20, 20, 0.4))
    assert not select(FacialActionUnits().observe(clip, [clip.span], []), kind="action_unit")


def test_a_smile_that_never_ends_is_not_taken_for_the_neutral_look(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    pretend(monkeypatch, AU12=np.full(50, 0.7))
    (event,) = select(FacialActionUnits().observe(clip, [clip.span], []), kind="action_unit")
    assert event.reading.au == "AU12"
    assert event.duration_s == pytest.approx(10.0)


def test_points_that_drift_between_two_looks_earn_no_trust(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    scores = []
    for drift in (STEADY / 2, (STEADY + ADRIFT) / 2, 2 * ADRIFT):
        pretend(monkeypatch, AU12=bump(50, 20, 29, 0.6), drift=drift)
        found = select(FacialActionUnits().observe(clip, [clip.span], []), kind="action_unit")
        scores.append([event.score for event in found])
    (sure,), (unsure,), none = scores
    assert sure > unsure > 0.0
    assert none == []


def test_a_face_seen_briefly_is_a_gap_unless_it_smiles(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": [1.0]})
    pretend(monkeypatch, AU12=[SMILE_LEVEL / 4])
    (found,) = [
        f for f in FacialActionUnits().observe(clip, [clip.span], []) if f.subject != "scene"
    ]
    assert isinstance(found, Gap)
    assert found.code is GapCode.TOO_SHORT
    pretend(monkeypatch, AU12=[0.8])
    (smile,) = select(FacialActionUnits().observe(clip, [clip.span], []), kind="action_unit")
    assert smile.reading.au == "AU12"
    assert smile.score <= 0.5
    assert "without" in smile.reading.cue


def test_a_smile_in_a_photo_lasts_as_long_as_the_photo(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": [0.0]}, duration_s=1.0, kind="image")
    pretend(monkeypatch, AU12=[0.8])
    (smile,) = select(FacialActionUnits().observe(clip, [clip.span], []), kind="action_unit")
    assert smile.span == clip.span


def test_spans_without_a_face_or_without_pictures_are_gaps(tmp_path):
    clip = a_clip(tmp_path, {})
    spans = [TimeSpan(start_s=0, end_s=3), TimeSpan(start_s=3, end_s=5)]
    found = FacialActionUnits().observe(clip, spans, [])
    assert [(f.code, f.span) for f in found] == [(GapCode.NOTHING_THERE, s) for s in spans]
    deaf = Clip(
        path=clip.path, media=clip.media.model_copy(update={"video": None}), span=clip.span,
        workspace=tmp_path,
    )  # fmt: skip
    (gap,) = FacialActionUnits().observe(deaf, [deaf.span], [])
    assert gap.code is GapCode.NO_STREAM
    assert FacialActionUnits().observe(deaf, [], []) == []


def test_only_movements_that_touch_the_spans_are_returned(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    early, late = TimeSpan(start_s=0, end_s=2), TimeSpan(start_s=5, end_s=10)
    signal = bump(50, 30, 36, 0.6)
    pretend(monkeypatch, AU12=signal)
    assert not select(FacialActionUnits().observe(clip, [early], []), kind="action_unit")
    pretend(monkeypatch, AU12=signal)
    found = FacialActionUnits().observe(clip, [early, late], [])
    assert len(select(found, kind="action_unit")) == 1
    assert found == sorted(found, key=lambda f: (f.start_s, f.end_s))
    assert all(f.start_s >= 0 and f.end_s <= clip.span.end_s for f in found)


def test_strictness_finds_fewer_movements(tmp_path, monkeypatch):
    clip = a_clip(tmp_path, {"FACE_01": seconds(10)})
    for strictness, n in ((1.0, 1), (3.0, 0)):
        pretend(monkeypatch, AU1=bump(50, 20, 30, 0.3))
        found = FacialActionUnits(strictness=strictness).observe(clip, [clip.span], [])
        assert len(select(found, kind="action_unit")) == n


def test_damaged_or_missing_weights_are_reported_with_a_remedy(monkeypatch):
    monkeypatch.setattr(action_units, "NAME", "none")
    with pytest.raises(ToolUnavailable, match="missing"):
        FacialActionUnits().ready()


def test_the_neutral_follows_a_slow_drift():
    times = np.arange(0, 1200, 0.2)
    drift = times / 600.0
    above = above_neutral(times, drift + bump(len(times), 3000, 3010, 0.5), 30)
    assert above[3005] == pytest.approx(0.5, abs=0.1)
    assert np.abs(np.delete(above, slice(3000, 3011))).max() < 0.2


def test_a_hole_in_time_ends_an_event():
    times = np.concatenate([seconds(2), seconds(2, start_s=10)])
    assert [p.stop - p.start for p in pieces(times)] == [10, 10]
    assert [(e.first, e.last) for e in events(times, np.ones(20), 0.5)] == [(0, 9), (10, 19)]
    assert noise_of(np.ones(2)) == 0.0
    assert smoothed(times, np.ones(20)) == pytest.approx(np.ones(20))
    assert len(above_neutral(np.zeros(0), np.zeros(0), 30)) == 0


def test_a_real_smile_is_found_when_it_comes(shared_data, tmp_path):
    path = shared_data / "video" / "liveportrait" / "d0.mp4"
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers={"faces": FaceTracks()})
    found = FacialActionUnits().observe(clip, [clip.span], [])
    smiles = [e for e in select(found) if e.reading.key == "AU12"]
    assert smiles
    # the person begins at rest and grins about a second later
    assert 0.5 < smiles[0].reading.onset_s < 2.0
    # a blink that one picture shows is no eye closure
    assert not [e for e in select(found) if e.reading.key in {"AU1", "AU4", "AU43"}]
    assert all(isinstance(f, Evidence | Gap) for f in found)
