"""Silero's network for voice activity: scores for windows of 32 ms, in the copy of faster-whisper.

Reads    the 16 kHz mono soundtrack, one minute at a time
Returns  a speech score and the mean power per window
Source   Silero VAD v6 (https://github.com/snakers4/silero-vad), ONNX
"""

import hashlib
import importlib.util
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import TimeSpan
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.quiet import import_quietly

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOOL: Final = "speech_activity"
WINDOW: Final = 512
"""Samples per score: 32 ms at 16 kHz, fixed by the network."""
CONTEXT: Final = 64
"""Samples before a window that the network also sees."""
STATE: Final = (1, 1, 128)
STEP_S: Final = WINDOW / Soundtrack.rate_hz
CHUNK_WINDOWS: Final = 1875
"""One minute is read at a time; the network's state is carried over the border."""
WARM_UP_S: Final = 1.0
"""Sound before a span that is heard but not reported, so that the state has settled."""
_WEIGHTS: Final = "silero_vad_v6.onnx"
KNOWN_SHA256: Final = "4cbf549b8326"
REMEDY: Final = "Install faster-whisper and onnxruntime again; the detector lies in their wheels."


def weights() -> Path:
    """Return the network's file without importing faster-whisper.

    Raises:
        ToolUnavailable: faster-whisper is missing or damaged.
    """
    spec = importlib.util.find_spec("faster_whisper")
    path = Path(spec.origin).parent / "assets" / _WEIGHTS if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ToolUnavailable(
            _TOOL,
            "the detector that faster-whisper carries is not installed",
            remedy=REMEDY,
        )
    return path


def load() -> tuple[Any, str]:
    """Return the network, and the first digits of its digest.

    Raises:
        ToolUnavailable: faster-whisper is missing or damaged.
    """
    path = weights()
    ort = import_quietly("onnxruntime")
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    network = ort.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )
    # another release of the wheel may carry another network: the evidence must say which one spoke
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[: len(KNOWN_SHA256)]
    return network, digest


def scored(
    network: Any,  # noqa: ANN401 - onnxruntime carries no types
    track: Soundtrack,
    heard: TimeSpan,
) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
    """Return per window of ``heard`` the speech score and the mean power, each ``(windows,)``."""
    warm = min(round(WARM_UP_S / STEP_S), int((heard.start_s - track.start_s) / STEP_S))
    begin_s = heard.start_s - warm * STEP_S
    n = warm + math.ceil((heard.end_s - heard.start_s) / STEP_S - 1e-6)
    h = c = np.zeros(STATE, np.float32)
    context = np.zeros(CONTEXT, np.float32)
    scores, power = np.empty(n, np.float32), np.empty(n, np.float32)
    for first in range(0, n, CHUNK_WINDOWS):
        last = min(n, first + CHUNK_WINDOWS)
        span = TimeSpan(start_s=begin_s + first * STEP_S, end_s=begin_s + last * STEP_S)
        sound = track.read(span)
        sound = np.pad(sound, (0, max(0, (last - first) * WINDOW - len(sound))))
        sound = sound[: (last - first) * WINDOW]
        padded = np.concatenate([context, sound])
        windows = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT + WINDOW)[::WINDOW]
        feed = {"input": np.ascontiguousarray(windows), "h": h, "c": c}
        out, h, c = network.run(None, feed)
        scores[first:last] = out.reshape(-1)
        power[first:last] = np.square(sound.reshape(-1, WINDOW)).mean(axis=1)
        context = sound[-CONTEXT:]
    return scores[warm:], power[warm:]
