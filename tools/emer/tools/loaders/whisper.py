"""Whisper in a process of its own, through faster-whisper; see ``emer.tools.whisper_words``.

Reads    items with ``sound`` (16 kHz mono float32, -1..1) and ``task`` (``detect`` or ``write``),
         ``language``, ``max_new_tokens``
Returns  ``{"language": code, "probability": p}`` or ``{"segments": [...]}`` in seconds of the item
Raises   ``ToolUnavailable``: the weights cannot be loaded, or the GPU cannot encode

A GPU is tried before it is relied on: CTranslate2 looks for the libraries of CUDA 12 only when it
first encodes, and torch brings those of CUDA 13 (SYSTRAN/faster-whisper #1431).
"""

import ctypes
import importlib.util
import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.hosting.items import Item, Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE_HZ: Final = 16_000
WINDOW_S: Final = 30.0
"""What Whisper hears at once. Longer sound is followed step by step, not in batches."""
CUBLAS: Final = ("libcublasLt.so.12", "libcublas.so.12")
"""In the order in which they need each other."""
REMEDY: Final = (
    "Install the libraries of CUDA 12 with pip install nvidia-cublas-cu12, or use --device cpu."
)
_SEGMENT: Final = ("start", "end", "avg_logprob", "no_speech_prob", "compression_ratio")
_WORD: Final = ("start", "end", "probability")


class Whisper:
    """A loaded model."""

    def __init__(self, model: Any, facts: Message) -> None:  # noqa: ANN401 - carries no types
        from faster_whisper import BatchedInferencePipeline

        self._model = model
        self._batched = BatchedInferencePipeline(model)
        self.facts = facts

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Write down or detect the language of every item; all of one batch in one language."""
        if len(batch) > 1:
            return self._together(batch)
        (item,) = batch
        sound = np.asarray(item.arrays["sound"], np.float32)
        if item.facts["task"] == "detect":
            language, probability, _ = self._model.detect_language(sound)
            return [{"language": str(language), "probability": float(probability)}]
        if len(sound) <= WINDOW_S * RATE_HZ:
            return self._together(batch)
        segments, _ = self._model.transcribe(
            sound, vad_filter=False, condition_on_previous_text=False, **_settings(item)
        )
        return [{"segments": _told(segments, 0.0)}]

    def _together(self, batch: Sequence[Item]) -> list[Message]:
        """Write down items of at most ``WINDOW_S`` at once."""
        starts = _starts([len(i.arrays["sound"]) for i in batch])
        last = starts[-1] * RATE_HZ + len(batch[-1].arrays["sound"])
        sound = np.zeros(last, np.float32)
        clips = []
        for start_s, item in zip(starts, batch, strict=True):
            own = item.arrays["sound"]
            sound[start_s * RATE_HZ : start_s * RATE_HZ + len(own)] = own
            clips.append({"start": float(start_s), "end": start_s + len(own) / RATE_HZ})
        segments, _ = self._batched.transcribe(
            sound, clip_timestamps=clips, batch_size=len(batch), without_timestamps=False,
            **_settings(batch[0]),
        )  # fmt: skip
        found: dict[int, list[Any]] = {start_s: [] for start_s in starts}
        per_second = self._model.frames_per_second
        for segment in segments:
            found[int(segment.seek) // per_second].append(segment)
        return [{"segments": _told(found[s], float(s))} for s in starts]


def load(options: Message) -> Whisper:
    """Load the model in ``folder`` onto ``device``.

    Raises:
        ToolUnavailable: It cannot be loaded, or this GPU cannot run it.
    """
    from faster_whisper import WhisperModel

    device, name = str(options["device"]), str(options["name"])
    kind, _, index = device.partition(":")
    if kind == "cuda":
        preload(Path(p) for p in _cublas_folders())
    try:
        model = WhisperModel(
            str(options["folder"]), device=kind, device_index=int(index or 0),
            compute_type=str(options["compute_type"]), cpu_threads=int(options.get("threads", 0)),
            local_files_only=True,
        )  # fmt: skip
    except (OSError, RuntimeError, ValueError) as error:
        if kind == "cuda":
            raise _no_gpu(error) from error
        raise ToolUnavailable(
            "asr", f"the weights {name} cannot be loaded ({error})",
            remedy=f"Fetch them again: emer models rm {name}, then emer models pull {name}.",
        ) from error  # fmt: skip
    if kind == "cuda":
        _probe(model)
    return Whisper(
        model,
        {
            "device": device, "dtype": str(model.model.compute_type),
            "library": f"faster-whisper {version('faster-whisper')}",
            "languages": list(model.supported_languages),
        },
    )  # fmt: skip


def preload(folders: Iterable[Path]) -> list[str]:
    """Load the libraries of CUDA 12 from the first of ``folders`` that has them; return which."""
    for folder in folders:
        if all((folder / name).is_file() for name in CUBLAS):
            # a library that does not load is told by the probe, with the reason
            with suppress(OSError):
                for name in CUBLAS:
                    ctypes.CDLL(str(folder / name), mode=ctypes.RTLD_GLOBAL)
                return [str(folder / name) for name in CUBLAS]
    return []


def _cublas_folders() -> list[str]:
    spec = importlib.util.find_spec("nvidia")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return [f"{place}/cublas/lib" for place in places]


def _probe(model: Any) -> None:  # noqa: ANN401
    """Encode a second of silence, which is when what is missing shows."""
    try:
        from faster_whisper.audio import pad_or_trim

        model.encode(pad_or_trim(model.feature_extractor(np.zeros(RATE_HZ, np.float32))))
    except (OSError, RuntimeError, ValueError) as error:
        raise _no_gpu(error) from error


def _no_gpu(error: Exception) -> ToolUnavailable:
    return ToolUnavailable(
        "asr", f"Whisper cannot run on this GPU ({str(error)[:200]})", remedy=REMEDY
    )


def _settings(item: Item) -> Message:
    return {
        "language": item.facts["language"], "temperature": 0.0, "word_timestamps": True,
        "max_new_tokens": int(item.facts["max_new_tokens"]),
        "no_speech_threshold": item.facts["max_no_speech"],
        "log_prob_threshold": item.facts["min_logprob"],
        "compression_ratio_threshold": item.facts["max_compression"],
    }  # fmt: skip


def _starts(n_samples: Sequence[int]) -> list[int]:
    """Return at which whole second each sound begins, so that none touches the next."""
    starts, at = [], 0
    for n in n_samples:
        starts.append(at)
        at += -(-n // RATE_HZ) + 1
    return starts


def _told(segments: Iterable[Any], since_s: float) -> list[Message]:
    """Return what crosses the pipe: numpy's numbers are no JSON."""
    told = []
    for segment in segments:
        numbers = {name: float(getattr(segment, name)) for name in _SEGMENT}
        if not all(map(math.isfinite, numbers.values())):
            raise ModelOutputError("Whisper's numbers were not finite")
        words = [
            {"word": str(w.word), **_moved({n: float(getattr(w, n)) for n in _WORD}, since_s)}
            for w in segment.words or ()
        ]
        told.append({"text": str(segment.text), **_moved(numbers, since_s), "words": words})
    return told


def _moved(numbers: dict[str, float], since_s: float) -> dict[str, float]:
    return {**numbers, "start": numbers["start"] - since_s, "end": numbers["end"] - since_s}
