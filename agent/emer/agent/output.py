"""Write results: each file appears whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emer.tools.errors import StorageError


def check_folder(folder: Path) -> None:
    """Make sure that results can be written to ``folder``, before any work is done.

    Raises:
        StorageError: They cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        is_file = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "it is or lies in a file, not a folder" if is_file else error.strerror or error
        raise StorageError(
            f"results cannot be written to {folder} ({reason})",
            remedy="Choose another --out folder or mend its permissions.",
        ) from error


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a draft to write to; it takes the name ``path`` once it is complete and on disk.

    The draft's name ends as ``path`` does: some libraries choose a format by it.

    Raises:
        StorageError: The disk is full or the folder is gone; no draft is left behind.
    """
    draft: Path | None = None
    try:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=".emer-part-", suffix="".join(path.suffixes[-2:])[-40:]
        )
        os.close(handle)
        draft = Path(name)
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path.name} cannot be written ({error.strerror or error})",
            remedy="Free some space or choose another --out folder.",
        ) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
