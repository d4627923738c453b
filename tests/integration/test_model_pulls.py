"""Models are pulled through the hub's true library from a hub on this machine."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.hubs import COMMIT, CONFIG, NEWER, WEIGHTS, Hub, command, entry

from emer.tools.errors import PullError, StorageError
from emer.tools.models.fetching import Source, _Redirects
from emer.tools.models.lock import read_lock
from emer.tools.models.pulling import pull
from emer.tools.models.removing import remove
from emer.tools.models.store import hub_cache, installed
from emer.tools.models.verifying import verify

TOKEN = "hf_thisIsTheSecretOfTheTest"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    one = Hub(tmp_path / "hub")
    one.put()
    monkeypatch.setenv("HF_ENDPOINT", one.address)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    yield one
    one.close()


@pytest.fixture
def models_dir(tmp_path):
    return tmp_path / "models"


def refused(*arguments, **options):
    with pytest.raises(PullError) as caught:
        pull(*arguments, **options)
    assert caught.value.remedy
    assert TOKEN not in str(caught.value)
    return str(caught.value)


def verdicts(one, models_dir):
    return {v.path: v.verdict for v in verify(one, models_dir)}


def parts():
    return list(hub_cache().rglob("*.emer-part"))


def test_a_model_is_pulled_into_the_hubs_own_cache_and_its_revision_and_digests_are_noted(
    hub, models_dir
):
    told = []
    done = pull(entry(), models_dir, heard=told.append)
    assert (done.folder / "config.json").read_bytes() == CONFIG
    assert (done.folder / "model.safetensors").read_bytes() == WEIGHTS
    found = installed(entry(), models_dir)
    assert (found.revision, found.locked, found.folder) == (COMMIT, True, done.folder)
    assert set(read_lock(models_dir)["voice"].sha256) == {"config.json", "model.safetensors"}
    assert told[-1].done == told[-1].total == len(CONFIG) + len(WEIGHTS)
    assert [p.done for p in told] == sorted(p.done for p in told)


def test_the_hubs_own_library_finds_what_was_pulled(hub, models_dir):
    pull(entry(), models_dir)
    code = (
        "from huggingface_hub import snapshot_download, scan_cache_dir\n"
        f"print(snapshot_download('acme/voice', revision='{COMMIT}', local_files_only=True))\n"
        "print(len(scan_cache_dir().warnings))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.splitlines()
    assert told == [str(installed(entry(), models_dir).folder), "0"]


def test_this_process_stays_offline_while_another_pulls(hub, models_dir):
    pull(entry(), models_dir)
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(Exception, match=r"(?i)socket"):
        socket.create_connection(("127.0.0.1", hub.port))


@pytest.mark.parametrize("place", ["hub", "address"])
def test_what_was_fetched_before_the_connection_ended_is_not_fetched_again(hub, models_dir, place):
    one = entry() if place == "hub" else by_address(hub)
    hub.behave(ends_after=100_000)
    pull(one, models_dir)
    ranges = [a["range"] for a in hub.asked() if a["range"]]
    assert len(ranges) == 2
    starts = [int(r.removeprefix("bytes=").rstrip("-")) for r in ranges]
    assert starts == sorted(starts)
    assert starts[0] > 50_000


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_pull_that_was_killed_goes_on_where_it_was(hub, models_dir, how, tmp_path):
    hub.behave(pause_s=0.05)
    (models_dir).mkdir()
    (models_dir / "models.toml").write_text(toml())
    process = subprocess.Popen(
        command("models", "pull", "voice"), stderr=subprocess.PIPE, text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "0", "EMER_MODELS_DIR": str(models_dir)},
    )  # fmt: skip
    wait_until(lambda: partly() > 50_000)
    process.send_signal(how)
    said = process.communicate(timeout=60)[1]
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert "goes on from here" in said
    have = wait_for_rest()
    hub.behave()
    hub.forget_requests()
    done = pull(entry(), models_dir)
    assert (done.folder / "model.safetensors").read_bytes() == WEIGHTS
    assert f"bytes={have}-" in [a["range"] for a in hub.asked()]
    assert parts() == []


def toml():
    from tests.hubs import as_toml

    return as_toml("voice")


def wait_until(is_so, most_s=30.0):
    until_s = time.monotonic() + most_s
    while not is_so():
        assert time.monotonic() < until_s
        time.sleep(0.02)


def partly():
    """Return the size of the largest part; they are renamed at any moment."""
    sizes = [0]
    for part in parts():
        with suppress(OSError):
            sizes.append(part.stat().st_size)
    return max(sizes)


def wait_for_rest():
    """Return how much lies there once nobody writes any more."""
    size = -1
    while (now := partly()) != size:
        size = now
        time.sleep(0.4)
    return size


def test_a_server_that_knows_no_ranges_sends_the_file_anew(hub, models_dir):
    hub.behave(ends_after=150_000, no_ranges=True)
    assert "ended too early" in refused(entry(), models_dir)
    hub.behave(no_ranges=True)
    assert (pull(entry(), models_dir).folder / "model.safetensors").read_bytes() == WEIGHTS


def test_a_file_that_is_not_what_the_hub_says_is_refused_and_removed(hub, models_dir):
    hub.behave(lfs={"model.safetensors": "0" * 64})
    assert "arrived damaged" in refused(entry(), models_dir)
    assert parts() == []
    assert installed(entry(), models_dir) is None
    hub.behave()
    pull(entry(), models_dir)


def test_a_digest_in_the_table_is_held_to_before_anything_is_fetched(hub, models_dir):
    pinned = entry(files=[{"path": "model.safetensors", "sha256": "1" * 64}])
    assert "is not what the table of models pinned" in refused(pinned, models_dir)
    assert not any("resolve" in a["path"] for a in hub.asked())


def test_a_revision_in_the_table_is_the_one_that_is_fetched(hub, models_dir):
    hub.put(commit=NEWER, config__json=b"{}", model__safetensors=WEIGHTS)
    assert pull(entry(revision=COMMIT), models_dir).revision == COMMIT
    assert "has the pinned revision" in refused(entry("other", revision="c" * 40), models_dir)


def test_a_branch_other_than_main_is_looked_at_if_the_table_says_so(hub, models_dir):
    hub.put(commit=NEWER)
    hub.behave(branches={"refs/pr/2": COMMIT})
    assert pull(entry(branch="refs/pr/2"), models_dir).revision == COMMIT
    assert pull(entry("other"), models_dir).revision == NEWER


def test_a_new_revision_is_only_taken_when_it_is_asked_for(hub, models_dir):
    first = pull(entry(), models_dir)
    hub.put(commit=NEWER, config__json=b'{"new": true}', model__safetensors=WEIGHTS)
    assert pull(entry(), models_dir).revision == COMMIT
    newer = pull(entry(), models_dir, update=True)
    assert newer.revision == NEWER
    assert (newer.folder / "config.json").read_bytes() == b'{"new": true}'
    assert not first.folder.exists()
    assert verdicts(entry(), models_dir) == {
        "config.json": "matches",
        "model.safetensors": "matches",
    }


def test_a_first_revision_that_the_hub_lost_is_told_with_the_way_on(hub, models_dir):
    pull(entry(), models_dir)
    hub.put(commit=NEWER)
    old = hub.folder / "repos" / "acme" / "voice" / COMMIT
    old.rename(hub.folder / "gone")
    assert "emer models pull voice --update" in refused(entry(), models_dir)


def test_a_hub_that_answers_with_another_commit_is_refused(hub, models_dir):
    pull(entry(), models_dir)
    commit = hub.folder / "repos" / "acme" / "voice" / COMMIT
    (commit / "model.safetensors").write_bytes(WEIGHTS[::-1])
    remove_files(models_dir)
    assert "is not what your first pull pinned" in refused(entry(), models_dir)


def remove_files(models_dir):
    """Lose the files, but not what the lock file says of them."""
    for path in hub_cache().rglob("*"):
        if path.is_file() or path.is_symlink():
            path.unlink()


def test_a_gated_model_without_a_token_names_the_page_to_accept_and_the_variable(hub, models_dir):
    hub.behave(gated={"acme/voice": TOKEN})
    said = refused(entry(gated=True), models_dir)
    assert "https://huggingface.co/acme/voice" in said
    assert "HF_TOKEN" in said
    assert "settings/tokens" in said


def test_a_token_without_access_is_told_and_never_shown(hub, models_dir, monkeypatch):
    hub.behave(gated={"acme/voice": "hf_another"})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    said = refused(entry(gated=True), models_dir)
    assert "refuses acme/voice to the account of your HF_TOKEN" in said
    assert "https://huggingface.co/acme/voice" in said


def test_a_server_that_repeats_the_token_cannot_have_us_show_it(hub, models_dir, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    for part, status in (("api/", 401), ("resolve", 400), ("cdn", 500)):
        hub.behave(status={part: status})
        refused(entry(), models_dir)


def test_a_token_that_cannot_be_sent_is_not_shown_either(hub, models_dir, monkeypatch):
    hub.behave(gated={"acme/voice": "hf_another"})
    for odd in ("\x01", "é", "\n\n"):
        monkeypatch.setenv("HF_TOKEN", TOKEN + odd)
        refused(entry(), models_dir)


def test_a_place_that_the_hub_redirects_to_is_not_taken_for_a_gate(hub, models_dir):
    hub.behave(status={"cdn/": 403})
    said = refused(entry(), models_dir)
    assert "answered 403" in said
    assert "HF_TOKEN" not in said


def test_a_token_goes_to_the_hub_and_not_to_where_it_redirects(hub, models_dir, monkeypatch):
    hub.behave(gated={"acme/voice": TOKEN})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    pull(entry(gated=True), models_dir)
    by_host = {a["host"].partition(":")[0]: a["authorization"] for a in hub.asked()}
    assert by_host == {"127.0.0.1": f"Bearer {TOKEN}", "localhost": None}
    assert TOKEN not in (models_dir / "lock.json").read_text()


@pytest.mark.parametrize(
    ("part", "status"), [("api/", 500), ("resolve", 503), ("cdn", 500), ("cdn", 429)]
)
def test_a_hub_with_trouble_is_told_as_that(hub, models_dir, part, status):
    hub.behave(status={part: status})
    began = time.monotonic()
    assert str(status) in refused(entry(), models_dir)
    assert time.monotonic() - began < 15


def test_a_repository_that_is_not_there_is_told(hub, models_dir):
    assert "acme/nothing" in refused(entry(repository="acme/nothing"), models_dir)


def test_a_file_that_a_repository_lacks_is_told_before_anything_is_fetched(hub, models_dir):
    lacking = entry(files=[{"path": "model.safetensors"}, {"path": "more.bin"}])
    assert "has no file more.bin" in refused(lacking, models_dir)
    assert not any("resolve" in a["path"] for a in hub.asked())


def test_more_than_the_table_says_is_refused_before_anything_is_fetched(hub, models_dir):
    hub.put("acme/large", model__safetensors=bytes(20_000_000))
    large = entry(repository="acme/large", files=[{"path": "model.safetensors"}])
    assert "20 MB large, and the table says 1 MB" in refused(large, models_dir)
    assert not any("resolve" in a["path"] for a in hub.asked())


def test_without_a_network_it_fails_at_once_and_tries_nothing_again(models_dir, monkeypatch, hub):
    hub.close()
    began = time.monotonic()
    said = refused(entry(), models_dir)
    assert "there is no connection to 127.0.0.1" in said
    # the library alone takes 20 s and more where it tries again
    assert time.monotonic() - began < 1
    assert installed(entry(), models_dir) is None


def test_two_pulls_of_one_model_fetch_it_once(hub, models_dir):
    hub.behave(pause_s=0.02)
    models_dir.mkdir()
    (models_dir / "models.toml").write_text(toml())
    environment = {**os.environ, "HF_HUB_OFFLINE": "0", "EMER_MODELS_DIR": str(models_dir)}
    both = [
        subprocess.Popen(
            command("models", "pull", "voice"), stderr=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(2)
    ]
    said = [p.communicate(timeout=120)[1] for p in both]
    assert [p.returncode for p in both] == [0, 0], said
    assert sum(a["path"].startswith("cdn/") for a in hub.asked()) == 1
    assert verdicts(entry(), models_dir) == {
        "config.json": "matches",
        "model.safetensors": "matches",
    }


def test_what_was_damaged_on_the_disk_is_found_and_fetched_again(hub, models_dir):
    done = pull(entry(), models_dir)
    (done.folder / "model.safetensors").write_bytes(b"x" * len(WEIGHTS))
    assert verdicts(entry(), models_dir)["model.safetensors"] == "differs"
    pull(entry(), models_dir)
    assert verdicts(entry(), models_dir)["model.safetensors"] == "matches"


def test_a_file_that_is_gone_is_missing(hub, models_dir):
    done = pull(entry(), models_dir)
    (done.folder / "config.json").unlink()
    assert set(verdicts(entry(), models_dir).values()) == {"missing"}
    assert installed(entry(), models_dir) is None


def test_removing_takes_what_was_fetched_and_leaves_what_was_there_before(hub, models_dir):
    code = (
        "from huggingface_hub import hf_hub_download\n"
        f"hf_hub_download('acme/voice', 'config.json', revision='{COMMIT}')"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        timeout=60,
        env={**os.environ, "HF_HUB_OFFLINE": "0"},
    )  # another program of the user's
    done = pull(entry(), models_dir)
    assert remove(entry(), models_dir) == len(WEIGHTS)
    assert (done.folder / "config.json").read_bytes() == CONFIG
    assert not (done.folder / "model.safetensors").exists()
    assert read_lock(models_dir) == {}
    assert remove(entry(), models_dir) == 0


def test_a_blob_that_another_snapshot_uses_stays(hub, models_dir):
    pull(entry(), models_dir)
    hub.put(commit=NEWER, config__json=b"{}", model__safetensors=WEIGHTS)
    pinned = entry("newer", revision=NEWER)
    pull(pinned, models_dir)
    remove(entry(), models_dir)
    assert (installed(pinned, models_dir).folder / "model.safetensors").read_bytes() == WEIGHTS
    remove(pinned, models_dir)
    assert [p for p in (hub_cache() / entry().folder).rglob("*") if p.is_file()] == []


# --- files at addresses of their own -------------------------------------------------


def by_address(hub, **file):
    address = hub.put_file("voice.onnx")
    told = {"path": "voice.onnx", "url": address} | file
    return entry(repository=None, files=[told])


def test_files_at_an_address_lie_in_our_own_folder_and_get_a_revision_from_their_digest(
    hub, models_dir
):
    done = pull(by_address(hub), models_dir)
    assert done.folder == models_dir / "voice"
    assert done.revision.startswith("sha256-")
    assert installed(by_address(hub), models_dir).revision == done.revision
    assert verdicts(by_address(hub), models_dir) == {"voice.onnx": "matches"}
    hub.forget_requests()
    pull(by_address(hub), models_dir)
    assert hub.asked() == []


def test_a_part_of_another_version_of_a_file_is_not_gone_on_with(hub, models_dir):
    one = by_address(hub)
    hub.behave(ends_after=40_000, no_ranges=True)
    refused(one, models_dir)
    newer = WEIGHTS[::-1]
    hub.put_file("voice.onnx", newer)
    hub.behave()
    assert (pull(one, models_dir).folder / "voice.onnx").read_bytes() == newer


def test_a_file_that_changed_at_its_address_is_refused_until_it_is_asked_for(hub, models_dir):
    one = by_address(hub)
    first = pull(one, models_dir)
    (first.folder / "voice.onnx").unlink()
    hub.put_file("voice.onnx", WEIGHTS[::-1])
    said = refused(one, models_dir)
    assert "is not what your first pull pinned" in said
    assert "--update" in said
    assert pull(one, models_dir, update=True).revision != first.revision


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"n_bytes": 299_999}, "offers 300,000 bytes where 299,999 are expected"),
        ({"sha256": "2" * 64}, "is not what the table of models pinned"),
    ],
)
def test_a_file_that_is_not_as_the_table_says_is_refused(hub, models_dir, file, said):
    assert said in refused(by_address(hub, **file), models_dir)
    assert installed(by_address(hub, **file), models_dir) is None


def test_a_file_without_end_is_cut_off(hub, models_dir):
    one = by_address(hub)
    hub.put_file("voice.onnx", bytes(18_500_000))
    assert "is larger than" in refused(one, models_dir)
    assert list(models_dir.rglob("*.emer-part")) == []


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/octet-stream"])
def test_a_page_in_the_place_of_a_file_is_refused(hub, models_dir, kind):
    one = by_address(hub)
    hub.behave(pages=["voice.onnx"], page_type=kind)
    assert "answered with a page instead of the file" in refused(one, models_dir)
    assert installed(one, models_dir) is None


def test_an_address_that_is_gone_is_told_with_where_to_look(hub, models_dir):
    one = by_address(hub)
    (hub.folder / "files" / "voice.onnx").unlink()
    said = refused(one, models_dir)
    assert "(404)" in said
    assert "https://example.org/voice" in said


def test_nobody_is_led_away_from_encryption():
    class Request:
        full_url = "https://example.org/a"

    with pytest.raises(PullError, match="without encryption"):
        _Redirects().redirect_request(Request(), None, 302, "", {}, "http://example.org/b")


# --- the disk -------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["hub", "address"])
@pytest.mark.parametrize("room", [150_000, len(WEIGHTS) - 1])
def test_a_disk_that_takes_no_more_is_told_and_what_is_there_is_kept(hub, models_dir, place, room):
    """A limit on the size of files, set for this process and its children, stands for a full disk."""
    one = entry() if place == "hub" else by_address(hub)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(StorageError, match="cannot be written") as caught:
            pull(one, models_dir)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "goes on where it stopped" in caught.value.remedy
    hub.forget_requests()
    pull(one, models_dir)
    assert f"bytes={room}-" in [a["range"] for a in hub.asked()]


def test_a_folder_that_cannot_be_written_is_told(hub, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        pull(by_address(hub), tmp_path / "file" / "models")


# --- consent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"licence": "CC-BY-NC-SA-4.0", "commercial_use": False}, "CC-BY-NC-SA-4.0"),
        ({"pickled": True}, "can run code"),
    ],
)
def test_without_consent_nothing_is_asked_of_the_hub(hub, models_dir, changes, said):
    one = entry(**changes)
    text = refused(one, models_dir)
    assert said in text
    assert "emer models pull voice --accept-licence" in text
    assert hub.asked() == []
    assert pull(one, models_dir, accepted=True).revision == COMMIT


def test_a_source_is_named_without_a_password():
    assert Source("https://me:secret@example.org/a", most_bytes=1).host == "example.org"


def test_a_lock_file_cannot_have_us_remove_what_lies_elsewhere(hub, models_dir, tmp_path):
    from emer.tools.models.lock import Locked, remember

    precious = tmp_path / "precious"
    precious.write_text("mine")
    one = by_address(hub)
    pull(one, models_dir)
    names = ("../../precious", str(precious), "voice.onnx")
    remember(models_dir, "voice", Locked("x", {}, names))
    remove(one, models_dir)
    assert precious.read_text() == "mine"
    assert not (Path(models_dir) / "voice").exists()
