"""Providers of language models: which package brings each, and which variable holds its key."""

from typing import Final, NamedTuple


class Provider(NamedTuple):
    """One provider, as ``--llm provider:model`` names it."""

    package: str
    keys: tuple[str, ...]
    """Environment variables of which one must be set; empty if it needs none."""


PROVIDERS: Final = {
    "anthropic": Provider("langchain-anthropic", ("ANTHROPIC_API_KEY",)),
    "google_genai": Provider("langchain-google-genai", ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    "ollama": Provider("langchain-ollama", ()),
    "openai": Provider("langchain-openai", ("OPENAI_API_KEY",)),
}
"""Those of the extra ``llm``; LangChain knows more, each with a package ``langchain-NAME``."""


def provider_of(llm: str) -> tuple[str, Provider | None]:
    """Return the name before the colon, and what is known of it; ``None``: nothing."""
    name = llm.partition(":")[0].strip()
    return name, PROVIDERS.get(name)
