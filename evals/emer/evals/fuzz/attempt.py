"""Try one file: probe it, decode it with sound and pictures, read its subtitle files.

Reads    one path
Returns  an ``Outcome``
Cost     that of decoding; nothing is kept
"""

import math
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast

from emer.evals.fuzz.handmade import Expected
from emer.evals.fuzz.outcomes import Outcome, badly_said, fault, refusal
from emer.tools.errors import MediaError
from emer.tools.findings import Finding, Gap, TimeSpan
from emer.tools.shown import shown

if TYPE_CHECKING:
    from emer.tools.media.decode import Frame, Luma, PassReport
    from emer.tools.media.faces import FaceStore
    from emer.tools.media.info import MediaInfo
    from emer.tools.specialist import Clip, PassSpecialist

LONGEST_S: Final = 24 * 3600.0
_RATE_HZ: Final = 5.0


class Onlooker:
    """Looks at every picture and brightness that the pass shows, and checks that they can be."""

    wants_luma: ClassVar[bool] = True

    def __init__(self) -> None:
        self.n_pictures = 0
        self.wrong: list[str] = []
        self._reached_s = -1.0

    def watch(self, media: "MediaInfo", span: TimeSpan, workspace: Path) -> "Onlooker":
        """Begin; one onlooker sees one pass."""
        return self

    def see(self, frame: "Frame") -> None:
        """Check one sampled picture."""
        self.n_pictures += 1
        height, width, depth = frame.rgb.shape
        if frame.rgb.dtype != "uint8" or depth != 3 or not 1 <= max(height, width) <= 1280:
            self.wrong.append(f"a picture of shape {frame.rgb.shape} and {frame.rgb.dtype}")
        if not math.isfinite(frame.scale) or frame.scale < 1.0:
            self.wrong.append(f"a picture shrunk by {frame.scale}")
        self._check_time(frame.time_s)
        int(frame.rgb[-1, -1].sum())  # the last pixel lies in memory that is ours

    def glimpse(self, luma: "Luma") -> None:
        """Check the brightness of one picture."""
        if luma.grey.ndim != 2 or luma.grey.dtype != "uint8" or not luma.grey.size:
            self.wrong.append(f"brightness of shape {luma.grey.shape} and {luma.grey.dtype}")
        else:
            int(luma.grey[-1, -1])
        self._check_time(luma.time_s)

    def _check_time(self, time_s: float) -> None:
        if not math.isfinite(time_s) or not 0 <= time_s <= 1e7:
            self.wrong.append(f"a picture at {time_s} s")

    def close(self, clip: "Clip") -> "tuple[list[Finding], FaceStore | None]":
        """Find nothing."""
        return [], None


def attempt(
    path: Path, workspace: Path, expected: Expected, *, between: Callable[[Path], None]
) -> Outcome:
    """Probe and decode ``path``.

    Args:
        path: The file, or what poses as one.
        workspace: Empty folder for working files; emptied by the caller.
        expected: Whether it must be refused or decoded, if that is known.
        between: Called with the path after probing, before decoding.
    """
    began = time.perf_counter()
    try:
        outcome = _attempted(path, workspace, expected, between)
    except MediaError as error:
        outcome = refusal(error, path, expected)
    except Exception as error:
        outcome = _unexpected(error)
    return Outcome.of({**outcome.data(), "wall_s": round(time.perf_counter() - began, 3)})


def _attempted(
    path: Path, workspace: Path, expected: Expected, between: Callable[[Path], None]
) -> Outcome:
    from emer.tools.media.intake import take_in
    from emer.tools.media.probe import probe

    info = probe(path)
    if wrong := _wrong_info(info):
        return fault("wrong answer", wrong, "probe")
    with suppress(OSError):
        between(path)
    onlooker = Onlooker()
    watchers = {"onlooker": cast("PassSpecialist", onlooker)}
    clip, report, gaps = take_in(path, info, workspace, rate_hz=_RATE_HZ, watchers=watchers)
    if untrue := onlooker.wrong or _wrong_clip(clip, report, onlooker.n_pictures):
        return fault("wrong answer", "; ".join(untrue[:3]), "take_in")
    lost = [f for f in clip.found.get("onlooker", []) if isinstance(f, Gap)]
    if lost:
        return fault("untyped error", lost[0].reason, "the watcher")
    if wrong := _looked_again(path, clip.media):
        return fault("wrong answer", wrong, "a second look")
    n_cues, refused = _sidecars(path)
    n_cues += len(clip.cues)
    for gap in gaps:
        if kind := badly_said(f"{shown(path)}: {gap.reason}. {gap.remedy}", path):
            return fault(kind, gap.reason, gap.remedy)
        if not gap.remedy.strip():
            return fault("no remedy", gap.reason)
    if expected == "refused":
        return fault("not refused", f"{info.kind} of {clip.media.duration_s} s in {info.container}")
    seen = f"{info.container} {clip.media.duration_s} s, {onlooker.n_pictures} pictures, {n_cues} cues{refused}"
    return Outcome(
        "damaged" if gaps else "decoded", message="; ".join(g.reason for g in gaps), detail=seen
    )


def _wrong_info(info: "MediaInfo") -> str:
    numbers = [info.duration_s, info.origin_s, (info.video and info.video.rate_hz) or 0.0]
    if not all(math.isfinite(n) for n in numbers) or info.duration_s > LONGEST_S:
        return f"a duration of {numbers[0]} s from {numbers[1]} s on at {numbers[2]} Hz"
    try:
        info.model_dump_json()
    except ValueError as error:  # lone surrogates of a name that is no UTF-8
        return f"a description that cannot be written ({type(error).__name__})"
    if info.audio and (info.audio.rate_hz < 1 or info.audio.channels < 0):
        return f"sound with {info.audio.channels} channels at {info.audio.rate_hz} Hz"
    return ""


def _wrong_clip(clip: "Clip", report: "PassReport", n_pictures: int) -> list[str]:
    wrong = []
    length_s = clip.media.duration_s
    if not math.isfinite(length_s) or not 0 < length_s <= LONGEST_S + 1:
        wrong.append(f"the clip lasts {length_s} s")
    if clip.span.end_s > length_s + 1e-6 and clip.media.kind != "image":
        wrong.append(f"the span ends at {clip.span.end_s} s, the clip at {length_s} s")
    if clip.soundtrack is not None and clip.soundtrack.end_s > length_s + 1.0:
        wrong.append(f"sound until {clip.soundtrack.end_s} s in a clip of {length_s} s")
    if n_pictures > _RATE_HZ * length_s + 2:
        wrong.append(f"{n_pictures} pictures in {length_s} s, {_RATE_HZ} asked for per second")
    if report.n_frames_sampled < n_pictures:
        wrong.append(f"{n_pictures} pictures were shown, {report.n_frames_sampled} counted")
    wrong += [f"a cue ends at {c.end_s} s" for c in clip.cues if not math.isfinite(c.end_s)]
    return wrong


def _looked_again(path: Path, info: "MediaInfo") -> str:
    """Seek: a later part, and single pictures, as further looks and exports do."""
    from emer.tools.media.decode import Frame, pictures_at, stream

    middle_s = info.duration_s / 2
    # of what claims to last for hours, a minute shows how seeking goes
    part = TimeSpan(start_s=middle_s, end_s=min(info.duration_s, middle_s + 60.0) + 0.001)
    for item in stream(path, info, rate_hz=_RATE_HZ, span=part):
        if isinstance(item, Frame) and not part.start_s - 0.01 <= item.time_s <= part.end_s:
            return f"a picture at {item.time_s} s between {part.start_s} s and {part.end_s} s"
    if info.video is None:
        return ""
    shown = [t for t, _ in pictures_at(path, info, [0.0, middle_s])]
    return "" if shown == sorted(shown) and len(shown) <= 2 else f"pictures at {shown}"


def _sidecars(path: Path) -> tuple[int, str]:
    from emer.tools.media.subtitles import read_sidecar, sidecars

    n_cues, refused = 0, ""
    for beside in sidecars(path):
        try:
            n_cues += len(read_sidecar(beside))
        except MediaError as error:
            judged = refusal(error, beside, "any")
            if judged.status == "fault":
                raise
            refused = f", {error.message}"
    return n_cues, refused


def _unexpected(error: Exception) -> Outcome:
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "/emer/" in f.filename]
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in ours if "/evals/" not in f.filename]
    text = f"{type(error).__name__}: {str(error)[:300]}"
    return fault("untyped error", text, " > ".join(places[-4:]))
