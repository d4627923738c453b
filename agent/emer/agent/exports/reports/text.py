"""The report as plain text."""

from pathlib import Path

from emer.agent.exports.material import Material


def write(material: Material, path: Path) -> None:
    """Write what the terminal shows, without colours."""
    from emer.agent.terminal import plain_report

    path.write_text(plain_report(material.report), encoding="utf-8")
