"""Faces that look like each other, for tests: as findings, and as crops on disk."""

import numpy as np
from tests.findings import FACE, evidence, face_track

from emer.tools.findings import TimeSpan
from emer.tools.media.faces import CROP_PX, Box, FaceWriter
from emer.tools.media.info import MediaInfo, VideoStream
from emer.tools.readings import LikenessReading
from emer.tools.specialist import Clip

STEP_S = 0.2


def alike(track, other, start_s, end_s, likeness):
    reading = LikenessReading(track=track, other=other, likeness=likeness)
    return evidence("face_likeness", FACE, track, start_s, end_s, reading)


def pattern(seed):
    """A picture full of edges that no other seed has; stands for a face."""
    import cv2

    rough = np.random.default_rng(seed).uniform(0, 255, (12, 12)).astype(np.float32)
    return cv2.resize(rough, (CROP_PX, CROP_PX), interpolation=cv2.INTER_CUBIC)


def seen_as(face, *, gain=1.0, shift_px=0, noise=4.0, seed=0):
    """One crop of ``face``: in another light, cut a little off, with the noise of a camera."""
    moved = np.roll(face, shift_px, axis=(0, 1))
    grain = np.random.default_rng(seed).normal(0, noise, moved.shape)
    grey = np.clip(moved * gain + grain, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def clip_of(folder, *appearances, width_px=100.0, aligned=True, end_s=30.0, picture=True):
    """Return a clip with faces on disk, and the findings of the face tracker.

    ``appearances``: track, start and end in seconds, and a function from the sample's number to
    its crop.
    """
    writer = FaceWriter(folder / "faces.jpegs")
    known = []
    for track, first_s, last_s, crop in appearances:
        known.append(face_track(track, first_s, last_s))
        for i in range(round((last_s - first_s) / STEP_S)):
            box, time_s = Box(10, 10, width_px, width_px), first_s + i * STEP_S
            writer.add(track, time_s, box, crop(i), aligned=aligned, score=0.9)
    store = writer.close()
    video = VideoStream(index=0, codec="h264", width_px=640, height_px=360)
    media = MediaInfo(
        name="clip.mp4", sha256="0" * 64, size_bytes=1, kind="video" if picture else "audio",
        container="mp4", duration_s=end_s, video=video if picture else None,
    )  # fmt: skip
    span = TimeSpan(start_s=0.0, end_s=end_s)
    clip = Clip(
        path=folder / "clip.mp4", media=media, span=span, workspace=folder,
        faces=store if picture else None,
    )  # fmt: skip
    return clip, sorted(known, key=lambda e: (e.start_s, e.subject))
