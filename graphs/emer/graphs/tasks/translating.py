"""Translating texts: words of the media into English, or own sentences into the language asked for."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Language
from emer.graphs.tasks.answer import Answer
from emer.tools.readings import Frozen


class ForeignText(Frozen):
    """One text in another language; untrusted, quoted."""

    id: str
    text: str
    language: str = Field(description="BCP 47 tag; 'und' where nothing tells")
    keep: tuple[str, ...] = Field(
        default=(), description="parts that stay letter by letter: numbers, names, quotations"
    )


class TranslateTask(Frozen):
    """Translate texts, each by itself."""

    kind: Literal["translate"] = "translate"
    into: Language
    texts: tuple[ForeignText, ...]
    terms: dict[str, str] = Field(default={}, description="words that have one fixed translation")


class TranslationDraft(Answer):
    """One text in the other language."""

    id: str
    text: str


class Translations(Answer):
    """What could be translated; the built-in analyst translates nothing."""

    translations: list[TranslationDraft]
