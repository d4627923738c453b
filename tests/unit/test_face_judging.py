import numpy as np
import pytest

from emer.evals.accuracy.face import _partial, counted_events
from emer.evals.train.face_landmarks.command import settings
from emer.evals.train.face_landmarks.judging import correlation, judge
from emer.evals.train.face_landmarks.material import Labelled
from emer.evals.train.face_landmarks.mesh import (
    KEPT_PX,
    LIVE,
    POINTS,
    TEMPLATE,
    five_of,
    places,
)
from emer.tools.face_landmarks import NAME
from emer.tools.face_shapes import SHAPES
from emer.tools.facial_movements import TOLD
from emer.tools.networks import Network, card_of
from emer.tools.similarity import moved, similarity

N = 30


class Knowing:
    """Stands for the network: knows the answers for the pictures in their order."""

    def __init__(self, faces, *, off=0.0, noise=0.0):
        self.faces, self.off = faces, off
        self.rng, self.noise = np.random.default_rng(1), noise

    def run(self, names, inputs):
        n = len(inputs["crops"])
        own = self.faces.part(np.arange(n))
        points = [moved(p, similarity(five_of(p), TEMPLATE)) + self.off for p in own.points]
        shapes = own.shapes[:, [SHAPES.index(s) for s in LIVE]]
        shapes = shapes + self.noise * self.rng.standard_normal(shapes.shape)
        return np.array(points), shapes.astype(np.float32), own.angles


def faces_of_one_clip():
    rng = np.random.default_rng(0)
    points = np.repeat(rng.uniform(40, 130, (1, len(POINTS), 2)), N, axis=0)
    points[:, [p for group in ((33, 133), (362, 263), (1,), (61,), (291,)) for p in places(group)]] = [
        (55, 60), (75, 60), (101, 60), (121, 60), (88, 92), (68, 115), (108, 115),
    ]  # fmt: skip
    shapes = np.zeros((N, len(SHAPES)), np.float32)
    shapes[:, SHAPES.index("jawOpen")] = np.linspace(0, 1, N)
    one = np.repeat("clip", N)
    return Labelled(
        np.zeros((N, KEPT_PX, KEPT_PX, 3), np.uint8), points, shapes, np.zeros((N, 2)), one, one,
        np.array([five_of(p) for p in points]), np.arange(N),
    )  # fmt: skip


def judged(**how):
    faces = faces_of_one_clip()
    return judge(Network(NAME, card_of(NAME), settings(), Knowing(faces, **how)), faces)


def test_a_network_that_knows_the_answers_has_no_error_and_follows_what_moves():
    found = judged()
    assert found.errors == pytest.approx(np.zeros(N), abs=1e-3)
    assert found.within["jawOpen"] == {"clip": pytest.approx(1.0)}
    assert found.within["mouthPucker"] == {}
    assert found.mean_within() == found.of_group("jaw") == pytest.approx(1.0)


def test_errors_are_shares_of_the_distance_of_the_outer_corners_of_the_eyes():
    faces = faces_of_one_clip()
    gap = np.linalg.norm(np.diff(faces.points[0, places((33, 263))], axis=0))
    shift = np.hypot(1.0, 1.0) / similarity(five_of(faces.points[0]), TEMPLATE)[0, 0]
    # the stand-in does not see that its second look is laid by the first: it is off twice
    assert judged(off=1.0).errors.mean() == pytest.approx(2 * shift / gap, rel=0.02)


def test_noise_lowers_the_correlation():
    assert judged(noise=0.5).within["jawOpen"]["clip"] < 0.9
    assert correlation(np.ones(5), np.arange(5.0)) == 0.0


def test_what_another_movement_explains_is_taken_off():
    rng = np.random.default_rng(0)
    smile, own = rng.normal(size=(2, 200))
    rest = np.column_stack([smile, *rng.normal(size=(4, 200))])
    assert correlation(smile, smile + 0.5 * own) > 0.8
    assert abs(_partial(smile + 0.01 * rng.normal(size=200), smile + 0.5 * own, rest)) < 0.3
    assert _partial(smile + own, smile + 0.5 * own, rest) > 0.95


def testcounted_events_are_right_where_the_teacher_moves_and_found_where_ours_overlap():
    times_s = np.arange(60) / 5.0
    full = TOLD["AU12"].full
    theirs, ours = np.zeros(60), np.zeros(60)
    theirs[10:16] = theirs[40:46] = full
    ours[11:17] = ours[25:31] = full
    assert counted_events("AU12", times_s, ours, theirs).tolist() == [1, 2, 1, 2]
