"""The look of each shot is measured; a black picture is a finding, no picture a gap."""

import numpy as np
import pytest
from tests import synth

from emer.tools.findings import Evidence, GapCode, TimeSpan
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.shot_cuts import CutDetector
from emer.tools.specialist import PassSpecialist
from emer.tools.visual_attributes import VisualAttributes


def run(tmp_path, *, pictures=None, sound=None, rate_hz=10, name="clip.mp4", **settings):
    path = synth.write_media(tmp_path / name, pictures=pictures, rate_hz=rate_hz, sound=sound)
    watchers = {"visual_attributes": VisualAttributes(**settings)}
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers=watchers)
    return clip


def textured(seed, width=160, height=96):
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 256, (height // 24, width // 20, 3), np.uint8)
    return np.kron(blocks, np.ones((24, 20, 1), np.uint8))


def readings(clip):
    return [f.reading for f in clip.found["visual_attributes"] if isinstance(f, Evidence)]


def test_it_fulfils_the_contract_of_a_pass_specialist():
    assert isinstance(VisualAttributes(), PassSpecialist)
    VisualAttributes().ready()


def test_a_black_picture_is_a_finding_not_a_gap(tmp_path):
    clip = run(tmp_path, pictures=[synth.picture(rgb=(0, 0, 0))] * 20)
    (found,) = clip.found["visual_attributes"]
    assert found.subject == "scene"
    assert found.span == clip.span
    assert found.reading.brightness == pytest.approx(0.0, abs=0.01)
    assert found.reading.motion == pytest.approx(0.0, abs=0.01)


def test_brighter_and_more_contrasting_pictures_read_so(tmp_path):
    checks = synth.picture(rgb=(0, 0, 0))
    checks[:, ::2] = 0
    checks[:, :160] = 255
    (grey,) = readings(run(tmp_path, pictures=[synth.picture(rgb=(128,) * 3)] * 10))
    (split,) = readings(run(tmp_path, pictures=[checks] * 10, name="b.mp4"))
    assert grey.brightness == pytest.approx(0.5, abs=0.03)
    assert grey.contrast == pytest.approx(0.0, abs=0.03)
    assert split.contrast == pytest.approx(1.0, abs=0.05)


def test_colourfulness_is_zero_for_grey_and_high_for_strong_colours(tmp_path):
    colours = np.concatenate(
        [synth.picture(80, 180, c) for c in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))],
        axis=1,
    )
    (grey,) = readings(run(tmp_path, pictures=[synth.picture(rgb=(128,) * 3)] * 10))
    (strong,) = readings(run(tmp_path, pictures=[colours] * 10, name="b.mp4"))
    assert grey.colourfulness < 3
    assert strong.colourfulness > 90


def test_a_hard_cut_begins_a_reading_and_is_timed(tmp_path):
    clip = run(tmp_path, pictures=[textured(1)] * 25 + [textured(2)] * 25)
    first, second = clip.found["visual_attributes"]
    assert first.end_s == second.start_s == pytest.approx(2.5, abs=0.11)
    assert first.reading.cuts_s == ()
    assert second.reading.cuts_s == (pytest.approx(2.5, abs=0.11),)
    assert second.reading.motion < 0.05  # the cut itself is no motion


def test_a_flash_is_no_cut(tmp_path):
    base = textured(3) // 3
    bright = base + 100
    clip = run(tmp_path, pictures=[base] * 15 + [bright] * 2 + [base] * 15)
    assert len(clip.found["visual_attributes"]) == 1


def test_a_strobe_shares_readings(tmp_path):
    pictures = [textured(i % 2) for i in range(40)]
    found = run(tmp_path, pictures=pictures).found["visual_attributes"]
    assert len(found) <= 5
    assert sum(len(r.cuts_s) for r in (f.reading for f in found)) >= 8


def test_a_moving_picture_has_more_motion_than_a_still_one(tmp_path):
    moving = [np.roll(textured(4), 4 * i, axis=1) for i in range(20)]
    (still,) = readings(run(tmp_path, pictures=[textured(4)] * 20))
    (restless,) = readings(run(tmp_path, pictures=moving, name="b.mp4"))
    assert restless.motion > 10 * max(still.motion, 0.01)


def test_a_long_shot_is_read_in_parts_without_holes(tmp_path):
    clip = run(tmp_path, pictures=[synth.picture()] * 50, longest_s=2.0)
    found = clip.found["visual_attributes"]
    assert len(found) == 3
    assert [f.end_s for f in found[:-1]] == [f.start_s for f in found[1:]]
    assert (found[0].start_s, found[-1].end_s) == (clip.span.start_s, clip.span.end_s)


def test_sound_without_pictures_is_a_gap(tmp_path):
    clip = run(tmp_path, sound=synth.tone(1.0), name="clip.wav")
    (gap,) = clip.found["visual_attributes"]
    assert gap.code is GapCode.NO_STREAM
    assert VisualAttributes().observe(clip, [clip.span], []) == [gap]


def test_observe_returns_something_for_every_span(tmp_path):
    clip = run(tmp_path, pictures=[textured(1)] * 25 + [textured(2)] * 25)
    tool = VisualAttributes()
    assert tool.observe(clip, [], []) == []
    (only,) = tool.observe(clip, [TimeSpan(start_s=0.5, end_s=1.0)], [])
    assert only == clip.found["visual_attributes"][0]
    clip.found.clear()
    (gap,) = tool.observe(clip, [TimeSpan(start_s=0.5, end_s=1.0)], [])
    assert gap.code is GapCode.NOT_LOOKED_AT
    assert gap.remedy


def test_one_picture_is_no_cut():
    assert not CutDetector().step(0.0, textured(1)[..., 0])


def test_real_clips_of_one_shot_have_no_cut(tmp_path, shared_data):
    path = shared_data / "video" / "liveportrait" / "d10.mp4"
    watchers = {"visual_attributes": VisualAttributes()}
    clip, _, _ = take_in(path, probe(path), tmp_path, watchers=watchers)
    assert [r.cuts_s for r in readings(clip)] == [()]
