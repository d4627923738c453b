"""DeepFace on the pictures that we were measured on; runs in a Python of its own.

    PYTHON peer_deepface.py '{"folder": ..., "home": ...}'

Reads    ``*.png`` and ``crops.npy`` in ``folder``
Returns  a line of JSON: seconds for finding and reading faces, and for reading alone
Cost     DeepFace's
Source   its own classifier of expressions (48 x 48 grey pixels, 7 categories) and its own default
         face detector. Where the published weights are not at hand, a network of the same layers
         with random weights stands in: what it says means nothing, how long it takes is the same.

Nothing of ``emer`` is imported here: the other Python need not have it.
"""

import json
import os
import socket
import sys
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

ANSWER = "emer-bench:"
NETWORK = "facial_expression_model_weights.onnx"
BATCH = 64
LAYERS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("Conv", (1, 64, 5)), ("MaxPool", (5,)), ("Conv", (64, 64, 3)), ("Conv", (64, 64, 3)),
    ("AveragePool", (3,)), ("Conv", (64, 128, 3)), ("Conv", (128, 128, 3)), ("AveragePool", (3,)),
)  # fmt: skip
"""Convolutions with channels in and out and side, each with ReLU; pools with side, stride 2."""
DENSE = ((128, 1024), (1024, 1024), (1024, 7))


def main() -> None:
    """Measure, and print the answer."""
    task = json.loads(sys.argv[1])
    sys.path[:1] = []  # our own folder: its modules are not for others to import
    socket.socket.connect = _refused  # type: ignore[method-assign]
    published = _home()
    os.environ["DEEPFACE_HOME"] = task["home"] if published is None else str(published)
    os.environ |= {"DEEPFACE_BACKEND_ENGINE": "onnx", "DEEPFACE_LOG_LEVEL": "40"}
    if published is None:
        build(Path(task["home"]) / ".deepface" / "weights" / NETWORK)
    weights = "random weights of the published shape" if published is None else "published weights"
    about = f"DeepFace {version('deepface')}, onnxruntime {version('onnxruntime')}, {weights}"
    parts = measured(Path(task["folder"]))
    print(ANSWER + json.dumps([{**part, "about": f"{about}; {part['about']}"} for part in parts]))  # noqa: T201


def _refused(*address: object) -> None:
    raise OSError("the network is not used here")


def _home() -> Path | None:
    """Return the home in which DeepFace would find its weights, if they are there."""
    home = Path(os.environ.get("DEEPFACE_HOME", Path.home()))
    return home if (home / ".deepface" / "weights" / NETWORK).is_file() else None


def measured(folder: Path) -> list[dict[str, Any]]:
    """Time finding and reading, picture by picture, and reading alone, in batches."""
    import cv2
    import numpy as np
    from deepface import DeepFace
    from deepface.modules import modeling

    pictures = [cv2.imread(str(path)) for path in sorted(folder.glob("*.png"))]
    crops = np.load(folder / "crops.npy")

    def look(picture: object) -> int:
        seen = DeepFace.analyze(
            picture, actions=["emotion"], detector_backend="opencv", enforce_detection=False,
            silent=True,
        )  # fmt: skip
        # without a face the whole picture is taken for one, with a score of 0
        return sum(face["face_confidence"] > 0 for face in seen)

    look(pictures[0])  # what is loaded once
    began, worked = time.perf_counter(), time.process_time()
    n = sum(look(picture) for picture in pictures)
    found = _part("find and read", began, worked, n)
    found["about"] = f"detector 'opencv', {len(pictures)} pictures one by one"
    network = modeling.build_model(task="facial_attribute", model_name="Emotion")
    network.predict(crops[:2])
    began, worked = time.perf_counter(), time.process_time()
    for first in range(0, len(crops), BATCH):
        network.predict(crops[first : first + BATCH])
    alone = _part("read alone", began, worked, len(crops))
    alone["about"] = f"{len(crops)} faces that emer cut out, {BATCH} at a time"
    return [{**found, "whole": True}, alone]


def _part(name: str, began: float, worked: float, n: int) -> dict[str, Any]:
    return {
        "name": f"DeepFace: {name}",
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - worked,
        "amount": n,
        "unit": "faces",
    }


def build(path: Path) -> None:
    """Write a network of DeepFace's layers with random weights.

    Raises:
        ModuleNotFoundError: The package ``onnx`` is not installed in this Python.
    """
    import numpy as np

    onnx: Any = import_module("onnx")
    helper, real = onnx.helper, onnx.TensorProto.FLOAT
    random = np.random.default_rng(0)
    nodes: list[Any] = []
    kept: list[Any] = []
    at = "grey"

    def weight(name: str, *shape: int) -> str:
        values = random.normal(size=shape) * (1.0 / np.prod(shape[1:])) ** 0.5
        kept.append(onnx.numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def then(kind: str, inputs: list[str], **options: Any) -> str:  # noqa: ANN401 - of the node
        name = f"x{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [name], **options))
        return name

    at = then("Transpose", [at], perm=[0, 3, 1, 2])
    for i, (kind, sizes) in enumerate(LAYERS):
        side = sizes[-1]
        if kind != "Conv":
            at = then(kind, [at], kernel_shape=[side, side], strides=[2, 2])
            continue
        w = weight(f"w{i}", sizes[1], sizes[0], side, side)
        at = then("Relu", [then("Conv", [at, w, weight(f"b{i}", sizes[1])])])
    at = then("Flatten", [at])
    for i, (inputs, outputs) in enumerate(DENSE):
        w = weight(f"dense{i}", outputs, inputs)
        at = then("Gemm", [at, w, weight(f"bias{i}", outputs)], transB=1)
        at = then("Relu" if outputs > 7 else "Softmax", [at])
    grey = helper.make_tensor_value_info("grey", real, ["n", 48, 48, 1])
    scores = helper.make_tensor_value_info(at, real, ["n", 7])
    graph = helper.make_graph(nodes, "expressions", [grey], [scores], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))


if __name__ == "__main__":
    main()
