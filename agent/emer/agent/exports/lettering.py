"""Letters for pictures: which fonts can write a text, how wide it is, and what is shown instead.

Reads    any text, hostile or not
Returns  one line that the fonts at hand can write in full; a script that none of them has becomes
         "[words in Chinese]", a lone sign its name, so that nothing turns into empty boxes
Cost     the first use loads matplotlib's list of fonts (about 0.1 s; seconds once per machine)
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from emer.tools.media.subtitles import clean

OTHER_FAMILIES: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "PingFang SC",
    "Hiragino Sans GB", "Heiti SC", "STHeiti", "Microsoft YaHei", "SimHei", "SimSun",
    "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "IPAGothic",
    "Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", "NanumGothic",
    "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Telugu",
    "Noto Sans Thai", "Lohit Devanagari", "Noto Sans Arabic", "Noto Sans Hebrew",
    "Arial Unicode MS", "Noto Sans", "FreeSans", "Unifont", "Noto Emoji", "Symbola",
)  # fmt: skip
"""Asked in this order for what DejaVu Sans, which matplotlib brings along, cannot write."""
MAX_CHARS: Final = 400
"""Of one text; more than any place in a picture can hold."""
ELLIPSIS: Final = "…"
_REPEATED: Final = re.compile(r"(\[words in [^\]]+\])(?: \1)+")
_SIZE: Final = 100
"""Points at which letters are measured."""
_NAMES: Final = {"CJK": "Chinese", "KANGXI": "Chinese", "IDEOGRAPHIC": "Chinese",
                 "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """One font at hand."""

    family: str
    path: Path
    index: int
    """Of the face in a collection of fonts."""
    letters: frozenset[int]
    """Code points that it can write."""


@cache
def faces() -> tuple[Face, ...]:
    """Return DejaVu Sans and whatever of ``OTHER_FAMILIES`` this machine has, in order."""
    from matplotlib import get_data_path
    from matplotlib.font_manager import fontManager

    plain = Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    found = {f.name: f for f in reversed(fontManager.ttflist) if f.weight in {400, "normal"}}
    paths = [("DejaVu Sans", plain, 0)]
    paths += [
        (name, Path(found[name].fname), getattr(found[name], "index", 0))
        for name in OTHER_FAMILIES if name in found
    ]  # fmt: skip
    return tuple(face for name, path, i in paths if (face := _face(name, path, i)) is not None)


@cache
def bold() -> Path:
    """Return the path of DejaVu Sans Bold."""
    from matplotlib import get_data_path

    return Path(get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf")


def shown(raw: str, *, longest: int = MAX_CHARS) -> str:
    """Return ``raw`` as one clean line that the fonts at hand can write in full."""
    text = clean(raw[: 4 * MAX_CHARS])
    if all(_writable(c) for c in text):
        return text[:longest]
    # kanji beside kana are Japanese, too
    japanese = any(_script(c) == "Japanese" for c in text if not _writable(c))
    return _told(text, japanese=japanese)[:longest]


def width(text: str, size: float) -> float:
    """Return how wide ``text`` is at ``size``, in the unit of ``size``; kerning left out."""
    return sum(map(_advance, text)) * size


def clipped(text: str, size: float, room: float) -> str:
    """Return ``text``, or as much of its begin as ``room`` holds and an ellipsis; maybe nothing."""
    if width(text, size) <= room:
        return text
    left = room / size - _advance(ELLIPSIS)
    kept = 0
    for c in text:
        left -= _advance(c)
        if left < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS if kept else ""


def wrapped(text: str, size: float, room: float, n_lines: int) -> list[str]:
    """Break ``text`` into at most ``n_lines`` lines of at most ``room``; the last is clipped."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < n_lines - 1:
        n = _fitting(rest, size, room)
        if n == 0:
            return lines
        lines.append(rest[:n].rstrip())
        rest = rest[n:].lstrip()
    if rest and (last := clipped(rest, size, room)):
        lines.append(last)
    return lines


def _fitting(text: str, size: float, room: float) -> int:
    """Count the characters that go on one line; words are kept whole where they fit on one."""
    left, n = room / size, 0
    for c in text:
        left -= _advance(c)
        if left < 0:
            break
        n += 1
    if n in {0, len(text)}:
        return n
    ends = [i for i in range(1, n + 1) if _breaks(text[i - 1], text[i])]
    return ends[-1] if ends else n


def _breaks(before: str, after: str) -> bool:
    """Whether a line may end between the two; wide letters (Chinese) break anywhere."""
    return after == " " or before in " -" or "W" in {
        unicodedata.east_asian_width(before), unicodedata.east_asian_width(after)
    }  # fmt: skip


def _told(text: str, *, japanese: bool) -> str:
    parts = []
    for key, run in groupby(_keys(text), key=lambda pair: pair[0]):
        letters = "".join(c for _, c in run)
        if key is None:
            parts.append(letters)
        elif key:
            words = "Japanese" if japanese and key == "Chinese" else key
            parts.append(f" [words in {words}] ")
        else:
            parts.append(" " + " ".join(dict.fromkeys(f"[{_name(c)}]" for c in letters)) + " ")
    return _REPEATED.sub(r"\1", " ".join("".join(parts).split()))


def _keys(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield each character with the script that cannot be written; None: it can; "": no script."""
    for c in text:
        yield (None if _writable(c) else _script(c)), c


def _script(c: str) -> str:
    if unicodedata.category(c)[0] not in "LM":
        return "Chinese" if _name(c).startswith(("ideographic", "fullwidth")) else ""
    first = unicodedata.name(c, "UNKNOWN").split()[0]
    return _NAMES.get(first, first.capitalize() + " script")


def _name(c: str) -> str:
    return unicodedata.name(c, "unknown sign").lower()


@cache
def _writable(c: str) -> bool:
    return any(ord(c) in face.letters for face in faces())


@cache
def _advance(c: str) -> float:
    """Return the width of one letter, as a share of the size."""
    font = _measure(next((f for f in faces() if ord(c) in f.letters), faces()[0]))
    try:
        return float(font.load_char(ord(c)).linearHoriAdvance) / 65536 / _SIZE
    except (RuntimeError, ValueError):  # a font that is damaged in one letter
        return 1.0


@cache
def _measure(face: Face):  # type: ignore[no-untyped-def]  # noqa: ANN202 - matplotlib is untyped
    font = _opened(face.path, face.index)
    font.set_size(_SIZE, 72)
    return font


def _opened(path: Path, index: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as above
    from matplotlib.ft2font import FT2Font

    return FT2Font(str(path), face_index=index) if index else FT2Font(str(path))


def _face(name: str, path: Path, index: int) -> Face | None:
    try:
        return Face(name, path, index, frozenset(_opened(path, index).get_charmap()))
    except (OSError, RuntimeError, TypeError):  # gone or damaged since the list was made
        return None


def families(texts: Iterable[str]) -> list[str]:
    """Return the families that are needed to write ``texts``, the plain one first."""
    wanted = {ord(c) for text in texts for c in text}
    chosen = []
    for i, face in enumerate(faces()):
        if i == 0 or wanted & face.letters:
            chosen.append(face.family)
            wanted -= face.letters
    return chosen
