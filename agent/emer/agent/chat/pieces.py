"""What a conversation gives out while it answers, and what it keeps of an answer."""

from typing import Final, Literal

from pydantic import Field

from emer.agent.chat.answering.sentences import Sentence
from emer.agent.chat.understanding.asked import Asked, Focus
from emer.tools.readings import Frozen

SCHEMA_VERSION: Final = "1.0"


class Remark(Frozen):
    """How a question was taken, or what is done about it: of the talk, not of the clip."""

    text: str


class Working(Frozen):
    """Something that takes a while begins; it is not kept."""

    text: str


Piece = Sentence | Remark | Working


class ChatAnswer(Frozen):
    """One question and its answer, as ``--json`` prints it and as it is kept."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    question: str
    clip: str | None = Field(default=None, description="file name of the clip that it is about")
    understood: Asked | None = Field(default=None, description="null: it was not understood")
    remarks: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...]
    n_more: int = Field(default=0, ge=0, description="sentences that 'more' would tell")
    abstained: bool = Field(description="no sentence cites anything: it cannot be told")
    can_ask: str | None = Field(default=None, description="what can be asked, if it could not be")
    analyst: str = Field(description="rule, or the language model that talked")
    n_run: int = Field(default=0, ge=0, description="spans that specialists measured for it, now")
    n_kept: int = Field(default=0, ge=0, description="spans that were answered from the cache")
    first_s: float = Field(default=0.0, ge=0, description="seconds to the first sentence")
    wall_s: float = Field(default=0.0, ge=0, description="seconds to the last")
    focus: Focus = Field(description="what the next question may take from it")
    notice: str = Field(description="what whoever uses this on people must know and tell them")

    @property
    def text(self) -> str:
        """The sentences with their citations."""
        return " ".join(s.printed for s in self.sentences)
