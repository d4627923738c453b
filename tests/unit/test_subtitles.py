import pytest
from tests.synth import tone, write_media

from emer.tools.errors import MediaError
from emer.tools.media.subtitles import clean, read_sidecar, sidecars

SRT = "1\n00:00:00,500 --> 00:00:01,500\nHello <i>you</i>\nthere\n\n2\n00:00:02,000 --> 00:00:03,000\nBye\n"
VTT = "WEBVTT\n\n00:00.500 --> 00:01.500\n<v Anna Maria>Good day\n\n00:02.000 --> 00:03.000\nand night\n"


def test_an_srt_file_is_read_without_its_markup(tmp_path):
    (tmp_path / "a.srt").write_text(SRT)
    first, second = read_sidecar(tmp_path / "a.srt")
    assert (first.text, first.start_s, first.end_s) == ("Hello you there", 0.5, 1.5)
    assert second.text == "Bye"


def test_a_vtt_file_names_its_speakers(tmp_path):
    (tmp_path / "a.en.vtt").write_text(VTT)
    first, second = read_sidecar(tmp_path / "a.en.vtt")
    assert (first.named_speaker, first.text, first.language) == ("Anna Maria", "Good day", "en")
    assert second.named_speaker is None


def test_old_encodings_are_read(tmp_path):
    (tmp_path / "a.srt").write_bytes(SRT.replace("Bye", "Adiós").encode("cp1252"))
    assert read_sidecar(tmp_path / "a.srt")[1].text == "Adiós"


def test_a_file_that_is_no_subtitle_is_refused(tmp_path):
    (tmp_path / "a.srt").write_bytes(b"\x00\x01binary" * 50)
    with pytest.raises(MediaError, match="no subtitle file"):
        read_sidecar(tmp_path / "a.srt")


def test_only_files_of_the_same_name_belong_to_the_media(tmp_path):
    media = write_media(tmp_path / "a.wav", sound=tone(1))
    for name in ("a.srt", "a.en.vtt", "ab.srt", "b.srt", "a.txt"):
        (tmp_path / name).write_text(SRT)
    assert [p.name for p in sidecars(media)] == ["a.srt", "a.en.vtt"]


def test_text_is_shown_without_control_and_direction_characters():
    assert clean("a\x1b[31m b\u202ec\u200b\x00\nd") == "a[31m bc d"
