"""What an error of a model's client means for the call, told without the client's own classes.

Nothing of a server's text is repeated: it may hold anything, a part of a key included.
"""

import re
import time
from email.utils import parsedate_to_datetime
from typing import Final, Literal, NamedTuple

Kind = Literal["passing", "refused", "odd", "lost", "final"]
"""``passing``: try again later; ``refused``: the server does not take this form of question;
``odd``: ask once more; ``lost``: nor would that help; ``final``: no later call of this run can work."""
_PASSING: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_REFUSED: Final = frozenset({400, 415, 422, 501})
_FINAL: Final = {
    401: "the server refuses the key (status 401)",
    402: "the account has no credit (status 402)",
    403: "the server denies access (status 403)",
    404: "the server knows no such model or address (status 404)",
}
_WORDS: Final = {429: "too many requests", 408: "timed out"}
_NET: Final = re.compile(
    r"Connect|Transport|RemoteProtocol|Network|ReadError|WriteError|IncompleteRead"
)
_CAP: Final = re.compile(r"max_(completion_|output_)?tokens|num_predict")
_TOO_LONG: Final = re.compile(r"context|too long|too large|maximum.{0,20}length", re.IGNORECASE)


class TimedOut(TimeoutError):  # noqa: N818 - reads as what happened
    """A call took too long, or its stream stood still; the text says which."""


class TooLong(BaseException):
    """An answer that does not end was cut off.

    No ``Exception``: what LangChain catches of a callback it writes to the host's log.
    """


class NotOffered(Exception):  # noqa: N818 - reads as what it says
    """The model's client does not offer a strategy; nothing was sent."""


class Trouble(NamedTuple):
    """What went wrong with one try."""

    kind: Kind
    said: str
    wait_s: float | None = None
    """For how long the server asks to wait."""
    sent: bool = True
    """Whether the question may have been worked on, and is to be paid for."""
    about: Literal["", "stream", "cap"] = ""
    """What of the question it does not take: streaming, or a cap on the answer's tokens."""


def trouble_of(error: BaseException) -> Trouble:
    """Return what ``error`` means."""
    if isinstance(error, TimedOut):
        return Trouble("passing", str(error))
    if isinstance(error, TooLong):
        return Trouble("lost", str(error))
    status = _status(error)
    if status is not None:
        return _by_status(status, error)
    if isinstance(error, NotOffered):
        return Trouble("refused", "the client offers no such form of question", sent=False)
    names = " ".join(c.__name__ for c in type(error).__mro__)
    if "LengthFinishReason" in names:
        return Trouble("odd", "the answer was cut off")
    if isinstance(error, TimeoutError) or "Timeout" in names:
        return Trouble("passing", "the server did not answer in time")
    if isinstance(error, OSError) or _NET.search(names):
        return Trouble("passing", f"the connection failed ({type(error).__name__})")
    return Trouble("odd", f"the call failed ({type(error).__name__})")


def _by_status(status: int, error: BaseException) -> Trouble:
    if status in _FINAL:
        return Trouble("final", _FINAL[status], sent=False)
    if status in _PASSING:
        words = _WORDS.get(status, "the server failed")
        return Trouble("passing", f"{words} (status {status})", retry_after_s(error), sent=False)
    text = str(error).lower()
    about: Literal["", "stream", "cap"] = (
        "cap" if _CAP.search(text) else "stream" if "stream" in text else ""
    )
    if status == 413 or (status in _REFUSED and about != "cap" and _TOO_LONG.search(str(error))):
        return Trouble(
            "odd", f"the question is too long for the model (status {status})", sent=False
        )
    if status in _REFUSED:
        said = f"the server refused this form of question (status {status})"
        return Trouble("refused", said, sent=False, about=about)
    return Trouble("odd", f"the server answered with status {status}", sent=False)


def _status(error: BaseException) -> int | None:
    own = getattr(error, "status_code", None) or getattr(error, "code", None)
    if own is None:
        own = getattr(getattr(error, "response", None), "status_code", None)
    return own if isinstance(own, int) and 300 <= own < 600 else None


def retry_after_s(error: BaseException) -> float | None:
    """Return the seconds of a ``Retry-After`` header, which may also name a moment."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = str(headers.get("retry-after", "")).strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", told):
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
