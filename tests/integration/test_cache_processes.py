"""The cache under many processes at once, some of which are killed: whole answers or none.

All processes are forked from one fresh interpreter, so that hundreds of them cost little.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

NURSERY = """
import hashlib, json, os, random, signal, sqlite3, sys, time, traceback
from pathlib import Path

from tests.findings import said
from emer.memory.findings_cache import FILE, FindingsCache, FindingsKey
from emer.tools.findings import TimeSpan

folder = Path(sys.argv[1])
SPANS = [TimeSpan(start_s=i, end_s=i + 1) for i in range(30)]


def key(name):
    return FindingsKey(media_sha256=f"{name % 7:064}", look=str(name), tool="t", engine="e",
                       model="m", revision="1", known="")


def answers(name):
    # what is right can be told from the key alone, and hardly compresses
    return {
        s: [said("SPK_01", s.start_s, s.end_s,
                 " ".join(hashlib.sha256(f"{name} {s.start_s} {k}".encode()).hexdigest()
                          for k in range(6)))]
        for s in SPANS
    }


def in_a_child(work, *arguments):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work(*arguments)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return child


def ended_well(children):
    return [os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children]


def wrong_in(cache, name):
    right = answers(name)
    return [s.start_s for s, found in cache.get(key(name), SPANS).items() if found != right[s]]


def integrity():
    db = sqlite3.connect(folder / FILE)
    (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
    db.close()
    return verdict


def on_disk():
    return sum(p.stat().st_size for p in folder.glob(FILE + "*") if not p.name.endswith("-shm"))
"""

AT_ONCE = """
LIMIT = 250_000


def work(me):
    chance, cache = random.Random(me), FindingsCache(folder, max_bytes=LIMIT)
    for _ in range(25):
        name = chance.randrange(40)
        if chance.random() < 0.5:
            cache.put(key(name), answers(name))
        elif chance.random() < 0.05:
            cache.clear(f"{name % 7:064}")
        assert not wrong_in(cache, name)
    assert cache.problem is None, cache.problem
    assert "damaged" not in (cache.note or ""), cache.note
    cache.close()


codes = ended_well([in_a_child(work, me) for me in range(8)])
cache = FindingsCache(folder, max_bytes=LIMIT)
cache.put(key(0), answers(0))
told = {"codes": codes, "integrity": integrity(), "bytes": on_disk(),
        "known": len(cache.get(key(0), SPANS)), "problem": cache.problem}
"""

KILLED = """
def work():
    cache = FindingsCache(folder, max_bytes=150_000)
    name = 0
    while True:
        name += 1
        cache.put(key(name % 25), answers(name % 25))
        wrong_in(cache, name % 25)


chance, wrong, verdicts, troubles, n_known = random.Random(1), [], set(), set(), []
for _ in range(20):
    child = in_a_child(work)
    time.sleep(chance.random() * 0.04)
    os.kill(child, signal.SIGKILL)
    ended_well([child])
    cache = FindingsCache(folder)
    wrong += [w for name in range(25) for w in wrong_in(cache, name)]
    n_known.append(cache.stats().n_entries)
    troubles |= {cache.problem, cache.note}
    cache.close()
    if (folder / FILE).exists():
        verdicts.add(integrity())
told = {"wrong": wrong, "verdicts": sorted(verdicts), "troubles": [t for t in troubles if t],
        "most": max(n_known), "evicted": max(n_known) < 25 * len(SPANS)}
"""

DAMAGED = """
def work(me):
    cache = FindingsCache(folder)
    while not (folder / "go").exists():
        time.sleep(0.001)
    for name in range(10):
        cache.put(key(name), answers(name))
        assert not wrong_in(cache, name)
    assert cache.problem is None, cache.problem
    cache.close()


folder.mkdir(parents=True)
(folder / FILE).write_bytes(b"this is no database " * 1000)
children = [in_a_child(work, me) for me in range(8)]
(folder / "go").touch()
codes = ended_well(children)
cache = FindingsCache(folder)
told = {"codes": codes, "integrity": integrity(), "aside": len(list(folder.glob("*.damaged"))),
        "wrong": [w for name in range(10) for w in wrong_in(cache, name)],
        "known": len(cache.get(key(9), SPANS))}
"""

FORKED = """
cache = FindingsCache(folder)
cache.put(key(1), answers(1))
of_the_parent = cache._database._db


def work():
    cache.put(key(2), answers(2))
    assert cache._database._db is not of_the_parent
    assert len(cache.get(key(1), SPANS)) == len(SPANS)
    cache.close()


codes = ended_well([in_a_child(work) for _ in range(3)])
cache.put(key(3), answers(3))
told = {"codes": codes, "integrity": integrity(),
        "known": [len(cache.get(key(n), SPANS)) for n in (1, 2, 3)]}
"""

LOOKS = """
import numpy as np
from emer.memory.look_store import LookKey, LookStore
from emer.tools.media.decode import SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.specialist import Clip


def clip(name):
    place = folder / "passes" / f"{os.getpid()}-{name}"
    place.mkdir(parents=True, exist_ok=True)
    writer = SoundtrackWriter(place / "soundtrack.s16")
    writer.write(SoundBlock(0.0, np.full(400_000, name, np.int16)))
    media = MediaInfo(name="a", sha256="a" * 64, size_bytes=name, kind="audio", container="x",
                      duration_s=25)
    return Clip(path=place, media=media, span=TimeSpan(start_s=0, end_s=25), workspace=place,
                soundtrack=writer.close())


KEY = LookKey(media_sha256="a" * 64, rate_hz=5)


def is_whole(look):
    place = folder / "runs" / str(os.getpid())
    place.mkdir(parents=True, exist_ok=True)
    sound = look.clip(place, place).soundtrack.read(TimeSpan(start_s=0, end_s=30))
    sound = (sound * 32768).astype(np.int16)
    return len(sound) == 400_000 and set(sound.tolist()) == {look.media.size_bytes}


def work(me, rounds):
    # each pretends to know more than the one before, so that every one is written
    store, own = LookStore(folder / "looks", max_bytes=10**8), clip(me)
    for i in range(rounds):
        found = {f"tool {me} {i}": []}
        store.keep(KEY, Clip(**{**{f: getattr(own, f) for f in own.__slots__}, "found": found}),
                   [], dict.fromkeys(found, f"{me} {i}"))
        look = store.find(KEY)
        assert look is None or is_whole(look)
    assert store.problem is None, store.problem


codes = ended_well([in_a_child(work, me, 12) for me in range(1, 9)])
left = sorted(p.name for p in (folder / "looks").iterdir())
store, chance, torn = LookStore(folder / "looks", max_bytes=10**8), random.Random(2), 0
for n in range(20):
    child = in_a_child(work, 10 + n, 10**6)
    time.sleep(chance.random() * 0.04)
    os.kill(child, signal.SIGKILL)
    ended_well([child])
    look = store.find(KEY)
    torn += look is not None and not is_whole(look)
work(99, 1)
told = {"codes": codes, "left": left, "torn": torn, "name": KEY.name,
        "after": sorted(p.name for p in (folder / "looks").iterdir())}
"""


@pytest.fixture
def told_by(tmp_path):
    """Runs a script in the nursery and returns what it tells."""

    def run(script):
        code = NURSERY + script + "\nprint(json.dumps(told))"
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "cache" / "findings"],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return json.loads(done.stdout)

    return run


def test_eight_processes_put_get_evict_and_clear_at_once(told_by):
    told = told_by(AT_ONCE)
    assert told["codes"] == [0] * 8
    assert told["integrity"] == "ok"
    assert told["bytes"] <= 250_000
    assert (told["known"], told["problem"]) == (30, None)


def test_a_killed_writer_leaves_whole_answers(told_by):
    told = told_by(KILLED)
    assert told["wrong"] == []
    assert told["verdicts"] == ["ok"]
    assert told["troubles"] == []
    assert told["most"] > 0, "some must have been written, else nothing was shown"
    assert told["evicted"], "some must have been killed while they made room"


def test_eight_processes_find_one_damaged_file(told_by):
    told = told_by(DAMAGED)
    assert told["codes"] == [0] * 8
    assert (told["integrity"], told["aside"], told["wrong"]) == ("ok", 1, [])
    assert told["known"] == 30


def test_a_forked_process_opens_the_cache_for_itself(told_by):
    told = told_by(FORKED)
    assert told["codes"] == [0] * 3
    assert (told["integrity"], told["known"]) == ("ok", [30] * 3)


def test_looks_are_whole_whoever_writes_and_whoever_is_killed(told_by):
    told = told_by(LOOKS)
    assert told["codes"] == [0] * 8
    assert told["left"] == told["after"] == [told["name"]]
    assert told["torn"] == 0
