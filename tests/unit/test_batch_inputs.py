"""What is meant by paths, folders and patterns, whatever the files are called."""

import os

import pytest

from emer.agent.batch.identity import Quick
from emer.agent.batch.inputs import find
from emer.agent.batch.names import MAX_NAME_BYTES, free_place, natural, place_of, safe
from emer.agent.batch.patterns import matches
from emer.tools.shown import shown


@pytest.fixture
def clips(tmp_path):
    for name in ("clip10.mp4", "clip2.mp4", "notes.txt", "clip2.srt", "a/x.wav", "a/b/x.WAV",
                 ".hidden.mp4", "old.mp4.emer.mp4"):  # fmt: skip
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return tmp_path / "in"


def names(found, folder):
    return [os.path.relpath(i.path, folder) for i in found.items]


def test_a_folder_means_the_media_in_it_in_natural_order(clips):
    found = find([clips])
    assert names(found, clips) == ["a/b/x.WAV", "a/x.wav", "clip2.mp4", "clip10.mp4"]


def test_what_is_left_out_of_a_folder_is_counted_by_kind(clips):
    os.mkfifo(clips / "pipe.wav")
    (clips / "broken.mp4").symlink_to("nowhere")
    assert find([clips]).left_out == {
        "not media by their endings": 1, "subtitles, read beside their clip": 1, "hidden": 1,
        "results of earlier runs": 1, "pipes, sockets or devices": 1, "broken links": 1,
    }  # fmt: skip


def test_without_recursion_only_the_folder_itself_is_looked_at(clips):
    assert names(find([clips], recursive=False), clips) == ["clip2.mp4", "clip10.mp4"]


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("*.mp4", ["clip2.mp4", "clip10.mp4"]),
        ("clip?.mp4", ["clip2.mp4"]),
        ("**/*.wav", ["a/x.wav"]),
        ("**/x.*", ["a/b/x.WAV", "a/x.wav"]),
        ("*/*.wav", ["a/x.wav"]),
        ("*.txt", ["notes.txt"]),
        ("*", ["clip2.mp4", "clip10.mp4"]),
    ],
)
def test_a_quoted_pattern_means_what_it_matches(clips, pattern, meant):
    assert names(find([f"{clips}/{pattern}"]), clips) == meant


def test_a_pattern_that_matches_nothing_is_a_problem(clips):
    assert "nothing matches" in find([f"{clips}/*.avi", clips / "clip2.mp4"]).problems[0]


def test_a_file_named_like_a_pattern_is_a_file(tmp_path):
    (tmp_path / "a[1]*.mp4").write_text("x")
    assert names(find([tmp_path / "a[1]*.mp4"]), tmp_path) == ["a[1]*.mp4"]


def test_a_named_file_is_tried_even_if_it_is_missing_or_no_media(clips):
    found = find([clips / "notes.txt", clips / "missing.mp4"])
    assert names(found, clips) == ["missing.mp4", "notes.txt"]


def test_subtitles_named_beside_their_clip_are_no_clip_of_their_own(clips):
    found = find([clips / "clip2.mp4", clips / "clip2.srt"])
    assert names(found, clips) == ["clip2.mp4"]


def test_a_file_that_is_reached_twice_is_analysed_once(clips):
    (clips / "link.mp4").symlink_to(clips / "clip2.mp4")
    found = find([clips / "clip2.mp4", clips, clips])
    assert len(found.items) == 4
    assert found.left_out["the same as another"] > 0


def test_loops_of_links_are_walked_once(clips):
    for name in ("loop", "again", "a/up"):
        (clips / name).symlink_to(clips)
    assert len(find([clips]).items) == 4
    assert len(find([f"{clips}/**/*.mp4"]).items) == 2


def test_folders_of_results_are_not_searched(clips):
    for folder in (clips / "results", clips / "others"):
        (folder / ".emer-batch").mkdir(parents=True)
        (folder / "made.mp4").write_text("x")
    (clips / "new").mkdir()
    (clips / "new" / "made.mp4").write_text("x")
    assert len(find([clips], out=clips / "new").items) == 4


def test_a_folder_that_cannot_be_read_is_named_and_the_rest_is_found(clips, monkeypatch):
    real = os.scandir

    def scandir(path):
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find([clips])
    assert names(found, clips) == ["clip2.mp4", "clip10.mp4"]
    assert "Permission denied" in found.problems[0]


def test_no_pattern_takes_long():
    assert not matches(("a",) * 400, ("**", "a") * 60 + ("b",))


HOSTILE = ["new\nline.mp4", "esc\x1b[31m.mp4", "\u202egnp.mp4", "odd\udcff.mp4", "n" * 251 + ".mp4"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_on_one_line_and_changed_in_our_files(name):
    assert shown(name).isprintable()
    changed = safe(name)
    assert changed != name
    assert changed.isprintable()
    assert changed.endswith(".mp4")
    assert len(changed.encode()) <= MAX_NAME_BYTES
    assert safe(name + "x") != changed


@pytest.mark.parametrize("name", ["a b.mp4", "-x.wav", "<b>&'\".mp4", "电影.mp4", "$(id).mp4"])
def test_other_names_stay_as_they_are(name):
    assert safe(name) == shown(name) == name


def test_no_file_takes_the_place_of_the_index():
    assert safe("index.html") != "index.html"


def test_natural_order_takes_any_digits():
    listed = ["x²", "x٣", "x10", "x9", "x" + "9" * 500]
    assert sorted(listed, key=natural)[0] == "x9"


def test_a_place_that_is_taken_leads_to_one_beside_it_that_stays(tmp_path):
    path = tmp_path / "b" / "x.mp4"
    place = place_of(path, tmp_path / "b")
    other = free_place(place, path, {"x.mp4"})
    assert other == free_place(place, path, {"x.mp4"}) != "x.mp4"
    assert other.endswith("/x.mp4")


def test_a_change_of_the_subtitles_is_a_change_of_the_file(clips):
    before = Quick()(clips / "clip2.mp4")
    (clips / "clip2.en.srt").write_text("more")
    assert Quick()(clips / "clip2.mp4") != before
    assert Quick()(clips / "clip10.mp4") == Quick()(clips / "clip10.mp4") != ""
