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
from warnings import catch_warnings, simplefilter

from tests.conftest import SHARED_DATA
from tests.peer_server import PeerServer, said

from emer.tools.setup import Setup

FIXTURES = Path(__file__).parent / "fixtures"
TINY_TESSERACT = "tiny_tesseract/tiny.traineddata"
TESSERACT = [
    Path(place) / "eng.traineddata"
    for place in (
        os.environ.get("TESSDATA_PREFIX", "/nowhere"),
        f"{sys.prefix}/share/tessdata",
        "/usr/share/tesseract-ocr/5/tessdata",  # Debian's package tesseract-ocr-eng
    )
]
Factory = Callable[[Path], AbstractContextManager[Setup]]


@contextmanager
def _impression(folder: Path) -> Iterator[Setup]:
    server = PeerServer(lambda n: said("Nothing that speaks of emotion is shown."))
    try:
        yield Setup(peer_url=server.url, peer_model="scripted")
    finally:
        server.close()


def _weights(engine: str, *places: Path) -> Factory:
    """True weights, where there are any; else the engine says what it lacks."""

    @contextmanager
    def setup(folder: Path) -> Iterator[Setup]:
        found = next((p for p in places if p.is_file()), folder / "nothing")
        yield Setup(device="cpu", models={engine: str(found)})

    return setup


def _tiny(engine: str, builder: str, function: str = "build") -> Factory:
    """A tiny model in the true format; where its library is missing, the engine says so."""

    @contextmanager
    def setup(folder: Path) -> Iterator[Setup]:
        built = folder / "model"
        with suppress(ImportError), catch_warnings():
            simplefilter("ignore")  # of libraries, about models so small
            getattr(import_module(f"tests.full.tiny.{builder}"), function)(built)
        yield Setup(device="cpu", models={engine: str(built)})

    return setup


def _kept(engine: str, name: str) -> Factory:
    """A tiny model that lies among the tests' fixtures."""

    @contextmanager
    def setup(folder: Path) -> Iterator[Setup]:
        yield Setup(device="cpu", models={engine: str(FIXTURES / name)})

    return setup


SETUPS: dict[str, Factory] = {
    "impression": _impression,
    "action_units.blendshapes": _weights(
        "action_units.blendshapes", SHARED_DATA / "weights/mediapipe/face_landmarker.task"
    ),
    "asr": _kept("asr.faster_whisper", "tiny_whisper"),
    "diarization.pyannote": _tiny("diarization.pyannote", "pyannote"),
    "expression.deepface": _tiny("expression.deepface", "deepface_emotion"),
    "expression.transformers": _tiny("expression.transformers", "face_vit"),
    "faces.yunet": _weights("faces.yunet", SHARED_DATA / "weights/yunet/yunet_n_640_640.onnx"),
    "on_screen_text.tesseract": _kept("on_screen_text.tesseract", TINY_TESSERACT),
    "speech_emotion.transformers": _tiny("speech_emotion.transformers", "voice"),
    "text_emotion.onnx_encoder": _kept("text_emotion.onnx_encoder", "tiny_onnx_text"),
    "text_emotion.transformers": _tiny("text_emotion.transformers", "text"),
    "vocal_events": _tiny("vocal_events.transformers", "sounds"),
    "voice_dimensions": _tiny("voice_dimensions.transformers", "voice", "build_mean_head"),
}
"""By entry point. Engines that can do something without a model are set up with one all the same."""
