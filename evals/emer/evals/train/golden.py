"""What every shipped network answers to made-up inputs, kept so that a change in it shows.

A runtime, a processor or an option that changes an answer is found by comparing with what is kept;
a network that was trained anew is told by its digest, and its answers are then taken again.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import typer

from emer.evals.train.sums import FOLDER
from emer.tools.networks import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emer.tools.networks import Network

    Array = NDArray[np.generic]

KEPT: Final = Path(__file__).parents[4] / "tests" / "fixtures" / "golden.json"
COMMAND: Final = "python -m emer.evals.train golden"
SAMPLE: Final = Path(__file__).parents[4] / "examples" / "sample.mp4"
SPOKEN_AT_S: Final = (4.5, 10.5)
SPOKEN_S: Final = 2.5
SEED: Final = 3
SIZES: Final = {"height": 96, "width": 128, "frames": 64}
"""Of free axes by their name in the graph."""
OTHER_SIZE: Final = 3
N_VALUES: Final = 64
"""At most so many values of an output are kept, spread over it."""
_TYPES: Final = {
    "tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(int32)": np.int32,
    "tensor(uint8)": np.uint8,
}  # fmt: skip


def write(
    weights: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
    out: Annotated[Path, typer.Option(help="File to write.", dir_okay=False)] = KEPT,
    everything: Annotated[
        bool, typer.Option("--all", help="Take answers of unchanged networks again, too.")
    ] = False,
) -> None:
    """Take the answers of networks that are new or were trained anew, and keep the others."""
    before = {} if everything else read(out)
    found = {}
    for path in sorted(weights.glob("*.onnx")):
        digest = digest_of(path)
        known = before.get(path.stem, {})
        if known.get("sha256") == digest:
            found[path.stem] = known
            continue
        found[path.stem] = {"sha256": digest, **taken(load("golden", path.stem, folder=weights))}
        typer.echo(f"answers of {path.stem} taken")
    # a line each, so that branches that train different networks do not meet
    lines = [f"{json.dumps(n)}: {json.dumps(one, sort_keys=True)}" for n, one in found.items()]
    out.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    typer.echo(f"{len(found)} networks in {out}")


def read(file: Path = KEPT) -> dict[str, Any]:
    """Return what is kept by network; nothing if there is no such file or it is no JSON."""
    try:
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # e.g. with the marks of a merge in it
        return {}
    return kept


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def taken(network: "Network") -> dict[str, Any]:
    """Return what a network answers, output by output, and inputs that are not ``made_up``."""
    entry: dict[str, Any] = {}
    declared = {one.name for one in network.session.get_inputs()}
    if declared == {"windows", "others"}:
        entry["inputs"] = {name: rows.tolist() for name, rows in _spoken().items()}
    outputs = network.run(**inputs_of(network, entry))
    return {**entry, "outputs": [digested(one) for one in outputs]}


def inputs_of(network: "Network", entry: dict[str, Any]) -> "dict[str, Array]":
    """Return the inputs that an entry was taken with."""
    kept = entry.get("inputs")
    if kept is None:
        return made_up(network)
    return {name: np.array(rows, np.float32) for name, rows in kept.items()}


def digested(output: "Array") -> dict[str, Any]:
    """Return an output's shape, mean, spread, and some of its values."""
    flat = np.asarray(output, np.float64).ravel()
    at = np.linspace(0, len(flat) - 1, min(N_VALUES, len(flat))).round().astype(int)
    return {
        "shape": list(output.shape),
        "mean": _rounded(flat.mean()),
        "spread": _rounded(flat.std()),
        "values": [_rounded(v) for v in flat[at]],
    }


def made_up(network: "Network") -> dict[str, "Array"]:
    """Return inputs of the shapes that a network declares, the same every time."""
    rng = np.random.default_rng(SEED)
    return {
        one.name: _drawn(rng, _TYPES[one.type], _shape(one.shape))
        for one in network.session.get_inputs()
    }


def _shape(declared: list[int | str]) -> list[int]:
    return [n if isinstance(n, int) else SIZES.get(n, OTHER_SIZE) for n in declared]


def _drawn(rng: np.random.Generator, kind: type, shape: list[int]) -> "Array":
    if kind is np.float32:
        return rng.random(shape).astype(kind)
    # bytes are pictures; whole numbers are rows of tables, of which each has a few
    return rng.integers(0, 256 if kind is np.uint8 else 3, shape).astype(kind)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _spoken() -> "dict[str, NDArray[np.float32]]":
    """Return what the voice's network hears of the sample: to made-up numbers it gives no answer."""
    from emer.tools.media.decode import SAMPLE_RATE_HZ, SoundBlock, stream
    from emer.tools.media.probe import probe
    from emer.tools.speech_emotion_features import features

    blocks = stream(SAMPLE, probe(SAMPLE), rate_hz=1.0, pictures=False)
    parts = [b.samples for b in blocks if isinstance(b, SoundBlock)]
    sound = np.concatenate(parts).astype(np.float32) / 32768.0
    heard = [
        features(sound[round(s * SAMPLE_RATE_HZ) : round((s + SPOKEN_S) * SAMPLE_RATE_HZ)])
        for s in SPOKEN_AT_S
    ]
    rows = np.array([[_rounded(v) for v in one] for one in heard if one is not None], np.float32)
    return {"windows": rows[:1], "others": rows[1:]}
