import re
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.handed_on import HOSTILE, hostile, material, nothing, utterance, whole

from emer.agent.exports.annotation import elan, rttm, textgrid
from emer.agent.exports.annotation.reading import READERS, read
from emer.agent.exports.annotation.tiers import end_s, tiers_of
from emer.agent.exports.captions import srt, vtt
from emer.agent.exports.captions.cues import MAX_CHARS, Cue, cues_of, pieces
from emer.agent.exports.formats import FORMATS
from emer.agent.exports.marks import Entry, Mark, Tier, lanes, line, milliseconds, placed
from emer.tools.errors import MediaError
from emer.tools.readings import Word

ANNOTATIONS = {"eaf": elan, "textgrid": textgrid, "rttm": rttm, "srt": srt, "vtt": vtt}
DAY_S = 20 * 3600.0

hard_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from([
        HOSTILE, "", " ", "42", "1", "\x00", "]]>", "&amp;", "<v Eve>hi</v>", "{\\an8}", "C:\\New",
        '""', '"IntervalTier"', "item [2]:", 'intervals [1]: xmin = 0', "ooTextFile short", "NOTE",
        "שלום P1", "مرحبا", "\u202eevil", "👩‍👩‍👧", "-->", "a\u2028b", "P2: no", "[label]",
        "0:00:01.00 0:00:02.00", "text = \"x\"", "=1+1", "\ufeff", "\uff46\uff1c", "WEBVTT",
    ]),
)  # fmt: skip


@st.composite
def spans(draw):
    """Spans that overlap, touch, nearly touch, or are shorter than a millisecond."""
    start_s = draw(
        st.floats(0, DAY_S) | st.floats(0, 2) | st.integers(0, 20).map(lambda i: i / 10)
    )  # fmt: skip
    length_s = draw(st.floats(1e-6, 100) | st.sampled_from([1e-5, 4e-4, 1e-3, 0.1, 0.2]))
    return start_s, start_s + length_s


entries = st.lists(st.tuples(spans(), hard_text), max_size=12)
each = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


def written(text, suffix):
    """Write a document and read it back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{suffix}"
        if isinstance(text, bytes):
            path.write_bytes(text)
        elif isinstance(text, str):
            path.write_text(text, encoding="utf-8")
        else:
            text.save(str(path), "long_textgrid", True, reportingMode="silence")
        return read(path), path.read_bytes()


def in_ms(marks):
    return Counter((round(m.start_s * 1000), round(m.end_s * 1000), m.text) for m in marks)


def expected(found, shown=lambda text: text):
    return Counter((*milliseconds(*span), shown(line(text))) for span, text in found)


@each
@given(entries)
def test_elan_keeps_every_span_and_every_text(found):
    tier = Tier("P1 words", "words", tuple(Entry(*span, text) for span, text in found))
    marks, _ = written(elan.document([tier]), ".eaf")
    assert in_ms(marks) == expected(found)
    assert {m.tier.partition(" (")[0] for m in marks} <= {"P1 words"}


@each
@given(entries)
def test_praat_keeps_every_span_and_every_text(found):
    tier = Tier("P1 words", "words", tuple(Entry(*span, text) for span, text in found))
    marks, _ = written(textgrid.grid([tier], 1.0), ".TextGrid")
    assert in_ms(marks) == expected(found)


@each
@given(entries)
def test_subrip_keeps_every_span_and_every_text(found):
    cues = [Cue(*span, "P1", text) for span, text in found]
    marks, _ = written(srt.document(cues), ".srt")
    assert in_ms(marks) == expected(found, lambda text: srt.plain(srt.escaped(text)))
    assert {m.tier for m in marks} <= {"P1"}


@each
@given(entries)
def test_webvtt_keeps_every_span_and_every_text(found):
    cues = [Cue(*span, "P1", text) for span, text in found]
    marks, _ = written(vtt.document(cues, [HOSTILE]), ".vtt")
    assert in_ms(marks) == expected(found)
    assert {m.tier for m in marks} <= {"P1"}


@each
@given(st.lists(st.tuples(spans(), st.sampled_from(["P1", "P2", "Ann Lee", HOSTILE, ""]))))
def test_rttm_keeps_every_turn_overlapping_ones_too(found):
    marks, raw = written(rttm.document([Mark(n, *s, "") for s, n in found], "a b\nc"), ".rttm")
    wanted = Counter((*milliseconds(*s), rttm.word(n)) for s, n in found)
    assert Counter((*k[:2], m.tier) for m in marks for k in in_ms([m])) == wanted
    for fields in map(str.split, raw.decode().splitlines()):
        assert len(fields) == 10
        assert fields[:3] == ["SPEAKER", "a_b_c", "1"]


@each
@given(st.lists(st.tuples(st.floats(0, DAY_S), hard_text), max_size=8))
def test_praat_keeps_every_point_joined_where_they_meet(found):
    tier = Tier("cuts", "point", tuple(Entry(t, t, text) for t, text in found))
    marks, _ = written(textgrid.grid([tier], 1.0), ".TextGrid")
    assert {round(m.start_s * 1000) for m in marks} == {round(t * 1000) for t, _ in found}
    assert all(m.start_s == m.end_s for m in marks)


@each
@given(entries)
def test_rows_of_a_tier_never_overlap_and_lose_nothing(found):
    rows = lanes(placed([Entry(*span, text) for span, text in found]))
    for row in rows:
        assert all(a.end_ms <= b.start_ms for a, b in pairwise(row))
    assert Counter((p.start_ms, p.end_ms, p.text) for row in rows for p in row) == expected(found)


@given(hard_text)
def test_what_can_be_written_stays_as_it_is(text):
    once = line(text)
    assert line(once) == once
    assert ElementTree.fromstring(f"<a>{escape(once)}</a>").text == (once or None)


def test_a_line_keeps_scripts_and_joiners_and_drops_what_turns_text_around():
    kept = "می\u200cخواهم 👩‍👧"  # noqa: RUF001
    assert line(f"{kept} \u202eabc\n\nd") == f"{kept} abc d"


def test_less_than_a_millisecond_becomes_one():
    assert milliseconds(1.0, 1.0001) == (1000, 1001)
    assert milliseconds(1.0004, 1.0016) == (1000, 1002)


@pytest.fixture(scope="module")
def report():
    return whole()


def file_of(name, report, folder):
    path = folder / f"x{FORMATS[name].suffix}"
    ANNOTATIONS[name].write(material(report), path)
    return path


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_who_says_what_and_when_is_in_the_file(name, report, tmp_path):
    marks = read(file_of(name, report, tmp_path))
    spans = {(round(m.start_s, 3), round(m.end_s, 3)) for m in marks}
    assert {(u.start_s, u.end_s) for u in report.utterances} <= spans
    if name != "rttm":
        assert {u.text for u in report.utterances} <= {m.text for m in marks}


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_a_report_of_nothing_gives_a_file_that_can_be_read(name, report, tmp_path):
    marks = read(file_of(name, nothing(report), tmp_path))
    assert {m.tier for m in marks} <= {"gaps", "shots", "notice"}


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_hostile_words_do_nothing_to_the_file(name, report, tmp_path):
    harmless = read(file_of(name, report, tmp_path))
    marks = read(file_of(name, hostile(report), tmp_path))
    assert len(marks) == len(harmless)
    assert [(m.tier, m.start_s) for m in marks] == [(m.tier, m.start_s) for m in harmless]
    if name != "rttm":
        assert any("HYPERLINK" in m.text and "NOTE 42" in m.text for m in marks)


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_two_writings_are_the_same(name, report, tmp_path):
    assert (
        file_of(name, report, tmp_path).read_bytes() == file_of(name, report, tmp_path).read_bytes()
    )
    assert [p.name for p in tmp_path.iterdir()] == [f"x{FORMATS[name].suffix}"]


def test_labels_movements_and_verdicts_have_tiers(report, tmp_path):
    marks = read(file_of("eaf", report, tmp_path))
    labels = {(m.text, m.start_s) for m in marks if re.fullmatch(r"P\d label \d", m.tier)}
    assert labels == {(f"{x.label} {x.score:.2f}", x.start_s) for x in report.labels}
    units = [e for e in report.evidence if e.reading.kind == "action_unit"]
    assert units
    for e in units:
        own = {(m.start_s, m.end_s, m.text) for m in marks
               if m.tier.startswith(f"{e.subject} {e.reading.au}")}  # fmt: skip
        assert (e.start_s, e.end_s, e.reading.au) in own
        assert (e.start_s, e.end_s, f"{e.reading.intensity:.2f}") in own
    assert {a.verdict for a in report.agreement} <= {m.text for m in marks}


def test_the_elan_document_obeys_elans_rules(report, tmp_path):
    root = ElementTree.parse(file_of("eaf", report, tmp_path)).getroot()
    order = ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LANGUAGE", "CONSTRAINT",
             "CONTROLLED_VOCABULARY"]  # fmt: skip
    places = [order.index(child.tag) for child in root]
    assert places == sorted(places)
    assert root.find("HEADER").get("TIME_UNITS") == "milliseconds"
    slots = {s.get("TIME_SLOT_ID"): int(s.get("TIME_VALUE")) for s in root.iter("TIME_SLOT")}
    assert list(slots.values()) == sorted(slots.values())
    assert len(slots) == len(list(root.iter("TIME_SLOT")))
    types = {t.get("LINGUISTIC_TYPE_ID"): t for t in root.iter("LINGUISTIC_TYPE")}
    names = [t.get("TIER_ID") for t in root.iter("TIER")]
    assert len(names) == len(set(names))
    ids = [a.get("ANNOTATION_ID") for a in root.iter() if a.get("ANNOTATION_ID")]
    assert len(ids) == len(set(ids))
    words = {cv.get("CV_ID"): {v.text for v in cv.iter("CVE_VALUE")}
             for cv in root.iter("CONTROLLED_VOCABULARY")}  # fmt: skip
    for tier in root.iter("TIER"):
        kind = types[tier.get("LINGUISTIC_TYPE_REF")]
        assert tier.get("PARENT_REF") in {None, *names}
        assert (tier.get("PARENT_REF") is None) == (kind.get("TIME_ALIGNABLE") == "true")
        last = 0
        for a in tier.iter("ALIGNABLE_ANNOTATION"):
            start, end = slots[a.get("TIME_SLOT_REF1")], slots[a.get("TIME_SLOT_REF2")]
            assert last <= start < end
            last = end
        for a in tier.iter("REF_ANNOTATION"):
            assert a.get("ANNOTATION_REF") in ids
        if vocabulary := kind.get("CONTROLLED_VOCABULARY_REF"):
            assert {v.text for v in tier.iter("ANNOTATION_VALUE")} <= words[vocabulary]


def test_the_media_is_linked_by_its_name_alone(report, tmp_path):
    clip = report.model_copy(
        update={"media": report.media.model_copy(update={"name": "/home/ann/my clip.mp4"})}
    )
    root = ElementTree.parse(file_of("eaf", clip, tmp_path)).getroot()
    linked = root.find("HEADER/MEDIA_DESCRIPTOR")
    assert linked.get("MEDIA_URL") == linked.get("RELATIVE_MEDIA_URL") == "./my clip.mp4"
    assert linked.get("MIME_TYPE") == "video/mp4"


def test_the_text_grid_spans_the_clip_and_all_its_tiers_do(report, tmp_path):
    text = file_of("textgrid", report, tmp_path).read_text("utf-8")
    end = end_s(report, tiers_of(report))
    assert text.startswith('File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0 \n')
    assert float(re.search(r"^xmax = ([\d.]+)", text, re.M)[1]) == end
    n_tiers = int(re.search(r"^size = (\d+)", text, re.M)[1])
    heads = re.findall(r'name = ".*" \n\s+xmin = 0 \n\s+xmax = ([\d.]+)', text)
    assert [float(x) for x in heads] == [end] * n_tiers


def test_overlapping_utterances_get_a_second_tier(tmp_path):
    tier = Tier("P1 words", "words", (Entry(0, 2, "a"), Entry(1, 3, "b"), Entry(2, 4, "c")))
    marks, _ = written(elan.document([tier]), ".eaf")
    assert [(m.tier, m.text) for m in marks] == [
        ("P1 words", "a"), ("P1 words", "c"), ("P1 words (2)", "b"),
    ]  # fmt: skip


def test_tiers_of_one_name_stay_apart():
    tiers = [Tier("same", "words", (Entry(0, 1, text),)) for text in "ab"]
    marks, _ = written(elan.document(tiers), ".eaf")
    assert [m.tier for m in marks] == ["same", "same #2"]


def test_captions_name_who_speaks_and_carry_the_notice(report, tmp_path):
    text = file_of("vtt", report, tmp_path).read_text("utf-8")
    assert text.startswith(f"WEBVTT\n\nNOTE {report.run.notice}\n")
    assert "<v P1>" in text
    empty = file_of("vtt", nothing(report), tmp_path).read_text("utf-8")
    assert "Nobody was heard to speak" in empty


def test_subtitles_show_the_best_labels_of_who_speaks(report):
    cue = next(c for c in cues_of(report) if c.labels)
    own = [x for x in report.labels if x.subject == cue.person and x.start_s == cue.start_s]
    best = max(own, key=lambda x: x.score)
    assert cue.labels.startswith(f"{best.shown} {best.score:.2f}")


def spoken(text, step_s=0.5):
    words = [Word(text=w, start_s=i * step_s, end_s=(i + 1) * step_s)
             for i, w in enumerate(text.split())]  # fmt: skip
    return utterance(1, "P1", 0.0, len(words) * step_s, text), words


def test_a_long_utterance_is_cut_where_its_words_are():
    said, words = spoken("This is one sentence of ten words which end here. " * 6)
    parts = list(pieces(said, words))
    assert len(parts) > 1
    assert " ".join(text for _, _, text in parts) == said.text.strip()
    assert all(len(text) <= MAX_CHARS for *_, text in parts)
    assert (parts[0][0], parts[-1][1]) == (said.start_s, said.end_s)
    assert all(a[1] <= b[0] for a, b in pairwise(parts))


def test_an_utterance_whose_words_have_no_times_stays_whole():
    said, words = spoken("word " * 60)
    assert [text for *_, text in pieces(said, ())] == [said.text.strip()]
    assert len(list(pieces(said, words[:-1]))) == 1


def test_right_to_left_words_do_not_turn_the_speaker_around():
    text = srt.document([Cue(0, 1, "P1", "מה")])
    assert "P1: \u2068מה\u2069" in text


def test_speech_without_a_transcript_is_said_to_be_speech(report, tmp_path):
    silent = report.model_copy(update={"utterances": (utterance(1, "P1", 1.0, 2.0),)})
    for name in ("srt", "vtt", "eaf", "textgrid"):
        assert "[speech]" in {m.text for m in read(file_of(name, silent, tmp_path))}


@pytest.mark.parametrize("suffix", [*READERS, ".doc"])
def test_what_is_no_annotation_file_is_refused(suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(b"SPEAKER one two\n\xff\xfe<<")
    if suffix == ".srt":
        path.write_bytes(b"\xff\xfe<<")
    with pytest.raises(MediaError):
        read(path)
