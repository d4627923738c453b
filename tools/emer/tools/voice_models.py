"""Voices judged by a model in a process of its own: windows in batches, pooled per utterance.

Reads    the soundtrack by span; utterances (or speaker turns) and speech stretches found before
Returns  per utterance what ``made`` makes of its windows' answers, or a gap

Utterances are judged by themselves: nothing of what is usual for a speaker is taken away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np

from emer.tools.findings import Evidence, Finding, Gap, GapCode, TimeSpan
from emer.tools.hosting.host import Host, buckets
from emer.tools.hosting.items import Item, Lost
from emer.tools.specialist import Clip
from emer.tools.voice_presence import Heard, Refused, every_voice, gap_of
from emer.tools.voice_spans import Part, VoiceSpans

WINDOW_S: Final = 6.0
"""Such models were trained on a few seconds at a time."""
WHOLE_S: Final = 9.0
"""An utterance no longer than this is one window."""
MAX_WINDOWS: Final = 20
"""Two minutes; of a longer utterance, so many, evenly spread, are heard."""
LEAST_S: Final = 0.5
BATCH: Final = 16
AT_ONCE: Final = 64
"""Utterances whose sound is held in memory at the same time."""
ENOUGH_S: Final = 1.5
"""From so much voiced sound on, length takes nothing from the score."""
CLEAN_SNR_DB: Final = 20.0
UNKNOWN_SNR_SCORE: Final = 0.8

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Voiced:
    """One utterance, ready to be judged."""

    part: Part
    heard: Heard

    def trust(self) -> float:
        """Return how far any judgement of this sound may be trusted, 0..1."""
        length = float(np.sqrt(min(self.heard.prosody.voiced_s / ENOUGH_S, 1.0)))
        clean = UNKNOWN_SNR_SCORE
        if self.heard.snr_db is not None:
            clean = float(np.clip(self.heard.snr_db / CLEAN_SNR_DB, 0.1, 1.0))
        return length * clean * (1.0 - 0.8 * self.part.shared)


Made = Callable[[Voiced, Mapping[str, float]], Evidence | Gap]


def judged(
    tool: str,
    host: Host,
    clip: Clip,
    spans: Sequence[TimeSpan],
    known: Sequence[Finding],
    numbers: Callable[[Answer], Mapping[str, float]],
    made: Made,
) -> list[Finding]:
    """Let a model judge every voice in ``spans``; where there is none, say why.

    Args:
        tool: On whose behalf.
        host: Of the model.
        clip: Whose soundtrack is read.
        spans: Where to listen.
        known: Utterances or turns, speech.
        numbers: What is averaged of one answer.
        made: Makes a finding of an utterance and the averages over its windows, by duration.
    """
    waiting: dict[int, Voiced] = {}

    def later(part: Part, voices: VoiceSpans, heard: Heard) -> Gap:
        if heard.prosody.duration_s < LEAST_S:
            few = f"{heard.prosody.duration_s:.2f} s of sound are too few"
            return gap_of(tool, part, Refused(GapCode.TOO_SHORT, few))
        place = gap_of(tool, part, Refused(GapCode.NOT_LOOKED_AT, "it was not reached"))
        waiting[id(place)] = Voiced(part, heard)
        return place

    found = every_voice(tool, clip, spans, known, later)
    answers: dict[int, Finding] = {}
    keys = iter(waiting)
    while some := list(islice(keys, AT_ONCE)):
        voiced = [waiting[k] for k in some]
        for key, finding in zip(some, _group(tool, host, clip, voiced, numbers, made), strict=True):
            answers[key] = finding
    return [answers.get(id(f), f) for f in found]


def windows(span: TimeSpan) -> list[TimeSpan]:
    """Return the stretches that an utterance is heard in, in order, of one length."""
    if span.duration_s <= WHOLE_S:
        return [span]
    n = min(int(np.ceil(span.duration_s / WINDOW_S)), MAX_WINDOWS)
    starts = np.linspace(span.start_s, span.end_s - WINDOW_S, n)
    return [TimeSpan(start_s=float(s), end_s=float(s) + WINDOW_S) for s in starts]


def pooled(rows: Sequence[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """Return means of numbers, each row weighed by its duration."""
    total = sum(seconds for _, seconds in rows)
    names = {name for row, _ in rows for name in row}
    return {n: sum(row.get(n, 0.0) * s for row, s in rows) / total for n in sorted(names)}


def _group(
    tool: str,
    host: Host,
    clip: Clip,
    voiced: Sequence[Voiced],
    numbers: Callable[[Answer], Mapping[str, float]],
    made: Made,
) -> Iterator[Finding]:
    assert clip.soundtrack is not None
    cut = [windows(v.part.span) for v in voiced]
    flat = [w for own in cut for w in own]
    items = [Item({}, {"sound": clip.soundtrack.read(w)}) for w in flat]
    lengths = [max(1, len(i.arrays["sound"])) for i in items]
    answers = iter(host.ask(items, batches=buckets(lengths, BATCH)))
    for v, own in zip(voiced, cut, strict=True):
        told = [(next(answers), w.duration_s) for w in own]
        rows = [(numbers(a), s) for a, s in told if not isinstance(a, Lost)]
        if rows:
            yield made(v, pooled(rows))
            continue
        lost = next(a for a, _ in told if isinstance(a, Lost))
        yield gap_of(tool, v.part, Refused(GapCode.TOOL_FAILED, lost.reason)).model_copy(
            update={"remedy": lost.remedy}
        )
