"""The page and the film show what is heard beside the words, and nothing where nothing listened."""

from types import SimpleNamespace

import pytest
from tests.descriptions import findings_of, load
from tests.findings import action_unit, impression, rated, screen_text, sound, tone
from tests.whole_reports import reported

from emer.agent.exports.overlaying.layout import layout_for
from emer.agent.exports.overlaying.painting import Painter
from emer.agent.exports.overlaying.scenery import Scenery
from emer.agent.exports.page.axis import Axis
from emer.agent.exports.page.building import page
from emer.agent.exports.page.timeline import timeline
from emer.agent.exports.page.words import ENGLISH
from emer.tools.findings import TimeSpan

ITEM = next(item for item in load("dev.json") if item["id"] == "d09")
SPEECH = next(e for e in findings_of(ITEM) if e.reading.kind == "utterance")
PLACE = (SPEECH.start_s, SPEECH.end_s)
MORE = (
    tone(SPEECH.subject, *PLACE, happy=0.62), rated(SPEECH.subject, *PLACE, 0.4, -0.3, 0.5),
    sound("laughter", *PLACE, 0.72), screen_text("<script>alert(1)</script>", *PLACE),
    impression(SPEECH.subject, *PLACE, "He seems glad."),
)  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return reported(ITEM, more=MORE)


def lanes_of(report):
    shown = timeline(report, Axis(TimeSpan(start_s=0.0, end_s=ITEM["duration_s"])), None, ENGLISH)
    groups = {g.id: {lane.name: lane for lane in g.lanes} for g in shown.groups}
    return {lane.name: lane for lane in shown.scene}, groups, shown


def test_the_page_has_lanes_for_sounds_texts_tones_and_opinions(report):
    scene, groups, shown = lanes_of(report)
    assert [m.text for m in scene["Sounds"].marks] == ["♪ laughter 0.72"]
    assert [m.text for m in groups["P1"]["Heard as"].marks] == ["happy 0.62"]
    assert [m.text for m in groups["P1"]["Second opinion"].marks] == ["“He seems glad.”"]
    assert groups["P1"]["Dominance"].chart is not None
    assert "raters" in shown.series
    known = {e.id for e in report.evidence}
    assert {
        m.evidence for lane in (scene["Sounds"], groups["P1"]["Heard as"]) for m in lane.marks
    } <= known


def test_a_voice_that_sounds_like_nothing_clearly_is_unclear_on_the_page():
    unclear = tone(SPEECH.subject, *PLACE, happy=0.45)
    _, groups, _ = lanes_of(reported(ITEM, more=(unclear,)))
    (mark,) = groups["P1"]["Heard as"].marks
    assert mark.text == "unclear"
    assert "nothing clearly, most like happy 0.45" in mark.label


def test_the_page_has_none_of_these_lanes_without_their_engines():
    scene, groups, shown = lanes_of(reported(ITEM))
    names = {*scene, *(name for lanes in groups.values() for name in lanes)}
    assert not names & {"Sounds", "Text in picture", "Heard as", "Second opinion", "Dominance"}
    assert "raters" not in shown.series


def test_text_of_the_picture_is_no_markup_of_the_page(report, tmp_path):
    shown = SimpleNamespace(
        report=report, media=None, faces=None, soundtrack=None, stem="x",
        pictures=lambda *a, **k: iter(()),
    )  # fmt: skip
    html = page(shown, tmp_path)
    assert "<script>alert(1)" not in html
    assert "Text in picture" in html


def test_a_movement_of_no_intensity_has_no_lane(report):
    still = reported(ITEM, more=[action_unit("FACE_01", 1.0, 1.5, "AU4", 0.0, "brow lowerer")])
    _, _, shown = lanes_of(still)
    assert not any(lane.name.startswith("AU4 ") for g in shown.groups for lane in g.units)


def test_the_film_names_sounds_and_what_a_voice_is_heard_as_while_they_last(report):
    scenery = Scenery(report, None)
    during = scenery.at(sum(PLACE) / 2)
    assert during.sounds == "laughter 0.72"
    assert [c.tone for c in during.captions] == ["voice: happy 0.62"]
    assert scenery.at(PLACE[1] + 0.2).sounds == ""


def test_the_film_writes_sounds_into_the_picture_only_where_there_are_any(report):
    import numpy as np

    grey = np.full((360, 640, 3), 128, np.uint8)
    moment = Scenery(report, None).at(sum(PLACE) / 2)
    layout = layout_for(640, 360)

    def corner(moment):
        return Painter(layout).paint(grey, 1.0, moment, 1.0)[:20, :100]

    assert (corner(moment) != 128).any()
    assert (corner(moment._replace(sounds="")) == 128).all()
