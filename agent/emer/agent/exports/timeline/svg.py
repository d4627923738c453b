"""The timeline as a drawing whose texts stay texts, for papers."""

from pathlib import Path

from emer.agent.exports.material import Material


def write(material: Material, path: Path) -> None:
    """Write an SVG; the same report gives the same bytes."""
    from emer.agent.exports.timeline.drawing import save

    save(material.report, path, "svg")
