import numpy as np
import pytest
from tests.synth import noise, picture, silence, tone, write_media

from emer.tools.errors import MediaError, StorageError
from emer.tools.findings import TimeSpan
from emer.tools.media.decode import Frame, Luma, SoundBlock, stream
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe


def frames_of(path, **options):
    options.setdefault("rate_hz", 5)
    return [x for x in stream(path, probe(path), **options) if isinstance(x, Frame)]


def sound_of(path, **options):
    blocks = [
        x for x in stream(path, probe(path), rate_hz=5, **options) if isinstance(x, SoundBlock)
    ]
    return np.concatenate([b.samples for b in blocks]) if blocks else np.zeros(0, np.int16)


def shades(n, first=20, step=8):
    return [picture(rgb=(min(255, first + step * i),) * 3) for i in range(n)]


def test_pictures_are_sampled_at_the_rate_asked_for(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=shades(25), rate_hz=25)
    assert [round(f.time_s, 2) for f in frames_of(clip)] == [0.0, 0.2, 0.4, 0.6, 0.8]


def test_a_variable_frame_rate_keeps_its_true_times(tmp_path):
    true = [0.0, 0.05, 0.1, 0.9, 0.95, 2.0, 2.03]
    clip = write_media(tmp_path / "vfr.mkv", pictures=shades(7), times_s=true)
    assert [round(f.time_s, 2) for f in frames_of(clip)] == [0.0, 0.9, 2.0]


def test_a_slow_video_yields_every_picture_once(tmp_path):
    clip = write_media(tmp_path / "slow.mp4", pictures=shades(4), rate_hz=2)
    assert [round(f.time_s, 2) for f in frames_of(clip)] == [0.0, 0.5, 1.0, 1.5]


def test_each_picture_shows_what_was_there_at_its_time(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=shades(20), rate_hz=10)
    seen = frames_of(clip, rate_hz=10)
    assert [round(float(f.rgb.mean())) for f in seen] == pytest.approx(
        [20 + 8 * i for i in range(20)], abs=4
    )


def test_a_span_is_decoded_alone_and_keeps_the_media_clock(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=shades(30), rate_hz=10, sound=tone(3))
    span = TimeSpan(start_s=1.0, end_s=2.0)
    seen = frames_of(clip, rate_hz=10, span=span)
    assert [round(f.time_s, 1) for f in seen] == pytest.approx([1.0 + i / 10 for i in range(10)])
    assert len(sound_of(clip, span=span)) == 16_000


def test_brightness_is_shown_of_every_picture_not_only_of_the_sampled(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=shades(20), rate_hz=20)
    items = list(stream(clip, probe(clip), rate_hz=5, luma=True))
    lumas = [x for x in items if isinstance(x, Luma)]
    assert len(lumas) == 20
    assert lumas[0].grey.shape == (180, 320)


def test_large_pictures_are_scaled_down_and_say_by_how_much(tmp_path):
    clip = write_media(tmp_path / "big.mp4", pictures=[picture(2560, 1440)] * 2)
    (frame, *_) = frames_of(clip)
    assert frame.rgb.shape == (720, 1280, 3)
    assert frame.scale == pytest.approx(2.0)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".m4a"])
def test_sound_becomes_16_khz_mono_of_the_same_length(tmp_path, suffix):
    clip = write_media(tmp_path / f"a{suffix}", sound=tone(2.0, hz=440))
    sound = sound_of(clip)
    assert len(sound) / 16_000 == pytest.approx(2.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(sound[4000:20000].astype(float)))
    assert np.argmax(spectrum) == pytest.approx(440, abs=2)


def test_an_image_is_one_picture(tmp_path):
    import cv2

    cv2.imwrite(str(tmp_path / "a.png"), picture())
    info = probe(tmp_path / "a.png")
    assert info.kind == "image"
    assert len(frames_of(tmp_path / "a.png")) == 1


def test_a_truncated_video_shows_what_is_left_and_says_that_it_is_damaged(tmp_path):
    rng = np.random.default_rng(0)
    busy = [rng.integers(0, 255, (180, 320, 3), dtype=np.uint8) for _ in range(60)]
    whole = write_media(tmp_path / "a.mkv", pictures=busy, sound=noise(6))
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    clip, report, gaps = take_in(cut, probe(cut), tmp_path, watchers={"looks": Looks()})
    assert 0.5 < clip.media.duration_s < 5.0
    assert report.n_frames_decoded > 0
    assert any("ends at" in gap.reason for gap in gaps)


def test_noise_in_the_middle_of_a_file_is_a_gap_and_not_a_crash(tmp_path):
    rng = np.random.default_rng(0)
    busy = [rng.integers(0, 255, (180, 320, 3), dtype=np.uint8) for _ in range(60)]
    whole = write_media(tmp_path / "a.mp4", pictures=busy, sound=noise(6))
    data = bytearray(whole.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 60_000] = rng.bytes(60_000)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(data)
    clip, _, gaps = take_in(broken, probe(broken), tmp_path, watchers={"looks": Looks()})
    assert clip.media.duration_s > 1
    assert all(gap.code == "media_damaged" for gap in gaps)


def test_a_soundtrack_is_read_by_span(tmp_path):
    clip_path = write_media(
        tmp_path / "a.wav", sound=np.concatenate([silence(1), tone(1, level=0.5), silence(1)])
    )
    clip, _, _ = take_in(clip_path, probe(clip_path), tmp_path)
    assert clip.soundtrack is not None
    loud = clip.soundtrack.read(TimeSpan(start_s=1.1, end_s=1.9))
    quiet = clip.soundtrack.read(TimeSpan(start_s=0.0, end_s=0.9))
    assert np.abs(loud).max() == pytest.approx(0.5, abs=0.05)
    assert np.abs(quiet).max() < 0.01
    assert len(clip.soundtrack.read(TimeSpan(start_s=2.5, end_s=9))) == 8_000


def test_the_measured_length_replaces_a_lying_header(tmp_path):
    sound = write_media(tmp_path / "a.wav", sound=tone(2))
    data = bytearray(sound.read_bytes())
    place = data.index(b"data") + 4
    data[place : place + 4] = (40_000_000).to_bytes(4, "little")
    sound.write_bytes(data)
    clip, _, _ = take_in(sound, probe(sound), tmp_path)
    assert clip.media.duration_s == pytest.approx(2.0, abs=0.01)


class Looks:
    """A watcher that finds nothing."""

    tool, wants_luma = "looks", False

    def watch(self, media, span, workspace):
        return self

    def see(self, frame):
        pass

    def close(self, clip):
        return [], None


class Crashes(Looks):
    def see(self, frame):
        raise ZeroDivisionError("a bug")

    def close(self, clip):
        raise AssertionError("asked after it failed")


def test_a_watcher_that_fails_is_a_lost_result_and_the_sound_survives(tmp_path):
    clip_path = write_media(tmp_path / "a.mp4", pictures=shades(10), sound=tone(1))
    clip, _, _ = take_in(clip_path, probe(clip_path), tmp_path, watchers={"crashes": Crashes()})
    (gap,) = clip.found["crashes"]
    assert gap.code.is_loss
    assert clip.soundtrack is not None


class FailsAtTheEnd(Looks):
    def close(self, clip):
        raise ZeroDivisionError("a bug")


def test_a_watcher_that_fails_at_the_end_is_a_lost_result_too(tmp_path):
    path = write_media(tmp_path / "a.mp4", pictures=shades(10), sound=tone(1))
    watchers = {"fails": FailsAtTheEnd(), "looks": Looks()}
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers=watchers)
    (gap,) = clip.found["fails"]
    assert gap.code.is_loss
    assert clip.found["looks"] == []


class FindsNoRoomAtTheEnd(Looks):
    def close(self, clip):
        raise OSError(28, "No space left on device")


def test_a_disk_that_is_full_at_the_very_end_is_the_disks_fault_not_the_watchers(tmp_path):
    path = write_media(tmp_path / "a.mp4", pictures=shades(10), sound=tone(1))
    with pytest.raises(StorageError, match=r"No space.*Free some space"):
        take_in(path, probe(path), tmp_path, watchers={"full": FindsNoRoomAtTheEnd()})


def test_nothing_decodable_is_a_media_error(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=shades(5))
    data = clip.read_bytes()
    start = data.index(b"mdat") + 4
    clip.write_bytes(
        data[:start] + bytes(data.index(b"moov") - 4 - start) + data[data.index(b"moov") - 4 :]
    )
    with pytest.raises(MediaError, match=r"damaged|decoded|neither"):
        take_in(clip, probe(clip), tmp_path, watchers={"crashes": Crashes()})
