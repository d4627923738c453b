"""What the face detector's network says is read as faces: where, how large, how surely."""

import numpy as np
import pytest

from emer.evals.train.face_detector.detector import (
    STRIDES,
    candidates_of,
    merged,
    overlap,
    resized,
)
from emer.tools.media.faces import Box


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


@pytest.mark.parametrize("scale", [0.25, 0.31, 0.8, 1.0, 2.0])
def test_a_picture_keeps_its_shades_and_its_shape_at_any_scale(scale):
    ramp = np.tile(np.linspace(0, 255, 640).astype(np.uint8), (360, 1))
    small = resized(ramp, scale)
    assert small.shape == (round(360 * scale), round(640 * scale))
    wanted = np.linspace(0, 255, small.shape[1])
    assert np.abs(small[small.shape[0] // 2] - wanted).max() < 3


def test_overlap_is_intersection_over_union():
    assert overlap(Box(0, 0, 2, 2), Box(1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 1, 1), Box(5, 5, 1, 1)) == 0.0
