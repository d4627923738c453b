"""A language model as the one who answers: it asks the same read-only queries, and is held to them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emer.agent.chat.talking.talker import Talker
    from emer.agent.settings import Settings


def talker_of(llm: str | Any, settings: "Settings") -> "Talker | None":  # noqa: ANN401 - a name or a chat model
    """Return who answers; ``None``: the built-in analyst.

    Raises:
        ToolUnavailable: The model cannot be set up here.
    """
    from emer.agent.chat_models import chat_model
    from emer.agent.model_identity import RULE

    if llm == RULE:
        return None
    from emer.agent.chat.talking.talker import Talker

    model, name = chat_model(llm, settings.base_url, settings.llm_timeout_s)
    return Talker(model, name, settings)
