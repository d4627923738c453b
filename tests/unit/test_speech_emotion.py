"""Emotion in a voice: whose it is, what is known of them, what is no voice, and what ships."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.synth import RATE_HZ, noise, silence, tone
from tests.unit.test_voice_affect import at, clip_of, in_a_row, only_gap, speaking

from emer.evals.accuracy.not_voices import SOUNDS, TIMES, abstention
from emer.evals.accuracy.plain_talk import answers, summarised
from emer.evals.train.voice.augment import COPIES
from emer.evals.train.voice.calibration import Sharpness
from emer.evals.train.voice.corpora import (
    CATEGORIES,
    FOLDS,
    FOUR,
    HELD_READERS,
    PLAIN,
    READERS,
    actor_folds,
    read_plain,
    read_sound,
)
from emer.evals.train.voice.discriminant import _expert, fit
from emer.evals.train.voice.figures import area, confusion, confusion_crema_d
from emer.evals.train.voice.parts import apart
from emer.evals.train.voice.recipe import Recipe
from emer.evals.train.voice.regimes import Answers, Heard, answer, four, probabilities
from emer.tools.calibration import Calibration
from emer.tools.findings import Evidence, Gap, GapCode, Modality
from emer.tools.networks import network
from emer.tools.speech_emotion import MAX_WINDOWS, NAME, WINDOW_S, SpeechEmotion, windows_of
from emer.tools.speech_emotion_features import (
    LEVELS,
    N_FEATURES,
    RENDERINGS,
    SPEEDS,
    features,
    renderings,
)

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
SPOKEN_S = ((0.8, 4.32), (10.2, 12.64), (21.4, 25.36), (31.76, 35.04), (13.6, 16.8), (27.96, 30.8))
"""Where the sample's two voices speak, four times the one, then twice the other."""
ACTORS = [f"ravdess_{i:02d}" for i in range(1, 17)]


def hear(tmp_path, sound, utterances):
    clip = clip_of(tmp_path, sound)
    return SpeechEmotion().observe(clip, [u.span for u in utterances], utterances)


@cache
def sample():
    return read_sound(SAMPLE)


def usual(n=4):
    """The first ``n`` utterances of the sample."""
    return [sample()[int(a * RATE_HZ) : int(b * RATE_HZ)] for a, b in SPOKEN_S[:n]]


def test_one_utterance_gives_one_reading_filed_under_its_speaker(tmp_path):
    (found,) = hear(tmp_path, *in_a_row(usual(1)))
    assert isinstance(found, Evidence)
    assert (found.subject, found.modality, found.tool) == ("SPK_01", Modality.VOICE, NAME)
    assert (found.start_s, found.end_s) == (0.5, 4.02)
    assert found.id.startswith("SER-")
    assert set(found.reading.scores) == set(CATEGORIES)
    assert sum(found.reading.scores.values()) == pytest.approx(1, abs=1e-3)
    assert 0 < found.score <= max(found.reading.scores.values())


def test_it_says_how_many_other_utterances_of_the_speaker_it_knows(tmp_path):
    speakers = ["SPK_01"] * 4 + ["SPK_02"]
    found = hear(tmp_path, *in_a_row(usual(5), speakers=speakers))
    assert [f.reading.adapted_from for f in found] == [3, 3, 3, 3, 0]


def test_what_is_no_voice_is_not_counted_as_known(tmp_path):
    sounds = [*usual(2), tone(1.5, 200), noise(1.5)]
    found = hear(tmp_path, *in_a_row(sounds))
    judged = [f for f in found if isinstance(f, Evidence)]
    assert [f.reading.adapted_from for f in judged] == [1, 1]


def test_knowing_the_speaker_changes_what_is_heard(tmp_path):
    alone = hear(tmp_path, *in_a_row(usual(1)))[0].reading.scores
    among = hear(tmp_path, *in_a_row(usual(6)))[0].reading.scores
    assert max(abs(alone[c] - among[c]) for c in CATEGORIES) > 0.02


def test_an_answer_does_not_depend_on_what_else_is_asked(tmp_path):
    sound, utterances = in_a_row(usual())
    clip = clip_of(tmp_path, sound)
    spans = [u.span for u in utterances]
    together = SpeechEmotion().observe(clip, spans, utterances)
    apart = [f for s in spans for f in SpeechEmotion().observe(clip, [s], utterances)]
    assert together == apart


@pytest.mark.parametrize("sound", [silence(2.0), noise(2.0), tone(2.0, 220)])
def test_silence_noise_and_tones_leave_a_gap_even_where_somebody_was_said_to_speak(tmp_path, sound):
    gap = only_gap(hear(tmp_path, *in_a_row([sound])))
    assert gap.code is GapCode.NOTHING_THERE


def test_music_noise_and_silence_are_never_judged():
    found = abstention()
    assert {row[0] for row in found.rows} == set(SOUNDS)
    assert [row[1:] for row in found.rows] == [(TIMES, 0)] * len(SOUNDS)


def test_a_clip_without_sound_leaves_a_gap(tmp_path):
    (gap,) = SpeechEmotion().observe(clip_of(tmp_path, None), [at(0, 3)], [])
    assert isinstance(gap, Gap)
    assert gap.code is GapCode.NO_STREAM


def test_a_buzz_that_no_training_held_is_too_strange_to_be_judged(tmp_path):
    gap = only_gap(hear(tmp_path, *in_a_row([speaking(2.0)])))
    assert gap.code is GapCode.NOT_CREDIBLE
    assert "unlike all speech" in gap.reason


def test_a_syllable_is_too_short(tmp_path):
    gap = only_gap(hear(tmp_path, *in_a_row([speaking(0.45)])))
    assert gap.code is GapCode.TOO_SHORT


def test_a_long_utterance_is_heard_in_windows_to_its_end():
    windows = list(windows_of(at(3, 14.5)))
    assert windows[0].start_s == 3
    assert windows[-1].end_s == pytest.approx(14.5)
    assert {round(w.duration_s, 6) for w in windows} == {WINDOW_S}
    assert all(b.start_s - a.start_s <= 2.0 for a, b in pairwise(windows))


def test_of_an_endless_utterance_a_spread_is_heard():
    assert len(list(windows_of(at(0, 3600)))) == MAX_WINDOWS


def test_a_long_utterance_gives_one_reading(tmp_path):
    found = hear(tmp_path, *in_a_row([np.concatenate(usual())]))
    assert [type(f) for f in found] == [Evidence]


def test_sound_unlike_all_training_fades_into_equal_scores():
    net = network(NAME, NAME)
    rng = np.random.default_rng(0)
    strange = rng.normal(0, 1e4, (1, N_FEATURES)).astype(np.float32)
    scores, _, familiarity = net.run(windows=strange, others=strange[:0])
    assert familiarity[0] == 0
    assert np.allclose(scores, 1 / 8)


def test_neither_the_order_of_windows_nor_that_of_other_utterances_matters():
    net = network(NAME, NAME)
    rng = np.random.default_rng(1)
    windows = rng.normal(0, 1, (3, N_FEATURES)).astype(np.float32)
    others = rng.normal(0, 1, (4 * RENDERINGS, N_FEATURES)).astype(np.float32)
    together, *_ = net.run(windows=windows, others=others)
    shuffled, *_ = net.run(windows=windows[::-1].copy(), others=rng.permutation(others))
    assert np.allclose(together, shuffled, atol=1e-5)


def voices(rng, f=430, files=12, apart=1.0):
    """Made-up speech, of eight and of four categories and of neutral alone: vectors and labels."""
    acted = np.concatenate([np.arange(4 * files) % 8, rng.choice([0, 2, 3, 4], 2 * files)])
    truth = np.concatenate([acted, np.zeros(2 * files, int)])
    who = np.arange(8 * files) // files
    corpus = np.repeat(["ravdess", "emodb", PLAIN], [4 * files, 2 * files, 2 * files])
    room = np.repeat([0, 1, -1], [4 * files, 2 * files, 2 * files])
    plain = rng.normal(0, apart, (8, f))[truth] + rng.normal(0, 1, (8, f))[who] + room[:, None]
    vectors = plain + rng.normal(0, 1, (len(COPIES), len(who), f))
    return vectors.astype(np.float32), truth, np.array([f"s{w}" for w in who]), corpus


def test_the_graph_says_what_was_measured():
    pytest.importorskip("onnx", reason="the graph is made by the group 'train'")
    import onnxruntime

    from emer.evals.train.voice.export import as_onnx

    vectors, truth, speakers, corpus = voices(np.random.default_rng(2))
    listener, sharp = fit(vectors, truth, speakers, corpus, Recipe()), Sharpness(1.2, 0.3)
    graph = onnxruntime.InferenceSession(as_onnx(listener, sharp, 1e9, 2e9))
    own = vectors[:RENDERINGS].swapaxes(0, 1)
    for judged, known in ((3, 0), (3, 1), (50, 5), (70, 11), (80, 0), (90, 11)):
        others = own[:known].reshape(-1, own.shape[2])
        (scores,) = graph.run(["scores"], {"windows": own[judged], "others": others})
        told = probabilities(listener.logits(own[judged], others) * sharp.at(known))
        assert np.allclose(scores, told, atol=1e-5)


@pytest.mark.parametrize("known", [0, 1, 20])
def test_an_expert_judges_as_gaussian_voices_with_an_unknown_speaker_would_be(known):
    """Bayes by dense matrices: what others leave open about the speaker adds to the scatter."""
    rng = np.random.default_rng(3)
    vectors, truth, speakers, _ = voices(rng, f=30)
    one = np.zeros(len(truth), int)
    parts = apart(vectors.astype(float), np.full(len(COPIES), 1 / 8), truth, speakers, one)
    roots, recipe = parts.offsets.T / 4, Recipe(diagonal_small=0.5)
    expert = _expert(parts, roots, 0, truth, recipe)
    within = 0.5 * parts.scatter[0] + np.diag(0.5 * np.diag(parts.scatter[0]) + 0.0015)
    between = roots @ roots.T + recipe.floor * within
    x, usual, means = rng.normal(0, 1, 30), rng.normal(0, 1, 30), parts.means[0]
    gain = known * between @ np.linalg.inv(within + known * between)
    left = within + between - gain @ between
    offset = gain @ (usual - means.mean(axis=0))
    away = x - offset - means
    dense = -np.einsum("cf,cf->c", away, np.linalg.solve(left, away.T).T) / 2
    told = expert.logits(x, usual, known)
    assert np.allclose(told - told.mean(), dense - dense.mean(), rtol=1e-5, atol=1e-5)


def test_a_speaker_never_heard_is_judged_better_when_known():
    heard = Heard(*voices(np.random.default_rng(5), files=40, apart=0.12))
    listener = heard.part(heard.speakers != "s0").listener(Recipe())
    told = answer(listener, heard.part(heard.speakers == "s0"), (0, 20), draws=2)
    hits = {k: np.mean(told.logits[k].argmax(axis=-1) == told.truth) for k in (0, 20)}
    assert hits[20] > hits[0] > 1 / 8


def test_speech_is_summarised_at_the_speeds_that_training_heard():
    sound = usual(1)[0]
    found, rng = renderings(sound), np.random.default_rng(0)
    assert found.shape == (len(SPEEDS), N_FEATURES) == (RENDERINGS, N_FEATURES)
    for made, rendering in zip(COPIES, found, strict=False):
        assert np.array_equal(features(made(sound, rng)), rendering)


def test_features_are_finite_and_as_many_as_the_network_takes():
    vector = features(usual(1)[0])
    assert vector.shape == (N_FEATURES,)
    assert np.isfinite(vector).all()


@pytest.mark.parametrize("sound", [np.zeros(100), np.zeros(0), np.zeros(3000)])
def test_hardly_any_sound_has_no_features(sound):
    assert features(sound.astype(np.float32)) is None


def test_gain_moves_nothing_but_the_levels():
    sound = usual(1)[0] + noise(len(usual(1)[0]) / RATE_HZ, 0.003)[: len(usual(1)[0])]
    moved = features(2 * sound) - features(sound)
    assert moved[list(LEVELS)] == pytest.approx([6.02] * len(LEVELS), abs=0.05)
    assert np.abs(np.delete(moved, LEVELS)).max() < 0.05


def test_no_actor_is_in_two_folds_and_none_is_left_out():
    folds = actor_folds(ACTORS * 3)
    assert len(folds) == FOLDS
    assert sorted(a for fold in folds for a in fold) == ACTORS


class Listener:
    """Stands in for what was learnt and notes what it was told of the speaker."""

    def __init__(self):
        self.told = []

    def standard(self, vectors):
        return vectors

    def logits(self, windows, others):
        self.told.append((windows, others))
        return np.zeros(len(CATEGORIES), np.float32)


def test_what_is_known_of_a_speaker_never_holds_the_judged_utterance_nor_another_speaker():
    # every file's one feature is its number, in all renderings; speakers own tens
    vectors = np.tile(np.arange(60, dtype=np.float32)[None, :, None], (RENDERINGS, 1, 1))
    speakers = np.array([f"s{i // 10}" for i in range(60)])
    heard = Heard(vectors, np.zeros(60, int), speakers, speakers)
    listener = Listener()
    answer(listener, heard, (5, 20), draws=3)
    assert len(listener.told) == 60 * 3 * 2
    for windows, others in listener.told:
        (judged,) = set(windows[:, 0])
        known = set(others[:, 0])
        assert len(windows) == RENDERINGS
        assert judged not in known
        assert {int(o) // 10 for o in known} == {int(judged) // 10}
        assert len(others) == RENDERINGS * len(known)


def test_of_the_four_categories_calm_counts_as_neutral():
    logits = np.full((1, 8), -9.0, np.float32)
    logits[0, [CATEGORIES.index("calm"), CATEGORIES.index("neutral")]] = 0.0
    logits[0, CATEGORIES.index("sad")] = 0.4
    assert FOUR[int(four(logits).argmax())] == "neutral"
    assert CATEGORIES[int(probabilities(logits).argmax())] == "sad"


def test_the_area_under_the_curve_is_the_chance_of_a_right_order():
    high = np.array([True, True, False, False])
    assert area(high, np.array([4.0, 2.0, 3.0, 1.0])) == pytest.approx(0.75)
    assert np.isnan(area(high[:2], np.array([1.0, 2.0])))


def test_the_six_categories_of_crema_d_take_calm_as_neutral_and_leave_surprise_out():
    truth = np.arange(8)
    logits = np.eye(8, dtype=np.float32)[None] * 20
    told = Answers(truth, np.array(ACTORS[:8]), {0: logits}, np.ones(8))
    assert confusion(told, 0) == np.eye(8, dtype=int).tolist()
    six = np.array(confusion_crema_d(told, 0))
    assert six.sum() == 7
    assert np.diag(six).tolist() == [1, 1, 1, 1, 2, 1]


def test_no_held_out_reader_trained_the_weights_and_the_card_names_them():
    assert not set(READERS) & set(HELD_READERS)
    heard = set(network(NAME, NAME).settings["speakers"])
    assert not heard & {f"{PLAIN}_{name}" for name in HELD_READERS}
    said = SpeechEmotion.card.split
    assert f"{', '.join(READERS)} of LibriSpeech train" in said
    assert f"{' and '.join(HELD_READERS)} are held out" in said


def test_training_takes_no_window_of_a_held_out_reader(shared_data):
    train, held = read_plain(shared_data, READERS), read_plain(shared_data, HELD_READERS)
    assert {s.speaker for s in train} == {f"{PLAIN}_{name}" for name in READERS}
    assert not {s.path for s in train} & {s.path for s in held}
    assert {s.category for s in (*train, *held)} == {"neutral"}


@cache
def held_reading(data):
    return summarised(read_plain(data, HELD_READERS))


@pytest.mark.parametrize("known", [0, 9])
def test_plain_reading_of_people_never_heard_is_seldom_called_an_emotion(shared_data, known):
    utterances = held_reading(shared_data)
    scores, _ = answers(utterances, known)
    rests = np.isin(scores.argmax(axis=1), [CATEGORIES.index(c) for c in ("neutral", "calm")])
    assert len(utterances) == 20
    assert rests.mean() >= 0.8
    assert np.mean(~rests & (scores.max(axis=1) >= 0.7)) <= 0.1


def test_even_talk_is_expected_to_be_neutral_and_lively_talk_is_not():
    """What others are like decides what one more utterance, between neutral and angry, is taken for."""
    rng = np.random.default_rng(7)
    vectors, truth, speakers, corpus = voices(rng, files=40, apart=0.5)
    listener = fit(vectors, truth, speakers, corpus, replace(Recipe(), gate_ordinary=1e6))
    neutral, angry = CATEGORIES.index("neutral"), CATEGORIES.index("angry")
    own = vectors[0, speakers == "s7"]
    apart = vectors[0, (speakers == "s3") & (truth == angry)].mean(axis=0)
    apart -= vectors[0, (speakers == "s3") & (truth == neutral)].mean(axis=0)
    even = np.repeat(own[:10], RENDERINGS, axis=0)
    swing = np.where(np.arange(10) % 2, 3.0, -3.0).repeat(RENDERINGS)[:, None]
    lively = even + (swing * apart).astype(np.float32)
    judged = np.repeat(own[10:11] + 0.5 * apart, RENDERINGS, axis=0).astype(np.float32)
    liveliness = [listener.liveliness.of(listener.standard(o)) for o in (even, lively)]
    assert liveliness[0] < 0.5 < liveliness[1]
    told = [probabilities(listener.logits(judged, others)) for others in (even, lively)]
    assert told[0][neutral] > told[1][neutral]


def test_nothing_known_counts_as_even_talk():
    vectors, truth, speakers, corpus = voices(np.random.default_rng(8))
    listener = fit(vectors, truth, speakers, corpus, Recipe())
    assert listener.liveliness.of(vectors[0, :0]) == 0.0
    weights = listener.gate.weights(listener.standard(vectors[0]).mean(axis=0))
    assert weights.shape == (3,)
    assert weights.sum() == pytest.approx(1)


def test_the_card_says_whose_voices_they_are_and_that_they_are_not_for_sale():
    card = SpeechEmotion.card
    assert card.licence.startswith("CC BY-NC-SA 4.0")
    assert not card.commercial_use
    assert f"{FOLDS} folds of {len(ACTORS) // FOLDS} actors" in card.split


def test_the_settings_name_every_speaker_of_training_and_count_every_judged_file():
    settings = network(NAME, NAME).settings
    assert settings["labels"] == list(CATEGORIES)
    assert {s for s in settings["speakers"] if s.startswith("ravdess")} == set(ACTORS)
    readers = {s for s in settings["speakers"] if s.startswith(PLAIN)}
    assert readers == {f"{PLAIN}_{name}" for name in READERS}
    confused = settings["confusion"]
    for known in ("unknown", "known20"):
        assert np.sum(confused[known]) == 960
        assert np.array(confused["crema_d6"][known]).shape == (6, 6)


def test_the_shipped_calibration_is_a_valid_curve_over_unheard_actors():
    card, fields = SpeechEmotion.card, network(NAME, NAME).settings["calibration"]
    curve = Calibration(tool=NAME, model=card.name, revision=card.revision, **fields)
    assert curve.n_groups == len(ACTORS)
    assert curve.ece <= 0.05
    middle = (curve.scores[0] + curve.scores[-1]) / 2
    assert 0 < curve.confidence(middle) < 1
