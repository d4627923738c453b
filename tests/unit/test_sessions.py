"""Conversations outlast the process that they were held in, and are erased when they are forgotten."""

import stat
import subprocess
import sys

import pytest

from emer.memory.sessions import FILE, SessionStore
from emer.tools.errors import StorageError

CANARY = "the heron under the third bridge"

KILLED = """
import os, signal, sys
from pathlib import Path
from emer.memory.sessions import SessionStore
store = SessionStore(Path(sys.argv[1]))
store.open("walk", ["/a.mp4"])
store.answer("walk", store.ask("walk", "first?"), "one")
store.ask("walk", "second?")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path):
    with SessionStore(tmp_path / "chats") as store:
        yield store


def test_a_conversation_is_taken_up_where_it_was(tmp_path):
    with SessionStore(tmp_path) as store:
        store.open("walk", ["/clips/a.mp4", "/clips/b c.mp4"])
        store.answer("walk", store.ask("walk", "Who is there?"), "P1.")
    with SessionStore(tmp_path) as store:
        kept = store.open("walk", [])
        assert kept.clips == ("/clips/a.mp4", "/clips/b c.mp4")
        assert [(t.number, t.question, t.answer) for t in store.turns("walk")] == [
            (1, "Who is there?", "P1.")
        ]


def test_clips_that_are_named_anew_replace_the_old_ones(store):
    store.open("walk", ["/a.mp4"])
    assert store.open("walk", ["/b.mp4"]).clips == ("/b.mp4",)


def test_a_killed_process_loses_only_the_answer_that_it_was_giving(tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], timeout=60)
    assert done.returncode == -9
    with SessionStore(tmp_path) as store:
        told = [(t.question, t.answer) for t in store.turns("walk")]
    assert told == [("first?", "one"), ("second?", None)]


def test_two_at_once_lose_no_turn_of_each_other(tmp_path):
    with SessionStore(tmp_path) as one, SessionStore(tmp_path) as other:
        one.open("walk", ["/a.mp4"])
        for i in range(5):
            one.answer("walk", one.ask("walk", f"one {i}"), "yes")
            other.answer("walk", other.ask("walk", f"other {i}"), "no")
        assert [t.number for t in one.turns("walk")] == list(range(1, 11))


def test_what_is_forgotten_is_nowhere_on_disk(store, tmp_path):
    store.open("walk", ["/a.mp4"])
    store.open("other", ["/b.mp4"])
    for i in range(300):
        store.answer("walk", store.ask("walk", f"{CANARY} {i}?"), f"{CANARY} {i} " * 20)
    store.answer("other", store.ask("other", "kept?"), "kept")
    assert CANARY.encode() in b"".join(p.read_bytes() for p in (tmp_path / "chats").iterdir())
    assert store.forget("walk")
    left = b"".join(p.read_bytes() for p in (tmp_path / "chats").iterdir())
    assert CANARY.encode() not in left
    assert b"/a.mp4" not in left
    assert store.turns("walk") == []
    assert [t.answer for t in store.turns("other")] == ["kept"]


def test_forgetting_what_never_was_says_so(store):
    assert not store.forget("nobody")


def test_nobody_else_can_read_it(store, tmp_path):
    store.open("walk", ["/a.mp4"])
    for path in (tmp_path / "chats").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert stat.S_IMODE((tmp_path / "chats").stat().st_mode) == 0o700


def test_the_last_one_used_is_listed_first(store):
    store.open("old", ["/a.mp4"])
    store.open("new", ["/b.mp4"])
    store.ask("old", "still there?")
    assert [(k.name, k.n_turns) for k in store.every()] == [("old", 1), ("new", 0)]


def test_a_file_that_is_none_of_ours_is_refused_with_what_to_do(tmp_path):
    (tmp_path / FILE).write_bytes(b"this is no database, not at all" * 100)
    with pytest.raises(StorageError, match="Move"):
        SessionStore(tmp_path)


OLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.executescript('''
CREATE TABLE conversations (name TEXT PRIMARY KEY, clips TEXT NOT NULL, begun_at TEXT NOT NULL,
 used_at TEXT NOT NULL) STRICT;
CREATE TABLE turns (conversation TEXT NOT NULL REFERENCES conversations (name) ON DELETE CASCADE,
 number INTEGER NOT NULL, asked_at TEXT NOT NULL, question TEXT NOT NULL, answer TEXT,
 PRIMARY KEY (conversation, number)) STRICT;
INSERT INTO conversations VALUES ('walk', '["/a.mp4"]', 'then', 'then');
INSERT INTO turns VALUES ('walk', 1, 'then', 'Who?', 'P1.');
PRAGMA user_version=1;
''')
"""


def test_a_file_of_the_first_version_is_taken_up_with_all_that_was_said(tmp_path):
    subprocess.run([sys.executable, "-c", OLD, str(tmp_path / FILE)], check=True, timeout=60)
    for _ in range(2):
        with SessionStore(tmp_path) as store:
            assert store.find("walk").clips == ("/a.mp4",)
            assert [t.answer for t in store.turns("walk")] == ["P1."]
    with SessionStore(tmp_path) as store:
        assert store.seen("walk", 1, "aa") is None


def test_what_a_clip_was_last_time_is_known(store):
    store.open("walk", ["/a.mp4", "/b.mp4"])
    assert store.seen("walk", 2, "aa") is None
    store.open("walk", [])
    assert store.seen("walk", 2, "aa") == "aa"
    assert store.seen("walk", 2, "bb") == "aa"
    assert store.seen("walk", 2, "bb") == "bb"
    assert store.seen("walk", 1, "cc") is None


def test_a_turn_of_a_conversation_that_was_erased_meanwhile_is_refused(tmp_path):
    with SessionStore(tmp_path) as one, SessionStore(tmp_path) as other:
        one.open("walk", ["/a.mp4"])
        number = one.ask("walk", "first?")
        other.forget("walk")
        with pytest.raises(StorageError, match="erased meanwhile"):
            one.answer("walk", number, "lost")
        with pytest.raises(StorageError, match="erased meanwhile"):
            one.ask("walk", "second?")
        assert one.every() == []


HOLDS = """
import sys
from pathlib import Path
from emer.memory.sessions import SessionStore
store = SessionStore(Path(sys.argv[1]))
print(store.hold("walk"), flush=True)
sys.stdin.read()
"""


def test_the_second_who_opens_a_conversation_is_told_until_the_first_is_gone(tmp_path):
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    with first, SessionStore(tmp_path) as store:
        assert first.stdout.readline() == "True\n"
        assert not store.hold("walk")
        assert store.hold("another")
        first.kill()
        first.wait(timeout=30)
        assert store.hold("walk")
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".lock"] == []


def test_a_full_disk_is_said_with_what_to_do_and_loses_nothing(store):
    store.open("walk", ["/a.mp4"])
    store.answer("walk", store.ask("walk", "first?"), "one")
    pages = store._file._db.execute("PRAGMA page_count").fetchone()[0]
    store._file._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageError, match="full") as caught:
        store.ask("walk", "x" * 100_000)
    assert "Free some disk space" in caught.value.remedy
    store._file._db.execute("PRAGMA max_page_count=1000000")
    assert [t.question for t in store.turns("walk")] == ["first?"]
    assert store.ask("walk", "second?") == 2


def test_a_damaged_file_is_said_with_what_to_do(store, tmp_path):
    store.open("walk", ["/a.mp4"])
    for i in range(100):
        store.ask("walk", f"{i} " * 200)
    store.close()
    path = tmp_path / "chats" / FILE
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StorageError, match="Move"):
        list_everything(tmp_path / "chats")


def list_everything(folder):
    with SessionStore(folder) as store:
        return store.every(), store.turns("walk")
