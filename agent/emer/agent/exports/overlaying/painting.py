"""Paint one picture of an overlay.

Reads    a picture of the clip and the ``Moment`` that belongs to it
Returns  a picture of the film: boxes, who speaks and what moves beside them, the strip beneath
Cost     1 to 3 ms at 1280x720; texts are written once and kept
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.agent.exports.lettering import clipped, wrapped
from emer.agent.exports.overlaying import lettered
from emer.agent.exports.overlaying.layout import NOTICE, TEXT_LINES, Layout, Rect
from emer.agent.exports.overlaying.scenery import Caption, Moment, Sighting
from emer.agent.exports.timeline.style import clock

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOURS: Final[tuple[lettered.Colour, ...]] = (
    (230, 159, 0), (86, 180, 233), (0, 200, 140), (240, 228, 66), (221, 150, 190), (240, 110, 40),
    (120, 160, 255), (235, 235, 235),
)  # fmt: skip
"""Of persons, after Okabe and Ito, light enough for a dark ground."""
WHITE: Final = (245, 245, 245)
GREY: Final = (170, 170, 170)
LABEL: Final = (250, 240, 160)
TONE: Final = (255, 190, 150)
SOUND: Final = (240, 190, 220)
CONFLICT: Final = (255, 160, 140)
DARK: Final = (16, 16, 16)
BAR: Final = (86, 180, 233)
BAR_EMPTY: Final = (70, 70, 70)
SPEAKS: Final = "speaks"
STEPS: Final = 5
"""Parts of an intensity bar, one per degree."""
_PAD: Final = 4


class Painter:
    """Paints picture after picture of one film; remembers where it wrote beside whom."""

    def __init__(self, layout: Layout, *, clock_shown: bool = True) -> None:
        self._layout = layout
        self._clock_shown = clock_shown
        self._sides: dict[str, int] = {}
        self._strip: tuple[object, NDArray[np.uint8]] | None = None

    def paint(
        self, rgb: "NDArray[np.uint8]", scale: float, moment: Moment, time_s: float
    ) -> "NDArray[np.uint8]":
        """Return a picture of the film, shape ``(height, width, 3)``.

        Args:
            rgb: The clip's picture.
            scale: Pixels of the upright original per pixel of ``rgb``.
            moment: What is to be seen.
            time_s: For the clock.
        """
        layout = self._layout
        canvas = np.empty((layout.height, layout.width, 3), np.uint8)
        place = layout.picture
        if place.width < layout.width:
            canvas[: place.height] = DARK
        picture = canvas[: place.height, place.left : place.left + place.width]
        picture[:] = _fitted(rgb, place.width, place.height)
        across = place.width / (rgb.shape[1] * scale), place.height / (rgb.shape[0] * scale)
        self._paint_faces(picture, moment.faces, across)
        if moment.sounds:
            self._paint_sounds(picture, moment.sounds)
        canvas[place.height :] = self._captions(moment.captions)
        self._paint_foot(canvas, time_s)
        return canvas

    def _paint_faces(
        self, picture: "NDArray[np.uint8]", faces: tuple[Sighting, ...], across: tuple[float, float]
    ) -> None:
        import cv2

        boxes = [_box(face, across) for face in faces]
        taken = list(boxes)
        for face, box in zip(faces, boxes, strict=True):
            colour = COLOURS[face.color % len(COLOURS)]
            far = (box.left + box.width - 1, box.top + box.height - 1)
            line = 2 if self._layout.text_px < 20 else 3
            cv2.rectangle(picture, (box.left, box.top), far, (0, 0, 0), line + 2)
            cv2.rectangle(picture, (box.left, box.top), far, colour, line + face.speaks)
        for face, box in zip(faces, boxes, strict=True):
            taken.append(self._paint_tag(picture, face, box, taken))
            if face.units:
                taken.append(self._paint_units(picture, face, box, taken))

    def _paint_sounds(self, picture: "NDArray[np.uint8]", sounds: str) -> None:
        """Name the sounds that are not words in the upper left corner, where they hide least."""
        size = self._layout.small_px
        told = clipped(f"heard: {sounds}", size, picture.shape[1] - 4 * _PAD)
        wide = lettered.width_of(told, size) + 2 * _PAD
        _shade(picture, Rect(0, 0, min(wide, picture.shape[1]), round(size * 1.3) + _PAD))
        lettered.written(picture, _PAD, _PAD // 2, told, size, SOUND)

    def _paint_tag(
        self, picture: "NDArray[np.uint8]", face: Sighting, box: Rect, taken: list[Rect]
    ) -> Rect:
        """Write a person's name, whether they speak, and their labels above the box."""
        size = self._layout.small_px
        high = round(size * 1.3) + _PAD
        colour = COLOURS[face.color % len(COLOURS)]
        name = f"{face.person} {SPEAKS}" if face.speaks else face.person
        room = picture.shape[1] - 3 * _PAD
        first = lettered.width_of(name, size, bold=True) + 2 * _PAD
        labels = clipped(face.labels, size, room - first)
        second = lettered.width_of(labels, size) + 2 * _PAD if labels else 0
        wide = first + second
        left = min(max(0, box.left), max(0, picture.shape[1] - wide))
        tops = [box.top - high, box.top + box.height, box.top]
        places = [Rect(left, top, wide, high) for top in tops if _inside(top, high, picture)]
        rest = taken[:]
        if box in rest:
            rest.remove(box)
        free = (p for p in places if not any(p.meets(t) for t in rest))
        place = next(free, places[0] if places else Rect(left, 0, wide, high))
        _fill(picture, Rect(left, place.top, first, high), colour if face.speaks else DARK)
        ink = DARK if face.speaks else colour
        y = place.top + _PAD // 2
        lettered.written(picture, left + _PAD, y, name, size, ink, bold=True)
        if labels:
            _fill(picture, Rect(left + first, place.top, second, high), DARK)
            lettered.written(picture, left + first + _PAD, y, labels, size, LABEL)
        return place

    def _paint_units(
        self, picture: "NDArray[np.uint8]", face: Sighting, box: Rect, taken: list[Rect]
    ) -> Rect:
        """List the active action units beside the box, each with a bar of its intensity."""
        size = self._layout.small_px
        row, bar = round(size * 1.45), round(size * 0.6) * STEPS
        room = round(picture.shape[1] * 0.34)
        names = [clipped(u.name, size, room - bar - 4 * _PAD) for u in face.units]
        text = max(lettered.width_of(n, size) for n in names)
        wide, high = text + bar + 4 * _PAD, row * len(names) + _PAD
        place = self._place(face.track, box, wide, high, picture, taken)
        _shade(picture, place)
        for i, (name, unit) in enumerate(zip(names, face.units, strict=True)):
            x, y = place.left + _PAD, place.top + _PAD // 2 + i * row
            lettered.written(picture, x, y, name, size, WHITE)
            _paint_bar(picture, Rect(x + text + _PAD, y + row // 4, bar, row // 2), unit.level)
        return place

    def _place(
        self, track: str, box: Rect, wide: int, high: int, picture: "NDArray[np.uint8]",
        taken: list[Rect],
    ) -> Rect:  # fmt: skip
        """Find room beside a box: where it was before, else where nothing is covered."""
        most = picture.shape[0] - high
        top = max(0, min(box.top, most))
        beneath = max(0, min(box.top + box.height + 2 * _PAD, most))
        edge = 0 if box.left + box.width / 2 > picture.shape[1] / 2 else picture.shape[1] - wide
        places = (
            Rect(box.left + box.width + _PAD, top, wide, high),
            Rect(box.left - wide - _PAD, top, wide, high),
            Rect(max(0, min(box.left, picture.shape[1] - wide)), beneath, wide, high),
            Rect(max(0, edge), top, wide, high),
        )
        before = self._sides.get(track, 0)
        for i in dict.fromkeys((before, 0, 1, 2)):
            p = places[i]
            fits = p.left >= 0 and p.left + wide <= picture.shape[1]
            if fits and not any(p.meets(t) for t in taken):
                self._sides[track] = i
                return p
        return places[3]

    def _captions(self, captions: tuple[Caption, ...]) -> "NDArray[np.uint8]":
        """Return the strip for ``captions``, painted anew only when its words change."""
        rows = _rows(captions, self._layout)
        if self._strip is not None and self._strip[0] == rows:
            return self._strip[1]
        layout = self._layout
        strip = np.full((layout.strip.height, layout.width, 3), DARK, np.uint8)
        y = round(layout.text_px * 0.25)
        for row in rows:
            x = layout.text_px // 2
            for text, colour, bold in row:
                x += lettered.written(strip, x, y, text, layout.text_px, colour, bold=bold)
                x += layout.text_px // 2
            y += layout.line_px
        self._strip = rows, strip
        return strip

    def _paint_foot(self, canvas: "NDArray[np.uint8]", time_s: float) -> None:
        layout = self._layout
        tiny, margin = layout.tiny_px, layout.text_px // 2
        y = layout.height - round(tiny * 1.5)
        if self._clock_shown:
            up = round(tiny * 1.5) * (layout.foot_rows - 1)
            told = clock(time_s, tenths=True)
            lettered.written(canvas, margin, y - up, told, round(tiny * 1.15), WHITE)
        notice = clipped(NOTICE, tiny, layout.width - 2 * margin)
        wide = lettered.width_of(notice, tiny)
        lettered.written(canvas, max(0, layout.width - wide - margin), y, notice, tiny, GREY)


Run = tuple[str, lettered.Colour, bool]


def _rows(captions: tuple[Caption, ...], layout: Layout) -> tuple[tuple[Run, ...], ...]:
    """Return the lines of the strip: who, labels, and the words that are due."""
    rows: list[tuple[Run, ...]] = []
    room = layout.width - layout.text_px
    alone = len(captions) == 1
    for caption in captions:
        colour = COLOURS[caption.color % len(COLOURS)]
        name = f"{caption.person} ({caption.absence})" if caption.absence else caption.person
        head: list[Run] = [(name, colour, True)]
        left = room - lettered.width_of(name, layout.text_px, bold=True) - layout.text_px
        if alone:
            if labels := clipped(caption.labels, layout.text_px, left):
                head.append((labels, LABEL, False))
                left -= lettered.width_of(labels, layout.text_px) + layout.text_px
            # a disagreement cut in half would name another one
            conflict = caption.conflict
            if conflict and lettered.width_of(conflict, layout.text_px, bold=True) <= left:
                head.append((conflict, CONFLICT, True))
                left -= lettered.width_of(conflict, layout.text_px, bold=True) + layout.text_px
            if caption.tone and lettered.width_of(caption.tone, layout.text_px) <= left:
                head.append((caption.tone, TONE, False))
            rows.append(tuple(head))
            rows += [((line, WHITE, False),) for line in _page(caption, layout, room, TEXT_LINES)]
        else:
            words = _page(caption, layout, left, 1)
            rows.append((*head, *((line, WHITE, False) for line in words)))
    return tuple(rows)


def _page(caption: Caption, layout: Layout, room: float, n_lines: int) -> list[str]:
    """Return the lines that are due: what does not fit at once is turned over in time."""
    if caption.text is None:
        return ["(speech without a transcript)"] if n_lines > 1 else ["(no transcript)"]
    lines = wrapped(caption.text, layout.text_px * 1.02, room, 200)
    n_pages = max(1, -(-len(lines) // n_lines))
    page = min(n_pages - 1, int(caption.share * n_pages))
    return lines[page * n_lines : (page + 1) * n_lines]


def _fitted(rgb: "NDArray[np.uint8]", width: int, height: int) -> "NDArray[np.uint8]":
    import cv2

    if rgb.shape[:2] == (height, width):
        return rgb
    smaller = width < rgb.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    fitted: NDArray[np.uint8] = cv2.resize(rgb, (width, height), interpolation=how).astype(np.uint8)
    return fitted


def _box(face: Sighting, across: tuple[float, float]) -> Rect:
    box = face.box_px
    left, top = round(box.left * across[0]), round(box.top * across[1])
    return Rect(
        left, top, max(2, round(box.width * across[0])), max(2, round(box.height * across[1]))
    )


def _inside(top: int, high: int, picture: "NDArray[np.uint8]") -> bool:
    return top >= 0 and top + high <= picture.shape[0]


def _fill(picture: "NDArray[np.uint8]", place: Rect, colour: lettered.Colour) -> None:
    left, top = max(0, place.left), max(0, place.top)
    picture[top : max(0, place.top + place.height), left : max(0, place.left + place.width)] = (
        colour
    )


def _shade(picture: "NDArray[np.uint8]", place: Rect) -> None:
    """Darken a place so that white letters can be read on it."""
    part = picture[place.top : place.top + place.height, place.left : place.left + place.width]
    part[:] = part // 4


def _paint_bar(picture: "NDArray[np.uint8]", place: Rect, level: float) -> None:
    """Paint one bar of ``STEPS`` parts, filled up to ``level``."""
    step = place.width / STEPS
    for i in range(STEPS):
        left = place.left + round(i * step)
        part = Rect(left, place.top, max(1, round(step) - 1), place.height)
        _fill(picture, part, BAR_EMPTY)
        full = min(1.0, max(0.0, level - i))
        if full > 0:
            _fill(picture, part._replace(width=max(1, round(part.width * full))), BAR)
