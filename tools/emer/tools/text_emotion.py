"""What the words of a speaker express: the 28 GoEmotions categories, valence and arousal.

Reads    the utterances of the clip, as the tool ``utterances`` found them; English only, or a
         translation into it that somebody made
Returns  per span and speaker one finding: scores (0..1, independent, not calibrated), valence and
         arousal (-1..1), and the literal words that weighed most; or a gap saying why not
Cost     about 0.2 ms per utterance on one core, 3 MB; the network loads on first use
Source   a small network of our own, trained on GoEmotions (Demszky et al. 2020,
         doi:10.18653/v1/2020.acl-main.372) by ``emer.evals.train.text``
"""

import threading
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import ClassVar, Final

from emer.tools.findings import Evidence, Finding, Modality, ModelCard, TimeSpan
from emer.tools.networks import card_of, check
from emer.tools.readings import TextEmotionReading
from emer.tools.specialist import Clip, Scope
from emer.tools.text_model import NAME, TOOL, TextModel, text_model
from emer.tools.text_readable import Reader
from emer.tools.text_spans import in_order, planned

CODE: Final = 2
"""Revision of the code around the network."""


class TextEmotion:
    """Specialist for the words. Cheap to build, safe to share between threads."""

    tool: ClassVar[str] = TOOL
    engine: ClassVar[str] = "hashed_network"
    modality: ClassVar[Modality] = Modality.WORDS
    card: ClassVar[ModelCard] = card_of(NAME, code=CODE)
    networks: ClassVar[tuple[str, ...]] = (NAME,)
    needs: ClassVar[tuple[str, ...]] = ("utterances",)
    scope: ClassVar[Scope] = "utterances"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.002

    def __init__(self, *, folder: Traversable | None = None) -> None:
        """Keep the settings; nothing is read until the first question.

        Args:
            folder: Of weights; default the one that ships.
        """
        self._folder = folder
        self._lock = threading.Lock()
        self._model: TextModel | None = None

    def reader(self) -> Reader:
        """Return what it reads: English.

        Raises:
            ToolUnavailable: The weights are missing or altered.
        """
        return Reader(self._ready().letters)

    def ready(self) -> None:
        """Check the weights.

        Raises:
            ToolUnavailable: They are missing or altered.
        """
        if self._model is None:
            check(TOOL, NAME, self._folder)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Read what was said in each span.

        Args:
            clip: Only its span and the language stated by the user are used.
            spans: Where to look, in time order.
            known: Findings of the tool ``utterances``, and translations of those that are not in
                English.

        Returns:
            In time order, per span and speaker: evidence over the part of the span in which the
            words were said, and gaps where there are none or where they cannot be read.

        Raises:
            ToolUnavailable: The weights are missing or altered.
        """
        model = self._ready()
        tasks, findings = planned(clip, spans, known, self.reader())
        verdicts = model.judge([task.text for task in tasks])
        for task, verdict in zip(tasks, verdicts, strict=True):
            reading = TextEmotionReading(
                scores=verdict.scores,
                valence=verdict.valence,
                arousal=verdict.arousal,
                language="en",
                expressed=verdict.expressed,
                cue_words=() if task.translations else verdict.cue_words,
                translations=task.translations,
                translated_from=task.translated_from,
            )
            findings.append(
                Evidence.of(
                    tool=self.tool,
                    engine=self.engine,
                    modality=self.modality,
                    card=self.card,
                    span=task.span,
                    reading=reading,
                    subject=task.subject,
                    score=max(verdict.scores.values()),
                )
            )
        return in_order(findings)

    def _ready(self) -> TextModel:
        """Load once, even when two threads ask together."""
        with self._lock:
            if self._model is None:
                self._model = text_model(self._folder)
            return self._model
