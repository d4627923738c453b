import io
import os
import socket
from pathlib import Path

import pytest
from tests.synth import picture, tone, write_media

from emer.tools.errors import MediaError
from emer.tools.media.container import container_in, open_file
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


TAG = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\0" * 10
"""What some demuxers look behind for the beginning of a file."""
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile '{}'\n"
DASH = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"
 minBufferTime="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>
<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000"><BaseURL>{0}</BaseURL>
<SegmentList duration="2"><Initialization sourceURL="{0}"/><SegmentURL media="{0}"/></SegmentList>
</Representation></AdaptationSet></Period></MPD>"""
SDP = "v=0\no=- 0 0 IN IP4 {0}\ns=x\nc=IN IP4 {0}\nt=0 0\nm=video 9 RTP/AVP 96\n"
VOBSUB = "# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\n"


@pytest.mark.parametrize("before", [b"", TAG, b"\xef\xbb\xbf", b"\n"])
@pytest.mark.parametrize("form", [HLS, CONCAT, DASH, SDP, VOBSUB])
def test_what_names_other_files_or_addresses_is_refused_and_none_of_them_is_opened(
    tmp_path, loopback, form, before
):
    others = [tmp_path / name for name in ("other.mp4", "other.ts", "clip.sub")]
    for other in others:
        write_media(tmp_path / "new.mp4", pictures=[picture()] * 10).rename(other)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        for name in (str(others[0]), "other.mp4", f"file:{others[1]}", address):
            for ending in (".mp4", ".idx", ".m3u8"):
                clip = tmp_path / f"clip{ending}"
                clip.write_bytes(before + form.format(name).encode())
                for other in others:
                    os.utime(other, (1, 2))
                with pytest.raises(MediaError):
                    probe(clip)
                assert [o.name for o in others if o.stat().st_atime != 1] == []
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()


class Turncoat(io.BytesIO):
    """A file that somebody rewrites after its first bytes were looked at."""

    def read(self, size=-1):
        first = super().read(size)
        return b"RIFF...."[: len(first)] if size == 7 else first


def test_a_file_that_turns_into_a_playlist_opens_no_other_file(tmp_path, monkeypatch):
    write_media(tmp_path / "other.mp4", pictures=[picture()] * 10)
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(MediaError),
        container_in(Turncoat(CONCAT.format("other.mp4").encode()), Path("clip.mp4")) as container,
    ):
        assert container.duration is None


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
