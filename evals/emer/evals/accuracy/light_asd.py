"""Light-ASD, to compare with: a network that says frame by frame whether a face speaks.

Reads    its published weights, ``weights/light_asd/*.model``
Returns  log-odds that a face speaks, per picture at 25 a second; above 0 is "speaks"
Cost     about 20 ms a picture on one core; the sound is cheap. Needs torch.
Source   Liao et al. 2023, A Light Weight Model for Active Speaker Detection (MIT). Built anew from
         the published layout; nothing but the weights is theirs.

Picture and sound have an encoder each: three blocks with a narrow (3) and a wide (5) path, each of
a convolution over the picture (or the cepstrum) and one over time, their sum through a 1x1
convolution; maximum pooling after the first two. Their sum goes through a GRU forward in time and
another backward in time.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.errors import EmerError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Tensor = Any

FOLDER: Final = Path("weights") / "light_asd"
AVA, TALKSET = "pretrain_AVA_CVPR.model", "finetuning_TalkSet.model"
"""Trained on films, where a sound that lags is told from one that does not; and trained further on
interviews, after which it hardly listens (measured)."""
LIGHT: Final = {AVA: "Light-ASD (AVA)", TALKSET: "Light-ASD (TalkSet)"}
"""How tables call it with either weights."""
FACE_PX: Final = 112
RATE_HZ: Final = 25
CEPSTRA_PER_FACE: Final = 4
"""Sound comes at 100 Hz."""
WINDOWS_S: Final = (1, 2, 3, 4, 5, 6)
"""The GRUs run over windows of each of these lengths, and the scores are averaged, as its authors
do."""
MEAN, SPREAD = 0.4161, 0.1688
"""Of brightness 0..1 in its training pictures."""
STEADY: Final = 1e-3
"""Added to the variance in its batch normalisation."""
BATCH: Final = 250
AROUND: Final = 6
"""Pictures before and after that an embedding depends on."""


class LightASD:
    """The network with its weights."""

    def __init__(self, path: Path) -> None:
        """Load the weights.

        Raises:
            EmerError: They are not there, or not those of this network; or torch is missing.
        """
        try:
            import torch
        except ImportError as error:
            raise EmerError(
                "Light-ASD needs torch, which is not installed",
                remedy="Install the training group: uv sync --group train",
            ) from error
        if not path.is_file():
            raise EmerError(
                f"there are no weights of Light-ASD in {path}",
                remedy="Give with --data the folder that holds weights/light_asd and video.",
            )
        torch.set_num_threads(1)
        kept = torch.load(path, map_location="cpu", weights_only=True)
        self._weights: dict[str, Tensor] = {
            k: v for k, v in kept.items() if v.dtype.is_floating_point
        }
        _check(self._weights, path)
        self._forward, self._backward = (
            self._gru(f"model.GRU.gru_{way}") for way in ("forward", "backward")
        )

    def faces(self, crops: "NDArray[np.uint8]") -> "Tensor":
        """Return embeddings of consecutive pictures of one face, ``(n, 128)``.

        Args:
            crops: Grey, ``(n, FACE_PX, FACE_PX)``, at ``RATE_HZ``: the middle of the face, as
                ``emer.evals.accuracy.light_asd_inputs`` cuts it.
        """
        import torch

        parts = []
        for first in range(0, len(crops), BATCH):
            begin, end = max(0, first - AROUND), min(len(crops), first + BATCH + AROUND)
            part = self._seen(torch.from_numpy(crops[begin:end]))
            parts.append(part[first - begin : first - begin + BATCH])
        return torch.cat(parts)

    def sound(self, cepstra: "Floats") -> "Tensor":
        """Return embeddings of sound, ``(n // 4, 128)``.

        Args:
            cepstra: ``(n, 13)`` at 100 Hz, as ``emer.evals.accuracy.light_asd_inputs`` computes
                them.
        """
        import torch
        from torch.nn import functional

        whole = len(cepstra) - len(cepstra) % CEPSTRA_PER_FACE
        x = torch.from_numpy(cepstra[:whole].astype(np.float32).T)[None, None]
        with torch.inference_mode():
            for number in (1, 2, 3):
                x = self._block(x, f"model.audioEncoder.block{number}", "m", 1)
                if number < 3:
                    x = functional.max_pool2d(x, (1, 3), (1, 2), (0, 1))
        return x.mean(dim=2)[0].T

    def judge(self, faces: "Tensor", sound: "Tensor") -> "Floats":
        """Return the log-odds that a face speaks, per picture of what both cover, ``(n,)``."""
        import torch

        n = min(len(faces), len(sound))
        joint = faces[:n] + sound[:n]
        total = np.zeros(n)
        with torch.inference_mode():
            for window_s in WINDOWS_S:
                step = window_s * RATE_HZ
                parts = [self._heard(joint[i : i + step]) for i in range(0, n, step)]
                total += torch.cat(parts).double().numpy()
        mean: Floats = total / len(WINDOWS_S)
        return mean

    def _seen(self, crops: "Tensor") -> "Tensor":
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            x = ((crops.float() / 255.0 - MEAN) / SPREAD)[None, None]
            for number in (1, 2, 3):
                x = self._block(
                    x, f"model.visualEncoder.block{number}", "s", 2 if number == 1 else 1
                )
                if number < 3:
                    x = functional.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))
            return x.amax(dim=(3, 4))[0].T

    def _block(self, x: "Tensor", name: str, first: str, stride: int) -> "Tensor":
        """Run one block; ``first`` is the letter of what comes before time."""
        paths = []
        for width in (3, 5):
            across = self._layer(x, name, f"{first}_{width}", stride)
            paths.append(self._layer(across, name, f"t_{width}"))
        return self._layer(paths[0] + paths[1], name, "last")

    def _layer(self, x: "Tensor", block: str, name: str, stride: int = 1) -> "Tensor":
        """Convolve, normalise, drop what is negative; the kernel's shape says over what."""
        from torch.nn import functional

        weights = self._weights[f"{block}.{name}.weight"]
        kernel = weights.shape[2:]
        convolve = functional.conv3d if len(kernel) == 3 else functional.conv2d
        strides = [stride if k > 1 else 1 for k in kernel]
        x = convolve(x, weights, stride=strides, padding=[k // 2 for k in kernel])
        mean, variance, weight, bias = (
            self._weights[f"{block}.bn_{name}.{part}"]
            for part in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.relu(functional.batch_norm(x, mean, variance, weight, bias, eps=STEADY))

    def _heard(self, joint: "Tensor") -> "Tensor":
        """Run both GRUs over one window, ``(n, 128)``, and return log-odds ``(n,)``."""
        from torch.nn import functional

        ahead = functional.gelu(self._forward(joint[None])[0])
        back = functional.gelu(self._backward(ahead.flip(1))[0].flip(1))[0]
        weight, bias = self._weights["lossAV.FC.weight"], self._weights["lossAV.FC.bias"]
        silent, speaks = functional.linear(back, weight, bias).T
        return speaks - silent

    def _gru(self, name: str) -> "Tensor":
        import torch

        gru = torch.nn.GRU(128, 128, batch_first=True)
        gru.load_state_dict({k: self._weights[f"{name}.{k}"] for k in gru.state_dict()})
        return gru.eval()


def _check(weights: "Mapping[str, Tensor]", path: Path) -> None:
    """Check what cannot be seen later: an encoder that is fed something else still answers."""
    wanted = {
        "model.visualEncoder.block1.s_5.weight": (32, 1, 1, 5, 5),
        "model.audioEncoder.block3.t_5.weight": (128, 128, 1, 5),
        "model.GRU.gru_backward.weight_ih_l0": (384, 128),
        "lossAV.FC.weight": (2, 128),
    }
    for name, shape in wanted.items():
        found = tuple(weights[name].shape) if name in weights else None
        if found != shape:
            raise EmerError(
                f"{path} is not Light-ASD: {name} is {found or 'missing'}, not {shape}",
                remedy="Give the state dict that its authors publish.",
            )
