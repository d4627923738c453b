"""The 16 kHz mono soundtrack as a file on disk that specialists read by span."""

from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from emer.tools.findings import Spanned
from emer.tools.media.decode import SAMPLE_RATE_HZ, SoundBlock

if TYPE_CHECKING:
    from typing import BinaryIO

    from numpy.typing import NDArray


class SoundtrackWriter:
    """Appends sound blocks to ``path`` as 16-bit samples (115 MB an hour)."""

    def __init__(self, path: Path, *, start_s: float = 0.0) -> None:
        self._path = path
        self._start_s = start_s
        self._file: BinaryIO = path.open("wb")
        self._n = 0

    def write(self, block: SoundBlock) -> None:
        """Append one block; blocks come without holes."""
        self._file.write(block.samples.tobytes())
        self._n += len(block.samples)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def close(self) -> "Soundtrack | None":
        """Finish the file; ``None`` if nothing was ever written."""
        self._file.close()
        return Soundtrack(self._path, start_s=self._start_s) if self._n else None


class Soundtrack:
    """Read access by span; nothing is held in memory."""

    rate_hz = SAMPLE_RATE_HZ

    def __init__(self, path: Path, *, start_s: float = 0.0) -> None:
        """Map ``path``, whose first sample lies at ``start_s`` of the media."""
        self._samples: NDArray[np.int16] = np.memmap(path, np.int16, mode="r")
        self.start_s = start_s
        self.end_s = start_s + len(self._samples) / SAMPLE_RATE_HZ

    @property
    def duration_s(self) -> float:
        """Seconds of sound."""
        return self.end_s - self.start_s

    def read(self, span: Spanned) -> "NDArray[np.float32]":
        """Return the sound in ``span``.

        Returns:
            Shape ``(samples,)``, 16 kHz, range [-1, 1). Shorter than the span where the
            soundtrack does not reach; empty if it does not reach at all.
        """
        first = max(0, round((span.start_s - self.start_s) * SAMPLE_RATE_HZ))
        last = max(first, round((span.end_s - self.start_s) * SAMPLE_RATE_HZ))
        return self._samples[first:last].astype(np.float32) / np.float32(32768.0)
