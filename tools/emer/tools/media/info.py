"""What a container holds, as found before anything is decoded."""

from typing import Literal

from pydantic import Field

from emer.tools.readings import Frozen

MediaKind = Literal["video", "audio", "image"]


class VideoStream(Frozen):
    """The picture that will be looked at."""

    index: int
    codec: str
    width_px: int = Field(ge=1, description="upright, after rotation")
    height_px: int = Field(ge=1, description="upright, after rotation")
    rate_hz: float | None = Field(default=None, description="average; the true one may vary")
    rotation_deg: int = Field(default=0, description="counterclockwise, as the container asks")


class AudioStream(Frozen):
    """The sound that will be listened to."""

    index: int
    codec: str
    rate_hz: int
    channels: int


class SubtitleStream(Frozen):
    """One embedded text track."""

    index: int
    codec: str
    language: str | None = None


class MediaInfo(Frozen):
    """One media file. Times in it and everywhere count from its first presented moment."""

    name: str = Field(description="file name without folders; untrusted text")
    sha256: str
    size_bytes: int
    kind: MediaKind
    container: str
    duration_s: float = Field(ge=0, description="as declared, until the pass has measured it")
    origin_s: float = Field(default=0.0, description="container time of our second 0")
    video: VideoStream | None = None
    audio: AudioStream | None = None
    subtitles: tuple[SubtitleStream, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="oddities a reader should know")
