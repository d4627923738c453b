"""Write a trained network as ONNX: bytes of pictures in, half-precision weights inside."""

import io
from typing import Any, Final

import torch
from torch import Tensor, nn

from emer.evals.train.face_landmarks.mesh import SIDE_PX
from emer.evals.train.face_landmarks.network import Landmarker

SMALL: Final = 64
"""Tables of fewer numbers keep full precision."""


class _Shipped(nn.Module):  # type: ignore[misc]  # torch has no types here
    def __init__(self, network: Landmarker) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return points, shapes and angles of crops ``(n, 112, 112, 3)`` of bytes."""
        points, shapes, angles, _ = self.network(crops.permute(0, 3, 1, 2).float())
        return points, shapes, angles


def exported(network: Landmarker) -> bytes:
    """Return the graph: ``crops`` to ``points``, ``shapes``, ``head``."""
    file = io.BytesIO()
    torch.onnx.export(
        _Shipped(network.eval()),
        (torch.zeros(2, SIDE_PX, SIDE_PX, 3, dtype=torch.uint8),),
        file,
        input_names=["crops"],
        output_names=["points", "shapes", "head"],
        dynamic_axes={name: {0: "n"} for name in ("crops", "points", "shapes", "head")},
        opset_version=17,
        dynamo=False,
    )
    return _halved(file.getvalue())


def _halved(raw: bytes) -> bytes:
    """Keep large tables in half precision; they are computed with in full."""
    import onnx
    from onnx import numpy_helper

    model: Any = onnx.load_model_from_string(raw)
    kept, casts = [], []
    for table in model.graph.initializer:
        values = numpy_helper.to_array(table)
        if values.dtype != "float32" or values.size < SMALL:
            kept.append(table)
            continue
        name = f"{table.name}_half"
        kept.append(numpy_helper.from_array(values.astype("float16"), name))
        casts.append(onnx.helper.make_node("Cast", [name], [table.name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    whole: bytes = model.SerializeToString()
    return whole
