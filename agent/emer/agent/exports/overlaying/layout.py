"""Where things go in the pictures of an overlay.

The clip's own picture stays free but for boxes and what is written beside them: words, time and
notice stand on a strip beneath it, so that no caption hides a mouth.
"""

from typing import Final, NamedTuple

from emer.agent.exports.lettering import width

NOTICE: Final = (
    "automatic analysis: what is shown, not what is felt; numbers are scores, not probabilities"
)
MAX_SIDE_PX: Final = 1280
"""Long side of the film, strip included."""
MIN_SIDE_PX: Final = 640
"""Smaller pictures are enlarged to this, at least about: their captions could not be read."""
MIN_WIDTH_PX: Final = 320
MAX_ENLARGED: Final = 8.0
TEXT_LINES: Final = 2
_SPACED: Final = 1.35
"""Height of a line, in sizes of its letters."""


class Rect(NamedTuple):
    """A rectangle in pixels of the film."""

    left: int
    top: int
    width: int
    height: int

    def meets(self, other: "Rect") -> bool:
        """Whether the two share any pixel."""
        return (
            self.left < other.left + other.width and other.left < self.left + self.width
            and self.top < other.top + other.height and other.top < self.top + self.height
        )  # fmt: skip


class Layout(NamedTuple):
    """The film's measures."""

    width: int
    height: int
    picture: Rect
    text_px: int
    """Size of captions."""
    small_px: int
    """Size of what stands beside faces."""
    tiny_px: int
    """Size of the notice."""
    line_px: int
    """Height of a line of a caption."""
    foot_rows: int
    """2: time and notice do not fit beside each other."""

    @property
    def strip(self) -> Rect:
        """The area beneath the picture."""
        return Rect(0, self.picture.height, self.width, self.height - self.picture.height)


def layout_for(width_px: int, height_px: int, *, captions: bool = True) -> Layout:
    """Return the measures of a film.

    Args:
        width_px: Of the clip's pictures.
        height_px: Likewise.
        captions: Somebody speaks; else the strip holds no more than time and notice.
    """
    n_lines = 1 + TEXT_LINES if captions else 0
    scale = min(MAX_ENLARGED, max(1.0, MIN_SIDE_PX / max(width_px, height_px)))
    first = _measured(width_px * scale, height_px * scale, n_lines)
    over = max(first.width, first.height) / MAX_SIDE_PX
    if over <= 1:
        return first
    room = MAX_SIDE_PX - first.strip.height  # the strip keeps its height, the picture gives way
    shrink = min(MAX_SIDE_PX / (width_px * scale), room / (height_px * scale), 1.0)
    return _measured(width_px * scale * shrink, height_px * scale * shrink, n_lines)


def _measured(width: float, height: float, n_lines: int) -> Layout:
    wide, high = _even(width), _even(height)
    total = max(_even(MIN_WIDTH_PX), wide)
    text = min(26, max(15, round(total / 48)))
    small = max(13, round(text * 0.78))
    tiny = max(10, round(text * 0.66))
    line = round(text * _SPACED)
    foot_rows = 1 if _foot_fits(total, tiny) else 2
    strip = _even(n_lines * line + foot_rows * tiny * 1.5 + text * 0.6)
    picture = Rect((total - wide) // 2, 0, wide, high)
    return Layout(total, high + strip, picture, text, small, tiny, line, foot_rows)


def _foot_fits(total: int, tiny: int) -> bool:
    """Whether time and notice fit on one line of a film ``total`` pixels wide."""
    return width(NOTICE, tiny) + width("0:00:00.0", tiny * 1.2) + 3 * tiny <= total


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)
