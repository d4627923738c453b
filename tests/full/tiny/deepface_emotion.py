"""deepface's emotion network, a hundredth of its size: what it answers follows from the brightness."""

from pathlib import Path

import numpy as np

FILE = "facial_expression_model_weights.onnx"


def build(folder: Path, *, broken: bool = False) -> Path:
    """Write the network and return its folder; ``broken`` answers NaN."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(0)
    weights = (random.normal(size=(48 * 48, 7)) * 5e-2).astype(np.float32)
    if broken:
        weights[0, 0] = np.nan
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "w"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["y"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes, "emotion",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 48, 48, 1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 7])],
        [numpy_helper.from_array(weights, "w")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(folder / FILE))
    return folder
