"""Put a trained network and its card where the package finds them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emer.tools.findings import ModelCard


def save(
    name: str, onnx: bytes | None, card: Mapping[str, Any], settings: Mapping[str, Any], out: Path
) -> None:
    """Write ``NAME.onnx`` and ``NAME.json`` into ``out`` and list their digests.

    Args:
        name: Of the network.
        onnx: The serialised graph; ``None`` for a model that is a table of numbers.
        card: Every field of ``ModelCard`` but the revision.
        settings: What its specialist needs beside the graph; plain values for JSON.
        out: Folder of weights.

    Raises:
        ValueError: The card is incomplete.
    """
    from emer.evals.train.sums import write

    ModelCard(revision="unknown yet", **card)
    out.mkdir(parents=True, exist_ok=True)
    if onnx is not None:
        (out / f"{name}.onnx").write_bytes(onnx)
    about = {"card": dict(card), "settings": dict(settings)}
    text = json.dumps(about, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (out / f"{name}.json").write_text(text, encoding="utf-8")
    write(out)
