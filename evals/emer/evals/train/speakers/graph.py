"""The fitted model as an ONNX graph: from frames by quarter second to one vector per quarter second."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from emer.evals.train.speakers.fitting import RELEVANCE, Model
from emer.tools.speaker_features import BLOCK, N_CEPSTRA, WINDOW_BLOCKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

OPSET: Final = 17
BEFORE: Final = (WINDOW_BLOCKS - 1) // 2
AFTER: Final = WINDOW_BLOCKS // 2


class _Graph:
    """Nodes and constants, in order."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, *inputs: str, to: str = "", **settings: object) -> str:
        to = to or f"x{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [to], **settings))
        return to

    def constant(self, value: "NDArray[Any]") -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def floats(self, value: "NDArray[Any] | float") -> str:
        return self.constant(np.asarray(value, np.float32))

    def whole(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))


def serialised(model: Model) -> bytes:
    """Return the graph.

    Inputs: ``cepstra``, shape ``(blocks, 25, 19)``, and ``voiced``, shape ``(blocks, 25)``, 0 or 1.
    Outputs: ``vectors``, shape ``(blocks, dimensions)``, and ``n_voiced``, shape ``(blocks,)``, both
    of the window of 1.5 s around each block.
    """
    g = _Graph()
    share = _posteriors(g, model)
    share = g.add("Mul", share, g.add("Unsqueeze", "voiced", g.whole(-1)))
    by_component = g.add("Transpose", share, perm=[0, 2, 1])
    zeroth = g.add("ReduceSum", by_component, g.whole(-1), keepdims=1)
    zeroth = _around(g, zeroth)
    first = _around(g, g.add("MatMul", by_component, "cepstra"))
    usual = g.add("Mul", zeroth, g.floats(model.means))
    moved = g.add("Sub", first, usual)
    moved = g.add("Mul", moved, g.floats(1 / np.sqrt(model.variances)))
    moved = g.add("Div", moved, g.add("Add", zeroth, g.floats(RELEVANCE)))
    flat = g.add("Reshape", moved, g.whole(0, -1))
    centred = g.add("Sub", flat, g.floats(model.centre))
    g.add("MatMul", centred, g.floats(model.projection), to="vectors")
    g.add("ReduceSum", zeroth, g.whole(1, 2), keepdims=0, to="n_voiced")
    return _checked(g, model.projection.shape[1])


def _posteriors(g: _Graph, model: Model) -> str:
    """Add how much of each frame belongs to each component: ``(blocks, 25, components)``."""
    inverse = 1 / model.variances
    constant = np.log(model.weights) - 0.5 * (
        np.log(model.variances).sum(axis=1) + (model.means**2 * inverse).sum(axis=1)
    )
    linear = g.add("MatMul", "cepstra", g.floats((model.means * inverse).T))
    square = g.add("Mul", "cepstra", "cepstra")
    square = g.add("MatMul", square, g.floats(-0.5 * inverse.T))
    log_p = g.add("Add", g.add("Add", linear, square), g.floats(constant))
    return g.add("Softmax", log_p, axis=-1)


def _around(g: _Graph, blocks: str) -> str:
    """Add the sum of each block and its neighbours."""
    padded = g.add("Pad", blocks, g.whole(BEFORE, 0, 0, AFTER, 0, 0))
    last = WINDOW_BLOCKS - 1
    parts = [
        g.add("Slice", padded, g.whole(i), g.whole(i - last if i < last else 2**31), g.whole(0))
        for i in range(WINDOW_BLOCKS)
    ]
    return g.add("Sum", *parts)


def _checked(g: _Graph, dimensions: int) -> bytes:
    def told(name: str, *shape: str | int) -> Any:  # noqa: ANN401 - onnx carries no types
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        g.nodes, "speakers",
        [told("cepstra", "blocks", BLOCK, N_CEPSTRA), told("voiced", "blocks", BLOCK)],
        [told("vectors", "blocks", dimensions), told("n_voiced", "blocks")],
        g.constants,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
