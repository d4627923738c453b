"""Whether the torch and the torchaudio that are installed were made for each other.

A torchaudio made for CUDA asks for libraries that a torch for the CPU lacks. Then neither loads,
and with them no model of transformers or pyannote.audio, with errors that name neither.

Reads    what is installed: versions, and names of libraries in files; nothing is imported
Returns  what is wrong and what to run
Cost     a millisecond; 10 ms where torch is for the CPU
"""

import mmap
import re
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

GPU_LIBRARY: Final = re.compile(rb"\0(lib(?:c10|torch)_(?:cuda|hip)\.so)(?=\0)")
"""As a library names another that it cannot do without."""
UNLOADABLE: Final = re.compile(
    r"(?i)could not load this library|cannot open shared object file|undefined symbol|DLL load failed"
)


class Misfit(NamedTuple):
    """Two packages that do not go together."""

    reason: str
    remedy: str


def misfit() -> Misfit | None:
    """Return what is wrong with the torch and the torchaudio that are installed, if anything."""
    try:
        torch, audio = distribution("torch"), distribution("torchaudio")
    except PackageNotFoundError:
        return None
    lacking = _lacking(_folder(torch, "torch/lib"), _folder(audio, "torchaudio"))
    if lacking is None:
        return None
    return Misfit(
        f"torchaudio {audio.version} was made for a torch with a GPU and cannot be loaded with torch"
        f" {torch.version}, which lacks {lacking}",
        _remedy(torch.version, audio.version),
    )


def told(error: BaseException) -> Misfit | None:
    """Return what is wrong where a library of torch's could not be loaded, else ``None``."""
    seen: BaseException | None = error
    while seen is not None:
        text = str(seen)
        if isinstance(seen, OSError | ImportError) and "torch" in text and UNLOADABLE.search(text):
            return misfit() or Misfit(
                f"torch and what builds on it cannot be loaded together ({_first(text)})",
                "Run: pip install --force-reinstall 'emer[full]'.",
            )
        seen = seen.__cause__ or seen.__context__
    return None


def _first(text: str) -> str:
    return text.strip().partition("\n")[0][:200]


def _remedy(torch: str, audio: str) -> str:
    plain_torch, plain_audio = torch.partition("+")[0], audio.partition("+")[0]
    return (
        f"Run: pip install 'torch==={plain_torch}' (the build that this torchaudio was made for), or,"
        f" for the CPU alone: install torchaudio {plain_audio} from where this torch came from, in"
        " its build for the CPU."
    )


def _folder(package: Distribution, inside: str) -> Path:
    return Path(str(package.locate_file(inside)))


@cache
def _lacking(torch_libraries: Path, torchaudio: Path) -> str | None:
    """Return the library of torch that torchaudio asks for and that is not there."""
    here = {path.name for path in torch_libraries.glob("lib*.so*")}
    if not here or any("_cuda" in name or "_hip" in name for name in here):
        return None  # this torch knows GPUs, or keeps its libraries where we do not know
    for path in sorted(torchaudio.rglob("*.so")):
        for name in _asked_for(path):
            if name not in here:
                return name
    return None


def _asked_for(path: Path) -> list[str]:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return [name.decode() for name in GPU_LIBRARY.findall(data)]
    except (OSError, ValueError):  # an empty file cannot be mapped
        return []
