import hashlib
import os

import pytest
from tests.synth import tone, write_media

from emer.tools.errors import MediaError
from emer.tools.media.subtitles import clean, content_of, read_sidecar, sidecars

SRT = "1\n00:00:00,500 --> 00:00:01,500\nHello <i>you</i>\nthere\n\n2\n00:00:02,000 --> 00:00:03,000\nBye\n"
VTT = "WEBVTT\n\n00:00.500 --> 00:01.500\n<v Anna Maria>Good day\n\n00:02.000 --> 00:03.000\nand night\n"


def test_an_srt_file_is_read_without_its_markup(tmp_path):
    (tmp_path / "a.srt").write_text(SRT)
    first, second = read_sidecar(tmp_path / "a.srt").cues
    assert (first.text, first.start_s, first.end_s) == ("Hello you there", 0.5, 1.5)
    assert second.text == "Bye"


def test_a_vtt_file_names_its_speakers(tmp_path):
    (tmp_path / "a.en.vtt").write_text(VTT)
    first, second = read_sidecar(tmp_path / "a.en.vtt").cues
    assert (first.named_speaker, first.text, first.language) == ("Anna Maria", "Good day", "en")
    assert second.named_speaker is None


def test_old_encodings_are_read(tmp_path):
    (tmp_path / "a.srt").write_bytes(SRT.replace("Bye", "Adiós").encode("cp1252"))
    assert read_sidecar(tmp_path / "a.srt").cues[1].text == "Adiós"


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


def test_a_pipe_beside_a_clip_is_no_content_and_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "a.srt")
    with pytest.raises(OSError, match="no regular file"):
        content_of(tmp_path / "a.srt")


def test_below_a_handle_no_link_is_followed(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "a.srt").symlink_to("secret")
    assert content_of(tmp_path / "a.srt") == b"secret"
    folder = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(OSError, match="symbolic link"):
        content_of("a.srt", folder)
    os.close(folder)


def test_the_hash_of_a_subtitle_file_is_that_of_the_bytes_that_were_read(tmp_path):
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    told = read_sidecar(tmp_path / "a.srt")
    assert told.sha256 == hashlib.sha256((tmp_path / "a.srt").read_bytes()).hexdigest()
