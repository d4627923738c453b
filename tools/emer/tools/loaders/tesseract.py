"""Tesseract through tesserocr in a process of its own; see ``emer.tools.on_screen_text``.

Reads    items with ``picture``: RGB, ``(height, width, 3)`` uint8
Returns  ``{"lines": [{"text", "box", "score"}]}``: boxes in shares of the picture, scores 0..1
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.hosting.items import Item, Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUFFIX: Final = ".traineddata"
MOST_LANGUAGES: Final = 3
READ_SIDE_PX: Final = 1280
"""Smaller pictures are enlarged, at most twice: letters want a height of some 20 pixels."""
MOST_LINES: Final = 60
"""Of one picture; a page of a book has fewer."""


class Reader:
    """A loaded engine; for one picture at a time."""

    def __init__(self, engine: Any, languages: str) -> None:  # noqa: ANN401 - carries no types
        self._engine = engine
        self.facts = {
            "device": "cpu", "dtype": "float32", "languages": languages,
            "library": f"tesserocr {version('tesserocr')}",
        }  # fmt: skip

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Read every picture."""
        return [{"lines": self._lines(item.arrays["picture"])} for item in batch]

    def _lines(self, rgb: "NDArray[np.uint8]") -> list[Message]:
        import tesserocr
        from PIL import Image

        ready = enlarged(rgb)
        height, width = ready.shape[:2]
        self._engine.SetImage(Image.fromarray(ready))
        self._engine.Recognize()
        level, lines = tesserocr.RIL.TEXTLINE, []
        found = self._engine.GetIterator()
        for line in tesserocr.iterate_level(found, level) if found is not None else ():
            box = line.BoundingBox(level)
            if box is None or line.Empty(level):
                continue
            left, top, right, bottom = (
                min(max(v / side, 0.0), 1.0)
                for v, side in zip(box, (width, height, width, height), strict=True)
            )
            lines.append(
                {
                    "text": line.GetUTF8Text(level), "box": [left, top, right - left, bottom - top],
                    "score": min(max(float(line.Confidence(level)) / 100.0, 0.0), 1.0),
                }
            )  # fmt: skip
            if len(lines) == MOST_LINES:
                break
        return lines


def enlarged(rgb: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """Return a small picture at up to twice its size."""
    import cv2

    scale = min(2.0, READ_SIDE_PX / max(rgb.shape[:2]))
    if scale <= 1.0:
        return np.ascontiguousarray(rgb)
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def load(options: Message) -> Reader:
    """Load the engine.

    Args:
        options: ``folder``: one with ``.traineddata`` files, or one such file.

    Raises:
        FileNotFoundError: There is none.
    """
    import tesserocr

    path = Path(options["folder"])
    files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files or not all(f.is_file() and f.suffix == SUFFIX for f in files):
        raise FileNotFoundError(f"no {SUFFIX} file in {path}")
    languages = "+".join(f.name.removesuffix(SUFFIX) for f in files[:MOST_LANGUAGES])
    engine = tesserocr.PyTessBaseAPI(
        path=str(files[0].parent), lang=languages, psm=tesserocr.PSM.SPARSE_TEXT,
        oem=tesserocr.OEM.LSTM_ONLY,
    )  # fmt: skip
    return Reader(engine, languages)
