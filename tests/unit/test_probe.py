import os

import pytest
from tests.synth import picture, tone, write_media

from emer.tools.errors import MediaError
from emer.tools.media.container import open_file
from emer.tools.media.probe import probe


def test_a_video_is_described_before_it_is_decoded(tmp_path):
    info = probe(write_media(tmp_path / "a.mp4", pictures=[picture()] * 20, sound=tone(2)))
    assert (info.kind, info.name) == ("video", "a.mp4")
    assert info.video is not None
    assert (info.video.width_px, info.video.height_px) == (320, 180)
    assert info.audio is not None
    assert info.duration_s == pytest.approx(2, abs=0.1)
    assert len(info.sha256) == 64


def test_a_rotated_video_is_described_upright(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=[picture(320, 180)] * 5)
    data = bytearray(clip.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    unit, ninety = (65536).to_bytes(4, "big"), (1 << 30).to_bytes(4, "big")
    zero, minus = bytes(4), (2**32 - 65536).to_bytes(4, "big")
    data[matrix : matrix + 36] = zero + unit + zero + minus + zero + zero + zero + zero + ninety
    clip.write_bytes(data)
    info = probe(clip)
    assert info.video is not None
    assert info.video.rotation_deg in {90, 270}
    assert (info.video.width_px, info.video.height_px) == (180, 320)


def test_a_sound_file_has_no_picture(tmp_path):
    info = probe(write_media(tmp_path / "a.wav", sound=tone(1)))
    assert info.kind == "audio"
    assert info.video is None


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.mp4", b"", "empty"),
        (
            "text.mp4",
            b"Dear diary, today I was happy.\n" * 40,
            "cannot be decoded|not media|neither",
        ),
        ("notes.txt", b"hello\n" * 200, "cannot be decoded|not media|neither"),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:5,\nother.ts\n", "playlist"),
        ("list.ffconcat", b"ffconcat version 1.0\nfile other.mp4\n", "playlist"),
        ("zeros.mp4", bytes(5000), "cannot be decoded|not media|neither"),
        ("movie.srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n", "neither"),
    ],
)
def test_what_is_not_media_is_refused_with_a_remedy(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MediaError, match=says) as refusal:
        probe(path)
    assert refusal.value.remedy


def test_a_wrong_extension_does_not_matter(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=[picture()] * 5)
    assert probe(clip.rename(tmp_path / "a.txt")).kind == "video"


def test_folders_pipes_and_missing_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, says in [
        (tmp_path, "folder"),
        (tmp_path / "pipe", "pipe"),
        (tmp_path / "no", "no file"),
    ]:
        with pytest.raises(MediaError, match=says):
            probe(path)


def test_an_unreadable_file_names_the_permission(tmp_path, monkeypatch):
    path = write_media(tmp_path / "a.wav", sound=tone(1))

    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")  # root may read everything

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(MediaError, match="permission to read"), open_file(path):
        pass


def test_a_path_with_hostile_characters_is_only_a_name(tmp_path):
    path = write_media(tmp_path / "a.wav", sound=tone(1))
    odd = path.rename(tmp_path / "-y;$(touch x)\u202e`'\".wav")
    assert probe(odd).name == odd.name
    assert list(tmp_path.iterdir()) == [odd]
