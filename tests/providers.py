"""The providers that tests drive through their real clients, each with a server of its own protocol."""

import gc
import threading
from dataclasses import dataclass
from typing import Any

from langchain_anthropic._client_utils import _get_default_httpx_client
from tests.anthropic_server import Messages
from tests.gemini_server import Generate
from tests.ollama_server import Chat
from tests.protocol_server import Asked, Protocol

KEY = "key-test-0123456789abcdef"
KEYS = (
    "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "GEMINI_API_KEY", "GOOGLE_API_KEY",
    "OLLAMA_API_KEY", "OPENAI_API_KEY",
)  # fmt: skip
HEADERS = ("authorization", "x-api-key", "x-goog-api-key")
"""Under which keys are sent."""


@dataclass(frozen=True)
class Provider:
    protocol: Protocol
    llm: str
    key: str | None
    """Environment variable."""
    strategies: tuple[str, ...]
    forms: tuple[str, ...]
    """What a server calls these strategies."""

    def cap(self, asked: Asked) -> Any:
        """Return the most tokens that a request allows."""
        return self.protocol.most(asked)

    def key_sent(self, asked: Asked) -> str | None:
        found = next((asked.headers[n] for n in HEADERS if n in asked.headers), None)
        return found.removeprefix("Bearer ") if found else None


PROVIDERS = {
    "anthropic": Provider(
        Messages(), "anthropic:claude-stub", "ANTHROPIC_API_KEY",
        ("json_schema", "function_calling", "plain"), ("json_schema", "tools", "plain"),
    ),
    "google_genai": Provider(
        Generate(), "google_genai:gemini-2.5-flash", "GOOGLE_API_KEY",
        ("json_schema", "function_calling", "plain"), ("json_schema", "tools", "plain"),
    ),
    "ollama": Provider(
        Chat(), "ollama:qwen3", None,
        ("json_schema", "function_calling", "json_mode", "plain"),
        ("json_schema", "tools", "json_object", "plain"),
    ),
}  # fmt: skip


def tidy() -> None:
    """Wait for calls that were left behind, and let go of every client."""
    for thread in threading.enumerate():
        if thread.name == "emer-model":
            thread.join(timeout=10)
    _get_default_httpx_client.cache_clear()
    gc.collect()
