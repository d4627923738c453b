"""What exports are made of: the report, and the media behind it where that is at hand.

A report holds words and numbers. Pictures, boxes and sound come from the media: from what the
decoding pass of the analysis left in the cache, else by decoding once more.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from emer.agent.engines import chosen_engines
from emer.agent.settings import Settings
from emer.graphs.clips import FACES
from emer.graphs.report import Report
from emer.memory.cache import open_cache
from emer.memory.look_store import LookKey
from emer.tools.errors import MediaError
from emer.tools.findings import TimeSpan
from emer.tools.media.decode import Frame, pictures_at
from emer.tools.media.faces import FaceStore
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.specialist import Clip, PassSpecialist

MAX_STEM_BYTES: Final = 200
"""File systems allow names of 255 bytes; ours need room for their endings."""


class Material:
    """A report and, if it is there, its media; close it after use (see ``opened``)."""

    def __init__(self, report: Report, media: Path | None, settings: Settings) -> None:
        self.report = report
        self.media = media
        """The file that the report is about, or ``None``."""
        self._settings = settings
        self._folder: Path | None = None
        self._clip: Clip | None = None

    @property
    def stem(self) -> str:
        """Begin of the names of all files about this clip."""
        name = Path(self.report.media.name).name
        return name.encode()[:MAX_STEM_BYTES].decode(errors="ignore")

    @property
    def span(self) -> TimeSpan:
        """The part of the media that was analysed."""
        start_s, end_s = self.report.run.span
        return TimeSpan(start_s=start_s, end_s=end_s)

    @property
    def faces(self) -> FaceStore | None:
        """Boxes and crops of every face track, under the names that the report uses.

        Raises:
            MediaError: The media cannot be decoded any more.
        """
        return self._opened().faces if self.media and self.report.media.video else None

    @property
    def soundtrack(self) -> Soundtrack | None:
        """The 16 kHz mono sound of the analysed part.

        Raises:
            MediaError: The media cannot be decoded any more.
        """
        return self._opened().soundtrack if self.media and self.report.media.audio else None

    def pictures(
        self, times_s: Sequence[float], *, max_side_px: int = 320
    ) -> Iterator[tuple[float, Frame]]:
        """Yield, for each of ``times_s`` in ascending order, the picture shown at that time.

        Times at which nothing can be decoded are left out; without media nothing is yielded.
        """
        if self.media is not None and self.report.media.video is not None:
            yield from pictures_at(
                self.media, self.report.media, sorted(set(times_s)), max_side_px=max_side_px
            )

    def close(self) -> None:
        """Remove working files."""
        self._clip = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _opened(self) -> Clip:
        if self._clip is None:
            self._folder = Path(tempfile.mkdtemp(prefix="emer-export-"))
            self._clip = self._kept(self._folder) or self._decoded(self._folder)
        return self._clip

    def _kept(self, folder: Path) -> Clip | None:
        settings = self._settings
        if not settings.cache or self.media is None:
            return None
        _, looks = open_cache(
            settings.cache_dir, max_bytes=settings.cache_mb * 1_000_000,
            max_age_days=settings.cache_days,
        )  # fmt: skip
        part = self._part()
        key = LookKey(
            media_sha256=self.report.media.sha256,
            start_s=part.start_s if part else None, end_s=part.end_s if part else None,
            rate_hz=self.report.run.rate_hz,
        )  # fmt: skip
        left = looks.find(key)
        if left is None:
            return None
        clip = left.clip(self.media, folder, self.report.run.language)
        wants_faces = self.report.media.video is not None
        return None if wants_faces and clip.faces is None else clip

    def _decoded(self, folder: Path) -> Clip:
        assert self.media is not None
        info = probe(self.media)
        if info.sha256 != self.report.media.sha256:
            raise MediaError(
                f"{self.media.name} is not the file that was analysed",
                remedy="Give the same file, or analyse this one.",
            )
        watcher = chosen_engines(self._settings)[0].get(FACES)
        eyes = {FACES: watcher} if info.video and isinstance(watcher, PassSpecialist) else {}
        clip, _, _ = take_in(
            self.media, info, folder, rate_hz=self.report.run.rate_hz, span=self._part(),
            watchers=eyes,
        )  # fmt: skip
        return clip

    def _part(self) -> TimeSpan | None:
        whole = TimeSpan(start_s=0.0, end_s=max(self.report.media.duration_s, 0.001))
        return None if self.span == whole else self.span


@contextmanager
def opened(report: Report, media: Path | None, settings: Settings) -> Iterator[Material]:
    """Give ``Material`` for the time of its use."""
    material = Material(report, media, settings)
    try:
        yield material
    finally:
        material.close()
