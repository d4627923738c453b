"""Speech, turns and words become utterances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import synth

from emer.tools.findings import SCENE, Evidence, Gap, GapCode, Modality, ModelCard, TimeSpan
from emer.tools.media.decode import SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.readings import SpeechReading, TurnReading, Word, WordsReading
from emer.tools.specialist import Clip, Specialist
from emer.tools.utterance_pieces import Timeline
from emer.tools.utterances import Utterances

CARD = ModelCard(
    name="fake", revision="1", purpose="p", inputs="i", outputs="o", licence="l",
    commercial_use=True, source="s", trained_on="t", metrics="m", limits=("none",),
)  # fmt: skip


def clip_of(tmp_path, duration_s, sound=None):
    info = MediaInfo(
        name="c.wav", sha256="0" * 64, size_bytes=1, kind="audio", container="wav",
        duration_s=duration_s,
    )  # fmt: skip
    track = None
    if sound is not None:
        writer = SoundtrackWriter(tmp_path / "sound.s16")
        writer.write(SoundBlock(0.0, (np.clip(sound, -1, 1) * 32767).astype(np.int16)))
        track = writer.close()
    span = TimeSpan(start_s=0, end_s=duration_s)
    return Clip(tmp_path / "c.wav", info, span, tmp_path, soundtrack=track)


def evidence(tool, start_s, end_s, reading, subject=SCENE, score=0.9):
    return Evidence.of(
        tool=tool, engine="fake", modality=Modality.VOICE, card=CARD, subject=subject,
        span=TimeSpan(start_s=start_s, end_s=end_s), reading=reading, score=score,
    )  # fmt: skip


def speech(start_s, end_s):
    return evidence("speech_activity", start_s, end_s, SpeechReading(speech_score=0.9))


def turn(start_s, end_s, speaker="SPK_01"):
    reading = TurnReading(speaker=speaker, n_speakers=2)
    return evidence("diarization", start_s, end_s, reading, subject=speaker)


def says(start_s, end_s, text, name=None, times=None, language="en"):
    words = tuple(
        Word(text=w, start_s=a, end_s=b)
        for w, (a, b) in zip(text.split(), times or [], strict=bool(times))
    )
    reading = WordsReading(
        text=text, origin="sidecar", named_speaker=name, words=words, language=language
    )
    return evidence("asr", start_s, end_s, reading)


def joined(known, duration_s=30.0, tmp_path=None, sound=None, spans=None):
    clip = clip_of(tmp_path, duration_s, sound)
    return Utterances().observe(clip, spans or [clip.span], known)


@pytest.fixture
def join(tmp_path):
    return lambda known, duration_s=30.0, **more: joined(known, duration_s, tmp_path, **more)


def told(findings):
    return [
        (f.start_s, f.end_s, f.subject, f.reading.text) for f in findings if isinstance(f, Evidence)
    ]


def test_it_is_a_specialist_that_is_ready():
    assert isinstance(Utterances(), Specialist)
    Utterances().ready()


def test_nothing_known_is_a_gap(join):
    (gap,) = join([])
    assert gap.code is GapCode.NO_STREAM


def test_sound_in_which_nobody_speaks_is_a_gap(join):
    (gap,) = join([], duration_s=2.0, sound=synth.silence(2))
    assert gap.code is GapCode.NOTHING_THERE
    assert gap.reason == "nobody was heard speaking"


def test_no_spans_give_no_findings(tmp_path):
    assert Utterances().observe(clip_of(tmp_path, 5), [], [speech(1, 2)]) == []


def test_a_subtitle_is_trimmed_to_the_speech_inside(join):
    known = [speech(2, 4), turn(2, 4), says(1.5, 6, "Well, that is it.")]
    (utterance,) = join(known)
    assert told([utterance]) == [(2, 4, "SPK_01", "Well, that is it.")]
    assert utterance.reading.speech_s == 2.0
    assert utterance.reading.words_evidence == (known[2].id,)
    assert utterance.reading.language == "en"
    assert utterance.score == 1.0


def test_a_subtitle_without_detected_speech_is_kept_and_says_so(join):
    (utterance,) = join([says(10, 12, "Hush!"), speech(1, 1.9), turn(1, 1.9)], spans=[
        TimeSpan(start_s=9, end_s=13)
    ])  # fmt: skip
    assert told([utterance]) == [(10, 12, SCENE, "Hush!")]
    assert utterance.reading.speaker is None
    assert utterance.reading.speech_s == 0.0


def test_a_sliver_of_a_neighbours_speech_does_not_shrink_a_subtitle(join):
    found = join([speech(1, 3.1), turn(1, 3.1), says(1, 3, "One."), says(3, 6, "Two.")])
    assert told(found)[1][:2] == (3, 6)


def test_an_unfinished_sentence_of_one_speaker_is_joined(join):
    known = [
        speech(1, 5), turn(1, 6), says(1, 3, "I never thought"), says(3.2, 5, "that it was you.")
    ]  # fmt: skip
    assert told(join(known)) == [(1, 5, "SPK_01", "I never thought that it was you.")]


def test_chinese_is_joined_without_a_space(join):
    known = [speech(1, 6), turn(1, 6), says(1, 3, "我从来", language="zh"),
             says(3.2, 5, "没想到。", language="zh")]  # fmt: skip
    assert told(join(known))[0][3] == "我从来没想到。"


@pytest.mark.parametrize(
    "second",
    [
        says(3.2, 5, "It was you.", name="Zoe"),  # another name
        says(4.0, 5, "It was you."),  # a pause
        says(3.2, 17, "It was you."),  # too long together
    ],
)
def test_sentences_are_not_joined_across(second, join):
    known = [speech(1, 18), turn(1, 18), says(1, 3, "and then"), second]
    assert len(told(join(known))) >= 2


def test_a_finished_sentence_is_not_joined(join):
    known = [speech(1, 5), turn(1, 6), says(1, 3, "Never."), says(3.2, 5, "It was you.")]
    assert len(told(join(known))) == 2


def test_a_subtitle_over_two_turns_goes_to_the_longer_one(join):
    known = [speech(1, 6), turn(1, 2), turn(2, 6, "SPK_02"), says(1, 6, "Who? Me, of course.")]
    (utterance,) = join(known)
    assert utterance.subject == "SPK_02"
    assert utterance.score == pytest.approx(0.8)


def test_words_with_times_are_cut_where_the_speaker_changes(join):
    times = [(1, 1.5), (2.1, 2.5), (2.6, 3.5), (3.6, 5.5)]
    known = [
        speech(1, 6), turn(1, 2), turn(2, 6, "SPK_02"),
        says(1, 6, "Who? Me, of course.", times=times),
    ]  # fmt: skip
    assert told(join(known)) == [(1, 1.5, "SPK_01", "Who?"), (2.1, 6, "SPK_02", "Me, of course.")]


def test_words_with_times_are_cut_at_a_long_pause(join):
    times = [(1, 2), (4, 5), (5, 6)]
    known = [speech(1, 2), speech(4, 6), turn(1, 6), says(1, 6, "Yes and no", times=times)]
    assert told(join(known)) == [(1, 2, "SPK_01", "Yes"), (4, 6, "SPK_01", "and no")]


def test_a_long_transcript_is_cut_after_a_sentence(join):
    text = " ".join(["word"] * 9 + ["end."] + ["word"] * 10)
    times = [(float(i), i + 0.9) for i in range(20)]
    known = [speech(0, 20), turn(0, 20), says(0, 20, text, times=times)]
    found = told(join(known))
    assert [(f[0], f[1]) for f in found] == [(0, 9.9), (10, 20)]
    assert found[0][3].endswith("end.")


def test_names_in_subtitles_win_over_diarization(join):
    known = [
        speech(0, 10), turn(0, 10),
        says(0, 4, "I am Ann.", name="Ann"), says(4, 6, "I am Bob.", name="BOB"),
        says(6, 9, "Still me.", name=" ann "), says(9, 10, "And me.", name="Bob"),
    ]  # fmt: skip
    assert [f[2] for f in told(join(known))] == ["SPK_01", "SPK_02", "SPK_01", "SPK_02"]


def test_names_without_any_voices_get_ids_in_order_of_appearance(join):
    known = [says(0, 4, "I.", name="Zoe"), says(4, 6, "And I.", name="Ann")]
    assert [f[2] for f in told(join(known))] == ["SPK_01", "SPK_02"]


def test_without_words_turns_are_cut_at_pauses(join):
    known = [speech(1, 3), speech(4, 6), turn(1, 6), speech(10, 12), turn(10, 12, "SPK_02")]
    assert told(join(known)) == [
        (1, 3, "SPK_01", None), (4, 6, "SPK_01", None), (10, 12, "SPK_02", None)
    ]  # fmt: skip


def test_without_words_a_short_pause_does_not_cut(join):
    known = [speech(1, 3), speech(3.4, 6), turn(1, 6)]
    assert told(join(known)) == [(1, 6, "SPK_01", None)]


def test_without_turns_the_speaker_is_unknown(join):
    (utterance,) = join([speech(1, 3)])
    assert (utterance.subject, utterance.reading.speaker, utterance.score) == (SCENE, None, None)


def test_a_stretch_without_a_syllable_is_left_out(join):
    (gap,) = join([speech(1, 1.2), turn(1, 1.2)])
    assert isinstance(gap, Gap)


def test_a_long_stretch_without_words_is_cut_where_it_is_quietest(join):
    sound = synth.noise(20, 0.1)
    sound[int(10.0 * 16000) : int(10.2 * 16000)] = 0
    found = join([speech(0, 20), turn(0, 20)], duration_s=20.0, sound=sound)
    assert [(f[0], f[1]) for f in told(found)] == [(0, pytest.approx(10.1, abs=0.15)),
                                                  (pytest.approx(10.1, abs=0.15), 20)]  # fmt: skip


def test_a_pause_that_the_detector_has_bridged_parts_speech_without_words(join):
    sound = synth.noise(10, 0.1)
    sound[int(3.0 * 16000) : int(3.7 * 16000)] = 0
    sound[int(9.2 * 16000) : int(9.8 * 16000)] = 0  # would leave a stub
    found = told(join([speech(0, 10), turn(0, 10)], duration_s=10.0, sound=sound))
    assert [(f[0], f[1]) for f in found] == [(0, pytest.approx(3.1)), (pytest.approx(3.6), 10)]


def test_speech_beside_the_subtitles_is_an_utterance_without_words(join):
    known = [speech(1, 3), turn(1, 3), says(1, 3, "Mine."), speech(8, 11), turn(8, 11, "SPK_02")]
    assert told(join(known)) == [(1, 3, "SPK_01", "Mine."), (8, 11, "SPK_02", None)]


def test_overlapping_turns_give_each_speaker_an_utterance(join):
    found = told(join([speech(1, 6), turn(1, 5), turn(4, 6, "SPK_02")]))
    assert found == [(1, 5, "SPK_01", None), (4, 6, "SPK_02", None)]


def test_subtitles_at_the_same_time_of_one_speaker_share_an_utterance(join):
    found = told(join([speech(1, 3), turn(1, 3), says(1, 3, "Up."), says(1, 3, "Down.")]))
    assert found == [(1, 3, "SPK_01", "Up. Down.")] or found == [(1, 3, "SPK_01", "Down. Up.")]


def test_only_the_spans_asked_for_are_answered(join):
    spans = [TimeSpan(start_s=0, end_s=5), TimeSpan(start_s=20, end_s=25)]
    first, second = join([speech(1, 3), speech(10, 12)], spans=spans)
    assert isinstance(first, Evidence)
    assert isinstance(second, Gap)
    assert (second.start_s, second.end_s) == (20, 25)


def test_a_timeline_measures_covered_and_free_time():
    line = Timeline([TimeSpan(start_s=a, end_s=b) for a, b in [(0, 10), (1, 2), (12, 14)]])
    assert line.covered_s(5, 13) == 6
    assert list(line.free(1, 20)) == [(10, 12), (14, 20)]
    assert list(line.free(3, 4)) == []


# --- properties -------------------------------------------------------------

TIMES = st.tuples(
    st.integers(0, 3000).map(lambda t: t / 100), st.integers(10, 900).map(lambda t: t / 100)
)
WORD = st.text("abcäß漢.!? ", min_size=1, max_size=12).filter(str.strip)


@st.composite
def findings(draw):
    found = [speech(a, a + d) for a, d in draw(st.lists(TIMES, max_size=6))]
    for (a, d), who in draw(st.lists(st.tuples(TIMES, st.integers(1, 3)), max_size=6)):
        found.append(turn(a, a + d, f"SPK_0{who}"))
    cues = draw(
        st.lists(st.tuples(TIMES, WORD, st.sampled_from([None, "Ann", "Bob"]), st.booleans()),
                 max_size=8)
    )  # fmt: skip
    for (a, d), text, name, timed in cues:
        text = " ".join(text.split())
        n = len(text.split())
        cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=2 * n, max_size=2 * n)))
        times = [
            (a + d * x / 100, a + d * y / 100) for x, y in zip(cuts[::2], cuts[1::2], strict=True)
        ]
        found.append(says(a, a + d, text, name, times if timed else None))
    return found


@settings(max_examples=150, deadline=None)
@given(findings())
def test_utterances_are_sound_whatever_is_known(tmp_path_factory, known):
    base = tmp_path_factory.getbasetemp()
    result = joined(known, 35.0, base)
    assert result
    assert result == sorted(result, key=lambda f: (f.start_s, f.end_s))
    assert all(0 <= f.start_s < f.end_s <= 35.0 for f in result)
    utterances = [f for f in result if isinstance(f, Evidence)]
    assert len({u.id for u in utterances}) == len(utterances)
    for one in utterances:
        assert one.reading.speech_s <= one.duration_s + 1e-6
        assert one.subject == (one.reading.speaker or SCENE)
        assert not any(
            one.overlaps(u) for u in utterances if u is not one and u.subject == one.subject
        )
    cues = [f for f in known if f.reading.kind == "words" and f.start_s < 35.0]
    before = sorted(w for c in cues for w in c.reading.text.replace(" ", ""))
    after = sorted(w for u in utterances for w in (u.reading.text or "").replace(" ", ""))
    assert before == after  # no word lost, none said twice
    assert {c.id for c in cues} == {i for u in utterances for i in u.reading.words_evidence}
