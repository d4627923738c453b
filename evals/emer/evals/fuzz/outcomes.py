"""What came of one case, and when that is a fault of ours.

Reads    answers and errors of probing and decoding
Returns  ``Outcome``
"""

import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from emer.evals.fuzz.handmade import Expected
from emer.tools.errors import MediaError
from emer.tools.shown import shown

Status = Literal["decoded", "damaged", "refused", "fault"]
FAULTS: Final = {
    "untyped error": "an exception that is not one of ours, or not about the media",
    "hang": "no answer within the limit",
    "memory": "more memory than the cap",
    "death": "the process that probes and decodes ended",
    "no remedy": "a refusal that does not say what to do",
    "unnamed": "a refusal that does not name the file or say what is wrong with it",
    "raw text": "a message with control characters, without end, or with the innards of a program or a library",
    "wrong answer": "what was returned cannot be true",
    "not refused": "something was decoded that must not be, or is no media",
    "not decoded": "a sound file was refused",
    "left behind": "files or processes that stayed",
    "exit status": "the command ended with a status that it does not promise",
    "no JSON": "the command's answer is no report",
}
_INNARDS: Final = re.compile(
    r"Traceback|Error\(|\[Errno|object at 0x|0x[0-9a-f]{6}|\b[A-Z]\w+(?:Error|Exception)\b|\bav\.|pydantic|NoneType"
    # what the media library and the system say to developers
    r"|(?i:processing input|end of file|invalid (?:argument|data)|operation not permitted|not yet implemented"
    r"|input/output error|temporarily unavailable|patches welcome|ffmpeg|numerical result)"
)
_LEAST_CHARS: Final = 12
_MOST_CHARS: Final = 1200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case."""

    status: Status
    fault: str = ""
    """One of ``FAULTS``, for faults."""
    message: str = ""
    """The refusal, or what is wrong."""
    remedy: str = ""
    detail: str = ""
    """Where it happened, for whoever mends it; or what was decoded."""
    wall_s: float = 0.0
    peak_bytes: int = 0

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """Read what ``data`` wrote."""
        return cls(**data)

    def data(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def fault(kind: str, message: str, detail: str = "") -> Outcome:
    """Return an outcome that is our fault."""
    assert kind in FAULTS
    return Outcome("fault", kind, message, detail=detail)


def refusal(error: MediaError, path: Path, expected: Expected) -> Outcome:
    """Judge how a file was refused."""
    said = Outcome("refused", message=error.message, remedy=error.remedy)
    if expected == "decoded":
        return fault("not decoded", error.message, error.remedy)
    if not error.remedy.strip():
        return fault("no remedy", error.message)
    if kind := badly_said(f"{error.message}. {error.remedy}", path):
        return fault(kind, error.message, error.remedy)
    return said


def badly_said(text: str, path: Path) -> str:
    """Return the fault in what a person would read about ``path``; empty if there is none.

    The file counts as named by its own name, by a readable rendering of it, or by the folder that
    it would lie in if that is what is at fault.
    """
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in text):
        return "raw text"
    if len(text) > _MOST_CHARS:
        return "raw text"
    said = text
    for name in (str(path), path.name, path.stem, shown(path), shown(path.name)):
        said = said.replace(name, "") if len(name) > 1 else said
    if _INNARDS.search(said):
        return "raw text"
    names = (path.name[:40], shown(path.name)[:40], str(path.parent))
    named = any(n in text for n in names) or _words(path.name)[:20] in _words(text)
    return "" if named and len(said.strip()) >= _LEAST_CHARS else "unnamed"


def _words(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
