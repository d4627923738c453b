"""How engines that run models of others are set up for the contract suite, without their weights.

Every entry of ``SETUPS`` yields a ``Setup`` under which that engine is ready: with a tiny model of
the true on-disk format, or with a server on loopback. Engines whose libraries are not installed
stay unready, and their tests skip with that reason.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib import import_module
from pathlib import Path

from tests.conftest import SHARED_DATA
from tests.peer_server import PeerServer, said

from emer.tools.setup import Setup


@contextmanager
def _impression(folder: Path) -> Iterator[Setup]:
    server = PeerServer(lambda n: said("Nothing that speaks of emotion is shown."))
    try:
        yield Setup(peer_url=server.url, peer_model="scripted")
    finally:
        server.close()


def _weights(engine: str, *places: str) -> Callable[[Path], AbstractContextManager[Setup]]:
    """True weights, where there are any; else the engine says what it lacks."""

    @contextmanager
    def setup(folder: Path) -> Iterator[Setup]:
        paths = [SHARED_DATA / p for p in places] if engine != "on_screen_text.tesseract" else [
            Path(os.environ.get("TESSDATA_PREFIX", "")) / "eng.traineddata",
            Path(sys.prefix) / "share" / "tessdata" / "eng.traineddata",
        ]  # fmt: skip
        found = next((p for p in paths if p.is_file()), folder / "nothing")
        yield Setup(device="cpu", models={engine: str(found)})

    return setup


def _tiny(engine: str, builder: str) -> Callable[[Path], AbstractContextManager[Setup]]:
    """A tiny model in the true format; where its library is missing, the engine says so."""

    @contextmanager
    def setup(folder: Path) -> Iterator[Setup]:
        built = folder / "model"
        with suppress(ImportError):
            import_module(f"tests.full.tiny.{builder}").build(built)
        yield Setup(device="cpu", models={engine: str(built)})

    return setup


SETUPS: dict[str, Callable[[Path], AbstractContextManager[Setup]]] = {
    "impression": _impression,
    "action_units.blendshapes": _weights(
        "action_units.blendshapes", "weights/mediapipe/face_landmarker.task"
    ),
    "expression.deepface": _tiny("expression.deepface", "deepface_emotion"),
    "expression.transformers": _tiny("expression.transformers", "face_vit"),
    "faces.yunet": _weights("faces.yunet", "weights/yunet/yunet_n_640_640.onnx"),
    "on_screen_text.tesseract": _weights("on_screen_text.tesseract"),
}
"""By entry point."""
