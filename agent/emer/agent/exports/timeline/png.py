"""The timeline as a picture of pixels, for slides and papers."""

from pathlib import Path

from emer.agent.exports.material import Material


def write(material: Material, path: Path) -> None:
    """Write a PNG at 200 dpi, 2000 pixels wide."""
    from emer.agent.exports.timeline.drawing import save

    save(material.report, path, "png")
