"""What the words of a speaker express, by encoders of others: with transformers, or as ONNX files.

Reads    the utterances of the clip, in the languages that the catalogue names for the model
Returns  per span and speaker one finding with the 28 GoEmotions categories, or a gap saying why not
Cost     5 to 50 ms per utterance on one core, by model size
Source   the model's page, see its card

Labels that have no counterpart among the 28 are left out. Valence and arousal are composed: the
mean place of the categories on the plane, weighed by their scores, neutral being the middle.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from emer.tools import taxonomy
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Finding, Gap, GapCode, Modality, ModelCard, TimeSpan
from emer.tools.hosting.host import buckets
from emer.tools.hosting.items import Item, Lost
from emer.tools.model_engine import ModelEngine
from emer.tools.models.entries import ModelEntry
from emer.tools.readings import TextEmotionReading
from emer.tools.specialist import Clip, Scope
from emer.tools.text_model import TOOL, Verdict, text_model
from emer.tools.text_readable import Reader
from emer.tools.text_spans import Task, in_order, planned

CATEGORIES: Final = taxonomy.CATEGORY_SETS["goemotions28"]
THRESHOLD: Final = 0.3
"""Of labels for which the catalogue names none. Scores of such models are low for rare categories, so
that 0.5 would miss most of them; an assumption."""
BATCH: Final = 32
SIMILAR: Final = 0.3
"""Texts of one batch differ by at most this share in length; padding is masked."""
WORDS: Final[Mapping[str, str]] = {
    "happiness": "joy", "happy": "joy", "sad": "sadness", "angry": "anger", "surprised": "surprise",
    "scared": "fear", "disgusted": "disgust",
}  # fmt: skip
"""What models call a category otherwise, beside its own name."""


class _TextEmotionByModel(ModelEngine):
    """What both engines share."""

    tool: ClassVar[str] = TOOL
    modality: ClassVar[Modality] = Modality.WORDS
    needs: ClassVar[tuple[str, ...]] = ("utterances",)
    scope: ClassVar[Scope] = "utterances"
    cost: ClassVar[float] = 0.02

    purpose: ClassVar[str] = "Says which of the 28 GoEmotions categories words express."
    inputs: ClassVar[str] = "text of an utterance, at most 512 tokens"
    outputs: ClassVar[str] = (
        "scores 0..1 per category, not calibrated; valence and arousal -1..1 composed of them"
    )
    unknown: ClassVar[tuple[str, ...]] = (
        "learnt from written comments, not from speech",
        "irony is missed",
    )

    def reader(self) -> Reader:
        """Return the languages that the catalogue names for the model."""
        return Reader(text_model(None).letters, languages_of(self.entry()))

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Read what was said in each span; see ``TextEmotion.observe``."""
        entry, card = self.entry(), self.card
        tasks, findings = planned(clip, spans, known, self.reader())
        if tasks:
            items = [Item({"text": t.text}) for t in tasks]
            batches = buckets([len(t.text) + 8 for t in tasks], BATCH, spread=SIMILAR)
            answers = self.host().ask(items, batches=batches)
            for task, answer in zip(tasks, answers, strict=True):
                if isinstance(answer, Lost):
                    findings.append(
                        Gap(
                            tool=self.tool, code=GapCode.TOOL_FAILED, reason=answer.reason,
                            remedy=answer.remedy, subject=task.subject,
                            start_s=task.span.start_s, end_s=task.span.end_s,
                        )
                    )  # fmt: skip
                    continue
                findings.append(self._evidence(task, verdict_of(answer["scores"], entry), card))
        return in_order(findings)

    def _evidence(self, task: Task, verdict: Verdict, card: ModelCard) -> Evidence:
        return Evidence.of(
            tool=self.tool, engine=self.engine, modality=self.modality, card=card, span=task.span,
            subject=task.subject, score=max(verdict.scores.values()),
            reading=TextEmotionReading(
                scores=verdict.scores, valence=verdict.valence, arousal=verdict.arousal,
                language=task.language, expressed=verdict.expressed, cue_words=verdict.cue_words,
                translations=task.translations, translated_from=task.translated_from,
            ),
        )  # fmt: skip


class TransformersTextEmotion(_TextEmotionByModel):
    """By ``AutoModelForSequenceClassification``."""

    engine: ClassVar[str] = "transformers"
    loader: ClassVar[str] = "emer.tools.loaders.text:load"
    rank: ClassVar[int] = 30


class OnnxTextEmotion(_TextEmotionByModel):
    """By onnxruntime and tokenizers, which the base installation holds."""

    engine: ClassVar[str] = "onnx_encoder"
    loader: ClassVar[str] = "emer.tools.loaders.onnx_text:load"
    packages: ClassVar[tuple[str, ...]] = ("onnxruntime", "tokenizers")
    rank: ClassVar[int] = 20


def languages_of(entry: ModelEntry | None) -> frozenset[str] | None:
    """Return what a model reads; a checkpoint of the user's own is supposed to read everything."""
    if entry is None or not entry.languages:
        return None
    return frozenset(tag.partition("-")[0].lower() for tag in entry.languages)


def verdict_of(scores: Mapping[str, float], entry: ModelEntry | None) -> Verdict:
    """Return what a model's scores say in our categories.

    Args:
        scores: 0..1 by the model's labels.
        entry: With its labels in ours and thresholds, where there are any.

    Raises:
        ToolUnavailable: Not one of the labels is known here, or neutral alone.
    """
    table = {c: c for c in CATEGORIES} | dict(WORDS)
    if entry is not None and entry.labels:
        table = {label.casefold(): ours for label, ours in entry.labels.items()}
    ours: dict[str, float] = {}
    for label, score in scores.items():
        category = table.get(label.casefold())
        if category in CATEGORIES:
            ours[category] = max(ours.get(category, 0.0), min(max(float(score), 0.0), 1.0))
    told = {c: round(ours[c], 3) for c in CATEGORIES if c in ours}
    if not told.keys() - {"neutral"}:
        raise ToolUnavailable(
            TOOL, "the labels of the model are not known here",
            remedy="Say what they mean in your models.toml, under labels.",
        )  # fmt: skip
    least = dict(entry.thresholds) if entry is not None else {}
    expressed = [c for c in told if told[c] >= least.get(c, THRESHOLD)]
    expressed.sort(key=lambda c: (-told[c], c))
    valence, arousal = placed(told)
    return Verdict(told, valence, arousal, tuple(expressed), ())


def placed(scores: Mapping[str, float]) -> tuple[float, float]:
    """Return the mean place of categories on the plane, weighed by their scores."""
    total = sum(scores.values())
    if total <= 0.0:
        return 0.0, 0.0
    places = {c: taxonomy.category_affect("goemotions28", c) for c in scores}
    valence = sum(s * places[c].valence for c, s in scores.items()) / total
    arousal = sum(s * places[c].arousal for c, s in scores.items()) / total
    return round(valence, 3), round(arousal, 3)
