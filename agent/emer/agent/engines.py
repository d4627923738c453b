"""The engines that run here, as the settings want them: the one way from settings to specialists."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from emer.agent.settings import Settings, SettingsError
from emer.agent.settings.pairs import engines as engines_of
from emer.agent.settings.pairs import models as models_of
from emer.tools.setup import Setup

if TYPE_CHECKING:
    from emer.tools.errors import ToolUnavailable
    from emer.tools.registry import Engine
    from emer.tools.specialist import Specialist


def setup_of(settings: Settings) -> Setup:
    """Return what the settings say about engines."""
    return Setup(
        device=settings.device, engines=engines_of(settings.engines),
        models=models_of(settings.models), models_dir=settings.models_dir,
        gpu_memory_mb=settings.gpu_memory_mb, peer_url=settings.peer_url,
        peer_model=settings.peer_model,
        peer_key=os.environ.get(settings.peer_key_variable or "") or None,
    )  # fmt: skip


def chosen_engines(
    settings: Settings,
) -> "tuple[dict[str, Specialist], dict[str, ToolUnavailable]]":
    """Return the specialist of every tool, and why others have none.

    Raises:
        SettingsError: An engine or a model is wanted for something that does not exist.
        CatalogueError: The user's own table of models is wrong.
    """
    # what only wants to know the setup needs none of their imports
    from emer.tools.hosting.residents import RESIDENTS
    from emer.tools.registry import choose, installed

    setup = setup_of(settings)
    RESIDENTS.budget_mb = setup.gpu_memory_mb
    found = installed(setup)
    check_names(found, setup)
    return choose(found, setup.engines)


def check_names(found: "list[Engine]", setup: Setup) -> None:
    """See that what is wanted exists.

    Raises:
        SettingsError: It does not; the remedy lists what does.
        CatalogueError: The user's own table of models is wrong.
    """
    from emer.tools.models.catalogue import catalogue

    tools = {e.tool for e in found}
    _known("engines", "specialist", setup.engines, tools)
    for tool, engine in setup.engines.items():
        names = {e.name for e in found if e.tool == tool}
        _known("engines", f"engine of {tool}", {engine: ""}, names)
    served = {e for m in catalogue(setup.models_dir).values() for e in m.serves}
    _known("models", "engine", setup.models, served | {f"{e.tool}.{e.name}" for e in found})


def _known(setting: str, kind: str, wanted: Mapping[str, str], names: set[str]) -> None:
    for name in wanted:
        if name not in names:
            raise SettingsError(
                f"the setting {setting} names {name!r}, and there is no such {kind}",
                remedy=f"There are: {', '.join(sorted(names))}.",
            )
