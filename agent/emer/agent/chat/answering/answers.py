"""From a question that was understood to the sentences that answer it, one by one as they are made."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from emer.agent.chat.answering import (
    of_account,
    of_comparing,
    of_file,
    of_method,
    of_reasons,
    of_shows,
    of_support,
    of_words,
)
from emer.agent.chat.answering.phrases import PHRASES
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked, Unclear
from emer.agent.chat.understanding.kinds import Kind
from emer.graphs.report import Language

Composer = Callable[[Teller, Asked], Iterator[Sentence]]


def _help(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    yield tell.cannot("range")


def _greeting(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    yield tell.cannot("greeting", who=_somebody(tell, asked))


def _inner(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    yield tell.cannot(f"topic_{asked.topic or 'inside'}", who=_somebody(tell, asked))


def _somebody(tell: Teller, asked: Asked) -> str:
    """Return whom to take for an example."""
    return next(iter((*asked.persons, *(p.id for p in tell.report.subjects))), "P1")


COMPOSERS: Final[Mapping[Kind, Composer]] = MappingProxyType({
    "greeting": _greeting, "inner": _inner, "method": of_method.method,
    "language": of_method.language, "quality": of_method.quality, "overlap": of_method.overlap,
    "decisive": of_reasons.decisive, "against": of_reasons.against, "doubts": of_account.doubts,
    "intensity": of_shows.intensity, "help": _help, "length": of_file.length, "media": of_file.media, "people": of_file.people,
    "scene": of_file.scene, "screen_text": of_file.screen_text, "gaps": of_file.gaps,
    "cases": of_file.cases, "said": of_words.said, "who": of_shows.who, "when": of_shows.when,
    "moment": of_shows.moment, "feels": of_shows.feels, "sure": of_support.sure,
    "across": of_shows.who, "why": of_reasons.reasons, "why_not": of_reasons.why_not,
    "compare": of_comparing.compared, "without": of_reasons.left_out,
    "happened": of_account.happened, "change": of_account.change, "reaction": of_account.reaction,
    "sincere": of_account.sincere, "face": of_account.clue, "voice": of_account.clue,
    "words": of_account.clue,
})  # fmt: skip


def sentences(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Yield the answer, sentence by sentence, no sentence twice."""
    told: set[str] = set()
    for sentence in COMPOSERS[asked.kind](tell, asked):
        if sentence.printed not in told:
            told.add(sentence.printed)
            yield sentence
    # whoever asks for more and has been told all is told so: it comes where the rest would
    for _ in range(asked.skip - len(told) + 1 if asked.skip else 0):
        yield tell.cannot("nothing_else")


def excuse(unclear: Unclear) -> Sentence:
    """Return what is said to a question that cannot be put to a report."""
    comma = PHRASES["comma"][unclear.language]
    options = comma.join(unclear.options) or PHRASES["nobody_listed"][unclear.language]
    text = PHRASES[unclear.why][unclear.language].format(
        *unclear.options, word=unclear.word, options=options
    )
    return Sentence(text=text, abstains=True)


def can_ask(language: Language) -> str:
    """Return what can be asked."""
    return PHRASES["range"][language]


def took(remark: str, persons: tuple[str, ...], language: Language) -> str:
    """Say how a word of the question was taken.

    Args:
        remark: Name of the phrase and the word, with ``|`` between them.
        persons: Whom it was taken for.
        language: Of the conversation.
    """
    name, _, word = remark.partition("|")
    who = PHRASES["comma"][language].join(persons)
    return PHRASES[f"took_{name}"][language].format(word=word, who=who)
