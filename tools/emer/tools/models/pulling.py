"""Fetch a model of others because somebody asked for it.

    done = pull(entry, models_dir, accepted=True, heard=print)

Reads    the hub (``HF_ENDPOINT``, ``HF_TOKEN``) or the addresses in the table
Returns  ``Pulled``: where it lies and at which revision, which from then on it is held to
Raises   ``PullError``, ``StorageError`` with the remedy; without a network in a second
Costs    a process of its own, 0.7 s to start: the only one that may go online. It ends with ours.

Whatever was fetched stays when the pull is stopped or killed; the next one asks for the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emer.tools.errors import PullError
from emer.tools.models.entries import ModelEntry
from emer.tools.models.store import hub_cache
from emer.tools.worker import Worker, WorkerTrouble

CHILD: Final = "emer.tools.models.pulling_child"
PATIENCE_S: Final = 300.0
"""A slow disk may take that long for the digest of a large file."""
ONLINE: Final = {
    "HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    # one way for every file, which goes on where it stopped
    "HF_HUB_DISABLE_XET": "1",
    # it would write requests to the log
    "HF_DEBUG": "0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull is."""

    done: int
    """Bytes, those that were there before included."""
    total: int
    """Bytes, roughly."""
    file: str
    waiting: bool = False
    """Another process is pulling the same model."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that lies here now."""

    name: str
    folder: Path
    revision: str
    licence_told: str
    """What its page says of its licence now; empty if it says nothing."""


def terms(entry: ModelEntry) -> tuple[str, ...]:
    """Return what somebody must accept before the model is fetched; often nothing."""
    told = []
    if not entry.commercial_use:
        told.append(f"its licence, {entry.licence}, does not allow commercial use")
    if entry.pickled:
        told.append(
            "its files are pickles: to load them can run code of whoever made them, so trust "
            f"{entry.repository or entry.source} or leave it"
        )
    return tuple(told)


def pull(
    entry: ModelEntry,
    models_dir: Path,
    *,
    accepted: bool = False,
    update: bool = False,
    heard: Callable[[Progress], None] | None = None,
) -> Pulled:
    """Fetch ``entry``, or what is missing of it, and check it.

    Args:
        entry: Of the table of models.
        models_dir: Where the lock file lies, and what comes from no repository.
        accepted: Whether somebody accepted ``terms(entry)``.
        update: Whether another revision than that of the first pull may be taken.
        heard: Told again and again how far it is.

    Raises:
        PullError: It cannot be had, or is not what was pinned.
        StorageError: The disk is full or cannot be written.
    """
    wanted = terms(entry)
    if wanted and not accepted:
        raise PullError(
            f"{entry.name} was not accepted: {'; '.join(wanted)}",
            remedy=f"Read {entry.page}; to accept: emer models pull {entry.name} --accept-licence.",
        )
    request = {
        "entry": entry.model_dump(mode="json"), "models_dir": str(models_dir.absolute()),
        "cache": str(hub_cache().absolute()), "update": update,
    }  # fmt: skip
    last: dict[str, object] = {}
    with Worker(CHILD, environment=ONLINE, share_memory=False) as worker:
        try:
            for told in worker.ask(request, patience_s=PATIENCE_S):
                last = told
                if heard is not None and "locked" not in told:
                    heard(
                        Progress(
                            int(told.get("done", 0)), int(told.get("total", 0)),
                            str(told.get("file", "")), bool(told.get("waiting")),
                        )
                    )  # fmt: skip
        except WorkerTrouble as trouble:
            raise PullError(
                f"{entry.name} could not be fetched ({trouble})",
                remedy="Run the same command again; it goes on where it stopped.",
            ) from trouble
    locked = last["locked"]
    assert isinstance(locked, dict)
    return Pulled(
        entry.name, Path(str(last["folder"])), str(locked["revision"]), str(last.get("licence", ""))
    )
