"""The decoder may crash, hang or run out of memory: what it found before that is kept."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from tests.synth import noise, tone, write_media

from emer.agent import analyze
from emer.agent.settings import Settings
from emer.memory.findings_cache import FindingsCache
from emer.memory.look_store import LookStore
from emer.tools.errors import EmerError, MediaError, ToolUnavailable
from emer.tools.media import decoder_pool, passing
from emer.tools.media.container import change_since, open_file, stamp_of
from emer.tools.media.decode import (
    Frame,
    Luma,
    PassReport,
    SoundBlock,
    pictures_at,
    source_of,
    stream,
)
from emer.tools.media.intake import take_in
from emer.tools.media.items import RawCue
from emer.tools.media.probe import probe
from emer.tools.media.subtitles import Cue, read_sidecar
from emer.tools.worker_pool import Pool

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
LIMITS = {"hang": {"patience_s": 1.0}, "eat": {"memory_bytes": 1 << 30}, "segfault": {}, "bug": {}}


class Looks:
    tool, wants_luma = "looks", True

    def watch(self, media, span, workspace):
        return self

    def see(self, frame):
        pass

    glimpse = see

    def close(self, clip):
        return [], None


def busy(n, width=320, height=180):
    rng = np.random.default_rng(0)
    return [rng.integers(0, 255, (height, width, 3), dtype=np.uint8) for _ in range(n)]


@pytest.fixture
def odd_decoder(monkeypatch):
    """Decode with a decoder that gets into trouble at the second given."""

    def use(trouble, at_s, patience_s=20.0, **options):
        environment = {"EMER_TEST_TROUBLE": trouble, "EMER_TEST_AT_S": str(at_s)}
        pool = Pool("tests.odd_decoder", 1, environment=environment, **options)
        monkeypatch.setattr(decoder_pool, "_POOL", pool)
        monkeypatch.setattr(decoder_pool, "PATIENCE_S", patience_s)
        pools.append(pool)
        if trouble != "no_start":
            with pool.worker() as worker:  # its start-up is not what shall take too long
                assert list(worker.ask({"do": "get_ready"}, patience_s=60.0)) == [{}]

    pools = []
    yield use
    for pool in pools:
        pool.close()


def values(item):
    """All of an item, so that it can be compared and outlives the next."""
    if isinstance(item, SoundBlock):
        return ("sound", item.start_s, item.samples.tobytes())
    if isinstance(item, Frame):
        return ("frame", item.time_s, item.scale, item.rgb.shape, item.rgb.tobytes())
    if isinstance(item, Luma):
        return ("luma", item.time_s, item.grey.shape, item.grey.tobytes())
    return ("cue", item.text)


def media(tmp_path, kind):
    if kind == "sample":
        return SAMPLE
    if kind == "large":
        return write_media(tmp_path / "a.mp4", pictures=busy(4, 2560, 1440), sound=tone(1))
    if kind == "sound":
        return write_media(tmp_path / "a.mp3", sound=noise(20))
    return write_media(tmp_path / "a.mkv", pictures=busy(40), sound=noise(4))


@pytest.mark.parametrize("kind", ["small", "large", "sound", "sample"])
def test_what_comes_from_the_decoder_is_what_it_decoded(tmp_path, kind):
    path = media(tmp_path, kind)
    info = probe(path)
    here, there = PassReport(), PassReport()
    options = {"rate_hz": 5.0, "luma": kind != "sample"}
    own = [values(x) for x in passing.stream(path, source_of(info), report=here, **options)]
    got = [values(x) for x in stream(path, info, report=there, **options)]
    own = [x for x in own if x[0] != "cue"]  # cleaned on the way
    assert [x for x in got if x[0] != "cue"] == own
    assert there == here


def test_pictures_that_are_asked_for_by_time_are_what_was_decoded(tmp_path):
    info = probe(SAMPLE)
    times = [0.0, 0.5, 7.0, 7.1, 30.0]
    own = [(t, values(f)) for t, f in passing.pictures_at(SAMPLE, source_of(info), times)]
    assert [(t, values(f)) for t, f in pictures_at(SAMPLE, info, times)] == own
    assert len(own) == len(times)


def test_pictures_may_be_kept_and_sizes_may_change_on_the_way(tmp_path):
    path = media(tmp_path, "small")
    frames = [x for x in stream(path, probe(path), rate_hz=10) if isinstance(x, Frame)]
    assert len({f.rgb.tobytes() for f in frames}) == len(frames) == 40


def test_one_decoder_serves_file_after_file_and_lanes_beside_each_other(tmp_path):
    path = media(tmp_path, "small")
    info = probe(path)
    with decoder_pool.lent() as first:
        pid = first._worker.pid
    probe(path)
    with decoder_pool.lent() as again, decoder_pool.lent() as beside:
        assert again._worker.pid == pid
        assert len(list(beside.ask("probe", path))) == 1
        assert beside._worker.pid not in {None, pid}
    assert len(list(zip(stream(path, info, rate_hz=5), stream(path, info, rate_hz=5)))) > 10  # noqa: B905


def test_a_decoder_imports_nothing_that_decoding_does_not_need(odd_decoder, tmp_path):
    path = media(tmp_path, "small")
    odd_decoder("list_modules", 0.0)
    assert len(list(stream(path, probe(path), rate_hz=5))) > 10
    with decoder_pool.lent() as decoder:
        (answer,) = decoder.ask("get_modules", path)
    loaded = {name.split(".")[0] for name in answer["modules"]}
    assert {"av", "numpy", "emer"} <= loaded
    assert not loaded & {"pydantic", "cv2", "onnxruntime", "pysubs2", "pandas", "langchain_core"}


def test_a_pass_that_is_left_early_leaves_a_decoder_that_works(tmp_path):
    path = media(tmp_path, "small")
    info = probe(path)
    for _ in range(3):
        items = stream(path, info, rate_hz=10, luma=True)
        next(items)
        items.close()
    assert len(list(stream(path, info, rate_hz=10))) > 40


def test_the_picture_file_is_meant_from_where_the_program_is_now(tmp_path, monkeypatch):
    path = media(tmp_path, "sound")
    probe(path)
    (tmp_path / "sub").mkdir()
    path.rename(tmp_path / "sub" / "b.mp3")
    monkeypatch.chdir(tmp_path / "sub")
    assert probe(Path("b.mp3")).kind == "audio"


@pytest.mark.parametrize(
    ("trouble", "says"),
    [("segfault", "SIGSEGV"), ("hang", "stalled"), ("eat", "memory"), ("bug", "ZeroDivision")],
)
def test_trouble_in_the_middle_keeps_what_came_before_and_tells_the_rest_as_lost(
    tmp_path, odd_decoder, trouble, says
):
    path = write_media(tmp_path / "a.mp4", pictures=busy(60), sound=tone(6))
    info = probe(path)
    odd_decoder(trouble, 2.0, **LIMITS[trouble])
    clip, report, gaps = take_in(path, info, tmp_path, watchers={"looks": Looks()})
    assert 1.5 < clip.media.duration_s < 2.5
    assert clip.soundtrack is not None
    assert report.n_damaged == 1
    assert says in report.stopped
    lost = gaps[0]
    assert lost.code == ("timed_out" if trouble == "hang" else "tool_failed")
    assert says in lost.reason
    assert "again" in lost.remedy
    assert lost.start_s > 0.5


def kept_of(settings):
    return (
        LookStore(settings.cache_dir / "looks").media()
        | FindingsCache(settings.cache_dir / "findings").media()
    )


def test_what_a_cut_short_pass_saw_is_told_but_not_kept_for_the_next_run(
    tmp_path, odd_decoder, monkeypatch
):
    path = write_media(tmp_path / "a.mp4", pictures=busy(30), sound=tone(3))
    settings = Settings(cache_dir=tmp_path / "cache", data_dir=tmp_path / "data")
    odd_decoder("hang", 1.0, patience_s=1.0)
    cut = analyze(path, settings=settings)
    assert any("decoding stalled" in g.reason for g in cut.gaps)
    assert kept_of(settings) == frozenset()
    monkeypatch.undo()  # from here on the decoder works
    whole = analyze(path, settings=settings)
    assert whole.media.duration_s == pytest.approx(3.0, abs=0.1)
    assert not any("decoding stalled" in g.reason for g in whole.gaps)
    assert kept_of(settings) == {whole.media.sha256}


def test_what_was_seen_of_a_file_that_changed_meanwhile_is_not_kept(tmp_path):
    path = write_media(tmp_path / "a.mp4", pictures=busy(10), sound=tone(1))
    settings = Settings(cache_dir=tmp_path / "cache", data_dir=tmp_path / "data")

    def touch(event):
        if (event.stage, event.status) == ("plan", "finished"):
            os.utime(path, (1, 1))

    report = analyze(path, settings=settings, on_event=touch)
    assert any("changed while" in g.reason for g in report.gaps)
    assert kept_of(settings) == frozenset()


@pytest.mark.parametrize(
    ("trouble", "says"), [("segfault", "SIGSEGV"), ("hang", "stalled"), ("eat", "memory")]
)
def test_trouble_before_anything_is_an_error_of_the_file(tmp_path, odd_decoder, trouble, says):
    path = write_media(tmp_path / "a.mp4", pictures=busy(10))
    info = probe(path)
    odd_decoder(trouble, -1.0, **LIMITS[trouble])
    for work in (
        lambda: probe(path),
        lambda: list(stream(path, info, rate_hz=5)),
        lambda: list(pictures_at(path, info, [0.1])),
    ):
        with pytest.raises(MediaError, match=says) as refusal:
            work()
        assert refusal.value.remedy
        assert "a.mp4" in refusal.value.message


def test_a_decoder_that_cannot_start_is_the_installations_fault(tmp_path, odd_decoder):
    path = media(tmp_path, "sound")
    odd_decoder("no_start", 0.0)
    with pytest.raises(ToolUnavailable, match="no such thing"):
        probe(path)


def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "a.mp4")
    began = time.monotonic()
    for work in (probe, read_sidecar):
        with pytest.raises(MediaError, match="pipe"):
            work(tmp_path / "a.mp4")
    assert time.monotonic() - began < 5


def test_a_pipe_that_takes_the_place_of_a_file_is_refused_too(tmp_path, monkeypatch):
    path = media(tmp_path, "sound")
    status = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: status)  # as it was a moment ago
    with pytest.raises(MediaError, match="pipe"), open_file(path):
        pass


def test_a_file_that_is_cut_short_while_it_is_read_is_reported(tmp_path):
    path = write_media(tmp_path / "a.mkv", pictures=busy(80, 640, 360), sound=noise(8))
    info, report = probe(path), PassReport()
    items = stream(path, info, rate_hz=5, luma=True, report=report)
    next(items)
    os.truncate(path, info.size_bytes // 2)
    assert len(list(items)) > 10
    assert any("cut short" in note for note in report.notes)


def test_a_file_that_was_changed_after_it_was_probed_is_a_gap(tmp_path):
    path = media(tmp_path, "small")
    info = probe(path)
    os.utime(path, ns=(0, 12345))
    _, _, gaps = take_in(path, info, tmp_path, watchers={"looks": Looks()})
    assert [g.reason for g in gaps] == ["the file was changed while it was read"]


def test_a_file_that_is_replaced_or_removed_while_it_is_open_is_noticed(tmp_path):
    path = media(tmp_path, "sound")
    with open_file(path) as handle:
        before = stamp_of(handle)
        assert change_since(before, handle, path) == ""
        path.rename(tmp_path / "elsewhere")
        assert "removed" in change_since(before, handle, path)
        path.write_bytes(b"another")
        assert "replaced" in change_since(before, handle, path)


def test_subtitles_beyond_measure_are_refused_in_time(tmp_path, monkeypatch):
    cue = "1\n00:00:00,500 --> 00:00:01,500\nHello\n\n"
    (tmp_path / "many.srt").write_text(cue * 60_000)
    (tmp_path / "big.srt").write_text(cue * 200_000)
    (tmp_path / "long.srt").write_text(cue.replace("Hello", "<v.<" * 5_000))
    (tmp_path / "endless.srt").write_text(cue.replace("Hello", "<v.<" * 500_000))
    for name, says in (("many", "more than 50000"), ("big", "larger than 5 MB")):
        with pytest.raises(MediaError, match=says):
            read_sidecar(tmp_path / f"{name}.srt")
    (one,) = read_sidecar(tmp_path / "long.srt").cues
    assert len(one.text) <= 2_000
    monkeypatch.setattr("emer.tools.media.subtitles.SIDECAR_S", 1.0)
    with pytest.raises(MediaError, match="stalled"):  # the parser's own patterns have no limit
        read_sidecar(tmp_path / "endless.srt")


def test_a_subtitle_file_that_stalls_its_reader_is_given_up(tmp_path, odd_decoder, monkeypatch):
    monkeypatch.setattr("emer.tools.media.subtitles.SIDECAR_S", 0.5)
    (tmp_path / "a.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nHello\n")
    odd_decoder("hang", -1.0)
    with pytest.raises(MediaError, match=r"a\.srt stalled"):
        read_sidecar(tmp_path / "a.srt")


def test_embedded_subtitles_are_read_up_to_a_limit(monkeypatch):
    info = probe(SAMPLE)
    monkeypatch.setattr(passing, "MAX_CUES", 3)
    report = PassReport()
    cues = [
        x
        for x in passing.stream(SAMPLE, source_of(info), rate_hz=5, report=report, pictures=False)
        if isinstance(x, RawCue)
    ]
    assert len(cues) == 3
    assert "too many" in report.notes[0]
    assert sum(isinstance(x, Cue) for x in stream(SAMPLE, info, rate_hz=5, pictures=False)) > 3


def test_tags_as_deep_as_a_well_do_not_matter(tmp_path):
    import av

    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        container.metadata.update({f"tag{i}": "x" * 10_000 for i in range(200)})
        container.metadata["title"] = "\x1b[31m" * 100_000
        sound = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        sound.metadata["language"] = "e\nng" * 1000
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.int16), "s16", "mono")
        frame.rate = 16_000
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    assert len(probe(path).model_dump_json()) < 1_000


def test_a_picture_size_above_the_limit_is_refused(tmp_path):
    png = b"\x89PNG\r\n\x1a\n"
    head = b"IHDR" + (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    import zlib

    chunk = (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(png + chunk + bytes(100))
    with pytest.raises(MediaError):
        probe(tmp_path / "a.png")


def test_every_error_of_the_decoder_has_a_remedy(tmp_path):
    with pytest.raises(EmerError) as refusal:
        probe(tmp_path)
    assert refusal.value.remedy


def test_a_decoder_that_was_killed_between_two_files_is_replaced(tmp_path):
    path = media(tmp_path, "sound")
    info = probe(path)
    with decoder_pool.lent() as decoder:
        pid = decoder._worker.pid
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert probe(path) == info
