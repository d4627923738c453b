"""What engines share that run a model of others: which one, whether it can, its card, its process.

An engine names its loader, its packages and what it answers; where its model lies is found by
``emer.tools.models.store``, and the model lives in a process of ``emer.tools.hosting``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, ClassVar, Final

from emer.tools.errors import EmerError, ToolUnavailable
from emer.tools.findings import ModelCard
from emer.tools.hosting.builds import misfit
from emer.tools.hosting.gpus import settled
from emer.tools.hosting.host import Host, Limits, hosted
from emer.tools.models.catalogue import serving
from emer.tools.models.entries import ModelEntry
from emer.tools.models.store import Installed, find
from emer.tools.setup import Setup

NOT_HERE: Final = "not on this disk"
"""Revision on the card of a model that was not pulled."""


class ModelEngine:
    """An engine that runs a model of others. Cheap to build; loads nothing by itself."""

    tool: ClassVar[str]
    engine: ClassVar[str]
    loader: ClassVar[str] = ""
    """``module:function``, see ``emer.tools.hosting.child``; empty: it needs no process."""
    packages: ClassVar[tuple[str, ...]] = ("torch", "transformers")
    """Importable names without which it cannot run."""
    extra: ClassVar[str] = "full"
    """Extra of the package emer that brings them."""
    environment: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Of its process."""
    limits: ClassVar[Limits] = Limits(needs_mb=2000)
    """Of its process; what a model of the catalogue needs is said there."""
    on_cpu: ClassVar[bool] = False
    """Whether it runs there whatever the setup says."""
    purpose: ClassVar[str]
    inputs: ClassVar[str]
    outputs: ClassVar[str]
    """Of the engine, for its card: shapes, units and ranges."""
    unknown: ClassVar[tuple[str, ...]] = ("nothing is known of these weights",)
    """Limits on the card of a model that the catalogue does not know."""

    def __init__(self) -> None:
        self.setup = Setup()
        self.card: ModelCard = self._card_of(None)
        self._host: Host | None = None

    def set_up(self, setup: Setup) -> None:
        """Take the setup in, and the card of the model that it names or that is here."""
        self.setup, self._host = setup, None
        found = None
        with suppress(EmerError):  # ``ready`` says it
            found = self.found()
        self.card = self._card_of(found)

    def found(self) -> Installed:
        """Return the model that it runs.

        Raises:
            ToolUnavailable: It is not on this disk.
        """
        return find(self.tool, self.engine, self.setup)

    def entry(self) -> ModelEntry | None:
        """Return what the catalogue knows of the model; ``None`` for one of the user's own.

        Raises:
            ToolUnavailable: It is not on this disk.
        """
        return self.found().entry

    def ready(self) -> None:
        """Check packages and model, in milliseconds; nothing is imported or loaded.

        Raises:
            ToolUnavailable: Something is missing.
        """
        missing = [name for name in self.packages if find_spec(name) is None]
        if missing:
            raise ToolUnavailable(
                self.tool, f"the engine {self.engine} needs {', '.join(missing)}",
                remedy=f"Run: pip install 'emer[{self.extra}]'.",
            )  # fmt: skip
        odd = misfit() if "torch" in self.packages else None
        if odd is not None:
            raise ToolUnavailable(self.tool, odd.reason, remedy=odd.remedy)
        self.found()

    def options(self, found: Installed) -> dict[str, Any]:
        """Return what its loader is told beside the usual: JSON values.

        Raises:
            ToolUnavailable: The model may not be run.
        """
        return {}

    def host(self) -> Host:
        """Return the process of the model; it starts when it is first asked.

        Raises:
            ToolUnavailable: The model is not on this disk, or may not be run.
        """
        found = self.found()
        limits = self.limits
        if found.entry is not None:
            limits = replace(limits, needs_mb=found.entry.needs_mb)
        every = {
            "tool": self.tool, "folder": str(found.folder), "revision": found.revision,
            "device": self._settled(), **self.options(found),
        }  # fmt: skip
        self._host = hosted(self.tool, self.loader, every, limits, environment=self.environment)
        return self._host

    @property
    def device(self) -> str:
        """Where its model runs as its process says, or where it would run."""
        if self._host is not None and self._host.pid is not None:
            return str(self._host.facts()["device"])
        return self._settled()

    def _settled(self) -> str:
        return "cpu" if self.on_cpu else settled(self.setup.device)

    def _card_of(self, found: Installed | None) -> ModelCard:
        said = {"purpose": self.purpose, "inputs": self.inputs, "outputs": self.outputs}
        with suppress(EmerError):
            known = serving(f"{self.tool}.{self.engine}", self.setup.models_dir)
            entry = found.entry if found else (known[0] if known else None)
            if entry is not None:
                return entry.card(found.revision if found else NOT_HERE).model_copy(update=said)
        return ModelCard(
            **said,
            name=found.name if found else f"any model for {self.tool}.{self.engine}",
            revision=found.revision if found else NOT_HERE,
            calibration="none here: the model's own scores",
            training="by its authors; see the model's page",
            licence="not known: the user's own weights", commercial_use=False,
            source="named by the user", trained_on="not known", metrics="not measured",
            limits=self.unknown,
        )  # fmt: skip
