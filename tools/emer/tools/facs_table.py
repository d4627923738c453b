"""From the shapes that move a face to action units of FACS: what is credible, and what is not.

Reads    shapes and the lip gap from ``face_landmarks``
Returns  one signal per action unit, in the teacher's units (0..1)
Cost     nothing: averages
Source   ids and names: Ekman, Friesen & Hager 2002; shapes: the 52 of ARKit, of which MediaPipe's
         are a reading. Neither is the other: the table says how far one stands for the other.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

import numpy as np

from emer.tools.face_landmarks import lip_gap, shape_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Standing = Literal["credible", "weak", "not available"]


class Seen(Protocol):
    """What a network says of ``n`` crops: ours (``face_landmarks``), or its teacher."""

    @property
    def points_px(self) -> "Floats":
        """``(n, 146, 2)``, as in ``Landmarks``."""

    @property
    def shapes(self) -> "Floats":
        """``(n, m)``: how much each of ``shape_names()`` is shown, 0..1."""


class Unit(NamedTuple):
    """One action unit: how it is measured and how far that can be trusted."""

    au: str
    name: str
    standing: Standing
    shapes: tuple[str, ...] = ()
    """Averaged; empty for ``AU25``, which is the gap between the lips, and for what is not there."""
    cue: str = ""
    """What was seen, as the reason that people read; "than in this face's own neutral" follows."""
    full: float = 1.0
    """Rise over the own neutral that counts as intensity 5: the 99th percentile of the teacher's."""
    r: float = 0.0
    """Correlation with the teacher within a clip, mean over persons not trained on."""
    beyond_smile: float = 0.0
    """Share of ``AU12`` that is taken off: the shape rises with every smile by about that much, and
    only what is left is told."""
    why: str = ""
    """Why it is weak or not available."""


def _both(name: str) -> tuple[str, str]:
    return f"{name}Left", f"{name}Right"


SMILE: Final = _both("mouthSmile")
TABLE: Final = (
    Unit("AU1", "inner brow raiser", "credible", ("browInnerUp",),
         "inner brows higher above the eyes", 0.62, 0.8),
    Unit("AU2", "outer brow raiser", "credible", _both("browOuterUp"),
         "outer brows higher above the eyes", 0.54, 0.75),
    Unit("AU4", "brow lowerer", "credible", _both("browDown"),
         "brows lower and closer together", 0.48, 0.66),
    Unit("AU5", "upper lid raiser", "credible", _both("eyeWide"),
         "eyes opened wider", 0.33, 0.77),
    Unit("AU6", "cheek raiser", "not available", _both("cheekSquint"),
         why="the teacher's shape is always near 0, and no cue of texture was tried"),
    Unit("AU7", "lid tightener", "weak", _both("eyeSquint"), "lids narrower", 0.52, 0.86,
         why="the shape also rises with every smile and every look down"),
    Unit("AU9", "nose wrinkler", "not available", _both("noseSneer"),
         why="the teacher's shape is always near 0, and no cue of texture was tried"),
    Unit("AU10", "upper lip raiser", "credible", _both("mouthUpperUp"),
         "upper lip higher, beyond what a smile does,", 0.5, 0.79, beyond_smile=0.85),
    Unit("AU12", "lip corner puller", "credible", SMILE,
         "mouth drawn wider, its corners higher,", 0.89, 0.96),
    Unit("AU14", "dimpler", "weak", _both("mouthDimple"), "corners of the mouth drawn in", 0.14, 0.72,
         why="it hardly moves in the teacher"),
    Unit("AU15", "lip corner depressor", "not available", _both("mouthFrown"),
         why="the teacher misses clear examples"),
    Unit("AU16", "lower lip depressor", "weak", _both("mouthLowerDown"), "lower lip lower", 0.64, 0.91,
         why="it moves with every parting of the lips"),
    Unit("AU17", "chin raiser", "weak", ("mouthShrugLower",), "lower lip and chin higher", 0.34, 0.43,
         why="the teacher is followed poorly on persons not trained on"),
    Unit("AU18", "lip pucker", "credible", ("mouthPucker",),
         "mouth narrower, lips pushed out further", 0.94, 0.71),
    Unit("AU20", "lip stretcher", "weak", _both("mouthStretch"), "mouth drawn wide", 0.19, 0.7,
         why="it moves little, mostly with speech"),
    Unit("AU22", "lip funneler", "weak", ("mouthFunnel",), "lips turned outwards", 0.3, 0.56,
         why="few examples; it moves with speech"),
    Unit("AU23", "lip tightener", "not available", why="no shape of the teacher stands for it"),
    Unit("AU24", "lip pressor", "weak", _both("mouthPress"), "lips pressed together", 0.21, 0.52,
         why="it moves little and goes with smiles"),
    Unit("AU25", "lips part", "credible", (), "lips further apart", 0.36, 0.94),
    Unit("AU26", "jaw drop", "credible", ("jawOpen",), "jaw lower", 0.65, 0.75),
    Unit("AU28", "lip suck", "weak", ("mouthRollLower",), "lower lip rolled in", 0.61, 0.5,
         why="few examples"),
    Unit("AU43", "eye closure", "credible", _both("eyeBlink"),
         "upper lids lower over the eyes", 0.72, 0.9),
    Unit("AU45", "blink", "not available", why="blinks are shorter than the sampling"),
)  # fmt: skip
"""Every action unit that the project has words for."""
CREDIBLE: Final = tuple(u.au for u in TABLE if u.standing == "credible")
"""Those that are told; the others are named as not told."""


def formula(unit: Unit) -> str:
    """Say how a unit is measured, for the documentation."""
    if unit.standing == "not available":
        return ""
    if unit.au == "AU25":
        return "gap of the lips over distance of the outer eye corners"
    off = f", less {unit.beyond_smile:g} of mouthSmile, not below 0" if unit.beyond_smile else ""
    return " and ".join(unit.shapes) + (" (mean)" if len(unit.shapes) > 1 else "") + off


def signals(found: Seen) -> "Mapping[str, Floats]":
    """Return each credible action unit's signal, ``(n,)``.

    Raises:
        ToolUnavailable: The network is missing or altered.
    """
    return {au: signal for au, signal in every_signal(found).items() if au in CREDIBLE}


def every_signal(found: Seen) -> "Mapping[str, Floats]":
    """Return the signal of each action unit that has one, credible or weak.

    Raises:
        ToolUnavailable: The network is missing or altered.
    """
    names = shape_names()
    measured = (u for u in TABLE if u.standing != "not available")
    return {u.au: _signal(u, found, names) for u in measured}


def _signal(unit: Unit, found: Seen, names: tuple[str, ...]) -> "Floats":
    if unit.au == "AU25":
        return lip_gap(found.points_px)
    columns = [names.index(shape) for shape in unit.shapes]
    mean: Floats = found.shapes[:, columns].mean(axis=1)
    if unit.beyond_smile:
        smile = found.shapes[:, [names.index(shape) for shape in SMILE]].mean(axis=1)
        mean = np.maximum(mean - unit.beyond_smile * smile, 0.0)
    return mean
