"""Many files: one report each, an index of all, and nothing lost when it is killed.

from emer.agent.batch import BatchRequest, run_batch
result = run_batch(BatchRequest(paths=["clips"], out=Path("results")))
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emer.agent.batch.running import run_batch
    from emer.agent.batch.types import BatchEvent, BatchRequest, BatchResult, Options, Record

__all__ = ["BatchEvent", "BatchRequest", "BatchResult", "Options", "Record", "run_batch"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are what they are
    """Import what is asked for when it is asked for."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "running" if name == "run_batch" else "types"
    return getattr(import_module(f"emer.agent.batch.{module}"), name)
