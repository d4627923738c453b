"""Everything around the specialists: machine, settings, language model, packages, codecs.

A GPU is looked for through its driver's own files and tools; nothing that could initialise one,
and hang, is imported.
"""

import os
import platform
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Final

from emer.agent.doctor.checkup import (
    Codec,
    Extra,
    LanguageModel,
    Machine,
    Problem,
    Switch,
)
from emer.agent.doors import OFFLINE
from emer.agent.providers import needs_key, provider_of
from emer.agent.settings import Settings, origin
from emer.agent.settings.config_file import config_path, masked, one_line
from emer.tools.errors import EmerError
from emer.tools.quiet import SWITCHES

READ: Final = ("h264", "hevc", "av1", "vp9", "aac", "mp3", "opus", "flac")
WRITE: Final = ("libx264",)
DRIVER_S: Final = 3.0
"""How long the driver may take to name its GPUs; a hanging one is told of as such."""
_NVIDIA: Final = Path("/proc/driver/nvidia/gpus")
_REQUIREMENT: Final = re.compile(r"([A-Za-z0-9._-]+).*;.*extra\s*==\s*['\"]([\w-]+)['\"]")


def readable_settings(problems: list[Problem]) -> tuple[Settings, Path | None]:
    """Return the settings, or the defaults if they are wrong, and where their file is."""
    try:
        return Settings(), config_path()
    except EmerError as error:
        problems.append(Problem(about="settings", problem=error.message, remedy=error.remedy))
        return Settings.model_construct(), config_path()


def unknown_settings() -> list[Problem]:
    """Return environment variables that look like settings and are none."""
    from emer.agent.settings.table import unknown_variables

    return [
        Problem(
            about="settings",
            problem=f"{one_line(name, 60)} is no setting and changes nothing",
            remedy=f"Did you mean {meant}?" if meant else "Unset it.",
        )
        for name, meant in unknown_variables().items()
    ]


def machine() -> Machine:
    """Describe the computer."""
    total, free = _memory()
    names = gpus()
    return Machine(
        emer=_version("emer") or "unknown",
        python=f"{platform.python_version()} ({sys.executable})",
        platform=platform.platform(),
        cpus=_cpus(),
        memory_bytes=total,
        memory_free_bytes=free,
        gpus=names,
        gpu_use=_gpu_use(names),
    )


def gpus() -> tuple[str, ...]:
    """Return the GPUs that NVIDIA's driver names; empty without a driver."""
    try:
        if not any(_NVIDIA.iterdir()):
            return ()
    except OSError:
        if not Path("/dev/nvidiactl").exists():
            return ()
    try:
        told = subprocess.run(
            ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=DRIVER_S, check=True, text=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return (f"a driver is there, but nvidia-smi does not answer within {DRIVER_S:.0f} s",)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return tuple(_in_driver_files()) or ("a driver is there; nvidia-smi is not",)
    return tuple(one_line(line) for line in told.stdout.splitlines() if line.strip())


def language_model(settings: Settings, problems: list[Problem]) -> LanguageModel:
    """Say who reasons and whether that can work; a key is never shown, only whether there is one."""
    shown = masked("base_url", settings.base_url) if settings.base_url else None
    llm = one_line(settings.llm)
    try:
        where = origin("llm")[0]
    except EmerError:
        where = "default"
    if settings.llm == "rule":
        return LanguageModel(llm=llm, origin=where, base_url=shown)
    name, known = provider_of(settings.llm)
    package = known.package if known else f"langchain-{name.replace('_', '-')}"
    installed = _version(package) is not None
    keys = known.keys if known else ()
    key_set = any(os.environ.get(key) for key in keys) if keys else None
    problem, remedy = "", ""
    if ":" not in settings.llm or not name or settings.llm.endswith(":"):
        problem, remedy = f"{llm!r} names no model", "Write provider:model, e.g. ollama:qwen3."
    elif not installed:
        problem, remedy = f"{package} is not installed", "Run: pip install 'emer[llm]'"
    elif key_set is False and needs_key(settings.llm, settings.base_url):
        problem = f"{' or '.join(keys)} is not set"
        remedy = "Set the provider's key in the environment."
    if problem:
        problems.append(Problem(about="language model", problem=problem, remedy=remedy))
    return LanguageModel(
        llm=llm, origin=where, base_url=shown, package=package, installed=installed,
        key_variables=keys, key_set=key_set, problem=problem, remedy=remedy,
    )  # fmt: skip


def extras() -> tuple[Extra, ...]:
    """Return the optional groups of packages, as this distribution declares them."""
    try:
        declared = distribution("emer").requires or []
    except PackageNotFoundError:
        return ()
    groups: dict[str, list[str]] = {}
    for line in declared:
        match = _REQUIREMENT.match(line)
        if match and match[2] != "all" and match[1].lower() != "emer":
            groups.setdefault(match[2], []).append(match[1])
    told = []
    for name, packages in sorted(groups.items()):
        found = {p: v for p in packages if (v := _version(p)) is not None}
        missing = tuple(p for p in packages if p not in found)
        told.append(Extra(name=name, installed=found, missing=missing))
    return tuple(told)


def media_library(problems: list[Problem]) -> dict[str, str]:
    """Return the versions of PyAV and its libraries; empty, with a problem, if it is broken."""
    try:
        import av

        libraries = {
            name: ".".join(map(str, numbers)) for name, numbers in av.library_versions.items()
        }
        return {"pyav": av.__version__, "ffmpeg": av.ffmpeg_version_info, **libraries}
    except Exception as error:
        told = one_line(f"PyAV cannot be loaded ({type(error).__name__}: {error})", 200)
        problems.append(
            Problem(about="media", problem=told, remedy="Reinstall it: pip install --upgrade av")
        )
        return {}


def codecs() -> tuple[Codec, ...]:
    """Return which of the codecs that people meet are there."""
    return (
        *(Codec(name=name, use="read", there=_has_codec(name, "r")) for name in READ),
        *(Codec(name=name, use="write", there=_has_codec(name, "w")) for name in WRITE),
    )


def switches() -> tuple[Switch, ...]:
    """Return the switches that keep libraries from phoning home or fetching anything."""
    return tuple(
        Switch(name=name, wanted=wanted, found=os.environ.get(name))
        for name, wanted in {**SWITCHES, **OFFLINE}.items()
        if not name.startswith(("DEEPFACE_", "LANGGRAPH_"))
    )


def _has_codec(name: str, mode: str) -> bool:
    from av.codec import Codec as MediaCodec
    from av.codec.codec import UnknownCodecError

    try:
        MediaCodec(name, "r" if mode == "r" else "w")
    except UnknownCodecError:
        return False
    return True


def _in_driver_files() -> list[str]:
    names = []
    for file in sorted(_NVIDIA.glob("*/information")):
        try:
            match = re.search(r"^Model:\s*(.+)$", file.read_text(errors="replace"), re.MULTILINE)
        except OSError:
            continue
        if match:
            names.append(one_line(match[1]))
    return names


def _gpu_use(names: tuple[str, ...]) -> str:
    """Say what could use a GPU, by what is installed; importing torch to ask could hang."""
    torch = _version("torch")
    if not names:
        return "no GPU: everything runs on the CPU"
    if torch is None:
        return "torch is not installed: only speech recognition (CTranslate2) can use it"
    if "+cpu" in torch:
        return f"torch {torch} is built without GPU support"
    return f"torch {torch} can use it"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except (PackageNotFoundError, ValueError):
        return None


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> tuple[int | None, int | None]:
    """Return total and available memory in bytes; a container's limit counts as its total."""
    told = dict(re.findall(r"^(\w+):\s+(\d+) kB$", _text(Path("/proc/meminfo")), re.MULTILINE))
    total = int(told["MemTotal"]) * 1024 if "MemTotal" in told else None
    free = int(told["MemAvailable"]) * 1024 if "MemAvailable" in told else None
    limit, used = (
        _text(Path("/sys/fs/cgroup") / n).strip() for n in ("memory.max", "memory.current")
    )
    if limit.isdecimal() and (total is None or int(limit) < total):
        total = int(limit)
        left = total - int(used) if used.isdecimal() else total
        free = min(free, left) if free is not None else left
    if total is None and hasattr(os, "sysconf"):
        try:
            total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (ValueError, OSError):
            total = None
    return total, free


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
