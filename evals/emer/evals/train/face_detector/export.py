"""The trained network as ONNX, for pictures of any size."""

import io

import torch
from torch import Tensor, nn

from emer.evals.train.face_detector.network import FaceGrids

OPSET = 17


class _Bytes(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Takes pictures as bytes, which spares the product a copy."""

    def __init__(self, net: FaceGrids) -> None:
        super().__init__()
        self.net = net

    def forward(self, grey: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        told: tuple[Tensor, Tensor, Tensor] = self.net(grey.float())
        return told


def onnx_of(net: FaceGrids) -> bytes:
    """Return the graph: input ``grey`` uint8 ``(1, 1, height, width)``, outputs the three grids."""
    net = net.eval().to(memory_format=torch.contiguous_format)
    file = io.BytesIO()
    torch.onnx.export(
        _Bytes(net),
        (torch.zeros(1, 1, 192, 320, dtype=torch.uint8),),
        file,
        input_names=["grey"],
        output_names=["fine", "middle", "coarse"],
        dynamic_axes={"grey": {2: "height", 3: "width"}},
        opset_version=OPSET,
        dynamo=False,
    )
    return file.getvalue()
