"""Who speaks when, by a pipeline of pyannote.audio; see ``emer.tools.diarization_pyannote``.

Reads    one item: ``sound`` (16 kHz mono float32, -1..1), ``min_speakers``, ``max_speakers``
Returns  ``{"turns": [[start_s, end_s, label]...], "exclusive": [...], "voices": {label: [...]}}``:
         all turns, which may overlap, those of whoever holds the floor, which do not, and the
         centroid of each label's voice, where the pipeline has one
Raises   ``ToolUnavailable``: the folder is not what was pulled, asks for more than a pipeline for
         speakers, or cannot be loaded

Its files are pickles: they can run code. Files of a model that was pulled are compared with what
the lock file says before anything is read from them. Its config.yaml could name any function to
be called; only ``PIPELINES`` are let through. Nothing is reported to anybody: see
``quiet.SWITCHES``, which every worker starts with.
"""

import hashlib
import os
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.hosting.child import is_memory
from emer.tools.hosting.items import Item, Message
from emer.tools.worker_child import beat

TOOL: Final = "diarization"
RATE_HZ: Final = 16_000
PIPELINES: Final = (
    "pyannote.audio.pipelines.SpeakerDiarization",
    "pyannote.audio.pipelines.speaker_diarization.SpeakerDiarization",
)
_PARTS: Final = {"dependencies", "version", "pipeline", "params", "freeze", "device"}
ODD: Final = "the numbers of pyannote's networks were not finite"


class Turns:
    """A loaded pipeline."""

    def __init__(self, pipeline: Any, facts: Message) -> None:  # noqa: ANN401 - carries no types
        self._pipeline = pipeline
        self.facts = facts

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Tell the speakers of every item apart."""
        return [self._told(item) for item in batch]

    def _told(self, item: Item) -> Message:
        import torch

        sound = np.ascontiguousarray(item.arrays["sound"], np.float32)
        wanted = {
            name: int(item.facts[name])
            for name in ("min_speakers", "max_speakers")
            if item.facts.get(name)
        }
        with warnings.catch_warnings():
            # means over speakers that are silent, and advice to programmers
            warnings.simplefilter("ignore")
            found = self._pipeline(
                {"waveform": torch.from_numpy(sound)[None], "sample_rate": RATE_HZ, "uri": "clip"},
                hook=_alive, **wanted,
            )  # fmt: skip
        exclusive = getattr(found, "exclusive_speaker_diarization", None)
        every = getattr(found, "speaker_diarization", found)
        return {
            "turns": _rows(every), "exclusive": _rows(every if exclusive is None else exclusive),
            "voices": _voices(every, getattr(found, "speaker_embeddings", None)),
        }  # fmt: skip


def load(options: Message) -> Turns:
    """Load the pipeline in ``folder``; ``sha256`` holds digests by file, where they are known."""
    folder = Path(options["folder"])
    refuse_changed(folder, dict(options.get("sha256") or {}))
    refuse_surprising(folder)
    if os.environ.get("PYANNOTE_METRICS_ENABLED") != "0":
        raise RuntimeError("pyannote.audio would report to its makers")
    import torch

    with warnings.catch_warnings():
        # sound is handed over in memory: that torchcodec finds no ffmpeg does not matter
        warnings.simplefilter("ignore")
        from pyannote.audio import Pipeline

        try:
            pipeline = Pipeline.from_pretrained(folder)
        except Exception as error:
            if is_memory(error):
                raise
            raise _unusable(folder, f"{type(error).__name__}: {str(error)[:300]}") from error
    if pipeline is None:
        raise _unusable(folder, "pyannote.audio found no pipeline in it")
    _watch(pipeline)
    pipeline.to(torch.device(options["device"]))
    return Turns(
        pipeline,
        {
            "device": options["device"], "dtype": "float32",
            "library": f"pyannote.audio {version('pyannote.audio')}",
        },
    )  # fmt: skip


def _watch(pipeline: Any) -> None:  # noqa: ANN401
    """Make its networks refuse numbers that are none: it would take them for silence, or one voice."""
    import torch

    for name, step in vars(pipeline).get("_inferences", {}).items():
        network = getattr(step, "model", None) or getattr(step, "model_", None)
        if isinstance(network, torch.nn.Module):
            network.register_forward_hook(_all_odd if name == "_embedding" else _any_odd)


def _any_odd(_network: object, _given: object, numbers: Any) -> None:  # noqa: ANN401
    if bool(numbers.isnan().any()):
        raise ModelOutputError(ODD)


def _all_odd(_network: object, _given: object, numbers: Any) -> None:  # noqa: ANN401
    """A voice that is nowhere alone may have no embedding; all of them have no such excuse."""
    if len(numbers) and bool(numbers.isnan().flatten(1).any(dim=1).all()):
        raise ModelOutputError(ODD)


def refuse_changed(folder: Path, digests: Mapping[str, str]) -> None:
    """Raise if a file is not what was pulled; nothing of it has been run then.

    Raises:
        ToolUnavailable: One differs, or is missing.
    """
    for name, digest in digests.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _unusable(folder, f"{name} cannot be read ({error.strerror})") from error
        if found != digest:
            raise _unusable(folder, f"{name} is not what was pulled")


def refuse_surprising(folder: Path) -> None:
    """Raise if its configuration names anything to be run but a pipeline for speakers.

    Raises:
        ToolUnavailable: It does, or is no configuration.
    """
    import yaml  # type: ignore[import-untyped,unused-ignore]

    try:
        told = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
        name = told["pipeline"]["name"]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise _unusable(folder, "config.yaml is missing or is none of a pipeline") from error
    others = sorted(str(part)[:40] for part in set(told) - _PARTS)
    if others or name not in PIPELINES:
        what = f"config.yaml asks for {', '.join(map(ascii, others)) or ascii(name)[:80]}"
        raise _unusable(folder, f"{what}, which is more than telling speakers apart")


def _unusable(folder: Path, why: str) -> ToolUnavailable:
    return ToolUnavailable(
        TOOL, f"the pipeline {folder.name} cannot be used: {why}",
        remedy="Run: emer models verify. A folder needs config.yaml, segmentation, embedding, plda.",
    )  # fmt: skip


def _alive(*_: object, **__: object) -> None:
    """Say that work goes on, and end it if nobody waits for it any more."""
    beat()


def _voices(annotation: Any, centroids: Any) -> Message:  # noqa: ANN401
    """Return the centroid of each label; labels without one are left out."""
    if centroids is None:
        return {}
    labels = [str(label) for label in annotation.labels()]
    rows = np.asarray(centroids, np.float64)
    kept = zip(labels, rows, strict=False)
    return {k: [round(float(x), 5) for x in row] for k, row in kept if np.isfinite(row).all()}


def _rows(annotation: Any) -> list[list[Any]]:  # noqa: ANN401
    rows: list[list[Any]] = []
    for segment, _, label in annotation.itertracks(yield_label=True):
        start_s, end_s = float(segment.start), float(segment.end)
        if not (np.isfinite(start_s) and np.isfinite(end_s)):
            raise ModelOutputError("pyannote.audio returned a time that is not finite")
        rows.append([start_s, end_s, str(label)])
    return sorted(rows)
