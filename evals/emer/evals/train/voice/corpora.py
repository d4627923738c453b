"""The speech behind ``speech_emotion``: RAVDESS and EmoDB, acted, and LibriSpeech, read plainly.

Reads    ``speech_emotion/ravdess`` and ``speech_emotion/emodb`` below a data folder, each with a
         ``labels.csv`` (file, speaker, emotion, intensity, ...); or any folder of that form; and
         ``asr/librispeech_test_other`` with a folder for each reader
Returns  ``Spoken`` lines in the file's order
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.tools.errors import EmerError
from emer.tools.findings import TimeSpan
from emer.tools.speech_emotion import windows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE_HZ: Final = 16_000
CATEGORIES: Final = (
    "neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised",
)  # fmt: skip
"""``ravdess8``, in the order of RAVDESS' own codes."""
_NAMES: Final = {
    "happiness": "happy", "sadness": "sad", "anger": "angry", "fear": "fearful",
    "surprise": "surprised",
}  # fmt: skip
FOUR: Final = ("angry", "happy", "neutral", "sad")
"""What RAVDESS and our part of EmoDB share."""
FOLDS: Final = 4
PLAIN: Final = "librispeech"
READERS: Final = ("1688", "1998", "2033", "367")
"""Two men and two women, whose reading is ordinary talk to the listener; it counts as neutral."""
HELD_READERS: Final = ("2414", "533")
"""A man and a woman whom training never hears, nor heard while anything was chosen."""


class Spoken(NamedTuple):
    """One labelled file, or a stretch of one."""

    path: Path
    corpus: str
    speaker: str
    category: str
    """One of ``CATEGORIES``."""
    span: TimeSpan | None = None
    """The stretch; ``None`` for the whole file."""


def read_corpus(folder: Path) -> list[Spoken]:
    """Return the labelled files of one folder.

    Raises:
        EmerError: There is no ``labels.csv``, or it names a category that we do not know.
    """
    table = folder / "labels.csv"
    if not table.is_file():
        raise EmerError(f"{table} is missing", remedy="Name a folder that holds labels.csv.")
    found = []
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            category = _NAMES.get(row["emotion"], row["emotion"])
            if category not in CATEGORIES:
                raise EmerError(
                    f"{table} names the emotion {row['emotion']!r}",
                    remedy=f"Known are {', '.join((*CATEGORIES, *_NAMES))}.",
                )
            found.append(Spoken(folder / row["file"], folder.name, row["speaker"], category))
    return found


def read_both(data: Path) -> list[Spoken]:
    """Return RAVDESS, then EmoDB."""
    return [
        spoken
        for name in ("ravdess", "emodb")
        for spoken in read_corpus(data / "speech_emotion" / name)
    ]


def read_plain(data: Path, readers: Sequence[str]) -> list[Spoken]:
    """Return the utterances of ``readers``, each in the windows that the product hears it in.

    Raises:
        EmerError: A reader is missing.
    """
    found = []
    for reader in readers:
        folder = data / "asr" / "librispeech_test_other" / reader
        paths = sorted(folder.glob("*.flac"))
        if not paths:
            raise EmerError(
                f"{folder} holds no speech", remedy="Put LibriSpeech's test-other there, as FLAC."
            )
        found += [s for path in paths for s in in_windows(path, PLAIN, f"{PLAIN}_{reader}")]
    return found


def in_windows(path: Path, corpus: str, speaker: str) -> list[Spoken]:
    """Return the windows of one neutral utterance that fills a file."""
    whole = TimeSpan(start_s=0.0, end_s=len(read_sound(path)) / RATE_HZ)
    return [Spoken(path, corpus, speaker, "neutral", span) for span in windows_of(whole)]


def read_sound(path: Path) -> "NDArray[np.float32]":
    """Return a file as mono sound at 16 kHz, [-1, 1)."""
    import av

    parts = []
    with av.open(str(path)) as container:
        mono = av.AudioResampler("s16", "mono", RATE_HZ)
        for frame in container.decode(audio=0):
            parts += [piece.to_ndarray().ravel() for piece in mono.resample(frame)]
        parts += [piece.to_ndarray().ravel() for piece in mono.resample(None)]
    return np.concatenate(parts).astype(np.float32) / np.float32(32768)


def actor_folds(speakers: list[str], folds: int = FOLDS) -> list[tuple[str, ...]]:
    """Deal speakers out: every ``folds``-th of the sorted names, so that sexes stay mixed.

    Args:
        speakers: Names, with or without repetition.
        folds: How many folds; as many as there are speakers leaves one out at a time.
    """
    names = sorted(set(speakers))
    return [tuple(names[k::folds]) for k in range(folds)]
