"""What makes two analyses of a file the same: its content, the options, the engines, the version.

Costs    ``quick`` looks at the file's size and times; ``content`` reads it (about 1 s per GB)
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from emer.agent.batch.types import Options
from emer.agent.model_identity import model_identity
from emer.agent.settings import Settings, limits, prices
from emer.graphs.report import Budget
from emer.tools.media.subtitles import SIDECAR_SUFFIXES, content_of, sidecars

_BESIDE_THE_POINT = {
    "cache", "cache_dir", "cache_mb", "cache_days", "data_dir", "device", "formats",
    "gpu_memory_mb", "llm_prices", "llm_retries", "llm_timeout_s", "max_concurrency", "models_dir",
    "peer_key_variable",
}  # fmt: skip
"""Settings that change where and how fast something is done, not what."""


def identity_of(options: Options, settings: Settings) -> str:
    """Return a hash of all that decides about a report, but for the file itself.

    Annotated cases are not part of it: a correction does not make a folder be done again. Nor is a
    file that records: it holds what the model answers anyhow. One that is replayed is, by what it
    holds; then no server is asked, and its address is none of it.

    Raises:
        TapeUnusable: The record that is to be replayed cannot be read.
    """
    from emer.agent.engines import chosen_engines

    specialists, _ = chosen_engines(settings)
    settled = settings.model_dump(mode="json", exclude=_BESIDE_THE_POINT)
    asked = options.model_dump(mode="json", exclude={"cache", "resume", "record", "replay"})
    asked.pop("budget")
    overridden = {"fps", "language", "output_language", "llm"}
    for name in overridden:
        # the same thing asked for in another way is the same
        settled[name] = asked.pop(name) if asked[name] is not None else settled[name]
        asked.pop(name, None)
    engines = sorted((s.tool, s.engine, s.card.revision) for s in specialists.values())
    model = model_identity(settled.pop("llm"), settled.pop("base_url"), options.replay)
    budget = options.budget or Budget.model_validate(limits(settings.budget))
    settled["budget"] = budget.model_dump()
    # what a model costs decides nothing unless there is a limit to it
    priced = prices(settings.llm_prices) if budget.cost is not None else None
    everything = [_version(), asked, settled, engines, model, priced]
    return _hash(json.dumps(everything, sort_keys=True).encode())


class Quick:
    """Tells files apart without reading them; looks into each folder once."""

    def __init__(self) -> None:
        self._subtitles: dict[Path, dict[str, list[Path]]] = {}

    def __call__(self, path: Path) -> str:
        """Return size and times of ``path`` and of the subtitles beside it; empty if missing."""
        own = _signature(path)
        return "|".join([own, *map(_signature, self._beside(path))]) if own else ""

    def _beside(self, path: Path) -> Iterable[Path]:
        known = self._subtitles.get(path.parent)
        if known is None:
            known = self._subtitles[path.parent] = _by_first_word(path.parent)
        return [
            p
            for p in known.get(path.name.partition(".")[0], ())
            if p.stem == path.stem or p.stem.startswith(f"{path.stem}.")
        ]


def content(path: Path, media_sha256: str | None = None) -> str:
    """Return a hash of the file and of the subtitles beside it.

    Raises:
        OSError: One of them cannot be read.
    """
    parts = [media_sha256 or _file_hash(path)]
    beside = ((p, hashlib.sha256(content_of(p)).hexdigest()) for p in sorted(sidecars(path)))
    parts += [f"{p.name!r}:{digest}" for p, digest in beside]
    return _hash("|".join(parts).encode(errors="surrogateescape"))


def _version() -> str:
    try:
        return version("emer")
    except PackageNotFoundError:
        return "unknown"


def _by_first_word(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = defaultdict(list)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return found
    for name in names:
        if name.lower().endswith(SIDECAR_SUFFIXES):
            found[name.partition(".")[0]].append(folder / name)
    return found


def _signature(path: Path) -> str:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
