"""Sounds that are not words: laughter, crying, sighs, and music around people, by transformers.

Reads    the soundtrack, in overlapping windows
Returns  one ``VocalEventReading`` per stretch in which a sound is heard, of nobody in particular;
         a gap where there is none
Cost     about a fifth of the length of the sound on one core
Source   the model's page, see its card; labels as in AudioSet (Gemmeke et al. 2017)

Its labels are brought to ours by the catalogue; of a checkpoint that the catalogue does not know,
AudioSet's are supposed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Final, cast, get_args

import numpy as np

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import (
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    Spanned,
    TimeSpan,
)
from emer.tools.hosting.items import Item, Lost
from emer.tools.model_engine import ModelEngine
from emer.tools.models.catalogue import shipped
from emer.tools.readings import VocalEvent, VocalEventReading
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW_S: Final = 4.0
HOP_S: Final = 2.0
THRESHOLD: Final = 0.3
"""A sound counts from this score on; an assumption, scores of AudioSet models are low."""
SILENT: Final = 10.0 ** (-65.0 / 20.0)
"""Of full scale; what is quieter is rounding and room tone."""
BATCH: Final = 8
AT_ONCE: Final = 64
"""Windows whose sound is held in memory at the same time."""
EVENTS: Final = get_args(VocalEvent)
NO_VOICE: Final = frozenset({"music", "applause"})
"""Sounds that belong to the scene."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One sound over neighbouring windows."""

    event: str
    start_s: float
    end_s: float
    score: float
    n_windows: int = 1


class VocalEvents(ModelEngine):
    """Hears sounds that are not words, with ``AutoModelForAudioClassification``."""

    tool: ClassVar[str] = "vocal_events"
    engine: ClassVar[str] = "transformers"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 20
    optional: ClassVar[bool] = True
    cost: ClassVar[float] = 0.2

    loader: ClassVar[str] = "emer.tools.loaders.voice:load_events"
    purpose: ClassVar[str] = (
        "Hears laughter, crying, sighs, music and other sounds that are not words."
    )
    inputs: ClassVar[str] = "16 kHz mono sound in windows of 4 s, every 2 s"
    outputs: ClassVar[str] = "stretches with a sound and its highest score 0..1, not calibrated"
    unknown: ClassVar[tuple[str, ...]] = (
        "sounds under talk are missed",
        "who makes the sound is not told",
        "times are loose by two seconds",
    )

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Listen to the windows that meet ``spans``; see ``Specialist.observe``."""
        if not spans:
            return []
        if clip.soundtrack is None:
            return [_gap(s, GapCode.NO_STREAM, "the clip has no sound") for s in spans]
        found = [f for f in self._found(clip) if any(f.overlaps(s) for s in spans)]
        found.extend(
            _gap(span, GapCode.NOTHING_THERE, "no laughter, crying or other such sound was heard")
            for span in spans
            if not any(f.overlaps(span) for f in found)
        )
        return sorted(found, key=lambda f: (f.start_s, f.end_s))

    def _found(self, clip: Clip) -> list[Finding]:
        host, card, table = self.host(), self.card, self._table()
        heard: list[Heard] = []
        found: list[Finding] = []
        windows = _windows(clip)
        while some := list(islice(windows, AT_ONCE)):
            items = [Item({}, {"sound": sound}) for _, sound in some]
            batches = [range(i, min(i + BATCH, len(items))) for i in range(0, len(items), BATCH)]
            for (window, _), answer in zip(some, host.ask(items, batches=batches), strict=True):
                if isinstance(answer, Lost):
                    found.append(_gap(window, GapCode.TOOL_FAILED, answer.reason, answer.remedy))
                    continue
                for event, score in events_of(answer["scores"], table).items():
                    heard.append(Heard(event, window.start_s, window.end_s, score))
        found.extend(self._evidence(h, card) for h in joined(heard))
        return found

    def _table(self) -> Mapping[str, str]:
        entry = self.entry()
        table = entry.labels if entry is not None else shipped()["ast-audioset"].labels
        odd = sorted(set(table.values()) - set(EVENTS))
        if odd:
            raise ToolUnavailable(
                self.tool, f"the catalogue names sounds that are not known here: {', '.join(odd)}",
                remedy=f"Use these in your models.toml: {', '.join(EVENTS)}.",
            )  # fmt: skip
        return table

    def _evidence(self, heard: Heard, card: ModelCard) -> Evidence:
        return Evidence.of(
            tool=self.tool, engine=self.engine, card=card,
            modality=Modality.SCENE if heard.event in NO_VOICE else Modality.VOICE,
            span=TimeSpan(start_s=heard.start_s, end_s=heard.end_s), score=heard.score,
            reading=VocalEventReading(
                event=cast("VocalEvent", heard.event), loudest=heard.score,
                n_windows=heard.n_windows,
            ),
        )  # fmt: skip


def events_of(scores: Mapping[str, float], table: Mapping[str, str]) -> dict[str, float]:
    """Return the sounds that are heard, each with its highest score.

    Args:
        scores: 0..1 by the model's labels; those without a counterpart are passed over.
        table: Our sound by label.

    Raises:
        ToolUnavailable: None of the labels has a counterpart.
    """
    known = {label: table[label] for label in scores if label in table}
    if not known:
        raise ToolUnavailable(
            VocalEvents.tool, "none of the model's labels is known here",
            remedy="Say what they mean in your models.toml, under labels.",
        )  # fmt: skip
    found: dict[str, float] = {}
    for label, event in known.items():
        score = round(min(max(float(scores[label]), 0.0), 1.0), 3)
        if score >= THRESHOLD:
            found[event] = max(score, found.get(event, 0.0))
    return found


def joined(heard: Iterable[Heard]) -> list[Heard]:
    """Join what is heard in windows that overlap or touch, sound by sound, in time order."""
    done: list[Heard] = []
    last: dict[str, int] = {}
    for one in sorted(heard, key=lambda h: (h.start_s, h.end_s)):
        at = last.get(one.event)
        if at is not None and one.start_s <= done[at].end_s:
            before = done[at]
            done[at] = Heard(
                one.event, before.start_s, max(before.end_s, one.end_s),
                max(before.score, one.score), before.n_windows + 1,
            )  # fmt: skip
            continue
        last[one.event] = len(done)
        done.append(one)
    return done


def _windows(clip: Clip) -> "Iterator[tuple[TimeSpan, NDArray[np.float32]]]":
    """Yield the stretches that are listened to, with their sound; silent ones are left out."""
    assert clip.soundtrack is not None
    start_s = max(clip.span.start_s, clip.soundtrack.start_s)
    end_s = min(clip.span.end_s, clip.soundtrack.end_s)
    if end_s <= start_s:
        return
    last_s = max(start_s, end_s - WINDOW_S)
    n = int(np.ceil((last_s - start_s) / HOP_S)) + 1
    for first_s in np.linspace(start_s, last_s, n):
        span = TimeSpan(start_s=float(first_s), end_s=min(float(first_s) + WINDOW_S, end_s))
        sound = clip.soundtrack.read(span)
        if len(sound) and float(np.abs(sound).max()) >= SILENT:
            yield span, sound


def _gap(span: Spanned, code: GapCode, reason: str, remedy: str = "") -> Gap:
    return Gap(
        tool=VocalEvents.tool, code=code, start_s=span.start_s, end_s=span.end_s, reason=reason,
        remedy=remedy,
    )  # fmt: skip
