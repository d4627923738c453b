"""What answers are made of: sentences that each cite what they rest on, or say that they cannot tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from pydantic import Field

from emer.agent.chat.answering.phrases import PHRASES
from emer.agent.queries.answer import Cited
from emer.agent.queries.facts import Facts
from emer.agent.queries.marks import CLIP
from emer.graphs.report import Claim, Language, Report
from emer.graphs.rule.writing.wording import during
from emer.tools.findings import SCENE, Spanned
from emer.tools.readings import Frozen

_UNKNOWN: Final = {"en": "an unidentified speaker", "zh": "一位身份不明的说话人"}


class Sentence(Frozen):
    """One sentence of an answer."""

    text: str
    mark: str = Field(default="", description="the citation as printed; empty: it abstains")
    evidence: tuple[str, ...] = Field(
        default=(), description="ids; none for facts of the file, gaps, similar cases, abstentions"
    )
    clip: int | None = Field(default=None, description="number of the clip, from 1")
    start_s: float | None = None
    end_s: float | None = None
    subject: str = SCENE
    abstains: bool = Field(default=False, description="it says what cannot be told, and why")
    untrusted: bool = Field(default=False, description="it quotes words of the clip or of a case")
    warning: str | None = Field(
        default=None, description="why the quoted words read as if meant for a machine"
    )

    @property
    def printed(self) -> str:
        """The sentence with its citation."""
        return f"{self.text} {self.mark}" if self.mark else self.text


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes sentences about one clip of a conversation, in one language."""

    report: Report
    language: Language
    clip: int = 1
    n_clips: int = 1
    facts: Facts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", Facts.of(self.report))

    @classmethod
    def about(cls, report: Report, clip: int = 1, n_clips: int = 1) -> Self:
        """Return who tells of ``report``, in its own language."""
        return cls(report, report.explanation.language, clip, n_clips)

    def word(self, phrase: str, /, **slots: object) -> str:
        """Return a phrase of this language, filled in."""
        return PHRASES[phrase][self.language].format(**slots)

    def who(self, subject: str) -> str:
        """Name a subject."""
        person = self.facts.who(subject)
        return _UNKNOWN[self.language] if person == SCENE else person

    def cited(self, cited: Cited, text: str | None = None) -> Sentence:
        """Return a sentence that a query has cited, in its words or in others."""
        return Sentence(
            text=text or cited.text, mark=self._mark(cited.mark), evidence=cited.evidence,
            clip=self.clip, start_s=cited.start_s, end_s=cited.end_s, subject=cited.subject,
            untrusted=cited.untrusted, warning=cited.warning,
        )  # fmt: skip

    def claim(self, claim: Claim) -> Sentence:
        """Return a verified claim."""
        return self.cited(self.facts.of_claim(claim))

    def say(
        self,
        phrase: str,
        place: Spanned,
        subject: str,
        evidence: Sequence[str],
        /,
        *,
        quotes: str | None = None,
        **slots: object,
    ) -> Sentence:
        """Return a phrase with its citation; ``{who}`` and ``{when}`` are filled in by themselves."""
        filled = {
            "who": self.who(subject), "when": during(place.start_s, place.end_s), **slots,
        }  # fmt: skip
        text = self.word(phrase, **filled)
        return self.cited(self.facts.cited(text, place, subject, evidence, quotes=quotes))

    def of_file(self, phrase: str, /, **slots: object) -> Sentence:
        """Return a fact of the file itself."""
        first_s, last_s = self.report.run.span
        return Sentence(
            text=self.word(phrase, **slots), mark=self._mark(CLIP), clip=self.clip, start_s=first_s,
            end_s=last_s,
        )  # fmt: skip

    def cannot(self, phrase: str, /, **slots: object) -> Sentence:
        """Return what cannot be told, and why."""
        return Sentence(text=self.word(phrase, **slots), clip=self.clip, abstains=True)

    def listed(self, items: Iterable[str]) -> str:
        """Join words with the commas of the language."""
        return self.word("comma").join(items)

    def _mark(self, mark: str) -> str:
        if self.n_clips == 1:
            return mark
        return f"[{self.word('clip', n=self.clip)} {mark.removeprefix('[')}"
