"""Which segments similar cases are looked up for, what is looked for, and what is shown of it."""

from types import SimpleNamespace

import pytest
from tests.findings import action_unit, evidence, expression, said, voice, words

from emer.graphs.nodes import recall
from emer.graphs.nodes.recall import MAX_QUIET, MAX_SEGMENTS, recall_cases
from emer.graphs.report import Segment
from emer.memory.case import Case
from emer.memory.profile import profile_of
from emer.memory.retrieval import CaseMemory
from emer.tools.errors import StorageError
from emer.tools.findings import GapCode, Modality, TimeSpan
from emer.tools.readings import WordsReading

SHA = "a" * 64
NAMED = {
    *("sarcasm", "masking", "smiling_through_tears", "polite_anger", "teasing"),
    *("flat_good_news", "contempt", "anxiety_under_calm_words"),
}


class Clip:
    """Segments one after the other, two seconds each."""

    def __init__(self):
        self.evidence, self.segments = {}, []

    def add(self, role="speaking", *, face=(), voice=(), words=()):
        start_s = 2.0 * len(self.segments)
        found = {
            name: [make(start_s, start_s + 2.0) for make in makers]
            for name, makers in (("face", face), ("voice", voice), ("words", words))
        }
        self.evidence |= {e.id: e for own in found.values() for e in own}
        segment = Segment(
            id=f"S{len(self.segments) + 1}", subject="P1", role=role, start_s=start_s,
            end_s=start_s + 2.0, **{name: tuple(e.id for e in own) for name, own in found.items()},
        )  # fmt: skip
        self.segments.append(segment)
        return segment.id

    def recall(self, finder):
        state = {
            "evidence": self.evidence, "segments": self.segments, "agreement": [],
            "media": SimpleNamespace(sha256=SHA), "span": TimeSpan(start_s=0, end_s=60),
        }  # fmt: skip
        context = SimpleNamespace(cases=finder, emit=lambda event: None)
        return recall_cases(state, SimpleNamespace(context=context))

    def queries(self):
        asked = []

        def finder(query):
            asked.append(query)
            return []

        self.recall(finder)
        return asked


def face(valence, arousal=0.0, **scores):
    return lambda s, e: expression("P1", s, e, valence, arousal, **scores)


def units(*names):
    return [lambda s, e, au=au: action_unit("P1", s, e, au) for au in names]


def tone(arousal, valence=None, **fields):
    return lambda s, e: voice("P1", s, e, arousal, valence, **fields)


def text(valence, arousal=0.0, **scores):
    return lambda s, e: words("P1", s, e, valence, arousal, **scores)


def spoken(what):
    return lambda s, e: said("P1", s, e, what)


@pytest.fixture
def clip():
    return Clip()


@pytest.fixture
def unsuspecting(monkeypatch):
    monkeypatch.setattr(recall, "named_pattern", lambda clues: None)


@pytest.fixture
def suspects(monkeypatch):
    def set_(name, strength=0.5):
        found = SimpleNamespace(name=name, strength=strength)
        monkeypatch.setattr(recall, "named_pattern", lambda clues: found)

    return set_


# --- which segments ---------------------------------------------------------------------------


def test_without_a_memory_nothing_is_looked_up(clip):
    clip.add(face=[face(0.8)])
    assert clip.recall(None) == {"cases": []}


def test_a_marked_face_or_marked_words_are_worth_a_comparison(clip, unsuspecting):
    clip.add(face=[face(0.6)])
    clip.add(words=[text(-0.5)])
    assert len(clip.queries()) == 2


def test_a_loud_voice_over_a_neutral_face_and_plain_words_is_not(clip, unsuspecting):
    clip.add(face=[face(0.0)], voice=[tone(0.8)], words=[text(0.1)])
    assert clip.queries() == []


def test_what_leans_little_is_looked_up_if_a_pattern_is_suspected(clip, suspects):
    suspects("anxiety_under_calm_words")
    clip.add(face=[face(0.0)], voice=[tone(0.6)], words=[text(0.0)])
    (query,) = clip.queries()
    assert query.pattern == "anxiety_under_calm_words"


@pytest.mark.parametrize("role", ["listening", "silent"])
def test_a_marked_face_counts_though_its_owner_says_nothing(clip, unsuspecting, role):
    clip.add(role, face=[face(-0.6)])
    clip.add(role, face=[face(0.05)])
    (query,) = clip.queries()
    assert query.affect.face.valence == pytest.approx(-0.6)
    assert query.words == ""


def test_the_furthest_from_neutral_come_first_and_are_told_in_order_of_time(clip, unsuspecting):
    leans = [0.3, 0.9, 0.4, 0.8, 0.5, 0.7, 0.6, 0.95]
    for lean in leans:
        clip.add(face=[face(lean)], words=[text(0.0)])
    asked = [round(q.affect.face.valence, 2) for q in clip.queries()]
    assert asked == [0.9, 0.8, 0.5, 0.7, 0.6, 0.95]
    assert len(asked) == MAX_SEGMENTS


def test_listeners_take_half_of_the_places_at_most_where_many_speak(clip, unsuspecting):
    for _ in range(8):
        clip.add(words=[text(0.4)])
        clip.add("listening", face=[face(0.9)])
    asked = clip.queries()
    assert len(asked) == MAX_SEGMENTS
    assert sum(q.affect.words is None for q in asked) == MAX_QUIET


def test_listeners_take_what_is_left_where_few_speak(clip, unsuspecting):
    clip.add(words=[text(0.4)])
    for _ in range(8):
        clip.add("silent", face=[face(0.9)])
    assert len(clip.queries()) == MAX_SEGMENTS


# --- what is looked for -----------------------------------------------------------------------


def test_a_query_holds_what_was_measured_and_what_was_said(clip, unsuspecting):
    clip.add(
        face=[face(0.5), *units("AU6", "AU12")], voice=[tone(0.4, f0_offset_st=3.0)],
        words=[spoken("We won!"), text(0.6, joy=0.7)],
    )  # fmt: skip
    (query,) = clip.queries()
    assert query.affect == profile_of(clip.evidence.values())
    assert query.affect.action_units == ("AU6", "AU12")
    assert query.words == "We won!"
    assert query.pattern is None


def test_the_rules_suspect_sarcasm_where_praise_sounds_and_looks_sour(clip):
    clip.add(
        face=[face(-0.5, anger=0.6), *units("AU4", "AU10", "AU14")],
        voice=[tone(0.1, -0.6, f0_range_st=2.0, rate_offset=0.75, f0_offset_st=-3.0)],
        words=[spoken("Oh great. Wonderful, thanks a lot."), text(0.75, 0.2, joy=0.7)],
    )
    (query,) = clip.queries()
    assert query.pattern == "sarcasm"


def test_the_rules_suspect_nothing_where_everything_agrees(clip):
    clip.add(
        face=[face(-0.6, -0.3, sadness=0.7), *units("AU1", "AU4", "AU15")],
        voice=[tone(-0.5, -0.4)],
        words=[spoken("I am so sad."), text(-0.7, -0.2, sadness=0.8)],
    )
    (query,) = clip.queries()
    assert query.pattern is None


@pytest.mark.parametrize("trick", ["pattern: contempt", "sarcasm masking teasing", "contempt"])
def test_words_of_the_media_cannot_choose_the_pattern(clip, trick):
    clip.add(
        face=[face(-0.6, -0.3, sadness=0.7)],
        words=[spoken(trick), text(-0.7, -0.2, sadness=0.8)],
    )
    (plain,) = clip.queries()
    assert plain.pattern not in {"contempt", "teasing"}
    assert plain.pattern is None or plain.pattern in NAMED


# --- what comes of it -------------------------------------------------------------------------


def masked(**changes):
    fields = {
        "situation": "A man says that he is fine", "words": "I'm fine.",
        "affect": profile_of(
            [expression("P1", 0, 2, 0.5), voice("P1", 0, 2, -0.4, -0.5), words("P1", 0, 2, 0.4)]
        ),
        "pattern": "masking", "labels": ("sad",), "perspective": "speaker",
        "explanation": "The voice is low; the words deny it.", "language": "en",
        "provenance": "user", "annotator": "me", "trust": "user",
    }  # fmt: skip
    return Case.of(**{**fields, **changes})


@pytest.fixture
def masking_clip(clip):
    clip.add(face=[face(0.5)], voice=[tone(-0.4, -0.5)], words=[spoken("I'm fine."), text(0.4)])
    return clip


def test_what_is_shown_says_which_pattern_the_case_has_and_why_it_is_like(masking_clip, suspects):
    suspects("masking")
    with CaseMemory(None) as memory:
        memory.add(masked())
        cases = masking_clip.recall(memory.retrieve)["cases"]
    assert 1 <= len(cases) <= recall.CASES_PER_SEGMENT
    first = cases[0]
    assert (first.case, first.segment, first.pattern) == (masked().id, "S1", "masking")
    assert (first.labels, first.trust, first.provenance) == (("sad",), "user", "user")
    assert first.similarity > 0.9
    assert "same pattern: masking" in first.why


def test_the_clips_own_case_never_comes_back(masking_clip, suspects):
    suspects("masking")
    own, other = masked(media_sha256=SHA), masked(media_sha256="b" * 64)
    with CaseMemory(None) as memory:
        memory.store.add_all([own, other])
        shown = {c.case for c in masking_clip.recall(memory.retrieve)["cases"]}
    assert other.id in shown
    assert own.id not in shown


def test_a_smile_alone_is_not_likened_to_one_that_masks_something(clip, unsuspecting):
    clip.add("silent", face=[face(0.5)])
    smiling = {"pattern": None, "labels": ("happy",), "situation": "A man smiles"}
    with CaseMemory(None) as memory:
        memory.forget(*(c.id for c in memory.store.cases()))
        memory.store.add_all([masked(), masked(**smiling)])
        (shown,) = clip.recall(memory.retrieve)["cases"]
    assert shown.labels == ("happy",)


def test_a_disagreement_that_one_modality_lets_suspect_may_be_shown(clip, suspects):
    suspects("masking")
    clip.add("silent", face=[face(0.5)])
    with CaseMemory(None) as memory:
        memory.forget(*(c.id for c in memory.store.cases()))
        memory.add(masked())
        (shown,) = clip.recall(memory.retrieve)["cases"]
    assert shown.pattern == "masking"


def test_no_segment_is_shown_more_cases_than_it_may_have(clip, unsuspecting):
    clip.add("silent", face=[face(0.6, 0.3), *units("AU6", "AU12")])
    with CaseMemory(None) as memory:
        assert len(clip.recall(memory.retrieve)["cases"]) == recall.CASES_PER_SEGMENT


def test_a_memory_that_cannot_be_read_is_a_gap_with_a_remedy(masking_clip):
    def broken(query):
        raise StorageError("the store cannot be read", remedy="Move it away.")

    found = masking_clip.recall(broken)
    assert found["cases"] == []
    gap = found["gaps"]["memory"]
    assert (gap.tool, gap.code, gap.remedy) == (
        "memory", GapCode.TOOL_UNAVAILABLE, "Move it away.",
    )  # fmt: skip


def test_subtitles_count_as_words_where_there_is_no_utterance(clip, unsuspecting):
    def cue(s, e):
        reading = WordsReading(text="We won!", origin="subtitle_track")
        return evidence("subtitles", Modality.WORDS, "P1", s, e, reading)

    clip.add(words=[cue, text(0.6)])
    assert clip.queries()[0].words == "We won!"
