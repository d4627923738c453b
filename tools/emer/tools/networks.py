"""The networks that ship with the package: all trained by ourselves, run only if unaltered.

``weights/NAME.onnx`` is the network. ``weights/NAME.json`` has its model card and whatever settings
its specialist needs beside the graph (labels, thresholds); a model that is a table of numbers has
nothing else. ``weights/SHA256SUMS`` lists the digest of
every file, in the format of ``sha256sum``; what does not agree with it is refused.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, Final

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import ModelCard
from emer.tools.quiet import import_quietly

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.generic]

SUMS: Final = "SHA256SUMS"
REMEDY: Final = "Reinstall the package emer."


@dataclass(frozen=True, slots=True)
class Network:
    """One loaded network. Safe to share between threads."""

    name: str
    card: ModelCard
    settings: Mapping[str, Any]
    """What its specialist needs beside the graph, as the trainer wrote it."""
    session: Any

    def run(self, **inputs: "Array") -> "tuple[Array, ...]":
        """Return the outputs, in the graph's order, for ``inputs`` by their names in the graph."""
        return tuple(self.session.run(None, inputs))


def weights_folder() -> Traversable:
    """Return the folder of shipped weights."""
    return resources.files("emer.tools").joinpath("weights")


def read_checked(tool: str, name: str, folder: Traversable | None = None) -> bytes:
    """Return the bytes of the weights file ``name`` if they are the expected ones.

    Args:
        tool: On whose behalf, for the error.
        name: Of the file.
        folder: Where to look instead of in the package.

    Raises:
        ToolUnavailable: It is missing, unreadable, unlisted or altered.
    """
    folder = folder or weights_folder()
    try:
        raw = folder.joinpath(name).read_bytes()
        listed = sums(folder.joinpath(SUMS).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ToolUnavailable(tool, "its weights are missing", remedy=REMEDY) from error
    if hashlib.sha256(raw).hexdigest() != listed.get(name):
        raise ToolUnavailable(tool, "its weights are damaged or were changed", remedy=REMEDY)
    return raw


def sums(text: str) -> dict[str, str]:
    """Return digests by file name from a list as ``sha256sum`` writes it."""
    pairs = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {name.lstrip("*"): digest for digest, name in pairs}


def check(tool: str, name: str, folder: Traversable | None = None) -> None:
    """Check that network ``name`` is there and unaltered, without loading it.

    Raises:
        ToolUnavailable: It is not.
    """
    for suffix in (".onnx", ".json"):
        read_checked(tool, name + suffix, folder)


@cache
def card_of(name: str, *, code: int = 1) -> ModelCard:
    """Return the model card of network ``name``; nothing is loaded.

    Args:
        name: Of the network.
        code: Revision of the code around it: a change in either is another revision.

    Raises:
        ToolUnavailable: The card is missing or altered.
    """
    return _card(json.loads(read_checked(name, f"{name}.json")), name, code, weights_folder())


@cache
def settings_of(tool: str, name: str) -> Mapping[str, Any]:
    """Return the settings of model ``name``; no network is loaded.

    Raises:
        ToolUnavailable: They are missing or altered.
    """
    found: Mapping[str, Any] = json.loads(read_checked(tool, f"{name}.json"))["settings"]
    return found


@cache
def network(tool: str, name: str, *, threads: int = 1) -> Network:
    """Load network ``name``, once per process.

    Args:
        tool: On whose behalf, for errors.
        name: Of the network.
        threads: Inside one operation. One is fastest for networks this small while several
            specialists work side by side.

    Raises:
        ToolUnavailable: It is missing, altered, or cannot be loaded here.
    """
    return load(tool, name, threads=threads)


def load(
    tool: str,
    name: str,
    *,
    folder: Traversable | None = None,
    threads: int = 1,
    optimised: bool = True,
) -> Network:
    """Load network ``name`` from ``folder``, for tests and measurements; see ``network``."""
    folder = folder or weights_folder()
    raw = read_checked(tool, f"{name}.onnx", folder)
    about = json.loads(read_checked(tool, f"{name}.json", folder))
    runtime = import_quietly("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if not optimised:
        options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = runtime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        reason = f"its network cannot be loaded ({type(error).__name__})"
        raise ToolUnavailable(tool, reason, remedy=REMEDY) from error
    return Network(name, _card(about, name, 1, folder), about["settings"], session)


def _card(about: Mapping[str, Any], name: str, code: int, folder: Traversable) -> ModelCard:
    listed = sums(folder.joinpath(SUMS).read_text(encoding="utf-8"))
    digest = listed.get(f"{name}.onnx", listed[f"{name}.json"])
    return ModelCard(revision=f"{code}-sha256:{digest[:12]}", **about["card"])
