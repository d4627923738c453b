"""Which model thinks: the built-in analyst, or any LangChain chat model by name."""

from typing import Any

from langchain_core.language_models import BaseChatModel

from emer.graphs.rule.model import RuleChatModel
from emer.tools.errors import ToolUnavailable

RULE = "rule"


def chat_model(llm: str | BaseChatModel, base_url: str | None = None) -> tuple[BaseChatModel, str]:
    """Return the model and the name that reports give it.

    Args:
        llm: ``"rule"``, ``"provider:model"``, or a model.
        base_url: Of an OpenAI-compatible server, with ``openai:NAME``.

    Raises:
        ToolUnavailable: Its package is missing, or it cannot be set up (e.g. no key).
    """
    if isinstance(llm, BaseChatModel):
        return llm, f"{type(llm).__module__.partition('.')[0]}:{type(llm).__name__}"
    if llm == RULE:
        return RuleChatModel(), RULE
    provider, colon, name = llm.partition(":")
    if not (colon and provider and name):
        raise ToolUnavailable(
            "llm", f"{llm!r} names no model", remedy="Write provider:model, e.g. ollama:qwen3."
        )
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0}
    if base_url:
        options["base_url"] = base_url
    try:
        model = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        raise ToolUnavailable(
            "llm", f"the package for {provider!r} is not installed",
            remedy="Run: pip install 'emer[llm]'",
        ) from error  # fmt: skip
    except Exception as error:
        told = " ".join(str(error).split())[:200]
        raise ToolUnavailable(
            "llm", f"{llm!r} cannot be set up ({type(error).__name__}: {told})",
            remedy="Check the name and set the provider's key in the environment.",
        ) from error  # fmt: skip
    return model, llm
