"""What the chat says in its own words, in English and Chinese; claims come in theirs."""

from typing import Final

from emer.agent.chat.answering.phrases.of_clip import OF_CLIP
from emer.agent.chat.answering.phrases.of_limits import OF_LIMITS
from emer.agent.chat.answering.phrases.of_method import OF_METHOD
from emer.agent.chat.answering.phrases.of_reading import OF_READING
from emer.agent.chat.answering.phrases.of_talk import OF_TALK
from emer.graphs.report import Language

PHRASES: Final[dict[str, dict[Language, str]]] = {
    **OF_CLIP, **OF_READING, **OF_METHOD, **OF_LIMITS, **OF_TALK,
}  # fmt: skip
"""Sentences and parts of them, with named slots."""
