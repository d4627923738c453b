"""What engines share that read a face's expression off single pictures, in seven categories.

Reads    the aligned crops of every face in every span, and who is speaking
Returns  per span and visible face one ``ExpressionReading`` (set "fer7"): the mean over its pictures,
         and when its leading category was strongest; gaps where a face is seen too briefly, where
         there is none, and where the model's process was lost
Cost     that of the model; crops of several spans and faces go to it together
Source   valence and arousal: places of the categories' best labels in ``taxonomy``, after Russell
         1980, doi:10.1037/h0077714, weighed by their scores; neutral is 0
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools import taxonomy
from emer.tools.expression import FEWEST, PLENTY, STILL, TALKING
from emer.tools.findings import (
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    TimeSpan,
    select,
)
from emer.tools.hosting.host import Host
from emer.tools.hosting.items import Item, Lost, Message
from emer.tools.model_engine import ModelEngine
from emer.tools.readings import ExpressionReading, SpeakingFaceReading
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emer.tools.media.faces import FaceStore

SET: Final = "fer7"
CATEGORIES: Final = taxonomy.CATEGORY_SETS[SET]
BATCH: Final = 32
TOGETHER: Final = 4 * BATCH
"""So many crops are held at a time."""
MOST: Final = 60
"""Pictures of one face in one span that are looked at, evenly chosen."""
GIVEN_UP: Final = 2 * TOGETHER
"""After so many answers lost in a row no more is asked."""


@dataclass(slots=True)
class _Part:
    """One face in one span."""

    track: str
    span: TimeSpan
    n_samples: int
    aligned: float
    """Share of its samples with both eyes found."""
    times_s: list[float] = field(default_factory=list)
    scores: "list[NDArray[np.float64]]" = field(default_factory=list)
    lost: Lost | None = None


class FaceCategories(ModelEngine, ABC):
    """Reads expressions off pictures of faces; its model answers ``{"scores": {label: 0..1}}``."""

    tool: ClassVar[str] = "expression"
    modality: ClassVar[Modality] = Modality.FACE
    card: ModelCard
    needs: ClassVar[tuple[str, ...]] = ("faces", "active_speaker", "utterances")
    scope: ClassVar[Scope] = "windows"
    inputs: ClassVar[str] = "128x128 RGB crops of a face, eyes in a fixed place, a few a second"
    outputs: ClassVar[str] = (
        "score per category of the set 'fer7', sum 1, mean over the pictures of a span, not "
        "calibrated; valence and arousal -1..1 from the categories' places in our taxonomy"
    )

    @abstractmethod
    def labels(self) -> Mapping[str, str]:
        """Return the model's labels in ``CATEGORIES``."""

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Say per span and visible face what it shows.

        Args:
            clip: The decoded clip.
            spans: Where to look.
            known: Findings of ``active_speaker``.

        Returns:
            Evidence and gaps in time order, at least one per span.

        Raises:
            ToolUnavailable: The model cannot be loaded here.
        """
        found: list[Finding] = []
        parts, seen = [], set()
        for part in _parts(clip, spans):
            seen.add(part.span)
            if part.n_samples < FEWEST and clip.media.kind != "image":
                found.append(self._brief(part))
            else:
                parts.append(part)
        if parts and clip.faces is not None:
            self._ask(clip.faces, parts)
        speech = _speech(known)
        found += [self._finding(clip, part, speech) for part in parts]
        found += [self._no_face(clip, span) for span in spans if span not in seen]
        return sorted(found, key=lambda f: (f.start_s, f.end_s, f.subject))

    def _ask(self, faces: "FaceStore", parts: Sequence[_Part]) -> None:
        host, labels = self.host(), self.labels()
        waiting: list[tuple[_Part, float, Item]] = []
        lost_in_a_row = 0
        for part in parts:
            for time_s, crop in _crops(faces, part):
                waiting.append((part, time_s, Item({}, {"crop": crop})))
                if len(waiting) == TOGETHER:
                    lost_in_a_row = _answered(host, labels, waiting, lost_in_a_row)
                    waiting = []
        _answered(host, labels, waiting, lost_in_a_row)

    def _finding(self, clip: Clip, part: _Part, speech: Sequence[Evidence]) -> Finding:
        if not part.scores:
            lost = part.lost or Lost("no picture of it could be read")
            return self._gap(
                GapCode.TOOL_FAILED, part.span, part.track,
                f"{self.card.name}: {lost.reason}", lost.remedy,
            )  # fmt: skip
        every = np.array(part.scores)
        mean = every.mean(axis=0)
        lead = int(np.argmax(mean))
        n = len(every)
        share = STILL if clip.media.kind == "image" else min(1.0, n / PLENTY)
        trust = share * (0.5 + 0.5 * part.aligned) * float(mean[lead])
        talks = any(e.subject == part.track and e.overlaps(part.span) for e in speech)
        valence, arousal = places(dict(zip(CATEGORIES, mean.tolist(), strict=True)))
        return Evidence.of(
            tool=self.tool, engine=self.engine, modality=self.modality, card=self.card,
            span=part.span, subject=part.track, score=min(1.0, trust),
            reading=ExpressionReading(
                category_set=SET,
                scores={c: round(float(s), 4) for c, s in zip(CATEGORIES, mean, strict=True)},
                valence=round(valence, 3), arousal=round(arousal, 3),
                apex_s=round(part.times_s[int(np.argmax(every[:, lead]))], 3),
                while_speaking=talks,
            ),
        )  # fmt: skip

    def _brief(self, part: _Part) -> Gap:
        return self._gap(
            GapCode.TOO_SHORT, part.span, part.track,
            f"the face is visible in {part.n_samples} sampled picture of this span only", "",
        )  # fmt: skip

    def _no_face(self, clip: Clip, span: TimeSpan) -> Gap:
        if clip.media.video is None:
            return self._gap(GapCode.NO_STREAM, span, None, "there are no pictures", "")
        return self._gap(GapCode.NOTHING_THERE, span, None, "no face is visible", "")

    def _gap(
        self, code: GapCode, span: TimeSpan, track: str | None, reason: str, remedy: str
    ) -> Gap:
        subject = {} if track is None else {"subject": track}
        return Gap(
            tool=self.tool, code=code, start_s=span.start_s, end_s=span.end_s,
            reason=reason, remedy=remedy, **subject,
        )  # fmt: skip


def places(scores: Mapping[str, float]) -> tuple[float, float]:
    """Return the valence and arousal (-1..1) of categories of ``fer7`` with their scores."""
    where = {c: taxonomy.category_affect(SET, c) for c in scores}
    total = max(sum(scores.values()), 1e-9)
    return (
        sum(s * where[c].valence for c, s in scores.items()) / total,
        sum(s * where[c].arousal for c, s in scores.items()) / total,
    )


def shares(told: Mapping[str, float], labels: Mapping[str, str]) -> "NDArray[np.float64] | None":
    """Return what a model's labels say of each of ``CATEGORIES``, sum 1.

    Labels without a counterpart are left out, and their share with them; ``None`` where nothing
    that has one is left.
    """
    found = np.zeros(len(CATEGORIES))
    for label, score in told.items():
        if labels.get(label) in CATEGORIES:
            found[CATEGORIES.index(labels[label])] += score
    total = float(found.sum())
    return found / total if total > 1e-6 and np.isfinite(total) else None


def _answered(
    host: Host,
    labels: Mapping[str, str],
    asked: "list[tuple[_Part, float, Item]]",
    lost_in_a_row: int,
) -> int:
    """Ask about crops and file what is said of them; return how many were lost without end."""
    if not asked:
        return lost_in_a_row
    if lost_in_a_row >= GIVEN_UP:
        for part, _, _ in asked:
            part.lost = part.lost or Lost(
                "its process was lost again and again", "Run: emer doctor."
            )
        return lost_in_a_row
    batches = [range(i, min(i + BATCH, len(asked))) for i in range(0, len(asked), BATCH)]
    answers: list[Message | Lost] = host.ask([item for _, _, item in asked], batches=batches)
    for (part, time_s, _), answer in zip(asked, answers, strict=True):
        if isinstance(answer, Lost):
            part.lost = answer
            continue
        found = shares(answer["scores"], labels)
        if found is None:
            part.lost = Lost("it answered with labels that have no counterpart here")
            continue
        part.times_s.append(time_s)
        part.scores.append(found)
    return lost_in_a_row + len(asked) if all(isinstance(a, Lost) for a in answers) else 0


def _parts(clip: Clip, spans: Sequence[TimeSpan]) -> Iterator[_Part]:
    """Yield every face in every span, in time order."""
    tracks = {t: clip.faces.samples(t) for t in clip.faces.tracks} if clip.faces else {}
    for span in spans:
        for track, samples in tracks.items():
            first, end = np.searchsorted(samples.times_s, (span.start_s, span.end_s))
            if end > first:
                aligned = float(samples.aligned[first:end].mean())
                yield _Part(track, span, int(end - first), aligned)


def _crops(faces: "FaceStore", part: _Part) -> "Iterator[tuple[float, NDArray[np.uint8]]]":
    """Yield at most ``MOST`` crops of a face in a span, evenly chosen."""
    n = part.n_samples
    chosen = set(range(n)) if n <= MOST else set(np.linspace(0, n - 1, MOST).round().astype(int))
    place = 0
    for times_s, crops in faces.crops(part.track, part.span):
        for time_s, crop in zip(times_s.tolist(), crops, strict=True):
            if place in chosen:
                yield time_s, crop
            place += 1


def _speech(known: Sequence[Finding]) -> list[Evidence]:
    return [
        e
        for e in select(known, kind="speaking_face")
        if isinstance(e.reading, SpeakingFaceReading) and e.reading.speaking_score >= TALKING
    ]
