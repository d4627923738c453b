"""Synthetic conversations are what they say, and some speakers are kept apart."""

import numpy as np
import pytest

from emer.evals.dialogues import dialogues, turn_taking, voices
from emer.evals.dialogues.dialogues import TICK_S, dialogue
from emer.evals.dialogues.turn_taking import excerpt
from emer.evals.dialogues.voices import HELD_OUT, RATE, Speaker, Utterance, without_pauses

ROWS = [[(0.0, 4.0, "a"), (4.2, 9.0, "b"), (8.5, 12.0, "a"), (12.5, 20.0, "c")]]


def speaker(name, hz):
    t = np.arange(2 * RATE) / RATE
    sound = (0.2 * 32767 * np.sin(2 * np.pi * hz * t)).astype(np.int16)
    return Speaker(name, "made", [Utterance("", sound)], np.zeros(RATE, np.int16))


def made(seed=0, **settings):
    people = [speaker(f"p{i}", 150 + 60 * i) for i in range(4)]
    return dialogue(people, ROWS, 12.0, np.random.default_rng(seed), speechless=0.0, **settings)


def test_the_speakers_who_are_kept_apart_are_always_the_same(shared_data):
    others = {s.name for s in voices.speakers(shared_data, held_out=False)}
    kept = {s.name for s in voices.speakers(shared_data, held_out=True)}
    assert kept == HELD_OUT
    assert not others & kept
    assert len(others) == 20


def test_a_conversation_is_the_same_every_time():
    assert np.array_equal(made().sound, made().sound)
    assert not np.array_equal(made().sound, made(1).sound)


def test_the_truth_covers_what_the_turns_say():
    for seed in range(5):
        talk = made(seed)
        assert talk.active.shape == (600, len(talk.names))
        assert len(talk.sound) == 12 * RATE
        for turn in talk.turns:
            middle = int((turn.start_s + turn.end_s) / 2 / TICK_S)
            assert talk.active[min(middle, 599), turn.who]


def test_a_conversation_of_one_has_one():
    for seed in range(5):
        assert made(seed, alone=True).active.any(axis=0).sum() == 1


def test_an_excerpt_lies_inside_its_length():
    rng = np.random.default_rng(0)
    for _ in range(50):
        for turn in excerpt(ROWS[0], 10.0, 2, rng):
            assert 0.0 <= turn.start_s < turn.end_s <= 10.0 + 1e-9
            assert turn.who in {0, 1}


def test_short_pauses_belong_to_a_turn():
    rows = [(0.0, 2.0, "a"), (2.3, 4.0, "a"), (5.0, 6.0, "a"), (6.1, 7.0, "b")]
    bridged = turn_taking._bridged(
        [turn_taking.Turn(a, b, "ab".index(name)) for a, b, name in rows]
    )
    assert [(t.start_s, t.end_s, t.who) for t in bridged] == [
        (0.0, 4.0, 0), (5.0, 6.0, 0), (6.1, 7.0, 1)
    ]  # fmt: skip


def test_the_babble_of_many_is_nobodys_turn(monkeypatch):
    def recorded(crowded):
        monkeypatch.setattr(dialogues, "CROWDED", crowded)
        return made(3)

    alone, crowded = recorded(0.0), recorded(1.0)
    assert np.array_equal(alone.active, crowded.active)
    assert not np.allclose(alone.sound, crowded.sound)


def test_silence_around_is_cut_and_long_pauses_are_shortened():
    t = np.arange(RATE) / RATE
    voice = (0.3 * np.sin(2 * np.pi * 200 * t)).astype(np.float32)
    pause = np.zeros(2 * RATE, np.float32)
    cut = without_pauses(np.concatenate([pause, voice, pause, voice, pause]))
    assert len(cut) / RATE == pytest.approx(2.8, abs=0.15)
