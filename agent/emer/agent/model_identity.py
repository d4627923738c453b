"""What decides about a language model's answers, but for what it is asked.

Reads    the settings; of a replay the record, which is hashed
Returns  plain values, equal where equal answers may be expected
"""

from pathlib import Path
from typing import Final

RULE: Final = "rule"
"""The built-in analyst."""


def model_identity(llm: str, base_url: str | None, replay: str | Path | None) -> tuple[str, ...]:
    """Return name, server or record, and prompts; of the built-in analyst its name alone.

    The same name at another server is another model. A record answers by itself: no server is
    asked, so it is known by what it holds.

    Raises:
        TapeUnusable: The record that is to be replayed cannot be read.
    """
    from emer.graphs import prompts
    from emer.graphs.calls.tape import digest_of

    if llm == RULE:
        return (llm,)
    told = tuple(prompts.part(name).id for name in prompts.PARTS)
    return (llm, (base_url or "") if replay is None else digest_of(Path(replay)), *told)
