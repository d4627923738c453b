"""Of subtitles only what somebody says is kept, told once, in a named language."""

import itertools
from pathlib import Path

import pytest

from emer.tools.media.subtitles import Cue
from emer.tools.subtitle_words import language_in_name, language_of, said_in, words_of


def cue(start_s, end_s, text):
    return Cue(start_s=start_s, end_s=end_s, text=text, origin="subtitle_track")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I know.", "I know."),
        ("[laughs]", None),
        ("(music)", None),
        ("(door slams) [sighs]", None),
        ("♪", None),
        ("♪ I will survive ♪", None),
        ("*coughs*", None),
        ("- [sighs] I know.", "- I know."),
        ("(softly) I know.", "(softly) I know."),
        ("ANN: I know.", "ANN: I know."),
        ("...", None),
        ("【笑】", None),
        ("我知道。", "我知道。"),
    ],
)
def test_only_what_somebody_says_is_kept(text, said):
    assert said_in(text) == said


def test_scrolling_captions_are_told_once():
    lines = ["so we went", "to the lake", "and it rained", "all day long", "until night"]
    cues = [cue(0, 2, lines[0])]
    for k, (a, b) in enumerate(itertools.pairwise(lines), start=1):
        cues += [cue(2 * k, 2 * k + 0.01, a), cue(2 * k + 0.01, 2 * k + 2, f"{a} {b}")]
    kept, _ = words_of(cues)
    assert [c.text for c in kept] == lines


def test_people_may_say_the_same_twice():
    cues = [cue(0, 1, "No."), cue(1, 2, "No."), cue(2, 3, "Why not?"), cue(3, 4, "Because.")]
    assert len(words_of(cues)[0]) == 4


@pytest.mark.parametrize(
    ("tag", "language"),
    [("eng", "en"), ("chi", "zh"), ("zho", "zh"), ("ger", "de"), ("pt-br", "pt-BR"), ("EN", "en"),
     ("zh_hant", "zh-Hant"), ("und", None), ("sdh", None), ("", None), (None, None)],
)  # fmt: skip
def test_languages_are_named_in_two_letters(tag, language):
    assert language_of(tag) == language


@pytest.mark.parametrize(
    ("name", "language"),
    [("a.film.srt", None), ("a.film.en.srt", "en"), ("a.film.eng.sdh.srt", "en"), ("a.film.forced.srt", None)],
)  # fmt: skip
def test_a_file_name_says_its_language_after_the_name_of_the_media(name, language):
    assert language_in_name(Path(name), Path("a.film.mp4")) == language
