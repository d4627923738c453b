"""What can go wrong, as the caller must tell it apart.

* ``EmerError``              every error raised on purpose; carries a ``remedy``
  - ``MediaError``           the file is at fault: unreadable, damaged, nothing to decode
  - ``ToolUnavailable``      the installation is at fault: extra, weights or memory missing
  - ``ModelOutputError``     a model answered something that its contract does not allow
  - ``StorageError``         the disk is at fault: full, read-only, not ours to write
  - ``PullError``            a model cannot be fetched: no network, no consent, not what was pinned
  - ``RecordError``          a record of a language model's answers lacks one that is needed

"Nothing to see" (no face, silence) is a finding, not an error: see ``findings.Gap``.
Anything else that escapes a specialist is a bug; the graph records it as a lost result.

Messages quote names of files and what others wrote: what could not be shown is escaped here, once.
"""

from emer.tools.shown import shown


class EmerError(Exception):
    """Base of every error that this package raises on purpose.

    Args:
        message: What is wrong, one clause without a full stop.
        remedy: What the person can do about it, one imperative sentence.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        self.message, self.remedy = shown(message), shown(remedy)
        super().__init__(f"{self.message}. {self.remedy}" if remedy else self.message)


class MediaError(EmerError):
    """The media cannot be read; trying again cannot help."""


class ToolUnavailable(EmerError):  # noqa: N818 - reads as a state, as in the planner's log
    """A specialist cannot run here."""

    def __init__(self, tool: str, reason: str, *, remedy: str) -> None:
        super().__init__(f"{tool}: {reason}", remedy=remedy)
        self.tool = tool
        self.reason = shown(reason)


class ModelOutputError(EmerError):
    """A model broke its own contract, e.g. a non-finite score."""


class StorageError(EmerError):
    """Results or working files cannot be written."""


class PullError(EmerError):
    """A model of others cannot be fetched."""


class RecordError(EmerError):
    """A record of a language model's answers lacks one that is needed."""
