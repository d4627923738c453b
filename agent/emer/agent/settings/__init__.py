"""What can be set, where it was set, and the file to set it in: ``emer config``.

from emer.agent.settings import Settings
settings = Settings(fps=10)

``fields`` holds the settings, ``sources`` says where each comes from, ``wrong`` what it may be;
``config_file`` reads the file, ``table`` lays them out, ``command`` shows them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emer.agent.settings.budget import limits, prices
    from emer.agent.settings.config_file import SettingsError
    from emer.agent.settings.fields import Settings, allowed, origin
    from emer.agent.settings.sources import Origin
    from emer.agent.settings.speakers import bounds

__all__ = ["Origin", "Settings", "SettingsError", "allowed", "bounds", "limits", "origin", "prices"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are what they are
    """Import what is asked for when it is asked for: `emer --help` needs none of it."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    places = {
        "Origin": "sources",
        "SettingsError": "config_file",
        "bounds": "speakers",
        "limits": "budget",
        "prices": "budget",
    }
    module = places.get(name, "fields")
    return getattr(import_module(f"emer.agent.settings.{module}"), name)
