"""Look at a file before decoding it: what is in it, and is it safe and sensible to go on?

Reads    one local, regular file, in the decoder's process
Returns  ``MediaInfo``
Raises   ``MediaError`` with a remedy for everything that is not decodable media
Cost     one read of the file for its content hash (about 1 s per GB) and its headers
"""

from collections import OrderedDict
from pathlib import Path
from typing import Final

from emer.tools.media.container import open_container
from emer.tools.media.decoder_pool import lent, said
from emer.tools.media.info import MediaInfo
from emer.tools.media.items import MAX_DURATION_S, MAX_PIXELS
from emer.tools.worker import Message, WorkerTrouble

__all__ = ["MAX_DURATION_S", "MAX_PIXELS", "open_container", "probe", "stamp_of_probed"]

_REMEMBERED: Final = 256
_stamps: "OrderedDict[tuple[str, str], Message]" = OrderedDict()


def probe(path: Path) -> MediaInfo:
    """Describe the media file at ``path``.

    Raises:
        MediaError: It is missing, unreadable, not a regular file, not media, refers to other
            files, is larger than the caps of this module, or crashes or stalls the decoder.
        ToolUnavailable: No decoder can be started.
    """
    try:
        with lent() as decoder:
            (answer,) = decoder.ask("probe", path)
    except WorkerTrouble as trouble:
        raise said(trouble, path) from trouble
    info = MediaInfo.model_validate(answer["media"])
    _stamps[str(path), info.sha256] = answer["stamp"]
    while len(_stamps) > _REMEMBERED:
        _stamps.popitem(last=False)
    return info


def stamp_of_probed(path: Path, info: MediaInfo) -> Message | None:
    """Return size and time of change that ``probe`` saw, if it was this process that probed."""
    return _stamps.get((str(path), info.sha256))
