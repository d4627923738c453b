"""Subtitles of a report: what is said, by whom, the labels of that moment, and other sounds.

Long utterances are cut where the times of their words are known; else they stay whole, because
any other cut would be a guess.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from emer.agent.exports.annotation.tiers import SPOKEN
from emer.agent.exports.marks import line
from emer.tools.readings import VocalEventReading, Word, WordsReading

if TYPE_CHECKING:
    from emer.graphs.report import Report
    from emer.tools.findings import Utterance

MAX_CHARS: Final = 84
"""Two lines of 42, as broadcasters do it."""
MAX_S: Final = 7.0
PAUSE_S: Final = 0.6
"""A pause between words that makes a good place to cut."""
MAX_LABELS: Final = 2
UNKNOWN: Final = "unknown"
_ENDS: Final = (".", "!", "?", "…", "。", "！", "？", ",", ";", "，", "；")


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle."""

    start_s: float
    end_s: float
    person: str
    words: str
    labels: str = ""
    """Empty if there are none."""
    sound: str = ""
    """A sound that is not a word, with its score: then nobody speaks in this subtitle."""


def cues_of(report: "Report") -> list[Cue]:
    """Return the subtitles in time order; overlapping ones stay as they are."""
    labels = _labels(report)
    spoken = {e.id: e.reading.words for e in report.evidence if isinstance(e.reading, WordsReading)}
    cues: list[Cue] = []
    for u in report.utterances:
        person = UNKNOWN if u.subject == "scene" else u.subject
        words = [w for i in u.evidence for w in spoken.get(i, ())]
        for start_s, end_s, text in pieces(u, words):
            cues.append(Cue(start_s, end_s, person, text, labels.get((u.id, u.subject), "")))
    cues += [
        Cue(e.start_s, min(e.end_s, e.start_s + MAX_S), "", "", sound=_sound(e.reading))
        for e in report.evidence if isinstance(e.reading, VocalEventReading)
    ]  # fmt: skip
    return sorted(cues, key=lambda c: (c.start_s, c.end_s))


def _sound(heard: VocalEventReading) -> str:
    return f"{heard.event} {heard.loudest:.2f}"


def pieces(utterance: "Utterance", words: Sequence[Word]) -> Iterator[tuple[float, float, str]]:
    """Yield the parts of an utterance that make one subtitle each: start, end and words.

    Args:
        utterance: What was said.
        words: Its words with their times; passed over unless they are exactly its text.
    """
    text = line(utterance.text or SPOKEN)
    timed = [(w, t) for w in words if (t := line(w.text))]
    short = len(text) <= MAX_CHARS and utterance.duration_s <= MAX_S
    if short or " ".join(t for _, t in timed) != text or not _forward([w for w, _ in timed]):
        yield utterance.start_s, utterance.end_s, text
        return
    groups = _groups(timed)
    for i, group in enumerate(groups):
        first = utterance.start_s if i == 0 else group[0][0].start_s
        last = utterance.end_s if i == len(groups) - 1 else group[-1][0].end_s
        yield first, max(last, first), " ".join(t for _, t in group)


def _forward(words: Sequence[Word]) -> bool:
    return all(a.start_s <= b.start_s for a, b in pairwise(words))


def _groups(words: Sequence[tuple[Word, str]]) -> list[list[tuple[Word, str]]]:
    groups: list[list[tuple[Word, str]]] = [[]]
    for word, text in words:
        group = groups[-1]
        if group and _full(group, word, text):
            groups.append([])
        groups[-1].append((word, text))
    return groups


def _full(group: Sequence[tuple[Word, str]], word: Word, text: str) -> bool:
    """Whether ``word`` begins a new subtitle."""
    n_chars = sum(len(t) + 1 for _, t in group)
    if n_chars + len(text) > MAX_CHARS or word.end_s - group[0][0].start_s > MAX_S:
        return True
    last, last_text = group[-1]
    half = n_chars > MAX_CHARS / 2
    return half and (word.start_s - last.end_s >= PAUSE_S or last_text.endswith(_ENDS))


def _labels(report: "Report") -> dict[tuple[str, str], str]:
    """Return the labels of who speaks, best first, by utterance and person."""
    found: dict[tuple[str, str], str] = {}
    by_segment: dict[str, list[tuple[float, str]]] = {}
    for x in report.labels:
        by_segment.setdefault(x.segment, []).append((-x.score, line(f"{x.shown} {x.score:.2f}")))
    for s in report.explanation.segments:
        own = sorted(by_segment.get(s.id, ()))[:MAX_LABELS]
        if s.utterance and s.role == "speaking" and own:
            found[s.utterance, s.subject] = ", ".join(text for _, text in own)
    return found
