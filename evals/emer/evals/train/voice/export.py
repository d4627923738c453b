"""The trained networks as one ONNX graph, with all arithmetic between features and scores in it."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.evals.train.voice.calibration import Sharpness
from emer.evals.train.voice.corpora import CATEGORIES
from emer.evals.train.voice.network import CLIP, Trained
from emer.tools import taxonomy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

OPSET: Final = 17
DOMINANCE: Final = {
    "angry": 0.3, "happy": 0.4, "disgust": 0.1, "calm": 0.1, "neutral": 0.0, "surprised": -0.1,
    "sad": -0.4, "fearful": -0.5,
}  # fmt: skip
"""Where the categories lie on dominance, -1..1: the direction follows Russell & Mehrabian 1977, the
values are ours, rounded, not fitted to any data."""


def places() -> "Floats":
    """Return arousal, valence and dominance of every category, ``(8, 3)``."""
    found = []
    for name in CATEGORIES:
        valence, arousal = taxonomy.category_affect("ravdess8", name)
        found.append((arousal, valence, DOMINANCE[name]))
    return np.array(found, np.float32)


class _Graph:
    """Nodes and constants in the order in which they are named."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Any) -> str:  # noqa: ANN401 - anything numpy takes
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def number(self, name: str, value: float) -> str:
        return self.constant(name, np.float32(value))

    def add(self, kind: str, *inputs: str, to: str, **attributes: Any) -> str:  # noqa: ANN401
        from onnx import helper

        self.nodes.append(helper.make_node(kind, list(inputs), [to], **attributes))
        return to


def as_onnx(net: Trained, sharp: Sharpness, full: float, none: float) -> bytes:
    """Return the graph.

    Inputs: ``windows`` ``(n, f)``, features of one utterance's windows; ``others`` ``(k, f)``, those
    of the speaker's other utterances, possibly none. Outputs: ``scores`` ``(8,)``, ``places``
    ``(3,)`` (arousal, valence, dominance), ``familiarity`` ``(1,)``.

    Args:
        net: What training left.
        sharp: How sharp answers may be.
        full: Strangeness up to which answers are given in full.
        none: Strangeness from which they are not given.
    """
    from onnx import TensorProto, checker, helper

    g = _Graph()
    _standardise(g, net)
    _answer(g, net, sharp)
    _fade(g, full, none)
    width = len(net.mean)
    graph = helper.make_graph(
        g.nodes, "speech_emotion",
        [
            helper.make_tensor_value_info("windows", TensorProto.FLOAT, ["n", width]),
            helper.make_tensor_value_info("others", TensorProto.FLOAT, ["k", width]),
        ],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [len(CATEGORIES)]),
            helper.make_tensor_value_info("places", TensorProto.FLOAT, [3]),
            helper.make_tensor_value_info("familiarity", TensorProto.FLOAT, [1]),
        ],
        g.constants,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    checker.check_model(model)
    found: bytes = model.SerializeToString()
    return found


def _standardise(g: _Graph, net: Trained) -> None:
    g.constant("mean", net.mean.astype(np.float32))
    g.constant("scale", net.scale.astype(np.float32))
    g.number("lowest", -CLIP)
    g.number("highest", CLIP)
    for name in ("windows", "others"):
        off = g.add("Sub", name, "mean", to=f"{name}_off")
        scaled = g.add("Div", off, "scale", to=f"{name}_scaled")
        g.add("Clip", scaled, "lowest", "highest", to=f"{name}_standard")


def _answer(g: _Graph, net: Trained, sharp: Sharpness) -> None:
    """Take away the speaker's usual, ask the networks, average over windows."""
    g.constant("rows", np.array([0], np.int64))
    g.number("shrink", net.shrink)
    g.add("Shape", "others", to="others_shape")
    g.add("Gather", "others_shape", "rows", to="others_n")
    _cast(g, "others_n", "known")
    g.add("Add", "known", "shrink", to="doubted")
    g.add("Div", "known", "doubted", to="share")
    g.add("ReduceSum", "others_standard", "rows", to="others_sum", keepdims=0)
    g.add("Div", "others_sum", "doubted", to="usual")
    x = g.add("Sub", "windows_standard", "usual", to="x")
    g.constant("hidden_half", net.hidden.astype(np.float16))
    _cast(g, "hidden_half", "hidden")
    g.constant("hidden_bias", net.hidden_bias.astype(np.float32))
    g.add("MatMul", x, "hidden", to="h_raw")
    h = g.add("Add", "h_raw", "hidden_bias", to="h")
    bent = _gelu(g, h)
    g.constant("out", net.out.astype(np.float32))
    g.constant("out_bias", net.out_bias.astype(np.float32))
    g.constant("direct", net.direct.astype(np.float32))
    g.add("MatMul", bent, "out", to="through")
    g.add("MatMul", x, "direct", to="past")
    g.add("Add", "through", "past", to="unbiased")
    g.add("Add", "unbiased", "out_bias", to="answers")
    g.add("ReduceMean", "answers", to="answer", axes=[0], keepdims=0)
    g.number("sharp_base", sharp.base)
    g.number("sharp_gain", sharp.gain)
    g.add("Mul", "share", "sharp_gain", to="sharp_more")
    g.add("Add", "sharp_more", "sharp_base", to="sharp")
    g.add("Mul", "answer", "sharp", to="sharp_answer")


def _cast(g: _Graph, source: str, name: str) -> None:
    from onnx import TensorProto, helper

    g.nodes.append(helper.make_node("Cast", [source], [name], to=TensorProto.FLOAT))


def _gelu(g: _Graph, h: str) -> str:
    g.number("bend", 0.044715)
    g.number("slope", 0.7978845608)
    g.number("half", 0.5)
    g.number("one", 1.0)
    g.add("Mul", h, h, to="h_2")
    g.add("Mul", "h_2", h, to="h_3")
    g.add("Mul", "h_3", "bend", to="h_bent")
    g.add("Add", h, "h_bent", to="h_sum")
    g.add("Mul", "h_sum", "slope", to="h_sloped")
    g.add("Tanh", "h_sloped", to="h_tanh")
    g.add("Add", "h_tanh", "one", to="h_lifted")
    g.add("Mul", h, "h_lifted", to="h_open")
    return g.add("Mul", "h_open", "half", to="h_out")


def _fade(g: _Graph, full: float, none: float) -> None:
    """Let answers about strange sound fade into equal scores."""
    g.number("wholly_strange", none)
    g.number("reach", none - full)
    g.number("zero", 0.0)
    g.add("Mul", "windows_standard", "windows_standard", to="squares")
    g.add("ReduceMean", "squares", to="strangeness", keepdims=0)
    g.add("Sub", "wholly_strange", "strangeness", to="left")
    g.add("Div", "left", "reach", to="left_share")
    g.add("Clip", "left_share", "zero", "one", to="familiarity_0")
    g.constant("flat", np.array([1], np.int64))
    g.add("Reshape", "familiarity_0", "flat", to="familiarity")
    g.add("Mul", "sharp_answer", "familiarity", to="told")
    g.add("Softmax", "told", to="scores", axis=-1)
    g.constant("places_of", places())
    g.add("MatMul", "scores", "places_of", to="places")
