"""Run along a clip and film it with what the report says of each moment.

Time is the clip's own: each tick of the film shows the picture that the clip shows then, whatever
its rate; sound is the 16 kHz mono track of the analysis, which is on the same clock.
"""

from pathlib import Path
from typing import Final

from emer.agent.exports.lettering import shown
from emer.agent.exports.overlaying.film import FASTEST_HZ, Film, filmed, steady_rate
from emer.agent.exports.overlaying.layout import layout_for
from emer.agent.exports.overlaying.painting import Painter
from emer.agent.exports.overlaying.scenery import Scenery
from emer.graphs.report import Report
from emer.tools.errors import MediaError
from emer.tools.findings import TimeSpan
from emer.tools.media.decode import Frame, SoundBlock, stream
from emer.tools.media.info import MediaInfo

STILL_S: Final = 5.0
"""A still picture becomes a film of this length."""
STILL_HZ: Final = 10
MOST_SAMPLED_HZ: Final = 60.0


def render(report: Report, scenery: Scenery, media: Path, info: MediaInfo, path: Path) -> None:
    """Film ``media`` to ``path``.

    Args:
        report: What was found in it.
        scenery: The same by time.
        media: The file.
        info: From ``probe``: of the file as it is now.
        path: Is written to.

    Raises:
        MediaError: No picture of it can be decoded.
        OSError: The film cannot be written.
    """
    assert info.video is not None
    still = info.kind == "image"
    part = _part(report, info)
    rate = steady_rate(STILL_HZ if still else info.video.rate_hz)
    sampled_hz = MOST_SAMPLED_HZ
    if (info.video.rate_hz or 0.0) > FASTEST_HZ * 1.05 and rate != FASTEST_HZ:
        sampled_hz = float(rate)  # every second picture, or third: no more need be converted
    layout = layout_for(info.video.width_px, info.video.height_px, captions=bool(report.utterances))
    items = stream(media, info, rate_hz=sampled_hz, span=part)
    title = f"{shown(info.name, longest=200)}: overlay"
    notice = shown(report.run.notice)
    with filmed(
        path, layout.width, layout.height, rate,
        sound=info.audio is not None, title=title, about=notice,
    ) as film:  # fmt: skip
        painter = Painter(layout, clock_shown=not still)
        reel = _Reel(film, painter, scenery, part, info)
        for item in items:
            if isinstance(item, Frame):
                reel.see(item)
            elif isinstance(item, SoundBlock):
                reel.hear(item)
        reel.end(STILL_S if still else None)


def _part(report: Report, info: MediaInfo) -> TimeSpan | None:
    start_s, end_s = report.run.span
    whole = start_s <= 0 and end_s >= report.media.duration_s - 1e-3
    if whole or info.kind == "image" or not 0 <= start_s < end_s:
        return None
    return TimeSpan(start_s=start_s, end_s=end_s)


class _Reel:
    """Turns pictures at their own times into pictures at the film's ticks."""

    def __init__(
        self, film: Film, painter: Painter, scenery: Scenery, part: TimeSpan | None, info: MediaInfo
    ) -> None:
        self._film, self._painter, self._scenery = film, painter, scenery
        self._start_s = part.start_s if part else 0.0
        self._end_s = part.end_s if part else float("inf")
        self._still = info.kind == "image"
        rate_hz = (info.video and info.video.rate_hz) or 25.0
        self._one_s = 1.0 / max(rate_hz, 1.0)
        self._shown: Frame | None = None
        self._heard_s = self._start_s

    def see(self, frame: Frame) -> None:
        """Take the next picture: the one before it was shown until now."""
        if self._shown is not None:
            # a tick belongs to the picture that begins nearest to it
            self._fill(frame.time_s - self._start_s - 0.5 / float(self._film.rate))
        self._shown = frame

    def hear(self, block: SoundBlock) -> None:
        """Take the next sound."""
        self._film.play(block.samples)
        self._heard_s = block.start_s + len(block.samples) / 16_000

    def end(self, length_s: float | None) -> None:
        """Show the last picture to its end, or until the sound is over."""
        if self._shown is None:
            raise MediaError(
                "no picture of the clip can be decoded in the part that was analysed",
                remedy="Try --format png, which needs none.",
            )
        end_s = min(self._end_s, max(self._shown.time_s + self._one_s, self._heard_s))
        length_s = end_s - self._start_s if length_s is None else length_s
        self._fill(length_s - 0.25 / float(self._film.rate))
        if self._film.length_s == 0:
            self._show(self._shown)

    def _fill(self, until_s: float) -> None:
        """Show the present picture at every tick before ``until_s`` of the film."""
        while self._film.length_s < until_s:
            assert self._shown is not None
            self._show(self._shown)

    def _show(self, frame: Frame) -> None:
        time_s = 0.0 if self._still else self._start_s + self._film.length_s
        moment = self._scenery.at(time_s)
        self._film.show(self._painter.paint(frame.rgb, frame.scale, moment, time_s))
