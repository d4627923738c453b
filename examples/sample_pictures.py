"""The pictures of the sample clip: when each face does what, and how both are put on screen.

Reads    the ``Plan`` and the sound of every line
Returns  pictures in time order, shape ``(720, 1280, 3)``, RGB
Cost     about 0.08 s per picture on one core
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from sample_dialogue import NOTICE, RATE_HZ, Look, Person, Plan
from sample_portraits import PORTRAITS, Cutout
from sample_puppets import Pose, Puppet
from sample_voices import envelope

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH_PX: Final = 1280
HEIGHT_PX: Final = 720
BAR_PX: Final = 56
"""Height of the notice at the bottom of every picture."""
BACKGROUND_BGR: Final = ((198.0, 190.0, 180.0), (160.0, 152.0, 144.0))
"""At the top and at the bottom."""
RAMP_S: Final = 0.48
"""How long a face takes to change its look."""
BLINK_S: Final = 0.24
BLINK_EVERY_S: Final = (2.4, 4.6)

PLACES: Final[dict[tuple[Person, ...], dict[Person, tuple[float, float, float]]]] = {
    ("A", "B"): {"A": (335.0, 295.0, 1.0), "B": (965.0, 300.0, 1.0)},
    ("A",): {"A": (640.0, 335.0, 1.15)},
}
"""Per shot and person: where the middle between the eyes is (x, y), and the enlargement."""

LOOKS: Final[dict[Look, Pose]] = {
    "neutral": Pose(),
    "smile": Pose(smile=1.0, brow_up=0.15),
    "no_smile": Pose(frown=0.3),
    "displeased": Pose(frown=0.75, brow_down=0.4),
    "angry": Pose(frown=0.5, brow_down=1.15),
    "worried": Pose(frown=0.75, brow_up=0.7),
}
FULL_SMILE: Final[dict[Person, float]] = {"A": 1.2, "B": 1.35}


def pictures(plan: Plan, sounds: "Sequence[NDArray[np.float32]]") -> "Iterator[NDArray[np.uint8]]":
    """Draw the whole clip."""
    n = round(plan.duration_s * RATE_HZ)
    people: tuple[Person, Person] = ("A", "B")
    cutouts = {p: Cutout(PORTRAITS[p]) for p in people}
    puppets = {p: Puppet(cutouts[p]) for p in people}
    curves = {p: movements(plan, sounds, p) for p in people}
    wall = _background()
    for i in range(n):
        time_s = i / RATE_HZ
        shot = next(s for s in plan.shots if time_s < s.span.end_s or s is plan.shots[-1])
        canvas = wall.copy()
        for person in shot.visible:
            pose = Pose(*(float(v) for v in curves[person][i]))
            bgr, alpha = puppets[person].pose(pose)
            place = _placing(cutouts[person], PLACES[shot.visible][person], person, time_s, pose)
            _put(canvas, bgr, alpha, place)
        yield _finished(canvas)


def movements(
    plan: Plan, sounds: "Sequence[NDArray[np.float32]]", person: Person
) -> "NDArray[np.float32]":
    """Return one person's pose at every picture, shape ``(pictures, 6)``, columns as in ``Pose``."""
    n = round(plan.duration_s * RATE_HZ)
    poses = np.zeros((n, len(Pose._fields)), np.float32)
    for shown in plan.looks:
        if shown.person == person:
            first, last = round(shown.span.start_s * RATE_HZ), round(shown.span.end_s * RATE_HZ)
            poses[first:last] = LOOKS[shown.look]
    poses[:, Pose._fields.index("smile")] *= FULL_SMILE[person]
    kernel = np.hanning(round(RAMP_S * RATE_HZ) + 2)
    kernel /= kernel.sum()
    half = len(kernel) // 2
    for column in range(poses.shape[1]):
        padded = np.pad(poses[:, column], (half, len(kernel) - 1 - half), mode="edge")
        poses[:, column] = np.convolve(padded, kernel, mode="valid")
    # only the owner's own speech moves the jaw
    for spoken, sound in zip(plan.spoken, sounds, strict=True):
        if spoken.line.speaker == person:
            first = round(spoken.span.start_s * RATE_HZ)
            opened = spoken.line.manner.mouth * envelope(sound, RATE_HZ)
            poses[first : first + len(opened), Pose._fields.index("open")] = opened
    poses[:, Pose._fields.index("blink")] = _blinks(n, person)
    return poses


def _blinks(n: int, person: Person) -> "NDArray[np.float32]":
    closed = np.zeros(n, np.float32)
    chance = np.random.default_rng(ord(person))
    shape = np.sin(np.pi * np.arange(1, 1 + round(BLINK_S * RATE_HZ)) / (1 + BLINK_S * RATE_HZ))
    at = round(RATE_HZ * chance.uniform(0.8, 2.0))
    while at + len(shape) < n:
        closed[at : at + len(shape)] = np.minimum(1.0, 1.25 * shape)
        at += round(RATE_HZ * chance.uniform(*BLINK_EVERY_S))
    return closed


def _placing(
    cutout: Cutout, place: tuple[float, float, float], person: Person, time_s: float, pose: Pose
) -> "NDArray[np.float64]":
    """Return the affine map from cut-out to screen, with a slight, slow sway of the body."""
    x, y, zoom = place
    phase = 0.0 if person == "A" else 2.1
    turn = np.deg2rad(0.55 * np.sin(0.9 * time_s + phase) + 0.3 * np.sin(1.7 * time_s + 2 * phase))
    x += 3.0 * np.sin(0.7 * time_s + phase) + 1.5 * np.sin(1.3 * time_s + 3 * phase)
    y += 1.5 * np.sin(1.1 * time_s + phase)
    pivot = cutout.chin + np.array((0.0, 1.5 * cutout.eye_distance_px))
    rotation = zoom * np.array(((np.cos(turn), -np.sin(turn)), (np.sin(turn), np.cos(turn))))
    upright = np.array((x, y)) + zoom * (pivot - cutout.between_eyes)
    return np.hstack((rotation, (upright - rotation @ pivot)[:, None]))


def _put(
    canvas: "NDArray[np.float32]",
    bgr: "NDArray[np.uint8]",
    alpha: "NDArray[np.float32]",
    place: "NDArray[np.float64]",
) -> None:
    import cv2

    size = (WIDTH_PX, HEIGHT_PX)
    seen = cv2.warpAffine(bgr, place, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpAffine(
        alpha, place, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    canvas += cover[..., None] * (seen.astype(np.float32) - canvas)


def _background() -> "NDArray[np.float32]":
    top, bottom = (np.array(c, np.float32) for c in BACKGROUND_BGR)
    down = np.linspace(0.0, 1.0, HEIGHT_PX, dtype=np.float32)[:, None, None]
    return np.asarray(np.tile(top + down * (bottom - top), (1, WIDTH_PX, 1)), np.float32)


def _finished(canvas: "NDArray[np.float32]") -> "NDArray[np.uint8]":
    import cv2

    shown = np.clip(canvas + 0.5, 0, 255).astype(np.uint8)
    shown[-BAR_PX:] = (32, 28, 26)
    face, size, width = cv2.FONT_HERSHEY_SIMPLEX, 0.82, 2
    (length, tall), _ = cv2.getTextSize(NOTICE, face, size, width)
    at = ((WIDTH_PX - length) // 2, HEIGHT_PX - (BAR_PX - tall) // 2)
    cv2.putText(shown, NOTICE, at, face, size, (235, 235, 235), width, cv2.LINE_AA)
    return np.ascontiguousarray(shown[:, :, ::-1])
