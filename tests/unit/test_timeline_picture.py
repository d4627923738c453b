import time
from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from tests.descriptions import load
from tests.whole_reports import reported

from emer.agent.exports.lettering import width
from emer.agent.exports.timeline import contents, drawing, style
from emer.agent.exports.timeline import png as timeline_png
from emer.agent.exports.timeline import svg as timeline_svg
from emer.agent.exports.timeline.contents import contents_of
from emer.graphs.report import Segment
from emer.tools.media.info import VideoStream

HOSTILE = "\x1b[31m\x00\u202e $\\frac{$ ]]> <script>&amp; \ufffe"


def _conflicts(report):
    return [a for a in report.agreement if a.verdict == "conflict"]


@pytest.fixture(scope="module")
def report():
    masked = (reported(i) for i in load("dev.json") if i["action_units"] and i["utterances"])
    return next(r for r in masked if r.labels and _conflicts(r) and r.explanation.segments)


def svg_of(report, tmp_path, name="a.svg"):
    timeline_svg.write(SimpleNamespace(report=report), tmp_path / name)
    return (tmp_path / name).read_text("utf-8")


def pixels_of(report, tmp_path):
    from matplotlib.image import imread

    timeline_png.write(SimpleNamespace(report=report), tmp_path / "a.png")
    return imread(tmp_path / "a.png")


def texts_of(svg):
    root = ElementTree.fromstring(svg)
    return ["".join(t.itertext()).strip() for t in root.iter("{http://www.w3.org/2000/svg}text")]


def repeated(report, n):
    """The same clip n times over, as one long report."""
    length_s = report.run.span[1]

    def shifted(items, **more):
        out = []
        for k in range(n):
            for item in items:
                place = {"start_s": item.start_s + k * length_s, "end_s": item.end_s + k * length_s}
                if "reading" in type(item).model_fields and item.reading.kind == "action_unit":
                    unit = item.reading
                    place["reading"] = unit.model_copy(update={
                        f: getattr(unit, f) + k * length_s for f in ("onset_s", "apex_s", "offset_s")
                    })  # fmt: skip
                out.append(item.model_copy(update=place))
        return tuple(out)

    told = report.explanation.model_copy(update={"segments": shifted(report.explanation.segments)})
    return report.model_copy(update={
        "media": report.media.model_copy(update={"duration_s": n * length_s}),
        "run": report.run.model_copy(update={"span": (0.0, n * length_s)}),
        "explanation": told,
        **{f: shifted(getattr(report, f)) for f in ("utterances", "evidence", "agreement", "labels")},
    })  # fmt: skip


def overlaps(figure):
    """Pairs of texts that share a line and a place; the first of each reaches into the second."""
    rows = {}
    for text in figure.axes[0].texts:
        x, y = text.get_position()
        wide = width(text.get_text(), text.get_fontsize() / 72)
        left = {"left": x, "right": x - wide, "center": x - wide / 2}[text.get_ha()]
        rows.setdefault(round(y, 3), []).append((left, left + wide, text.get_text()))
    found = []
    for row in rows.values():
        row.sort()
        found += [(a[2], b[2]) for a, b in pairwise(row) if a[1] > b[0] + 1e-6]
    return found


def drawn(report):
    with drawing.own_settings():
        return drawing.draw(report)


def test_words_labels_units_and_conflicts_are_in_the_picture(report, tmp_path):
    texts = texts_of(svg_of(report, tmp_path))
    joined = " ".join(texts)
    assert report.utterances[0].text.split()[0] in joined
    assert f"{report.labels[0].shown} {report.labels[0].score:.2f}" in texts
    clash = _conflicts(report)[0]
    assert f"{clash.pair[0].value} ≠ {clash.pair[1].value}" in texts
    assert any(t.startswith("AU") for t in texts)
    assert any("not what they feel" in t for t in texts)


def test_no_text_runs_into_another(report):
    assert overlaps(drawn(report)) == []
    assert overlaps(drawn(repeated(report, 8))) == []


def test_the_same_report_gives_the_same_bytes(report, tmp_path):
    assert svg_of(report, tmp_path, "a.svg") == svg_of(report, tmp_path, "b.svg")
    pixels_of(report, tmp_path)
    first = (tmp_path / "a.png").read_bytes()
    pixels_of(report, tmp_path)
    assert (tmp_path / "a.png").read_bytes() == first


def test_the_drawing_carries_the_notice_and_no_date(report, tmp_path):
    svg = svg_of(report, tmp_path)
    assert "not what they feel" in svg.split("</metadata>")[0]
    assert "<dc:date>" not in svg


def test_what_the_media_says_stays_text(report, tmp_path):
    said = tuple(u.model_copy(update={"text": HOSTILE}) for u in report.utterances)
    media = report.media.model_copy(update={"name": HOSTILE + ".mp4"})
    hostile = report.model_copy(update={"utterances": said, "media": media})
    svg = svg_of(hostile, tmp_path)
    assert "<script" not in svg
    assert any("$\\frac{$" in t for t in texts_of(svg))
    pixels_of(hostile, tmp_path)


def test_settings_of_the_host_are_neither_used_nor_changed(report, tmp_path):
    plain = svg_of(report, tmp_path, "plain.svg")
    with matplotlib.rc_context({"text.usetex": True, "font.size": 40, "axes.facecolor": "black"}):
        before = dict(matplotlib.rcParams)
        assert svg_of(report, tmp_path, "theirs.svg") == plain
        assert dict(matplotlib.rcParams) == before


def test_two_hundred_dots_an_inch_and_a_white_ground(report, tmp_path):
    pixels = pixels_of(report, tmp_path)
    assert pixels.shape[1] == style.WIDTH * style.DPI
    assert pixels[:5].min() == 1.0


def test_some_minutes_are_told_in_rows_and_an_hour_as_an_overview(report, tmp_path):
    rows = texts_of(svg_of(repeated(report, 10), tmp_path))
    hour = texts_of(svg_of(repeated(report, 400), tmp_path))
    assert sum(t == "time, m:ss" for t in rows) > 1
    assert sum(t == "time, m:ss" for t in hour) == 1
    assert any("each column sums up" in t for t in hour)
    assert any(t.endswith(style.TIMES) for t in hour)


def test_ten_thousand_segments_take_seconds_and_one_page(report, tmp_path):
    long = repeated(report, -(-10_000 // len(report.explanation.segments)))
    assert len(long.explanation.segments) >= 10_000
    began = time.process_time()
    pixels = pixels_of(long, tmp_path)
    assert time.process_time() - began < 6
    assert pixels.shape[0] <= style.MAX_HEIGHT * style.DPI


def test_a_crowd_fits_on_one_page_and_the_rest_are_named(report, tmp_path):
    one = report.subjects[0]
    crowd = tuple(one.model_copy(update={"id": f"P{i}", "speaker": None}) for i in range(1, 40))
    said = tuple(
        report.utterances[0].model_copy(update={"subject": p.id, "id": f"U{i}"})
        for i, p in enumerate(crowd)
    )
    many = report.model_copy(update={"subjects": crowd, "utterances": said})
    assert pixels_of(many, tmp_path).shape[0] <= style.MAX_HEIGHT * style.DPI
    assert any("Not drawn" in t for t in texts_of(svg_of(many, tmp_path)))
    assert len(contents_of(many).persons) == contents.MAX_PERSONS


def test_a_clip_with_nobody_in_it_says_so(report, tmp_path):
    nobody = report.model_copy(update=dict.fromkeys(
        ("subjects", "utterances", "evidence", "agreement", "labels"), ()
    ))  # fmt: skip
    assert any("Nobody was seen or heard" in t for t in texts_of(svg_of(nobody, tmp_path)))
    pixels_of(nobody, tmp_path)


def test_a_still_has_bars_and_no_time(report, tmp_path):
    picture = VideoStream(index=0, codec="png", width_px=640, height_px=360)
    media = report.media.model_copy(update={"kind": "image", "duration_s": 0.0, "video": picture})
    run = report.run.model_copy(update={"span": (0.0, 1.0)})
    texts = texts_of(svg_of(report.model_copy(update={"media": media, "run": run}), tmp_path))
    assert "time, m:ss" not in texts
    assert any(t.endswith("of 5") for t in texts)


def test_where_the_face_is_away_is_not_drawn_as_still(report):
    own = contents.Shown("P1", seen=[contents.Stretch(1.0, 2.0), contents.Stretch(4.0, 5.0)])
    assert contents.unseen(own, 0.0, 6.0) == [(0.0, 1.0), (2.0, 4.0), (5.0, 6.0)]
    assert contents.unseen(contents.Shown("P2"), 0.0, 6.0) == []


def test_labels_that_no_font_can_write_are_shown_in_english(report, tmp_path):
    labels = tuple(x.model_copy(update={"shown": "तटस्थ"}) for x in report.labels)
    texts = texts_of(svg_of(report.model_copy(update={"labels": labels}), tmp_path))
    assert f"{labels[0].label} {labels[0].score:.2f}" in texts


@pytest.mark.parametrize(("seconds", "told"), [(0, "0:00"), (59.6, "1:00"), (3725, "1:02:05")])
def test_times_are_minutes_and_seconds(seconds, told):
    assert style.clock(seconds) == told


def test_chinese_reports_are_drawn(tmp_path):
    report = reported(load("dev.json")[0], language="zh")
    assert np.asarray(pixels_of(report, tmp_path)).size
    assert isinstance(report.explanation.segments[0], Segment)
