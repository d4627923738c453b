"""One segment as the writers of claims see it: its facts, its person, its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emer.graphs.report import Assertion, Stage
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.wording import Phrase, capital, value
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact, ModalityFact, SegmentFacts
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools.findings import SCENE, Modality, Person

PREFIXES: Final = {Modality.FACE: "face", Modality.VOICE: "voice", Modality.WORDS: "text"}
KINDS: Final = {
    Modality.FACE: "expression",
    Modality.VOICE: "voice",
    Modality.WORDS: "text_emotion",
}
"""Kind of the readings that place a modality on valence and arousal."""
RATED: Final = "voice_dimensions"
"""Kind of the readings that place a voice instead, where there are any."""


def placing(fact: Fact, dimension: str) -> str:
    """Return the quantity with which a fact places its modality on ``dimension``."""
    prefix = "tone" if fact.kind == RATED else PREFIXES[fact.modality]
    return f"{prefix}.{dimension}"


@dataclass(frozen=True, slots=True)
class Moment:
    """One person during one utterance or one quiet window."""

    segment: SegmentFacts
    reading: ReadingDraft | None
    words: Wording
    persons: Mapping[str, Person]
    known: Mapping[str, Fact]
    """Every fact of the task, by evidence id: a reaction cites what somebody else said."""
    faces_read: bool
    """Whether faces were looked at closely anywhere, so that their absence means something."""

    @property
    def who(self) -> str:
        """The person, as the text names them."""
        return self.name(self.segment.subject)

    @property
    def own(self) -> str:
        """The person as an owner: ``P1's``."""
        return self.words.say("own", who=self.who)

    @property
    def same(self) -> str:
        """The owner once more, where the sentence has named them before."""
        return self.words.frames["same"]

    def name(self, subject: str) -> str:
        """Return how the text names somebody."""
        return self.words.frames["unknown"] if subject == SCENE else subject

    def facts(self, kind: str) -> list[Fact]:
        """Return the segment's facts of one kind."""
        return [f for f in self.segment.facts if f.kind == kind]

    def said(self) -> tuple[str, Fact] | None:
        """Return what the person says here, and the fact that holds it."""
        for fact in self.facts("utterance"):
            text = fact.quantities.get("words.text")
            if isinstance(text, str) and text.strip():
                return text, fact
        return None

    def affect(self, modality: Modality) -> ModalityFact | None:
        """Return what a modality amounts to here."""
        return next((m for m in self.segment.modalities if m.modality is modality), None)

    def leaning(self, modality: Modality, dimension: str) -> tuple[float, Fact] | None:
        """Return the reading that stands for a modality: the nearest to its mean, on its side."""
        affect = self.affect(modality)
        mean = None if affect is None else getattr(affect, dimension)
        if mean is None:
            return None
        rated = self.facts(RATED) if modality is Modality.VOICE else []
        found = [
            (v, f)
            for f in rated or self.facts(KINDS[modality])
            if (v := value(f, placing(f, dimension))) is not None and v * mean >= 0
        ]
        return min(found, key=lambda item: abs(item[0] - mean), default=None)

    def claim(
        self,
        stage: Stage,
        text: str,
        parts: list[Phrase],
        *,
        labels: list[str] | None = None,
        about: list[str] | None = None,
        rests_on: list[int] | None = None,
        hypothesis: bool = False,
        span: tuple[float, float] | None = None,
    ) -> ClaimDraft:
        """Draft a claim about this segment from phrases that were put together to ``text``."""
        assertions: list[Assertion] = []
        for part in parts:
            assertions += [a for a in part.assertions if a not in assertions]
        return ClaimDraft(
            segment=self.segment.id, stage=stage, text=capital(text), assertions=assertions,
            labels=labels or [], about=about or [], rests_on=rests_on or [],
            hypothesis=hypothesis,
            start_s=span[0] if span else None, end_s=span[1] if span else None,
        )  # fmt: skip
