"""What clients can read by address: whole reports, their account in words, timelines, the notice."""

import base64
import re
from collections.abc import Callable
from typing import Final

import mcp_types as types

from emer.agent.clip_access import ClipRefused
from emer.agent.held_reports import Held
from emer.agent.toolbox.analysis import drawn
from emer.agent.toolbox.box import Toolbox
from emer.graphs.nodes.reporting import NOTICE
from emer.tools.quoting import quoted

NOTICE_ADDRESS: Final = "emer://notice"
_ADDRESS: Final = re.compile(
    r"emer://clip/(c[0-9a-f]{12}(?:-[0-9a-f]{8})?)/(report\.json|account\.txt|timeline\.png)"
)
"""Ids and three fixed names: no part of an address becomes a path."""
_TEMPLATES: Final = (
    ("report.json", "application/json", "The whole report under its versioned schema."),
    ("account.txt", "text/plain", "The explanation in words, and the notice."),
    ("timeline.png", "image/png", "The timeline as a picture."),
)


def listed(box: Toolbox) -> list[types.Resource]:
    """Return what is held now."""
    notice = types.Resource(
        uri=NOTICE_ADDRESS, name="notice", mime_type="text/plain",
        description="What whoever uses this on people must know and tell them.",
    )  # fmt: skip
    return [notice, *(one for held in box.reports.held() for one in _of(held))]


def _of(held: Held) -> list[types.Resource]:
    return [
        types.Resource(
            uri=f"emer://clip/{held.id}/{name}", name=f"{held.id}/{name}", mime_type=mime,
            description=f"{about} File: {quoted(held.clip.name, 200)!r}.",
        )
        for name, mime, about in _TEMPLATES
    ]  # fmt: skip


def templates() -> list[types.ResourceTemplate]:
    """Return what addresses there are."""
    return [
        types.ResourceTemplate(
            uri_template=f"emer://clip/{{id}}/{name}", name=name, mime_type=mime, description=about
        )
        for name, mime, about in _TEMPLATES
    ]


def read(box: Toolbox, address: str) -> types.TextResourceContents | types.BlobResourceContents:
    """Return what lies at an address; a clip that was opened is analysed if it must be.

    Raises:
        ClipRefused: Nothing does.
        EmerError: As ``analyze`` raises them.
    """
    if address == NOTICE_ADDRESS:
        return types.TextResourceContents(uri=address, text=NOTICE, mime_type="text/plain")
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ClipRefused(
            f"nothing lies at {quoted(address, 100)!r}",
            remedy="Addresses read emer://clip/ID/report.json, account.txt or timeline.png.",
        )
    held = box.report(found[1])
    return _READERS[found[2]](held, address)


def _report(held: Held, address: str) -> types.TextResourceContents:
    text = held.report.model_dump_json()
    return types.TextResourceContents(uri=address, text=text, mime_type="application/json")


def _account(held: Held, address: str) -> types.TextResourceContents:
    text = f"{held.report.explanation.text}\n\nNotice: {held.report.run.notice}"
    return types.TextResourceContents(uri=address, text=text, mime_type="text/plain")


def _timeline(held: Held, address: str) -> types.BlobResourceContents:
    blob = base64.b64encode(drawn(held.report)).decode()
    return types.BlobResourceContents(uri=address, blob=blob, mime_type="image/png")


_READERS: Final[
    dict[str, Callable[[Held, str], types.TextResourceContents | types.BlobResourceContents]]
] = {"report.json": _report, "account.txt": _account, "timeline.png": _timeline}
