"""Import libraries that phone home by default, with that switched off.

Nothing of the host program changes: the switches are set only while the library is imported for
the first time (that is when they are read) and put back afterwards. Our own doors set them for
their whole process, see ``emer.agent.doors``.
"""

import importlib
import os
import sys
import threading
from types import ModuleType
from typing import Final

SWITCHES: Final = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "PYANNOTE_METRICS_ENABLED": "0",
}
CHANGED_BY_IMPORTS: Final = ("LD_LIBRARY_PATH",)
"""What a library sets while it is imported and does not need afterwards (OpenCV)."""
_LOCK = threading.RLock()
_DONE: set[str] = set()
"""Names imported to their end: ``sys.modules`` also holds what another thread has just begun."""


def import_quietly(name: str) -> ModuleType:
    """Import module ``name`` with every telemetry switch off; a loaded module is returned as is."""
    if name in _DONE and name in sys.modules:
        return sys.modules[name]
    with _LOCK:
        before = {key: os.environ.get(key) for key in (*SWITCHES, *CHANGED_BY_IMPORTS)}
        os.environ.update(SWITCHES)
        try:
            module = importlib.import_module(name)
        finally:
            for key, value in before.items():
                if value is None:
                    os.environ.pop(key, None)
                else:
                    os.environ[key] = value
    _DONE.add(name)
    return module
