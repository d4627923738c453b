"""The drawings of the page: what lies where on the time axis, and what the curves look like."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from tests.descriptions import load
from tests.synth import silence, voiced
from tests.whole_reports import reported

from emer.agent.exports.page.axis import Axis, round_step, rows, thinned
from emer.agent.exports.page.charts import HEIGHT_PT, Shape, chart
from emer.agent.exports.page.marks import event_marks, gap_marks, utterance_marks
from emer.agent.exports.page.sound import MAX_POINTS, contours
from emer.agent.exports.page.timeline import timeline
from emer.agent.exports.page.words import ENGLISH, quantity_words, relation_words, value_words
from emer.tools.findings import SCENE, Gap, GapCode, TimeSpan, Utterance

SPAN = TimeSpan(start_s=10.0, end_s=30.0)


def test_places_are_shares_of_the_axis_and_shared_by_marks_of_one_span():
    axis = Axis(SPAN)
    first = axis.place(15.0, 20.0)
    assert axis.place(15.0, 20.0) == first
    assert f".{first}{{left:25%;width:25%}}" in axis.rules()


def test_what_lies_outside_the_axis_is_cut():
    axis = Axis(SPAN)
    name = axis.place(5.0, 50.0)
    assert f".{name}{{left:0%;width:100%}}" in axis.rules()


@pytest.mark.parametrize(("least", "step"), [(0.07, 0.1), (3, 5), (61, 120), (4000, 7200)])
def test_steps_of_the_axis_are_round(least, step):
    assert round_step(least) == step


def test_overlapping_items_get_rows_of_their_own():
    spans = [TimeSpan(start_s=a, end_s=b) for a, b in ((0, 2), (1, 3), (2, 4), (1.5, 5))]
    found = {(s.start_s, s.end_s): row for s, row in rows(spans)}
    assert found == {(0, 2): 0, (1, 3): 1, (1.5, 5): 2, (2, 4): 0}


def test_thinning_keeps_the_spread():
    assert thinned(list(range(100)), 4) == [0, 25, 50, 75]
    assert thinned([1, 2], 4) == [1, 2]


def test_a_chart_is_outlines_and_classes_only():
    shapes = [Shape("face strong", ((10.0, 1.0), (20.0, 1.0))),
              Shape("face area", ((12.0, 0.0), (15.0, 1.0), (18.0, 0.0)), filled=True)]  # fmt: skip
    drawn = str(chart(shapes, SPAN, 0.0, 1.0, (0.5,)))
    assert re.sub(r"<(svg|path) [^<>]*?>|</svg>", "", drawn) == ""
    assert set(re.findall(r'class="([^"]+)"', drawn)) == {"face strong", "face area", "rule"}
    for forbidden in ("style=", "id=", "<text", "xlink", "#", "url("):
        assert forbidden not in drawn


def test_a_chart_puts_times_and_values_where_they_belong():
    drawn = str(chart([Shape("face usual", ((15.0, 0.25), (25.0, 0.25)))], SPAN, 0.0, 1.0))
    width = float(re.search(r'viewBox="0 0 (\S+)', drawn)[1])
    outline = re.search(r'd="M ([\d.]+) ([\d.]+) L ([\d.]+) ([\d.]+)"', drawn)
    x0, y0, x1, _ = (float(n) for n in outline.groups())
    assert (x0 / width, x1 / width) == (pytest.approx(0.25), pytest.approx(0.75))
    assert y0 == pytest.approx(0.75 * HEIGHT_PT)


def test_gaps_between_steps_stay_open():
    report = reported(load("dev.json")[0])
    found = timeline(
        report, Axis(TimeSpan(start_s=0.0, end_s=report.media.duration_s)), None, ENGLISH
    )
    lane = next(x for g in found.groups for x in g.lanes if x.name == "Valence" and x.chart)
    for start_s, end_s, value, evidence in found.hits[lane.id]:
        known = next(e for e in report.evidence if e.id == evidence)
        assert (start_s, end_s) == (known.start_s, known.end_s)
        assert value == pytest.approx(known.reading.valence, abs=1e-3)


def test_without_sound_there_is_no_pitch_lane():
    report = reported(load("dev.json")[0])
    found = timeline(
        report, Axis(TimeSpan(start_s=0.0, end_s=report.media.duration_s)), None, ENGLISH
    )
    assert {"Pitch", "Loudness"}.isdisjoint(x.name for g in found.groups for x in g.lanes)


def test_pitch_follows_the_voice_with_a_bounded_number_of_points():
    sound = np.concatenate([silence(1.0), voiced(8.0, 150.0), silence(1.0)])

    def read(span):
        return sound[round(span.start_s * 16_000) : round(span.end_s * 16_000)]

    said = Utterance(id="U1", subject="P1", start_s=1.0, end_s=9.0)
    own = contours(SimpleNamespace(read=read), [said])["P1"]
    points = [p for line in own.pitch for p in line]
    assert 20 < len(points) <= MAX_POINTS
    assert np.median([hz for _, hz in points]) == pytest.approx(150.0, rel=0.03)
    assert all(1.0 <= t <= 9.0 for t, _ in points)


def test_conflicts_open_the_claim_that_names_them():
    report = next(
        r for r in map(reported, load("dev.json"))
        if any(c.stage == "disagreement" for c in r.explanation.claims)
    )  # fmt: skip
    claim = next(c for c in report.explanation.claims if c.stage == "disagreement")
    person = next(p for p in report.subjects if p.id == claim.subject)
    axis = Axis(TimeSpan(start_s=0.0, end_s=report.media.duration_s))
    marks = [m for m in event_marks(person, report, axis, ENGLISH) if m.css == "conflict"]
    assert claim.id in {m.claim for m in marks}
    assert all("≠" in m.text for m in marks)


def test_words_of_an_unknown_speaker_have_a_lane_of_their_own():
    report = reported(load("dev.json")[0])
    said = [u.model_copy(update={"subject": SCENE}) for u in report.utterances]
    axis = Axis(TimeSpan(start_s=0.0, end_s=report.media.duration_s))
    found = timeline(report.model_copy(update={"utterances": tuple(said)}), axis, None, ENGLISH)
    (lane,) = [x for x in found.scene if x.name == "Unknown speaker"]
    assert [m.text for m in lane.marks] == [u.text for u in sorted(said, key=lambda u: u.start_s)]


def test_gaps_are_named_by_what_is_missing():
    lost = {"start_s": 12.0, "end_s": 14.0, "code": GapCode.TOOL_FAILED, "reason": "broke down"}
    one, other = (Gap(tool=tool, **lost) for tool in ("text_emotion", "my_own_tool"))
    (known,) = gap_marks([one], Axis(SPAN), ENGLISH)
    assert (known.text, "emotion in the words" in known.label) == ("▨ words not read", True)
    (foreign,) = gap_marks([other], Axis(SPAN), ENGLISH)
    assert foreign.text == "▨ no my own tool"


def test_the_legend_holds_what_is_drawn_and_nothing_else():
    report = reported(load("dev.json")[0])
    axis = Axis(TimeSpan(start_s=0.0, end_s=report.media.duration_s))
    found = timeline(report, axis, None, ENGLISH)
    signs = {name for g in found.groups for x in g.lanes for m in x.marks for name in m.css.split()}
    assert {css for css, _ in found.keys} <= signs
    silent = report.model_copy(update={"evidence": ()})
    assert timeline(silent, axis, None, ENGLISH).series == []
    assert "voice" in found.series


def test_an_utterance_without_words_says_so():
    said = Utterance(id="U1", subject="P1", start_s=11.0, end_s=12.0)
    (mark,) = utterance_marks([said], Axis(SPAN), ENGLISH)
    assert "words not known" in mark.text


@pytest.mark.parametrize(
    ("quantity", "value", "shown"),
    [
        ("voice.f0_median_hz", 184.3, "184 Hz"),
        ("voice.jitter", 0.012345, "1.2 %"),
        ("voice.intensity_offset_db", 0.04, "0.0 dB"),
        ("voice.f0_offset_st", -7.6, "\u22127.6 semitones"),
        ("text.valence", -0.001, "0.00"),
        ("face.valence", 0.46, "+0.46"),
        ("au.AU12", 3.5, "3.5 of 5"),
        ("au.AU12.apex_s", 63.8, "1:03.8"),
        ("words.text", "<b>", "<b>"),
        ("new.thing", 2.0, "2"),
        ("face.n_frames", 1, "1"),
        ("face.height_px", 312.48, "312 px"),
        ("face.happiness", 0.5661, "0.57"),
    ],
)
def test_values_are_printed_with_their_units(quantity, value, shown):
    assert value_words(quantity, value) == shown


def test_assertions_read_as_relations():
    assert relation_words("voice.arousal", "ge", 0.6) == ("voice: arousal", "≥", "+0.60")
    assert relation_words("words.text", "contains", "no") == ("words", "contains", "“no”")
    assert quantity_words("au.AU12.onset_s") == ("AU12 onset", "time")
