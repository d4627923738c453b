"""Measured work on faces in pictures, and the same pictures prepared for the peer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emer.evals.bench.clock import Clock, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from emer.tools.specialist import Clip, Specialist

    Picture = NDArray[np.uint8]

PHOTOS: Final = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})
MOST: Final = 150
"""Pictures that are compared on."""
CROPS: Final = "crops.npy"
"""Faces cut out by our tracker, shape ``(n, CROP_PX, CROP_PX, 3)``, BGR, beside the pictures."""


def prepared(sources: list[str], rate_hz: float, folder: str) -> list[Part]:
    """Write the pictures to compare on: photos as they are, a video as it is sampled.

    Returns:
        One part whose ``amount`` is their number.
    """
    import cv2
    import numpy as np

    target = Path(folder)
    target.mkdir(exist_ok=True)
    photos = [Path(s) for s in sources]
    still = bool(photos) and photos[0].suffix.lower() in PHOTOS
    shown = _photos(photos) if still else _sampled(photos[0], rate_hz)
    n, crops = 0, []
    with Clock() as clock:
        pictures = []
        for n, rgb in enumerate(shown, 1):
            cv2.imwrite(str(target / f"{n:04d}.png"), rgb[:, :, ::-1])
            pictures.append(rgb)
            if n == MOST:
                break
        for clip in _seen(pictures, rate_hz, still, target):
            assert clip.faces is not None
            crops += [c for track in clip.faces.tracks for _, c in clip.faces.crops(track)]
    if not crops:
        raise ValueError("our tracker found no face in these pictures")
    np.save(target / CROPS, np.concatenate(crops)[:, :, :, ::-1])
    return [clock.part("prepared", amount=n)]


def _photos(paths: list[Path]) -> "Iterator[Picture]":
    import cv2
    import numpy as np

    from emer.tools.media.decode import MAX_SIDE_PX

    for path in paths:
        bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if bgr is None:
            continue
        shrink = max(1.0, max(bgr.shape[:2]) / MAX_SIDE_PX)
        height, width = (max(1, round(side / shrink)) for side in bgr.shape[:2])
        small = cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA)
        yield np.ascontiguousarray(small[:, :, ::-1]).astype(np.uint8, copy=False)


def _sampled(path: Path, rate_hz: float) -> "Iterator[Picture]":
    from emer.tools.media.decode import Frame, stream
    from emer.tools.media.probe import probe

    for item in stream(path, probe(path), rate_hz=rate_hz, sound=False):
        if isinstance(item, Frame):
            yield item.rgb


def faces(folder: str, rate_hz: float, still: bool) -> list[Part]:
    """Find the faces, then read their movements and expressions, in pictures held in memory.

    Args:
        folder: What ``prepared`` filled.
        rate_hz: Pictures per second of a video.
        still: Whether the pictures are photos, each looked at by itself.
    """
    import cv2
    import numpy as np

    names = sorted(Path(folder).glob("*.png"))
    read = [cv2.imread(str(p), cv2.IMREAD_COLOR) for p in names]
    pictures = [
        np.ascontiguousarray(p[:, :, ::-1]).astype(np.uint8, copy=False)
        for p in read
        if p is not None
    ]
    workspace = Path(folder)
    for clip in _seen(pictures[:2], rate_hz, still, workspace):  # what is loaded once
        _read(clip)
    n, reading_s, reading_cpu_s = 0, 0.0, 0.0
    with Clock() as clock:
        for clip in _seen(pictures, rate_hz, still, workspace):
            assert clip.faces is not None
            n += sum(len(clip.faces.samples(t).times_s) for t in clip.faces.tracks)
            with Clock() as reading:
                _read(clip)
            reading_s, reading_cpu_s = reading_s + reading.wall_s, reading_cpu_s + reading.cpu_s
    found = clock.part("emer: find and read", amount=n, unit="faces", whole=True)
    alone = {"wall_s": reading_s, "cpu_s": reading_cpu_s, "amount": n, "unit": "faces"}
    alone["about"] = "action units and expression, from the crops that the tracker kept"
    return [found, {"name": "emer: read alone", **alone}]


def _seen(
    pictures: "list[Picture]", rate_hz: float, still: bool, workspace: Path
) -> "Iterator[Clip]":
    """Yield what the face tracker makes of them: one clip for each photo, one for a video."""
    from emer.tools.findings import TimeSpan
    from emer.tools.media.decode import Frame
    from emer.tools.media.info import MediaInfo, VideoStream
    from emer.tools.specialist import Clip, PassSpecialist

    tracker = _specialist("faces")
    assert isinstance(tracker, PassSpecialist)
    for group in [[p] for p in pictures] if still else [pictures]:
        height, width = group[0].shape[:2]
        span = TimeSpan(start_s=0.0, end_s=1.0 if still else len(group) / rate_hz)
        media = MediaInfo(
            name="pictures", sha256="", size_bytes=0, kind="image" if still else "video",
            container="", duration_s=span.end_s,
            video=VideoStream(index=0, codec="", width_px=width, height_px=height, rate_hz=rate_hz),
        )  # fmt: skip
        watcher = tracker.watch(media, span, workspace)
        for i, rgb in enumerate(group):
            watcher.see(Frame(i / rate_hz, rgb, 1.0))
        clip = Clip(path=workspace, media=media, span=span, workspace=workspace)
        found, store = watcher.close(clip)
        if store is not None:
            yield Clip(
                path=workspace, media=media, span=span, workspace=workspace, faces=store,
                found={tracker.tool: found},
            )  # fmt: skip


def _read(clip: "Clip") -> None:
    from emer.graphs.windows import windows_of

    known: Any = list(clip.found["faces"])
    known += _specialist("action_units").observe(clip, [clip.span], known)
    _specialist("expression").observe(clip, windows_of(clip.span, []), known)


def _specialist(tool: str) -> "Specialist":
    if tool not in _CHOSEN:
        from emer.agent.engines import chosen_engines
        from emer.agent.settings import Settings

        _CHOSEN.update(chosen_engines(Settings())[0])
    return _CHOSEN[tool]


_CHOSEN: "dict[str, Specialist]" = {}

JOBS: dict[str, Callable[..., list[Part]]] = {"prepared": prepared, "faces": faces}
