"""Faces are found, followed, named and cut out; where there is none, a gap says so."""

import numpy as np
import pytest
from tests import portraits, synth

from emer.tools.face_alignment import EyeMemory, aligned_crop
from emer.tools.face_detection import Detection, FaceDetector, overlap
from emer.tools.face_following import FaceFollower
from emer.tools.face_points import Face, FacePointer
from emer.tools.face_tracks import FaceTracks
from emer.tools.findings import Evidence, Gap, GapCode, TimeSpan, select
from emer.tools.media.decode import Luma
from emer.tools.media.faces import CLOSE, CROP_PX, EYE_COLUMNS, EYE_ROW, Box
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.mouth_motion import MouthWatch
from emer.tools.specialist import PassSpecialist


@pytest.fixture(scope="module")
def portrait():
    """One face of the sample clip, looking at us, 256x256 RGB."""
    return portraits.portrait()


def scene(portrait, left=40, top=20, width=480, height=320, shade=120):
    picture = synth.picture(width, height, (shade, shade, shade))
    picture[top : top + 256, left : left + 256] = portrait
    return picture


def run(tmp_path, *, pictures=None, sound=None, rate_hz=5, name="clip.mp4", span=None):
    path = synth.write_media(tmp_path / name, pictures=pictures, rate_hz=rate_hz, sound=sound)
    workspace = tmp_path / "work"
    workspace.mkdir()
    watchers = {"faces": FaceTracks()}
    clip, _, _ = take_in(path, probe(path), workspace, rate_hz=5, watchers=watchers, span=span)
    return clip


def face_at(left, top=100.0, size=80.0, score=0.9):
    box = Box(left, top, size, size * 1.3)
    places = np.array([(0.27, 0.39), (0.74, 0.39), (0.5, 0.6), (0.33, 0.77), (0.67, 0.77)])
    return Detection(box, score, places * box[2:] + box[:2])


def follower_from(score=0.5):
    return FaceFollower(score)


def follower_of_a_face():
    """Return a follower that has believed a face at 100 since 0.2 s."""
    follower = follower_from()
    for time_s in (0.0, 0.2):
        follower.step(time_s, Sight([face_at(100)]))
    return follower


class Sight:
    """A picture in which the detector and the points show what a test says."""

    def __init__(self, found=(), *, again=None, pointed=True):
        self.found, self.there, self.pointed = list(found), again, pointed
        self.searches, self.sought = [], []

    def find(self, finely):
        self.searches.append(finely)
        return self.found

    def point(self, found):
        return Face(found.box, found.score, found.points if self.pointed else None)

    def again(self, face):
        self.sought.append(face)
        return None if self.there is None else self.point(self.there)


def test_it_fulfils_the_contract_of_a_pass_specialist():
    assert isinstance(FaceTracks(), PassSpecialist)
    FaceTracks().ready()


def test_one_face_is_one_track_over_the_whole_clip(tmp_path, portrait):
    clip = run(tmp_path, pictures=[scene(portrait, left=40 + i) for i in range(15)])
    (found,) = clip.found["faces"]
    assert isinstance(found, Evidence)
    assert found.subject == found.reading.track == "FACE_01"
    assert (found.start_s, found.end_s) == (clip.span.start_s, clip.span.end_s)
    left, top, width, height = found.reading.box_px
    assert 90 < left + width / 2 - 40 < 165
    assert 40 < top + height / 2 - 20 < 160
    assert found.reading.aligned_share > 0.5
    assert 0.02 < found.reading.picture_share < 0.2


def test_crops_hold_the_face_upright_and_one_per_sampled_picture(tmp_path, portrait):
    clip = run(tmp_path, pictures=[scene(portrait)] * 10)
    samples = clip.faces.samples("FACE_01")
    ((times, crops),) = clip.faces.crops("FACE_01")
    assert len(times) == len(samples.times_s) == 10
    assert crops.shape[1:] == (CROP_PX, CROP_PX, 3)
    jitter = np.abs(np.diff(crops[2:].astype(int), axis=0)).mean()
    assert jitter < 6


def test_a_face_that_leaves_and_one_that_comes_have_two_names_and_a_gap(tmp_path, portrait):
    empty = synth.picture(480, 320, (120, 120, 120))
    pictures = [scene(portrait, left=0)] * 10 + [empty] * 35 + [scene(portrait, left=220)] * 10
    clip = run(tmp_path, pictures=pictures)
    kinds = [type(f).__name__ for f in clip.found["faces"]]
    subjects = [f.subject for f in clip.found["faces"]]
    assert kinds == ["Evidence", "Gap", "Evidence"]
    assert subjects == ["FACE_01", "scene", "FACE_02"]
    gap = clip.found["faces"][1]
    assert gap.code is GapCode.NOTHING_THERE
    assert gap.start_s == pytest.approx(2.0, abs=0.3)
    assert gap.end_s == pytest.approx(9.0, abs=0.3)


def test_a_short_absence_does_not_end_a_track(tmp_path, portrait):
    empty = synth.picture(480, 320, (120, 120, 120))
    shown = [scene(portrait)] * 7
    clip = run(tmp_path, pictures=shown + [empty] * 3 + shown)
    assert [f.subject for f in select(clip.found["faces"])] == ["FACE_01"]


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_plain_pictures_hold_no_face(tmp_path, shade):
    clip = run(tmp_path, pictures=[synth.picture(rgb=(shade,) * 3)] * 10)
    (gap,) = clip.found["faces"]
    assert (gap.code, gap.span) == (GapCode.NOTHING_THERE, clip.span)
    assert clip.faces.tracks == []


def test_noise_holds_no_face(tmp_path):
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (180, 320, 3), np.uint8) for _ in range(8)]
    assert all(isinstance(f, Gap) for f in run(tmp_path, pictures=pictures).found["faces"])


def test_sound_without_pictures_is_a_gap_for_want_of_a_stream(tmp_path):
    clip = run(tmp_path, sound=synth.tone(1.0), name="clip.wav")
    (gap,) = clip.found["faces"]
    assert gap.code is GapCode.NO_STREAM


def test_sound_that_outlasts_the_pictures_is_told_from_an_empty_picture(tmp_path, portrait):
    clip = run(tmp_path, pictures=[scene(portrait)] * 10, sound=synth.tone(5.0))
    face, gap = clip.found["faces"]
    assert isinstance(face, Evidence)
    assert gap.code is GapCode.NO_STREAM
    assert gap.start_s == pytest.approx(2.0, abs=0.3)


def test_a_still_image_needs_one_look_only(tmp_path, portrait):
    import cv2

    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), scene(portrait)[:, :, ::-1])
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers={"faces": FaceTracks()})
    (found,) = clip.found["faces"]
    assert found.reading.n_frames == 1
    assert found.span == clip.span


def test_a_video_of_one_picture_shows_its_face(tmp_path, portrait):
    clip = run(tmp_path, pictures=[scene(portrait)], rate_hz=1)
    assert clip.faces.tracks == ["FACE_01"]


def test_observe_cuts_to_the_spans_and_counts_anew(tmp_path, portrait):
    empty = synth.picture(480, 320, (120, 120, 120))
    clip = run(tmp_path, pictures=[scene(portrait)] * 15 + [empty] * 15)
    spans = [TimeSpan(start_s=0.5, end_s=1.5), TimeSpan(start_s=4.0, end_s=4.5)]
    face, gap = FaceTracks().observe(clip, spans, [])
    assert (face.start_s, face.end_s, face.reading.n_frames) == (0.5, 1.5, 5)
    assert (gap.start_s, gap.end_s, gap.code) == (4.0, 4.5, GapCode.NOTHING_THERE)
    assert FaceTracks().observe(clip, [], []) == []
    assert FaceTracks().observe(clip, [clip.span], []) == clip.found["faces"]


def test_an_analysed_part_keeps_the_clock_of_the_media(tmp_path, portrait):
    span = TimeSpan(start_s=1.0, end_s=2.0)
    clip = run(tmp_path, pictures=[scene(portrait)] * 15, span=span)
    (found,) = clip.found["faces"]
    assert found.span == span


def test_two_runs_agree_to_the_last_digit(tmp_path, portrait):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    pictures = [scene(portrait, left=40 + 2 * i) for i in range(6)]
    first = run(tmp_path / "a", pictures=pictures).found["faces"]
    assert first == run(tmp_path / "b", pictures=pictures).found["faces"]


def test_a_face_seen_once_is_not_believed():
    follower = follower_from()
    (track,) = follower.step(0.0, Sight([face_at(100)]))
    assert not track.confirmed
    (track,) = follower.step(0.2, Sight([face_at(102)]))
    assert track.confirmed


def test_a_face_that_was_sure_once_and_then_doubtful_is_not_believed():
    follower = follower_from()
    follower.step(0.0, Sight([face_at(100)]))
    assert follower.step(0.2, Sight([face_at(101, score=0.3)])) == []
    assert follower.tracks == []


def test_what_is_taken_for_a_face_now_and_then_is_none_though_points_follow_it():
    follower = follower_from()
    for i in range(40):
        badge = face_at(100, size=40, score=0.3 if i % 4 else 0.9)
        seen = follower.step(0.2 * i, Sight([badge], again=badge))
        assert not any(track.confirmed for track in seen)


def test_two_pictures_are_enough_for_a_face_that_shows_itself_shortly():
    follower = follower_from()
    empty = Sight()
    seen = [follower.step(0.2 * i, empty) for i in range(4)]
    seen += [
        follower.step(0.8 + 0.2 * i, Sight([face_at(100)], again=face_at(100))) for i in (0, 1)
    ]
    assert [t.confirmed for t in seen[-1]] == [True]


def test_weak_detections_continue_a_track_but_begin_none():
    follower = follower_from()
    assert follower.step(0.0, Sight([face_at(100, score=0.3)])) == []
    (begun,) = follower.step(0.2, Sight([face_at(100)]))
    follower.step(0.4, Sight([face_at(100)]))
    (seen,) = follower.step(0.6, Sight([face_at(101, score=0.3)]))
    assert seen is begun


def test_two_faces_side_by_side_keep_their_tracks_when_they_move():
    follower = follower_from()
    numbers = []
    for i in range(10):
        boxes = [face_at(100 + 5 * i), face_at(400 - 5 * i)]
        seen = follower.step(i * 0.2, Sight(boxes))
        numbers.append([t.number for t in sorted(seen, key=lambda t: t.box.left)])
    assert numbers == [[1, 2]] * 10


def test_a_head_that_is_shaken_keeps_its_track():
    follower, lefts = follower_from(), [100, 170, 95, 165, 90, 160]
    seen = [follower.step(0.2 * i, Sight([face_at(x)])) for i, x in enumerate(lefts)]
    assert [[t.number for t in s] for s in seen] == [[1]] * 6


def test_a_cut_ends_every_track():
    follower = follower_from()
    follower.step(0.0, Sight([face_at(100)]))
    follower.cut()
    (after,) = follower.step(0.2, Sight([face_at(100)]))
    assert after.number == 2


def test_a_face_that_is_followed_is_found_by_its_points_without_a_search():
    follower, later = follower_of_a_face(), Sight(again=face_at(101))
    (found,) = follower.step(0.4, later)
    assert (len(later.sought), found.number, found.confirmed) == (1, 1, True)
    assert later.sought[0].box.left == 100
    assert later.searches == []


def test_a_face_whose_points_are_lost_is_searched_for_in_the_whole_picture():
    follower, later = follower_of_a_face(), Sight([face_at(104)])
    (found,) = follower.step(0.4, later)
    assert (len(later.searches), found.number) == (1, 1)


def test_what_shows_no_points_is_no_face_however_sure_the_detector_is():
    follower = follower_from()
    for i in range(5):
        assert follower.step(0.2 * i, Sight([face_at(100, score=0.99)], pointed=False)) == []


def test_points_that_the_detector_does_not_see_as_a_face_are_followed_no_longer():
    follower = follower_of_a_face()
    pictures = [Sight([], again=face_at(100)) for _ in range(4)]
    seen = [follower.step(0.2 * i, sight) for i, sight in enumerate(pictures, 2)]
    assert [len(s) for s in seen] == [1, 0, 0, 0]
    assert [len(p.sought) for p in pictures] == [1, 1, 0, 0]


def test_what_is_weak_and_shows_no_points_does_not_continue_a_face():
    follower = follower_of_a_face()
    assert follower.step(0.4, Sight([face_at(100, score=0.3)], pointed=False)) == []


def test_the_whole_picture_is_searched_rarely_while_a_face_is_followed():
    follower, searches = follower_from(), []
    for i in range(50):
        sight = Sight([face_at(100)], again=face_at(100))
        follower.step(i * 0.2, sight)
        searches += sight.searches
    assert 20 <= len(searches) <= 26
    assert sum(searches) == 6


@pytest.mark.parametrize("angle_deg", [-30, -15, 15, 30])
def test_a_tilted_head_is_cut_out_upright(portrait, angle_deg):
    import cv2

    turn = cv2.getRotationMatrix2D((168, 148), angle_deg, 0.8)
    tilted = cv2.warpAffine(scene(portrait), turn, (480, 320), borderMode=cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(tilted, cv2.COLOR_RGB2GRAY)
    face = FacePointer().begin(tilted, FaceDetector().find(grey)[0])
    across, down = face.eyes[1] - face.eyes[0]
    assert -np.degrees(np.arctan2(down, across)) == pytest.approx(angle_deg, abs=6)


def test_points_lead_to_the_box_that_the_detector_draws(portrait):
    import cv2

    picture = scene(portrait)
    found = FaceDetector().find(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))[0]
    pointer = FacePointer()
    face = pointer.begin(picture, found)
    assert overlap(face.box, found.box) > 0.65
    again = pointer.again(picture, face.shifted(6, -4))
    assert overlap(again.box, face.box) > 0.9
    assert np.abs(again.places - face.places).max() < 0.05 * face.box.width


def test_noise_shows_no_points(portrait):
    noise = np.random.default_rng(0).integers(0, 256, (320, 480, 3), np.uint8)
    face = FacePointer().begin(noise, face_at(200, size=100))
    assert face.places is None


def test_a_crop_puts_the_eyes_in_their_place_whatever_size_and_tilt():
    for gap, tilt_deg in ((30, 0), (60, 20), (200, -15)):
        rgb = np.zeros((720, 1280, 3), np.uint8)
        half = gap / 2 * np.array([np.cos(np.radians(tilt_deg)), np.sin(np.radians(tilt_deg))])
        eyes = np.array([640.0, 360.0]) + np.array([-half, half])
        for i, (x, y) in enumerate(eyes):
            r = max(2, gap // 20)
            rgb[round(y) - r : round(y) + r, round(x) - r : round(x) + r, i] = 255
        crop = aligned_crop(rgb, eyes)[CLOSE]
        for i, column in enumerate(EYE_COLUMNS):
            rows, columns = np.nonzero(crop[:, :, i] > 60)
            assert rows.mean() + 0.5 == pytest.approx(EYE_ROW * CROP_PX, abs=1.0)
            assert columns.mean() + 0.5 == pytest.approx(column * CROP_PX, abs=1.0)


def test_eyes_of_a_face_turned_aside_are_not_aligned():
    box = Box(0, 0, 100, 140)
    crossed = np.array([[48.0, 55.0], [52.0, 55.0]])
    places, aligned = EyeMemory().place(box, crossed)
    assert not aligned
    assert places[1, 0] - places[0, 0] > 40


def test_a_moving_mouth_is_told_from_a_moving_head():
    rng = np.random.default_rng(1)
    base = np.kron(rng.integers(0, 255, (40, 40)), np.ones((6, 6))).astype(np.uint8)
    box = Box(60, 40, 100, 140)

    def energy(change):
        watch, values = MouthWatch(), []
        watch.follow({1: box})
        for i in range(20):
            values += [e for _, e in watch.glimpse(Luma(i * 0.04, change(base.copy(), i)))]
        return np.mean(values)

    def mouth(picture, i):
        picture[140:165, 90:130] = 255 * (i % 2)
        return picture

    still = energy(lambda p, i: p)
    assert still == pytest.approx(0.0, abs=1e-6)
    assert energy(mouth) > 4 * abs(energy(lambda p, i: np.roll(p, i % 2, axis=1)))


def test_faces_of_real_clips_are_followed(tmp_path, shared_data):
    path = shared_data / "video" / "pyfeat" / "noface_face.mov"
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers={"faces": FaceTracks()})
    gap, face = clip.found["faces"]
    assert gap.code is GapCode.NOTHING_THERE
    assert face.start_s == pytest.approx(4.0, abs=0.3)
    assert face.reading.aligned_share > 0.7
    assert len(clip.faces.mouth_motion("FACE_01").times_s) > 50
