"""What lies on faces: shade, things that cover a part of them, frames that somebody drew."""

from typing import Final

import cv2
import numpy as np

from emer.evals.train.face_detector.sources import Map
from emer.evals.train.face_detector.textures import texture

FRAMED: Final = 0.06
"""Share of the scenes that somebody drew frames into."""

Rng = np.random.Generator


def shade(rng: Rng, canvas: Map, faces: Map) -> None:
    """Make some faces darker or brighter than they are, softly."""
    for face in faces:
        if rng.random() > 0.25:
            continue
        left, top = (max(0, int(v)) for v in face[:2])
        part = canvas[top : max(0, int(face[1] + face[3])), left : max(0, int(face[0] + face[2]))]
        if min(part.shape) < 4:
            continue
        mask = np.zeros(part.shape, np.float32)
        middle = (part.shape[1] // 2, part.shape[0] // 2)
        cv2.ellipse(
            mask, middle, (max(1, middle[0] - 1), max(1, middle[1] - 1)), 0, 0, 360, 1.0, -1
        )
        soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.5, part.shape[1] / 10)), np.float32)
        changed = 255.0 * (part / 255.0) ** np.exp(rng.normal(0, 0.45))
        part += soft * (changed - part)


def occlude(rng: Rng, canvas: Map, faces: Map) -> None:
    """Cover up to a third of some faces."""
    for face in faces:
        if face[14] == 0 or rng.random() > 0.12:
            continue
        side = rng.integers(4)
        share = rng.uniform(0.1, 0.33)
        low, high = face[:2].copy(), face[:2] + face[2:4]
        if side == 0:
            high[1] = low[1] + share * face[3]
        elif side == 1:
            low[1] = high[1] - share * face[3]
        elif side == 2:
            high[0] = low[0] + share * face[2]
        else:
            low[0] = high[0] - share * face[2]
        left, top, right, bottom = (int(max(0, v)) for v in (*low, *high))
        part = canvas[top:bottom, left:right]
        if min(part.shape) >= 2:
            part[:] = texture(rng, part.shape)


def frame(rng: Rng, canvas: Map, faces: Map) -> None:
    """Draw frames around faces, as other programs do; some with a line of text."""
    if rng.random() > FRAMED:
        return
    shade_of_line, thick = float(rng.uniform(0, 255)), int(rng.integers(1, 4))
    reach = rng.uniform(0.9, 1.5)
    for face in faces:
        middle, half = face[:2] + face[2:4] / 2, face[2:4] / 2 * reach * rng.uniform(0.9, 1.1)
        low, high = (tuple(int(v) for v in corner) for corner in (middle - half, middle + half))
        cv2.rectangle(canvas, low, high, shade_of_line, thick)
        if rng.random() < 0.3:
            text = "".join(chr(c) for c in rng.integers(48, 123, int(rng.integers(2, 8))))
            cv2.putText(canvas, text, low, 0, 0.4, shade_of_line, 1, cv2.LINE_AA)
