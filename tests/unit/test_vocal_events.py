"""Sounds that are not words: labels in our words, neighbouring windows joined, silence told."""

from itertools import pairwise

import numpy as np
import pytest
from tests.unit.test_asr import CARD, clip_of

from emer.graphs.report import Assertion
from emer.graphs.tabular.columns import unit_of
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Modality, TimeSpan
from emer.tools.models.catalogue import shipped
from emer.tools.readings import VocalEventReading
from emer.tools.vocal_events_transformers import (
    EVENTS,
    THRESHOLD,
    Heard,
    VocalEvents,
    _windows,
    events_of,
    joined,
)

TABLE = shipped()["ast-audioset"].labels


def test_labels_of_audioset_come_in_our_words_with_their_highest_score():
    scores = {"Laughter": 0.4, "Giggle": 0.7, "Speech": 0.99, "Crying, sobbing": THRESHOLD - 0.01}
    assert events_of(scores, TABLE) == {"laughter": 0.7}
    with pytest.raises(ToolUnavailable, match="none of the model's labels"):
        events_of({"LABEL_0": 1.0}, TABLE)


def test_every_sound_of_the_catalogue_is_one_of_ours():
    assert set(TABLE.values()) <= set(EVENTS)


def test_windows_that_overlap_are_one_event_and_others_are_apart():
    heard = [
        Heard("laughter", 0, 4, 0.5), Heard("sigh", 2, 6, 0.4), Heard("laughter", 2, 6, 0.9),
        Heard("laughter", 10, 14, 0.3),
    ]  # fmt: skip
    assert joined(reversed(heard)) == [
        Heard("laughter", 0, 6, 0.9, 2), Heard("sigh", 2, 6, 0.4), Heard("laughter", 10, 14, 0.3),
    ]  # fmt: skip


def test_all_of_a_sound_is_listened_to_but_its_silence(tmp_path):
    sound = np.zeros(16_000 * 21, np.float32)
    sound[: 16_000 * 9] = 0.1
    spans = [s for s, _ in _windows(clip_of(tmp_path, sound=sound, duration_s=21.0))]
    assert spans[0].start_s == 0
    assert {round(s.duration_s, 6) for s in spans} == {4.0}
    assert spans[-1].start_s < 9
    assert all(b.start_s - a.start_s <= 2.0 for a, b in pairwise(spans))


def test_a_short_sound_is_one_window(tmp_path):
    clip = clip_of(tmp_path, sound=np.full(16_000, 0.1, np.float32), duration_s=1.0)
    ((span, sound),) = _windows(clip)
    assert (span.end_s, len(sound)) == (1.0, 16_000)


def test_an_event_can_be_asserted_by_a_claim():
    e = Evidence.of(
        tool="vocal_events", engine="transformers", modality=Modality.VOICE, card=CARD,
        span=TimeSpan(start_s=1, end_s=5), score=0.8,
        reading=VocalEventReading(event="laughter", loudest=0.82, n_windows=2),
    )  # fmt: skip
    quantities = e.reading.quantities()
    assert quantities == {"event.laughter": 0.82, "event.name": "laughter"}
    assert e.id.startswith("EVT-")
    assert unit_of("event.laughter") == "0..1"
    Assertion(evidence=(e.id,), quantity="event.laughter", relation="ge", value=0.8)


def test_without_the_libraries_or_weights_the_remedy_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ToolUnavailable, match=r"emer\[full\]|emer models pull ast-audioset"):
        VocalEvents().ready()
