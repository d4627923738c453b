"""Where Whisper's weights lie on this disk; nothing is ever fetched.

Reads    what the user asked for, what was pulled, the local cache of the hub
Returns  ``WhisperWeights``
Raises   ``ToolUnavailable`` with the remedy, in milliseconds

Every file that faster-whisper would look for on the network is checked for first.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emer.tools.errors import ToolUnavailable
from emer.tools.models import store
from emer.tools.models.catalogue import catalogue
from emer.tools.quiet import import_quietly
from emer.tools.setup import Setup

TOOL: Final = "asr"
ENGINE: Final = "faster_whisper"
CACHED: Final = (
    "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "Systran/faster-whisper-large-v3",
    "Systran/faster-whisper-large-v2",
    "Systran/faster-whisper-medium",
    "Systran/faster-whisper-small",
    "Systran/faster-whisper-base",
    "Systran/faster-whisper-tiny",
)
"""Multilingual models that are looked for in the local Hugging Face cache, best first."""
FILES: Final = ("model.bin", "config.json", "tokenizer.json")
"""Without its tokenizer a model folder would send faster-whisper to the network."""
HEAD_BYTES: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class WhisperWeights:
    """A folder of weights, with what the evidence must say about it."""

    folder: Path
    name: str
    revision: str


def find_weights(
    model: str | Path | None, cache: Path | None, setup: Setup | None = None
) -> WhisperWeights:
    """Return the weights asked for, or the best multilingual ones on this disk.

    Args:
        model: Folder, size or repository; ``None``: whatever is best.
        cache: Folder of the hub's cache; ``None``: the usual one.
        setup: What the user settled, asked if ``model`` is ``None``: a model of the catalogue,
            or a folder, size or repository as well.

    Raises:
        ToolUnavailable: They are not on this disk, or not complete.
    """
    if model is None and setup is not None:
        model = setup.models.get(f"{TOOL}.{ENGINE}")
        if model is None or model in catalogue(setup.models_dir):
            try:
                found = store.find(TOOL, ENGINE, setup)
            except ToolUnavailable:
                if model is not None:
                    raise
            else:
                return WhisperWeights(found.folder, found.name, found.revision)
    if model is not None and Path(model).is_dir():
        folder = Path(model)
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise _unavailable(f"the folder of weights lacks {', '.join(missing)}")
        return WhisperWeights(folder, folder.resolve().name, _fingerprint(folder / "model.bin"))
    wanted = CACHED if model is None else (_repository(str(model)),)
    for repository in wanted:
        if not ((cache or store.hub_cache()) / f"models--{repository.replace('/', '--')}").is_dir():
            continue  # most have none of them: the hub's library need not be loaded to learn that
        hub = import_quietly("huggingface_hub")
        try:
            files = [hub.try_to_load_from_cache(repository, n, cache_dir=cache) for n in FILES]
        except ValueError:  # this is no name of a repository
            break
        if all(isinstance(f, str) for f in files):
            folder = Path(files[0]).parent
            return WhisperWeights(folder, repository, folder.name)
    what = "no Whisper weights are" if model is None else f"the Whisper weights {model} are not"
    raise _unavailable(f"{what} in the local cache")


def _repository(model: str) -> str:
    return model if "/" in model else f"Systran/faster-whisper-{model}"


def _fingerprint(path: Path) -> str:
    """Hash size and head: whole weights of gigabytes would take longer than the speech."""
    digest = hashlib.sha256(str(path.stat().st_size).encode())
    with path.open("rb") as file:
        digest.update(file.read(HEAD_BYTES))
    return f"head-{digest.hexdigest()[:12]}"


def _unavailable(reason: str) -> ToolUnavailable:
    return ToolUnavailable(
        "asr",
        reason,
        remedy=(
            "Put a .srt or .vtt file of the same name beside the media, or embed subtitles in it,"
            " or run: emer models pull whisper-small. Weights of faster-whisper in the local Hugging"
            " Face cache are found too."
        ),
    )
