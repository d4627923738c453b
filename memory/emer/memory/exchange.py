"""Cases to and from JSON lines, one case per line, for sharing and for safe keeping.

Reads    UTF-8 files with lines of ``{"format": "emer.case/1", ...}``
Returns  how many cases were new, and which lines were refused and why
Cost     about 1 ms per case; memory stays flat
Source   https://jsonlines.org

A file never decides how far it is trusted: trust and provenance are set by whoever imports it, and
ids are worked out again from the content.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic import ValidationError

from emer.memory.case import STARTER, Case, Trust
from emer.memory.store import CaseStore
from emer.tools.errors import StorageError
from emer.tools.readings import Frozen

FORMAT: Final = "emer.case/1"
MAX_LINE_BYTES: Final = 65_536
"""Several times the largest valid case."""
MAX_REPORTED: Final = 50
"""Refused lines that are listed; all are counted."""
_BATCH: Final = 500


class Refusal(Frozen):
    """One line that was not taken."""

    line: int
    """From 1."""
    reason: str
    """For a person; holds nothing of the line's text."""


class ImportReport(Frozen):
    """What became of a file."""

    read: int
    """Lines that were not empty."""
    added: int
    already_there: int
    refused: int
    refusals: tuple[Refusal, ...]
    """The first ``MAX_REPORTED``."""


def import_jsonl(
    store: CaseStore, path: Path, *, trust: Trust = "imported", provenance: str | None = None
) -> ImportReport:
    """Add the cases of a file.

    Args:
        store: Where to.
        path: A file written by ``export_jsonl`` or by hand.
        trust: How far these cases are trusted; ``user`` for one's own export.
        provenance: What to file them under; default ``import:<file name>``.

    Raises:
        StorageError: The file cannot be read or the store cannot be written; whole batches of
            500 cases may have been added before.
    """
    origin = provenance or f"import:{path.name}"[:80]
    refusals: list[Refusal] = []
    read = added = valid = refused = 0
    batch: list[Case] = []
    try:
        with path.open("rb") as file:
            for number, line in _lines(file):
                read += 1
                outcome = _parsed(line, trust, origin)
                if isinstance(outcome, Case):
                    batch.append(outcome)
                    valid += 1
                else:
                    refused += 1
                    if len(refusals) < MAX_REPORTED:
                        refusals.append(Refusal(line=number, reason=outcome))
                if len(batch) == _BATCH:
                    added += store.add_all(batch)
                    batch.clear()
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read ({error.strerror})", remedy="Name a readable file."
        ) from error
    added += store.add_all(batch)
    return ImportReport(
        read=read,
        added=added,
        already_there=valid - added,
        refused=refused,
        refusals=tuple(refusals),
    )


def export_jsonl(store: CaseStore, path: Path, *, starter: bool = False) -> int:
    """Write the cases to a new file for this user alone, whole or not at all; return how many.

    Args:
        store: Where from.
        path: Replaced if it exists.
        starter: Whether the starter set goes along.

    Raises:
        StorageError: The file cannot be written.
    """
    cases = [case for case in store.cases() if starter or case.provenance != STARTER]
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(_written(cases))
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror})", remedy="Choose another place."
        ) from error
    return len(cases)


def _written(cases: Iterable[Case]) -> Iterator[bytes]:
    for case in cases:
        fields = {"format": FORMAT, **case.model_dump(mode="json")}
        yield (json.dumps(fields, ensure_ascii=False) + "\n").encode()


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        kept = line
        while not line.endswith(b"\n") and len(line) > MAX_LINE_BYTES:
            line = file.readline(MAX_LINE_BYTES + 1)  # the rest of a line that is too long
        if kept.strip():
            yield number, kept


def _parsed(line: bytes, trust: Trust, provenance: str) -> Case | str:
    if len(line) > MAX_LINE_BYTES:
        return f"the line is longer than {MAX_LINE_BYTES} bytes"
    try:
        fields: Any = json.loads(line)
    except (ValueError, RecursionError):
        return "the line is no JSON"
    if not isinstance(fields, dict):
        return "the line is no JSON object"
    if fields.pop("format", FORMAT) != FORMAT:
        return f"the format is not {FORMAT}"
    fields.pop("id", None)
    fields |= {"trust": trust, "provenance": provenance}
    try:
        return Case.of(**fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        # an unknown field's name is text of the file: only our own names are repeated
        known = first["loc"][:1] and first["loc"][0] in Case.model_fields
        place = str(first["loc"][0]) if known else "the case"
        return f"{place}: {_PROBLEMS.get(first['type'], 'not allowed')}"
    except TypeError:
        return "a field name is not allowed"


_PROBLEMS: Final = {
    "missing": "missing",
    "string_too_long": "too long",
    "string_too_short": "empty",
    "too_long": "too many entries",
    "too_short": "no entries",
    "extra_forbidden": "there is a field that no case has",
}
