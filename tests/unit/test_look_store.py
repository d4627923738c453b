"""What a decoding pass left comes back byte for byte, or not at all."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.findings import expression
from tests.kept_clips import (
    DAMAGE,
    KEY,
    LIMIT,
    WATCHED,
    a_clip,
    everything_in,
    heard_in,
    key,
    names_in,
)

from emer.memory.look_files import SOUND
from emer.memory.look_store import LookKey, LookStore
from emer.tools.errors import StorageError
from emer.tools.findings import Gap, GapCode, TimeSpan
from emer.tools.media.faces import BLOB, INDEX
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.registry import choose, installed
from emer.tools.specialist import PassSpecialist

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "looks"


@pytest.fixture
def store(folder):
    return LookStore(folder, max_bytes=LIMIT)


@pytest.fixture
def run(tmp_path):
    workspace = tmp_path / "run"
    workspace.mkdir()
    return workspace


@pytest.fixture
def clip(tmp_path):
    return a_clip(tmp_path / "pass", start_s=3.25)


def test_a_kept_clip_comes_back_as_it_was(store, clip, run):
    store.keep(KEY, clip, DAMAGE, WATCHED)
    look = store.find(KEY)
    assert (look.span, look.damage, look.watched) == (clip.span, tuple(DAMAGE), WATCHED)
    again = look.clip(run / "renamed.mp4", run, "de")
    assert again.media == clip.media.model_copy(update={"name": "renamed.mp4"})
    assert (again.span, again.cues, again.found) == (clip.span, clip.cues, clip.found)
    assert (again.path, again.language) == (run / "renamed.mp4", "de")
    assert heard_in(again.soundtrack) == heard_in(clip.soundtrack)
    assert everything_in(again.faces) == everything_in(clip.faces)
    assert again.workspace.parent == run
    assert store.problem is None


def test_the_name_of_the_file_is_not_kept(store, folder, clip):
    store.keep(KEY, clip, [], WATCHED)
    assert store.find(KEY).media.name == ""
    assert not [p for p in folder.rglob("*") if p.is_file() and b"holiday" in p.read_bytes()]


@pytest.mark.parametrize("has", [{"sound": False}, {"tracks": None}, {"tracks": ()}])
def test_a_clip_may_lack_sound_or_pictures_or_faces(store, tmp_path, run, has):
    clip = a_clip(tmp_path / "pass", **has)
    store.keep(KEY, clip, [], dict.fromkeys(clip.found, "x"))
    look = store.find(KEY)
    assert bool(look.watched) == (has != {"tracks": None})
    again = look.clip(clip.path, run)
    assert (again.soundtrack is None, again.faces is None) == (
        clip.soundtrack is None, clip.faces is None,
    )  # fmt: skip
    assert again.found == clip.found


def test_long_sound_comes_back_sample_by_sample(store, tmp_path, run):
    clip = a_clip(tmp_path / "pass", start_s=0.1, seconds=150.03, tracks=None)
    store.keep(KEY, clip, [], {})
    sound = (store.find(KEY).clip(clip.path, run).workspace / SOUND).read_bytes()
    assert sound == (tmp_path / "pass" / "soundtrack.s16").read_bytes()


@pytest.mark.parametrize(
    "other",
    [key("b"), key(rate_hz=10), key(start_s=0.0, end_s=10.0), key(start_s=1.0)],
    ids=["media", "rate", "part", "start"],
)
def test_another_pass_is_not_found(store, clip, other):
    store.keep(KEY, clip, [], WATCHED)
    assert store.find(other) is None
    assert store.find(KEY) is not None


def test_a_look_by_another_engine_is_not_found_if_that_matters(store, clip):
    store.keep(KEY, clip, [], WATCHED)
    assert store.find(KEY, engines={"faces": "faces@grid@1", "expression": "x"}) is not None
    assert store.find(KEY, engines={"faces": "faces@grid@2"}) is None
    assert store.find(KEY) is not None


def test_a_pass_with_more_watchers_takes_the_place_of_a_lesser_one_only(store, clip):
    more = replace(clip, found={**clip.found, "visual_attributes": [expression("x", 4, 5, 0.1)]})
    both = {**WATCHED, "visual_attributes": "visual_attributes@statistics@1"}
    store.keep(KEY, replace(clip, faces=None, found={}), [], {})
    assert not store.find(KEY).watched
    store.keep(KEY, more, [], both)
    store.keep(KEY, clip, [], WATCHED)
    assert store.find(KEY).watched == both
    store.keep(KEY, clip, [], {"faces": "faces@grid@2"})
    assert store.find(KEY).watched == {"faces": "faces@grid@2"}, "a new revision is news"


def test_a_watcher_that_failed_is_left_out(store, clip, run):
    lost = Gap(tool="x", code=GapCode.TOOL_FAILED, start_s=4, end_s=5, reason="a bug")
    store.keep(KEY, replace(clip, found={**clip.found, "x": [lost]}), [], {**WATCHED, "x": "x"})
    look = store.find(KEY)
    assert look.watched == WATCHED
    assert list(look.clip(clip.path, run).found) == ["faces"]


def test_an_opened_clip_survives_the_removal_of_its_look(store, clip, run):
    store.keep(KEY, clip, [], WATCHED)
    look = store.find(KEY)
    opened = look.clip(clip.path, run)
    store.clear()
    late = look.clip(clip.path, run)
    for again in (opened, late):
        assert heard_in(again.soundtrack) == heard_in(clip.soundtrack)
        assert everything_in(again.faces) == everything_in(clip.faces)
    assert store.find(KEY) is None


def test_a_found_look_is_not_mixed_with_one_that_replaces_it(store, clip, run, tmp_path):
    store.keep(KEY, clip, [], WATCHED)
    look = store.find(KEY)
    newer = a_clip(tmp_path / "newer", start_s=3.25, seed=1)
    store.keep(KEY, newer, [], {"faces": "faces@grid@2"})
    assert heard_in(look.clip(clip.path, run).soundtrack) == heard_in(clip.soundtrack)
    assert heard_in(store.find(KEY).clip(clip.path, run).soundtrack) == heard_in(newer.soundtrack)


def test_where_links_are_impossible_files_are_copied(store, clip, run, monkeypatch):
    def refuse(*_, **__):
        raise OSError(18, "Invalid cross-device link")

    store.keep(KEY, clip, [], WATCHED)
    monkeypatch.setattr(os, "link", refuse)
    again = store.find(KEY).clip(clip.path, run)
    assert (again.workspace / SOUND).stat().st_nlink == 1
    assert everything_in(again.faces) == everything_in(clip.faces)


def test_big_files_are_linked_and_small_ones_of_no_concern_are_not(store, clip, run):
    store.keep(KEY, clip, [], WATCHED)
    again = store.find(KEY).clip(clip.path, run)
    assert names_in(again.workspace) == [BLOB, INDEX, SOUND]
    assert (again.workspace / SOUND).stat().st_nlink == 2


def test_what_the_pass_does_to_its_files_later_does_not_reach_the_kept_ones(store, clip):
    store.keep(KEY, clip, [], WATCHED)
    (clip.workspace / "soundtrack.s16").write_bytes(b"overwritten by the next pass")
    assert store.find(KEY) is not None


def test_a_full_working_folder_is_the_runs_trouble(store, clip, run):
    store.keep(KEY, clip, [], WATCHED)
    with pytest.raises(StorageError, match="working folder"):
        store.find(KEY).clip(clip.path, run / "gone")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Part of the sample clip, decoded with all real watchers."""
    specialists, _ = choose(installed())
    watchers = {t: s for t, s in specialists.items() if isinstance(s, PassSpecialist)}
    workspace = tmp_path_factory.mktemp("sample")
    info, part = probe(SAMPLE), TimeSpan(start_s=3.0, end_s=11.0)
    clip, _, damage = take_in(SAMPLE, info, workspace, span=part, watchers=watchers, language="en")
    return clip, damage, specialists, {t: f"{t}@{s.engine}" for t, s in watchers.items()}


def test_every_specialist_answers_the_same_on_a_rebuilt_clip(store, sample, tmp_path):
    fresh, damage, specialists, watched = sample
    look = LookKey(media_sha256=fresh.media.sha256, start_s=3.0, end_s=11.0, rate_hz=5.0)
    store.keep(look, fresh, damage, watched)
    workspace = tmp_path / "later"
    workspace.mkdir()
    rebuilt = store.find(look).clip(SAMPLE, workspace, "en")
    shutil.rmtree(tmp_path / "cache")
    assert rebuilt.media == fresh.media
    answers = [answers_on(clip, specialists) for clip in (fresh, rebuilt)]
    assert answers[0] == answers[1]
    for tool in ("action_units", "active_speaker", "diarization", "voice_affect"):
        assert '"reading"' in answers[0][tool], f"{tool} must have found something to compare"


def answers_on(clip, specialists):
    known, spans = [], {"clip": [clip.span], "utterances": [], "windows": [clip.span]}
    waiting, told = dict(specialists), {}
    while waiting:
        tool = min(t for t, s in waiting.items() if not set(s.needs) & set(waiting))
        specialist = waiting.pop(tool)
        given = [f for f in known if f.tool in specialist.needs]
        found = specialist.observe(clip, spans[specialist.scope], given)
        if tool == "utterances":
            spans["utterances"] = [f.span for f in found]
        known += found
        told[tool] = "\n".join(f.model_dump_json() for f in found)
    return told
