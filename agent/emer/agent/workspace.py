"""Folders for working files, which go with the run that made them, killed or not."""

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final

from emer.tools.errors import StorageError

WORKSPACE: Final = "emer-run-"


def new_workspace() -> Path:
    """Make a working folder, and remove those of runs that were killed."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{WORKSPACE}{os.getpid()}-"))
    except OSError as error:
        raise StorageError(
            f"no working folder can be made ({error.strerror or error})",
            remedy="Free some space or set TMPDIR to a folder that can be written.",
        ) from error
    for left in folder.parent.glob(f"{WORKSPACE}*-*"):
        pid = left.name.removeprefix(WORKSPACE).partition("-")[0]
        if pid.isdecimal() and _is_ours(left) and not _is_alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    return folder


def _is_ours(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return status.st_uid == os.getuid() and stat.S_ISDIR(status.st_mode)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
