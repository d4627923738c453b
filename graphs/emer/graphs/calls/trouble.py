"""What an error of a model's client means for the call, told without the client's own classes.

Nothing of a server's text is repeated: it may hold anything, a part of a key included.
"""

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["passing", "refused", "odd", "lost", "final"]
"""``passing``: try again later; ``refused``: the server does not take this form of question;
``odd``: ask once more; ``lost``: nor would that help; ``final``: no later call of this run can work."""
About = Literal["", "stream", "cap", "temperature"]
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
_TOO_LONG: Final = re.compile(
    r"context|too long|too large|maximum.{0,20}(length|number of tokens)|token (limit|count)", re.I
)
_FORM: Final = re.compile(r"schema|grammar|response_format|output_config", re.I)
"""A form of question that is too large is refused; the question itself need not be."""
_WITH_400: Final = {
    # providers that tell by the text alone what others tell by the status
    "the server refuses the key": re.compile(
        r"api[ _-]?key.{0,30}(invalid|not valid|expired)", re.I
    ),
    "the account has no credit": re.compile(r"credit balance|insufficient_quota|billing", re.I),
    "the server denies access": re.compile(r"FAILED_PRECONDITION|location is not supported", re.I),
}
_IN_STREAM: Final = {
    # errors that come within an answer that began with status 200
    "overloaded_error": 529, "rate_limit_error": 429, "api_error": 500, "server_error": 500,
    "timeout_error": 504, "invalid_request_error": 400, "authentication_error": 401,
    "billing_error": 402, "permission_error": 403, "not_found_error": 404,
    "request_too_large": 413,
}  # fmt: skip
_DELAY: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s?")
_CHAIN: Final = 4
"""Errors that one may have been raised from: clients of LangChain wrap those of the providers."""


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
    about: About = ""
    """What of the question it does not take: streaming, a cap on the answer's tokens, or a
    temperature."""


def trouble_of(error: BaseException) -> Trouble:
    """Return what ``error`` means."""
    if isinstance(error, TimedOut):
        return Trouble("passing", str(error))
    if isinstance(error, TooLong):
        return Trouble("lost", str(error))
    status = next(filter(None, map(_status, _chain(error))), None)
    if status is not None:
        return _by_status(status, error)
    if isinstance(error, NotOffered):
        return Trouble("refused", "the client offers no such form of question", sent=False)
    if isinstance(error, ValueError) and "temperature" in str(error):
        said = "the client takes no temperature for this model"
        return Trouble("refused", said, sent=False, about="temperature")
    names = " ".join(c.__name__ for e in _chain(error) for c in type(e).__mro__)
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
    text = " ".join(str(e) for e in _chain(error))
    if status in {400, 429}:
        for words, known in _WITH_400.items():
            if known.search(text):
                return Trouble("final", f"{words} (status {status})", sent=False)
    if status in _PASSING:
        words = _WORDS.get(status, "the server failed")
        return Trouble("passing", f"{words} (status {status})", retry_after_s(error), sent=False)
    about = _about(text)
    is_long = _TOO_LONG.search(text) and not _FORM.search(text) and about != "cap"
    if status == 413 or (status in _REFUSED and is_long):
        return Trouble(
            "odd", f"the question is too long for the model (status {status})", sent=False
        )
    if status in _REFUSED:
        said = f"the server refused this form of question (status {status})"
        return Trouble("refused", said, sent=False, about=about)
    return Trouble("odd", f"the server answered with status {status}", sent=False)


def _about(text: str) -> About:
    if _CAP.search(text):
        return "cap"
    if "temperature" in text.lower():
        return "temperature"
    return "stream" if "stream" in text.lower() else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, and those that it was raised from."""
    cause: BaseException | None = error
    for _ in range(_CHAIN):
        if cause is None:
            return
        yield cause
        cause = getattr(cause, "__cause__", None)


def _status(error: BaseException) -> int | None:
    found: list[Any] = [getattr(error, name, None) for name in ("status_code", "code")]
    found.append(getattr(getattr(error, "response", None), "status_code", None))
    known = next((s for s in found if isinstance(s, int) and 300 <= s < 600), None)
    if known is not None:
        return known
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    kind = inner.get("type") if isinstance(inner, dict) else None
    return _IN_STREAM.get(kind) if isinstance(kind, str) else None


def retry_after_s(error: BaseException) -> float | None:
    """Return the seconds that a server asks to wait: by a header, or as Google tells it."""
    waits = (w for e in _chain(error) for w in (_by_header(e), _by_detail(e)))
    return next((w for w in waits if w is not None), None)


def _by_header(error: BaseException) -> float | None:
    """Return the seconds of a ``Retry-After`` header, which may also name a moment."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = str(headers.get("retry-after", "")).strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", told):
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _by_detail(error: BaseException) -> float | None:
    """Return the seconds of a ``RetryInfo`` among the details of an error of Google's."""
    whole = getattr(error, "details", None)
    inner = whole.get("error", whole) if isinstance(whole, dict) else None
    details = inner.get("details") if isinstance(inner, dict) else None
    for one in details if isinstance(details, list) else ():
        told = _DELAY.fullmatch(str(one.get("retryDelay", ""))) if isinstance(one, dict) else None
        if told:
            return float(told[1])
    return None
