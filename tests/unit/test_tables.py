import csv
import json
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.findings import action_unit, face_track
from tests.handed_on import HOSTILE, grey_faces, hostile, material, nothing, whole, with_evidence

from emer.agent.exports.tables import csv_frames, csv_long, csv_wide, parquet
from emer.agent.exports.tables.csv_text import guarded, original, read_csv, write_csv
from emer.graphs.tabular import table
from emer.graphs.tabular.columns import LONG, unit_of
from emer.graphs.tabular.wide import WIDE
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Gap, GapCode


@pytest.fixture(scope="module")
def report():
    return whole()


def named(laid_out):
    names = [c.name for c in laid_out.columns]
    return [dict(zip(names, row, strict=True)) for row in laid_out.rows]


def test_every_quantity_of_every_evidence_has_a_row_of_its_own(report):
    rows = [r for r in named(table(report)) if r["kind"] == "evidence"]
    for e in report.evidence:
        own = {r["quantity"]: r["text"] if r["value"] is None else r["value"] for r in rows
               if r["id"] == e.id}  # fmt: skip
        assert own == e.reading.quantities()


def test_everything_that_is_concluded_is_in_the_long_table(report):
    rows = named(table(report))
    kinds = {r["kind"] for r in rows}
    assert {"label", "claim", "segment", "utterance", "person", "agreement", "pattern"} <= kinds
    claims = [r["text"] for r in rows if r["kind"] == "claim"]
    assert claims == [c.text for c in report.explanation.claims]
    scores = [r["value"] for r in rows if r["quantity"] == "label.score"]
    assert scores == [x.score for x in report.labels]


def test_the_notice_and_every_models_licence_travel_with_the_long_table(report):
    rows = named(table(report))
    assert [r["text"] for r in rows if r["quantity"] == "run.notice"] == [report.run.notice]
    licences = [r["text"] for r in rows if r["quantity"] == "run.licence"]
    assert licences == [t.licence for t in report.run.tools]


def test_a_number_has_a_unit_and_a_text_has_none(report):
    for row in named(table(report)):
        if row["value"] is None:
            assert row["unit"] is None
        assert row["value"] is None or isinstance(row["value"], float | int)


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ("voice.f0_median_hz", "Hz"), ("voice.f0_slope_st_per_s", "semitones/s"),
        ("voice.intensity_db", "dB"), ("voice.rate_syllables_per_s", "syllables/s"),
        ("au.AU12", "0..5"), ("au.AU12.apex_s", "s"), ("text.joy", "0..1"),
        ("text.valence", "-1..1"), ("face.n_frames", "count"), ("face.height_px", "px"),
        ("voice.pause_ratio", "0..1"), ("voice.jitter", "ratio"),
    ],
)  # fmt: skip
def test_units_follow_from_the_names_of_quantities(quantity, unit):
    assert unit_of(quantity) == unit


def test_a_wide_row_tells_of_one_segment(report):
    rows = named(table(report, "wide"))
    segments = {s.id: s for s in report.explanation.segments}
    assert {r["segment"] for r in rows} == set(segments)
    for row in rows:
        segment = segments[row["segment"]]
        assert (row["person"], row["role"]) == (segment.subject, segment.role)
        best = max((x.score for x in report.labels if x.segment == segment.id), default=None)
        assert row["label_1_score"] == best
        for a in (a for a in report.agreement if a.segment == segment.id):
            assert row[f"agreement_{'_'.join(sorted(a.pair))}"] == a.verdict


def test_the_wide_table_has_the_same_columns_for_every_clip(report):
    assert table(report, "wide").columns == table(nothing(report), "wide").columns == WIDE


def test_words_stand_with_who_says_them_only(report):
    for row in named(table(report, "wide")):
        assert (row["words"] is not None) == (row["role"] == "speaking")


def shows_a_smile(report):
    person = next(p for p in report.subjects if p.face_tracks)
    segment = next(s for s in report.explanation.segments if s.subject == person.id)
    track = person.face_tracks[0]
    seen = face_track(track, segment.start_s, segment.end_s)
    smile = action_unit(track, segment.start_s, segment.end_s, "AU12", 3.5)
    kept = report.model_copy(update={
        "evidence": tuple(e for e in report.evidence if e.reading.kind != "action_unit")
    })  # fmt: skip
    return with_evidence(kept, seen, smile), segment, track


def test_an_action_unit_that_nobody_looks_for_is_empty_and_not_zero(report):
    smiling, segment, _ = shows_a_smile(report)
    row = next(r for r in named(table(smiling, "wide")) if r["segment"] == segment.id)
    assert (row["AU12_r"], row["AU12_c"]) == (3.5, 1.0)
    assert row["AU04_r"] is None
    assert row["AU04_c"] is None


def test_a_face_that_is_seen_too_briefly_has_no_zeros(report):
    smiling, segment, track = shows_a_smile(report)
    brief = Gap(
        tool="action_units", code=GapCode.TOO_SHORT, start_s=0, end_s=report.run.span[1],
        subject=track, reason="too brief",
    )  # fmt: skip
    other = action_unit("FACE_99", 0, 1, "AU25", 2.0)
    unjudged = with_evidence(smiling.model_copy(update={"gaps": (brief,)}), other)
    row = next(r for r in named(table(unjudged, "wide")) if r["segment"] == segment.id)
    assert row["AU12_r"] == 3.5
    assert row["AU25_r"] is None


def test_a_shape_that_does_not_exist_is_refused(report):
    with pytest.raises(ValueError, match="no shape of table"):
        report.to_dataframe("round")


def test_data_frames_and_files_say_the_same(report, tmp_path):
    for shape, module in (("long", csv_long), ("wide", csv_wide)):
        path = tmp_path / f"{shape}.csv"
        module.write(material(report), path)
        read = pd.read_csv(path, keep_default_na=False, na_values=[""])
        frame = report.to_dataframe(shape)
        assert list(read.columns) == list(frame.columns)
        numbers = [c for c in frame if frame[c].dtype == "float64"]
        pd.testing.assert_frame_equal(
            read[numbers].astype("float64"), frame[numbers], check_exact=True
        )
    parquet.write(material(report), tmp_path / "long.parquet")
    typed, frame = pq.read_table(tmp_path / "long.parquet"), report.to_dataframe()
    for name in frame:
        assert typed[name].to_pylist() == [None if pd.isna(x) else x for x in frame[name]]


def test_a_report_of_nothing_gives_empty_typed_frames(report):
    wide = nothing(report).to_dataframe("wide")
    assert wide.empty
    assert wide["start_s"].dtype == "float64"
    assert set(nothing(report).to_dataframe()["kind"]) == {"gap", "run"}


def test_without_pandas_a_frame_is_refused_with_a_remedy(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.delitem(sys.modules, "emer.graphs.tabular.frame", raising=False)
    with pytest.raises(ToolUnavailable, match="pip install pandas"):
        report.to_dataframe()


def test_parquet_is_typed_and_says_what_it_is(report, tmp_path):
    path = tmp_path / "x.parquet"
    parquet.write(material(report), path)
    schema = pq.read_schema(path)
    assert str(schema.field("start_s").type) == "double"
    assert str(schema.field("tool").type).startswith("dictionary")
    assert schema.field("start_s").metadata[b"unit"] == b"s"
    said = {k.decode(): v.decode() for k, v in schema.metadata.items()}
    assert said["emer.schema_version"] == report.schema_version
    assert said["emer.notice"] == report.run.notice
    assert set(json.loads(said["emer.licences"])) == {
        f"{t.tool}: {t.model} {t.revision}" for t in report.run.tools
    }


def test_parquet_writes_many_batches_as_one_table(report, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "ROWS", 7)
    parquet.write(material(report), tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet").num_rows == len(named(table(report)))


def test_no_text_from_the_media_begins_a_formula(report, tmp_path):
    bad = hostile(report)
    for module in (csv_long, csv_wide):
        module.write(material(bad), tmp_path / "x.csv")
        with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
            cells = [c for row in csv.reader(file) for c in row]
        risky = [c for c in cells if c.lstrip()[:1] in set("=+-@")]
        assert all(float(c) < 0 for c in risky)
    assert "HYPERLINK" in "".join(cells)


@given(st.text())
def test_a_guarded_cell_gives_its_text_back(text):
    readable = "".join("\ufffd" if (ord(c) < 32 and c not in "\t\n\r") or c == "\x7f" else c
                       for c in text)  # fmt: skip
    assert original(guarded(text)) == readable
    assert guarded(text)[:1] not in set("=+-@\t\r")


def test_lines_end_as_the_rfc_asks_and_numbers_stay_numbers(tmp_path):
    path = tmp_path / "x.csv"
    write_csv(["a", "b"], [(-0.5, "-0.5"), (None, 'two\nlines, "q"'), (True, 3.0)], path)
    assert path.read_bytes() == b'a,b\r\n-0.5,\'-0.5\r\n,"two\nlines, ""q"""\r\ntrue,3\r\n'
    assert [r["b"] for r in read_csv(path)] == ["-0.5", 'two\nlines, "q"', "3"]


TIMES = [i * 0.2 for i in range(20)]


def frames_of(report, tmp_path, times_by_track):
    path = tmp_path / "frames.csv"
    csv_frames.write(material(report, grey_faces(tmp_path, times_by_track)), path)
    return pd.read_csv(path)


def test_faces_have_openfaces_columns_in_the_order_of_time(report, tmp_path):
    smiling, _, track = shows_a_smile(report)
    found = frames_of(smiling, tmp_path, {track: TIMES, "FACE_77": TIMES[5:12]})
    assert list(found.columns[:5]) == ["frame", "face_id", "timestamp", "confidence", "success"]
    assert "AU12_r" in found
    assert not any(" " in name for name in found.columns)
    assert found.timestamp.is_monotonic_increasing
    assert not found.duplicated(["frame", "face_id"]).any()
    assert (found.frame == (found.timestamp * 25).round() + 1).all()
    assert set(found[found.track == "FACE_77"].person.isna()) == {True}


def test_presence_in_a_picture_follows_the_movements_of_the_report(report, tmp_path):
    smiling, segment, track = shows_a_smile(report)
    found = frames_of(smiling, tmp_path, {track: TIMES})
    inside = (found.timestamp >= segment.start_s) & (found.timestamp < segment.end_s)
    assert (found.AU12_c == inside).all()


def test_intensity_lies_within_its_scale_and_is_unknown_for_brief_faces(report, tmp_path):
    smiling, _, track = shows_a_smile(report)
    found = frames_of(smiling, tmp_path, {track: TIMES, "FACE_78": TIMES[:3]})
    long_seen, brief = found[found.track == track], found[found.track == "FACE_78"]
    assert long_seen.AU12_r.between(0, 5).all()
    assert brief.AU12_r.isna().all()
    assert brief.AU12_c.isna().all()


def test_a_clip_without_faces_gives_the_names_of_columns_alone(report, tmp_path):
    csv_frames.write(material(nothing(report)), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().startswith("frame,face_id,timestamp,")


def test_the_guide_explains_every_column_of_the_long_table():
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs/howto/tables.md").read_text("utf-8")
    assert not [c.name for c in LONG if f"`{c.name}`" not in text]


def test_hostile_words_arrive_whole_in_the_table(report, tmp_path):
    csv_long.write(material(hostile(report)), tmp_path / "x.csv")
    texts = {r["text"] for r in read_csv(tmp_path / "x.csv") if r["kind"] == "utterance"}
    assert texts == {HOSTILE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")}
