"""Read an answer: the one JSON object that fulfils the schema, wherever the model has put it.

Reads    what was said: a tool call, bare JSON, or JSON in prose, fences or after thoughts
Returns  the answer, or what is wrong with it in our own words: nothing of the model's text is quoted
Raises   nothing, whatever the message holds
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from emer.graphs.calls.said import Said

Answer = TypeVar("Answer", bound=BaseModel)
MAX_CHARS: Final = 200_000
"""Longer than any honest answer; more is not read."""
MAX_OBJECTS: Final = 40
"""Places where an object may begin that are tried."""
_THOUGHTS: Final = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_DECODER: Final = json.JSONDecoder()


def read(said: Said, schema: type[Answer]) -> tuple[Answer | None, str]:
    """Return the answer in what was said; or ``None`` and the problem, one clause."""
    texts = [_THOUGHTS.sub(" ", said.text), *said.broken]
    if any(len(t) > MAX_CHARS for t in texts):
        return None, f"it is longer than {MAX_CHARS} characters"
    if said.withheld:
        return None, "the provider withheld it"
    if said.cut:
        return None, "it was cut off"
    found: list[Any] = list(said.arguments)
    if not found:
        found = [o for text in texts for o in _objects(text)]
    if not found:
        if not any(t.strip() for t in texts):
            return None, "it is empty"
        return None, "it holds no JSON object"
    return _fulfilled(found, schema)


def _fulfilled(found: list[Any], schema: type[Answer]) -> tuple[Answer | None, str]:
    answers: list[Answer] = []
    problem = ""
    for one in found:
        try:
            # JSON escapes can spell halves of characters, which no report could be written with
            plain = json.dumps(one, ensure_ascii=False).encode("utf-8", "replace")
            answer = schema.model_validate_json(plain)
        except ValidationError as error:
            problem = problem or _told(error)
        except RecursionError:
            problem = problem or "it is nested too deeply"
        else:
            if answer not in answers:
                answers.append(answer)
    if len(answers) == 1:
        return answers[0], ""
    # which one is meant? One of them may be quoted from the media
    return None, f"it holds {len(answers)} different answers" if answers else problem


def _told(error: ValidationError) -> str:
    """Say what is wrong by our own field names; no value of the answer is repeated."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[:3]
    places = (".".join(str(p) for p in e["loc"]) or "answer" for e in first)
    parts = (
        f"{place}: {e['type'].replace('_', ' ')}" for place, e in zip(places, first, strict=True)
    )
    return f"it does not fulfil the schema ({'; '.join(parts)})"


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that stand in ``text``, not those inside of others."""
    place = text.find("{")
    for _ in range(MAX_OBJECTS):
        if place < 0:
            return
        try:
            found, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            if isinstance(found, dict):
                yield found
        place = text.find("{", end)
