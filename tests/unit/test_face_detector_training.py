"""How the face detector was made: nobody is on both sides, and scenes are labelled rightly."""

import numpy as np
import pytest

from emer.evals.accuracy.face_matching import compare, recall, threshold_for
from emer.evals.train.face_detector.card import card
from emer.evals.train.face_detector.checking import MOST_FALSE, Trial, settings, thresholds
from emer.evals.train.face_detector.covers import frame
from emer.evals.train.face_detector.material import Shown, Teacher, iou, merged, photo
from emer.evals.train.face_detector.people import (
    CLIPS,
    N_FOLDS,
    OTHER_PHOTOS,
    PHOTOS,
    TEST_ONLY,
    clip_fold,
    photo_fold,
)
from emer.evals.train.face_detector.scenes import VISIBLE, Composer
from emer.evals.train.face_detector.sources import Source, Turn, weights
from emer.evals.train.face_detector.targets import answers
from emer.tools.face_detection import STRIDES, candidates_of
from emer.tools.face_detection import merged as merged_detections
from emer.tools.findings import ModelCard


def face(left, top, width=60.0, height=80.0, score=0.9):
    box = np.array([left, top, width, height], np.float32)
    shares = np.array([(0.27, 0.39), (0.74, 0.39), (0.5, 0.6), (0.33, 0.77), (0.67, 0.77)])
    points = (box[:2] + shares * box[2:]).ravel()
    return np.concatenate([box, points, [score]]).astype(np.float32)


def faces(*rows):
    return np.array(rows, np.float32).reshape(-1, 15)


def shown(name="a/b#0", found=(), fold=0, photo=False, size=(240, 320)):
    rng = np.random.default_rng(3)
    bgr = rng.integers(0, 256, (*size, 3), np.uint8)
    return Shown(name, bgr, faces(*found), fold, photo)


def test_no_clip_no_person_and_no_photo_is_in_two_folds():
    clips = [c for fold in CLIPS for c in fold]
    numbers = [n for fold in PHOTOS for person in fold for n in person]
    others = [p for fold in OTHER_PHOTOS for p in fold]
    for names in (clips, numbers, others):
        assert len(set(names)) == len(names)
    assert len(CLIPS) == len(PHOTOS) == len(OTHER_PHOTOS) == N_FOLDS
    assert not TEST_ONLY & set(others)


def test_photos_of_one_person_as_the_data_tell_it_lie_in_one_fold(shared_data):
    table = shared_data / "faces" / "deepface_tests" / "master.csv"
    pairs = [line.split(",") for line in table.read_text().splitlines()[1:]]
    same = [(a, b) for a, b, decision in pairs if decision.strip() == "Yes"]
    assert len(same) > 30
    for one, other in same:
        assert photo_fold(one.partition(".")[0]) == photo_fold(other.partition(".")[0])


def test_every_clip_and_photo_of_the_data_has_a_fold(shared_data):
    for path in (shared_data / "video").rglob("*.m*"):
        assert clip_fold(f"{path.parent.name}/{path.stem}") in range(N_FOLDS)
    for path in (shared_data / "faces").rglob("*"):
        if path.suffix.lower() in {".jpg", ".png"}:
            assert photo_fold(path.stem) in {None, *range(N_FOLDS)}


def test_somebody_unknown_is_put_in_no_fold():
    with pytest.raises(KeyError, match="in no fold"):
        clip_fold("elsewhere/clip")


def test_a_threshold_for_some_people_is_chosen_on_others_only():
    def pictures(fold, scores):
        wanted = faces()
        return [
            Trial(shown(fold=fold), fold, compare(wanted, faces(face(9, 9, score=s))))
            for s in scores
        ]

    found = pictures(0, [0.99] * 50) + pictures(1, [0.6] * 50) + pictures(2, [0.5] * 50)
    limits = thresholds(found)
    assert limits[0] == pytest.approx(0.6, abs=1e-4)
    assert limits[1] == limits[2] == pytest.approx(0.99, abs=1e-4)


def test_the_card_says_how_people_were_kept_apart_and_names_the_command():
    told = card("nothing", "scores only")
    assert "three folds" in told["split"]
    assert "no person" in told["split"]
    assert told["training"].startswith("python -m emer.evals.train face_detector")
    assert ModelCard(revision="1", **told).limits


def test_a_face_is_found_by_overlap_and_false_only_where_the_teacher_saw_nothing():
    teacher = faces(face(100, 100), face(300, 100, score=0.4), face(10, 10, 20, 26))
    told = faces(
        face(104, 102, score=0.8), face(302, 100, score=0.7), face(11, 10, 20, 26, score=0.6),
        face(200, 10, score=0.55),
    )  # fmt: skip
    compared = compare(teacher, told)
    assert compared.best == pytest.approx([0.8])
    assert compared.false == pytest.approx([0.55])
    assert compared.overlaps[0] == pytest.approx(float(iou(teacher[:1, :4], told[:1, :4])[0, 0]))
    assert 0 < compared.off[0] < 0.3
    assert recall(compared.best, 0.81) == 0.0


def test_one_detection_finds_one_face_only():
    teacher = faces(face(100, 100), face(110, 100))
    compared = compare(teacher, faces(face(105, 100, score=0.9)))
    assert sorted(compared.best > 0) == [False, True]


def test_nothing_found_and_nothing_there_can_be_compared():
    assert len(compare(faces(), faces()).best) == 0
    assert compare(faces(face(5, 5)), faces()).best == pytest.approx([0.0])


def test_the_threshold_is_the_lowest_that_allows_so_many_false_faces():
    pictures = [compare(faces(), faces(face(5, 5, score=s))) for s in np.linspace(0.01, 1.0, 100)]
    limit = threshold_for(pictures, 0.02)
    assert sum(float(p.false[0]) >= limit for p in pictures) == 2
    assert threshold_for(pictures[:1], 1.0) == 0.0


def test_where_one_is_expected_less_is_enough():
    assert settings(0.5) == {"sure": 0.5, "weak": 0.35}
    assert 0 < MOST_FALSE < 0.01


def test_views_of_several_sizes_give_one_face():
    assert len(merged(faces(face(10, 10), face(12, 11, score=0.95), face(200, 10)))) == 2


def marked(points):
    """Return a picture that is dark but for a spot at each point."""
    picture = np.full((400, 500, 3), 20, np.uint8)
    for i, (x, y) in enumerate(points):
        picture[round(y) - 4 : round(y) + 4, round(x) - 4 : round(x) + 4] = 120 + 30 * i
    return picture


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("scale", "angle"), [(1.0, 0.0), (0.6, 0.4), (0.27, -0.5), (1.8, 0.2)])
def test_points_turn_with_the_picture(scale, angle, mirrored):
    one = face(200, 150, 100, 130)
    source = Source.of(Shown("p", marked(one[4:14].reshape(5, 2)), faces(one), 0, photo=True))
    turn = Turn((250.0, 215.0), (128.0, 96.0), scale, 1.04, angle, mirrored)
    view, _ = turn.view(source, (192, 256))
    (turned,) = turn.faces(source.faces)
    order = [1, 0, 2, 4, 3] if mirrored else range(5)
    for (x, y), i in zip(turned[4:14].reshape(5, 2), order, strict=True):
        reach = max(3, int(6 * scale))
        rows = slice(max(0, int(y) - reach), int(y) + reach + 1)
        columns = slice(max(0, int(x) - reach), int(x) + reach + 1)
        part = view[rows, columns, 0].astype(float) - 20
        assert part.max() > 0.5 * (100 + 30 * i)
        middle = (np.indices(part.shape) * part).sum(axis=(1, 2)) / part.sum() + 0.5
        assert rows.start + middle[0] == pytest.approx(y, abs=0.75)
        assert columns.start + middle[1] == pytest.approx(x, abs=0.75)


def test_a_turned_face_keeps_its_middle_and_grows_no_larger_than_its_diagonal():
    one = faces(face(100, 100, 60, 80))
    (turned,) = Turn((130.0, 140.0), (50.0, 60.0), 1.0, 1.0, np.pi / 2, False).faces(one)
    assert turned[:2] + turned[2:4] / 2 == pytest.approx([50, 60], abs=1e-3)
    assert turned[2:4] == pytest.approx([80, 60], abs=1e-3)


def test_the_teacher_takes_no_part_of_a_large_face_for_a_face(shared_data):
    bgr = photo(shared_data / "faces" / "deepface_tests" / "img11.jpg")
    (only,) = Teacher(shared_data).faces(bgr, still=True)
    assert max(only[2:4]) > 300


def test_frames_that_somebody_drew_lie_about_faces_and_change_none():
    wanted = faces(face(40, 30))
    canvas = np.full((160, 160), 90, np.float32)
    for seed in range(80):
        frame(np.random.default_rng(seed), canvas, wanted)
    assert (wanted == faces(face(40, 30))).all()
    assert (canvas[60:80, 60:80] == 90).all()
    assert (canvas[:, 20:60] != 90).any()


def sources():
    rows = [face(60, 40), face(180, 90, 40, 52)]
    return [
        Source.of(shown(f"clip/{i}#0", rows[: i % 3], photo=True, size=(240, 320)))
        for i in range(6)
    ]


def test_equal_seeds_give_equal_scenes_and_other_seeds_others():
    one, same, other = (Composer(sources(), np.ones(6), s).scene((96, 128)) for s in (4, 4, 5))
    assert (one.grey == same.grey).all()
    assert (one.faces == same.faces).all()
    assert one.grey.shape != other.grey.shape or (one.grey != other.grey).any()


def test_faces_of_scenes_can_be_seen_and_are_not_tiny():
    composer = Composer(sources(), np.ones(6), 1)
    scenes = [composer.scene((128, 160)) for _ in range(40)]
    whole = np.concatenate([s.faces[s.faces[:, 14] > 0] for s in scenes])
    assert len(whole) > 40
    assert np.sqrt(whole[:, 2] * whole[:, 3]).min() >= 8.0
    low = np.maximum(whole[:, :2], 0)
    high = np.minimum(whole[:, :2] + whole[:, 2:4], [160, 128])
    inside = np.prod(high - low, axis=1) / np.prod(whole[:, 2:4], axis=1)
    assert inside.min() > VISIBLE - 0.15
    assert any(len(s.faces) == 0 for s in scenes)


def test_in_a_clip_only_the_surest_face_is_one():
    rows = [face(60, 40, score=0.9), face(180, 90, 40, 52, score=0.8)]
    assert len(Source.of(shown("clip/a#0", rows)).sure) == 1
    assert len(Source.of(shown("a", rows, photo=True)).sure) == 2


def test_long_clips_weigh_no_more_than_short_ones():
    many = [shown(f"a/long#{i}") for i in range(9)] + [shown("b/short#0")]
    drawn = weights(many)
    assert drawn[:9].sum() == pytest.approx(drawn[9])


def test_what_the_network_is_to_say_is_what_the_product_reads_as_that_face():
    wanted = [face(20, 10, 12, 16), face(60, 20, 40, 56), face(120, 60, 110, 140)]
    grids = []
    for one, stride in zip(answers(faces(*wanted), (256, 256)), STRIDES, strict=True):
        grid = np.full((15, *one.face.shape), -9.0, np.float32)
        rows, columns = np.nonzero(one.face > 0)
        cells = (np.stack([columns, rows]) + 0.5) * stride
        told = one.geometry[:, rows, columns]
        grid[0, rows, columns] = 3.0
        grid[1:3, rows, columns] = (told[:2] - cells) / stride
        grid[3:5, rows, columns] = np.log(told[2:4] / stride)
        grid[5:15, rows, columns] = (told[4:14] - np.tile(cells, (5, 1))) / stride
        grids.append(grid)
    read = sorted(merged_detections(candidates_of(grids, 0.5)), key=lambda d: d.box.left)
    assert len(read) == len(wanted)
    for found, one in zip(read, wanted, strict=True):
        assert found.box == pytest.approx(tuple(one[:4]), abs=0.05)
        assert found.points.ravel() == pytest.approx(one[4:14], abs=0.05)


def test_a_doubtful_face_is_neither_face_nor_background():
    doubtful = face(60, 20, 40, 56, score=0.0)
    for one, stride in zip(answers(faces(doubtful), (128, 160)), STRIDES, strict=True):
        assert one.face[int(48 / stride), int(80 / stride)] == -1
        assert (one.face <= 0).all()
