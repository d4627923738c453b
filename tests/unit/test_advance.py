"""How far hosted models have come, as it is told to people."""

from types import SimpleNamespace

import pytest
from tests.unit.test_hosting import host, items

from emer.agent import progress as showing
from emer.agent.progress import PlainProgress
from emer.graphs.observing import _telling
from emer.graphs.state import Event
from emer.tools.hosting.advance import Advance, listening

__all__ = ["host"]


def test_every_batch_tells_how_many_items_are_done(host):
    told = []
    with listening(told.append):
        host().ask(items(5), batches=[[0, 1], [2, 3], [4]])
    assert told[0].loading
    assert told[1:] == [Advance(2, 5), Advance(4, 5), Advance(5, 5)]


def test_several_questions_add_up_and_promise_no_whole(host):
    one, told = host(), []
    with listening(told.append):
        one.ask(items(2), batches=[[0, 1]])
        one.ask(items(3), batches=[[0, 1], [2]])
    assert told[-2:] == [Advance(4, None), Advance(5, None)]


def test_nothing_is_told_to_who_does_not_listen(host):
    told = []
    with listening(told.append):
        pass
    host().ask(items(1))
    assert told == []


def events_of(scope, n_spans, *advances):
    events, left = [], SimpleNamespace(is_set=lambda: False)
    specialist = SimpleNamespace(tool="speech_emotion", scope=scope)
    tell = _telling(specialist, SimpleNamespace(emit=events.append), n_spans, left)
    for at in advances:
        tell(at)
    return events


def test_one_item_for_each_utterance_is_told_as_utterances():
    (event,) = events_of("utterances", 200, Advance(40, 200))
    assert (event.status, event.detail, event.done, event.total) == (
        "progress", "40 of 200 utterances", 40.0, 200.0,
    )  # fmt: skip


def test_windows_of_a_clip_are_told_as_pieces():
    details = [e.detail for e in events_of("clip", 1, Advance(8, 64), Advance(72, None))]
    assert details == ["8 of 64 pieces", "72 pieces"]


def test_a_model_that_was_left_behind_tells_nothing_any_more():
    events, left = [], SimpleNamespace(is_set=lambda: True)
    specialist = SimpleNamespace(tool="t", scope="clip")
    _telling(specialist, SimpleNamespace(emit=events.append), 1, left)(Advance(1, 2))
    assert events == []


@pytest.mark.parametrize(("at_s", "lines"), [(1.0, []), (6.0, ["t: 40 of 200 utterances"])])
def test_plain_lines_tell_the_advance_every_few_seconds(monkeypatch, at_s, lines):
    said, clock = [], iter((0.0, at_s))
    monkeypatch.setattr(showing, "notice", said.append)
    monkeypatch.setattr(showing.time, "monotonic", lambda: next(clock))
    show = PlainProgress()
    show(Event("t", "started"))
    show(Event("t", "progress", "40 of 200 utterances", 40.0, 200.0))
    assert said == lines
