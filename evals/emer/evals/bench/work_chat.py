"""Measured work of a conversation: looking at a known clip, and the first words of answers."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from emer.evals.bench.clock import Clock, Part

QUESTIONS: Final = (
    "What happened?", "Who is angry?", "Why?", "And the other one?", "What was said?",
    "Compare P1 and P2.", "What if the sound were off?", "How sure are you?", "Why not sad?",
    "How long is it?", "谁生气了？",
)  # fmt: skip
"""Asked in this order of one conversation: some go on from the one before."""


def talked(path: str, rate_hz: float) -> list[Part]:
    """Look at a clip whose findings are in the cache, then ask about it.

    Args:
        path: The clip.
        rate_hz: Sampled pictures per second, those with which the findings were made.

    Raises:
        ValueError: Something was measured anew, or a question got no answer.
    """
    from emer.agent.chat.conversation import Conversation
    from emer.agent.settings import Settings

    conversation = Conversation([Path(path)], Settings(fps=rate_hz))
    with Clock() as clock:
        for _ in conversation.look():
            pass
    media_s = conversation.clips[0].whole("en").media.duration_s
    parts = [clock.part("looking at the clip", media_s=media_s, whole=True)]
    for question in QUESTIONS:
        began = time.perf_counter()
        first_s = [time.perf_counter() - began for _ in conversation.ask(question)]
        if conversation.last is None or not conversation.last.sentences:
            raise ValueError(f"no answer to “{question}”")
        parts.append(
            {
                "name": f"“{question}”",
                "wall_s": first_s[0],
                "about": f"all of it {first_s[-1]:.3f} s",
            }
        )
    ran = [t for r in conversation.clips[0].analyses for t in r.run.tools]
    if any(t.n_spans > t.n_cached for t in ran):
        raise ValueError("specialists ran, although the findings should have been in the cache")
    return parts


JOBS: dict[str, Callable[..., list[Part]]] = {"talked": talked}
