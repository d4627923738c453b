"""Text that the picture shows: captions, titles, messages, read by Tesseract.

Reads    few of the sampled pictures: the first, one after each cut, else one every two seconds, and
         none that looks like the last one that was read
Returns  one ``ScreenTextReading`` per text and stretch in which it stands, gaps between; a stretch
         reaches to the picture in which the text is not read any more, or to the cut before it
Cost     0.3 s a picture that is read, on one core, in a process of its own, while decoding goes on
Source   Smith 2007, doi:10.1109/ICDAR.2007.4376991; LSTM models of Tesseract 5

Why tesserocr: one wheel (MIT) with Tesseract in it that needs no other package, with models of 4 MB
(Apache-2.0). rapidocr and onnxtr bring an OpenCV of another flavour, which overwrites ours (see ADR 9).

What is read is untrusted, as speech is: cleaned, bounded, quoted with where and when it stood;
nothing is chosen by it.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.errors import EmerError
from emer.tools.findings import Evidence, Finding, Gap, GapCode, Modality, ModelCard, TimeSpan
from emer.tools.hosting.host import Limits
from emer.tools.hosting.items import Item, Lost, Message
from emer.tools.media.decode import Frame, Luma
from emer.tools.media.faces import FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.subtitles import clean
from emer.tools.model_engine import ModelEngine
from emer.tools.readings import ScreenTextReading, TextLine
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

EVERY_S: Final = 2.0
THUMB_PX: Final = (96, 54)
CHANGED: Final = 6.0
"""A picture is read anew where a band of its thumbnail, a ninth of the height, changed by this many of
255 levels on the mean."""
MOST_PICTURES: Final = 2000
"""Of one pass: more than an hour of pictures that all differ."""
SURE: Final = 0.75
VERY_SURE: Final = 0.92
SHORT: Final = 3
"""Lines of up to so many letters and digits must be very sure, others sure; those of a single one are
none. Measured: lines that Tesseract sees in hair and cloth of 22 clips without text have at most 4
letters, with 0.88 at most for up to three and 0.74 for four; rendered text has 0.96."""
MOST_LINES: Final = 20
MOST_CHARS: Final = 200
"""Of one line."""
SAME: Final = 0.8
"""Texts that agree to this share are one text, read a little differently."""
SHORTEST_GAP_S: Final = 1.0
TICK_S: Final = 0.001


class OnScreenText(ModelEngine):
    """Reads text in the picture while the clip is decoded."""

    tool: ClassVar[str] = "on_screen_text"
    engine: ClassVar[str] = "tesseract"
    modality: ClassVar[Modality] = Modality.SCENE
    card: ModelCard
    needs: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 20
    optional: ClassVar[bool] = True
    cost: ClassVar[float] = 0.15
    wants_luma: ClassVar[bool] = False
    loader: ClassVar[str] = "emer.tools.loaders.tesseract:load"
    limits: ClassVar[Limits] = Limits(needs_mb=100, memory_mb=1500, load_s=60.0, batch_s=60.0)
    environment: ClassVar[Mapping[str, str]] = MappingProxyType({"OMP_THREAD_LIMIT": "1"})
    on_cpu: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("tesserocr",)
    extra: ClassVar[str] = "ocr"
    purpose: ClassVar[str] = "Reads text in the picture: captions, titles, messages."
    inputs: ClassVar[str] = (
        "RGB pictures, at most one every two seconds or per cut, long side 1280 px"
    )
    outputs: ClassVar[str] = (
        "lines of text with boxes in shares of the picture and scores 0..1, not calibrated"
    )

    def watch(self, media: MediaInfo, span: TimeSpan, workspace: Path) -> "TextWatcher":
        """Begin to watch one pass."""
        return TextWatcher(self)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Return the texts that ``spans`` touch, whole, and gaps inside them."""
        found: list[Finding] = []
        for span in (s for s in spans if s.overlaps(clip.span)):
            inside = [f for f in clip.found.get(self.tool, ()) if f.overlaps(span)]
            found += [_cut(f, span) if isinstance(f, Gap) else f for f in inside]
            if not inside:
                found.append(_nothing(clip, span, looked=self.tool in clip.found))
        every = dict.fromkeys(found)
        return sorted(every, key=lambda f: (f.start_s, f.end_s))


@dataclass(slots=True)
class Shown:
    """One text while it stands."""

    start_s: float
    end_s: float
    lines: tuple[TextLine, ...]
    n_pictures: int = 1

    @property
    def text(self) -> str:
        """Its lines in one."""
        return " / ".join(line.text for line in self.lines)

    @property
    def score(self) -> float:
        """Mean of its lines, by their length."""
        sizes = [len(line.text) for line in self.lines]
        return sum(n * ln.score for n, ln in zip(sizes, self.lines, strict=True)) / sum(sizes)


class TextWatcher:
    """Watches one pass; pictures are read in its thread, one by one."""

    def __init__(self, owner: OnScreenText) -> None:
        self._owner = owner
        self._thumb: NDArray[np.float32] | None = None
        self._read_s = float("-inf")
        self._last_s = 0.0
        self._n_read = 0
        self._shown: Shown | None = None
        self._done: list[Shown] = []
        self._gaps: list[tuple[float, GapCode, str, str]] = []
        """From when on, why, and what would help: where reading was lost."""
        self._unable: EmerError | None = None

    def glimpse(self, luma: Luma) -> None:
        """Sampled pictures suffice."""

    def see(self, frame: Frame) -> None:
        """Read one sampled picture, if it is time and it differs from the last that was read."""
        self._last_s = frame.time_s
        if frame.cut_s is not None:
            self._end(frame.cut_s)
            self._thumb, self._read_s = None, float("-inf")
        if self._unable or frame.time_s - self._read_s < EVERY_S - 1e-3:
            return
        thumb = thumbnail(frame.rgb)
        if self._thumb is not None and not differs(thumb, self._thumb):
            return
        if self._n_read >= MOST_PICTURES:
            if not self._gaps or self._gaps[-1][1] is not GapCode.BUDGET_SPENT:
                reason = f"{MOST_PICTURES} pictures were read, which is all that one pass may cost"
                self._gaps.append((frame.time_s, GapCode.BUDGET_SPENT, reason, "Look at a part."))
            return
        self._thumb, self._read_s = thumb, frame.time_s
        self._n_read += 1
        self._take(frame)

    def close(self, clip: Clip) -> tuple[list[Finding], FaceStore | None]:
        """Return texts and gaps."""
        self._end(clip.span.end_s)
        if self._unable is not None:
            gap = Gap(
                tool=self._owner.tool, code=GapCode.TOOL_UNAVAILABLE, start_s=clip.span.start_s,
                end_s=clip.span.end_s, reason=self._unable.message, remedy=self._unable.remedy,
            )  # fmt: skip
            return [gap], None
        return findings(clip, self._owner, self._done, self._gaps), None

    def _take(self, frame: Frame) -> None:
        try:
            item = Item({}, {"picture": frame.rgb})
            (answer,) = self._owner.host().ask([item])
        except EmerError as error:
            self._unable = error
            return
        if isinstance(answer, Lost):
            self._end(frame.time_s)
            self._gaps.append((frame.time_s, GapCode.TOOL_FAILED, answer.reason, answer.remedy))
            return
        lines = lines_of(answer)
        now = Shown(frame.time_s, frame.time_s, lines) if lines else None
        before = self._shown
        if before is not None and now is not None and same(before.text, now.text):
            before.n_pictures += 1
            before.lines = now.lines if now.score > before.score else before.lines
            return
        self._end(frame.time_s)
        self._shown = now

    def _end(self, time_s: float) -> None:
        if self._shown is not None:
            self._shown.end_s = max(time_s, self._shown.start_s + TICK_S)
            self._done.append(self._shown)
        self._shown = None


def lines_of(answer: Message) -> tuple[TextLine, ...]:
    """Return the lines that are sure enough, cleaned and bounded, from top to bottom."""
    found = []
    for told in answer["lines"]:
        text = clean(str(told["text"]))[:MOST_CHARS].strip()
        n_signs = sum(c.isalnum() for c in text)
        if n_signs < 2 or told["score"] < (VERY_SURE if n_signs <= SHORT else SURE):
            continue
        left, top, width, height = (round(float(v), 4) for v in told["box"])
        score = round(float(told["score"]), 4)
        found.append(TextLine(text=text, box=(left, top, width, height), score=score))
    found.sort(key=lambda line: (round(line.box[1], 2), line.box[0]))
    return tuple(found[:MOST_LINES])


def same(one: str, other: str) -> bool:
    """Whether two readings are of one text."""
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= SAME


def thumbnail(rgb: "NDArray[np.uint8]") -> "NDArray[np.float32]":
    """Return a picture's brightness on ``THUMB_PX``, 0..255."""
    import cv2

    small = cv2.resize(rgb, THUMB_PX, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)


def differs(one: "NDArray[np.float32]", other: "NDArray[np.float32]") -> bool:
    """Whether some band of the picture changed: a caption is no more than that."""
    changed = np.abs(one - other)
    bands = changed.reshape(9, -1).mean(axis=1)
    return bool(bands.max() >= CHANGED)


def findings(
    clip: Clip,
    owner: OnScreenText,
    shown: Sequence[Shown],
    lost: Sequence[tuple[float, GapCode, str, str]],
) -> list[Finding]:
    """Return evidence of every text, and gaps where there is none, in time order."""
    found: list[Finding] = []
    for one in shown:
        start_s = max(clip.span.start_s, min(one.start_s, clip.span.end_s - TICK_S))
        end_s = max(start_s + TICK_S, min(one.end_s, clip.span.end_s))
        found.append(
            Evidence.of(
                tool=owner.tool, engine=owner.engine, modality=owner.modality, card=owner.card,
                span=TimeSpan(start_s=start_s, end_s=end_s), score=one.score,
                reading=ScreenTextReading(
                    text=one.text, lines=one.lines, n_pictures=one.n_pictures
                ),
            )
        )  # fmt: skip
    for time_s, code, reason, remedy in lost:
        until_s = clip.span.end_s if code is GapCode.BUDGET_SPENT else time_s + EVERY_S
        start_s = max(clip.span.start_s, min(time_s, clip.span.end_s - TICK_S))
        end_s = max(start_s + TICK_S, min(until_s, clip.span.end_s))
        place = {"start_s": start_s, "end_s": end_s}
        found.append(Gap(tool=owner.tool, code=code, reason=reason, remedy=remedy, **place))
    reached_s, holes = clip.span.start_s, list[Finding]()
    for start_s, end_s in [*sorted((f.start_s, f.end_s) for f in found), (clip.span.end_s,) * 2]:
        if start_s - reached_s >= SHORTEST_GAP_S or (not found and start_s > reached_s):
            hole = TimeSpan(start_s=reached_s, end_s=start_s)
            holes.append(_nothing(clip, hole, looked=True))
        reached_s = max(reached_s, end_s)
    return sorted([*found, *holes], key=lambda f: (f.start_s, f.end_s))


def _nothing(clip: Clip, span: TimeSpan, *, looked: bool) -> Gap:
    start_s, end_s = max(span.start_s, clip.span.start_s), min(span.end_s, clip.span.end_s)
    code, reason, remedy = GapCode.NOTHING_THERE, "no text was read in the picture", ""
    if clip.media.video is None:
        code, reason = GapCode.NO_STREAM, "there is no picture, only sound"
    elif not looked:
        code, reason = GapCode.NOT_LOOKED_AT, "the pictures were not looked at while decoding"
        remedy = f"Run again with the tool '{OnScreenText.tool}' switched on."
    return Gap(
        tool=OnScreenText.tool, code=code, start_s=start_s, end_s=end_s, reason=reason,
        remedy=remedy,
    )  # fmt: skip


def _cut(gap: Gap, span: TimeSpan) -> Gap:
    start_s, end_s = max(gap.start_s, span.start_s), min(gap.end_s, span.end_s)
    return gap.model_copy(update={"start_s": start_s, "end_s": end_s})
