"""List the digests of all weights: what the package refuses to run without."""

import hashlib
from pathlib import Path
from typing import Annotated, Final

import typer

import emer.tools
from emer.tools.networks import SUMS

FOLDER: Final = Path(emer.tools.__file__).parent / "weights"


def write(
    out: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
) -> None:
    """Write ``SHA256SUMS`` anew for every file of weights and every card in a folder."""
    files = sorted(p for p in out.iterdir() if p.suffix in {".onnx", ".json"})
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files]
    (out / SUMS).write_text("".join(lines), encoding="utf-8")
    typer.echo(f"{len(files)} files listed in {out / SUMS}")
