"""Which model thinks: the built-in analyst, or any LangChain chat model by name."""

import os
from typing import Any, Final

from langchain_core.language_models import BaseChatModel

from emer.agent.model_identity import RULE
from emer.agent.providers import check_key, has_own_temperature, key_of, provider_of
from emer.agent.settings.config_file import MASK, masked
from emer.graphs.rule.model import RuleChatModel
from emer.tools.errors import ToolUnavailable

NO_KEY: Final = "not-needed"
"""What a server of the user's own is sent where no key is set; the clients insist on one."""
OLLAMA_TOKENS: Final = 16_384
"""Of question and answer together. Ollama's own default may be 4096, and it cuts off in silence."""


def chat_model(
    llm: str | BaseChatModel, base_url: str | None = None, timeout_s: float = 180.0
) -> tuple[BaseChatModel, str]:
    """Return the model and the name that reports give it.

    Args:
        llm: ``"rule"``, ``"provider:model"``, or a model.
        base_url: Of the server, e.g. an OpenAI-compatible one with ``openai:NAME``.
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
    check_key(llm, base_url)
    from langchain.chat_models import init_chat_model

    try:
        model = init_chat_model(name, model_provider=provider, **_options(llm, base_url, timeout_s))
    except ImportError as error:
        raise ToolUnavailable(
            "llm", f"the package for {provider!r} is not installed",
            remedy="Run: pip install 'emer[llm]'",
        ) from error  # fmt: skip
    except Exception as error:
        told = _without_key(" ".join(str(error).split()), llm)[:200]
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


def _without_key(told: str, llm: str) -> str:
    """Return what a client told, without the key and without a password in an address."""
    key = key_of(llm)
    return masked("", told.replace(key, MASK) if key else told)


def _options(llm: str, base_url: str | None, timeout_s: float) -> dict[str, Any]:
    provider, known = provider_of(llm)
    options: dict[str, Any] = dict(known.options if known else ())
    if not has_own_temperature(llm):
        options["temperature"] = 0
    if known and known.timeout:
        options[known.timeout] = timeout_s
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": timeout_s}
        if not os.environ.get("OLLAMA_CONTEXT_LENGTH"):
            options["num_ctx"] = OLLAMA_TOKENS
    if base_url:
        options["base_url"] = base_url
        if known and known.keys and key_of(llm) is None:
            options["api_key"] = NO_KEY
    if base_url and provider == "openai":
        # others than OpenAI speak its chat protocol, not its newer one
        options["use_responses_api"] = False
    return options
