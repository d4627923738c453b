"""Give finished results their names, without ever overwriting what a person has changed.

A kill between two steps does no harm: the journal says ``written`` until all are in place, and the
next run goes on from there.
"""

import os
from contextlib import suppress
from pathlib import Path

from emer.agent.batch.task import HIDDEN
from emer.agent.batch.types import Record, Written


def written(out: Path, folder: Path, name: str) -> Written:
    """Describe a file as it is now.

    Raises:
        OSError: It is not there.
    """
    path = folder / name
    status = path.stat()
    relative = path.relative_to(out).as_posix()
    return Written(name=relative, size=status.st_size, mtime_ns=status.st_mtime_ns)


def put_in_place(out: Path, record: Record) -> tuple[Record, list[str]]:
    """Rename what ``record`` has staged; remove what an earlier analysis left in other formats.

    Returns:
        The record with all of it in place, and the files of a person that were set aside.

    Raises:
        OSError: A file cannot be renamed.
    """
    aside: list[str] = []
    outputs = dict(record.outputs)
    outdated = [form for form in outputs if record.replaces and form not in record.staged]
    for form in outdated:
        old = outputs.pop(form)
        _keep_changed(out / old.name, old, aside, out)
        with suppress(OSError):
            (out / old.name).unlink()
    for form, hidden in record.staged.items():
        own = _own_name(hidden)
        draft, path = out / hidden.name, out / own.name
        if draft.exists():  # else an interrupted run has renamed it already
            _keep_changed(path, outputs.get(form), aside, out)
            draft.replace(path)
        outputs[form] = own
    for folder in {(out / w.name).parent for w in outputs.values()}:
        _flush(folder)
    settled = {"outputs": outputs, "staged": {}, "replaces": False}
    return record.model_copy(update=settled), aside


def in_place(out: Path, record: Record) -> set[str]:
    """Return the formats whose files are there."""
    return {form for form, w in record.outputs.items() if (out / w.name).is_file()}


def sweep(folder: Path) -> None:
    """Remove what a killed run left half done in ``folder``; nobody else must be at work there."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if name.startswith((HIDDEN, ".emer-part-")):
            with suppress(OSError):
                (folder / name).unlink()


def _own_name(hidden: Written) -> Written:
    folder, slash, name = hidden.name.rpartition("/")
    return hidden.model_copy(update={"name": f"{folder}{slash}{name.removeprefix(HIDDEN)}"})


def _keep_changed(path: Path, known: Written | None, aside: list[str], out: Path) -> None:
    """Set a file aside that we have not written like this."""
    try:
        status = path.stat()
    except OSError:
        return
    if known and (known.size, known.mtime_ns) == (status.st_size, status.st_mtime_ns):
        return
    number = 1
    while (kept := path.with_name(f"{path.name}.{number}~")).exists():
        number += 1
    path.rename(kept)
    aside.append(kept.relative_to(out).as_posix())


def _flush(folder: Path) -> None:
    """See to it that the names are on disk, where a system has a way to."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
