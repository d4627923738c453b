"""``emer cache`` as a user meets it."""

import hashlib
import json

import pytest
from tests.findings import voice
from typer.testing import CliRunner

from emer.agent.command_line.cache import cache_app
from emer.agent.settings import Settings
from emer.memory.cache import open_cache
from emer.memory.findings_cache import FindingsKey
from emer.memory.look_store import LookKey
from emer.tools.findings import TimeSpan
from emer.tools.media.info import MediaInfo
from emer.tools.specialist import Clip

SPAN = TimeSpan(start_s=0, end_s=2)


def emer_cache(*args, **options):
    return CliRunner().invoke(cache_app, [str(a) for a in args], **options)


@pytest.fixture
def cache():
    """The user's own cache, as analyses open it."""
    settings = Settings()
    findings, looks = open_cache(settings.cache_dir, max_bytes=settings.cache_mb * 10**6)
    yield findings, looks
    findings.close()


def media_file(path, content):
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def remember(cache, sha256, folder):
    findings, looks = cache
    key = FindingsKey(
        media_sha256=sha256, look="", tool="voice_affect", engine="test", model="m",
        revision="1", known="",
    )  # fmt: skip
    other = TimeSpan(start_s=2, end_s=3)
    findings.put(key, {SPAN: [voice("SPK_01", 0, 2, 0.5)], other: [voice("SPK_01", 2, 3, 0.5)]})
    media = MediaInfo(
        name="a", sha256=sha256, size_bytes=1, kind="audio", container="wav", duration_s=2
    )
    clip = Clip(path=folder, media=media, span=SPAN, workspace=folder)
    looks.keep(LookKey(media_sha256=sha256, rate_hz=5), clip, [], {})


@pytest.fixture
def two(cache, tmp_path):
    """Two media files of which something is kept."""
    files = [media_file(tmp_path / f"{n}.wav", n.encode()) for n in ("one", "two")]
    for _, sha256 in files:
        remember(cache, sha256, tmp_path)
    return files


def figures():
    result = emer_cache("stats", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_stats_say_what_is_kept_and_where(two):
    told = figures()
    assert told["folder"] == str(Settings().cache_dir)
    assert told["n_media"] == 2
    assert (told["findings"]["n_entries"], told["looks"]["n_entries"]) == (4, 2)
    assert (told["findings"]["n_media"], told["looks"]["n_media"]) == (2, 2)
    assert told["n_bytes"] == told["findings"]["n_bytes"] + told["looks"]["n_bytes"] > 0
    assert told["limit_bytes"] == Settings().cache_mb * 10**6
    assert told["findings"]["oldest_use"] <= told["findings"]["newest_use"]
    assert told["findings"]["newest_use"].endswith("+00:00")
    assert told["problem"] is None


def test_stats_are_readable_at_a_terminal(two):
    shown = emer_cache("stats")
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == f"{Settings().cache_dir}: 2 media file(s)"
    assert "answers of tools" in lines[1]
    assert "of at most 2,048.0 MB" in lines[1]
    assert "decoded clips" in lines[2]
    assert "last used" in lines[2]


def test_an_empty_cache_is_told_of_and_not_made():
    told = figures()
    assert (told["n_media"], told["n_bytes"], told["findings"]["oldest_use"]) == (0, 0, None)
    assert "last used" not in emer_cache("stats").stdout
    assert emer_cache("clear", "--yes").exit_code == 0
    assert not Settings().cache_dir.exists()


def test_the_folder_and_the_room_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("EMER_CACHE_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("EMER_CACHE_MB", "100")
    told = figures()
    assert (told["folder"], told["limit_bytes"]) == (str(tmp_path / "elsewhere"), 10**8)


def test_what_belongs_to_one_file_is_removed(two):
    (path, _), (_, other) = two
    result = emer_cache("clear", path)
    assert result.exit_code == 0
    assert "removed 2 answer(s) and 1 decoded clip(s)" in result.stderr
    assert result.stdout == ""
    told = figures()
    assert (told["n_media"], told["findings"]["n_entries"]) == (1, 2)
    assert not [p for p in (Settings().cache_dir / "looks").iterdir() if other not in p.name]


def test_a_file_that_is_gone_is_named_by_its_digest(two):
    path, sha256 = two[0]
    path.unlink()
    assert emer_cache("clear", sha256.upper()).exit_code == 0
    assert figures()["n_media"] == 1


def test_several_files_are_removed_at_once_and_counted_once(two):
    (one, sha256), (other, _) = two
    result = emer_cache("clear", one, sha256, other)
    assert "removed 4 answer(s) and 2 decoded clip(s)" in result.stderr
    assert figures()["n_media"] == 0


def test_a_file_of_which_nothing_is_kept_is_no_trouble(two, tmp_path):
    path, _ = media_file(tmp_path / "three.wav", b"three")
    result = emer_cache("clear", path)
    assert result.exit_code == 0
    assert "removed 0 answer(s)" in result.stderr
    assert figures()["n_media"] == 2


@pytest.mark.parametrize(
    ("name", "said"), [("gone.wav", "there is no file"), (".", "is a folder"), ("abc", "SHA-256")]
)
def test_what_is_no_file_is_refused_and_nothing_removed(two, tmp_path, monkeypatch, name, said):
    monkeypatch.chdir(tmp_path)
    result = emer_cache("clear", two[0][0], name)
    assert result.exit_code == 2
    assert said in result.stderr
    assert figures()["n_media"] == 2


def test_everything_is_removed_when_that_is_confirmed(two):
    assert emer_cache("clear", "--yes").exit_code == 0
    assert figures()["n_media"] == 0


def test_without_a_terminal_nobody_is_asked_and_nothing_removed(two):
    result = emer_cache("clear")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert figures()["n_media"] == 2


@pytest.mark.parametrize(("answer", "left", "status"), [("y\n", 0, 0), ("n\n", 2, 1), ("\n", 2, 1)])
def test_at_a_terminal_one_is_asked(two, monkeypatch, answer, left, status):
    monkeypatch.setattr("emer.agent.command_line.cache._is_terminal", lambda: True)
    result = emer_cache("clear", input=answer)
    assert result.exit_code == status
    assert "everything" in result.stderr
    assert figures()["n_media"] == left


def test_what_cannot_be_removed_is_a_failure(two, cache, monkeypatch):
    monkeypatch.setattr("emer.memory.look_store._removed", lambda path: False)
    result = emer_cache("clear", "--yes")
    assert result.exit_code == 1
    assert "could not be removed" in result.stderr


def test_a_cache_that_cannot_be_opened_is_told_of(tmp_path):
    (Settings().cache_dir / "findings" / "findings.sqlite3").mkdir(parents=True)
    told = figures()
    assert "nothing is kept" in told["problem"]
    assert "nothing is kept" in emer_cache("stats").stderr
