"""What voices, sounds, texts in the picture and second opinions become in tables and tiers."""

import pytest
from tests.descriptions import findings_of, load
from tests.findings import impression, rated, screen_text, sound, tone, voice
from tests.handed_on import material
from tests.whole_reports import reported

from emer.agent.exports.annotation.reading import read
from emer.agent.exports.annotation.tiers import tiers_of
from emer.agent.exports.formats import write
from emer.graphs.tabular.wide import wide_table
from emer.memory.profile import profile_of

ITEM = next(item for item in load("dev.json") if item["id"] == "d09")
SPOKEN = [e for e in findings_of(ITEM) if e.reading.kind == "utterance"]
FIRST = SPOKEN[0]
SPAN = (FIRST.start_s, FIRST.end_s)
MORE = (
    tone(FIRST.subject, *SPAN, happy=0.62), rated(FIRST.subject, *SPAN, 0.4, -0.3, 0.5),
    sound("laughter", *SPAN, 0.72), sound("music", 0.0, 8.0, 0.55),
    screen_text("=LATER(“that”)", *SPAN), impression(FIRST.subject, *SPAN, "He seems glad."),
)  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return reported(ITEM, more=MORE)


def rows(report):
    table = wide_table(report)
    names = [c.name for c in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def test_the_wide_table_holds_what_was_heard_and_read_in_each_segment(report):
    row = next(r for r in rows(report) if r["role"] == "speaking" and r["start_s"] == SPAN[0])
    assert (row["raters_arousal"], row["raters_valence"], row["raters_dominance"]) == (
        0.4,
        -0.3,
        0.5,
    )
    assert (row["sound_laughter"], row["sound_music"], row["sound_sigh"]) == (0.72, 0.55, 0.0)
    assert (row["screen_text"], row["impression"]) == ("=LATER(“that”)", "He seems glad.")


def test_cells_stay_empty_where_nothing_listened():
    for row in rows(reported(ITEM)):
        assert not [
            n for n, cell in row.items() if n.startswith(("raters_", "sound_")) and cell is not None
        ]


def test_each_has_a_tier_of_its_own(report):
    tiers = {t.name: [(e.text, e.value) for e in t.entries] for t in tiers_of(report)}
    assert tiers["P1 voice heard as"] == [("happy", "0.62")]
    assert tiers["P1 voice rated"] == [("arousal +0.40, valence -0.30, dominance +0.50", "")]
    assert tiers["P1 second opinion"] == [("He seems glad.", "")]
    assert sorted(tiers["sounds"]) == [("laughter", "0.72"), ("music", "0.55")]
    assert tiers["text in picture"] == [("=LATER(“that”)", "")]


def test_without_such_engines_there_are_no_such_tiers():
    names = {t.name for t in tiers_of(reported(ITEM))}
    ends = ("sounds", "text in picture", "heard as", "rated", "second opinion")
    assert not [name for name in names if name.endswith(ends)]


@pytest.mark.parametrize("name", ["eaf", "textgrid", "srt", "vtt"])
def test_sounds_are_written_and_read_back_with_their_places(report, tmp_path, name):
    written, problems = write(material(report), tmp_path, [name], lambda event: None)
    assert not problems
    texts = {(m.tier, m.text) for m in read(written[0])}
    if name in {"srt", "vtt"}:
        assert {("sounds", "laughter 0.72"), ("sounds", "music 0.55")} <= texts
    else:
        assert {t.partition(" ")[0] for tier, t in texts if tier.startswith("sounds")} >= {
            "laughter", "music",
        }  # fmt: skip


def test_a_sound_over_a_whole_clip_is_no_caption_over_a_whole_clip(report, tmp_path):
    written, _ = write(material(report), tmp_path, ["vtt"], lambda event: None)
    music = next(m for m in read(written[0]) if m.text.startswith("music"))
    assert music.end_s - music.start_s <= 7.0


def test_cases_are_looked_up_by_where_raters_would_place_a_voice():
    measured = voice("SPK_01", 0.0, 2.0, -0.2, 0.1)
    assert profile_of([measured]).voice.arousal == -0.2
    both = profile_of([measured, rated("SPK_01", 0.0, 2.0, 0.4, -0.3, 0.5)]).voice
    assert (both.arousal, both.valence) == (0.4, -0.3)
