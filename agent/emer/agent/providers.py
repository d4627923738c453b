"""Providers of language models: the package, the variable of the key, and what each is told."""

from typing import Any, Final, NamedTuple


class Provider(NamedTuple):
    """One provider, as ``--llm provider:model`` names it."""

    package: str
    keys: tuple[str, ...]
    """Environment variables of which one must be set; empty if it needs none."""
    timeout: str | None = None
    """Its option for seconds of patience."""
    options: tuple[tuple[str, Any], ...] = ()
    """Others that it is always given: trying again is our own business."""


PROVIDERS: Final = {
    "anthropic": Provider(
        "langchain-anthropic", ("ANTHROPIC_API_KEY",), "timeout", (("max_retries", 0),)
    ),
    "google_genai": Provider(
        "langchain-google-genai", ("GOOGLE_API_KEY", "GEMINI_API_KEY"), "timeout",
        (("max_retries", 1),),
    ),
    "ollama": Provider("langchain-ollama", ()),
    "openai": Provider("langchain-openai", ("OPENAI_API_KEY",), "timeout", (("max_retries", 0),)),
}  # fmt: skip
"""Those of the extra ``llm``; LangChain knows more, each with a package ``langchain-NAME``."""


def provider_of(llm: str) -> tuple[str, Provider | None]:
    """Return the name before the colon, and what is known of it; ``None``: nothing."""
    name = llm.partition(":")[0].strip()
    return name, PROVIDERS.get(name)


def needs_key(llm: str, base_url: str | None) -> bool:
    """Whether a key must be set: a server of the user's own needs none of OpenAI's."""
    name, known = provider_of(llm)
    return bool(known and known.keys) and not (name == "openai" and base_url)
