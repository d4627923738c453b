"""What every door of our own sets for its process before anything heavy is imported.

Programs that import ``emer`` are not our process: for them nothing is set (see
``emer.tools.quiet``).
"""

import gc
import logging
import os
from typing import Final

from emer.tools.quiet import SWITCHES

OFFLINE: Final = {
    # weights are used when they are there; nothing is fetched without being asked for
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "LANGGRAPH_STRICT_MSGPACK": "true",
    "DEEPFACE_BACKEND_ENGINE": "onnx",
    "DEEPFACE_LOG_LEVEL": "40",
}
TALKATIVE: Final = ("anthropic", "google_genai", "langchain_google_genai", "langchain_ollama")
"""Loggers of models' clients, which warn of what we handle and tell in words of our own."""


YOUNG_OBJECTS: Final = 50_000
"""New objects between two searches for cycles. At Python's own 700 a tenth of the time of a short
command goes into walking over modules that have just been imported and never go."""
_WISHES: Final[dict[str, str]] = {}


def own_process() -> None:
    """Switch telemetry, tracing and downloads off in this process and its children."""
    _WISHES.setdefault("HF_HUB_OFFLINE", os.environ.get("HF_HUB_OFFLINE", ""))
    os.environ.update({**SWITCHES, **OFFLINE})
    gc.set_threshold(YOUNG_OBJECTS)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)


def is_kept_offline() -> bool:
    """Whether the user had switched the hub off before we did: then nothing is pulled either."""
    return _WISHES.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
