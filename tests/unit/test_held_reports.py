"""Reports are made once, held for a while, and never told of a file that was not let in."""

import hashlib
import threading
import time

import pytest
from tests.annotated import a_case
from tests.asked import news
from tests.talking_clip import talking_clip

from emer.agent.clip_access import ClipAccess, ClipRefused
from emer.agent.held_reports import MAX_HELD, Cancelled, HeldReports, Options, reports_of
from emer.agent.settings import Settings
from emer.graphs.state import Event
from emer.memory.store import CaseStore

SECRET = "I hate my neighbour"


class Analyst:
    """Makes a report at once, and counts."""

    def __init__(self, steps=1, pause_s=0.0):
        self.calls, self.steps, self.pause_s = [], steps, pause_s
        self.at_once = self.most = 0

    def __call__(self, path, *, on_event, **options):
        self.calls.append((path.name, options))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            for i in range(self.steps):
                on_event(Event("step", "progress", str(i)))
                time.sleep(self.pause_s)
        finally:
            self.at_once -= 1
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        media = news().media.model_copy(update={"sha256": sha256, "name": path.name})
        return news().model_copy(update={"media": media})


@pytest.fixture
def folder(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def held_by(folder, analyst):
    return HeldReports(ClipAccess([folder]), analyst)


def test_a_second_question_makes_no_second_report(folder):
    analyst = Analyst()
    reports = held_by(folder, analyst)
    first = reports.get("a.mp4")
    assert reports.get("a.mp4") is reports.get(first.clip.id) is reports.get(first.id) is first
    assert len(analyst.calls) == 1


def test_other_options_are_another_report_with_an_id_of_its_own(folder):
    reports = held_by(folder, Analyst())
    whole, part = reports.get("a.mp4"), reports.get("a.mp4", Options(start_s=1, end_s=2))
    assert part.id.startswith(f"{whole.id}-")
    assert reports.get(part.id) is part
    assert reports.get("a.mp4", Options(start_s=1.0, end_s=2.0)) is part


def test_it_can_be_made_again(folder):
    analyst = Analyst()
    reports = held_by(folder, analyst)
    reports.get("a.mp4")
    reports.get("a.mp4", again=True)
    assert len(analyst.calls) == 2


def test_it_is_made_anew_when_what_is_kept_here_has_changed(folder):
    analyst, cases = Analyst(), [1]
    reports = HeldReports(ClipAccess([folder]), analyst, lambda: tuple(cases))
    whole, part = reports.get("a.mp4"), reports.get("a.mp4", Options(question="Why?"))
    assert reports.get(whole.id) is whole
    assert reports.get(part.id) is part
    cases.append(2)
    assert reports.get(whole.id) is not whole
    assert reports.get(part.id) is not part
    assert reports.get(part.id).id == part.id
    assert reports.get(part.id).options == part.options
    assert len(analyst.calls) == 4


def test_a_case_that_is_added_while_a_report_is_made_is_in_the_next(folder):
    cases, usual = [1], Analyst()

    def adding(path, **options):
        cases.append(2)
        object.__setattr__(reports, "analyse", usual)
        return usual(path, **options)

    reports = HeldReports(ClipAccess([folder]), adding, lambda: tuple(cases))
    first = reports.get("a.mp4")
    assert reports.get("a.mp4") is not first
    assert len(usual.calls) == 2


def test_a_report_on_a_part_is_not_told_of_a_file_that_is_gone(folder):
    reports = held_by(folder, Analyst())
    part = reports.get("a.mp4", Options(start_s=1, end_s=2))
    (folder / "a.mp4").unlink()
    with pytest.raises(ClipRefused, match="gone or has changed"):
        reports.get(part.id)


def test_cases_and_calibrations_that_another_process_changes_are_noticed(folder, tmp_path):
    data = tmp_path / "data"
    settings = Settings(data_dir=data, cache_dir=tmp_path / "cache")
    reports = reports_of(ClipAccess([folder]), settings)
    before = reports.kept()
    assert reports.kept() == before
    with CaseStore(data / "memory") as store:
        assert store.add(a_case("a situation"))
    added = reports.kept()
    assert added != before
    (data / "calibrations").mkdir()
    (data / "calibrations" / "x.json").write_text("{}")
    assert reports.kept() != added
    blind = Settings(data_dir=data, cache_dir=tmp_path / "cache", use_cases=False)
    unmoved = reports_of(ClipAccess([folder]), blind)
    before = unmoved.kept()
    with CaseStore(data / "memory") as store:
        assert store.add(a_case("another"))
    assert unmoved.kept() == before


def test_where_no_case_store_can_be_made_questions_are_answered_all_the_same(folder, tmp_path):
    (tmp_path / "data").write_text("a file, no folder")
    settings = Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")
    reports = reports_of(ClipAccess([folder]), settings)
    assert reports.kept() == reports.kept()


def test_a_changed_file_gets_a_report_of_its_own(folder):
    reports = held_by(folder, Analyst())
    old = reports.get("a.mp4")
    (folder / "a.mp4").write_bytes(b"new content")
    assert reports.get("a.mp4").id != old.id


def test_changed_subtitles_make_a_new_report(folder):
    analyst = Analyst()
    reports = held_by(folder, analyst)
    (folder / "a.vtt").write_text("WEBVTT")
    first = reports.get("a.mp4")
    assert reports.get("a.mp4") is first
    (folder / "a.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nMore\n")
    assert reports.get("a.mp4") is not first
    assert len(analyst.calls) == 2


def test_many_who_ask_for_the_same_wait_for_one_report(folder):
    analyst, got = Analyst(steps=3, pause_s=0.05), []
    reports = held_by(folder, analyst)
    threads = [threading.Thread(target=lambda: got.append(reports.get("a.mp4"))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(analyst.calls) == 1
    assert len(got) == 8
    assert len({id(g) for g in got}) == 1


def test_no_more_than_a_few_clips_are_analysed_at_the_same_time(folder):
    for i in range(6):
        (folder / f"{i}.mp4").write_bytes(str(i).encode())
    analyst = Analyst(steps=2, pause_s=0.05)
    reports = held_by(folder, analyst)
    threads = [threading.Thread(target=reports.get, args=(f"{i}.mp4",)) for i in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(analyst.calls) == 6
    assert analyst.most <= 2


def test_who_is_cancelled_gets_nothing_and_blocks_nobody(folder):
    analyst = Analyst(steps=100, pause_s=0.01)
    reports, unwanted = held_by(folder, analyst), threading.Event()
    threading.Timer(0.1, unwanted.set).start()
    with pytest.raises(Cancelled):
        reports.get("a.mp4", cancelled=unwanted.is_set)
    analyst.steps = 1
    assert reports.get("a.mp4").clip.name == "a.mp4"


def test_who_waits_for_another_can_be_cancelled_too(folder):
    reports, unwanted = held_by(folder, Analyst(steps=100, pause_s=0.02)), threading.Event()
    first = threading.Thread(target=reports.get, args=("a.mp4",), daemon=True)
    first.start()
    time.sleep(0.1)
    unwanted.set()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        reports.get("a.mp4", cancelled=unwanted.is_set)
    assert time.monotonic() - began < 1.5
    first.join(30)


def test_a_failure_is_told_and_the_next_try_begins_anew(folder):
    def fails(path, **options):
        raise ClipRefused("broken", remedy="Mend it.")

    reports = held_by(folder, fails)
    with pytest.raises(ClipRefused, match="broken"):
        reports.get("a.mp4")
    object.__setattr__(reports, "analyse", Analyst())
    assert reports.get("a.mp4").report


def test_of_a_file_that_was_exchanged_while_it_was_read_nothing_is_told(folder):
    swapped = Analyst()

    def exchanging(path, **options):
        path.write_bytes(b"exchanged")
        return swapped(path, **options)

    reports = held_by(folder, exchanging)
    with pytest.raises(ClipRefused, match="exchanged"):
        reports.get("a.mp4")
    assert reports.held() == []


def test_of_a_clip_whose_subtitles_turn_into_a_link_meanwhile_nothing_is_told(folder):
    usual = Analyst()

    def exchanging(path, **options):
        path.with_suffix(".vtt").symlink_to("/etc/passwd")
        return usual(path, **options)

    with pytest.raises(ClipRefused, match="links are not followed"):
        held_by(folder, exchanging).get("a.mp4")


def test_words_of_a_subtitle_file_that_was_not_let_in_are_not_told(folder, tmp_path_factory):
    """It is a link for as long as it is read, and the file that was let in before and after."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "diary.srt").write_text(f"1\n00:00:00,200 --> 00:00:01,600\n{SECRET}\n")
    clip = talking_clip(folder)
    beside = clip.with_suffix(".vtt")
    settings = Settings(data_dir=outside / "data", cache_dir=outside / "cache")
    reports = reports_of(ClipAccess([folder]), settings)
    analyse = reports.analyse

    def exchanging(path, **options):
        beside.rename(outside / "aside")
        beside.symlink_to(outside / "diary.srt")
        try:
            return analyse(path, **options)
        finally:
            beside.unlink()
            (outside / "aside").rename(beside)

    reports.analyse = exchanging
    with pytest.raises(ClipRefused, match="exchanged while it was read"):
        reports.get(clip.name)
    reports.analyse = analyse
    assert SECRET not in reports.get(clip.name).report.model_dump_json()


def test_only_the_latest_are_held(folder):
    reports = held_by(folder, Analyst())
    for i in range(MAX_HELD + 3):
        reports.get("a.mp4", Options(question=f"question {i}"))
    assert len(reports.held()) == MAX_HELD
    first = Options(question="question 0")
    held_before = {h.options for h in reports.held()}
    assert first not in held_before


def test_a_report_that_is_not_held_any_more_says_what_to_do(folder):
    reports = held_by(folder, Analyst())
    with pytest.raises(ClipRefused, match="Analyse the clip again"):
        reports.get("c0123456789ab-01234567")
