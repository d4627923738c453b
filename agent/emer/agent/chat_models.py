"""Which model thinks: the built-in analyst, or any LangChain chat model by name."""

import os
from typing import Any, Final

from langchain_core.language_models import BaseChatModel

from emer.agent.providers import provider_of
from emer.graphs.rule.model import RuleChatModel
from emer.tools.errors import ToolUnavailable

RULE = "rule"
NO_KEY: Final = "not-needed"
"""What a server of the user's own is sent where no key is set; the client insists on one."""


def chat_model(
    llm: str | BaseChatModel, base_url: str | None = None, timeout_s: float = 180.0
) -> tuple[BaseChatModel, str]:
    """Return the model and the name that reports give it.

    Args:
        llm: ``"rule"``, ``"provider:model"``, or a model.
        base_url: Of an OpenAI-compatible server, with ``openai:NAME``.
        timeout_s: After which its client gives a call up.

    Raises:
        ToolUnavailable: Its package is missing, or it cannot be set up (e.g. no key).
    """
    if isinstance(llm, BaseChatModel):
        return llm, name_of(llm)
    if llm == RULE:
        return RuleChatModel(), RULE
    provider, colon, name = llm.partition(":")
    if not (colon and provider and name):
        raise ToolUnavailable(
            "llm", f"{llm!r} names no model", remedy="Write provider:model, e.g. ollama:qwen3."
        )
    from langchain.chat_models import init_chat_model

    try:
        model = init_chat_model(name, model_provider=provider, **_options(llm, base_url, timeout_s))
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


def name_of(llm: str | BaseChatModel) -> str:
    """Return the name that reports give a model."""
    if isinstance(llm, str):
        return llm
    return f"{type(llm).__module__.partition('.')[0]}:{type(llm).__name__}"


def _options(llm: str, base_url: str | None, timeout_s: float) -> dict[str, Any]:
    provider, known = provider_of(llm)
    options: dict[str, Any] = {"temperature": 0, **dict(known.options if known else ())}
    if known and known.timeout:
        options[known.timeout] = timeout_s
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": timeout_s}
    if base_url:
        options["base_url"] = base_url
    if base_url and provider == "openai":
        # others than OpenAI speak its chat protocol, not its newer one
        options["use_responses_api"] = False
        if not any(os.environ.get(k) for k in (known.keys if known else ())):
            options["api_key"] = NO_KEY
    return options
