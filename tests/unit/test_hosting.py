"""Models in processes of their own: order, memory, death."""

import os
import signal
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.tools.errors import ToolUnavailable
from emer.tools.hosting.host import Host, Limits, buckets
from emer.tools.hosting.items import Item, Lost, packed, unpacked
from emer.tools.hosting.residents import Residents
from emer.tools.worker_room import Room

LOADER = "tests.hosted_models:load"


@pytest.fixture
def host(monkeypatch):
    made = []

    def make(limits=None, **options):
        one = Host(
            "odd", LOADER, {"device": "cpu", **options}, limits or Limits(needs_mb=1),
            environment={"PYTHONPATH": os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])},
        )  # fmt: skip
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


def items(n, **odd):
    """Items 0..n-1, whose sums are their numbers; ``odd`` maps a number to its facts."""
    return [Item(odd.get(f"i{i}", {}), {"x": np.full(3, i / 3)}) for i in range(n)]


def sums(answers):
    return [round(a["sum"]) if isinstance(a, dict) else a for a in answers]


def test_answers_come_in_the_order_of_the_items_whatever_the_batches(host):
    assert sums(host().ask(items(5), batches=[[3, 0], [4], [2, 1]])) == [0, 1, 2, 3, 4]


def test_a_model_is_loaded_once_for_many_questions(host):
    one = host()
    first = one.ask(items(2))
    second = one.ask(items(2))
    assert {a["pid"] for a in [*first, *second]} == {one.pid}


def test_it_says_where_it_runs(host):
    assert host().facts() == {"device": "cpu", "dtype": "float64"}


def test_batches_for_which_memory_does_not_suffice_are_halved_and_so_are_later_ones(host):
    one = host(most=3)
    answers = one.ask(items(16), batches=[list(range(8)), list(range(8, 16))])
    assert sums(answers) == list(range(16))
    assert {a["with"] for a in answers} == {2}


def test_an_item_too_large_for_memory_is_lost_alone(host):
    answers = host().ask(items(3, i1={"eat": True}), batches=[[0, 1, 2]])
    assert sums(answers)[0::2] == [0, 2]
    assert isinstance(answers[1], Lost)
    assert "memory" in answers[1].reason


def test_a_process_killed_in_the_middle_of_a_batch_is_replaced_and_nothing_is_lost(host, tmp_path):
    once = {"kill_once": str(tmp_path / "killed")}
    answers = host().ask(items(4, i2=once), batches=[[0, 1], [2, 3]])
    assert sums(answers) == [0, 1, 2, 3]
    assert len({a["pid"] for a in answers}) == 2


def test_what_kills_the_process_each_time_is_lost_alone(host):
    answers = host().ask(items(4, i2={"kill": True}), batches=[[0, 1], [2, 3]])
    assert [isinstance(a, Lost) for a in answers] == [False, False, True, False]
    assert "SIGKILL" in answers[2].reason


def test_a_model_that_dies_again_and_again_is_given_up(host):
    odd = {f"i{i}": {"kill": True} for i in range(40)}
    began = time.monotonic()
    answers = host().ask(items(40, **odd), batches=[list(range(40))])
    assert all(isinstance(a, Lost) for a in answers)
    assert time.monotonic() - began < 30


def test_a_model_that_hangs_is_killed(host):
    one = host(Limits(needs_mb=1, batch_s=0.5))
    answers = one.ask(items(2, i0={"hang": True}), batches=[[0], [1]])
    assert isinstance(answers[0], Lost)
    assert sums(answers)[1] == 1


def test_a_failure_of_the_model_loses_its_batch_and_no_process(host):
    one = host()
    pid = one.ask(items(1))[0]["pid"]
    answers = one.ask(items(4, i0={"fail": True}), batches=[[0, 1], [2, 3]])
    assert [isinstance(a, Lost) for a in answers] == [True, True, False, False]
    assert "it cannot be" in answers[0].reason
    assert answers[2]["pid"] == pid


@pytest.mark.parametrize("odd", ["refused", "told"])
def test_an_item_whose_numbers_are_not_finite_is_lost_alone_and_no_process_with_it(host, odd):
    one = host()
    pid = one.ask(items(1))[0]["pid"]
    answers = one.ask(items(6, i2={"odd": odd}), batches=[[0, 1, 2, 3], [4, 5]])
    assert isinstance(answers[2], Lost)
    assert "odd" in answers[2].reason or "not finite" in answers[2].reason
    assert "emer models verify" in answers[2].remedy
    kept = [a for i, a in enumerate(answers) if i != 2]
    assert sums(kept) == [0, 1, 3, 4, 5]
    assert {a["pid"] for a in kept} == {pid}


def test_a_model_that_is_odd_from_the_start_is_unavailable(host):
    with pytest.raises(ToolUnavailable, match="it knows itself no more"):
        host(odd=True).ask(items(1))


def test_a_model_without_weights_says_so_with_its_remedy(host):
    with pytest.raises(ToolUnavailable, match="emer models pull odd"):
        host(unavailable=True).ask(items(1))


def test_a_model_that_cannot_be_loaded_is_unavailable(host):
    with pytest.raises(ToolUnavailable, match="no such file"):
        host(broken=True).ask(items(1))


def test_a_library_of_torch_that_does_not_load_is_told_whatever_was_made_of_its_error(host):
    with pytest.raises(ToolUnavailable, match="cannot be loaded together") as told:
        host(unloadable=True).ask(items(1))
    assert "_torchaudio.abi3.so" in told.value.reason
    assert "pip install" in told.value.remedy


def test_no_process_is_left_when_a_host_is_closed(host):
    one = host()
    pid = one.ask(items(1))[0]["pid"]
    one.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_killed_between_two_questions_is_replaced(host):
    one = host()
    pid = one.ask(items(1))[0]["pid"]
    os.kill(pid, signal.SIGKILL)
    assert sums(one.ask(items(2))) == [0, 1]


def test_questions_from_several_threads_are_answered_one_after_the_other(host):
    one, found = host(), {}

    def ask(k):
        found[k] = sums(one.ask(items(5), batches=[[0, 1], [2, 3, 4]]))

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert list(found.values()) == [[0, 1, 2, 3, 4]] * 4


def test_progress_counts_what_is_done(host):
    told = []
    host().ask(items(5), batches=[[0, 1], [2, 3, 4]], heard=told.append)
    assert told == [2, 5]


@given(st.lists(st.floats(0.1, 100), max_size=40), st.integers(1, 8))
def test_buckets_hold_every_item_once_and_only_similar_lengths(lengths, most):
    groups = buckets(lengths, most)
    assert sorted(i for g in groups for i in g) == list(range(len(lengths)))
    for g in groups:
        assert len(g) <= most
        assert min(lengths[i] for i in g) >= 0.9 * max(lengths[i] for i in g)


@given(
    st.lists(st.tuples(st.sampled_from(["f4", "i2", "u1", "f8"]), st.integers(0, 50)), max_size=6)
)
def test_arrays_cross_unchanged(kinds):
    room = Room()
    given_items = [
        Item({"k": k}, {"a": np.arange(n).astype(kind), "b": np.ones((2, n), kind)})
        for k, (kind, n) in enumerate(kinds)
    ]
    back = unpacked(packed(given_items, room), room)
    for one, other in zip(given_items, back, strict=True):
        assert one.facts == other.facts
        for name, array in one.arrays.items():
            assert array.dtype == other.arrays[name].dtype
            np.testing.assert_array_equal(array, other.arrays[name])


class Guest:
    def __init__(self, used_s, needs_mb, busy=False, device="cuda:0"):
        self.device, self.used_s, self.limits, self.busy = device, used_s, Limits(needs_mb), busy
        self.pid = 1

    def leave(self):
        if not self.busy:
            self.pid = None
        return not self.busy


def test_who_was_not_asked_for_longest_leaves_the_gpu_first():
    residents = Residents()
    residents.budget_mb = 1000
    old, new, elsewhere = Guest(1, 400), Guest(2, 400), Guest(0, 900, device="cuda:1")
    comer = Guest(3, 500)
    comer.pid = None
    for guest in (old, new, elsewhere, comer):
        residents.add(guest)
    residents.make_room(comer)
    assert (old.pid, new.pid, elsewhere.pid) == (None, 1, 1)


def test_who_is_being_asked_stays_on_the_gpu():
    residents = Residents()
    residents.budget_mb = 500
    busy, comer = Guest(1, 400, busy=True), Guest(3, 400)
    comer.pid = None
    residents.add(busy)
    residents.make_room(comer)
    assert busy.pid == 1


def test_engines_that_fit_share_the_gpu_and_the_next_takes_only_the_room_that_it_needs():
    residents = Residents()
    residents.budget_mb = 1000
    guests = [Guest(k, mb) for k, mb in enumerate((300, 300, 400), start=1)]
    for guest in guests:
        residents.add(guest)
    residents.make_room(guests[-1])  # 300 + 300 + 400 are 1000
    assert [g.pid for g in guests] == [1, 1, 1]
    last = Guest(9, 301)
    last.pid = None
    residents.add(last)
    residents.make_room(last)
    assert [g.pid for g in guests] == [None, None, 1]


def test_without_a_setting_four_fifths_of_the_gpu_are_shared(monkeypatch):
    monkeypatch.setattr("emer.tools.hosting.residents.memory_mb", lambda device: 1000)
    for needs_mb, stays in ((400, True), (401, False)):
        residents, first, comer = Residents(), Guest(1, 400), Guest(2, needs_mb)
        comer.pid = None
        residents.add(first)
        residents.make_room(comer)
        assert (first.pid is not None) is stays


def test_who_comes_to_the_cpu_moves_nobody():
    residents = Residents()
    residents.budget_mb = 100
    guest, comer = Guest(1, 100), Guest(2, 5000, device="cpu")
    residents.add(guest)
    residents.make_room(comer)
    assert guest.pid == 1
