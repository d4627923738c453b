"""What decoding passes left, kept on disk: whoever asks again about a clip need not decode it.

Reads    clips as a pass left them, by the media's content, the part and the rate
Returns  the same clips again; a look that is damaged, too old or being removed is not found
Cost     see ``look_files``; listing what is there 20 us a look

A look appears whole or not at all, whatever is killed. It holds faces and voices of people, so it
is readable to its owner alone, goes after ``max_age_days`` however often it is used, and ``clear``
really removes it. Like any cache it never stands in the way: ``problem`` says why nothing is kept.
"""

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from emer.memory.cache_stats import CacheStats
from emer.memory.look_files import (
    RECORD,
    Checked,
    KeptLook,
    LookKey,
    read_look,
    synchronise,
    write_look,
)
from emer.tools.findings import Gap
from emer.tools.specialist import Clip

__all__ = ["KeptLook", "LookKey", "LookStore"]

MAX_BYTES: Final = 2 * 1024**3
MAX_AGE_DAYS: Final = 30.0
_DAY_S: Final = 24 * 3600.0
_TRIES: Final = 5
_LOOK: Final = re.compile(r"(?P<media>[0-9a-f]{64})-[0-9a-f]{16}")
_DRAFT, _TRASH = ".draft", ".trash"
_UNFINISHED: Final = re.compile(r"\.(?:draft|trash)\.(?P<pid>\d+)\.(?P<media>[0-9a-f]{64})-.*")


class _Entry(NamedTuple):
    """One folder of ours."""

    path: Path
    media: str
    n_bytes: int
    used_s: float
    made_s: float
    pid: int | None
    """Who is writing or removing it; ``None`` for a look that is whole."""


class LookStore:
    """Kept looks; safe to share between threads and processes.

    Args:
        folder: Theirs alone; nothing is touched before the first use.
        max_bytes: The least recently used looks go above it.
        max_age_days: Looks go when they have been kept for so long.
    """

    def __init__(
        self, folder: Path, *, max_bytes: int = MAX_BYTES, max_age_days: float = MAX_AGE_DAYS
    ) -> None:
        self.problem: str | None = None
        """Why nothing is kept, for a person; ``None`` while all is well."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_age_s = max_age_days * _DAY_S
        self._lock = threading.Lock()
        self._checked: Checked = {}
        self._is_tidy = False

    def find(self, key: LookKey, *, engines: Mapping[str, str] | None = None) -> KeptLook | None:
        """Return what a pass left, if all of it is there and whole.

        Args:
            key: Which pass.
            engines: What now serves each tool, as ``tool@engine@revision``; a look with findings
                of another engine or revision is not found.
        """
        with self._lock:
            self._tidy_once()
            look = next((x for x in (self._opened(key) for _ in range(2)) if x), None)
        if look is None or engines is None:
            return look
        return look if all(engines.get(t, w) == w for t, w in look.watched.items()) else None

    def keep(
        self, key: LookKey, clip: Clip, damage: Sequence[Gap], watched: Mapping[str, str]
    ) -> None:
        """Keep what a pass left, unless a pass that saw as much or more is kept already.

        Args:
            key: Which pass.
            clip: As the pass left it.
            damage: What it could not decode.
            watched: Tools that looked at the pictures: tool to ``tool@engine@revision``. Those
                that failed are left out.
        """
        if self.problem is not None:
            return
        whole = {t: w for t, w in watched.items() if t in clip.found and not _is_lost(clip, t)}
        kept = self.find(key)
        if kept is not None and kept.watched.items() >= whole.items():
            return
        with self._lock:
            try:
                self._write(key, clip, damage, whole)
                self._tidy()
            except FileNotFoundError:  # cleared by another process meanwhile
                return
            except OSError as error:
                self.problem = f"nothing is kept in {self._folder} ({error.strerror or error})"
            except ValueError:  # text that UTF-8 cannot say
                return

    def stats(self) -> CacheStats:
        """Return what is kept, in figures."""
        return self._figures(list(self._entries()))

    def media(self) -> frozenset[str]:
        """Return the SHA-256 of every media file of which something is kept."""
        return frozenset(entry.media for entry in self._entries())

    def clear(self, media_sha256: str | None = None) -> CacheStats:
        """Remove what is kept, all or of one media file, and return what that was."""
        chosen = [e for e in self._entries() if media_sha256 in (None, e.media)]
        return self._figures([entry for entry in chosen if _removed(entry.path)])

    # --- one look --------------------------------------------------------------------------

    def _opened(self, key: LookKey) -> KeptLook | None:
        folder = self._folder / key.name
        try:
            at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError:  # a file or a link in its place
            _removed(folder)
            return None
        try:
            look = read_look(folder, at, self._checked)
            if self._is_outdated(folder):
                _removed(folder)
                return None
            with suppress(OSError):
                os.utime(at)
        except (OSError, ValueError):  # a pydantic ValidationError is a ValueError
            # what vanished under our hands is being removed or replaced by somebody else
            with suppress(OSError):
                if os.path.samestat(os.fstat(at), folder.stat()):
                    _removed(folder)
            return None
        finally:
            os.close(at)
        return look

    def _write(
        self, key: LookKey, clip: Clip, damage: Sequence[Gap], watched: Mapping[str, str]
    ) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._folder.stat().st_mode & 0o077:
            self._folder.chmod(0o700)
        prefix = f"{_DRAFT}.{os.getpid()}.{key.name}."
        draft = Path(tempfile.mkdtemp(prefix=prefix, dir=self._folder))
        try:
            write_look(draft, key, clip, damage, watched)
            if _n_bytes(draft) > self._max_bytes:
                return
            os.utime(draft)
            for _ in range(_TRIES):
                try:
                    draft.rename(self._folder / key.name)
                except OSError:  # an earlier one is there; another process may be as fast again
                    _removed(self._folder / key.name)
                else:
                    synchronise(self._folder)
                    return
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _is_outdated(self, folder: Path) -> bool:
        return time.time() - (folder / RECORD).stat().st_mtime > self._max_age_s

    # --- all of them -----------------------------------------------------------------------

    def _tidy_once(self) -> None:
        if not self._is_tidy:
            self._is_tidy = True
            self._tidy()

    def _tidy(self) -> None:
        """Remove what killed processes left, what is too old, and what is too much."""
        now, looks = time.time(), []
        for entry in self._entries():
            if entry.pid is not None:
                if now - entry.used_s > _DAY_S or not is_alive(entry.pid):
                    shutil.rmtree(entry.path, ignore_errors=True)
            elif now - entry.made_s > self._max_age_s:
                _removed(entry.path)
            else:
                looks.append(entry)
        excess = sum(e.n_bytes for e in looks) - self._max_bytes
        for entry in sorted(looks, key=lambda e: (e.used_s, e.path)):
            if excess <= 0:
                return
            _removed(entry.path)
            excess -= entry.n_bytes

    def _entries(self) -> Iterator[_Entry]:
        """Yield what is ours in the folder; anything else is left alone."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return
        for name in sorted(names):
            look, unfinished = _LOOK.fullmatch(name), _UNFINISHED.fullmatch(name)
            match = look or unfinished
            if match is None:
                continue
            path = self._folder / name
            with suppress(OSError):
                used_s = path.lstat().st_mtime
                made_s = used_s
                with suppress(OSError):
                    made_s = (path / RECORD).lstat().st_mtime
                pid = int(match["pid"]) if unfinished else None
                yield _Entry(path, match["media"], _n_bytes(path), used_s, made_s, pid)

    def _figures(self, entries: Sequence[_Entry]) -> CacheStats:
        looks = [e for e in entries if e.pid is None]
        return CacheStats(
            n_bytes=sum(e.n_bytes for e in entries), limit_bytes=self._max_bytes,
            n_media=len({e.media for e in looks}), n_entries=len(looks),
            oldest_use_s=min((e.used_s for e in looks), default=None),
            newest_use_s=max((e.used_s for e in looks), default=None),
        )  # fmt: skip


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_lost(clip: Clip, tool: str) -> bool:
    return any(isinstance(f, Gap) and f.code.is_loss for f in clip.found[tool])


def _removed(path: Path) -> bool:
    """Remove one of our folders: it vanishes at once, then its files; return whether it was there."""
    try:
        named = _UNFINISHED.fullmatch(path.name)
        name = path.name[named.start("media") :] if named else path.name
        prefix = f"{_TRASH}.{os.getpid()}.{name}."
        trash = Path(tempfile.mkdtemp(prefix=prefix, dir=path.parent))
    except OSError:
        shutil.rmtree(path, ignore_errors=True)  # on a full disk
        return not path.exists()
    try:
        path.rename(trash / "removed")
    except OSError:
        return False
    finally:
        shutil.rmtree(trash, ignore_errors=True)
    return True


def _n_bytes(folder: Path) -> int:
    try:
        with os.scandir(folder) as files:
            return sum(f.stat(follow_symlinks=False).st_size for f in files)
    except OSError:
        return 0
