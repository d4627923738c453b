"""Media made in code for tests: tones, noise, coloured or drawn pictures; licence-free."""

from fractions import Fraction

import av
import numpy as np

RATE_HZ = 16_000


def silence(duration_s):
    return np.zeros(round(duration_s * RATE_HZ), np.float32)


def tone(duration_s, hz=220.0, level=0.3):
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    return (level * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def noise(duration_s, level=0.1, seed=0):
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(duration_s * RATE_HZ))).astype(np.float32)


def voiced(duration_s, f0_hz=120.0, level=0.3, jitter=0.0, seed=0):
    """A buzz with a voice's harmonics and formant-like tilt; `f0_hz` may be a function of time."""
    t = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    f0 = np.array([f0_hz(x) for x in t]) if callable(f0_hz) else np.full(len(t), float(f0_hz))
    if jitter:
        rng = np.random.default_rng(seed)
        f0 = f0 * (1 + jitter * rng.standard_normal(len(t)))
    phase = 2 * np.pi * np.cumsum(f0) / RATE_HZ
    sound = sum(np.sin(k * phase) / k**1.2 for k in range(1, 25))
    return (level * sound / np.abs(sound).max()).astype(np.float32)


def picture(width=320, height=180, rgb=(90, 120, 150)):
    return np.full((height, width, 3), rgb, np.uint8)


def write_media(path, *, pictures=None, rate_hz=10, times_s=None, sound=None, codec="mpeg4"):
    """Write pictures (RGB, one per frame) and/or 16 kHz mono sound to a container."""
    with av.open(str(path), "w") as container:
        video = audio = None
        if pictures is not None and len(pictures):
            video = container.add_stream(codec, rate=Fraction(rate_hz).limit_denominator(1000))
            video.height, video.width = pictures[0].shape[:2]
            video.pix_fmt = "yuv420p"
            video.bit_rate = 2_000_000
            video.codec_context.time_base = Fraction(1, 1000)
        if sound is not None:
            name = {".wav": "pcm_s16le", ".flac": "flac", ".mp3": "mp3"}.get(path.suffix, "aac")
            audio = container.add_stream(name, rate=RATE_HZ, layout="mono")
        if video is not None:
            for i, rgb in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
                time_s = times_s[i] if times_s is not None else i / rate_hz
                frame.pts, frame.time_base = round(time_s * 1000), Fraction(1, 1000)
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
        if audio is not None:
            pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16).reshape(1, -1)
            resampler = av.AudioResampler(audio.format, "mono", audio.rate)
            for first in range(0, pcm.shape[1], 1024):
                block = np.ascontiguousarray(pcm[:, first : first + 1024])
                frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
                frame.rate, frame.pts = RATE_HZ, first
                frame.time_base = Fraction(1, RATE_HZ)
                for part in resampler.resample(frame):
                    container.mux(audio.encode(part))
            container.mux(audio.encode(None))
    return path
