from pathlib import Path

import numpy as np
import pytest
from tests.likeness import clip_of, pattern, seen_as

from emer.tools.errors import ToolUnavailable
from emer.tools.face_likeness import PAIRS, WORTH, FaceLikeness, likeness, shows_two
from emer.tools.face_looks import N_BLOCKS, N_VALUES, NAME, alike, look_of
from emer.tools.face_tracks import FaceTracks
from emer.tools.findings import Gap, GapCode, TimeSpan, select
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.networks import settings_of

ANNA, BELA = pattern(2), pattern(5)
SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"


def of(face, **changes):
    """Crops of one face, each with noise of its own."""
    return lambda i: seen_as(face, seed=i, **changes)


def compared(clip, known, span=None, **options):
    return FaceLikeness(**options).observe(clip, [span or clip.span], known)


def told(findings):
    return {(e.reading.track, e.reading.other): e.reading.likeness for e in select(findings)}


def test_who_comes_back_is_alike_and_who_comes_new_is_not(tmp_path):
    clip, known = clip_of(
        tmp_path, ("FACE_01", 0, 4, of(ANNA)), ("FACE_02", 4, 8, of(BELA)),
        ("FACE_03", 8, 12, of(ANNA, gain=0.6, shift_px=3)),
    )  # fmt: skip
    found = told(compared(clip, known))
    assert found[("FACE_03", "FACE_01")] > 0.9
    assert found[("FACE_02", "FACE_01")] < 0.1, "that it is nobody seen before is told as well"
    assert len(found) == 2


def test_the_later_face_is_the_subject_over_the_time_in_which_it_is_seen(tmp_path):
    clip, known = clip_of(
        tmp_path, ("FACE_01", 0, 4, of(ANNA)), ("FACE_02", 6, 9, of(ANNA))
    )  # fmt: skip
    (found,) = compared(clip, known)
    assert (found.subject, found.start_s, found.end_s) == ("FACE_02", 6, 9)


def test_faces_seen_together_are_not_compared_however_alike(tmp_path):
    clip, known = clip_of(
        tmp_path, ("FACE_01", 0, 4, of(ANNA)), ("FACE_02", 3, 8, of(ANNA)),
        ("FACE_03", 9, 12, of(BELA)),
    )  # fmt: skip
    assert ("FACE_02", "FACE_01") not in told(compared(clip, known))


def test_with_one_face_there_is_nothing_to_compare(tmp_path):
    clip, known = clip_of(tmp_path, ("FACE_01", 0, 4, of(ANNA)))
    (gap,) = compared(clip, known)
    assert isinstance(gap, Gap)
    assert (gap.code, gap.start_s, gap.end_s) == (GapCode.NOTHING_THERE, 0, 30)


def test_without_a_picture_it_says_so(tmp_path):
    clip, known = clip_of(tmp_path, picture=False)
    (gap,) = compared(clip, known)
    assert gap.code is GapCode.NO_STREAM


def test_faces_that_are_too_small_are_not_compared(tmp_path):
    clip, known = clip_of(
        tmp_path, ("FACE_01", 0, 4, of(ANNA)), ("FACE_02", 6, 9, of(ANNA)), width_px=30
    )
    (gap,) = compared(clip, known)
    assert isinstance(gap, Gap)


def test_a_face_whose_eyes_were_never_found_is_compared_all_the_same(tmp_path):
    clip, known = clip_of(
        tmp_path, ("FACE_01", 0, 4, of(ANNA)), ("FACE_02", 6, 9, of(ANNA)), aligned=False
    )
    assert told(compared(clip, known))[("FACE_02", "FACE_01")] > 0.9


def test_two_faces_followed_as_one_across_a_missed_cut_are_compared_with_none(tmp_path):
    def swapped(i):
        return seen_as(ANNA if i < 10 else BELA, seed=i)

    clip, known = clip_of(
        tmp_path, ("FACE_01", 0, 4, swapped), ("FACE_02", 6, 9, of(ANNA)),
        ("FACE_03", 10, 12, of(BELA)),
    )  # fmt: skip
    found = compared(clip, known)
    (gap,) = [f for f in found if isinstance(f, Gap)]
    assert (gap.subject, gap.code) == ("FACE_01", GapCode.NOT_CREDIBLE)
    assert max(told(found).values()) < WORTH


def test_one_look_that_differs_is_no_second_face():
    looks = [look_of(seen_as(ANNA, seed=i)) for i in range(4)]
    assert not shows_two(looks)
    assert not shows_two(looks[:1])
    assert shows_two([*looks[:2], *(look_of(seen_as(BELA, seed=i)) for i in range(2))])


def test_a_track_has_few_pairs_and_few_persons_are_remembered(tmp_path):
    faces = [pattern(seed) for seed in range(6)]
    tracks = [(f"FACE_{i:02d}", i, i + 1, of(face)) for i, face in enumerate([*faces, faces[0]])]
    clip, known = clip_of(tmp_path, *tracks)
    everybody, few = compared(clip, known), compared(clip, known, persons=3)
    assert told(everybody)[("FACE_06", "FACE_00")] > 0.9
    assert max(v for (track, _), v in told(few).items() if track == "FACE_06") < WORTH
    per_track = [sum(e.subject == t for e in select(everybody)) for t, *_ in tracks]
    assert max(per_track) <= PAIRS


def test_a_part_of_the_clip_is_answered_as_it_is_within_the_whole(tmp_path):
    clip, known = clip_of(
        tmp_path, ("FACE_01", 0, 4, of(ANNA)), ("FACE_02", 4, 8, of(BELA)),
        ("FACE_03", 8, 12, of(ANNA)),
    )  # fmt: skip
    whole = compared(clip, known)
    part = compared(clip, known, TimeSpan(start_s=8, end_s=12))
    assert part == [e for e in whole if e.subject == "FACE_03"]


def test_a_brighter_and_slightly_displaced_picture_of_a_face_stays_alike():
    plain = [look_of(seen_as(ANNA))]
    other_light = [look_of(seen_as(ANNA, gain=0.5, shift_px=4, seed=9))]
    assert alike(plain, other_light) > alike(plain, [look_of(seen_as(BELA))]) + 0.4


def test_the_measure_is_symmetric_and_bounded():
    one, other = [look_of(seen_as(ANNA))], [look_of(seen_as(BELA)), look_of(seen_as(ANNA, seed=3))]
    assert alike(one, other) == pytest.approx(alike(other, one), abs=1e-6)
    assert -1 <= alike(one, other) <= alike(one, one) <= 1.001
    middle = settings_of("face_likeness", "face_likeness")["middle"]
    assert likeness(middle) == pytest.approx(0.5)
    assert 0 < likeness(-1) < 0.5 < likeness(1) < 1


def test_a_picture_without_any_edge_can_be_described():
    look = look_of(np.full((128, 128, 3), 128, np.uint8))
    assert look.plain.shape == (N_VALUES,)
    assert np.isfinite(look.plain).all()


def test_altered_weights_are_refused(monkeypatch):
    FaceLikeness().ready()
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda p: b"x" + read(p) if p.name == f"{NAME}.onnx" else read(p)
    )
    with pytest.raises(ToolUnavailable, match="damaged"):
        FaceLikeness().ready()


def test_every_block_of_a_look_weighs_the_same():
    look = look_of(seen_as(ANNA))
    lengths = np.linalg.norm(look.plain.reshape(N_BLOCKS, -1), axis=1)
    np.testing.assert_allclose(lengths, 1 / np.sqrt(N_BLOCKS), rtol=1e-3)


def faces_of(path, folder, span=None):
    clip, _, _ = take_in(path, probe(path), folder, span=span, watchers={"faces": FaceTracks()})
    return clip, FaceTracks().observe(clip, [clip.span], [])


def test_both_persons_of_the_sample_are_known_again_after_its_cuts(tmp_path):
    clip, known = faces_of(SAMPLE, tmp_path, TimeSpan(start_s=15.0, end_s=24.0))
    before, alone, after = (
        {e.subject for e in known if hasattr(e, "reading") and e.start_s < t <= e.end_s}
        for t in (16.0, 19.0, 23.0)
    )
    pairs = {pair for pair, value in told(compared(clip, known)).items() if value > 0.9}
    (who,) = alone
    (left,) = [other for track, other in pairs if track == who]
    assert left in before
    assert {track for track, _ in pairs} == {who, *after}
    returned = [{other for track, other in pairs if track == t} for t in after]
    assert len(returned) == 2
    assert not returned[0] & returned[1], "the two who are seen together are like different people"


def test_a_real_face_is_known_again_within_its_clip_and_in_no_other(shared_data, tmp_path):
    clips = []
    for name in ("latentsync/demo2_video.mp4", "video_retalking/face3.mp4"):
        folder = tmp_path / name.partition("/")[0]
        folder.mkdir()
        clip, _ = faces_of(shared_data / "video" / name, folder)
        track = clip.faces.tracks[0]
        crops = np.concatenate([c for _, c in clip.faces.crops(track)])
        third = len(crops) // 3
        clips.append(
            [[look_of(c) for c in part[::5]] for part in (crops[:third], crops[2 * third :])]
        )
    (one_early, one_late), (other_early, other_late) = clips
    assert likeness(alike(one_early, one_late)) > WORTH
    assert likeness(alike(other_early, other_late)) > WORTH
    assert likeness(alike(one_early, other_late)) < 0.1
