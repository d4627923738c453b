"""How agreement of neighbours is measured, and that what ships reaches it."""

import numpy as np
import pytest

from emer.evals.accuracy.emotion_wheels import Wheels, overlap, wheel_overlap
from emer.evals.accuracy.neighbours import nearest, rows, tf_idf
from emer.evals.accuracy.retrieval_unheard import fold_by_fold
from emer.tools.errors import EmerError


def test_overlap_is_what_two_sets_share_of_both():
    assert overlap(frozenset("ab"), frozenset("bc")) == pytest.approx(1 / 3)
    assert overlap(frozenset("a"), frozenset()) is None


def test_words_of_one_group_overlap_though_they_differ(shared_data):
    wheels = Wheels(shared_data / "emer" / "emotion_resolved_2026.csv")
    angry, furious, happy = (wheels.groups([w]) for w in ("angry", "furious", "happy"))
    assert wheel_overlap(angry, furious) > 0.5
    assert wheel_overlap(angry, happy) == 0.0
    assert wheel_overlap(angry, wheels.groups(["no such word"])) is None


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(EmerError, match=r"wheels\.csv"):
        Wheels(tmp_path / "wheels.csv")


def test_what_is_not_comparable_is_never_a_neighbour():
    queries, keys = np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32)
    allowed = ~np.eye(3, dtype=bool)
    near = nearest(queries, keys, allowed, 2)
    assert all(i not in row for i, row in enumerate(near))


def test_neighbours_that_agree_score_above_chance():
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 4, 200)
    vectors = np.eye(4, dtype=np.float32)[kind]
    agreement = (kind[:, None] == kind[None, :]).astype(np.float32)
    np.fill_diagonal(agreement, np.nan)
    chance, found = rows({"kind": (vectors, vectors)}, agreement, unit="texts")
    assert found[1].value == 1.0
    assert chance[1].value == pytest.approx(0.25, abs=0.05)


def test_rare_words_weigh_more_than_common_ones():
    queries, keys = tf_idf(["the dog", "the cat", "the dog", "the cat", "the tax"], ["the cat"])
    alike = (queries @ keys.T)[0]
    assert alike[1] == pytest.approx(1.0)
    assert 0 < alike[0] < 0.5


def test_every_voice_of_a_speaker_is_measured(shared_data, tmp_path):
    from emer.evals.accuracy.retrieval_voices import _heard

    folder = shared_data / "speech_emotion" / "emodb"
    files = sorted((folder / "emodb_03").glob("*.flac"))[:5]
    found = _heard(tmp_path, files)
    assert [len(evidence) for evidence in found] == [1] * 5
    assert {e.reading.baseline for evidence in found for e in evidence} == {"own_utterances"}


def test_answers_of_folds_find_back_to_their_files():
    speakers = np.array(["e1", "r2", "r1", "r3", "r1", "r4", "e1", "r2"])
    own = np.char.startswith(speakers, "r")
    order = fold_by_fold(speakers, own, 2)
    assert sorted(order) == np.flatnonzero(own).tolist()
    # folds are (r1, r3) and (r2, r4); within a fold files keep their order
    assert order.tolist() == [2, 3, 4, 1, 5, 7]
