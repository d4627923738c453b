"""Synthesised speech for the sample clip, from the library that ``espeakng-loader`` carries.

Reads    the library and its voice data; no sound device is opened
Returns  mono samples, 22.05 kHz, range [-1, 1]
Cost     about 1 ms per second of speech
"""

import ctypes
import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
from sample_dialogue import LINES, VOICES, Line, Manner, Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE_HZ: Final = 22_050
ROOM_DB: Final = -66.0
"""Level of the room noise under everything: no true recording is digitally silent."""

# from the library's public header speak_lib.h
_AUDIO_OUTPUT_SYNCHRONOUS: Final = 2
_DONT_EXIT: Final = 0x8000
_CHARS_UTF8: Final = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class Synthesiser:
    """Speaks text in a voice and a manner."""

    def __init__(self) -> None:
        """Load the library.

        Raises:
            ModuleNotFoundError: ``espeakng-loader`` is not installed.
            RuntimeError: The library refuses its voice data.
        """
        import espeakng_loader

        self._library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
        rate_hz = self._library.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), _DONT_EXIT
        )
        if rate_hz != RATE_HZ:
            raise RuntimeError(f"espeak-ng starts with {rate_hz} Hz instead of {RATE_HZ} Hz")
        self._heard: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._take)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", n: int, _events: int) -> int:
        if n > 0:  # the end of the text comes as a null pointer with n = 0
            self._heard.append(np.ctypeslib.as_array(samples, (n,)).copy())
        return 0

    def say(self, text: str, voice: str, manner: Manner) -> "NDArray[np.float32]":
        """Return ``text`` as sound at the manner's level, without silence at either end.

        Raises:
            RuntimeError: The library does not know ``voice`` or cannot speak.
        """
        self._heard.clear()
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise RuntimeError(f"espeak-ng has no voice {voice}")
        for setting, value in (
            (_RATE, manner.words_per_min), (_PITCH, manner.pitch), (_RANGE, manner.pitch_range),
        ):  # fmt: skip
            self._library.espeak_SetParameter(setting, value, 0)
        raw = text.encode() + b"\0"
        failed = self._library.espeak_Synth(
            raw, ctypes.c_size_t(len(raw)), 0, 1, 0, _CHARS_UTF8, None, None
        )
        if failed or not self._heard:
            raise RuntimeError(f"espeak-ng cannot speak ({failed})")
        sound = np.concatenate(self._heard).astype(np.float32) / 32768.0
        return _level(_trimmed(sound), manner.level_db)


def speak_all() -> "list[NDArray[np.float32]]":
    """Return the sound of every line, in order; the first call of a process always sounds alike."""
    synthesiser = Synthesiser()
    return [_spoken(synthesiser, line) for line in LINES]


def _spoken(synthesiser: Synthesiser, line: Line) -> "NDArray[np.float32]":
    return synthesiser.say(line.text, VOICES[line.speaker], line.manner)


def mixed(plan: Plan, sounds: "list[NDArray[np.float32]]") -> "NDArray[np.float32]":
    """Return the whole soundtrack, shape ``(samples,)``: every line at its time, over room noise."""
    n = round(plan.duration_s * RATE_HZ)
    noise = np.random.default_rng(1).standard_normal(n).astype(np.float32)
    soft = np.convolve(noise, np.hanning(9) / np.hanning(9).sum(), mode="same")
    track = (10 ** (ROOM_DB / 20) / soft.std()) * soft
    for spoken, sound in zip(plan.spoken, sounds, strict=True):
        first = round(spoken.span.start_s * RATE_HZ)
        track[first : first + len(sound)] += sound
    return np.asarray(np.clip(track, -1.0, 1.0), np.float32)


def envelope(sound: "NDArray[np.float32]", rate_hz: float) -> "NDArray[np.float32]":
    """Return how far a mouth opens with ``sound``.

    Returns:
        One value per picture, shape ``(pictures,)``, 0..1; 1 at the loudest syllables.
    """
    step = RATE_HZ / rate_hz
    n = int(np.ceil(len(sound) / step))
    edges = (np.arange(n + 1) * step).astype(int)
    power = np.array(
        [np.mean(sound[a:b] ** 2) if b > a else 0.0 for a, b in itertools.pairwise(edges)]
    )
    loud = np.sqrt(power)
    opened = np.clip(loud / max(float(np.percentile(loud, 90)), 1e-6), 0.0, 1.0) ** 0.8
    # a jaw has mass: no full swing from one picture to the next
    smooth = np.convolve(np.pad(opened, 1), [0.2, 0.6, 0.2], mode="valid")
    return smooth.astype(np.float32)


def _trimmed(sound: "NDArray[np.float32]") -> "NDArray[np.float32]":
    loud = np.flatnonzero(np.abs(sound) > 0.003)
    return sound[loud[0] : loud[-1] + 1]


def _level(sound: "NDArray[np.float32]", level_db: float) -> "NDArray[np.float32]":
    spoken = sound[np.abs(sound) > 0.01]
    gain = 10 ** (level_db / 20) / float(np.sqrt(np.mean(spoken**2)))
    return np.asarray(np.clip(gain * sound, -0.98, 0.98), np.float32)
