"""Runs over many files, led for real; the worker is one that does what the files say."""

import os
import subprocess
import threading
import time

import pytest

from emer.agent.batch import BatchRequest, Options, lanes, run_batch
from emer.agent.batch.index import Index
from emer.agent.batch.journal import Journal, held, looked_into
from emer.agent.batch.telling import PlainTelling, summary_lines
from emer.agent.batch.types import BatchEvent, Written
from emer.agent.settings import Settings
from emer.agent.workspace import WORKSPACE
from emer.tools.errors import MediaError, StorageError


@pytest.fixture(autouse=True)
def _quick_worker(monkeypatch):
    monkeypatch.setattr(lanes, "MODULE", "tests.batch_worker")


class Folder:
    def __init__(self, root):
        self.root, self.out, self.events = root / "in", root / "out", []

    def add(self, **files):
        for name, text in files.items():
            path = self.root / f"{name.replace('__', '/')}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return self

    def run(self, *paths, on_event=None, **options):
        self.events = []
        request = BatchRequest(
            paths=paths or [self.root], out=self.out, formats=options.pop("formats", ("json",)),
            settings=Settings(), **options,
        )  # fmt: skip

        def listen(event):
            self.events.append(event)
            if on_event is not None:
                on_event(event)

        return run_batch(request, listen)

    def states(self, result):
        return {r.shown.removesuffix(".wav"): r.state for r in result.records}

    def files(self):
        return {
            str(p.relative_to(self.out)): p.stat().st_mtime_ns
            for p in self.out.rglob("*.emer.*")
            if p.is_file()
        }

    def started(self):
        return [e.shown.removesuffix(".wav") for e in self.events if e.step == "started"]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def trouble(result):
    return {r.shown.removesuffix(".wav"): r.trouble for r in result.records if r.trouble}


def test_results_mirror_the_folders_so_that_equal_names_do_not_meet(folder):
    result = folder.add(a__x="one", b__x="two").run()
    assert folder.states(result) == {"a/x": "done", "b/x": "done"}
    assert sorted(folder.files()) == ["a/x.wav.emer.json", "b/x.wav.emer.json"]
    assert (folder.out / "b" / "x.wav.emer.json").read_text() == "json two None"


def test_one_bad_file_fails_alone_whatever_it_does(folder):
    folder.add(a="ok", b="crash", c="memory", d="bug", e="bad", f="changing", g="ok")
    result = folder.run(jobs=2)
    assert trouble(result) == {
        "b": "crash", "c": "memory", "d": "bug", "e": "media", "f": "changed",
    }  # fmt: skip
    assert result.n("done") == 2
    assert all(r.remedy for r in result.records if r.trouble)


def test_a_file_that_takes_too_long_is_ended(folder):
    result = folder.add(a="slow 60", b="ok").run(file_timeout_s=3)
    assert trouble(result) == {"a": "timeout"}
    assert folder.states(result)["b"] == "done"


def test_a_second_run_does_nothing_anew(folder):
    folder.add(a="ok", b="bad").run()
    before = folder.files()
    result = folder.run()
    assert folder.started() == []
    assert result.n_new == 0
    assert folder.files() == before


def test_only_what_changed_is_done_again(folder):
    folder.add(a="ok", b="ok", c="bad").run()
    folder.add(b="other", c="mended")
    result = folder.run()
    assert folder.started() == ["b", "c"]
    assert result.n("done") == 3
    assert (folder.out / "b.wav.emer.json").read_text() == "json other None"


def test_a_file_that_was_only_touched_is_left(folder):
    folder.add(a="ok").run()
    before = folder.files()
    os.utime(folder.root / "a.wav", (1, 1))
    assert folder.run().n_new == 0
    assert folder.files() == before
    folder.run()
    assert folder.started() == []


def test_other_options_make_it_done_again_and_leave_nothing_outdated(folder):
    folder.add(a="ok").run(formats=("json", "txt"))
    folder.run(formats=("json",), options=Options(fps=2))
    assert list(folder.files()) == ["a.wav.emer.json"]
    assert (folder.out / "a.wav.emer.json").read_text() == "json ok 2.0"


def test_a_format_more_is_added_to_what_is_there(folder):
    folder.add(a="ok").run()
    before = folder.files()
    folder.run(formats=("json", "csv"))
    assert folder.files().items() > before.items()
    assert sorted(folder.files()) == ["a.wav.emer.csv", "a.wav.emer.json"]


def test_a_result_that_was_deleted_is_made_again(folder):
    folder.add(a="ok", b="ok").run()
    (folder.out / "a.wav.emer.json").unlink()
    folder.run()
    assert folder.started() == ["a"]


def test_what_a_person_changed_is_set_aside_not_overwritten(folder):
    folder.add(a="ok").run()
    (folder.out / "a.wav.emer.json").write_text("corrected by hand")
    folder.run(fresh=True)
    assert (folder.out / "a.wav.emer.json.1~").read_text() == "corrected by hand"
    assert (folder.out / "a.wav.emer.json").read_text() == "json ok None"
    assert any(e.step == "notice" and "kept as" in e.text for e in folder.events)


def test_what_may_pass_is_tried_three_times_and_then_only_when_asked(folder):
    folder.add(a="crash", b="ok")
    for _ in range(3):
        folder.run()
        assert "a" in folder.started()
    folder.run()
    assert folder.started() == []
    folder.run(retry_failed=True)
    assert folder.started() == ["a"]


def test_a_full_disk_stops_the_run_and_keeps_what_is_done(folder):
    folder.add(a="ok", b="full", c="ok")
    result = folder.run()
    assert "no space is left" in result.stopped
    assert folder.states(result) == {"a": "done", "b": "pending", "c": "pending"}
    folder.add(b="ok")
    result = folder.run()
    assert folder.started() == ["b", "c"]
    assert result.n("done") == 3


def test_limits_of_files_and_failures_hold(folder):
    folder.add(a="bad", b="bad", c="ok", d="ok")
    assert folder.run(max_failures=2).stopped
    assert folder.started() == ["a", "b"]
    assert folder.run(limit=1).n("done") == 1
    assert folder.started() == ["c"]


def test_failures_of_this_run_are_not_told_as_those_of_an_earlier_one(folder):
    folder.add(a="ok", b="bad")
    assert "earlier" not in summary_lines(folder.run())[0]
    assert "(1 of them by an earlier run)" in summary_lines(folder.run(retry_failed=True))[0]


def test_the_last_file_failing_is_no_stop_before_the_end(folder):
    assert folder.add(a="ok", b="bad").run(max_failures=1).stopped == ""


def test_an_index_that_cannot_be_written_stops_the_run_and_keeps_what_is_done(folder, monkeypatch):
    def refresh(index, records, notice):
        if any(r.state == "done" for r in records):
            raise StorageError("index.html cannot be written", remedy="Free some space.")

    monkeypatch.setattr(Index, "refresh", refresh)
    result = folder.add(a="ok", b="ok").run(jobs=1)
    assert "index.html cannot be written" in result.stopped
    assert folder.states(result)["a"] == "done"
    monkeypatch.undo()
    monkeypatch.setattr(lanes, "MODULE", "tests.batch_worker")
    assert folder.run().n("done") == 2


def test_looking_into_a_folder_writes_nothing_while_another_is_at_work(folder):
    folder.add(a="ok").run()
    with held(folder.out), Journal(folder.out) as journal:
        before = sorted(p.name for p in (folder.out / ".emer-batch").iterdir())
        assert looked_into(folder.out) == journal.records
        assert sorted(p.name for p in (folder.out / ".emer-batch").iterdir()) == before
    assert looked_into(folder.root) == {}


def test_a_folder_of_results_that_cannot_be_written_can_be_looked_into(folder):
    folder.add(a="ok").run()
    home = folder.out / ".emer-batch"
    home.chmod(0o500)
    (home / "journal.sqlite").chmod(0o400)
    try:
        assert [r.state for r in looked_into(folder.out).values()] == ["done"]
    finally:
        home.chmod(0o700)


def test_working_folders_of_killed_runs_are_removed_by_the_next(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"{WORKSPACE}{ended.pid}-x"
    left.mkdir()
    folder.add(a="ok").run()
    assert list(tmp_path.glob(f"{WORKSPACE}*")) == []


def test_a_long_silence_is_broken_by_a_line_about_the_file_at_work(monkeypatch, capsys):
    now_s = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    told = PlainTelling()
    for now_s[0] in (0.0, 10.0, 31.0, 32.0, 62.0):
        told(BatchEvent("stage", "a.mp4", text="speech_activity 40%"))
    assert capsys.readouterr().err == "emer: at work on a.mp4: speech activity 40%\n" * 2


def test_a_second_process_is_refused_with_a_reason(folder):
    folder.add(a="ok")
    folder.out.mkdir()
    with held(folder.out), pytest.raises(StorageError, match="another emer is at work"):
        folder.run()
    assert folder.run().n("done") == 1


def test_nothing_to_analyse_is_an_error_that_counts_what_was_seen(folder):
    folder.root.mkdir()
    (folder.root / "notes.txt").write_text("x")
    with pytest.raises(MediaError, match="1 not media by their endings"):
        folder.run()
    assert not folder.out.exists()


def test_results_of_another_folder_find_a_place_beside(folder):
    folder.add(a__x="one", b__x="two")
    folder.run(folder.root / "a")
    folder.run(folder.root / "b")
    assert len(folder.files()) == 2
    assert (folder.out / "x.wav.emer.json").read_text() == "json one None"


def test_files_are_worked_on_side_by_side(folder):
    folder.add(a="slow 1.5", b="slow 1.5", c="slow 1.5")
    at_work, most = set(), []

    def watch(event):
        if event.step == "started":
            at_work.add(event.shown)
        elif event.step == "finished":
            at_work.discard(event.shown)
        most.append(len(at_work))

    folder.run(jobs=3, on_event=watch)
    assert max(most) == 3


def test_it_runs_in_any_thread(folder):
    folder.add(a="ok")
    results = []
    thread = threading.Thread(target=lambda: results.append(folder.run()))
    thread.start()
    thread.join(30)
    assert results[0].n("done") == 1


def test_a_listener_that_fails_ends_the_run_and_its_workers(folder):
    folder.add(a="ok", b="slow 60")
    began_s = time.monotonic()

    def listen(event):
        if event.step == "finished":
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        folder.run(jobs=2, on_event=listen)
    assert time.monotonic() - began_s < 30
    assert folder.add(b="ok").run().n("done") == 2


def test_a_kill_between_noting_and_placing_is_made_good(folder):
    folder.add(a="ok").run()
    source = os.fsencode(os.path.realpath(folder.root / "a.wav"))
    hidden = folder.out / ".emer-new-a.wav.emer.json"
    (folder.out / "a.wav.emer.json").rename(hidden)
    with Journal(folder.out) as journal:
        record = journal.records[source]
        staged = {"json": Written(name=hidden.name, size=1, mtime_ns=1)}
        changes = {"state": "written", "staged": staged, "outputs": {}, "replaces": True}
        journal.put([(source, record.model_copy(update=changes))])
    result = folder.run()
    assert folder.started() == []
    assert result.n("done") == 1
    assert list(folder.files()) == ["a.wav.emer.json"]


def test_a_journal_that_is_damaged_is_named_with_what_helps(folder):
    folder.add(a="ok").run()
    (folder.out / ".emer-batch" / "journal.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(StorageError, match="delete it"):
        folder.run()
