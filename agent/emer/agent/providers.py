"""Providers of language models: the package, the variable of the key, and what each is told."""

import os
import re
from typing import Any, Final, NamedTuple

from emer.tools.errors import ToolUnavailable


class Provider(NamedTuple):
    """One provider, as ``--llm provider:model`` names it."""

    package: str
    keys: tuple[str, ...]
    """Environment variables of which one must be set; empty if it needs none."""
    instead: str = ""
    """Environment variable by which its client goes without a key."""
    timeout: str | None = None
    """Its option for seconds of patience."""
    options: tuple[tuple[str, Any], ...] = ()
    """Others that it is always given: trying again is our own business."""


PROVIDERS: Final = {
    "anthropic": Provider(
        "langchain-anthropic", ("ANTHROPIC_API_KEY",), "", "timeout", (("max_retries", 0),)
    ),
    "google_genai": Provider(
        "langchain-google-genai", ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        "GOOGLE_GENAI_USE_VERTEXAI", "timeout", (("max_retries", 1),),
    ),
    "ollama": Provider("langchain-ollama", ()),
    "openai": Provider(
        "langchain-openai", ("OPENAI_API_KEY",), "", "timeout", (("max_retries", 0),)
    ),
}  # fmt: skip
"""Those of the extra ``llm``; LangChain knows more, each with a package ``langchain-NAME``."""


def provider_of(llm: str) -> tuple[str, Provider | None]:
    """Return the name before the colon, and what is known of it; ``None``: nothing."""
    name = llm.partition(":")[0].strip()
    return name, PROVIDERS.get(name)


def needs_key(llm: str, base_url: str | None) -> bool:
    """Whether a key must be set: a server of the user's own needs none of the provider's."""
    _, known = provider_of(llm)
    if known is None or base_url:
        return False
    goes_without = os.environ.get(known.instead, "").lower() in {"1", "true", "yes"}
    return bool(known.keys) and not goes_without


def key_of(llm: str) -> str | None:
    """Return the key that is set for a provider; ``None`` if none is, or it needs none."""
    _, known = provider_of(llm)
    return next((k for name in (known.keys if known else ()) if (k := os.environ.get(name))), None)


def check_key(llm: str, base_url: str | None) -> None:
    """Refuse at once what the client would find out with the first call, if it told it at all.

    Raises:
        ToolUnavailable: The provider's key is missing, or is none.
    """
    _, known = provider_of(llm)
    key = key_of(llm)
    names = " or ".join(known.keys if known else ())
    if key is None and needs_key(llm, base_url):
        raise ToolUnavailable(
            "llm", f"{names} is not set, and {llm!r} needs a key",
            remedy=f"Set {names} in the environment, or name a server of your own with --base-url.",
        )  # fmt: skip
    if key is not None and not (key.isascii() and key.isprintable() and " " not in key):
        raise ToolUnavailable(
            "llm", f"what {names} holds is no key: it has a blank, a line break or the like in it",
            remedy="Set it again; where it is read from a file, the line break goes along.",
        )  # fmt: skip


def has_own_temperature(llm: str) -> bool:
    """Whether a model is best left at the temperature of its maker: Gemini from version 3 on."""
    provider, _, name = llm.partition(":")
    major = re.search(r"gemini-(\d+)", name)
    return provider == "google_genai" and major is not None and int(major[1]) >= 3
