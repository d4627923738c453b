"""One face to look at, from the sample clip."""

from pathlib import Path

from emer.tools.media.decode import Frame, stream
from emer.tools.media.probe import probe

SAMPLE = Path(__file__).parents[1] / "examples" / "sample.mp4"


def portrait():
    """Return a face that looks at us, 256x256 RGB."""
    import cv2

    info = probe(SAMPLE)
    first = next(f for f in stream(SAMPLE, info, rate_hz=1, sound=False) if isinstance(f, Frame))
    return cv2.resize(first.rgb[40:560, 80:600], (256, 256), interpolation=cv2.INTER_AREA)
