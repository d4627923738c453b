"""How the usual face is made and judged: nobody is measured with a mean that they are part of."""

import numpy as np
import pytest
from tests.likeness import pattern, seen_as

from emer.evals.train.face_likeness import command, judging, material
from emer.evals.train.face_likeness.judging import Half, Pairs, Pieces
from emer.evals.train.face_likeness.material import Face, Material, mean_of, persons_of
from emer.tools.errors import EmerError
from emer.tools.face_looks import N_BLOCKS, N_TRIES, N_VALUES, edges


def face(name, *, still=False, seed=0, n=12):
    crops = np.stack([seen_as(pattern(seed), seed=i) for i in range(n)])
    return Face(name, still, np.arange(n) / 5.0, crops, np.ones(n, bool))


def test_the_usual_face_does_not_depend_on_the_side_that_light_comes_from():
    one = face("a/one.mp4", seed=4)
    turned = Face(one.name, one.still, one.times_s, one.crops[:, :, ::-1], one.aligned)
    np.testing.assert_allclose(mean_of([one]), mean_of([turned]), atol=1e-6)


def test_the_tables_of_photos_join_persons_over_several_rows(tmp_path):
    (tmp_path / material.TABLES[0]).write_text(
        "file_x,file_y,decision\na/1.jpg,a/2.jpg,Yes\na/2.jpg,a/3.jpg,Yes\na/3.jpg,a/4.jpg,No\n"
    )
    (tmp_path / material.TABLES[1]).write_text("file_x,file_y,Decision\n5.jpg,4.jpg,Yes\n")
    persons = persons_of(tmp_path)
    of = {photo.rpartition("/")[2]: person for photo, person in persons.items()}
    assert of["1.jpg"] == of["2.jpg"] == of["3.jpg"] != of["4.jpg"] == of["5.jpg"]


def test_without_the_tables_it_says_what_to_do(tmp_path):
    with pytest.raises(EmerError, match="cannot be read") as error:
        persons_of(tmp_path)
    assert "--data" in str(error.value.remedy)


def test_nobody_is_measured_with_a_mean_that_they_are_part_of(monkeypatch):
    at_hand = Material(
        films=[face("a/one.mp4"), face("a/two.mp4", seed=1)],
        named=[face("p/1.jpg", still=True, seed=2), face("p/2.jpg", still=True, seed=3)],
        groups=[face("g/3.jpg", still=True, seed=5)],
        rest=[face("g/3.jpg", still=True, seed=5)],
        persons={"p/1.jpg": "p", "p/2.jpg": "q"},
    )
    used = []

    def noted(result):
        def of(faces, net):
            faces = faces.named if isinstance(faces, Material) else faces
            used.append(({f.name for f in faces}, net))
            return result

        return of

    nothing = Pairs(np.zeros(1), np.zeros(1))
    monkeypatch.setattr(material, "mean_of", lambda faces: frozenset(f.name for f in faces))
    monkeypatch.setattr(command, "against", lambda mean: mean)
    monkeypatch.setattr(judging, "photos", noted((nothing, (Half(0.3, nothing),) * 2)))
    monkeypatch.setattr(judging, "thirds", noted(nothing))
    monkeypatch.setattr(judging, "pieces", noted(Pieces([], np.zeros(1))))
    monkeypatch.setattr(judging, "disturbed", noted({}))
    monkeypatch.setattr(judging, "together", noted(np.zeros(1)))
    command.judge(at_hand)
    assert len(used) == 5
    assert all(net and not judged & net for judged, net in used)


def test_strangers_are_never_two_clips_of_one_person():
    clips = [face(name) for name in ("pyfeat/noface_face.mov", "pyfeat/face_noface.mov", "a/b.mp4")]
    pairs = judging._strangers(clips)
    assert (0, 1) not in pairs
    assert (0, 2) in pairs


def test_the_middle_of_the_curve_lies_above_what_either_half_of_the_persons_chose():
    nothing = Pairs(np.zeros(1), np.zeros(1))
    curve = command.curve_of((Half(0.31, nothing), Half(0.394, nothing)))
    assert curve.middle == 0.42
    assert curve.at(0.5) == 0.42 < curve.at(0.9)


def test_pairs_are_counted_from_the_threshold_on():
    pairs = Pairs(same=np.array([0.2, 0.5, 0.9]), apart=np.array([0.1, 0.3]))
    assert (pairs.found(0.5), pairs.false(0.3)) == (2, 1)
    assert pairs.auc() == pytest.approx(5 / 6)


def test_the_graph_takes_the_mean_off_and_makes_every_block_count_the_same():
    pytest.importorskip("onnx", reason="needs the packages for training")
    mean = mean_of([face("a/b.mp4", seed=1)])
    of = edges(seen_as(pattern(2)))
    (found,) = command.against(mean).run(edges=of)
    own = of - mean
    own /= np.linalg.norm(own, axis=-1, keepdims=True) + 1e-6
    expected = own.reshape(N_TRIES, N_VALUES) / np.sqrt(N_BLOCKS)
    np.testing.assert_allclose(found, expected, atol=1e-6)
