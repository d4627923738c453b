"""The whole report as JSON."""

from pathlib import Path

from emer.agent.exports.material import Material


def write(material: Material, path: Path) -> None:
    """Write the report under its own schema; everything else is made from it."""
    path.write_text(material.report.model_dump_json(indent=2) + "\n", encoding="utf-8")
