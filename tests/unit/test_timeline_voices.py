"""Lanes of what is heard beside the words: voice categories, raters' dimensions, other sounds."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from tests.descriptions import findings_of, load
from tests.findings import action_unit, rated, screen_text, sound, tone
from tests.unit.test_timeline_picture import repeated
from tests.whole_reports import reported

from emer.agent.exports.timeline import drawing, svg
from emer.agent.exports.timeline.contents import contents_of
from emer.agent.exports.timeline.lanes import _told_together
from emer.agent.exports.timeline.things import Clash

ITEM = next(item for item in load("dev.json") if item["id"] == "d09")
LANES = {"voice heard as", "dominance", "laughter", "music", "text in picture"}


def heard():
    for e in findings_of(ITEM):
        if e.reading.kind == "utterance":
            yield tone(e.subject, e.start_s, e.end_s, happy=0.62)
            yield rated(e.subject, e.start_s, e.end_s, 0.4, -0.3, 0.5)


AROUND = (
    sound("laughter", 0.5, 2.2, 0.72), sound("music", 0.0, 8.0, 0.55),
    screen_text("LATER THAT DAY", 1.0, 4.0),
)  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return reported(ITEM, more=(*heard(), *AROUND))


def texts_of(report, tmp_path):
    svg.write(SimpleNamespace(report=report), tmp_path / "a.svg")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    return {"".join(t.itertext()).strip() for t in root.iter("{http://www.w3.org/2000/svg}text")}


def test_what_is_heard_beside_words_has_lanes_of_its_own(report, tmp_path):
    texts = texts_of(report, tmp_path)
    assert texts >= LANES
    assert {"happy 0.62", "0.72", "0.55", "“LATER THAT DAY”"} <= texts


@pytest.mark.parametrize("unclear", [{"happy": 0.45}, {"happy": 0.62, "score": 0.4}])
def test_a_voice_that_clearly_sounds_like_nothing_is_called_nothing(unclear, tmp_path):
    words = [e for e in findings_of(ITEM) if e.reading.kind == "utterance"]
    heard = [tone(e.subject, e.start_s, e.end_s, **unclear) for e in words]
    assert "voice heard as" not in texts_of(reported(ITEM, more=heard), tmp_path)


def test_no_lane_is_drawn_for_engines_that_did_not_run(tmp_path):
    assert not LANES & texts_of(reported(ITEM), tmp_path)


def test_raters_places_of_a_voice_are_apart_from_those_of_its_prosody(report):
    (own, *_) = contents_of(report).persons
    assert {m.series for m in own.affect["arousal"]} >= {"voice", "raters"}
    assert [m.value for m in own.affect["dominance"]] == [0.5]


def test_sounds_belong_to_nobody_and_make_nobody_a_person(report):
    contents = contents_of(report)
    assert [p.id for p in contents.persons] == ["P1", "P2"]
    assert set(contents.around.sounds) == {"laughter", "music"}
    assert not any(p.sounds for p in contents.persons)


def test_a_long_clip_sums_up_sounds_and_voices(report, tmp_path):
    texts = texts_of(repeated(report, 100), tmp_path)
    assert {"voice: happy", "laughter", "music", "dominance, mean", "text in picture"} <= texts


def test_a_movement_of_no_intensity_is_not_drawn():
    still = reported(ITEM, more=[action_unit("FACE_01", 1.0, 1.5, "AU4", 0.0, "brow lowerer")])
    assert not any("AU4" in p.units for p in contents_of(still).persons)
    with drawing.own_settings():
        figure = drawing.draw(still)
    assert not any("AU4 " in t.get_text() for t in figure.axes[0].texts)


def test_two_conflicts_of_one_moment_are_written_beside_each_other():
    both = [Clash(1, 2, "face ≠ voice", "valence"), Clash(1, 2, "voice ≠ words", "valence")]
    (one,) = _told_together(both)
    assert one.text == "face ≠ voice, voice ≠ words"
