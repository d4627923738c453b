"""The model of speakers is trained on some people and measured on others."""

import itertools

import numpy as np
import pytest

from emer.evals.dialogues.dialogues import dialogue
from emer.evals.dialogues.voices import HELD_OUT, RATE, Speaker, Utterance
from emer.evals.train.speakers.fitting import COMPONENTS, DIMENSIONS, Model, fit, windows
from emer.evals.train.speakers.judging import TURNS_S, Judged, alternating, fitted, split
from emer.evals.train.speakers.material import Voice, heard, in_all_moods
from emer.tools.networks import card_of

ROWS = [[(0.0, 14.0, "a"), (14.2, 30.0, "b"), (28.5, 40.0, "a")]]


def person(name, hz, seed):
    rng = np.random.default_rng(seed)
    said = []
    for k in range(4):
        t = np.arange(3 * RATE) / RATE
        buzz = sum(np.sin(2 * np.pi * (hz + 9 * k) * h * t) / h for h in range(1, 12))
        said.append((2000 * (buzz + 0.2 * rng.standard_normal(len(t)))).astype(np.int16))
    return Speaker(name, "made", [Utterance("", s) for s in said], np.zeros(RATE, np.int16))


def voices(n_speakers=4, n_recordings=5, seed=0):
    rng = np.random.default_rng(seed)
    middles = 3 * rng.standard_normal((n_speakers, 19))
    return [
        Voice(f"p{i}", (m + rng.standard_normal((400, 19)) * 2).astype(np.float32))
        for i, m in enumerate(middles)
        for _ in range(n_recordings)
    ]


def test_who_is_held_out_is_named_on_the_card():
    card = card_of("speakers")
    assert all(name in card.split for name in HELD_OUT)
    assert not any(name in card.trained_on for name in HELD_OUT)


def test_the_frames_of_a_conversation_are_those_in_which_one_speaks():
    people = [person("x", 110, 0), person("y", 190, 1)]
    talk = dialogue(people, ROWS, 40.0, np.random.default_rng(2), speechless=0.0)
    found = list(heard(talk))
    single = talk.active[talk.active.sum(axis=1) == 1]
    for voice in found:
        most = 2 * single[:, talk.names.index(voice.name)].sum()
        assert 100 <= len(voice.cepstra) <= most
    assert found


def test_one_person_in_all_moods_is_one_person_per_speed():
    found = list(in_all_moods(person("x", 110, 0), np.random.default_rng(0)))
    assert len({v.name for v in found}) == len(found) == 3
    assert all(abs(v.cepstra.mean()) < 1e-3 for v in found)


def test_the_fitted_directions_tell_speakers_apart():
    model = fit(voices(), np.random.default_rng(0))
    assert model.projection.shape[0] == COMPONENTS * 19
    assert len(model.between) <= DIMENSIONS
    assert model.between[0] > 5 * model.between[-1]
    assert model.weights.sum() == pytest.approx(1)


def test_the_same_seed_fits_the_same_model():
    one, other = (fit(voices(), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one.projection, other.projection)


def test_windows_hold_about_a_second_and_a_half():
    cut = windows(np.zeros((400, 19), np.float32))
    assert [len(w) for w in cut] == [134, 133, 133]


def test_the_graph_does_what_was_fitted():
    onnx = pytest.importorskip("onnx", reason="only trainers need onnx")
    assert onnx
    import onnxruntime

    from emer.evals.train.speakers.fitting import Background
    from emer.evals.train.speakers.graph import serialised

    rng = np.random.default_rng(0)
    model: Model = fit(voices(), rng)
    session = onnxruntime.InferenceSession(serialised(model), providers=["CPUExecutionProvider"])
    frames = (2 * rng.standard_normal((6, 25, 19))).astype(np.float32)
    vectors, n_voiced = session.run(
        None, {"cepstra": frames, "voiced": np.ones((6, 25), np.float32)}
    )
    background = Background.__new__(Background)
    background.weights, background.means = model.weights, model.means
    background.variances = model.variances
    whole = background.adapted(frames.reshape(-1, 19))
    # the third block's window is all six
    np.testing.assert_allclose(vectors[2], (whole - model.centre) @ model.projection, atol=1e-3)
    assert n_voiced.tolist() == pytest.approx([100, 125, 150, 125, 100, 75])


# --- one person or two --------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2])
def test_people_who_take_turns_speak_one_after_the_other(n):
    people = [person("x", 110, 0), person("y", 190, 1)][:n]
    sound, turns = alternating(people, np.random.default_rng(0))
    assert {t[2] for t in turns} == set(range(n))
    assert all(a[1] < b[0] for a, b in itertools.pairwise(turns))
    assert turns[-1][1] < len(sound) / RATE < TURNS_S[1]
    quiet = np.square(sound[round(turns[0][1] * RATE) + 800 : round(turns[1][0] * RATE)]).mean()
    assert quiet < 0.1 * np.square(sound).mean()


def pair(recording, n_voices, *, least_s=9.0, two=False, alone=True, half=0, clue=0.0):
    return Judged(recording, n_voices, np.array([clue, 0.0]), least_s, two, half, alone)


def test_one_person_is_split_if_every_two_voices_of_a_solution_are_two_people():
    found = [pair(0, 2), pair(0, 3), pair(0, 3), pair(0, 3), pair(1, 2), pair(2, 2, alone=False)]
    assert split(found, np.array([0, 5, 5, 1, 0, 9]), 2.0) == 0.0
    assert split(found, np.array([0, 5, 5, 5, 0, 9]), 2.0) == 0.5


def test_a_voice_that_says_little_splits_nobody():
    assert split([pair(0, 2, least_s=1.0)], np.array([9.0]), 0.0) == 0.0


def test_the_threshold_leaves_people_who_speak_alone_whole():
    pytest.importorskip("sklearn", reason="only trainers need scikit-learn")
    rng = np.random.default_rng(0)
    found = []
    for i in range(400):
        alone, two = i % 4 == 0, i % 4 == 1
        clue = rng.normal(2.0 if two else 0.0)
        found.append(pair(i, 2, two=two, alone=alone, half=i % 2 if i % 4 > 1 else i % 8 // 4,
                          clue=clue))  # fmt: skip
    told = fitted(found)
    log_odds = np.array([j.clues @ told["weights"] + told["bias"] for j in found])
    assert split(found, log_odds, told["threshold"]) < 0.06
    assert split(found, log_odds, -5.0) > 0.5
    assert told["weights"][0] > 1
