"""Take a clip in: one pass that feeds the soundtrack file and every watcher of pictures.

Decoding runs in a process of its own, a few pictures ahead, and every watcher in a lane of its
own, so that they share the cores. Memory stays flat: the soundtrack and the faces go to disk as
they come.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from emer.tools.errors import StorageError
from emer.tools.findings import Finding, Gap, GapCode, TimeSpan
from emer.tools.media.decode import Luma, PassReport, SoundBlock, stream
from emer.tools.media.faces import FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.onlookers import Onlookers
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.media.subtitles import Cue
from emer.tools.quiet import import_quietly
from emer.tools.shot_cuts import CutWatch
from emer.tools.specialist import Clip, PassSpecialist

STILL_S: Final = 1.0
"""A still image is treated as a clip of this length."""


def take_in(
    path: Path,
    info: MediaInfo,
    workspace: Path,
    *,
    rate_hz: float = 5.0,
    span: TimeSpan | None = None,
    watchers: Mapping[str, PassSpecialist] | None = None,
    language: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Clip, PassReport, list[Gap]]:
    """Decode the clip once and return it, with what the pass met and what it lost.

    Args:
        path: The media file.
        info: From ``probe``.
        workspace: Folder for working files.
        rate_hz: Sampled pictures per second.
        span: Part of the media to take in; default all.
        watchers: Specialists that look at pictures, by tool; none: pictures are not decoded.
        language: Spoken language as the user stated it.
        progress: Called with the media time reached, in seconds.

    Raises:
        MediaError: Nothing could be decoded.
        StorageError: The workspace is full or read-only.
    """
    report = PassReport()
    asked = span or TimeSpan(start_s=0.0, end_s=info.duration_s or STILL_S)
    if watchers and info.video is not None:
        import_quietly("cv2")  # whoever looks needs it; by itself it would change the environment
    eyes = {t: w.watch(info, asked, workspace) for t, w in (watchers or {}).items()}
    cuts = CutWatch()
    cues: list[Cue] = []
    with _on_disk(workspace):
        ears = SoundtrackWriter(workspace / "soundtrack.s16", start_s=asked.start_s)
        items = stream(
            path, info, rate_hz=rate_hz, span=span, pictures=bool(eyes), luma=bool(eyes),
            report=report,
        )  # fmt: skip
        onlookers = Onlookers(watchers or {}, eyes)
        with ears, closing(items), onlookers:  # type: ignore[type-var]
            for item in items:
                if isinstance(item, SoundBlock):
                    ears.write(item)
                elif isinstance(item, Cue):
                    cues.append(item)
                else:
                    onlookers.show(cuts.marked(item))
                if progress and not isinstance(item, Luma | Cue):
                    progress(report.last_s)
            onlookers.finish()
        soundtrack = ears.close()
    declared_s = info.duration_s
    info, seen = _measured(info, asked, span, report)
    clip = Clip(
        path=path, media=info, span=seen, workspace=workspace, soundtrack=soundtrack,
        cues=tuple(c for c in cues if c.overlaps(seen)), language=language,
    )  # fmt: skip
    found: dict[str, list[Finding]] = {}
    faces: FaceStore | None = None
    for tool, watcher in eyes.items():
        try:
            if tool in onlookers.failures:
                raise onlookers.failures[tool]
            with _on_disk(workspace):
                found[tool], kept = watcher.close(clip)
        except (StorageError, MemoryError):
            raise
        except Exception as error:
            found[tool] = [_lost(tool, seen, error)]
        else:
            faces = kept or faces
    clip = replace(clip, faces=faces, found=found)
    return clip, report, _damage(seen, report, declared_s if span is None else 0.0)


@contextmanager
def _on_disk(workspace: Path) -> Iterator[None]:
    """Say what to do where working files cannot be written."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"the working folder cannot be written ({error.strerror or error})",
            remedy=f"Free some space on the disk of {workspace} or set TMPDIR to another one.",
        ) from error


def _measured(
    info: MediaInfo, asked: TimeSpan, span: TimeSpan | None, report: PassReport
) -> tuple[MediaInfo, TimeSpan]:
    """Replace what the container declared by what the pass saw."""
    if info.kind == "image":
        return info.model_copy(update={"duration_s": STILL_S}), asked
    if span is not None:
        return info, asked
    decoded_all = report.n_frames_decoded > 0 or info.video is None
    true_s = report.last_s if decoded_all else max(report.last_s, info.duration_s)
    step_s = 1.0 / info.video.rate_hz if info.video and info.video.rate_hz else 0.0
    # the last picture is shown for one step; a declared end within that is the better figure
    if abs(info.duration_s - true_s) <= step_s + 0.1:
        true_s = max(true_s, info.duration_s)
    true_s = max(round(true_s, 3), 0.001)
    return info.model_copy(update={"duration_s": true_s}), TimeSpan(start_s=0.0, end_s=true_s)


def _lost(tool: str, span: TimeSpan, error: Exception) -> Gap:
    return Gap(
        tool=tool, code=GapCode.TOOL_FAILED, start_s=span.start_s, end_s=span.end_s,
        reason=f"it failed while looking at the pictures ({type(error).__name__}: {error})",
        remedy="Please report this with the file's properties.",
    )  # fmt: skip


def _damage(seen: TimeSpan, report: PassReport, declared_s: float) -> list[Gap]:
    """Say what of the file could not be decoded."""
    gaps = []
    # where decoding stopped for good, the damage lies at the end of what is known
    last_s = max(seen.start_s, seen.end_s - 1.0)
    if n_skipped := report.n_damaged - bool(report.stopped):
        earlier = report.damaged_at_s[:-1] if report.stopped else report.damaged_at_s
        first_s = max(next((t for t in earlier if t < seen.end_s), seen.start_s), seen.start_s)
        reason = f"{n_skipped} damaged part(s) of the file could not be decoded"
        gaps.append(_gap_of_damage(first_s, seen.end_s, reason))
    if report.stopped:
        reason = f"from here on nothing could be decoded: {report.stopped}"
        gaps.append(_gap_of_damage(last_s, seen.end_s, reason, loss=report.loss))
    gaps.extend(_gap_of_damage(seen.start_s, seen.end_s, note) for note in report.notes)
    if declared_s > seen.end_s + max(1.0, 0.02 * declared_s):
        said = f"the file says that it lasts {declared_s:.1f} s but ends at {seen.end_s:.1f} s"
        gaps.append(_gap_of_damage(last_s, seen.end_s, said))
    return gaps


def _gap_of_damage(start_s: float, end_s: float, reason: str, *, loss: str = "") -> Gap:
    again = "Run again; if the same happens, copy" if loss else "Copy"
    return Gap(
        tool="media",
        code=GapCode(loss) if loss else GapCode.MEDIA_DAMAGED,
        start_s=start_s,
        end_s=end_s,
        reason=reason,
        remedy=f"{again} or export the file again.",
    )
