"""Where models of others lie on this disk, and whether they are what was pulled.

Models of the hub lie in its own cache, which other programs share; files by address lie in
``models_dir/NAME``. ``models_dir/lock.json`` remembers per model the revision and the digest of
every file as first pulled: what differs later is told.

Reads    the lock file, the hub's cache, the folder; hashes only when ``verify`` is asked
Returns  ``Installed``
Raises   ``ToolUnavailable`` with the remedy, in milliseconds; nothing here touches a network
"""

import os
from dataclasses import dataclass
from pathlib import Path

from emer.tools.errors import ToolUnavailable
from emer.tools.models.catalogue import catalogue, serving
from emer.tools.models.entries import ModelEntry
from emer.tools.models.lock import Locked, read_lock, write_lock
from emer.tools.setup import Setup

__all__ = [
    "Installed", "Locked", "find", "fingerprint", "hub_cache", "installed", "read_lock",
    "write_lock",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that lies on this disk."""

    entry: ModelEntry | None
    """``None``: a checkpoint of the user's own."""
    folder: Path
    revision: str
    locked: bool = False
    """Whether it was pulled by us; else it was found in the hub's cache or named by the user."""

    @property
    def name(self) -> str:
        """What findings call it."""
        return (self.entry.repository or self.entry.name) if self.entry else self.folder.name


def hub_cache() -> Path:
    """Return the folder of the hub's cache, as its library would; nothing is imported."""
    told = os.environ.get
    home = told("HF_HOME") or os.path.join(told("XDG_CACHE_HOME") or "~/.cache", "huggingface")
    named = told("HF_HUB_CACHE") or told("HUGGINGFACE_HUB_CACHE") or os.path.join(home, "hub")
    return Path(os.path.expandvars(named)).expanduser()


def find(tool: str, engine: str, setup: Setup) -> Installed:
    """Return the model that ``engine`` of ``tool`` runs: the one asked for, or the best that is here.

    Args:
        tool: For the error, and with ``engine`` the key of what the user asked for.
        engine: Name of the engine.
        setup: What was asked for, and where models lie.

    Raises:
        ToolUnavailable: None is here; the remedy names the command that fetches it.
    """
    key = f"{tool}.{engine}"
    wanted = setup.models.get(key)
    if wanted is not None and wanted not in catalogue(setup.models_dir):
        return _own(tool, Path(wanted).expanduser())
    entries = serving(key, setup.models_dir)
    if wanted is not None:
        entries = [e for e in entries if e.name == wanted]
    for entry in entries:
        found = installed(entry, setup.models_dir)
        if found is not None:
            return found
    name = wanted or (entries[0].name if entries else None)
    if name is None:
        raise ToolUnavailable(tool, "no model is known for it", remedy="Name a folder of weights.")
    raise ToolUnavailable(
        tool, f"the weights {name} are not on this disk", remedy=f"Run: emer models pull {name}."
    )


def installed(entry: ModelEntry, models_dir: Path | None) -> Installed | None:
    """Return where ``entry`` lies with all its files, ``None`` if it does not."""
    lock = read_lock(models_dir).get(entry.name)
    if entry.repository is None:
        folder = None if models_dir is None else models_dir / entry.folder
        if folder is None or not _complete(folder, entry):
            return None
        return Installed(
            entry, folder, lock.revision if lock else "not-pulled-by-emer", lock is not None
        )
    repository = hub_cache() / entry.folder
    revision = entry.revision or (lock.revision if lock else _newest(repository, entry.branch))
    if revision is None:
        return None
    folder = repository / "snapshots" / revision
    if not _complete(folder, entry):
        return None
    return Installed(entry, folder, revision, lock is not None and lock.revision == revision)


def _own(tool: str, path: Path) -> Installed:
    """Return a checkpoint of the user's own, named by a path in the settings."""
    if not path.exists():
        raise ToolUnavailable(
            tool, f"{path} is neither a known model nor a folder or file here",
            remedy="See emer models list for the names.",
        )  # fmt: skip
    return Installed(None, path, fingerprint(path))


def fingerprint(path: Path) -> str:
    """Return a revision for a checkpoint of unknown origin, from names, sizes and heads."""
    import hashlib

    digest = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files[:500]:
        digest.update(f"{file.name}|{file.stat().st_size}".encode(errors="replace"))
        with file.open("rb") as opened:
            digest.update(opened.read(1 << 20))
    return f"head-{digest.hexdigest()[:12]}"


def _complete(folder: Path, entry: ModelEntry) -> bool:
    return all((folder / f.path).is_file() for f in entry.files)


def _newest(repository: Path, branch: str) -> str | None:
    """Return the commit that the cache knows as the branch's newest."""
    try:
        return (repository / "refs" / branch).read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
