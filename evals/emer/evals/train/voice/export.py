"""What was learnt as one ONNX graph, with all arithmetic between features and scores in it."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.evals.train.voice.calibration import HALF_KNOWN, Sharpness
from emer.evals.train.voice.corpora import CATEGORIES
from emer.evals.train.voice.listener import CLIP, LEAST, Expert, Listener, Liveliness
from emer.tools import taxonomy
from emer.tools.speech_emotion_features import RENDERINGS

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

    def floats(self, name: str, value: Any) -> str:  # noqa: ANN401
        return self.constant(name, np.asarray(value, np.float32))

    def cast(self, source: str, name: str) -> None:
        """Turn whole numbers into floats."""
        from onnx import TensorProto, helper

        self.nodes.append(helper.make_node("Cast", [source], [name], to=TensorProto.FLOAT))

    def add(self, kind: str, *inputs: str, to: str, **attributes: Any) -> str:  # noqa: ANN401
        from onnx import helper

        self.nodes.append(helper.make_node(kind, list(inputs), [to], **attributes))
        return to


def as_onnx(listener: Listener, sharp: Sharpness, full: float, none: float) -> bytes:
    """Return the graph.

    Inputs: ``windows`` ``(RENDERINGS * n, f)``, features of one utterance's windows; ``others``
    ``(RENDERINGS * k, f)``, those of the speaker's other utterances, possibly none. Outputs:
    ``scores`` ``(8,)``, ``places`` ``(3,)`` (arousal, valence, dominance), ``familiarity`` ``(1,)``.

    Args:
        listener: What was learnt.
        sharp: How sharp answers may be.
        full: Strangeness up to which answers are given in full.
        none: Strangeness from which they are not given.
    """
    from onnx import TensorProto, checker, helper

    g = _Graph()
    _standardise(g, listener)
    _average(g)
    _enliven(g, listener.liveliness)
    _mix(g, listener)
    _sharpen(g, sharp)
    _fade(g, full, none)
    width = len(listener.mean)
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


def _standardise(g: _Graph, listener: Listener) -> None:
    g.floats("mean", listener.mean)
    g.floats("scale", listener.scale)
    g.number("lowest", -CLIP)
    g.number("highest", CLIP)
    for name in ("windows", "others"):
        off = g.add("Sub", name, "mean", to=f"{name}_off")
        scaled = g.add("Div", off, "scale", to=f"{name}_scaled")
        g.add("Clip", scaled, "lowest", "highest", to=f"{name}_standard")


def _average(g: _Graph) -> None:
    """Average the judged rows (``x``), the others' (``usual``) and all; count other utterances."""
    g.constant("rows", np.array([0], np.int64))
    g.number("one", 1.0)
    g.number("least", LEAST)
    g.number("renderings", RENDERINGS)
    for name in ("windows", "others"):
        g.add("Shape", name, to=f"{name}_shape")
        g.add("Gather", f"{name}_shape", "rows", to=f"{name}_rows")
        g.cast(f"{name}_rows", f"{name}_n")
        g.add("ReduceSum", f"{name}_standard", "rows", to=f"{name}_sum", keepdims=0)
    g.add("Div", "windows_sum", "windows_n", to="x")
    g.add("Max", "others_n", "one", to="others_some")
    g.add("Div", "others_sum", "others_some", to="usual")
    g.add("Div", "others_n", "renderings", to="known")
    g.add("Add", "windows_sum", "others_sum", to="all_sum")
    g.add("Add", "windows_n", "others_n", to="all_n")
    g.add("Div", "all_sum", "all_n", to="everything")


def _enliven(g: _Graph, liveliness: Liveliness) -> None:
    """Tell how lively the others are; see ``Liveliness.of``."""
    g.floats("lively_directions", liveliness.directions)
    g.number("lively_middle", np.log(liveliness.middle))
    g.number("lively_slope", liveliness.slope)
    g.add("MatMul", "others_standard", "lively_directions", to="others_on")
    g.add("ReduceSum", "others_on", "rows", to="others_on_sum", keepdims=1)
    g.add("Div", "others_on_sum", "others_some", to="others_on_mean")
    g.add("Sub", "others_on", "others_on_mean", to="others_away")
    g.add("Mul", "others_away", "others_away", to="others_squares")
    g.add("ReduceSum", "others_squares", "rows", to="others_squares_sum", keepdims=0)
    g.add("Div", "others_squares_sum", "others_some", to="others_varied_each")
    g.add("ReduceMean", "others_varied_each", to="others_varied", keepdims=1)
    g.add("Add", "others_varied", "least", to="others_varied_some")
    g.add("Log", "others_varied_some", to="others_varied_log")
    g.add("Sub", "others_varied_log", "lively_middle", to="lively_raised")
    g.add("Mul", "lively_raised", "lively_slope", to="lively_open")
    g.add("Sigmoid", "lively_open", to="lively")
    g.add("Sub", "one", "lively", to="even")
    g.add("Concat", "even", "lively", to="even_lively", axis=0)


def _mix(g: _Graph, listener: Listener) -> None:
    """Ask the experts and weigh them by the gate."""
    g.floats("gate_directions", listener.gate.directions)
    g.floats("gate_bias", listener.gate.bias)
    g.add("MatMul", "everything", "gate_directions", to="gate_turned")
    g.add("Add", "gate_turned", "gate_bias", to="gate_open")
    g.add("Softmax", "gate_open", to="weights", axis=-1)
    told = []
    for number, expert in enumerate(listener.experts):
        scores = _told(g, expert, f"e{number}_")
        told.append(g.add("Unsqueeze", scores, "rows", to=f"{scores}_row"))
    g.add("Concat", *told, to="told_by_all", axis=0)
    g.add("MatMul", "weights", "told_by_all", to="mixed")


def _told(g: _Graph, expert: Expert, of: str) -> str:
    """Return one expert's scores; names begin with ``of``. See ``Expert.logits``."""
    folded = expert.toward - expert.axes @ expert.means.T
    g.floats(f"{of}toward", folded)
    g.floats(f"{of}axes", expert.axes)
    g.floats(f"{of}means", expert.means.T)
    g.floats(f"{of}half_squares", expert.means.T**2 / 2)
    g.floats(f"{of}half_size", (expert.size - (expert.means**2).sum(axis=1)) / 2)
    g.floats(f"{of}centres", expert.centre - expert.centre_axes @ expert.means.T)
    g.floats(f"{of}centres_axes", expert.centre_axes)
    g.add("MatMul", "even_lively", f"{of}centres", to=f"{of}centre")
    g.add("MatMul", "even_lively", f"{of}centres_axes", to=f"{of}centre_axes")
    g.floats(f"{of}priors", expert.prior)
    g.add("MatMul", "even_lively", f"{of}priors", to=f"{of}prior")
    g.number(f"{of}temper", expert.temper)
    for kind, spread in (("toward", np.array([expert.floor])), ("axes", expert.spread)):
        centre = f"{of}centre" if kind == "toward" else f"{of}centre_axes"
        _compared(g, f"{of}{kind}", centre, spread)
    g.add("Sub", f"{of}toward_offset", f"{of}half_size", to=f"{of}rest")
    g.add("Div", f"{of}rest", f"{of}toward_left", to=f"{of}plain")
    g.add("Div", f"{of}axes_offset", f"{of}axes_left", to=f"{of}on")
    g.add("MatMul", f"{of}on", f"{of}means", to=f"{of}turned_whole")
    g.add("Div", "one", f"{of}axes_left", to=f"{of}axes_sure")
    g.add("MatMul", f"{of}axes_sure", f"{of}half_squares", to=f"{of}turned_size")
    g.add("Sub", f"{of}turned_whole", f"{of}turned_size", to=f"{of}turned")
    g.add("Add", f"{of}plain", f"{of}turned", to=f"{of}answer")
    g.add("Mul", f"{of}answer", f"{of}temper", to=f"{of}tempered")
    g.add("Add", f"{of}tempered", f"{of}prior", to=f"{of}told")
    return g.add("Softmax", f"{of}told", to=f"{of}scores", axis=-1)


def _compared(g: _Graph, at: str, centre: str, spread: "Floats") -> None:
    """Take away what is believed of the speaker's usual (``_offset``); tell what is left (``_left``)."""
    g.floats(f"{at}_spread", spread)
    g.add("Mul", "known", f"{at}_spread", to=f"{at}_belief")
    g.add("Add", f"{at}_belief", "one", to=f"{at}_doubt")
    g.add("Div", f"{at}_belief", f"{at}_doubt", to=f"{at}_taken")
    g.add("Div", f"{at}_spread", f"{at}_doubt", to=f"{at}_more")
    g.add("Add", f"{at}_more", "one", to=f"{at}_left")
    g.add("MatMul", "x", at, to=f"{at}_x")
    g.add("MatMul", "usual", at, to=f"{at}_usual")
    g.add("Sub", f"{at}_usual", centre, to=f"{at}_unusual")
    g.add("Mul", f"{at}_unusual", f"{at}_taken", to=f"{at}_away")
    g.add("Sub", f"{at}_x", f"{at}_away", to=f"{at}_offset")


def _sharpen(g: _Graph, sharp: Sharpness) -> None:
    g.number("half_known", HALF_KNOWN)
    g.number("sharp_base", sharp.base)
    g.number("sharp_gain", sharp.gain)
    g.add("Add", "known", "half_known", to="known_doubt")
    g.add("Div", "known", "known_doubt", to="share")
    g.add("Mul", "share", "sharp_gain", to="sharp_more")
    g.add("Add", "sharp_more", "sharp_base", to="sharp")
    g.add("Add", "mixed", "least", to="mixed_some")
    g.add("Log", "mixed_some", to="answer")
    g.add("Mul", "answer", "sharp", to="sharp_answer")


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
