"""Load a model of transformers from a folder, wholly or not at all.

Reads    ``config.json`` and ``model.safetensors``; never a pickle, never code of the folder's
Returns  the model on its device, and the facts that its specialist tells
Raises   ``ToolUnavailable`` where weights are missing or do not fit: transformers would fill in
         random ones and only print that it did
"""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.hosting.child import is_memory
from emer.tools.hosting.items import Message

LONGEST_LABEL: Final = 60
NEEDLESS: Final = re.compile(r"(^|\.)(masked_spec_embed|position_ids|num_batches_tracked)$")
"""Weights that only training uses, or that are no weights."""


def pretrained(
    tool: str, kind: Any, folder: str, device: str, **more: Any  # noqa: ANN401 - carries no types
) -> tuple[Any, Message]:  # fmt: skip
    """Return the model in ``folder`` and its facts.

    Args:
        tool: On whose behalf, for errors.
        kind: Class with ``from_pretrained``.
        folder: Where it lies.
        device: ``cpu`` or ``cuda:N``.
        more: For ``from_pretrained``.
    """
    import torch

    dtype = torch.float32
    if device != "cpu" and torch.cuda.is_bf16_supported():
        dtype = torch.bfloat16
    try:
        model, told = kind.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False,
            output_loading_info=True, dtype=dtype, **more,
        )  # fmt: skip
    except (OSError, ValueError, RuntimeError) as error:
        if is_memory(error):
            raise
        raise unusable(tool, folder, str(error)[:300]) from error
    refuse_gaps(tool, folder, told)
    model = model.eval().to(device)
    facts = {
        "device": device, "dtype": str(dtype).removeprefix("torch."),
        "library": f"transformers {version('transformers')}",
    }  # fmt: skip
    return model, facts


def refuse_gaps(tool: str, folder: str, told: Mapping[str, Any]) -> None:
    """Raise if the weights in ``folder`` do not fill the model; ``told`` as transformers tells it.

    Raises:
        ToolUnavailable: Some are missing, or of another shape.
    """
    missing = sorted(str(k) for k in told.get("missing_keys", ()) if not NEEDLESS.search(str(k)))
    mismatched = sorted(str(k[0] if isinstance(k, tuple) else k) for k in told["mismatched_keys"])
    if missing or mismatched:
        what = "lack" if missing else "have another shape for"
        first = ", ".join((missing or mismatched)[:3])
        raise unusable(tool, folder, f"its weights {what} {first}")


def unusable(tool: str, folder: str, why: str) -> ToolUnavailable:
    """Return the error for weights that cannot be used."""
    return ToolUnavailable(
        tool, f"the model {Path(folder).name} cannot be used: {why}",
        remedy="Check it with emer models verify, or name a model that this engine knows.",
    )  # fmt: skip


def beside(kind: Any, folder: str) -> Any:  # noqa: ANN401
    """Return what prepares input for the model in ``folder``: its tokenizer or extractor."""
    return kind.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def labels_of(model: Any) -> list[str]:  # noqa: ANN401
    """Return the model's labels in the order of its outputs."""
    names = model.config.id2label
    return [str(names[i])[:LONGEST_LABEL] for i in range(len(names))]


def scored(labels: Sequence[str], rows: Sequence[Sequence[float]]) -> list[Message]:
    """Return an answer per row: its numbers by label."""
    return [{"scores": dict(zip(labels, row, strict=True))} for row in rows]


def finite(tool: str, numbers: Any) -> Any:  # noqa: ANN401
    """Return a tensor's numbers as nested lists of floats.

    Raises:
        ModelOutputError: One of them is not finite.
    """
    import torch

    plain = numbers.detach().float().cpu()
    if not bool(torch.isfinite(plain).all()):
        raise ModelOutputError(f"{tool}: the model's numbers were not finite")
    return plain.tolist()
