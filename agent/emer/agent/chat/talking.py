"""Who answers instead of the built-in analyst: a language model with read-only queries."""

from typing import Any

from emer.agent.settings import Settings


def talker_of(llm: str | Any, settings: Settings) -> Any:  # noqa: ANN401 - a name or a chat model
    """Return who answers; ``None``: the built-in analyst."""
    return None
