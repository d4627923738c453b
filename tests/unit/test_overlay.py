import errno
import resource
from types import SimpleNamespace

import av
import numpy as np
import pytest
from tests.descriptions import load
from tests.synth import picture, silence, tone, write_media
from tests.whole_reports import reported

from emer.agent.exports.lettering import shown, width, wrapped
from emer.agent.exports.overlaying import overlay
from emer.agent.exports.overlaying.film import filmed, steady_rate
from emer.agent.exports.overlaying.layout import layout_for
from emer.agent.exports.overlaying.painting import COLOURS
from emer.agent.exports.overlaying.scenery import Scenery
from emer.tools.errors import MediaError
from emer.tools.media.faces import Box, FaceWriter
from emer.tools.media.probe import probe

BOX = Box(200, 60, 80, 100)
GREY = (90, 120, 150)


def described(duration_s, *, text="I am so happy.", said=(0.4, 1.6), au=(0.5, 0.8, 1.5)):
    return {
        "id": "clip", "duration_s": duration_s,
        "utterances": [
            {"who": "A", "start_s": said[0], "end_s": said[1], "text": text, "voice": None,
             "words": {"valence": 0.7, "arousal": 0.3, "scores": {"joy": 0.8},
                       "expressed": ["joy"]}},
        ],
        "faces": [{"who": "A", "start_s": 0.0, "end_s": duration_s, "speaking_score": 0.9}],
        "action_units": [{"who": "A", "au": "AU12", "intensity": 4.0, "onset_s": au[0],
                          "apex_s": au[1], "offset_s": au[2]}],
        "expressions": [{"who": "A", "start_s": said[0], "end_s": said[1], "valence": 0.6,
                         "arousal": 0.3, "scores": {"happiness": 0.8}, "while_speaking": True}],
    }  # fmt: skip


def report_on(path, *, span=None, **told):
    info = probe(path)
    report = reported(described(max(info.duration_s, 2.0), **told))
    run = report.run.model_copy(update={"span": span or (0.0, info.duration_s)})
    return report.model_copy(update={"media": info, "run": run})


def faces_in(folder, times_s, box=BOX):
    writer = FaceWriter(folder / "blob")
    for time_s in times_s:
        at = box(time_s) if callable(box) else box
        crop = np.zeros((128, 128, 3), np.uint8)
        writer.add("FACE_01", time_s, at, crop, aligned=True, score=0.9)
    return writer.close()


def film_of(tmp_path, path, *, report=None, faces=None):
    out = tmp_path / "out.mp4"
    material = SimpleNamespace(report=report or report_on(path), media=path, faces=faces)
    overlay.write(material, out)
    return out


def clip(tmp_path, *, name="clip.mp4", seconds=2.0, rate_hz=25, size=(640, 360), sound=True):
    pictures = [picture(*size, rgb=GREY)] * round(seconds * rate_hz)
    heard = tone(seconds) if sound else None
    return write_media(tmp_path / name, pictures=pictures, rate_hz=rate_hz, sound=heard)


def decoded(path):
    with av.open(str(path)) as container:
        return [(f.time, f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


def near(pixel, colour, tolerance=45):
    return np.abs(pixel.astype(int) - np.array(colour)).max() <= tolerance


def has_edge(rgb, box, colour):
    """Whether the box's left edge, at half its height, is drawn in `colour`."""
    y, x = round(box.top + box.height / 2), round(box.left)
    return any(near(rgb[y, c], colour) for c in range(x - 3, x + 4))


def test_the_box_lies_where_the_face_is_and_only_while_it_is_there(tmp_path):
    path = clip(tmp_path)
    film = decoded(film_of(tmp_path, path, faces=faces_in(tmp_path, np.arange(0, 1.01, 0.2))))
    early, late = film[20][1], film[40][1]
    assert has_edge(early, BOX, COLOURS[0])
    assert near(early[200, 500], GREY, 12)
    assert not has_edge(late, BOX, COLOURS[0])


def test_between_two_looks_the_box_glides(tmp_path):
    path = clip(tmp_path)

    def moving(time_s):
        return Box(100 + 100 * time_s, 60, 80, 100)

    film = decoded(
        film_of(tmp_path, path, faces=faces_in(tmp_path, np.arange(0, 1.9, 0.2), moving))
    )
    assert has_edge(film[27][1], moving(1.08), COLOURS[0])


def test_the_film_is_as_long_as_the_clip_and_keeps_its_sound(tmp_path):
    out = film_of(tmp_path, clip(tmp_path, seconds=3.0))
    info = probe(out)
    assert abs(info.duration_s - 3.0) <= 0.05
    assert (info.video.codec, info.video.rate_hz, info.audio.codec) == ("h264", 25.0, "aac")


def test_sound_and_picture_stay_together(tmp_path):
    pictures = [picture(rgb=(0, 0, 0))] * 25 + [picture(rgb=(250, 250, 250))] * 25
    beep = np.concatenate((silence(1.0), tone(1.0)))
    path = write_media(tmp_path / "beep.mp4", pictures=pictures, rate_hz=25, sound=beep)
    out = film_of(tmp_path, path)
    lit_s = next(t for t, rgb in decoded(out) if rgb[20, 20].mean() > 125)
    with av.open(str(out)) as container:
        loud_s = next(
            f.time + np.argmax(np.abs(f.to_ndarray()[0]) > 0.1) / f.sample_rate
            for f in container.decode(audio=0) if np.abs(f.to_ndarray()).max() > 0.1
        )  # fmt: skip
    assert abs(lit_s - 1.0) <= 0.041
    assert abs(loud_s - 1.0) <= 0.03


def test_pictures_at_odd_times_are_shown_at_their_own(tmp_path):
    times_s = [0.0, 0.1, 0.14, 0.9, 1.0, 1.7]
    pictures = [picture(rgb=(40 * i, 40 * i, 40 * i)) for i in range(6)]
    path = write_media(tmp_path / "vfr.mkv", pictures=pictures, rate_hz=25, times_s=times_s)
    film = decoded(film_of(tmp_path, path))
    for time_s, level in ((0.5, 80), (0.95, 120), (1.4, 160)):
        rgb = min(film, key=lambda pair: abs(pair[0] - time_s))[1]
        assert abs(rgb[100, 20].mean() - level) < 12


def test_only_the_analysed_part_is_rendered(tmp_path):
    pictures = [picture(rgb=(5 * i, 5 * i, 5 * i)) for i in range(50)]
    path = write_media(tmp_path / "part.mp4", pictures=pictures, rate_hz=25, sound=tone(2.0))
    film = film_of(tmp_path, path, report=report_on(path, span=(0.8, 1.6)))
    assert abs(probe(film).duration_s - 0.8) <= 0.05
    assert abs(decoded(film)[0][1][100, 20].mean() - 100) < 12


def test_a_sideways_clip_is_shown_upright(tmp_path):
    path = tmp_path / "turned.mp4"
    half = np.concatenate((picture(320, 90, (200, 0, 0)), picture(320, 90, (0, 0, 200))))
    plain = write_media(tmp_path / "plain.mp4", pictures=[half] * 10, rate_hz=10)
    _turn(plain, path)
    assert (probe(path).video.width_px, probe(path).video.height_px) == (180, 320)
    rgb = decoded(film_of(tmp_path, path))[4][1]
    layout = layout_for(180, 320, captions=False)
    left, right = rgb[100, layout.picture.left + 20], rgb[100, layout.picture.width - 20]
    assert {int(np.argmax(left)), int(np.argmax(right))} == {0, 2}


def _turn(source, target):
    """Write a quarter turn into the header: the track's matrix, which stands in its `tkhd`."""
    raw = bytearray(source.read_bytes())
    at = raw.index(b"tkhd") + 4 + 40
    matrix = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    raw[at : at + 36] = b"".join(n.to_bytes(4, "big", signed=True) for n in matrix)
    target.write_bytes(bytes(raw))


@pytest.mark.parametrize("size", [(33, 17), (641, 359), (16, 400)])
def test_odd_sizes_become_even_ones(tmp_path, size):
    path = tmp_path / "odd.png"
    _save_picture(path, size)
    info = probe(film_of(tmp_path, path))
    assert info.video.width_px % 2 == info.video.height_px % 2 == 0
    assert max(info.video.width_px, info.video.height_px) <= 1280


def _save_picture(path, size):
    from PIL import Image

    Image.fromarray(picture(*size)).save(path)


def test_a_still_becomes_a_short_film_with_its_box(tmp_path):
    path = tmp_path / "still.png"
    _save_picture(path, (640, 360))
    out = film_of(tmp_path, path, faces=faces_in(tmp_path, [0.0]))
    assert abs(probe(out).duration_s - 5.0) < 0.11
    assert has_edge(decoded(out)[-1][1], BOX, COLOURS[0])


def test_a_clip_of_one_picture_is_a_film_of_one(tmp_path):
    path = write_media(tmp_path / "one.mp4", pictures=[picture()], rate_hz=10)
    assert len(decoded(film_of(tmp_path, path))) == 1


def test_sound_alone_is_refused_with_a_way_out(tmp_path):
    path = write_media(tmp_path / "sound.wav", sound=tone(1.0))
    with pytest.raises(MediaError, match="needs a picture") as refused:
        film_of(tmp_path, path)
    assert "png" in refused.value.remedy


def test_another_file_than_the_analysed_one_is_refused(tmp_path):
    report = report_on(clip(tmp_path))
    with pytest.raises(MediaError, match="not the file that was analysed"):
        film_of(tmp_path, clip(tmp_path, name="other.mp4", seconds=1.0), report=report)


@pytest.mark.parametrize("text", [
    "\x1b[31m\x00\u202e $\\frac{$ <b>&amp;", "word " * 900, "x" * 3000,
    "שלום עולם مرحبا", "😂🫠👩‍👩‍👧 我很高兴", "",
])  # fmt: skip
def test_no_words_can_break_the_film(tmp_path, text):
    path = clip(tmp_path, seconds=1.0, size=(160, 120), sound=False)
    report = report_on(path, text=text)
    out = film_of(
        tmp_path, path, report=report, faces=faces_in(tmp_path, [0.0, 0.2], Box(-9, -9, 500, 90))
    )
    assert len(decoded(out)) == 25


def test_captions_are_written_while_somebody_speaks(tmp_path):
    film = decoded(film_of(tmp_path, clip(tmp_path)))
    strip = layout_for(640, 360).strip
    rows = slice(strip.top, strip.top + strip.height // 2)
    assert film[3][1][rows].max() < 60
    assert film[20][1][rows].max() > 180
    assert film[48][1][rows].max() < 60


def test_a_full_disk_is_an_error_not_a_half_film(tmp_path):
    path = clip(tmp_path)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, hard))
    try:
        with pytest.raises(OSError, match=r"large|space") as refused:
            _noise_film(tmp_path / "full.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
    assert refused.value.errno in {errno.EFBIG, errno.ENOSPC}
    assert path.exists()


def _noise_film(path):
    rng = np.random.default_rng(0)
    with filmed(path, 320, 180, steady_rate(25.0), sound=False, title="", about="") as film:
        for _ in range(10):
            film.show(rng.integers(0, 255, (180, 320, 3), dtype=np.uint8))


def test_a_folder_with_a_colon_is_no_protocol(tmp_path):
    folder = tmp_path / "http:x"
    folder.mkdir()
    _noise_film(folder / "a%d.mp4")
    assert probe(folder / "a%d.mp4").video.rate_hz == 25.0


@pytest.mark.parametrize(("given", "chosen"), [
    (25.0, 25.0), (29.97, 29.97), (50.0, 25.0), (59.94, 29.97), (120.0, 30.0), (22.13, 30.0),
    (5.0, 10.0), (1.0, 10.0), (None, 30.0), (float("nan"), 30.0),
])  # fmt: skip
def test_the_rate_is_the_clips_own_or_a_part_of_it(given, chosen):
    assert abs(float(steady_rate(given)) - chosen) < 0.005


def test_an_action_unit_rises_to_its_apex_and_falls(tmp_path):
    path = clip(tmp_path)
    scenery = Scenery(report_on(path), faces_in(tmp_path, np.arange(0, 2, 0.2)))
    levels = [scenery.at(t).faces[0].units for t in (0.2, 0.65, 0.8, 1.15)]
    assert levels[0] == ()
    assert [round(u[0].level, 1) for u in levels[1:]] == [2.0, 4.0, 2.0]


def test_who_speaks_without_a_face_is_named_as_such(tmp_path):
    scenery = Scenery(report_on(clip(tmp_path)), None)
    assert scenery.at(1.0).captions[0].absence
    assert not Scenery(report_on(clip(tmp_path)), faces_in(tmp_path, [0.9, 1.1])).at(
        1.0).captions[0].absence  # fmt: skip


def test_a_disagreement_is_named_while_it_lasts(tmp_path):
    report = next(
        r for r in map(reported, load("dev.json"))
        if any(a.verdict == "conflict" and r.utterances for a in r.agreement)
    )  # fmt: skip
    clash = next(a for a in report.agreement if a.verdict == "conflict")
    scenery = Scenery(report, None)
    captions = scenery.at((clash.start_s + clash.end_s) / 2).captions
    assert " \u2260 ".join(clash.pair) in {c.conflict for c in captions}
    quiet = [u for u in report.utterances if u.start_s >= clash.end_s or u.end_s <= clash.start_s]
    assert all(not c.conflict for u in quiet for c in scenery.at(u.start_s).captions
               if not _clashing(report, u.start_s))  # fmt: skip


def _clashing(report, time_s):
    found = (a for a in report.agreement if a.verdict == "conflict")
    return any(a.start_s <= time_s < a.end_s for a in found)


def test_a_film_in_which_nobody_speaks_keeps_no_room_for_captions(tmp_path):
    path = clip(tmp_path, sound=False)
    silent = report_on(path).model_copy(update={"utterances": ()})
    height = decoded(film_of(tmp_path, path, report=silent))[0][1].shape[0]
    assert height == layout_for(640, 360, captions=False).height
    assert height < layout_for(640, 360).height


def test_what_no_font_can_write_is_named_instead():
    assert "words in Devanagari" in shown("नमस्ते")
    assert "\ufffe" not in shown("a\ufffeb")


@pytest.mark.parametrize("room", [5, 40, 90])
def test_no_line_is_wider_than_its_room(room):
    for line in wrapped("I got the job in Lisbon! Unbelievablylongword.", 6.5, room, 4):
        assert width(line, 6.5) <= room
