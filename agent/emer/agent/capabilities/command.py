"""``emer capabilities``: what it does, what it does in part, and what it does not do."""

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from emer.agent.capabilities.capability import Capability
    from emer.agent.capabilities.catalogue import Capabilities

COLUMN: Final = 20


def capabilities(
    json: Annotated[bool, typer.Option("--json", help="Everything, as JSON on stdout.")] = False,
    details: Annotated[
        bool, typer.Option("--details", help="With measured figures and limits of each clue.")
    ] = False,
) -> None:
    """Say what is possible here, with which limits, and what is left out on purpose."""
    from emer.agent.capabilities.catalogue import capabilities as composed
    from emer.agent.doctor.command import text_width

    found = composed()
    if json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
        return
    typer.echo("\n".join(told(found, text_width(), details=details)))


def told(found: "Capabilities", width: int, *, details: bool) -> list[str]:
    """Return the list as lines of at most ``width`` characters where words allow it."""
    from emer.agent.capabilities.catalogue import HEADINGS

    lines: list[str] = []
    for area, heading in HEADINGS.items():
        lines += ["", heading] if lines else [heading]
        for one in found.capabilities:
            if one.area == area:
                lines += _entry(one, width, details=details)
    if not details:
        lines += ["", "Measured figures and limits of each clue: --details"]
    return lines


def _entry(one: "Capability", width: int, *, details: bool) -> list[str]:
    from emer.agent.doctor.command import wrapped

    what = f"{one.modality}: {one.what}" if one.modality else one.what
    known = [one.why, *(one.limits if one.area != "clue" else ())]
    text = " ".join([what, *(f"{t[0].upper()}{t[1:]}." for t in known if t)])
    lines = wrapped(f"  {one.status:8}{one.name:{COLUMN}}", text, width)
    if not details or one.area != "clue":
        return lines
    hang = " " * 10
    if one.metrics:
        lines += wrapped(f"{hang}measured: ", one.metrics, width, len(hang) + 2)
    for limit in one.limits:
        lines += wrapped(f"{hang}limit: ", limit, width, len(hang) + 2)
    return lines
