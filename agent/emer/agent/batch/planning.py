"""Decide file by file: is it done, or what is to be done?

A file is done if its content, what it is asked and who answers are as they were, and its results
are still there. What failed is tried again, unless trying cannot help.
"""

from dataclasses import dataclass

from emer.agent.batch.placing import in_place
from emer.agent.batch.types import FINISHED, HOPELESS, MAX_ATTEMPTS, BatchRequest, Record


@dataclass(frozen=True, slots=True)
class Todo:
    """What is to be done about a file."""

    formats: tuple[str, ...]
    """What to write if it is analysed; nothing if it is settled."""
    why: str
    unless: str = ""
    """A hash of the content that needs no more than ``formats_if_same``."""
    formats_if_same: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be done."""
        return not self.formats


def decide(record: Record, quick: str, identity: str, request: BatchRequest) -> Todo:
    """Return what is to be done about the file of ``record``.

    Args:
        record: What is known of it.
        quick: Its size and times now; empty if it is not there.
        identity: Of the options and engines now.
        request: What is asked.
    """
    formats = request.formats
    if request.fresh:
        return Todo(formats, "all is done anew")
    if record.state in FINISHED:
        return _of_finished(record, quick, identity, request)
    if record.state == "failed":
        return _of_failed(record, quick, identity, request)
    return Todo(formats, "new" if not record.attempts else "not finished")


def _of_finished(record: Record, quick: str, identity: str, request: BatchRequest) -> Todo:
    if record.identity != identity:
        return Todo(request.formats, "options, engines or version changed")
    if record.state == "partial" and request.retry_failed:
        return Todo(request.formats, "something was lost")
    there = in_place(request.out, record) | set(record.not_made)
    missing = tuple(f for f in request.formats if f not in there)
    if quick == record.quick or not quick:
        return Todo(missing, f"{', '.join(missing)} missing" if missing else "done")
    return Todo(request.formats, "the file was touched", record.content, missing)


def _of_failed(record: Record, quick: str, identity: str, request: BatchRequest) -> Todo:
    again = Todo(request.formats, "failed before")
    if request.retry_failed or quick != record.quick or record.identity != identity:
        return again
    if record.trouble in HOPELESS or record.attempts >= MAX_ATTEMPTS:
        return Todo((), "failed before; --retry-failed tries it again")
    return again
