"""A model of others that an engine runs: whether it can, what it is, the process it lives in."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import ModelCard
from emer.tools.hosting.gpus import settled
from emer.tools.hosting.host import Host, Limits, hosted
from emer.tools.models import store
from emer.tools.models.catalogue import serving
from emer.tools.models.entries import ModelEntry
from emer.tools.models.served import NOT_HERE
from emer.tools.setup import Setup

FULL: Final = "Run: pip install 'emer[full]'."
OWN_NEEDS_MB: Final = 2000
"""Supposed of a checkpoint of the user's own."""


class Borrowed:
    """What engines that run such models have in common. Cheap to build; loads nothing by itself."""

    def __init__(
        self,
        tool: str,
        engine: str,
        loader: str,
        card: ModelCard,
        *,
        packages: tuple[str, ...] = ("torch", "transformers"),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Keep the settings.

        Args:
            tool: Name of the tool.
            engine: Name of the engine.
            loader: ``module:function``, see ``emer.tools.hosting.child``.
            card: Of the engine, for a checkpoint that the catalogue does not know.
            packages: Importable names that it needs, all of the extra ``full``.
            environment: Of its process.
        """
        self.tool, self.engine = tool, engine
        self.setup = Setup()
        self._loader, self._card, self._packages = loader, card, packages
        self._environment = dict(environment or {})
        self._host: Host | None = None

    def ready(self) -> None:
        """Check packages and weights, in milliseconds.

        Raises:
            ToolUnavailable: One is missing.
        """
        missing = [name for name in self._packages if find_spec(name) is None]
        if missing:
            reason = f"the engine {self.engine} needs {', '.join(missing)}"
            raise ToolUnavailable(self.tool, reason, remedy=FULL)
        self.installed()

    def installed(self) -> store.Installed:
        """Return the model that is run.

        Raises:
            ToolUnavailable: It is not on this disk.
        """
        return store.find(self.tool, self.engine, self.setup)

    def entry(self) -> ModelEntry | None:
        """Return what the catalogue knows of the model; ``None`` for one of the user's own."""
        return self.installed().entry

    def card(self) -> ModelCard:
        """Return the card of the model that is run, of the engine where there is none."""
        try:
            found = self.installed()
        except ToolUnavailable:
            known = serving(f"{self.tool}.{self.engine}", self.setup.models_dir)
            return known[0].card(NOT_HERE) if known else self._card
        if found.entry is not None:
            return found.entry.card(found.revision)
        return self._card.model_copy(update={"name": found.name, "revision": found.revision})

    def host(self, *, batch_s: float = 300.0, **options: Any) -> Host:  # noqa: ANN401 - JSON values
        """Return the process of the model; it starts when it is first asked.

        Raises:
            ToolUnavailable: It is not on this disk.
        """
        found = self.installed()
        needs = found.entry.needs_mb if found.entry else OWN_NEEDS_MB
        every = {
            "tool": self.tool, "folder": str(found.folder), "revision": found.revision,
            "device": settled(self.setup.device), **options,
        }  # fmt: skip
        limits = Limits(needs_mb=needs, batch_s=batch_s)
        self._host = hosted(self.tool, self._loader, every, limits, environment=self._environment)
        return self._host

    @property
    def device(self) -> str:
        """Where it runs as its process says, or where it would run."""
        if self._host is not None and self._host.pid is not None:
            return str(self._host.facts()["device"])
        return settled(self.setup.device)
