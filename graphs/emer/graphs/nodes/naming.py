"""Have one English word for every emotion word of a language model, and one of the language asked for.

The taxonomy has both for the words that it knows. For others the model is asked: a label that is not
written in plain Latin letters gets an English word form or goes; in a Chinese account an English
one gets a Chinese word, or is shown as it is.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from emer.graphs.held import is_label
from emer.graphs.instructions import instructs
from emer.graphs.leaks import leak_in
from emer.graphs.report import Alternative, Dropped, Language
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context
from emer.graphs.tasks.reading import ReadingDraft
from emer.graphs.tasks.translating import ForeignText
from emer.graphs.translations import PART, TASK, asked_for
from emer.tools import taxonomy

_HAN: Final = re.compile(r"[\u3400-\u9fff]{1,8}")


class Named(NamedTuple):
    """Readings whose labels all have an English form."""

    readings: list[ReadingDraft]
    dropped: list[Dropped]
    words: dict[str, str]
    """What a label was called by the model, where that is a word of the language asked for."""
    notes: dict[str, str]


def in_english(readings: Sequence[ReadingDraft], context: Context) -> Named:
    """Return the readings, labels in other letters under an English word form."""
    foreign = [x for x in _open_labels(readings) if not x.isascii() and is_label(x)][:PART]
    if not foreign or isinstance(context.model, RuleChatModel):
        return Named(list(readings), [], {}, {})
    said, notes = _asked(foreign, "en", context)
    names = {x: text.lower() for x, text in said.items() if text.isascii() and _is_name(text)}
    known = {x: taxonomy.find(name) for x, name in names.items()}
    forms = {x: label.word if (label := known[x]) else name for x, name in names.items()}
    lost = [x for x in foreign if x not in forms]
    dropped = [Dropped(text=f"label '{x}'", reason="there is no English word for it") for x in lost]
    chinese = context.request.output_language == "zh"
    words = {
        name: x
        for x, name in forms.items()
        if chinese and known[x] is None and _HAN.fullmatch(x) is not None
    }
    return Named([_renamed(r, forms, set(lost)) for r in readings], dropped, words, notes)


def chinese_words(
    readings: Sequence[ReadingDraft], known: dict[str, str], said: Iterable[str], context: Context
) -> tuple[dict[str, str], dict[str, str]]:
    """Return Chinese words for labels that no table knows, as far as there are, and notes.

    Args:
        readings: With English labels.
        known: The words that the model used itself; they are among what is returned.
        said: What is quoted of the clip; no name of an emotion is taken from there.
        context: Of the run.
    """
    open_labels = _open_labels(readings)
    wanted = [x for x in open_labels if x.isascii() and x not in known][:PART]
    own = {x: shown for x, shown in known.items() if x in open_labels}
    asked = context.request.output_language == "zh"
    if not asked or not wanted or isinstance(context.model, RuleChatModel):
        return own, {}
    texts = list(said)
    answers, notes = _asked(wanted, "zh", context)
    words = {
        x: text
        for x, text in answers.items()
        if _HAN.fullmatch(text) and _is_name(text) and not any(text in t for t in texts)
    }
    return own | words, notes


def words_for(
    readings: Iterable[ReadingDraft], words: dict[str, str], language: Language
) -> dict[str, str]:
    """Return what the labels of readings are called in a language; nothing for English."""
    if language == "en":
        return {}
    weighed = {a.label for r in readings for a in (*r.labels, *r.alternatives)}
    called = {x: words.get(x) or taxonomy.label_word(x, language) for x in sorted(weighed)}
    return {x: word for x, word in called.items() if word != x}


def _asked(
    labels: Sequence[str], into: Language, context: Context
) -> tuple[dict[str, str], dict[str, str]]:
    ids = {f"L{i}": x for i, x in enumerate(labels, start=1)}
    texts = [ForeignText(id=i, text=x, language="und") for i, x in ids.items()]
    said = asked_for(context, into, texts)
    if not said.failure:
        return {ids[i]: text.strip() for i, text in said.texts.items()}, {}
    note = f"the language model failed at '{TASK}' ({said.failure}); labels stay as they are"
    return {}, {f"llm-{TASK}-{into}": note}


def _is_name(text: str) -> bool:
    return is_label(text) and instructs(text) is None and leak_in(text, spoken=True) is None


def _open_labels(readings: Sequence[ReadingDraft]) -> list[str]:
    """Return the labels that no table knows, in order."""
    weighed = (a.label.strip() for r in readings for a in (*r.labels, *r.alternatives))
    return [x for x in dict.fromkeys(weighed) if taxonomy.find(x) is None]


def _renamed(reading: ReadingDraft, forms: dict[str, str], lost: set[str]) -> ReadingDraft:
    own = {name: getattr(reading, name) for name in ("labels", "alternatives")}
    return reading.model_copy(
        update={name: _with_forms(weighed, forms, lost) for name, weighed in own.items()}
    )


def _with_forms(
    weighed: Sequence[Alternative], forms: dict[str, str], lost: set[str]
) -> list[Alternative]:
    kept = [(a, a.label.strip()) for a in weighed]
    return [
        a.model_copy(update={"label": forms.get(word, a.label)})
        for a, word in kept
        if word not in lost
    ]
