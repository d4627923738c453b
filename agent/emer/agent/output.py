"""Write results: each file appears whole or not at all."""

import os
import tempfile
from pathlib import Path

from emer.graphs.report import Report
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
        raise StorageError(
            f"results cannot be written to {folder} ({error.strerror or error})",
            remedy="Choose another --out folder or mend its permissions.",
        ) from error


def write_report(report: Report, folder: Path, text: str) -> list[Path]:
    """Write the report as JSON and as text.

    Raises:
        StorageError: The disk is full or the folder is gone.
    """
    # file systems allow names of 255 bytes; ours need room for their endings
    stem = f"{Path(report.media.name).name.encode()[:200].decode(errors='ignore')}.emer"
    files = {
        folder / f"{stem}.json": report.model_dump_json(indent=2) + "\n",
        folder / f"{stem}.txt": text,
    }
    for path, content in files.items():
        _write_whole(path, content)
    return list(files)


def _write_whole(path: Path, content: str) -> None:
    handle, temporary = -1, ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".emer-", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise StorageError(
            f"{path.name} cannot be written ({error.strerror or error})",
            remedy="Free some space or choose another --out folder.",
        ) from error
