"""What people would take a voice, a face and words together for."""

import csv
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.evals.train.fusion.percepts import percepts
from emer.evals.train.fusion.pool import fit, shares, smoothed
from emer.evals.train.fusion.votes import CATEGORIES, Votes, folds, read_votes
from emer.graphs.fusion import ENGINES, correlation_of, fuse, likelihood, table, telling
from emer.tools.errors import EmerError

N = len(CATEGORIES)
SHARED = Path(__file__).parents[3] / "shared" / "data"
scores = st.dictionaries(st.sampled_from(CATEGORIES), st.floats(0, 0.3), max_size=3)


def sign(category, right=0.8):
    """The likelihoods of an engine that is right in so many cases and says ``category``."""
    wrong = (1 - right) / (N - 1)
    confusion = np.full((N, N), wrong) + np.eye(N) * (right - wrong)
    return likelihood({category: 1.0}, confusion, table().categories)


def taken_for(**signs):
    return dict(zip(table().categories, fuse(table(), **signs), strict=True))


@given(scores, scores, scores)
def test_the_outcome_is_always_a_distribution(heard, seen, said):
    given_table = table()
    confusion = given_table.unmeasured()
    signs = [likelihood(s, confusion, given_table.categories) for s in (heard, seen, said)]
    found = fuse(given_table, heard=signs[0], seen=signs[1], said=signs[2])
    assert found.sum() == pytest.approx(1.0)
    assert (found > 0).all()


@pytest.mark.parametrize("way", ["heard", "seen", "said"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_a_sign_alone_speaks_for_its_own_category(way, category):
    nothing = taken_for()
    assert taken_for(**{way: sign(category)})[category] > 1.15 * nothing[category]


@pytest.mark.parametrize(("way", "category"), [*product(["heard", "seen", "said"], CATEGORIES)])
def test_an_engine_that_guesses_changes_nothing(way, category):
    chance = taken_for(**{way: sign(category, right=1 / N)})
    assert chance == pytest.approx(taken_for())


def test_a_missing_modality_counts_like_one_that_tells_nothing():
    alone = taken_for(seen=sign("happiness"))
    assert taken_for(seen=sign("happiness"), heard=np.ones(N)) == pytest.approx(alone)


def test_a_surer_engine_moves_the_outcome_further():
    shares_of_fear = [taken_for(heard=sign("fear", right=r))["fear"] for r in (0.3, 0.5, 0.7, 0.9)]
    assert shares_of_fear == sorted(shares_of_fear)


def test_a_smile_overrules_an_angry_voice_as_it_does_for_raters():
    both = taken_for(heard=sign("anger"), seen=sign("happiness"))
    assert both["happiness"] > both["anger"]


def test_a_frightened_voice_overrules_a_face_at_rest():
    both = taken_for(heard=sign("fear"), seen=sign("neutral"))
    assert both["fear"] > taken_for(seen=sign("neutral"))["fear"] * 1.5


def confusions(**right):
    """Engines that are right in so many cases, by what they hear or see; else in half of them."""
    shares = dict.fromkeys(ENGINES, 0.5) | right
    return {
        sense: np.full((N, N), (1 - r) / (N - 1)) + np.eye(N) * (r - (1 - r) / (N - 1))
        for sense, r in shares.items()
    }


@pytest.mark.parametrize("sense", ENGINES)
def test_an_engine_tells_the_more_the_less_it_errs(sense):
    told = [telling(table(), confusions(**{sense: r}))[sense] for r in (1 / N, 0.3, 0.6, 0.9)]
    assert told[0] == pytest.approx(0, abs=1e-6)
    assert told == sorted(told)
    assert told[-1] < 1


def test_a_face_tells_raters_more_than_a_voice_if_both_are_read_equally_well():
    told = telling(table(), confusions())
    assert told["face"] > told["voice"]


def test_words_without_weight_tell_nothing():
    assert telling(replace(table(), words_weight=0.0))["words"] == pytest.approx(0, abs=1e-6)


def test_things_that_go_together_by_chance_do_not_correlate_and_others_do():
    assert correlation_of(np.outer([1, 2, 3], [4, 5])) == pytest.approx(0, abs=1e-6)
    assert correlation_of(np.eye(6)) == pytest.approx(np.sqrt(1 - 1 / 36))


def test_words_count_by_their_weight():
    silent, loud = (replace(table(), words_weight=w) for w in (0.0, 1.0))
    seen, said = sign("happiness"), sign("sadness")
    place = table().categories.index("sadness")
    assert fuse(silent, seen=seen, said=said) == pytest.approx(fuse(silent, seen=seen))
    assert fuse(loud, seen=seen, said=said)[place] > fuse(table(), seen=seen, said=said)[place]


# --- fitting ------------------------------------------------------------------------------------


def drawn(n_actors=12, clips=40, seed=0):
    """Votes by a known rule: raters who hear and see follow the face."""
    rng = np.random.default_rng(seed)
    n = n_actors * clips
    heard, seen = (rng.dirichlet(np.full(N, 0.3), n) for _ in range(2))
    heard, seen = (np.array([rng.multinomial(10, p) for p in x], float) for x in (heard, seen))
    both = np.array([rng.multinomial(10, p) for p in smoothed(seen, 0.1)], float)
    return Votes(heard, seen, both, np.repeat(np.arange(n_actors), clips))


def test_the_pool_learns_whom_raters_follow():
    pool = fit(drawn())
    assert np.abs(pool.heard).max() < 0.25
    assert (np.diag(pool.seen) > 0.7).all()


def test_no_actor_is_in_two_folds():
    actors = drawn().actors
    held_out = folds(actors, 5, 0)
    assert np.sum(held_out, axis=0).tolist() == [1] * len(actors)
    for rows in held_out:
        assert not set(actors[rows]) & set(actors[~rows])


def test_the_table_holds_shares_and_follows_votes_where_there_are_many():
    votes = drawn()
    found = percepts(votes, fit(votes))
    assert found.joint.sum() == pytest.approx(1.0)
    assert found.taken_for.sum(axis=2) == pytest.approx(np.ones((N, N)))
    assert found.n_clips.sum() == pytest.approx(len(votes.both))
    assert (found.taken_for.argmax(axis=2) == np.arange(N)[None, :]).mean() > 0.9


def test_another_table_is_refused_with_a_remedy(tmp_path):
    path = tmp_path / "ratings" / "crema_d" / "tabulatedVotes.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["", "fileName"], ["1", "1001_X"]])
    for data in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(EmerError, match="CREMA-D") as error:
            read_votes(data)
        assert "--data" in str(error.value)


@pytest.mark.skipif(not SHARED.is_dir(), reason="CREMA-D's votes are not at hand")
def test_the_shipped_table_is_what_training_makes_of_the_votes():
    votes = read_votes(SHARED)
    found = percepts(votes, fit(votes))
    np.testing.assert_allclose(table().taken_for, found.taken_for, atol=2e-3)
    np.testing.assert_allclose(table().joint, found.joint, atol=1e-4)
    assert shares(votes.both).shape == (7442, N)
