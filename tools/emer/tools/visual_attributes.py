"""The look of the picture, shot by shot: light, contrast, colour, motion and cuts.

Reads    sampled RGB pictures, and where hard cuts lie between them
Returns  one ``SceneReading`` per shot, long shots in parts of at most ``LONGEST_S``
Cost     under 1 ms a sampled picture; memory holds the shot's sums only
Source   Hasler & Suesstrunk 2003, Measuring Colourfulness in Natural Images (colourfulness)

A black picture is a finding: brightness 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.findings import (
    NOTHING_TRAINED,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    TimeSpan,
)
from emer.tools.media.decode import Frame, Luma
from emer.tools.media.faces import FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.readings import SceneReading
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_S: Final = 30.0
"""Longer shots are read in parts, so that what changes inside them shows."""
SMALL_SIDE_PX: Final = 160
"""Long side at which pictures are measured; fine enough for averages over the picture."""
SHORTEST_S: Final = 1.0
"""Cuts that follow each other faster share one reading, so that a strobe does not flood."""
TICK_S: Final = 0.001
LUMA_WEIGHTS: Final = (0.299, 0.587, 0.114)
"""ITU-R BT.601."""
MEAN_WEIGHT: Final = 0.3
"""Hasler & Suesstrunk 2003: spread of the opponent colours plus 0.3 times their mean."""

CARD: Final = ModelCard(
    name="picture-statistics",
    revision="1",
    purpose="Says how bright, contrasting, colourful and restless the picture of each shot is.",
    inputs="RGB pictures sampled a few times a second, scaled to a long side of 160 px; the times of "
    "hard cuts, found in the 8-bit luma of every decoded picture",
    outputs="brightness and contrast 0..1, colourfulness 0 to about 110, motion in full luma per "
    "second, times of hard cuts in seconds",
    licence="Apache-2.0",
    commercial_use=True,
    source="Hasler & Suesstrunk 2003, Measuring Colourfulness in Natural Images; the rest are "
    "plain statistics",
    trained_on="nothing: a formula; the cut threshold was chosen on 22 clips joined in all pairs",
    metrics="Cuts on those clips at full rate: none inside a shot was reported, about 97 of 100 "
    "joints lie above the threshold (the same clips on which it was chosen). The statistics are "
    "definitions",
    split="none: the cut threshold was chosen and measured on the same clips",
    calibration="none: no score is given",
    training=NOTHING_TRAINED,
    limits=(
        "Dissolves, wipes and fades are not cuts here.",
        "Motion mixes camera and subject, and includes sensor noise and compression.",
        "Light and colour tell about the picture, not about anybody's feelings.",
    ),
)


class VisualAttributes:
    """Measures the picture while the clip is decoded."""

    tool: ClassVar[str] = "visual_attributes"
    engine: ClassVar[str] = "statistics"
    modality: ClassVar[Modality] = Modality.SCENE
    card: ClassVar[ModelCard] = CARD
    needs: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.02
    wants_luma: ClassVar[bool] = False

    def __init__(self, *, longest_s: float = LONGEST_S) -> None:
        """Choose the length, in seconds, beyond which a shot is read in parts."""
        self._longest_s = longest_s

    def ready(self) -> None:
        """Nothing is needed beyond the base installation."""

    def watch(self, media: MediaInfo, span: TimeSpan, workspace: Path) -> "SceneWatcher":
        """Begin to watch one pass."""
        return SceneWatcher(self._longest_s)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Return the readings of all shots that ``spans`` touch, whole: a look has no parts."""
        if self.tool not in clip.found:
            return [_gap(clip, s) for s in spans if s.overlaps(clip.span)]
        chosen = [f for f in clip.found[self.tool] if any(f.overlaps(s) for s in spans)]
        dark = [
            s for s in spans if s.overlaps(clip.span) and not any(f.overlaps(s) for f in chosen)
        ]
        found = [*chosen, *(_gap(clip, s) for s in dark)]
        return sorted(found, key=lambda f: (f.start_s, f.end_s))


@dataclass(slots=True)
class _Shot:
    """Sums over the pictures of one shot or part of one."""

    start_s: float
    cuts_s: list[float] = field(default_factory=list)
    values: "list[NDArray[np.float64]]" = field(default_factory=list)
    change: float = 0.0
    change_s: float = 0.0

    def reading(self) -> SceneReading:
        brightness, contrast, colourfulness = np.mean(self.values, axis=0)
        return SceneReading(
            brightness=round(min(1.0, float(brightness)), 4),
            contrast=round(min(1.0, float(contrast)), 4),
            colourfulness=round(float(colourfulness), 2),
            motion=round(self.change / self.change_s, 4) if self.change_s else 0.0,
            cuts_s=tuple(round(cut_s, 3) for cut_s in self.cuts_s),
        )


class SceneWatcher:
    """Watches one pass."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._shot: _Shot | None = None
        self._done: list[tuple[float, float, SceneReading]] = []
        self._before: NDArray[np.float32] | None = None
        self._before_s = 0.0
        self._step_s = 0.0

    def glimpse(self, luma: Luma) -> None:
        """Sampled pictures suffice."""

    def see(self, frame: Frame) -> None:
        """Measure one sampled picture."""
        import cv2

        scale = min(1.0, SMALL_SIDE_PX / max(frame.rgb.shape[:2]))
        height, width = (max(1, round(side * scale)) for side in frame.rgb.shape[:2])
        small = cv2.resize(frame.rgb, (width, height), interpolation=cv2.INTER_AREA)
        rgb = small.astype(np.float32) / np.float32(255.0)
        luma = rgb @ np.array(LUMA_WEIGHTS, np.float32)
        self._turn_page(frame.time_s, frame.cut_s)
        assert self._shot is not None
        self._shot.values.append(_look(rgb, luma))
        if self._before is not None and self._before.shape == luma.shape:
            self._shot.change += float(np.abs(luma - self._before).mean())
            self._shot.change_s += frame.time_s - self._before_s
        if self._before is not None:
            self._step_s = frame.time_s - self._before_s
        self._before, self._before_s = luma, frame.time_s

    def _turn_page(self, time_s: float, cut_s: float | None) -> None:
        """Begin a new shot after a cut, a new part where the old one is long enough."""
        if self._shot is None:
            self._shot = _Shot(time_s)
            return
        if cut_s is not None:
            self._before = None  # the change across a cut is no motion
        start_s = time_s if cut_s is None else cut_s
        lasted_s = start_s - self._shot.start_s + TICK_S
        if cut_s is not None and lasted_s < SHORTEST_S:
            self._shot.cuts_s.append(cut_s)
        elif cut_s is not None or lasted_s >= self._longest_s:
            self._done.append((self._shot.start_s, start_s, self._shot.reading()))
            self._shot = _Shot(start_s, [] if cut_s is None else [cut_s])

    def close(self, clip: Clip) -> tuple[list[Finding], FaceStore | None]:
        """Return one reading per shot."""
        if self._shot is None:
            return [_gap(clip, clip.span, looked=True)], None
        end_s = clip.span.end_s
        if clip.media.kind != "image" and end_s - self._before_s > max(1.0, 3 * self._step_s):
            end_s = self._before_s + max(self._step_s, TICK_S)  # the sound outlasts the pictures
        self._done.append((self._shot.start_s, end_s, self._shot.reading()))
        found: list[Finding] = []
        for start_s, stop_s, reading in self._done:
            stop_s = min(max(stop_s, start_s + TICK_S), clip.span.end_s)
            start_s = max(clip.span.start_s, min(start_s, stop_s - TICK_S))
            found.append(
                Evidence.of(
                    tool=VisualAttributes.tool,
                    engine=VisualAttributes.engine,
                    modality=VisualAttributes.modality,
                    card=CARD,
                    span=TimeSpan(start_s=start_s, end_s=stop_s),
                    reading=reading,
                )
            )
        if clip.span.end_s - end_s >= 1.0:
            found.append(_gap(clip, TimeSpan(start_s=end_s, end_s=clip.span.end_s), looked=True))
        return found, None


def _look(rgb: "NDArray[np.float32]", luma: "NDArray[np.float32]") -> "NDArray[np.float64]":
    """Return brightness, contrast and colourfulness of one picture, shape ``(3,)``."""
    red, green, blue = (255.0 * rgb[..., i].astype(np.float64) for i in range(3))
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = float(np.hypot(red_green.std(), yellow_blue.std()))
    mean = float(np.hypot(red_green.mean(), yellow_blue.mean()))
    return np.array([luma.mean(), 2.0 * luma.std(), spread + MEAN_WEIGHT * mean], np.float64)


def _gap(clip: Clip, span: TimeSpan, *, looked: bool = False) -> Gap:
    start_s, end_s = max(span.start_s, clip.span.start_s), min(span.end_s, clip.span.end_s)
    code, remedy = GapCode.NO_STREAM, ""
    reason = "there is no picture here, only sound"
    if clip.media.video is not None and looked and span == clip.span:
        code, reason = GapCode.MEDIA_DAMAGED, "no picture of the video could be decoded"
        remedy = "Copy or export the file again."
    elif clip.media.video is not None and VisualAttributes.tool not in clip.found:
        code, reason = GapCode.NOT_LOOKED_AT, "the pictures were not looked at while decoding"
        remedy = "Run again with the tool 'visual_attributes' switched on."
    return Gap(
        tool=VisualAttributes.tool, code=code, reason=reason, remedy=remedy,
        start_s=start_s, end_s=end_s,
    )  # fmt: skip
