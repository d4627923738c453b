"""What is kept of a run can be trusted, and what cannot is thrown away."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import ormsgpack
import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from tests.findings import voice

from emer.graphs import checkpoints
from emer.graphs.checkpoints import STATE_TYPES, checkpoint


def store(kept, **values):
    point = empty_checkpoint()
    point["channel_values"] = values
    config = {"configurable": {"thread_id": kept.thread, "checkpoint_ns": ""}}
    kept.saver.put(config, point, {}, {})


def test_a_run_is_begun_once_something_is_stored_and_over_once_it_is_done(tmp_path):
    with checkpoint(tmp_path, "one run") as kept:
        assert not kept.is_begun()
        e = voice("SPK_01", 1, 2, 0.5)
        store(kept, evidence={e.id: e})
    with checkpoint(tmp_path, "one run") as kept:
        assert kept.is_begun()
        kept.done()
        assert not kept.is_begun()


def test_runs_of_other_files_and_settings_are_other_runs(tmp_path):
    with checkpoint(tmp_path, "clip.mp4", 5.0) as kept:
        store(kept)
    with checkpoint(tmp_path, "clip.mp4", 2.5) as other:
        assert not other.is_begun()


def test_a_run_that_another_process_is_at_is_left_to_it(tmp_path):
    code = (
        "import sys, pathlib; from emer.graphs.checkpoints import checkpoint\n"
        "with checkpoint(pathlib.Path(sys.argv[1]), 'run') as kept: print(kept is None)"
    )
    with checkpoint(tmp_path, "run"):
        told = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True
        )
    assert told.stdout.strip() == "True", told.stderr
    with checkpoint(tmp_path, "run") as kept:
        assert kept is not None


def test_a_state_that_is_not_ours_is_thrown_away(tmp_path):
    with checkpoint(tmp_path, "run") as kept:
        store(kept, evidence={"VOX-1": {"id": "VOX-1", "reading": "anything"}})
        assert not kept.is_begun()


@pytest.mark.parametrize("code", range(8))
def test_nothing_but_the_types_of_the_state_is_ever_built(code, tmp_path):
    serde = JsonPlusSerializer(allowed_msgpack_modules=STATE_TYPES)
    mark = tmp_path / "pwned"
    for module, name, argument in (
        ("os", "system", f"touch {mark}"), ("pathlib", "Path.touch", str(mark)),
        ("subprocess", "getoutput", f"touch {mark}"), ("builtins", "eval", f"open('{mark}','w')"),
    ):  # fmt: skip
        inner = ormsgpack.packb((module, name, argument, "touch"))
        serde.loads_typed(("msgpack", ormsgpack.packb(ormsgpack.Ext(code, inner))))
        assert not mark.exists()


def test_every_finding_comes_back_as_it_went(tmp_path):
    serde = JsonPlusSerializer(allowed_msgpack_modules=STATE_TYPES)
    e = voice("SPK_01", 1, 2, 0.5, 0.25)
    assert serde.loads_typed(serde.dumps_typed({e.id: e})) == {e.id: e}


def test_a_damaged_file_costs_the_interrupted_runs_and_nothing_else(tmp_path):
    (tmp_path / "runs.sqlite").write_bytes(b"this is no database" * 100)
    with checkpoint(tmp_path, "run") as kept:
        assert not kept.is_begun()
        store(kept)
        assert kept.is_begun()


def test_a_folder_that_cannot_be_written_means_no_checkpoints(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with checkpoint(tmp_path / "file", "run") as kept:
        assert kept is None


def test_interrupted_runs_are_forgotten_after_a_while(tmp_path, monkeypatch):
    with checkpoint(tmp_path, "run") as kept:
        store(kept)
    week_later = time.time() + checkpoints.KEPT_S + 60
    monkeypatch.setattr(checkpoints.time, "time", lambda: week_later)
    with checkpoint(tmp_path, "run") as kept:
        assert not kept.is_begun()


def test_only_the_owner_may_read_what_is_kept(tmp_path):
    folder = tmp_path / "runs"
    with checkpoint(folder, "run") as kept:
        store(kept)
    assert (folder / "runs.sqlite").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(folder / "runs.sqlite")) as database:
        assert database.execute("SELECT COUNT(*) FROM checkpoints").fetchone() == (1,)


def fill_up(kept):
    """Let the database grow no more, as on a full disk."""
    (pages,) = kept.saver.conn.execute("PRAGMA page_count").fetchone()
    kept.saver.conn.execute(f"PRAGMA max_page_count = {pages}")


def test_a_disk_that_fills_up_costs_what_follows_and_keeps_what_was_there(tmp_path):
    e = voice("SPK_01", 1, 2, 0.5)
    with checkpoint(tmp_path, "run") as kept:
        store(kept, evidence={e.id: e})
        assert not kept.problem
        fill_up(kept)
        store(kept, evidence={f"{e.id}{i}": e for i in range(500)})
        assert "full" in kept.problem
        kept.saver.put_writes({"configurable": {"thread_id": kept.thread}}, [("a", 1)], "task")
    with checkpoint(tmp_path, "run") as kept:
        assert kept.is_begun()
        assert not kept.problem


def test_a_run_is_over_even_if_the_disk_was_full_for_a_while(tmp_path):
    with checkpoint(tmp_path, "run") as kept:
        store(kept)
        fill_up(kept)
        store(kept, plan=["x" * 100_000])
        kept.saver.conn.execute("PRAGMA max_page_count = 1000000")
        kept.done()
    with checkpoint(tmp_path, "run") as kept:
        assert not kept.is_begun()


def test_a_full_disk_is_no_reason_to_throw_the_runs_of_others_away(tmp_path, monkeypatch):
    with checkpoint(tmp_path, "other run") as kept:
        store(kept)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def connected(path):
        raise full

    with monkeypatch.context() as on_a_full_disk:
        on_a_full_disk.setattr(checkpoints, "_connected", connected)
        with checkpoint(tmp_path, "run") as kept:
            assert kept is None
    with checkpoint(tmp_path, "other run") as kept:
        assert kept.is_begun()


def test_a_state_that_cannot_be_read_is_thrown_away(tmp_path):
    with checkpoint(tmp_path, "run") as kept:
        store(kept)
        kept.saver.conn.execute("UPDATE checkpoints SET checkpoint = x'c1c1'")
        assert not kept.is_begun()
        store(kept)
        assert kept.is_begun()
