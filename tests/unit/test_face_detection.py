"""Faces are found in one picture: where, how large, how surely, and what is none."""

import numpy as np
import pytest
from tests import portraits

from emer.tools.errors import ToolUnavailable
from emer.tools.face_detection import (
    FINE_PX,
    SMALL_TRUST,
    STRIDES,
    FaceDetector,
    candidates_of,
    merged,
    overlap,
    resized,
)
from emer.tools.media.faces import Box

LEFT_EYE, RIGHT_EYE, NOSE, LEFT_MOUTH, RIGHT_MOUTH = range(5)


@pytest.fixture(scope="module")
def detector():
    return FaceDetector()


@pytest.fixture(scope="module")
def scene(portrait_grey):
    picture = np.full((360, 640), 90, np.uint8)
    picture[40:296, 200:456] = portrait_grey
    return picture


@pytest.fixture(scope="module")
def portrait_grey():
    import cv2

    return cv2.cvtColor(portraits.portrait(), cv2.COLOR_RGB2GRAY)


def faces_of(made, least):
    return merged(candidates_of(made, least))


def grids(height=64, width=96):
    made = [np.zeros((15, height // s, width // s), np.float32) for s in STRIDES]
    for grid in made:
        grid[0] = -9.0
    return made


def put(made, level, row, column, score, middle=(0.0, 0.0), sides=(2.0, 3.0)):
    cell = made[level][:, row, column]
    cell[0] = np.log(score / (1 - score))
    cell[1:3] = middle
    cell[3:5] = np.log(sides)
    cell[5:15] = np.arange(10) / 10


def test_a_cell_tells_box_and_points_in_strides_from_its_middle():
    made = grids()
    put(made, 1, 1, 2, 0.8, middle=(0.25, -0.5), sides=(2.0, 3.0))
    (face,) = faces_of(made, 0.3)
    middle = (2.5 * 16 + 4, 1.5 * 16 - 8)
    assert face.box == pytest.approx((middle[0] - 16, middle[1] - 24, 32, 48), abs=1e-3)
    assert face.score == pytest.approx(0.8, abs=1e-4)
    assert face.points[0] == pytest.approx((2.5 * 16, 1.5 * 16 + 1.6), abs=1e-3)
    assert face.points[4] == pytest.approx((2.5 * 16 + 12.8, 1.5 * 16 + 14.4), abs=1e-3)


def test_neighbouring_cells_are_one_face_and_the_surer_counts_more():
    made = grids()
    put(made, 0, 3, 4, 0.9, sides=(4.0, 4.0))
    put(made, 0, 3, 5, 0.3, sides=(4.0, 4.0))
    (face,) = faces_of(made, 0.2)
    assert face.score == pytest.approx(0.9, abs=1e-4)
    assert face.box.left + face.box.width / 2 == pytest.approx(
        36 + 8 * 0.3**4 / (0.9**4 + 0.3**4), abs=1e-2
    )


def test_two_faces_apart_come_surest_first():
    made = grids()
    put(made, 0, 1, 1, 0.6)
    put(made, 0, 6, 9, 0.8)
    assert [round(f.score, 2) for f in faces_of(made, 0.3)] == [0.8, 0.6]


def test_a_candidate_inside_a_surer_face_is_no_face_of_its_own():
    made = grids()
    put(made, 2, 0, 1, 0.9, sides=(2.0, 2.0))
    put(made, 0, 2, 6, 0.5, sides=(1.5, 1.5))
    assert len(faces_of(made, 0.3)) == 1


def test_what_is_weaker_than_asked_for_is_not_told():
    made = grids()
    put(made, 0, 1, 1, 0.25)
    assert faces_of(made, 0.3) == []
    assert len(faces_of(made, 0.2)) == 1


@pytest.mark.parametrize("side_px", [64, 90, 160, 256])
def test_one_portrait_is_found_at_any_size(detector, portrait_grey, side_px):
    picture = np.full((300, 400), 90, np.uint8)
    picture[20 : 20 + side_px, 60 : 60 + side_px] = resized(portrait_grey, side_px / 256)
    found = [d for d in detector.find(picture) if d.score >= detector.sure]
    assert len(found) == 1
    middle = found[0].box.left + found[0].box.width / 2
    assert middle == pytest.approx(60 + side_px / 2, abs=0.2 * side_px)


def test_a_larger_picture_gives_the_same_face_in_its_own_pixels(detector, scene):
    (small,) = detector.find(scene)[:1]
    (large,) = detector.find(resized(scene, 2.0))[:1]
    assert overlap(small.times(2.0).box, large.box) > 0.85
    assert large.points == pytest.approx(2 * small.points, abs=6.0)


def test_the_points_are_where_eyes_nose_and_mouth_are(detector, scene):
    face = detector.find(scene)[0]
    points = face.points
    assert points[LEFT_EYE, 0] < points[NOSE, 0] < points[RIGHT_EYE, 0]
    assert points[[LEFT_EYE, RIGHT_EYE], 1].max() < points[NOSE, 1]
    assert points[NOSE, 1] < points[[LEFT_MOUTH, RIGHT_MOUTH], 1].min()
    assert (points > face.box[:2]).all()
    assert (points < np.add(face.box[:2], face.box[2:])).all()


def test_a_mirrored_picture_has_the_mirrored_face(detector, scene):
    face, other = (detector.find(p)[0] for p in (scene, np.ascontiguousarray(scene[:, ::-1])))
    mirrored = face.points[[1, 0, 2, 4, 3]] * [-1, 1] + [scene.shape[1], 0]
    apart = np.hypot(*(face.points[1] - face.points[0]))
    assert np.abs(other.points - mirrored).max() < 0.2 * apart


@pytest.mark.parametrize("angle_deg", [-20, -10, 10, 20])
def test_a_tilted_head_is_found(detector, scene, angle_deg):
    import cv2

    turn = cv2.getRotationMatrix2D((328, 168), angle_deg, 0.8)
    tilted = cv2.warpAffine(scene, turn, (640, 360), borderMode=cv2.BORDER_REPLICATE)
    face = detector.find(tilted)[0]
    assert face.score >= detector.sure
    assert face.box.left < 328 < face.box.left + face.box.width


@pytest.mark.parametrize("gain", [0.25, 0.5, 1.6])
def test_a_dark_or_bright_picture_shows_the_same_face(detector, scene, gain):
    face = detector.find(scene)[0]
    other = detector.find(np.clip(scene * gain, 0, 255).astype(np.uint8))[0]
    assert other.score >= detector.sure
    assert overlap(face.box, other.box) > 0.7


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_plain_picture_holds_no_face(detector, shade):
    assert detector.find(np.full((360, 640), shade, np.uint8)) == []


def test_noise_boards_and_stripes_hold_no_sure_face(detector):
    rng = np.random.default_rng(0)
    rows, columns = np.indices((270, 480))
    pictures = [rng.integers(0, 256, (270, 480), np.uint8) for _ in range(5)]
    for step in (4, 9, 20, 45):
        pictures.append(((rows // step + columns // step) % 2 * 255).astype(np.uint8))
        pictures.append((columns // step % 2 * 255).astype(np.uint8))
    sure = [d for p in pictures for d in detector.find(p) if d.score >= detector.sure]
    assert sure == []


@pytest.mark.parametrize("shape", [(1, 1), (5, 900), (900, 5), (13, 13)])
def test_pictures_of_odd_shapes_are_no_trouble(detector, shape):
    assert detector.find(np.full(shape, 7, np.uint8)) == []


def test_two_searches_of_one_picture_agree_to_the_last_digit(detector, scene):
    one, other = detector.find(scene)[0], FaceDetector().find(scene)[0]
    assert (one.box, one.score) == (other.box, other.score)
    assert (one.points == other.points).all()


def test_a_missing_network_is_told_with_a_remedy(monkeypatch, tmp_path):
    from emer.tools import networks

    monkeypatch.setattr(networks, "weights_folder", lambda: tmp_path)
    with pytest.raises(ToolUnavailable, match="missing"):
        FaceDetector.ready()


def test_the_weaker_threshold_lies_below_the_sure_one(detector):
    assert 0.0 < detector.weak < detector.sure < 1.0


def test_overlap_is_intersection_over_union():
    assert overlap(Box(0, 0, 2, 2), Box(1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 1, 1), Box(5, 5, 1, 1)) == 0.0


def test_a_face_too_small_for_the_usual_search_must_be_told_more_surely(detector, portrait_grey):
    def score(side_px, size):
        picture = np.full(size, 90, np.uint8)
        picture[20 : 20 + side_px, 60 : 60 + side_px] = resized(portrait_grey, side_px / 256)
        return detector.find(picture, areas_px=FINE_PX)[0].score

    small = score(64, (720, 1280))
    assert small < SMALL_TRUST
    assert small < score(256, (720, 1280))
