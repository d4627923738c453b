"""The table of models: what ships is sound, a user's own goes before it, wrong ones are told."""

import pytest
from pydantic import ValidationError
from tests.hubs import as_toml, entry

from emer.tools.errors import StorageError, ToolUnavailable
from emer.tools.models import catalogue as table
from emer.tools.models.catalogue import CatalogueError, catalogue, serving, shipped
from emer.tools.models.lock import Locked, read_lock, remember
from emer.tools.models.pins import revision_of
from emer.tools.models.pulling import terms
from emer.tools.models.store import find, installed
from emer.tools.setup import Setup
from emer.tools.taxonomy import CATEGORY_SETS


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_entry_is_complete_and_says_what_it_may_not_be_used_for(name):
    one = shipped()[name]
    assert len({f.path for f in one.files}) == len(one.files)
    assert one.page.startswith("https://")
    assert not one.licence.startswith("CC-BY-NC") or not one.commercial_use
    card = one.card("abc")
    assert (card.revision, card.licence, card.commercial_use) == (
        "abc", one.licence, one.commercial_use
    )  # fmt: skip


@pytest.mark.parametrize("name", [n for n, e in shipped().items() if e.labels])
def test_labels_of_a_shipped_entry_are_those_of_its_set(name):
    one = shipped()[name]
    if one.category_set in CATEGORY_SETS:
        assert set(one.labels.values()) <= set(CATEGORY_SETS[one.category_set])


def test_only_what_is_pickled_brings_pickles():
    for one in shipped().values():
        brings = any(f.path.endswith((".bin", ".pt", ".pth", ".pkl")) for f in one.files)
        runs_by_ctranslate2 = "asr.faster_whisper" in one.serves
        assert one.pickled == (brings and not runs_by_ctranslate2), one.name


def test_a_users_entry_replaces_ours_and_adds_to_it(tmp_path):
    mine = as_toml("yunet", serves=["faces.yunet"], licence="Mine") + as_toml("another")
    (tmp_path / "models.toml").write_text(mine)
    known = catalogue(tmp_path)
    assert known["yunet"].licence == "Mine"
    assert known["another"].repository == "acme/voice"
    assert set(shipped()) < set(known)


def test_the_preferred_model_of_an_engine_comes_first(tmp_path):
    (tmp_path / "models.toml").write_text(
        as_toml("small", preferred=1) + as_toml("large", preferred=2) + as_toml("other")
    )
    names = [m.name for m in serving("voice_affect.large", tmp_path)]
    assert names == ["large", "small", "other"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a", "is not TOML"),
        ("a = 1", "[a]"),
        (as_toml("a", licence=""), "licence"),
        (as_toml("a", revision="main"), "revision"),
        (as_toml("a", repository="https://huggingface.co/x/y"), "repository"),
        (as_toml("a", files=[{"path": "../../etc/passwd"}]), "files"),
        (as_toml("a", files=[{"path": "/etc/passwd"}]), "files"),
        (as_toml("a", files=[{"path": "x/.ssh/config"}]), "files"),
        (as_toml("a", repository=None), "needs an address"),
        (as_toml("a", typo=1), "typo"),
    ],
)
def test_a_wrong_entry_of_the_users_is_told_with_file_and_name(tmp_path, text, said):
    (tmp_path / "models.toml").write_text(text)
    with pytest.raises(CatalogueError) as caught:
        catalogue(tmp_path)
    assert str(tmp_path / "models.toml") in str(caught.value)
    assert said in str(caught.value)


def test_a_table_that_is_too_large_or_no_text_is_told(tmp_path, monkeypatch):
    (tmp_path / "models.toml").write_bytes(b"\xff\xfe" * 10)
    with pytest.raises(CatalogueError, match="cannot be read"):
        catalogue(tmp_path)
    monkeypatch.setattr(table, "MAX_BYTES", 10)
    with pytest.raises(CatalogueError, match="larger than"):
        catalogue(tmp_path)


@pytest.mark.parametrize(
    "url", ["http://example.org/a", "ftp://example.org/a", "file:///etc/passwd", "https://a b"]
)
def test_files_come_over_encrypted_connections_only(url):
    with pytest.raises(ValidationError):
        entry(repository=None, files=[{"path": "a", "url": url}])


def test_terms_are_those_that_somebody_must_know():
    assert terms(entry()) == ()
    assert "commercial" in terms(entry(commercial_use=False))[0]
    assert "run code" in terms(entry(pickled=True))[0]


def test_a_model_that_is_not_here_names_the_command_that_fetches_it():
    with pytest.raises(ToolUnavailable) as caught:
        find("faces", "yunet", Setup())
    assert caught.value.remedy == "Run: emer models pull yunet."


def test_a_users_own_folder_is_a_model_with_a_revision_from_its_content(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.onnx").write_bytes(b"one")
    setup = Setup(models={"faces.yunet": str(tmp_path / "mine")})
    first = find("faces", "yunet", setup)
    assert first.entry is None
    assert first.revision.startswith("head-")
    (tmp_path / "mine" / "model.onnx").write_bytes(b"two")
    assert find("faces", "yunet", setup).revision != first.revision


def test_a_wish_that_is_neither_name_nor_path_is_told():
    with pytest.raises(ToolUnavailable, match="neither a known model nor a folder"):
        find("faces", "yunet", Setup(models={"faces.yunet": "yunett"}))


def test_files_that_nobody_pulled_are_found_and_marked_as_such(tmp_path):
    one = entry(repository=None, files=[{"path": "a.onnx", "url": "https://example.org/a"}])
    assert installed(one, tmp_path) is None
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice" / "a.onnx").write_bytes(b"a")
    assert installed(one, tmp_path).locked is False


def test_what_is_remembered_of_one_model_leaves_the_others(tmp_path):
    one, other = Locked("1" * 40, {"a": "x"}, ("a",)), Locked("2" * 40)
    remember(tmp_path, "one", one)
    remember(tmp_path, "other", other)
    assert read_lock(tmp_path) == {"one": one, "other": other}
    remember(tmp_path, "one", None)
    assert read_lock(tmp_path) == {"other": other}


@pytest.mark.parametrize("text", ["", "[]", '{"models": 3}', '{"models": {"a": {}}}'])
def test_a_lock_file_in_pieces_counts_as_empty(tmp_path, text):
    (tmp_path / "lock.json").write_text(text)
    assert read_lock(tmp_path) == {}


def test_a_lock_file_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="EMER_MODELS_DIR"):
        remember(tmp_path / "file", "a", Locked("1"))


def test_a_revision_made_from_digests_changes_with_any_of_them():
    assert revision_of({"a": "1", "b": "2"}) == revision_of({"b": "2", "a": "1"})
    assert revision_of({"a": "1", "b": "2"}) != revision_of({"a": "2", "b": "1"})
