"""One kept look on disk: what a decoding pass left for specialists, as a folder of files.

    look.json       what was seen of the file, which part, cues, damage, what the watchers found
    soundtrack.s16  16 kHz mono, 16-bit samples (115 MB an hour), if there is sound
    faces.jpegs     crops of faces (about 100 MB an hour of one face), and
    faces.npz       where and when they were seen, if a watcher kept faces
    SHA256SUMS      digests of the others, as ``sha256sum`` writes them

Reads    a clip as the pass left it; a folder that may be damaged or vanish at any moment
Returns  the clip again, byte for byte; nothing for a folder that is not what was written
Cost     an hour with one face (390 MB): writing 1.6 s, checking 0.6 s, opening 2 ms
"""

import hashlib
import json
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import Field

from emer.memory.answer_rows import make_of_findings
from emer.tools.errors import StorageError
from emer.tools.findings import Finding, Gap, TimeSpan
from emer.tools.media import faces
from emer.tools.media.faces import FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.media.subtitles import Cue
from emer.tools.readings import Frozen
from emer.tools.specialist import Clip

RECORD: Final = "look.json"
SOUND: Final = "soundtrack.s16"
FACES: Final = (faces.BLOB, faces.INDEX)
SUMS: Final = "SHA256SUMS"
_SOUND_STEP_S: Final = 60.0
_MAX_SUMS_BYTES: Final = 10_000
_MAX_RECORD_BYTES: Final = 500_000_000

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LookKey(Frozen):
    """What a pass depends on."""

    media_sha256: Digest
    start_s: float | None = Field(default=None, description="of the part asked for; None: all")
    end_s: float | None = None
    rate_hz: float = Field(gt=0, description="sampled pictures per second")

    @property
    def name(self) -> str:
        """Name of the folder: whose media, then a digest of the rest."""
        rest = json.dumps([self.start_s, self.end_s, self.rate_hz])
        return f"{self.media_sha256}-{hashlib.sha256(rest.encode()).hexdigest()[:16]}"


class LookRecord(Frozen):
    """What ``look.json`` says."""

    version: Literal[1] = 1
    make: str = Field(description="digest of what findings are made of")
    key: LookKey
    media: MediaInfo
    """As the pass measured it, without the file's name, which does not belong to the content."""
    span: TimeSpan
    cues: tuple[Cue, ...]
    damage: tuple[Gap, ...]
    found: dict[str, tuple[Finding, ...]]
    watched: dict[str, str]
    sound_start_s: float | None
    has_faces: bool

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that belong to it."""
        sound = () if self.sound_start_s is None else (SOUND,)
        return (RECORD, *sound, *(FACES if self.has_faces else ()))


def write_look(
    folder: Path, key: LookKey, clip: Clip, damage: Iterable[Gap], watched: Mapping[str, str]
) -> None:
    """Write a look to an empty folder, for this user alone, and see it safely on disk.

    Raises:
        OSError: The disk is full or read-only.
    """
    record = LookRecord(
        make=make_of_findings(), key=key, media=clip.media.model_copy(update={"name": ""}), span=clip.span, cues=clip.cues,
        damage=tuple(damage), found={tool: tuple(clip.found[tool]) for tool in watched},
        watched=dict(watched), has_faces=clip.faces is not None,
        sound_start_s=None if clip.soundtrack is None else clip.soundtrack.start_s,
    )  # fmt: skip
    (folder / RECORD).write_text(record.model_dump_json(), encoding="utf-8")
    if clip.soundtrack is not None:
        with (folder / SOUND).open("xb") as file:
            file.writelines(_samples(clip.soundtrack))
    if clip.faces is not None:
        clip.faces.save(folder)
    sums = {name: _sealed(folder / name) for name in record.files}
    (folder / SUMS).write_text(_listed(sums), encoding="ascii")
    _sealed(folder / SUMS)
    synchronise(folder)


def _samples(soundtrack: Soundtrack) -> Iterator[bytes]:
    """Yield the samples as they were decoded: scaling by a power of two loses nothing."""
    start_s = soundtrack.start_s
    while start_s < soundtrack.end_s:
        part = TimeSpan(start_s=start_s, end_s=start_s + _SOUND_STEP_S)
        yield (soundtrack.read(part) * np.float32(32768.0)).astype(np.int16).tobytes()
        start_s = part.end_s


def _sealed(path: Path) -> str:
    with path.open("rb") as file:
        path.chmod(0o600)
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def synchronise(folder: Path) -> None:
    """See the names in ``folder`` safely on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class KeptLook:
    """A look that was found; its files stay readable while it is held, whoever removes them."""

    def __init__(self, folder: Path, record: LookRecord, handles: dict[str, int]) -> None:
        self._folder = folder
        self._record = record
        self._handles = handles
        weakref.finalize(self, _close, list(handles.values()))

    @property
    def media(self) -> MediaInfo:
        """The media as the pass measured it; ``name`` is empty, since a copy may be named anew."""
        return self._record.media

    @property
    def span(self) -> TimeSpan:
        """The part that was taken in."""
        return self._record.span

    @property
    def damage(self) -> tuple[Gap, ...]:
        """What of the file could not be decoded."""
        return self._record.damage

    @property
    def watched(self) -> dict[str, str]:
        """Tools whose findings it holds: tool to ``tool@engine@revision``."""
        return dict(self._record.watched)

    def clip(self, path: Path, workspace: Path, language: str | None = None) -> Clip:
        """Return the clip as the pass left it.

        Args:
            path: Where the media file is now.
            workspace: Folder of the run. The files are linked (where that is impossible: copied)
                into a new folder in it, so that nobody can pull them away.
            language: Spoken language as the user stated it.

        Raises:
            StorageError: The workspace is full or read-only.
        """
        record = self._record
        try:
            own = Path(tempfile.mkdtemp(prefix="kept-", dir=workspace))
            for name in record.files:
                if name != RECORD:
                    _bring(self._folder / name, self._handles[name], own / name)
        except OSError as error:
            raise StorageError(
                f"the working folder cannot be written ({error.strerror or error})",
                remedy=f"Free some space on the disk of {workspace} or set TMPDIR to another one.",
            ) from error
        sound_start_s = record.sound_start_s
        return Clip(
            path=path, media=record.media.model_copy(update={"name": path.name}),
            span=record.span, workspace=own, cues=record.cues, language=language,
            soundtrack=None if sound_start_s is None else Soundtrack(
                own / SOUND, start_s=sound_start_s
            ),
            faces=FaceStore.open(own) if record.has_faces else None,
            found={tool: list(found) for tool, found in record.found.items()},
        )  # fmt: skip


def _bring(source: Path, handle: int, target: Path) -> None:
    """Link ``source`` to ``target``; copy what the handle reads where that is another file now."""
    try:
        os.link(source, target)
        if os.path.samestat(os.fstat(handle), target.stat()):
            return
        target.unlink()
    except OSError:
        target.unlink(missing_ok=True)
    with target.open("xb") as file:
        file.writelines(_pieces(handle))


def _pieces(handle: int) -> Iterator[bytes]:
    at = 0
    while piece := os.pread(handle, 1 << 20, at):  # several threads may read one handle
        at += len(piece)
        yield piece


def _close(handles: list[int]) -> None:
    for handle in handles:
        os.close(handle)


Checked = dict[tuple[int, int, int, int], str]
"""Digests of files that were read before: device, inode, size and time of change in ns."""


def read_look(folder: Path, at: int, checked: Checked) -> KeptLook:
    """Open a kept look and check all of it.

    Args:
        folder: Where it lies.
        at: Handle of that folder, so that all files are of one and the same look.
        checked: What this process has checked before; added to.

    Raises:
        OSError: A file is missing or cannot be read.
        ValueError: It is not what was written.
    """
    handles: dict[str, int] = {}
    try:
        sums = _sums_of(_opened(SUMS, at, handles))
        for name in sums:
            if _digest_of(_opened(name, at, handles), checked) != sums[name]:
                raise ValueError(f"{name} is not what was written")
        size = os.fstat(handles[RECORD]).st_size
        if size > _MAX_RECORD_BYTES:
            raise ValueError(f"{RECORD} is too large")
        record = LookRecord.model_validate_json(b"".join(_pieces(handles[RECORD])))
        if set(record.files) != set(sums) or record.key.name != folder.name:
            raise ValueError(f"{RECORD} speaks of another look")
        if record.make != make_of_findings():
            raise ValueError(f"{RECORD} was written by another version")
        if record.has_faces:
            FaceStore.open(folder)  # what cannot be opened shall not be found
    except StorageError as error:
        _close(list(handles.values()))
        raise ValueError(str(error)) from error
    except BaseException:
        _close(list(handles.values()))
        raise
    return KeptLook(folder, record, handles)


def _opened(name: str, at: int, handles: dict[str, int]) -> int:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    handles[name] = os.open(name, flags, dir_fd=at)
    return handles[name]


def _sums_of(handle: int) -> dict[str, str]:
    text = os.pread(handle, _MAX_SUMS_BYTES, 0).decode("ascii")
    pairs = [line.partition("  ") for line in text.splitlines()]
    sums = {name: digest for digest, _, name in pairs}
    if text != _listed(sums) or not {RECORD} <= set(sums) <= {RECORD, SOUND, *FACES}:
        raise ValueError(f"{SUMS} is not what was written")
    return sums


def _listed(sums: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items())


def _digest_of(handle: int, checked: Checked) -> str:
    status = os.fstat(handle)
    known_as = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    if known_as not in checked:
        digest = hashlib.sha256()
        for piece in _pieces(handle):
            digest.update(piece)
        checked[known_as] = digest.hexdigest()
    return checked[known_as]
