"""The usual face as a graph that takes it off.

Input    ``edges`` float32 ``(n, N_BLOCKS, N_VALUES // N_BLOCKS)``: how edges run, block by block
Output   ``looks`` float32 ``(n, N_VALUES)``: what differs from the usual, every block of one length
         and every row of length 1
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from emer.evals.train.face_likeness.material import Mean
from emer.tools.face_looks import N_BLOCKS, N_VALUES

OPSET = 17
TINY = 1e-6
"""Keeps a block without any difference from the usual face at 0."""


def graph_of(mean: Mean) -> bytes:
    """Return the serialised graph that takes ``mean`` off."""
    constants = {
        "usual": mean.astype(np.float32),
        "tiny": np.array(TINY, np.float32),
        "blocks": np.array(np.sqrt(N_BLOCKS), np.float32),
        "rows": np.array([-1, N_VALUES], np.int64),
    }
    steps = [
        helper.make_node("Sub", ["edges", "usual"], ["own"]),
        helper.make_node("ReduceL2", ["own"], ["length"], axes=[-1], keepdims=1),
        helper.make_node("Add", ["length", "tiny"], ["safe"]),
        helper.make_node("Div", ["own", "safe"], ["even"]),
        helper.make_node("Div", ["even", "blocks"], ["shares"]),
        helper.make_node("Reshape", ["shares", "rows"], ["looks"]),
    ]
    graph = helper.make_graph(
        steps,
        "face_likeness",
        [
            helper.make_tensor_value_info(
                "edges", TensorProto.FLOAT, ["n", N_BLOCKS, N_VALUES // N_BLOCKS]
            )
        ],
        [helper.make_tensor_value_info("looks", TensorProto.FLOAT, ["n", N_VALUES])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)

    onnx.checker.check_model(model)
    found: bytes = model.SerializeToString()
    return found
