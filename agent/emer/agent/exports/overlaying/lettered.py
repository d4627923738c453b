"""Texts as pictures, kept for use in many pictures of a film.

Reads    texts as ``lettering.shown`` returns them
Returns  arrays of colour and coverage; writing one takes about a millisecond, finding it again none
"""

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.agent.exports import lettering

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont

Colour = tuple[int, int, int]
KEPT: Final = 600
MAX_WIDTH_PX: Final = 2_000


@lru_cache(maxsize=KEPT)
def coverage(text: str, size_px: int, *, bold: bool = False) -> "NDArray[np.uint8]":
    """Return how much of each pixel the letters cover, shape ``(height, width)``, 0..255.

    The height follows from the size alone: texts of one size stand on one line.
    """
    from PIL import Image, ImageDraw

    runs = _runs(text, size_px, bold=bold)
    wide = min(MAX_WIDTH_PX, round(sum(font.getlength(part) for part, font in runs)) + 2)
    canvas = Image.new("L", (max(1, wide), round(size_px * 1.3)), 0)
    pen, x = ImageDraw.Draw(canvas), 0.0
    for part, font in runs:
        pen.text((x, round(size_px * 1.02)), part, fill=255, font=font, anchor="ls")
        x += font.getlength(part)
    return np.asarray(canvas)


def written(canvas: "NDArray[np.uint8]", x: int, y: int, text: str, size_px: int,
            colour: Colour, *, bold: bool = False) -> int:  # fmt: skip
    """Write ``text`` with its upper left corner at ``x, y``; return its width, pixels.

    What lies outside of ``canvas`` (shape ``(height, width, 3)``) is cut off.
    """
    if not text:
        return 0
    letters = coverage(text, size_px, bold=bold)
    high, wide = letters.shape
    left, top = max(0, x), max(0, y)
    right, bottom = min(canvas.shape[1], x + wide), min(canvas.shape[0], y + high)
    if right <= left or bottom <= top:
        return int(wide)
    part = letters[top - y : bottom - y, left - x : right - x, None].astype(np.uint16)
    place = canvas[top:bottom, left:right]
    mixed = place * (255 - part) + np.array(colour, np.uint16) * part
    place[:] = (mixed + 127) // 255
    return int(wide)


def width_of(text: str, size_px: int, *, bold: bool = False) -> int:
    """Return the width that ``written`` takes."""
    return int(coverage(text, size_px, bold=bold).shape[1]) if text else 0


def _runs(text: str, size_px: int, *, bold: bool) -> "list[tuple[str, FreeTypeFont]]":
    faces = lettering.faces()

    def face_of(c: str) -> int:
        return next((i for i, face in enumerate(faces) if ord(c) in face.letters), 0)

    return [
        ("".join(run), _font(i, size_px, bold=bold and i == 0))
        for i, run in groupby(text, key=face_of)
    ]


@lru_cache(maxsize=64)
def _font(face: int, size_px: int, *, bold: bool) -> "FreeTypeFont":
    from PIL import ImageFont

    chosen = lettering.faces()[face]
    if bold and chosen.index == 0:
        return ImageFont.truetype(str(lettering.bold()), size_px)
    return ImageFont.truetype(str(chosen.path), size_px, index=chosen.index)
