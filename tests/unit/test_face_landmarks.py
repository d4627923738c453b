import numpy as np
import pytest

from emer.evals.train.face_landmarks.changes import laid
from emer.evals.train.face_landmarks.material import borrowed, seen
from emer.evals.train.face_landmarks.mesh import (
    DEAD,
    HELD_OUT,
    KEPT_PX,
    LIVE,
    PHOTO,
    POINTS,
    SAME_PERSON,
    mirrored_points,
    mirrored_shapes,
    person_of,
    places,
)
from emer.evals.train.face_landmarks.transfer import SIDE_PX
from emer.evals.train.face_landmarks.transfer import borrowed as lend
from emer.tools.errors import EmerError
from emer.tools.face_landmarks import NAME, landmarks, lip_gap, shape_names
from emer.tools.face_shapes import SHAPES
from emer.tools.face_tracks import FaceTracks
from emer.tools.facs_table import CREDIBLE, TABLE, signals
from emer.tools.media.faces import CLOSE, CROP_PX, WIDE_PX, Box, FaceWriter
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.networks import card_of, settings_of
from emer.tools.similarity import moved, similarity


def labels(folder, **columns):
    n = len(columns["crop"])
    rows = {
        "points": np.zeros((n, len(POINTS), 2), np.float32),
        "shapes": np.zeros((n, len(SHAPES)), np.float32),
        "angles": np.zeros((n, 2), np.float32),
        **columns,
    }
    return np.savez(folder / "borrowed.npz", allow_pickle=False, **rows)


def test_nobody_who_is_held_out_has_a_part_in_measured_training(tmp_path):
    persons = np.array(["liveportrait/d0.mp4", HELD_OUT[0], PHOTO])
    pairs = [(a, b) for a in persons for b in persons]
    owners, lenders = (np.array(column) for column in zip(*pairs, strict=True))
    crops = np.zeros((len(pairs), 2, 2, 3), np.uint8)
    labels(tmp_path, crop=crops, owner=owners, lender=lenders)
    kept = borrowed(tmp_path, hold_out=True)
    assert len(kept.crops) == 4
    assert not set(kept.persons) & set(HELD_OUT)
    assert len(borrowed(tmp_path, hold_out=False).crops) == 9


def test_clips_of_one_person_are_on_one_side():
    sides = {}
    for clip in [*HELD_OUT, *SAME_PERSON]:
        sides.setdefault(person_of(clip), set()).add(person_of(clip) in HELD_OUT)
    assert all(len(side) == 1 for side in sides.values())
    assert person_of("photo/fer/justin.jpg") == PHOTO


def test_the_card_names_who_was_held_out():
    card = card_of(NAME)
    assert all(clip in card.split for clip in HELD_OUT)
    assert card.metrics != "not measured"
    assert card.training.startswith("python -m emer.evals.train.face_landmarks")


def test_labels_that_were_not_made_are_asked_for(tmp_path):
    with pytest.raises(EmerError) as raised:
        seen(tmp_path)
    assert "mediapipe" in raised.value.remedy


def test_shapes_that_are_dead_in_the_teacher_are_not_shipped():
    shipped = settings_of("action_units", NAME)["shapes"]
    assert tuple(shipped) == LIVE
    assert not set(DEAD) & set(shipped)
    assert len(SHAPES) == 51


def test_every_action_unit_that_is_told_rests_on_shapes_that_are_shipped():
    for unit in TABLE:
        if unit.standing != "not available":
            assert set(unit.shapes) <= set(LIVE), unit.au
        if unit.standing != "credible":
            assert unit.why, unit.au
    assert {"AU6", "AU9"}.isdisjoint(CREDIBLE)


def test_left_and_right_change_places_in_a_mirror():
    swap = mirrored_shapes()
    assert [SHAPES[i] for i in swap[[SHAPES.index("eyeBlinkLeft"), SHAPES.index("jawOpen")]]] == [
        "eyeBlinkRight", "jawOpen",
    ]  # fmt: skip
    assert (swap[swap] == np.arange(len(SHAPES))).all()
    rng = np.random.default_rng(0)
    half = rng.uniform(0, 50, (len(POINTS) // 2, 2))
    face = np.concatenate([half, half * (-1, 1) + (100, 0)])
    order = [i for i in range(len(POINTS)) if i not in places((33, 263))]
    face[[*places((33, 263)), *order]] = face[
        [0, len(half), *(i for i in range(len(face)) if i % len(half))]
    ]
    other = mirrored_points(face)
    assert POINTS[other[places((33,))[0]]] == 263
    assert face[other] == pytest.approx(face * (-1, 1) + (100, 0))


def test_a_similarity_finds_back_what_was_turned_and_scaled():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(5, 2))
    turned = 3.0 * points @ np.array([[0.8, 0.6], [-0.6, 0.8]]) + (4.0, -2.0)
    assert moved(points, similarity(points, turned)) == pytest.approx(turned)


def test_a_moved_crop_keeps_its_points_on_what_they_mark():
    rng = np.random.default_rng(3)
    points = np.array([[70.0, 60.0], [106.0, 60.0], [88.0, 120.0]])
    for mirrored in (False, True):
        crop = np.zeros((KEPT_PX, KEPT_PX, 3), np.uint8)
        for channel, (x, y) in enumerate(points.astype(int)):
            crop[y - 2 : y + 3, x - 2 : x + 3, channel] = 255
        seen_crop, found = laid(rng, crop, points, tight=False, mirrored=mirrored)
        for channel, (x, y) in enumerate(found):
            rows, columns = np.nonzero(seen_crop[..., channel] > 100)
            assert (columns.mean(), rows.mean()) == pytest.approx((x, y), abs=0.6)


def test_a_face_that_borrows_from_itself_is_only_bent_a_little():
    rng = np.random.default_rng(0)
    line = np.linspace(60, 220, 22)
    points = np.array([(x, y, 0.0) for x in line for y in line])[:478] + rng.normal(0, 1, (478, 3))
    picture = rng.integers(0, 255, (SIDE_PX // 16, SIDE_PX // 16, 3), np.uint8)
    picture = np.kron(picture, np.ones((16, 16, 1), np.uint8))
    bent = lend(rng, picture, points, picture, points)
    assert bent.shape == picture.shape
    assert bent[0, 0] == pytest.approx(picture[0, 0], abs=1)
    assert np.corrcoef(bent.ravel(), picture.ravel())[0, 1] > 0.4


def test_crops_come_with_and_without_what_surrounds_them(tmp_path):
    rng = np.random.default_rng(0)
    rough = rng.integers(60, 200, (12, 12, 3), np.uint8)
    wide = np.kron(rough, np.ones((WIDE_PX // 12, WIDE_PX // 12, 1), np.uint8))
    writer = FaceWriter(tmp_path / "faces")
    for name, crop in (("FACE_01", wide), ("FACE_02", wide[CLOSE])):
        writer.add(name, 0.0, Box(0, 0, 9, 9), crop, aligned=True, score=1.0)
    faces = writer.close()
    for track in faces.tracks:
        ((_, close),) = faces.crops(track)
        ((_, whole),) = faces.crops(track, wide=True)
        assert close.shape == (1, CROP_PX, CROP_PX, 3)
        assert whole.shape == (1, WIDE_PX, WIDE_PX, 3)
        assert (whole[0][CLOSE] == close[0]).all()
    ((_, one),), ((_, other),) = (faces.crops(t) for t in faces.tracks)
    inside = np.s_[:, 2:-2, 2:-2]  # at the rim JPEG blends colours with the pixels beyond
    assert (one[inside] == other[inside]).all()


def test_any_picture_gives_finite_points_and_no_face_drifts():
    rng = np.random.default_rng(0)
    crops = rng.integers(0, 255, (3, WIDE_PX, WIDE_PX, 3), np.uint8)
    crops[0] = 0
    found = landmarks(crops)
    assert found.points_px.shape == (3, len(POINTS), 2)
    assert found.head_deg.shape == (3, 3)
    assert found.shapes.shape == (3, len(shape_names()))
    assert all(np.isfinite(part).all() for part in found)
    assert ((found.shapes >= 0) & (found.shapes <= 1)).all()
    assert len(landmarks(iter(())).drift) == 0


def test_a_real_face_is_laid_out_as_faces_are_and_its_mirror_image_too(shared_data, tmp_path):
    path = shared_data / "video" / "liveportrait" / "d0.mp4"
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers={"faces": FaceTracks()})
    (track,) = clip.faces.tracks
    crops = np.concatenate([c for _, c in clip.faces.crops(track, wide=True)])
    found = landmarks(crops)
    brow, eye, nose, mouth, chin = (
        found.points_px[:, places((p,))[0], 1] for p in (105, 159, 1, 13, 152)
    )
    assert (np.diff(np.stack([brow, eye, nose, mouth, chin]), axis=0) > 0).all()
    assert found.drift.mean() < 0.05
    mirrored = landmarks(np.ascontiguousarray(crops[:, :, ::-1]))
    assert mirrored.head_deg[:, 0] == pytest.approx(-found.head_deg[:, 0], abs=6.0)
    smile = signals(found)["AU12"]
    assert smile == pytest.approx(signals(mirrored)["AU12"], abs=0.3)
    # the person begins at rest and grins about a second later
    assert smile[:4].max() < 0.3 < smile.max()
    assert lip_gap(found.points_px).max() > lip_gap(found.points_px)[:4].max()
