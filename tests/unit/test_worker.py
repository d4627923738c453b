"""Work that crashes, hangs or eats memory happens where it can be killed."""

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from emer.tools.errors import EmerError, MediaError, ModelOutputError, StorageError, ToolUnavailable
from emer.tools.worker import Worker, WorkerDied, WorkerFailed, WorkerStuck
from emer.tools.worker_pool import Pool

MODULE = "tests.trouble"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def worker():
    with Worker(MODULE) as worker:
        yield worker


def answers(worker, patience_s=20.0, limit_s=None, **request):
    return list(worker.ask(request, patience_s=patience_s, limit_s=limit_s))


def runs(pid):
    """Whether the process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid, within_s=5.0):
    until = time.monotonic() + within_s
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not runs(pid)


def test_a_worker_answers_in_another_process_and_is_kept(worker):
    first, second = answers(worker, do="pid"), answers(worker, do="pid")
    assert first == second == [{"pid": worker.pid}]
    assert worker.pid != os.getpid()


def test_many_messages_come_in_order(worker):
    assert [m["i"] for m in answers(worker, do="count", n=5000)] == list(range(5000))


def test_a_crash_names_the_signal_and_the_next_question_gets_a_new_process(worker):
    with pytest.raises(WorkerDied) as death:
        answers(worker, do="segfault")
    assert death.value.how == "killed by SIGSEGV"
    assert "Segmentation fault" in death.value.last_words
    assert answers(worker, do="pid") == [{"pid": worker.pid}]


def test_what_came_before_a_crash_has_arrived(worker):
    seen = []
    messages = worker.ask({"do": "count", "n": 7, "then": "segfault"}, patience_s=20)
    with pytest.raises(WorkerDied):
        seen.extend(m["i"] for m in messages)
    assert seen == list(range(7))


def test_an_exit_names_the_status_and_the_last_words(worker):
    with pytest.raises(WorkerDied, match="status 3") as death:
        answers(worker, do="exit")
    assert death.value.last_words.endswith("the last words")
    assert len(death.value.last_words) <= 4096


@pytest.mark.parametrize("how", ["sleep", "hold_the_interpreter"])
def test_silence_beyond_patience_is_ended(worker, how):
    answers(worker, do="pid")
    pid, began = worker.pid, time.monotonic()
    with pytest.raises(WorkerStuck):
        answers(worker, patience_s=0.3, do=how)
    assert time.monotonic() - began < 3
    assert ends(pid)


def test_a_beat_breaks_the_silence_but_not_the_limit(worker):
    answers(worker, do="pid")
    assert answers(worker, patience_s=0.5, do="beat", n=10) == [{"done": True}]
    with pytest.raises(WorkerStuck):
        answers(worker, patience_s=0.5, limit_s=0.6, do="beat", n=100)


@pytest.mark.skipif(sys.platform != "linux", reason="no limit of the address space here")
def test_a_worker_that_eats_memory_is_told_so_and_this_process_is_not():
    with Worker(MODULE, memory_bytes=1 << 30) as worker:
        with pytest.raises(WorkerFailed) as failure:
            answers(worker, do="eat")
        assert failure.value.kind == "MemoryError"
        assert answers(worker, do="pid")


def test_what_libraries_print_does_not_get_into_the_answers(worker):
    assert answers(worker, do="print") == [{"printed": True}]


@pytest.mark.parametrize(
    "error",
    [
        MediaError("the file is odd", remedy="Mend it."),
        StorageError("the disk is full", remedy="Empty it."),
        ModelOutputError("not finite"),
        ToolUnavailable("faces", "no weights", remedy="Get them."),
    ],
)
def test_errors_raised_on_purpose_cross_as_what_they_are(worker, error):
    with pytest.raises(EmerError) as crossed:
        answers(worker, do="raise", kind=type(error).__name__)
    assert type(crossed.value) is type(error)
    assert vars(crossed.value) == vars(error)
    assert str(crossed.value) == str(error)


def test_any_other_error_is_named_and_the_worker_lives_on(worker):
    pid = answers(worker, do="pid")
    with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
        answers(worker, do="bug")
    assert answers(worker, do="pid") == pid


def test_a_question_given_up_leaves_the_worker_usable(worker):
    answers(worker, do="pid")
    pid = worker.pid
    for _ in range(3):
        messages = worker.ask({"do": "count", "n": 10**9}, patience_s=20)
        next(messages)
        messages.close()
        assert answers(worker, do="pid") == [{"pid": pid}]


def test_a_worker_that_does_not_notice_is_replaced(worker, monkeypatch):
    monkeypatch.setattr("emer.tools.worker.GIVE_UP_S", 0.3)
    messages = worker.ask({"do": "count", "n": 1, "then": "sleep"}, patience_s=20)
    next(messages)
    pid = worker.pid
    messages.close()
    assert ends(pid)
    assert answers(worker, do="pid") != [{"pid": pid}]


def test_a_forgotten_answer_is_given_up_too(worker):
    messages = worker.ask({"do": "credits"}, patience_s=20)
    next(messages)
    del messages
    gc.collect()
    assert answers(worker, do="pid")


def test_credits_reach_the_worker_while_it_answers(worker):
    seen = []
    for message in worker.ask({"do": "credits"}, patience_s=20):
        seen.append(message["i"])
        worker.send({"credit": len(seen) < 4})
    assert seen == [0, 1, 2, 3]


def test_the_time_that_the_caller_takes_is_no_silence(worker):
    messages = worker.ask({"do": "count", "n": 2}, patience_s=0.5)
    answers_so_far = [next(messages)]
    time.sleep(0.8)
    assert len(answers_so_far + list(messages)) == 2


def test_one_question_at_a_time(worker):
    messages = worker.ask({"do": "credits"}, patience_s=20)
    next(messages)
    with pytest.raises(RuntimeError, match="another"):
        answers(worker, do="pid")
    messages.close()


def test_arrays_go_through_shared_memory_and_nothing_is_copied(worker):
    shared = np.frombuffer(worker.room.view(1000), np.uint8)
    answers(worker, do="fill", n=1000, value=7)
    assert shared.tolist() == [7] * 1000
    larger = np.frombuffer(worker.room.view(10_000_000), np.uint8)
    answers(worker, do="fill", n=10_000_000, value=9)
    assert larger.min() == larger.max() == shared.min() == 9


def test_a_worker_started_anew_shares_the_same_memory(worker):
    shared = np.frombuffer(worker.room.view(10), np.uint8)
    with pytest.raises(WorkerDied):
        answers(worker, do="segfault")
    answers(worker, do="fill", n=10, value=3)
    assert shared.tolist() == [3] * 10


def test_extra_descriptors_and_arguments_are_passed_on(tmp_path):
    with (tmp_path / "a").open("w+b") as file:
        options = {"pass_fds": (file.fileno(),), "arguments": {"fd": file.fileno()}}
        with Worker(MODULE, **options, environment={"EMER_ODD": "x"}) as worker:
            assert answers(worker, do="write") == [{"odd": "x"}]
        assert (tmp_path / "a").read_bytes() == b"written"


def test_a_name_that_is_no_text_crosses_unharmed(worker):
    assert answers(worker, do="echo", name="odd\udcff\n\x00")[0]["name"] == "odd\udcff\n\x00"


def test_closing_leaves_no_process_and_no_open_pipe():
    before = set(os.listdir("/proc/self/fd"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for how in ("close", "forget"):
            worker = Worker(MODULE)
            answers(worker, do="pid")
            pid = worker.pid
            worker.room.view(100)
            if how == "close":
                worker.close()
            del worker
            gc.collect()
            assert not os.path.exists(f"/proc/{pid}")
    assert set(os.listdir("/proc/self/fd")) == before


HOST = """
import os, sys, time
sys.path[:0] = {path!r}
from emer.tools.worker import Worker
worker = Worker("tests.trouble")
messages = worker.ask({{"do": {do!r}}}, patience_s=60)
if {do!r} == "credits":
    next(messages)
    print(worker.pid, flush=True)
else:
    worker.start()
    print(worker.pid, flush=True)
    next(messages)
{end}
"""


def host(end, do="credits"):
    """Start a program without a main guard that uses a worker; return it and the worker's pid."""
    source = HOST.format(path=sys.path, do=do, end=end)
    program = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    return program, int(program.stdout.readline())


@pytest.mark.parametrize("do", ["credits", "hold_the_interpreter"])
def test_a_parent_that_is_killed_leaves_no_worker(do):
    program, pid = host("time.sleep(60)", do)
    with program:
        if do != "credits":
            time.sleep(0.5)
        assert runs(pid)
        program.send_signal(signal.SIGKILL)
    assert ends(pid)


@pytest.mark.parametrize("end", ["pass", "sys.exit(1)", "raise ValueError", "os.abort()"])
def test_a_program_that_ends_in_the_middle_of_an_answer_leaves_no_worker(end):
    program, pid = host(f"sys.stderr = open(os.devnull, 'w'); {end}")
    with program:
        program.wait(10)
    assert ends(pid)


def test_a_forked_copy_has_workers_of_its_own(worker):
    answers(worker, do="pid")
    pid = worker.pid
    shared = np.frombuffer(worker.room.view(10), np.uint8)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other tests' libraries left threads behind
        copy = os.fork()
    if not copy:
        try:
            own = answers(worker, do="fill", n=10, value=5) and answers(worker, do="pid")
            worker.close()
            os.write(writing, json.dumps(own).encode())
        finally:
            os._exit(0)
    os.waitpid(copy, 0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        (own,) = json.loads(pipe.read())
    assert own["pid"] != pid
    assert ends(own["pid"])
    assert answers(worker, do="pid") == [{"pid": pid}]
    assert shared.tolist() == [0] * 10


def test_a_pool_hands_the_same_warm_worker_out_again():
    pool = Pool(MODULE, 2)
    pool.warm_up()
    pids = []
    for _ in range(3):
        with pool.worker() as worker:
            pids += answers(worker, do="pid")
    with pool.worker() as worker, pytest.raises(WorkerDied):
        answers(worker, do="segfault")
    with pool.worker() as worker:
        assert answers(worker, do="pid") != pids[:1]
    pool.close()
    assert pids[0] == pids[1] == pids[2]
    assert ends(pids[0]["pid"])


def test_a_full_pool_lets_others_wait_or_makes_more_as_it_was_told():
    for overflow, n_expected in ((False, 2), (True, 4)):
        pool, pids, all_out = (
            Pool(MODULE, 2, overflow=overflow),
            set(),
            threading.Barrier(n_expected),
        )

        def work(pool=pool, pids=pids, all_out=all_out):
            with pool.worker() as worker:
                pids.add(answers(worker, do="pid")[0]["pid"])
                all_out.wait(10)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(pids) == n_expected
        pool.close()
        assert all(ends(pid) for pid in pids)
