"""What engines share that run a model of others: which one, whether it can run here, its card."""

import importlib.util
from contextlib import suppress
from typing import ClassVar, Final

from emer.tools.errors import EmerError, ToolUnavailable
from emer.tools.findings import ModelCard
from emer.tools.models.catalogue import serving
from emer.tools.models.store import Installed, find
from emer.tools.setup import Setup

NOT_HERE: Final = "not on this disk"
"""Revision on the card of a model that was not pulled."""


class Served:
    """An engine whose model is found by ``emer.tools.models.store``; nothing is loaded here."""

    tool: ClassVar[str]
    engine: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]
    """Top-level modules without which it cannot run."""
    extra: ClassVar[str]
    """Extra of the package emer that brings them."""
    purpose: ClassVar[str]
    inputs: ClassVar[str]
    outputs: ClassVar[str]
    """Of the engine, for its card: shapes, units and ranges."""

    def __init__(self) -> None:
        self.setup = Setup()
        self.device = "cpu"
        """Where its model ran last."""
        self.card: ModelCard = self._card_of(None)

    def set_up(self, setup: Setup) -> None:
        """Take the setup in, and the card of the model that it names or that is here."""
        self.setup = setup
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

    def ready(self) -> None:
        """Check that its packages and its model are here; nothing is imported or loaded.

        Raises:
            ToolUnavailable: Something is missing.
        """
        missing = [name for name in self.packages if importlib.util.find_spec(name) is None]
        if missing:
            raise ToolUnavailable(
                self.tool, f"the engine {self.engine} needs {', '.join(missing)}",
                remedy=f"Run: pip install 'emer[{self.extra}]'.",
            )  # fmt: skip
        self.found()

    def _card_of(self, found: Installed | None) -> ModelCard:
        with suppress(EmerError):
            known = serving(f"{self.tool}.{self.engine}", self.setup.models_dir)
            entry = found.entry if found else (known[0] if known else None)
            if entry is not None:
                card = entry.card(found.revision if found else NOT_HERE)
                return card.model_copy(
                    update={"purpose": self.purpose, "inputs": self.inputs, "outputs": self.outputs}
                )
        return ModelCard(
            name=found.name if found else f"any model for {self.tool}.{self.engine}",
            calibration="none here: the model's own scores",
            training="by its authors; see the model's page",
            revision=found.revision if found else NOT_HERE,
            purpose=self.purpose, inputs=self.inputs, outputs=self.outputs,
            licence="not known: the user's own weights", commercial_use=False,
            source="named by the user", trained_on="not known", metrics="not measured",
            limits=("nothing is known of these weights",),
        )  # fmt: skip
