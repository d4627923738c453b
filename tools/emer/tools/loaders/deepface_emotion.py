"""deepface's emotion network in a process of its own; see ``emer.tools.expression_deepface``.

Reads    items with ``crop``: RGB, ``(side, side, 3)`` uint8, a face that was found already
Returns  ``{"scores": {label: 0..1}}``, sum 1

deepface looks for weights under ``DEEPFACE_HOME`` and downloads what it misses without any check, so
it is given a folder of its own that leads to the file which was checked. It chooses its backend
once; with torch installed that would not be ONNX, unless told. It is told which faces there are:
its detectors would look for one in the crop and lose it (serengil/deepface #1170).
"""

import os
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.errors import ModelOutputError
from emer.tools.hosting.items import Item, Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE: Final = "facial_expression_model_weights.onnx"
SIDE_PX: Final = 224
"""What deepface hands to its networks, whatever they make of it."""


class Emotion:
    """The loaded network."""

    def __init__(self, client: Any, labels: Sequence[str], device: str) -> None:  # noqa: ANN401 - carries no types
        self._client, self._labels = client, list(labels)
        self.facts = {
            "device": device, "dtype": "float32", "library": f"deepface {version('deepface')}",
        }  # fmt: skip

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Judge all crops in one run of the network."""
        from deepface.modules.preprocessing import resize_image

        bgr = [np.ascontiguousarray(item.arrays["crop"][:, :, ::-1]) for item in batch]
        ready = np.concatenate([resize_image(one / 255.0, (SIDE_PX, SIDE_PX)) for one in bgr])
        # a batch of one comes back without its first dimension
        told = np.atleast_2d(np.asarray(self._client.predict(ready), np.float64))
        return [{"scores": scores_of(row, self._labels)} for row in told]


def scores_of(row: "NDArray[np.float64]", labels: Sequence[str]) -> dict[str, float]:
    """Return scores by label, sum 1, as plain numbers.

    Raises:
        ModelOutputError: They are no scores.
    """
    if not np.isfinite(row).all():
        raise ModelOutputError("the numbers of deepface's network were not finite")
    if row.shape != (len(labels),) or row.min() < 0 or row.sum() <= 0:
        raise ModelOutputError("deepface answered something that is no list of scores")
    return {label: float(s) for label, s in zip(labels, row / row.sum(), strict=True)}


def load(options: Message) -> Emotion:
    """Load the network.

    Args:
        options: ``folder``: one with ``FILE``, or the file; ``device``: ``cpu`` or ``cuda:N``.

    Raises:
        FileNotFoundError: It is not there.
        ModelOutputError: This deepface is not the one that we know.
    """
    path = Path(options["folder"])
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        raise FileNotFoundError(f"{FILE} is not in {path}")
    device = str(options["device"])
    os.environ.update(
        DEEPFACE_BACKEND_ENGINE="onnx", DEEPFACE_LOG_LEVEL="40", ORT_DISABLE_TELEMETRY="1",
        DEEPFACE_ONNX_PROVIDERS="cuda,cpu" if device.startswith("cuda") else "cpu",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        weights = Path(home) / ".deepface" / "weights"
        weights.mkdir(parents=True)
        (weights / FILE).symlink_to(file.resolve())
        os.environ["DEEPFACE_HOME"] = home
        from deepface import DeepFace
        from deepface.models.demography.DemographyUtils import EMOTION_LABELS
        from deepface.modules import modeling

        client = modeling.build_model(task="facial_attribute", model_name="Emotion")
        model = Emotion(client, EMOTION_LABELS, _where(client, device))
        _agrees(model, DeepFace)
    return model


def _where(client: Any, device: str) -> str:  # noqa: ANN401 - carries no types
    providers = client.model.get_providers()
    return device if "CUDAExecutionProvider" in providers else "cpu"


def _agrees(model: Emotion, library: Any) -> None:  # noqa: ANN401 - carries no types
    """Ask deepface's own door about one picture: what goes in and comes out must be the same."""
    crop = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    (theirs,) = library.analyze(
        crop[:, :, ::-1].copy(), actions=["emotion"], detector_backend="skip",
        enforce_detection=False, silent=True,
    )  # fmt: skip
    (ours,) = model.answer([Item({}, {"crop": crop})])
    percent = {str(label): float(s) for label, s in theirs["emotion"].items()}
    apart = [abs(percent.get(label, -1.0) - 100.0 * s) for label, s in ours["scores"].items()]
    if set(percent) != set(ours["scores"]) or max(apart) > 0.1:
        raise ModelOutputError(
            "this version of deepface prepares pictures in a way unknown to emer"
        )
