"""The decoder's process: describes, decodes and reads subtitles for ``probe`` and ``decode``.

What media hold is hostile data, and decoders are large programs in C: here they may crash, hang
or run out of memory, and the analysis goes on. It imports av and numpy and nothing that this
work does not need; the modules ``container``, ``headers``, ``passing`` and ``sampling`` are its
parts.

Reads    requests (see ``handle``)
Returns  messages; arrays go through the shared room, see ``ring``
Costs    0.25 s to start
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer.tools.worker_child import Message, beat, receive, room, serve

if TYPE_CHECKING:
    from emer.tools.media.items import PassReport
    from emer.tools.media.passing import Item
    from emer.tools.media.ring import Writer


def prepare() -> None:
    """Import what every file needs."""
    import av  # noqa: F401

    from emer.tools.media import headers, passing, ring  # noqa: F401


def handle(request: Message) -> Iterator[Message]:
    """Answer one request: ``{"do": "probe" | "stream" | "pictures" | "sidecar", "path": ...}``."""
    work = {"probe": _probe, "stream": _stream, "pictures": _pictures, "sidecar": _sidecar}
    # relative paths are meant from where the parent is now
    with suppress(OSError):
        os.chdir(request["folder"])
    try:
        yield from work[request["do"]](Path(request["path"]), request)
    finally:
        os.chdir("/")


def _probe(path: Path, request: Message) -> Iterator[Message]:
    from emer.tools.media.container import open_file, stamp_of
    from emer.tools.media.headers import described

    with open_file(path) as handle:
        facts = described(handle, path, beat)
        yield {"media": facts, "stamp": asdict(stamp_of(handle))}


def _stream(path: Path, request: Message) -> Iterator[Message]:
    from emer.tools.media import passing
    from emer.tools.media.items import PassReport, Stamp
    from emer.tools.media.ring import Writer

    report = PassReport()
    stamp = request["stamp"]
    ring = Writer(room(), receive)
    items = passing.stream(
        path, _source(request), rate_hz=request["rate_hz"], report=report,
        span=request["span"] and tuple(request["span"]), sound=request["sound"],
        pictures=request["pictures"], luma=request["luma"],
        stamp=Stamp(**stamp) if stamp else None, beat=beat,
    )  # fmt: skip
    for item in items:
        yield {**_told(item, ring), **_counted(report)}
    yield {"report": asdict(report)}


def _told(item: "Item", ring: "Writer") -> Message:
    from emer.tools.media.items import Frame, Luma, SoundBlock

    if isinstance(item, Luma):
        return {"luma": item.time_s, "place": ring.put(item.grey)}
    if isinstance(item, Frame):
        return {"frame": item.time_s, "scale": item.scale, "place": ring.put(item.rgb)}
    if isinstance(item, SoundBlock):
        return {"sound": item.start_s, "place": ring.put(item.samples)}
    return {"cue": asdict(item)}


def _counted(report: "PassReport") -> Message:
    from emer.tools.media.items import COUNTERS

    counted: dict[str, Any] = {"counters": [getattr(report, name) for name in COUNTERS]}
    if report.n_damaged:
        counted["damaged_at_s"] = report.damaged_at_s
    return counted


def _pictures(path: Path, request: Message) -> Iterator[Message]:
    from emer.tools.media import passing
    from emer.tools.media.ring import Writer

    ring = Writer(room(), receive)
    shown = passing.pictures_at(
        path, _source(request), request["times_s"], max_side_px=request["max_side_px"], beat=beat
    )
    for time_s, frame in shown:
        yield {"at": time_s, **_told(frame, ring)}


def _sidecar(path: Path, request: Message) -> Iterator[Message]:
    from emer.tools.media.sidecar import raw_cues

    cues, sha256 = raw_cues(path)
    for first in range(0, len(cues), 1000):
        yield {"cues": [asdict(c) for c in cues[first : first + 1000]]}
    yield {"cues": [], "sha256": sha256}


def _source(request: Message) -> Any:  # noqa: ANN401 - named in `items`
    from emer.tools.media.items import Source

    fields = request["source"]
    languages = {int(index): language for index, language in fields["languages"].items()}
    return Source(**{**fields, "languages": languages})


if __name__ == "__main__":
    serve(handle, prepare)
