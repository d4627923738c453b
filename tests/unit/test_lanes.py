"""Watchers work side by side, each in the order of the pictures; who fails is shown no more."""

import threading
import time

import numpy as np
import pytest

from emer.tools.media.items import Frame, Luma
from emer.tools.media.lanes import AHEAD, Lane
from emer.tools.media.onlookers import Onlookers
from emer.tools.shot_cuts import CutWatch


def test_a_lane_does_its_work_in_order():
    done = []
    with Lane("test") as lane:
        for i in range(5 * AHEAD):
            lane.do(lambda i=i: done.append(i))
        lane.finish()
    assert done == list(range(5 * AHEAD))


def test_a_lane_lets_only_a_few_pieces_wait():
    gate, begun = threading.Event(), []
    with Lane("test") as lane:
        for _ in range(AHEAD):
            lane.do(gate.wait)
        threading.Timer(0.1, gate.set).start()
        lane.do(lambda: begun.append(gate.is_set()))  # has to wait for the first to be done
        assert gate.is_set()
        lane.finish()
    assert begun == [True]


def test_what_fails_in_a_lane_is_raised_and_nothing_after_it_is_done():
    gate, done = threading.Event(), []
    with Lane("test") as lane:
        lane.do(gate.wait)
        lane.do(lambda: 1 / 0)
        lane.do(lambda: done.append("after"))
        gate.set()
        with pytest.raises(ZeroDivisionError):
            lane.finish()
        lane.finish()
    assert done == []


def test_what_was_not_begun_when_a_lane_ends_is_dropped():
    gate, done = threading.Event(), []
    with Lane("test") as lane:
        lane.do(gate.wait)
        lane.do(lambda: done.append("late"))
        threading.Timer(0.1, gate.set).start()
    assert done == []


class Watcher:
    """Remembers what it saw; fails at the picture given."""

    def __init__(self, fails_at=None, wants_luma=False, slow_s=0.0):
        self.wants_luma, self.fails_at, self.slow_s, self.seen = wants_luma, fails_at, slow_s, []

    def see(self, frame):
        time.sleep(self.slow_s)
        if frame.time_s == self.fails_at:
            raise self.trouble
        self.seen.append(frame.time_s)

    def glimpse(self, luma):
        self.seen.append(("luma", luma.time_s))

    trouble = ZeroDivisionError("a bug")


def show(**watchers):
    with Onlookers(watchers, watchers) as onlookers:
        for i in range(20):
            onlookers.show(Luma(i, np.zeros((2, 2), np.uint8)))
            onlookers.show(Frame(i, np.zeros((2, 2, 3), np.uint8), 1.0))
        onlookers.finish()
    return onlookers.failures


def test_every_watcher_sees_every_picture_however_fast_it_is():
    fast, slow = Watcher(), Watcher(slow_s=0.005, wants_luma=True)
    assert show(fast=fast, slow=slow) == {}
    assert fast.seen == list(range(20))
    assert slow.seen == [what for i in range(20) for what in (("luma", i), i)]


def test_a_watcher_that_fails_is_shown_no_more_and_the_others_see_on():
    whole, broken = Watcher(), Watcher(fails_at=3)
    failures = show(whole=whole, broken=broken)
    assert list(failures) == ["broken"]
    assert broken.seen == [0, 1, 2]
    assert whole.seen == list(range(20))


def test_a_full_disk_is_nobodys_own_failure():
    broken = Watcher(fails_at=3)
    broken.trouble = OSError(28, "No space left on device")
    with pytest.raises(OSError, match="No space"):
        show(broken=broken)


def pictures(values, *, luma):
    for i, value in enumerate(values):
        grey = np.tile(np.linspace(value, value + 150, 64), (36, 1)).astype(np.uint8)
        if i >= 5:  # another place
            grey = grey[:, ::-1].copy()
        if luma:
            yield Luma(i * 0.04, grey)
        if i % 5 == 4:
            yield Frame(i * 0.04, np.repeat(grey[..., None], 3, 2), 1.0)


def test_the_sampled_picture_behind_a_cut_tells_when_it_was():
    watch = CutWatch()
    marked = [watch.marked(item) for item in pictures([40] * 15, luma=True)]
    assert [i.time_s for i in marked if isinstance(i, Luma) and i.cut] == [pytest.approx(0.2)]
    assert [i.cut_s for i in marked if isinstance(i, Frame)] == [None, pytest.approx(0.2), None]


def test_without_every_pictures_brightness_cuts_are_found_between_sampled_ones():
    watch = CutWatch()
    marked = [watch.marked(item) for item in pictures([40] * 15, luma=False)]
    assert [i.cut_s for i in marked] == [None, pytest.approx(9 * 0.04), None]
