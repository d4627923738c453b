"""The index of cases: same answers with Chroma and without, one owner, recovery, erasure."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.annotated import MASKING, OTHER_SHA, SHA, a_case, random_cases

from emer.memory import index as index_module
from emer.memory.case import Query
from emer.memory.embedding import embed
from emer.memory.index import FOLDER, LOCK, ChromaIndex, ExactIndex, LazyIndex
from emer.memory.retrieval import CaseMemory as AnyCaseMemory
from emer.memory.retrieval import retrieve
from emer.memory.starter import starter_set
from emer.memory.store import CaseStore

UNFINISHED = "unfinished"
"""The file that tells the next owner of the index that its last one was killed."""


def CaseMemory(folder):  # noqa: N802 - the class, as it is with very many cases
    """Open a memory that asks Chroma however few cases there are."""
    return AnyCaseMemory(folder, chroma_from=0)


@pytest.fixture
def memory(tmp_path):
    with CaseMemory(tmp_path / "memory") as opened:
        yield opened


def generations(folder):
    return sorted(p.name for p in (folder / FOLDER).iterdir())


# --- Chroma against exact search --------------------------------------------------------------


def test_chroma_and_exact_search_agree_on_the_starter_set(memory, caplog):
    exact = ExactIndex(memory.store)
    for case in starter_set()[1]:
        query = Query(affect=case.affect, words=case.words, k=5, pattern=case.pattern)
        assert memory.retrieve(query) == retrieve(memory.store, exact, query)
        hits = memory.index.nearest(embed(case.affect, case.words), query, 10)
        assert hits[0].id == case.id
        assert hits[0].similarity == pytest.approx(1.0, abs=1e-5)
    assert memory.index.kind == "chroma"
    assert caplog.records == []


def test_chroma_finds_what_exact_search_finds_under_every_filter(memory):
    memory.store.add_all(random_cases(600))
    exact = ExactIndex(memory.store)
    some_id = memory.store.cases()[0].id
    filters = [
        {},
        {"min_trust": "user"},
        {"min_trust": "curated", "exclude_media_sha256": (SHA,)},
        {"exclude_media_sha256": (SHA, OTHER_SHA), "exclude_splits": ("test",)},
        {"exclude_splits": ("train", "test"), "exclude_ids": (some_id,)},
    ]
    for allowed in filters:
        for case in random_cases(8, seed=11):
            query = Query(affect=case.affect, words=case.words, **allowed)
            vector = embed(query.affect, query.words)
            found, true = (i.nearest(vector, query, 20) for i in (memory.index, exact))
            assert [h.similarity for h in found] == pytest.approx(
                [h.similarity for h in true], abs=1e-4
            )
            assert len({h.id for h in found} & {h.id for h in true}) >= 19  # equals may swap
    assert memory.index.kind == "chroma"


def test_what_another_process_adds_or_removes_is_seen_at_the_next_search(memory):
    query = Query(affect=MASKING, k=20, min_similarity=0)
    memory.retrieve(query)
    folder = memory.store.folder
    with CaseStore(folder) as other:
        other.add(a_case())
    assert a_case().id in {r.case.id for r in memory.retrieve(query)}
    with CaseStore(folder) as other:
        other.remove(a_case().id)
    assert a_case().id not in {r.case.id for r in memory.retrieve(query)}
    assert memory.index.kind == "chroma"


def test_a_correction_changes_later_retrievals(memory):
    query = Query(affect=MASKING, words="I am fine, thanks", k=1)
    before = memory.retrieve(query)
    memory.add(a_case(words="I am fine, thanks"))
    (after,) = memory.retrieve(query)
    assert after.case.provenance == "user"
    assert [after] != before


def test_reopening_does_not_index_again(tmp_path, monkeypatch):
    query = Query(affect=MASKING)
    with CaseMemory(tmp_path) as memory:
        first = memory.retrieve(query)
    before = generations(tmp_path)
    with CaseMemory(tmp_path) as memory:
        assert memory.retrieve(query) == first
    assert generations(tmp_path) == before


# --- few cases --------------------------------------------------------------------------------


def test_few_cases_are_searched_exactly_and_chroma_is_not_even_imported(tmp_path):
    code = (
        "import sys; from pathlib import Path; from tests.annotated import MASKING\n"
        "from emer.memory.case import Query; from emer.memory.retrieval import CaseMemory\n"
        "assert CaseMemory(Path(sys.argv[1])).retrieve(Query(affect=MASKING))\n"
        "assert 'chromadb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, timeout=30)
    assert not (tmp_path / FOLDER).exists()
    assert not (tmp_path / LOCK).exists()


def test_from_a_number_of_cases_on_chroma_is_asked_and_answers_the_same(tmp_path):
    query = Query(affect=MASKING, k=5)
    with CaseMemory(None) as starter:
        n = starter.store.count()
    with AnyCaseMemory(tmp_path, chroma_from=n + 1) as memory:
        memory.retrieve(query)
        assert memory.index.kind == "exact"
        memory.add(a_case())
        assert memory.retrieve(query) == retrieve(memory.store, ExactIndex(memory.store), query)
        assert memory.index.kind == "chroma"


def test_a_store_that_has_become_small_keeps_no_index_with_what_was_removed(tmp_path):
    case = a_case("CANARY")
    with CaseMemory(tmp_path) as memory:
        memory.add(case)
        memory.retrieve(Query(affect=MASKING))
    with CaseStore(tmp_path) as killed_before_the_index_was_told:
        killed_before_the_index_was_told.remove(case.id)
    assert case.id.encode() in every_byte(tmp_path)
    with AnyCaseMemory(tmp_path) as memory:
        assert memory.retrieve(Query(affect=MASKING))
        assert case.id.encode() not in every_byte(tmp_path)
        with CaseMemory(tmp_path) as other:  # nor does it hold the lock of an index it has not
            other.retrieve(Query(affect=MASKING))
            assert other.index.kind == "chroma"


# --- who owns the index -----------------------------------------------------------------------


def test_nothing_is_opened_before_the_first_search(tmp_path):
    code = (
        "import sys; from pathlib import Path; from emer.memory.retrieval import CaseMemory\n"
        "memory = CaseMemory(Path(sys.argv[1])); memory.store.count()\n"
        "assert 'chromadb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, timeout=30)
    assert not (tmp_path / FOLDER).exists()
    assert not (tmp_path / LOCK).exists()


def test_a_second_opener_searches_exactly_and_gets_the_same_answer(memory):
    query = Query(affect=MASKING, k=5)
    first = memory.retrieve(query)
    with CaseMemory(memory.store.folder) as second:
        assert second.retrieve(query) == first
        assert (memory.index.kind, second.index.kind) == ("chroma", "exact")
    memory.index.close()
    with CaseMemory(memory.store.folder) as third:
        third.retrieve(query)
        assert third.index.kind == "chroma"


def test_a_store_in_memory_is_searched_exactly():
    with CaseMemory(None) as memory:
        assert memory.retrieve(Query(affect=MASKING))
        assert memory.index.kind == "exact"


def test_the_lazy_index_can_be_shared_between_threads(memory):
    from concurrent.futures import ThreadPoolExecutor

    queries = [Query(affect=c.affect, words=c.words) for c in starter_set()[1][:12]]
    alone = [memory.retrieve(q) for q in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(memory.retrieve, queries)) == alone
    assert isinstance(memory.index, LazyIndex)


# --- an index that cannot be used -------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", ["garbage", "truncated", "a file in its place", "killed while writing"]
)
def test_a_damaged_index_is_deleted_and_built_anew(tmp_path, damage, caplog):
    query = Query(affect=MASKING, k=5)
    with CaseMemory(tmp_path) as memory:
        expected = memory.retrieve(query)
    (database,) = (tmp_path / FOLDER).rglob("chroma.sqlite3")
    before = set(generations(tmp_path))
    if damage == "garbage":
        database.write_bytes(b"not a database" * 1000)
    elif damage == "truncated":
        database.write_bytes(database.read_bytes()[:5000])
    elif damage == "a file in its place":
        (tmp_path / FOLDER).rename(tmp_path / "elsewhere")
        (tmp_path / FOLDER).write_text("?")
    else:
        (tmp_path / FOLDER / UNFINISHED).touch()
    with caplog.at_level(logging.WARNING), CaseMemory(tmp_path) as memory:
        assert memory.retrieve(query) == expected
        assert memory.index.kind == "chroma"
    assert "case index: deleted" in caplog.text
    assert not before & set(generations(tmp_path))
    assert len(generations(tmp_path)) == 1


def test_an_index_whose_writing_failed_is_built_anew_by_the_next_owner(tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ChromaIndex, "_check", fail)
    with CaseMemory(tmp_path) as memory, pytest.raises(KeyboardInterrupt):
        memory.retrieve(Query(affect=MASKING))
    before = generations(tmp_path)
    monkeypatch.undo()
    with CaseMemory(tmp_path) as memory:
        assert memory.retrieve(Query(affect=MASKING))
        assert memory.index.kind == "chroma"
    assert generations(tmp_path) != before
    assert not (tmp_path / FOLDER / UNFINISHED).exists()


def test_an_index_of_another_embedding_is_built_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "NAME", "older-384")
    with CaseMemory(tmp_path) as memory:
        memory.retrieve(Query(affect=MASKING))
        before = set(generations(tmp_path))
    monkeypatch.undo()
    with CaseMemory(tmp_path) as memory:
        assert memory.retrieve(Query(affect=MASKING))
        assert memory.index.kind == "chroma"
    assert not before & set(generations(tmp_path))


def test_when_chroma_always_fails_exact_search_answers(memory, monkeypatch, caplog):
    expected = retrieve(memory.store, ExactIndex(memory.store), Query(affect=MASKING))

    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(ChromaIndex, "nearest", fail)
    for _ in range(2):
        assert memory.retrieve(Query(affect=MASKING)) == expected
    assert memory.index.kind == "exact"
    assert caplog.text.count("built anew") == 1


def test_without_chromadb_exact_search_answers_and_the_index_stays(memory, monkeypatch, caplog):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(index_module, "import_quietly", missing)
    assert memory.retrieve(Query(affect=MASKING))
    assert "cannot be imported" in caplog.text


# --- erasing ----------------------------------------------------------------------------------


def every_byte(folder):
    return b"".join(p.read_bytes() for p in Path(folder).rglob("*") if p.is_file())


def trace_of(case):
    """Return the last of the case's vector that is not zero, as it lies on disk."""
    vector = embed(case.affect, case.words)
    end = np.flatnonzero(vector)[-1] + 1
    return vector[end - 16 : end].tobytes()


def test_no_text_reaches_the_index(memory):
    memory.add(a_case("CANARY", words="CANARY", explanation="CANARY", annotator="CANARY"))
    memory.retrieve(Query(affect=MASKING))
    indexed = every_byte(memory.store.folder / FOLDER)
    assert a_case("CANARY").id[:2].encode() in indexed
    assert b"CANARY" not in indexed


def test_a_forgotten_case_is_gone_from_every_file_of_the_folder(memory):
    case = a_case("CANARY", words="CANARY words")
    memory.add(case)
    memory.retrieve(Query(affect=MASKING))
    assert case.id.encode() in every_byte(memory.store.folder)
    assert memory.forget(case.id) == (1, True)
    left = every_byte(memory.store.folder)
    assert b"CANARY" not in left
    assert case.id.encode() not in left
    assert trace_of(case) not in left
    assert memory.retrieve(Query(affect=MASKING))
    assert memory.index.kind == "chroma"


def test_forgetting_beside_the_owner_says_that_the_owner_must_finish(memory):
    case = a_case("CANARY", words="CANARY words")
    memory.add(case)
    memory.retrieve(Query(affect=MASKING))
    with CaseMemory(memory.store.folder) as second:
        assert second.forget(case.id) == (1, False)
    memory.retrieve(Query(affect=MASKING))
    assert memory.index.kind == "chroma"
    left = every_byte(memory.store.folder)
    assert case.id.encode() not in left
    assert trace_of(case) not in left


def test_a_damaged_index_keeps_no_case_that_was_removed_meanwhile(memory):
    case = a_case("CANARY")
    memory.add(case)
    memory.retrieve(Query(affect=MASKING))
    memory.index.close()
    memory.store.remove(case.id)
    assert case.id.encode() in every_byte(memory.store.folder)
    (memory.store.folder / FOLDER / UNFINISHED).touch()
    memory.retrieve(Query(affect=MASKING))
    assert case.id.encode() not in every_byte(memory.store.folder)


def test_nothing_of_this_process_memory_is_written_into_the_index(tmp_path):
    code = """
import ctypes, sys
from pathlib import Path
from emer.memory.case import AffectProfile, ModalityAffect, Query
from emer.memory.retrieval import CaseMemory

malloc = ctypes.CDLL(None).malloc
malloc.restype = ctypes.c_void_p
if ctypes.string_at(malloc(5000), 5000) != b"Z" * 5000:
    sys.exit("this C library does not fill what it allocates")
folder = Path(sys.argv[1])
for opening in ("made", "opened again"):
    with CaseMemory(folder, chroma_from=0) as memory:
        memory.retrieve(Query(affect=AffectProfile(face=ModalityAffect(valence=0.1))))
        assert memory.index.kind == "chroma"
        for file in folder.rglob("*"):
            if file.is_file() and b"Z" * 64 in file.read_bytes():
                print(opening, file.name)
"""
    fill_with_z = {**os.environ, "MALLOC_PERTURB_": str(ord("Z") ^ 0xFF)}
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        env=fill_with_z, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if "this C library" in run.stderr:
        pytest.skip(run.stderr)
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
