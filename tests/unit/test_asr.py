"""Words come from subtitles, else from files beside the media, else from recognition."""

import time
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests import synth

from emer.tools import whisper_weights, whisper_words
from emer.tools.asr import SpeechRecognition
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Gap, GapCode, Modality, ModelCard, TimeSpan, select
from emer.tools.hosting.items import Lost
from emer.tools.media.decode import SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.media.subtitles import Cue
from emer.tools.readings import SpeechReading
from emer.tools.specialist import Clip, Specialist

TINY = Path(__file__).parents[1] / "fixtures" / "tiny_whisper"
CARD = ModelCard(
    name="fake", revision="1", purpose="p", inputs="i", outputs="o", licence="l",
    commercial_use=True, source="s", trained_on="t", metrics="m", limits=("none",),
)  # fmt: skip
SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n2\n00:00:04,000 --> 00:00:05,000\n[laughs]\n"


def clip_of(tmp_path, *, cues=(), sound=None, duration_s=20.0, language=None):
    info = MediaInfo(
        name="clip.mp4", sha256="ab" * 32, size_bytes=1, kind="video", container="mp4",
        duration_s=duration_s,
    )  # fmt: skip
    track = None
    if sound is not None:
        writer = SoundtrackWriter(tmp_path / "sound.s16")
        writer.write(SoundBlock(0.0, (np.clip(sound, -1, 1) * 32767).astype(np.int16)))
        track = writer.close()
    span = TimeSpan(start_s=0, end_s=duration_s)
    return Clip(
        tmp_path / "clip.mp4", info, span, tmp_path, soundtrack=track, cues=tuple(cues),
        language=language,
    )  # fmt: skip


def cue(start_s, end_s, text, **more):
    return Cue(start_s=start_s, end_s=end_s, text=text, **{"origin": "subtitle_track", **more})


def speech(start_s, end_s):
    return Evidence.of(
        tool="speech_activity", engine="fake", modality=Modality.VOICE, card=CARD,
        span=TimeSpan(start_s=start_s, end_s=end_s), reading=SpeechReading(speech_score=0.9),
    )  # fmt: skip


def silent(start_s, end_s):
    return Gap(
        tool="speech_activity", code=GapCode.NOTHING_THERE, start_s=start_s, end_s=end_s, reason="r"
    )


@pytest.fixture
def read(tmp_path):
    def observe(clip, known=(), **settings):
        tool = SpeechRecognition(**{"cache": tmp_path / "no-cache", **settings})
        return tool.observe(clip, [clip.span], list(known))

    return observe


@pytest.fixture
def believed(monkeypatch):
    """Random weights doubt everything they say; let them speak, but briefly."""
    monkeypatch.setattr(whisper_words, "MIN_LOGPROB", -100.0)
    monkeypatch.setattr(whisper_words, "MAX_COMPRESSION", 1e9)
    monkeypatch.setattr(whisper_words, "MAX_NEW_TOKENS", 24)


def texts(found):
    return [f.reading.text for f in found if isinstance(f, Evidence)]


def gaps(found):
    return [f for f in found if isinstance(f, Gap)]


def test_it_is_a_specialist_that_is_ready():
    assert isinstance(SpeechRecognition(), Specialist)
    SpeechRecognition().ready()


# --- subtitles --------------------------------------------------------------


def test_embedded_subtitles_come_first(tmp_path, read):
    (tmp_path / "clip.srt").write_text(SRT)
    clip = clip_of(tmp_path, cues=[cue(1, 2, "Hello.", language="eng", named_speaker="Ann")])
    (words,) = read(clip)
    assert words.reading.text == "Hello."
    assert words.reading.language == "en"
    assert words.reading.named_speaker == "Ann"
    assert (words.engine, words.model) == ("subtitle_track", "embedded-subtitles")
    assert words.revision == "media-abababababab"
    assert words.modality is Modality.WORDS


def test_a_file_beside_the_media_comes_second(tmp_path, read):
    (tmp_path / "clip.eng.srt").write_text(SRT)
    clip = clip_of(tmp_path)
    found = read(clip)
    assert texts(found) == ["Good morning."]
    words = next(f for f in found if isinstance(f, Evidence))
    assert (words.start_s, words.end_s, words.reading.language) == (1, 3, "en")
    assert (words.engine, words.model) == ("sidecar", "sidecar-subtitles")
    assert words.revision.startswith("file-")


def test_a_described_sound_is_no_word_and_is_counted_in_a_gap(tmp_path, read):
    (tmp_path / "clip.srt").write_text(SRT)
    (gap,) = gaps(read(clip_of(tmp_path)))
    assert gap.reason == "1 subtitle(s) describe sounds or songs; they are not taken for speech"
    assert "laughs" not in gap.reason


def test_a_broken_file_is_a_gap_and_the_next_one_is_read(tmp_path, read):
    (tmp_path / "clip.srt").write_text("this is no subtitle file")
    (tmp_path / "clip.en.srt").write_text(SRT)
    found = read(clip_of(tmp_path))
    assert texts(found) == ["Good morning."]
    broken = next(g for g in gaps(found) if g.code is GapCode.MEDIA_DAMAGED)
    assert broken.remedy == "Save it as SRT or WebVTT in UTF-8."


def test_the_file_in_the_spoken_language_is_preferred(tmp_path, read):
    (tmp_path / "clip.de.srt").write_text(SRT.replace("Good morning.", "Guten Morgen."))
    (tmp_path / "clip.en.srt").write_text(SRT)
    assert texts(read(clip_of(tmp_path, language="en-GB"))) == ["Good morning."]
    assert texts(read(clip_of(tmp_path, language="de"))) == ["Guten Morgen."]


def test_of_two_tracks_the_spoken_language_is_read_once(tmp_path, read):
    cues = [cue(1, 2, "Hallo.", language="ger"), cue(1, 2, "Hello.", language="eng")]
    assert texts(read(clip_of(tmp_path, cues=cues, language="en"))) == ["Hello."]
    assert texts(read(clip_of(tmp_path, cues=cues))) == ["Hallo."]


def test_without_any_tag_the_language_is_the_stated_one_or_unknown(tmp_path, read):
    clip = clip_of(tmp_path, cues=[cue(1, 2, "Ciao.")], language="it")
    assert read(clip)[0].reading.language == "it"
    assert read(clip_of(tmp_path, cues=[cue(1, 2, "Ciao.")]))[0].reading.language is None


def test_subtitles_are_clamped_to_the_clip_and_later_ones_left_out(tmp_path, read):
    (tmp_path / "clip.vtt").write_text(
        "WEBVTT\n\n00:19.000 --> 00:25.000\nThe end.\n\n00:30.000 --> 00:31.000\nAfter it.\n"
    )
    (words,) = read(clip_of(tmp_path))
    assert (words.start_s, words.end_s, words.reading.text) == (19, 20, "The end.")


def test_a_span_without_words_is_a_gap(tmp_path):
    clip = clip_of(tmp_path, cues=[cue(1, 2, "Hello.")])
    asked = [TimeSpan(start_s=0, end_s=5), TimeSpan(start_s=10, end_s=15)]
    words, gap = SpeechRecognition(cache=tmp_path).observe(clip, asked, [])
    assert isinstance(words, Evidence)
    assert (gap.start_s, gap.end_s, gap.code) == (10, 15, GapCode.NOTHING_THERE)
    assert SpeechRecognition().observe(clip, [], []) == []


# --- recognition ------------------------------------------------------------


def test_without_subtitles_and_weights_the_gap_names_the_remedies_at_once(tmp_path, read):
    clip = clip_of(tmp_path, sound=synth.noise(20))
    read(clip, [speech(1, 5)])
    begun = time.perf_counter()
    (gap,) = read(clip, [speech(1, 5)])
    assert time.perf_counter() - begun < 0.2
    assert gap.code is GapCode.TOOL_UNAVAILABLE
    assert gap.reason == "there are no subtitles, and no Whisper weights are in the local cache"
    assert all(
        word in gap.remedy for word in (".srt", "embed subtitles", "local Hugging Face cache")
    )


def test_without_speech_there_is_nothing_to_recognise(tmp_path, read):
    (gap,) = read(clip_of(tmp_path, sound=synth.noise(20)), [silent(0, 20)])
    assert (gap.code, gap.reason) == (GapCode.NOTHING_THERE, "nobody was heard speaking")


def test_without_sound_and_subtitles_there_is_no_stream(tmp_path, read):
    (gap,) = read(clip_of(tmp_path))
    assert gap.code is GapCode.NO_STREAM


def test_an_incomplete_folder_of_weights_is_refused_before_anything_is_fetched(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(ToolUnavailable, match=r"lacks config\.json, tokenizer\.json"):
        whisper_weights.find_weights(tmp_path, None)


def test_broken_weights_are_a_gap(tmp_path, read):
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in whisper_weights.FILES:
        (broken / name).write_bytes((TINY / name).read_bytes()[:100])
    (gap,) = read(clip_of(tmp_path, sound=synth.noise(20)), [speech(1, 5)], model=broken)
    assert gap.code is GapCode.TOOL_UNAVAILABLE
    assert "the weights broken cannot be loaded" in gap.reason


def test_weights_in_the_cache_are_found_with_their_commit(tmp_path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    repo = tmp_path / "models--Systran--faster-whisper-base"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(commit)
    folder = repo / "snapshots" / commit
    folder.mkdir(parents=True)
    for name in whisper_weights.FILES:
        (folder / name).write_bytes((TINY / name).read_bytes())
    weights = whisper_weights.find_weights(None, tmp_path)
    assert weights == whisper_weights.WhisperWeights(folder, "Systran/faster-whisper-base", commit)
    assert whisper_weights.find_weights("base", tmp_path) == weights
    with pytest.raises(ToolUnavailable, match="weights small are not in the local cache"):
        whisper_weights.find_weights("small", tmp_path)


def test_random_weights_are_never_believed(tmp_path, read, monkeypatch):
    monkeypatch.setattr(whisper_words, "MAX_NEW_TOKENS", 24)
    clip = clip_of(tmp_path, sound=synth.voiced(20))
    found = read(clip, [speech(1, 5), speech(8, 12)], model=TINY)
    assert found
    assert all(isinstance(f, Gap) and f.code is GapCode.NOT_CREDIBLE for f in found)


def test_recognised_words_are_placed_inside_the_speech(tmp_path, read, believed):
    clip = clip_of(tmp_path, sound=synth.voiced(20), language="de")
    spoken = [speech(1, 5), speech(8, 12)]
    found = read(clip, spoken, model=TINY)
    heard = [f for f in found if isinstance(f, Evidence)]
    assert heard
    for one in heard:
        assert (one.engine, one.model) == ("faster_whisper", "tiny_whisper")
        assert one.revision.startswith("head-")
        assert one.reading.origin == "speech_recognition"
        assert one.reading.language == "de"
        assert "\ufffd" not in one.reading.text
        assert 0 <= one.start_s < one.end_s <= 20
        assert all(type(w.start_s) is float and w.start_s <= w.end_s for w in one.reading.words)
        for word in one.reading.words:
            middle = (word.start_s + word.end_s) / 2
            assert any(s.start_s - 0.31 <= middle <= s.end_s + 0.31 for s in spoken)
    assert found == read(clip, spoken, model=TINY)


def test_an_unstated_language_is_detected(tmp_path, read, believed):
    found = read(clip_of(tmp_path, sound=synth.voiced(20)), [speech(1, 5)], model=TINY)
    assert {f.reading.language for f in found if isinstance(f, Evidence)} <= {
        "en",
        "zh",
        "de",
        "es",
        "fr",
    }
    assert texts(found)


def segment(words=(), **more):
    given = {
        "text": " So it is.", "start": 0.5, "end": 2.0, "avg_logprob": -0.2, "no_speech_prob": 0.1,
        "compression_ratio": 1.1,
        "words": [SimpleNamespace(word=w, start=np.float64(a), end=np.float64(b), probability=p)
                  for w, a, b, p in words],
    }  # fmt: skip
    return SimpleNamespace(**{**given, **more})


CHUNK = TimeSpan(start_s=10.0, end_s=13.0)


def test_word_times_are_moved_to_the_medias_clock_and_clamped():
    made = segment([(" So", 0.5, 0.7, 0.9), (" it\ufffd", 0.6, 0.8, 1.2), (" is.", 2.0, 9.0, 0.5)])
    (heard,) = whisper_words.heard_of(made, CHUNK, "en")
    assert heard.text == "So it is."
    assert [(w.start_s, w.end_s) for w in heard.words] == [(10.5, 10.7), (10.7, 10.8), (12.0, 13.0)]
    assert [w.score for w in heard.words] == [0.9, 1.0, 0.5]
    assert heard.score == pytest.approx(np.exp(-0.2))


def test_a_segment_without_word_times_keeps_its_text():
    (heard,) = whisper_words.heard_of(segment(), CHUNK, "en")
    assert (heard.start_s, heard.end_s, heard.text, heard.words) == (10.5, 12.0, "So it is.", ())


def test_a_segment_of_broken_characters_is_nothing():
    assert list(whisper_words.heard_of(segment(text="\ufffd\ufffd"), CHUNK, "en")) == []


@pytest.mark.parametrize(
    ("signs", "doubt"),
    [
        ({}, ""),
        ({"compression_ratio": 3.0}, "it repeats itself"),
        ({"avg_logprob": -1.5}, "the recogniser itself finds it unlikely"),
        ({"avg_logprob": -1.5, "no_speech_prob": 0.9}, "it is probably no speech"),
        ({"no_speech_prob": 0.9}, ""),
    ],
)
def test_doubtful_segments_say_why(signs, doubt):
    (heard,) = whisper_words.heard_of(segment(**signs), CHUNK, "en")
    assert heard.doubt == doubt


def test_words_outside_all_speech_are_dropped():
    made = segment([(" So", 0.5, 0.7, 0.9), (" it", 0.8, 1.0, 0.9), (" is.", 2.7, 2.9, 0.5)])
    (heard,) = whisper_words.heard_of(made, CHUNK, "en")
    kept = whisper_words._inside(heard, [TimeSpan(start_s=10.4, end_s=11.2)])
    assert (kept.text, kept.end_s) == ("So it", 11.0)
    assert whisper_words._inside(heard, [TimeSpan(start_s=20, end_s=21)]) is None


def test_a_segment_that_loops_is_doubted():
    (once,) = whisper_words.heard_of(segment([(" Thanks", 0.5, 0.9, 0.9)]), CHUNK, "en")
    lost = whisper_words.Missed(40.0, 50.0, Lost("gone"))
    found = list(whisper_words.without_loops([once, once, lost, once, once]))
    assert [getattr(f, "doubt", "lost") for f in found] == [
        "", "", "lost", "it repeats itself", "it repeats itself",
    ]  # fmt: skip


def test_neighbouring_speech_shares_a_chunk_and_long_speech_is_cut_in_a_hush(tmp_path):
    sound = np.full(400 * synth.RATE_HZ, 0.1, np.float32)
    sound[int(290.0 * synth.RATE_HZ) : int(290.2 * synth.RATE_HZ)] = 0
    track = clip_of(tmp_path, sound=sound, duration_s=400.0).soundtrack
    spans = [TimeSpan(start_s=a, end_s=b) for a, b in [(1, 5), (6, 20), (40, 50)]]
    chunks = [(c.start_s, c.end_s) for c in whisper_words.chunked(spans, track)]
    assert chunks == [(0.8, 20.2), (39.8, 50.2)]
    first, second = whisper_words.chunked([TimeSpan(start_s=0, end_s=400)], track)
    assert first.end_s == second.start_s == pytest.approx(290.1, abs=0.1)
    assert second.end_s == 400


def test_real_speech_runs_through_the_real_code(shared_data, tmp_path, read, believed):
    from emer.tools.media.intake import take_in
    from emer.tools.media.probe import probe

    path = shared_data / "asr" / "jfk" / "jfk.flac"
    clip, _, _ = take_in(path, probe(path), tmp_path)
    found = read(clip, [speech(0.2, 10.8)], model=TINY)
    assert all(0 <= f.start_s < f.end_s <= clip.span.end_s for f in found)


def test_a_cue_that_is_mostly_said_outside_the_analysed_part_is_left_out(tmp_path):
    cut = [cue(0.0, 1.0, "Inside"), cue(9.6, 13.0, "Hardly begun"), cue(8.0, 10.5, "Nearly all")]
    clip = clip_of(tmp_path, cues=cut, duration_s=10.0)
    found = select(SpeechRecognition().observe(clip, [clip.span], []), kind="words")
    assert [e.reading.text for e in found] == ["Inside", "Nearly all"]
    (tmp_path / "clip.srt").write_text("1\n00:00:09,600 --> 00:00:13,000\nHardly begun\n")
    beside = clip_of(tmp_path, duration_s=10.0)
    assert select(SpeechRecognition().observe(beside, [beside.span], []), kind="words") == []


def test_a_subtitle_file_of_a_terabyte_takes_no_memory_and_no_time(tmp_path):
    with (tmp_path / "clip.srt").open("wb") as file:
        file.truncate(10**12)
    tracemalloc.start()
    began = time.monotonic()
    SpeechRecognition().depends_on(tmp_path / "clip.mp4")
    assert time.monotonic() - began < 5
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
