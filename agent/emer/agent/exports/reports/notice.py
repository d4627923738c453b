"""What whoever uses a result must know and tell, for formats that have no place for it."""

from pathlib import Path

from emer.agent.exports.material import Material


def write(material: Material, path: Path) -> None:
    """Write the notice and the purpose as text."""
    run = material.report.run
    path.write_text(f"{run.notice}\nPurpose: {run.purpose}.\n", encoding="utf-8")
