"""Small decoded clips for tests of what is kept of them."""

import numpy as np
from tests.findings import face_track

from emer.memory.look_store import LookKey
from emer.tools.findings import Gap, GapCode, TimeSpan
from emer.tools.media.decode import SoundBlock
from emer.tools.media.faces import CROP_PX, Box, FaceWriter
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.media.subtitles import Cue
from emer.tools.specialist import Clip

KEY = LookKey(media_sha256="a" * 64, rate_hz=5.0)
WATCHED = {"faces": "faces@grid@1"}
DAMAGE = [
    Gap(tool="media", code=GapCode.MEDIA_DAMAGED, start_s=1, end_s=2, reason="1 damaged part")
]
LIMIT = 50_000_000


def key(media="a", **fields):
    return LookKey(**{"media_sha256": media * 64, "rate_hz": 5.0, **fields})


def a_clip(folder, *, start_s=0.0, seconds=2.0, sound=True, tracks=("FACE_01", "FACE_02"), seed=0):
    """A small clip as a pass leaves it: noise to hear, noise to see."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    soundtrack = faces = None
    if sound:
        writer = SoundtrackWriter(folder / "soundtrack.s16", start_s=start_s)
        samples = random.integers(-32768, 32768, int(seconds * 16000), np.int16)
        writer.write(SoundBlock(start_s, samples))
        soundtrack = writer.close()
    if tracks is not None:
        kept = FaceWriter(folder / "faces.jpegs")
        for i, track in enumerate(tracks):
            for time_s in np.arange(start_s, start_s + seconds, 0.2):
                crop = random.integers(0, 256, (CROP_PX, CROP_PX, 3), np.uint8)
                box = Box(*(random.random(4) * 100))
                kept.add(track, float(time_s), box, crop, aligned=i == 0, score=random.random())
                kept.add_motion(track, float(time_s), random.random())
        faces = kept.close()
    span = TimeSpan(start_s=start_s, end_s=start_s + seconds)
    return Clip(
        path=folder / "holiday.mp4",
        media=MediaInfo(
            name="holiday.mp4", sha256="a" * 64, size_bytes=1, kind="video", container="mp4",
            duration_s=seconds, notes=("odd",),
        ),
        span=span, workspace=folder, soundtrack=soundtrack, faces=faces, language="en",
        cues=(Cue(start_s=start_s, end_s=start_s + 1, text="Ça va 好", origin="subtitle_track"),),
        found={} if tracks is None else {
            "faces": [face_track(t, span.start_s, span.end_s) for t in tracks]
        },
    )  # fmt: skip


def everything_in(faces):
    """All that a face store can tell, comparable."""
    told = []
    for track in faces.tracks:
        columns = (*faces.samples(track), *faces.mouth_motion(track))
        crops = [(t.tobytes(), c.tobytes()) for t, c in faces.crops(track)]
        told.append((track, [(c.dtype, c.shape, c.tobytes()) for c in columns], crops))
    return told


def heard_in(soundtrack):
    everything = TimeSpan(start_s=0, end_s=soundtrack.end_s + 1)
    return soundtrack.start_s, soundtrack.end_s, soundtrack.read(everything).tobytes()


def names_in(folder):
    return sorted(p.name for p in folder.iterdir())


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
