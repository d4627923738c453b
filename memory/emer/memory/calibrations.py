"""Calibrations that were fitted here, one file each, beside the annotated cases."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from emer.tools.calibration import Calibration
from emer.tools.errors import StorageError

FOLDER: Final = "calibrations"


def read_calibrations(data_dir: Path) -> list[Calibration]:
    """Return the calibrations kept under ``data_dir``, in the order of their file names.

    Raises:
        StorageError: One cannot be read or is none.
    """
    found = []
    for path in sorted((data_dir / FOLDER).glob("*.json")):
        try:
            found.append(Calibration.model_validate_json(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise StorageError(
                f"the calibration {path} cannot be read ({type(error).__name__})",
                remedy="Delete it and run emer calibrate again.",
            ) from error
    return found


def keep_calibration(calibration: Calibration, data_dir: Path) -> Path:
    """Write a calibration in place of an older one of the same engine and domain.

    Returns:
        The file.

    Raises:
        StorageError: It cannot be written; what was there before stays.
    """
    named = f"{calibration.tool}|{calibration.model}|{calibration.domain}"
    digest = hashlib.sha256(named.encode()).hexdigest()[:16]
    path = data_dir / FOLDER / f"{calibration.tool}-{digest}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(calibration.model_dump_json(indent=1) + "\n")
        Path(draft).replace(path)
    except OSError as error:
        raise StorageError(
            f"the calibration cannot be kept in {path.parent} ({error.strerror or error})",
            remedy="Free some space, or set EMER_DATA_DIR to a folder that can be written.",
        ) from error
    return path
