"""The trained network as an ONNX graph with 8-bit weights.

Inputs   those of ``emer.tools.text_features.Features``
Outputs  ``scores`` (texts, 28); ``affect`` (texts, 2), valence and arousal; ``shares`` (texts,
         tokens), what each token adds to the logit of the strongest category (gradient times
         input, which is exact here but for the biases)

The convolution is computed once per distinct form and tap, and then gathered and added per place:
a form that occurs twice costs nothing more, and a text's result does not depend on its batch.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from emer.evals.train.text.calibrating import KNOTS, Curve, widths
from emer.evals.train.text.encoding import PIECES_AT
from emer.evals.train.text.network import CHANNELS, WIDTH, TextNet
from emer.tools.taxonomy import category_affect
from emer.tools.text_model import CATEGORIES, NEUTRAL

OPSET: Final = 19
Floats = NDArray[np.float32]


class Fitted(NamedTuple):
    """Everything the graph holds besides the network's weights."""

    curve: Curve
    """What bends logits."""
    base_rate: Floats
    """How often each category occurs in the training data, shape ``(28,)``."""


class _Graph:
    """Collects nodes and constants; every method returns a value's name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def op(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:  # noqa: ANN401
        out = name or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def constant(self, value: NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def floats(self, *values: float) -> str:
        return self.constant(np.array(values, np.float32))

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def rows(self, table: Floats, at: str) -> str:
        """Look rows up in a table that is stored in 8 bits, one scale per column."""
        stored, scale = quantised(table)
        return self._widened(self.op("Gather", self.constant(stored), at, axis=0), scale)

    def weights(self, matrix: Floats) -> str:
        """Store a matrix in 8 bits, one scale per column."""
        # not DequantizeLinear: the runtime would round what is multiplied by it to 8 bits as well
        stored, scale = quantised(matrix)
        return self._widened(self.constant(stored), scale)

    def _widened(self, stored: str, scale: Floats) -> str:
        return self.op("Mul", self.op("Cast", stored, to=TensorProto.FLOAT), self.constant(scale))


def quantised(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Round to 8 bits with one scale per column; 0 stays 0."""
    scale = np.maximum(np.abs(table).max(axis=0) / 127.0, 1e-12).astype(np.float32)
    return np.round(table / scale).astype(np.int8), scale


def as_onnx(net: TextNet, fitted: Fitted) -> bytes:
    """Return the serialised graph."""
    g = _Graph()
    rows = net.rows.weights.numpy()
    out = net.out.weight.detach().numpy().T
    there = g.op("Cast", g.op("Greater", "order", g.ints(0)), to=TensorProto.FLOAT)
    mask = g.op("Unsqueeze", there, g.ints(2))
    n = g.op("ReduceSum", there, g.ints(1), keepdims=1)
    length = g.op("Sqrt", g.op("Max", n, g.floats(1.0)))

    forms = _forms(g, rows)
    taps = g.op("MatMul", forms, g.weights(net.taps.weight.detach().numpy().T))
    tapped = [g.op("Gather", part, "order", axis=0) for part in _thirds(g, taps)]
    before, here, after = tapped
    features = g.op("Add", here, g.constant(net.bias.detach().numpy()))
    features = g.op("Add", features, _moved(g, before, 1))
    features = g.op("Add", features, _moved(g, after, -1))
    features = g.op("Mul", g.op("Relu", features), mask)
    said = g.op("Gather", forms, "order", axis=0)
    most = g.op("ReduceMax", features, g.ints(1), keepdims=1)
    pooled = g.op(
        "Concat",
        g.op("Squeeze", most, g.ints(1)),
        g.op("Div", g.op("ReduceSum", features, g.ints(1), keepdims=0), length),
        g.op("Div", g.op("ReduceSum", said, g.ints(1), keepdims=0), length),
        axis=1, name="pooled",
    )  # fmt: skip
    pairs = g.rows(net.pairs.weights.numpy(), "pairs")
    wide = g.op("Div", g.op("ReduceSum", pairs, g.ints(1), keepdims=0), length)
    deep = g.op("MatMul", pooled, g.weights(out))
    deep = g.op("Add", deep, g.constant(net.out.bias.detach().numpy()))
    logits = g.op("Add", deep, wide)
    scores = g.op("Sigmoid", _bent(g, logits, fitted.curve), name="scores")
    _affect(g, scores, fitted.base_rate)

    top = g.op("ArgMax", logits, axis=1, keepdims=0)
    # the weights as they are used: rounded
    steps, scale = quantised(out)
    rounded = g.constant((steps * scale).T.astype(np.float32))
    weights = g.op("Unsqueeze", g.op("Gather", rounded, top, axis=0), g.ints(1))
    by_most, by_mean, by_sum = (
        g.op("Slice", weights, g.ints(a), g.ints(b), g.ints(2))
        for a, b in ((0, CHANNELS), (CHANNELS, 2 * CHANNELS), (2 * CHANNELS, 2 * CHANNELS + WIDTH))
    )
    per_token = g.op("Unsqueeze", length, g.ints(2))
    # the slope of the strongest logit at every feature, where the feature is above 0
    above = g.op("Cast", g.op("Greater", features, g.floats(0.0)), to=TensorProto.FLOAT)
    winner = g.op("Cast", g.op("Equal", features, most), to=TensorProto.FLOAT)
    slope = g.op("Add", g.op("Mul", winner, by_most), g.op("Div", by_mean, per_token))
    slope = g.op("Mul", slope, above)
    parts = [
        g.op("Mul", here, slope),
        g.op("Mul", before, _moved(g, slope, -1)),
        g.op("Mul", after, _moved(g, slope, 1)),
    ]
    heard = g.op("ReduceSum", g.op("Sum", *parts), g.ints(2), keepdims=0)
    straight = g.op("ReduceSum", g.op("Mul", said, by_sum), g.ints(2), keepdims=0)
    straight = g.op("Add", straight, _halved(g, pairs, top))
    g.op("Mul", g.op("Add", heard, g.op("Div", straight, length)), there, name="shares")
    return _serialised(g)


def _forms(g: _Graph, rows: Floats) -> str:
    """Each form: its word's row and, over the square root of their number, its pieces' rows."""
    words = g.rows(rows[:PIECES_AT], "words")
    pieces = np.concatenate([np.zeros((1, WIDTH), np.float32), rows[PIECES_AT:]])
    there = g.op("Cast", g.op("Greater", "pieces", g.ints(0)), to=TensorProto.FLOAT)
    n = g.op("ReduceSum", there, g.ints(1), keepdims=1)
    summed = g.op("ReduceSum", g.rows(pieces, "pieces"), g.ints(1), keepdims=0)
    return g.op("Add", words, g.op("Div", summed, g.op("Sqrt", g.op("Max", n, g.floats(1.0)))))


def _thirds(g: _Graph, taps: str) -> list[str]:
    return [
        g.op("Slice", taps, g.ints(i * CHANNELS), g.ints((i + 1) * CHANNELS), g.ints(1))
        for i in range(3)
    ]


def _moved(g: _Graph, value: str, by: int) -> str:
    """Move along the tokens by one place, ``1`` later or ``-1`` earlier; 0 comes in."""
    cut = (g.ints(0), g.ints(-1)) if by > 0 else (g.ints(1), g.ints(1 << 40))
    kept = g.op("Slice", value, *cut, g.ints(1))
    pads = (0, 1, 0, 0, 0, 0) if by > 0 else (0, 0, 0, 0, 1, 0)
    return g.op("Pad", kept, g.ints(*pads))


def _halved(g: _Graph, pairs: str, top: str) -> str:
    """Share what each pair adds between its two words."""
    one_hot = g.op("OneHot", top, g.ints(len(CATEGORIES)), g.floats(0.0, 1.0), axis=1)
    of_top = g.op("Mul", pairs, g.op("Unsqueeze", one_hot, g.ints(1)))
    half = g.op("Mul", of_top, g.floats(0.5))
    both = g.op("Add", half, _moved(g, half, -1))
    return g.op("ReduceSum", both, g.ints(2), keepdims=0)


def _bent(g: _Graph, logits: str, curve: Curve) -> str:
    """Bend logits along the curve: the sum of how far they go into each of its pieces."""
    far = g.op("Sub", g.op("Unsqueeze", logits, g.ints(2)), g.floats(*KNOTS))
    parts = g.op("Min", g.op("Relu", far), g.constant(widths()))
    return g.op("Add", g.op("MatMul", parts, g.floats(*curve.slopes)), g.floats(curve.start))


def _affect(g: _Graph, scores: str, base_rate: Floats) -> None:
    """Valence and arousal: the mean place of what rises above usual.

    The mean is over at least one whole unit of score: words that move no category far from how
    often it occurs anyway stay near 0.
    """
    usual = base_rate.copy()
    usual[NEUTRAL] = 0.0
    places = np.array([category_affect("goemotions28", c) for c in CATEGORIES], np.float32)
    risen = g.op("Sub", scores, g.constant(usual))
    risen = g.op("Div", g.op("Relu", risen), g.constant(1.0 - usual))
    total = g.op("Max", g.op("ReduceSum", risen, g.ints(1), keepdims=1), g.floats(1.0))
    mean = g.op("Div", g.op("MatMul", risen, g.constant(places)), total)
    g.op(
        "Clip",
        mean,
        g.constant(np.array(-1, np.float32)),
        g.constant(np.array(1, np.float32)),
        name="affect",
    )


def _serialised(g: _Graph) -> bytes:
    sizes = {
        "words": ("forms",), "pieces": ("forms", "most"),
        "order": ("texts", "tokens"), "pairs": ("texts", "tokens"),
    }  # fmt: skip
    answers = {
        "scores": ("texts", len(CATEGORIES)), "affect": ("texts", 2),
        "shares": ("texts", "tokens"),
    }  # fmt: skip
    graph = helper.make_graph(
        g.nodes,
        "text_emotion",
        [helper.make_tensor_value_info(k, TensorProto.INT64, v) for k, v in sizes.items()],
        [helper.make_tensor_value_info(k, TensorProto.FLOAT, v) for k, v in answers.items()],
        g.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())
