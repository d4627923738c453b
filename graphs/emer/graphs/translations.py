"""Have texts translated by the language model of a run, and tell what is no translation.

Reads    texts of the media or of claims, each with an id
Returns  what the model answered, by id; why an answer cannot stand for what was said
Cost     one call per part of at most ``PART`` texts and ``PART_CHARS`` characters

Texts go as quoted data to a call without tools. What comes back is data again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from emer.graphs.calls.line import CallFailed
from emer.graphs.instructions import instructs
from emer.graphs.leaks import leak_in
from emer.graphs.prompts import prompt
from emer.graphs.report import Language
from emer.graphs.state import Context
from emer.graphs.tasks.translating import ForeignText, TranslateTask, Translations
from emer.tools.findings import Evidence
from emer.tools.quoting import quoted
from emer.tools.readings import TranslationReading
from emer.tools.text_language import ENGLISH, folded_words, guess, other_script

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TASK: Final = "translate"
PART: Final = 24
"""Texts per call."""
PART_CHARS: Final = 6_000
"""Characters per call; a single text is at most ``quoting.MAX_CHARS`` long."""
LONGER: Final = 3
"""Times as long as the original a translation may be; and as one written in signs for syllables or
words. Assumptions: German or Finnish shrink in English, Chinese grows about fourfold."""
LONGER_THAN_SIGNS: Final = 10
SPARE: Final = 40
"""Characters that it may be longer besides: short texts vary most."""
_SIGNS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Said(NamedTuple):
    """What the model answered to one part."""

    texts: dict[str, str]
    """By id; only ids that were asked for, fit to be quoted."""
    failure: str = ""
    """Why there is no answer; empty if there is one."""


def parts(texts: Sequence[ForeignText]) -> Iterator[tuple[ForeignText, ...]]:
    """Yield the texts in parts that one call can hold."""
    part: list[ForeignText] = []
    for text in texts:
        full = len(part) == PART or sum(len(t.text) for t in part) + len(text.text) > PART_CHARS
        if part and full:
            yield tuple(part)
            part = []
        part.append(text)
    if part:
        yield tuple(part)


def asked_for(
    context: Context,
    into: Language,
    part: Sequence[ForeignText],
    *,
    terms: dict[str, str] | None = None,
) -> Said:
    """Put one part to the model.

    Raises:
        TapeError: A replay lacks the call, or the record cannot be written.
    """
    task = TranslateTask(into=into, texts=tuple(part), terms=terms or {})
    try:
        answer = context.line.call(TASK, prompt(TASK), task.model_dump_json(), Translations)
    except CallFailed as failure:
        return Said({}, str(failure))
    wanted = {t.id for t in part}
    texts: dict[str, str] = {}
    for draft in answer.translations[: 2 * len(part)]:
        if draft.id in wanted:
            texts.setdefault(draft.id, quoted(draft.text))
    return Said(texts)


def refusal(text: str, source: str, letters: "NDArray[np.float32]") -> str | None:
    """Return why ``text`` is no English translation of ``source``; ``None`` if it may be one.

    Whether it is a good one, nothing here can tell.

    Args:
        text: What a model wrote.
        source: What was said.
        letters: Statistics of English letters, see ``text_language.guess``.
    """
    if not any(c.isalpha() for c in text):
        return "it holds no words"
    times = LONGER_THAN_SIGNS if _SIGNS.search(source) else LONGER
    if len(text) > times * len(source) + SPARE:
        return "it is much longer than what was said"
    if _bare(text) == _bare(source):
        return "it is what was said, unchanged"
    if strange := other_script(text, "LATIN"):
        return f"it holds '{strange}', which is not English"
    if guess(text, letters).english is False or _repeats(text, source):
        return "it is not in English"
    return leak_in(text, spoken=True)


def instructing_translations(evidence: Iterable[Evidence]) -> dict[str, str]:
    """Return the utterances whose translations are addressed to a machine, each with why."""
    return {
        e.reading.of: why
        for e in evidence
        if isinstance(e.reading, TranslationReading) and (why := instructs(e.reading.text))
    }


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _repeats(text: str, source: str) -> bool:
    """Whether most of its words are words of the original that English does not have."""
    words = set(folded_words(text))
    return 2 * len((words & set(folded_words(source))) - ENGLISH) > len(words)
