"""What face, voice and words of one segment offer as grounds, each graded 0..1.

Reads    the typed facts of one segment; where there are none, what its modalities amount to
Returns  ``Clues``: a strength for every ground, and 0.0 for what is not there
Cost     microseconds, and a few regular expressions over what was said
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.rule.readings.patterns.faces import face_grounds, supposed_grounds
from emer.graphs.rule.readings.patterns.sounds import sound_grounds
from emer.graphs.rule.readings.patterns.voices import voice_grounds
from emer.graphs.rule.readings.patterns.wordings import category_strengths, words_grounds
from emer.graphs.rule.readings.prior import prior_of
from emer.graphs.tasks.facts import ModalityFact, SegmentFacts
from emer.tools.findings import Modality


@dataclass(frozen=True, slots=True)
class Clues:
    """The three modalities of one segment; ``None`` where one is missing."""

    face: ModalityFact | None = None
    voice: ModalityFact | None = None
    words: ModalityFact | None = None
    grounds: Mapping[str, Ground] = field(default_factory=lambda: MappingProxyType({}))
    categories: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """What the words express: strength 0..1 per category of the set ``goemotions28``."""
    text: str = ""
    """What was said: quoted data from the media."""
    supposed: Mapping[str, Ground] = field(default_factory=lambda: MappingProxyType({}))
    """What may be so but was not measured: it weighs, and is told as the ground that it holds."""
    contested: bool = False
    """Two modalities lean to opposite sides."""
    prior: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """What raters would take face, voice and words together for: shares of six emotions."""

    @classmethod
    def of(cls, segment: SegmentFacts) -> "Clues":
        """Collect the grounds of ``segment``."""
        by = {m.modality: m for m in segment.modalities}
        face, voice, words = (by.get(m) for m in (Modality.FACE, Modality.VOICE, Modality.WORDS))
        found: Iterable[Ground] = (
            *words_grounds(segment, words),
            *voice_grounds(segment, voice),
            *face_grounds(segment, face),
            *sound_grounds(segment),
        )
        return cls(
            face, voice, words,
            MappingProxyType({g.name: g for g in found if g.strength > 0.0}),
            MappingProxyType(category_strengths(segment, words)),
            said_in(segment),
            MappingProxyType(dict(supposed_grounds(segment, face))),
            any(a.verdict == "conflict" for a in segment.agreement),
            MappingProxyType(prior_of(segment)),
        )  # fmt: skip

    def strength(self, name: str) -> float:
        """Return how strong a ground is; 0.0 if it is not there."""
        ground = self.grounds.get(name) or self.supposed.get(name)
        return ground.strength if ground else 0.0

    def telling(self, name: str) -> Ground | None:
        """Return the measured ground that stands for ``name``; ``None`` if there is none."""
        supposed = self.supposed.get(name)
        return self.grounds.get(supposed.name if supposed else name)

    @property
    def present(self) -> tuple[ModalityFact, ...]:
        """The modalities that could be read."""
        return tuple(m for m in (self.words, self.voice, self.face) if m is not None)


def said_in(segment: SegmentFacts) -> str:
    """Return what was said in ``segment``; empty if nothing or unknown."""
    if segment.role != "speaking":
        return ""
    texts = (f.quantities.get("words.text") for f in segment.facts if f.kind == "utterance")
    return next((str(t) for t in texts if t), "")
