"""Models of others in the check-up: which lie here for an engine, and where they would run."""

from emer.agent.doctor.checkup import Problem, Weights
from emer.tools.errors import EmerError, ToolUnavailable
from emer.tools.hosting.gpus import gpus_mb, memory_mb, settled
from emer.tools.models.catalogue import catalogue, serving
from emer.tools.models.store import find
from emer.tools.setup import Setup


def is_served(tool: str, engine: str, setup: Setup) -> bool:
    """Whether the engine runs a model of others."""
    key = f"{tool}.{engine}"
    return key in setup.models or bool(serving(key, setup.models_dir))


def weights_of(tool: str, engine: str, setup: Setup) -> Weights:
    """Return the model that the engine would run; hashing it takes too long here."""
    try:
        found = find(tool, engine, setup)
    except ToolUnavailable as problem:
        return Weights(path=None, sha256="not_checked", note=problem.reason)
    folder = found.folder
    files = [folder] if folder.is_file() else [p for p in folder.rglob("*") if p.is_file()]
    whose = "pulled by emer" if found.locked else "not pulled by emer"
    if found.entry is None:
        whose = "your own"
    name = found.entry.name if found.entry else found.name
    return Weights(
        path=str(folder), n_bytes=sum(p.stat().st_size for p in files), sha256="not_checked",
        note=f"{name}, revision {found.revision[:12]}, {whose}",
    )  # fmt: skip


def device_told(setup: Setup, problems: list[Problem]) -> str:
    """Say where models of others run, and why; a GPU that is not there is a problem."""
    device = settled(setup.device)
    if setup.device == "auto":
        why = "the first GPU" if device != "cpu" else "there is no GPU"
        return f"{device}, as auto chooses: {why}"
    if device != "cpu" and memory_mb(device) is None:
        have = f"there are {len(gpus_mb())} GPU(s)" if gpus_mb() else "there is no GPU"
        problems.append(
            Problem(
                about="device", problem=f"{setup.device} is set, and {have}",
                remedy="Set device to auto or cpu (EMER_DEVICE, --device).",
            )
        )  # fmt: skip
        return f"{device}, as set; {have}"
    return f"{device}, as set"


def usable(setup: Setup, problems: list[Problem]) -> Setup:
    """Return the setup, without the user's own table of models if that is wrong."""
    try:
        catalogue(setup.models_dir)
    except EmerError as error:
        problems.append(Problem(about="models", problem=error.message, remedy=error.remedy))
        return Setup(setup.device, setup.engines, {}, None, setup.gpu_memory_mb)
    return setup
