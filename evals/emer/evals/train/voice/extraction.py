"""Feature vectors of every file and of its altered copies, kept in a file between runs."""

import hashlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emer.evals.train.voice import augment
from emer.evals.train.voice.corpora import RATE_HZ, Spoken, read_sound
from emer.tools import speech_emotion_features, speech_emotion_quality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


def extract(spoken: list[Spoken], copies: int, cache: Path | None, seed: int = 0) -> "Vectors":
    """Return the features of ``spoken``.

    Args:
        spoken: The files.
        copies: How many of ``augment.COPIES``, the file itself first.
        cache: Folder to keep them in; they are made anew when code or files change.
        seed: Of the alterations.

    Returns:
        Shape ``(copies, files, N_FEATURES)``; zeros where a copy holds hardly any sound.
    """
    kept = cache / f"voice-{_digest(spoken, copies, seed)}.npy" if cache else None
    if kept is not None and kept.is_file():
        return np.load(kept)  # type: ignore[no-any-return]
    n = speech_emotion_features.N_FEATURES
    found = np.zeros((copies, len(spoken), n), np.float32)
    for place, one in enumerate(spoken):
        sound = _sound(one)
        for copy in range(copies):
            # every copy has a generator of its own: one more of them leaves the others as they are
            rng = np.random.default_rng((seed, copy, place))
            vector = speech_emotion_features.features(augment.COPIES[copy](sound, rng))
            if vector is not None:
                found[copy, place] = vector
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, found)
    return found


def _sound(one: Spoken) -> "Vectors":
    sound = read_sound(one.path)
    if one.span is None:
        return sound
    return sound[int(one.span.start_s * RATE_HZ) : int(one.span.end_s * RATE_HZ)]


def _digest(spoken: list[Spoken], copies: int, seed: int) -> str:
    made_by = (speech_emotion_features, speech_emotion_quality, augment)
    code = "".join(inspect.getsource(module) for module in made_by)
    names = "\n".join(f"{s.path}|{s.path.stat().st_size}{s.span or ''}" for s in spoken)
    return hashlib.sha256(f"{code}\n{names}\n{copies}\n{seed}".encode()).hexdigest()[:16]
