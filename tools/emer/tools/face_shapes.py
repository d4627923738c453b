"""Names of the shapes that move a face: the 52 blendshapes of ARKit without the tongue.

In the order of MediaPipe's network, whose first output, ``_neutral``, is none of them.
"""

from typing import Final

_SIDED: Final = (
    "browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut",
    "eyeLookUp", "eyeSquint", "eyeWide", "mouthDimple", "mouthFrown", "mouthLowerDown", "mouthPress",
    "mouthSmile", "mouthStretch", "mouthUpperUp", "noseSneer",
)  # fmt: skip
SHAPES: Final = tuple(
    sorted(
        [name + side for name in _SIDED for side in ("Left", "Right")]
        + ["browInnerUp", "cheekPuff", "jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose"]
        + ["mouthFunnel", "mouthLeft", "mouthPucker", "mouthRight", "mouthRollLower"]
        + ["mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"]
    )
)
"""51 names."""
