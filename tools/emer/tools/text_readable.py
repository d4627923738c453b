"""In which language utterances are, and whether a judge of texts can read them.

Reads    the utterances of a clip, what somebody stated of its language, and translations
Returns  each utterance with the text to read, and whether the judge reads it; those that it cannot
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

import numpy as np

from emer.tools.findings import Evidence, Finding, select
from emer.tools.readings import TranslationReading, UtteranceReading
from emer.tools.text_features import tokenize
from emer.tools.text_language import Guess, guess

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRANSLATION: Final = "translation"
"""Name under which translations are filed; no specialist makes them."""
ENGLISH: Final = frozenset({"en", "eng", "english"})
UNDETERMINED: Final = "und"
_TAG: Final = re.compile(r"[a-z]{2,8}")
NO_LANGUAGE: Final = frozenset({"", "und", "mul", "mis", "zxx"})
"""Language tags that name no language."""


class Reader(NamedTuple):
    """What a judge of texts can read."""

    letters: "NDArray[np.float32]"
    """Statistics of English letters, see ``text_language.guess``."""
    languages: frozenset[str] | None = frozenset({"en"})
    """BCP 47 primary tags; ``None``: any."""

    @property
    def named(self) -> str:
        """Its languages for a person."""
        if self.languages == frozenset({"en"}):
            return "English"
        return ", ".join(sorted(self.languages or ()))


@runtime_checkable
class ReadsLanguages(Protocol):
    """A specialist that says which languages it reads, and reads translations of the others."""

    def reader(self) -> Reader:
        """Return what it can read.

        Raises:
            ToolUnavailable: Its weights are missing or altered.
        """
        ...


class Unread(NamedTuple):
    """An utterance that a judge cannot read as it is."""

    utterance: Evidence
    text: str
    language: str
    """BCP 47 primary tag as given, ``und`` where nothing gave one."""
    why: str
    """Why it cannot be read, for a person."""


class Said(NamedTuple):
    """One utterance with what is known about its language."""

    utterance: Evidence
    subject: str
    text: str
    readable: bool | None
    """Whether it is in a language of the reader; ``None`` without text, or if nothing tells."""
    why: str
    """Why it cannot be read, for a person."""
    language: str = "en"
    """BCP 47 primary tag of the text."""
    given: str = ""
    """That of what was said, as far as it was given."""
    translation: str = ""
    """Id of the translation that the text is; empty for what was said."""


def unread(known: Sequence[Finding], stated: str | None, reader: Reader) -> list[Unread]:
    """Return the utterances in a language that is none of the reader's, in time order.

    Where there are such, those that are too short to tell their language are among them.

    Args:
        known: Findings of the tool ``utterances``.
        stated: Spoken language as the user stated it.
        reader: What the judge can read.
    """
    said = judged_readable(select(known, kind="utterance"), stated, reader)
    if not any(one.readable is False for one in said):
        return []
    return [
        Unread(one.utterance, one.text, _tag(one.given), one.why)
        for one in said
        if not one.readable and has_words(one.text)
    ]


def judged_readable(
    utterances: Sequence[Evidence], stated: str | None, reader: Reader
) -> list[Said]:
    """Decide per utterance whether it is English; where the text is too short, the others vote."""
    said = [_said(one, stated, reader) for one in utterances]
    told = [one for one in said if one.readable is not None]
    vote = sum(1 if one.readable else -1 for one in told)
    if vote > 0:
        return [
            one._replace(readable=True) if one.readable is None and one.text else one
            for one in said
        ]
    return said


def translated(said: list[Said], translations: Sequence[Evidence], reader: Reader) -> list[Said]:
    """Put translations in the place of what the reader cannot read."""
    made = {e.reading.of: e for e in translations if isinstance(e.reading, TranslationReading)}
    return [_rendered(one, made.get(one.utterance.id), reader) for one in said]


def _rendered(one: Said, translation: Evidence | None, reader: Reader) -> Said:
    if one.readable or translation is None:
        return one
    reading = translation.reading
    assert isinstance(reading, TranslationReading)
    if reader.languages is not None and reading.to_language not in reader.languages:
        return one
    return one._replace(
        text=reading.text, readable=True, language=reading.to_language,
        given=reading.from_language, translation=translation.id,
    )  # fmt: skip


def _said(utterance: Evidence, stated: str | None, reader: Reader) -> Said:
    reading = utterance.reading
    assert isinstance(reading, UtteranceReading)
    text = " ".join((reading.text or "").split())
    subject = reading.speaker or utterance.subject
    tag = next((t for t in map(_primary, (reading.language, stated)) if t not in NO_LANGUAGE), "")
    if tag in ENGLISH:
        tag = "en"
    if reader.languages is None or tag in reader.languages - {"en"}:
        return Said(utterance, subject, text, True if text else None, "", tag or UNDETERMINED, tag)
    looks = guess(text, reader.letters)
    if tag and tag != "en":
        why = f"the language is given as {tag!r}"
        return Said(utterance, subject, text, False if text else None, why, given=tag)
    if tag and not looks.by_script:
        # who states that it is English is believed, but not over another alphabet
        looks = Guess(True)
    english = looks.english if text else None
    if english is False and not tag and reader.languages != frozenset({"en"}):
        english = None  # in which of its languages it is, nothing tells
    return Said(utterance, subject, text, english, f"the words look like {looks.name}", given=tag)


def _tag(given: str) -> str:
    """Return a tag that is one; what a file names its language may be anything."""
    return given if _TAG.fullmatch(given) else UNDETERMINED


def _primary(tag: str | None) -> str:
    return (tag or "").replace("_", "-").partition("-")[0].strip().lower()


def has_words(text: str) -> bool:
    """Whether there is anything to read in a text."""
    foreign = any(c.isalpha() and not c.isascii() for c in text)
    return foreign or any(token.is_cue for token in tokenize(text))
