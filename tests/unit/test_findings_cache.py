"""Answers are kept exactly, span by span; what was damaged on disk is not known."""

import threading
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.answers import FIRST, KEY, SECOND, alter, gap, named, row_of, spans, wordy
from tests.findings import expression, said, voice, words

from emer.memory import answer_rows
from emer.memory.answer_rows import make_of_findings, pack, unpack
from emer.memory.findings_cache import FindingsCache, FindingsKey, digest_of
from emer.tools.findings import GapCode, TimeSpan


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "findings"


@pytest.fixture
def kept(folder):
    cache = FindingsCache(folder)
    yield cache
    cache.close()


def test_answers_come_back_exactly_as_they_were_put(kept):
    answers = {
        FIRST: [voice("SPK_01", 0, 2, 0.1 + 0.2, f0_median_hz=1 / 3), gap()],
        SECOND: [
            words("SPK_01", 2, 4.5, -0.7, joy=1e-9),
            said("SPK_01", 2, 4.5, "ça 好 \U0001f600"),
        ],
    }
    kept.put(KEY, answers)
    assert kept.get(KEY, [FIRST, SECOND]) == answers
    assert kept.problem is None


def test_they_outlive_the_process_that_put_them(folder, kept):
    kept.put(KEY, {FIRST: [gap()]})
    kept.close()
    assert FindingsCache(folder).get(KEY, [FIRST]) == {FIRST: [gap()]}


def test_only_known_spans_are_answered_in_the_order_asked(kept):
    kept.put(KEY, {FIRST: [gap()], SECOND: []})
    other = TimeSpan(start_s=0, end_s=2.001)
    assert list(kept.get(KEY, [SECOND, other, FIRST, SECOND])) == [SECOND, FIRST]


def test_nothing_found_is_an_answer_too(kept):
    kept.put(KEY, {FIRST: []})
    assert kept.get(KEY, [FIRST]) == {FIRST: []}


def test_one_finding_may_belong_to_several_spans(kept):
    event = voice("SPK_01", 1, 3, 0.2)
    kept.put(KEY, {FIRST: [event], SECOND: [event]})
    assert kept.get(KEY, [FIRST, SECOND]) == {FIRST: [event], SECOND: [event]}


def test_a_later_answer_takes_the_place_of_an_earlier_one(kept):
    kept.put(KEY, {FIRST: [gap()], SECOND: [gap(start_s=2, end_s=4)]})
    kept.put(KEY, {FIRST: []})
    assert kept.get(KEY, [FIRST, SECOND]) == {FIRST: [], SECOND: [gap(start_s=2, end_s=4)]}


@pytest.mark.parametrize("field", sorted(FindingsKey.model_fields))
def test_an_answer_depends_on_every_part_of_its_key(kept, field):
    kept.put(KEY, {FIRST: [gap()]})
    assert kept.get(KEY.model_copy(update={field: "something else"}), [FIRST]) == {}


def test_answers_of_another_make_of_findings_are_not_looked_at(kept, monkeypatch):
    kept.put(KEY, {FIRST: [gap()]})
    monkeypatch.setattr(answer_rows, "make_of_findings", lambda: "another release")
    assert kept.get(KEY, [FIRST]) == {}
    assert len(make_of_findings()) == 64


@pytest.mark.parametrize(
    "code",
    [GapCode.TOOL_FAILED, GapCode.TIMED_OUT, GapCode.BUDGET_SPENT, GapCode.TOOL_UNAVAILABLE],
)
def test_losses_are_not_kept_for_they_may_not_happen_again(kept, code):
    kept.put(KEY, {FIRST: [gap(code)], SECOND: [gap(start_s=2, end_s=4)]})
    assert list(kept.get(KEY, [FIRST, SECOND])) == [SECOND]


def test_text_that_utf8_cannot_say_is_left_out_without_harm(kept):
    odd = gap().model_copy(update={"reason": "half a character: \ud83d"})
    kept.put(KEY, {FIRST: [odd], SECOND: [gap()]})
    assert list(kept.get(KEY, [FIRST, SECOND])) == [SECOND]
    assert digest_of([odd]) != digest_of([gap()])


def test_many_spans_are_kept_and_found(kept):
    answers = wordy(1500)
    kept.put(KEY, answers)
    assert kept.get(KEY, spans(1600)) == answers
    assert kept.stats().n_entries == 1500


SOME = (
    voice("SPK_01", 0, 2, 0.5),
    words("SPK_02", 1, 2, 0.3),
    expression("FACE_01", 0, 2, 0.1),
    gap(),
)


@given(st.permutations(SOME))
def test_the_digest_does_not_depend_on_order(order):
    assert digest_of(order) == digest_of(SOME)


@pytest.mark.parametrize(
    "changed",
    [
        (*SOME[:-1],),
        (*SOME, gap()),
        (voice("SPK_01", 0, 2, 0.5000001), *SOME[1:]),
        (SOME[0].model_copy(update={"score": 0.5}), *SOME[1:]),
        (SOME[0].model_copy(update={"subject": "SPK_02"}), *SOME[1:]),
        (*SOME[:-1], gap().model_copy(update={"reason": "noise"})),
    ],
    ids=["one less", "one twice", "value", "score", "subject", "reason"],
)
def test_the_digest_covers_every_value(changed):
    assert digest_of(changed) != digest_of(SOME)


def test_nothing_has_a_digest_too():
    assert digest_of([]) == digest_of(()) != digest_of([gap()])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.floats(-1, 1), st.floats(1e-300, 1e300), st.floats(0, 1e9), st.floats(1e-3, 1e6), st.text()
)
def test_no_number_and_no_text_changes_on_its_way(arousal, hertz, start_s, length_s, text):
    place = TimeSpan(start_s=start_s, end_s=start_s + length_s)
    found = [
        voice("SPK_01", start_s, start_s + length_s + 1, arousal, f0_median_hz=hertz),
        gap(start_s=start_s, end_s=place.end_s).model_copy(update={"reason": text}),
    ]
    row = pack(KEY.digest(), place, found)
    if row is None:  # hypothesis knows half characters too
        with pytest.raises(UnicodeEncodeError):
            text.encode()
    else:
        assert unpack(KEY.digest(), row) == found


def test_a_number_that_changed_on_disk_makes_the_answer_unknown(folder, kept):
    kept.put(KEY, {FIRST: [voice("SPK_01", 0, 2, 0.25)]})
    kept.close()
    plain = zlib.decompress(row_of(folder).body)
    assert b"0.25" in plain
    alter(folder, "UPDATE answers SET body = ?", zlib.compress(plain.replace(b"0.25", b"0.75")))
    assert kept.get(KEY, [FIRST]) == {}
    assert kept.stats().n_entries == 0


@pytest.mark.parametrize("body", [b"", b"x", b"\x78\x9c" + bytes(40)])
def test_a_row_of_rubbish_is_unknown_and_removed(folder, kept, body):
    kept.put(KEY, {FIRST: [gap()], SECOND: [gap()]})
    kept.close()
    alter(folder, "UPDATE answers SET body = ? WHERE start_s = 0", body)
    assert list(kept.get(KEY, [FIRST, SECOND])) == [SECOND]
    assert kept.stats().n_entries == 1


def test_an_answer_that_no_longer_validates_is_unknown_and_removed(folder, kept, monkeypatch):
    kept.put(KEY, {FIRST: [gap()]})
    kept.close()
    old = zlib.compress(b'[{"tool": "voice_affect", "start_s": 0, "end_s": 2, "mood": "good"}]')
    monkeypatch.setattr(answer_rows, "_checksum", lambda *place: row_of(folder).checksum)
    alter(folder, "UPDATE answers SET body = ?", old)
    assert kept.get(KEY, [FIRST]) == {}
    assert kept.stats().n_entries == 0


def test_an_answer_in_another_place_is_unknown(folder, kept):
    kept.put(KEY, {FIRST: [gap()]})
    kept.close()
    alter(folder, "UPDATE answers SET start_s = ?, end_s = ?", SECOND.start_s, SECOND.end_s)
    assert kept.get(KEY, [FIRST, SECOND]) == {}


def test_threads_may_share_it(folder):
    cache, trouble = FindingsCache(folder, max_bytes=600_000), []

    def work(me):
        for i in range(15):
            answers = wordy(10, seed=me * 100 + i)
            cache.put(named(f"{me} {i}"), answers)
            if cache.get(named(f"{me} {i}"), spans(10)) not in (answers, {}):
                trouble.append((me, i))

    threads = [threading.Thread(target=work, args=(me,)) for me in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert cache.problem is None
    cache.close()
