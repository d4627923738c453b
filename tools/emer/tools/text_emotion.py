"""What the words of a speaker express: the 28 GoEmotions categories, valence and arousal.

Reads    the utterances of the clip, as the tool ``utterances`` found them; English only
Returns  per span and speaker one finding: scores (0..1, independent, not calibrated), valence and
         arousal (-1..1), and the literal words that weighed most; or a gap saying why not
Cost     about 0.2 ms per utterance on one core, 3 MB; the network loads on first use
Source   a small network of our own, trained on GoEmotions (Demszky et al. 2020,
         doi:10.18653/v1/2020.acl-main.372) by ``emer.evals.train.text``
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from itertools import accumulate
from typing import ClassVar, Final, NamedTuple

from emer.tools.findings import (
    SCENE,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    Spanned,
    TimeSpan,
    select,
)
from emer.tools.networks import card_of, check
from emer.tools.readings import TextEmotionReading, UtteranceReading
from emer.tools.specialist import Clip, Scope
from emer.tools.text_features import MAX_CHARS, tokenize
from emer.tools.text_language import Guess, guess
from emer.tools.text_model import NAME, TOOL, TextModel, text_model

CODE: Final = 2
"""Revision of the code around the network."""
ENGLISH: Final = frozenset({"en", "eng", "english"})
NO_LANGUAGE: Final = frozenset({"", "und", "mul", "mis", "zxx"})
"""Language tags that name no language."""
ENOUGH: Final = 0.5
"""An utterance belongs to a span if they share this much of the shorter one."""
REMEDY: Final = (
    "Provide English subtitles, or say the language with --language en if it is English after all."
)


class _Said(NamedTuple):
    """One utterance with what is known about its language."""

    utterance: Evidence
    subject: str
    text: str
    english: bool | None
    """``None`` without text, or if nothing tells the language."""
    why: str
    """Why it is not English, for a person."""


class _Task(NamedTuple):
    """One text to judge and where the verdict goes."""

    text: str
    span: TimeSpan
    subject: str


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
            known: Findings of the tool ``utterances``.

        Returns:
            In time order, per span and speaker: evidence over the part of the span in which the
            words were said, and gaps where there are none or where they cannot be read.

        Raises:
            ToolUnavailable: The weights are missing or altered.
        """
        model = self._ready()
        said = _languages(select(known, kind="utterance"), clip.language, model)
        tasks: list[_Task] = []
        findings: list[Finding] = []
        for span, group in _by_span(spans, said, clip.span):
            if not group:
                findings.append(_gap(span, GapCode.NOTHING_THERE, "no speech was found here", ""))
            for subject in dict.fromkeys(one.subject for one in group):
                planned, gaps = _plan(span, [one for one in group if one.subject == subject])
                tasks.extend(planned)
                findings.extend(gaps)
        verdicts = model.judge([task.text for task in tasks])
        for task, verdict in zip(tasks, verdicts, strict=True):
            reading = TextEmotionReading(
                scores=verdict.scores,
                valence=verdict.valence,
                arousal=verdict.arousal,
                language="en",
                expressed=verdict.expressed,
                cue_words=verdict.cue_words,
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
        unique = {_identity(finding): finding for finding in findings}
        return sorted(unique.values(), key=lambda f: (f.start_s, f.end_s, f.subject))

    def _ready(self) -> TextModel:
        """Load once, even when two threads ask together."""
        with self._lock:
            if self._model is None:
                self._model = text_model(self._folder)
            return self._model


def _identity(finding: Finding) -> tuple[object, ...]:
    """Tell findings apart; two spans over the same words must not report them twice."""
    if isinstance(finding, Evidence):
        return (finding.id,)
    return (finding.code, finding.subject, finding.start_s, finding.end_s, finding.reason)


def _languages(utterances: Sequence[Evidence], stated: str | None, model: TextModel) -> list[_Said]:
    """Decide per utterance whether it is English; where the text is too short, the others vote."""
    said = [_said(one, stated, model) for one in utterances]
    told = [one for one in said if one.english is not None]
    vote = sum(1 if one.english else -1 for one in told)
    if vote > 0:
        return [
            one._replace(english=True) if one.english is None and one.text else one for one in said
        ]
    return said


def _said(utterance: Evidence, stated: str | None, model: TextModel) -> _Said:
    reading = utterance.reading
    assert isinstance(reading, UtteranceReading)
    text = " ".join((reading.text or "").split())
    subject = reading.speaker or utterance.subject
    looks = guess(text, model.letters)
    tag = next((t for t in map(_primary, (reading.language, stated)) if t not in NO_LANGUAGE), "")
    if tag and tag not in ENGLISH:
        return _Said(
            utterance, subject, text, False if text else None, f"the language is given as {tag!r}"
        )
    if tag and not looks.by_script:
        # who states that it is English is believed, but not over another alphabet
        looks = Guess(True)
    english = looks.english if text else None
    return _Said(utterance, subject, text, english, f"the words look like {looks.name}")


def _primary(tag: str | None) -> str:
    return (tag or "").replace("_", "-").partition("-")[0].strip().lower()


def _by_span(
    spans: Sequence[TimeSpan], said: Sequence[_Said], within: TimeSpan
) -> Iterator[tuple[TimeSpan, list[_Said]]]:
    """Yield each span, cut to the clip, with the utterances that belong to it."""
    starts = [one.utterance.start_s for one in said]
    latest_end = list(accumulate((one.utterance.end_s for one in said), max))
    for asked in spans:
        start_s, end_s = max(asked.start_s, within.start_s), min(asked.end_s, within.end_s)
        if end_s <= start_s:
            continue
        span = TimeSpan(start_s=start_s, end_s=end_s)
        touching: list[_Said] = []
        i = bisect_left(starts, end_s) - 1
        while i >= 0 and latest_end[i] > start_s:
            if said[i].utterance.overlaps(span):
                touching.append(said[i])
            i -= 1
        touching.reverse()
        # who asks for exactly one utterance does not mean the one that talks over it
        exactly = [one for one in touching if one.utterance.span == asked]
        mainly = [one for one in touching if _share(one.utterance, span) >= ENOUGH]
        yield span, exactly or mainly or touching


def _share(one: Spanned, other: Spanned) -> float:
    return one.overlap_s(other) / min(one.duration_s, other.duration_s)


def _plan(span: TimeSpan, group: Sequence[_Said]) -> tuple[list[_Task], list[Finding]]:
    """Decide what to read of one speaker's utterances in one span, and what stays a gap."""
    subject = group[0].subject
    readable = [one for one in group if one.english and _has_words(one.text)]
    fitting = _first_chars(readable)
    tasks: list[_Task] = []
    gaps: list[Finding] = []
    if fitting:
        text = " ".join(one.text for one in fitting)[:MAX_CHARS]
        tasks.append(_Task(text, _around(fitting, span), subject))
    if len(fitting) < len(readable):
        reason = f"only the first {MAX_CHARS:,} characters of a span are read at once"
        remedy = "Ask about shorter spans."
        left = _around(readable[len(fitting) :], span)
        gaps.append(_gap(left, GapCode.NOT_LOOKED_AT, reason, remedy, subject))
    foreign = [one for one in group if one.english is False]
    if foreign:
        reason = f"{foreign[0].why}, and this engine reads English only"
        where = _around(foreign, span)
        gaps.append(_gap(where, GapCode.UNSUPPORTED, reason, REMEDY, subject))
    unclear = [one for one in group if one.english is None and _has_words(one.text)]
    if unclear and not foreign:
        reason = (
            "there are too few words to tell their language, and this engine reads English only"
        )
        remedy = "Say the language with --language."
        where = _around(unclear, span)
        gaps.append(_gap(where, GapCode.UNSUPPORTED, reason, remedy, subject))
    if not tasks and not gaps:
        silent = all(one.text == "" for one in group)
        reason = "there is speech but no transcript of it" if silent else "the text holds no words"
        remedy = (
            "Provide subtitles, or install the weights of a speech recogniser." if silent else ""
        )
        gaps.append(_gap(_around(group, span), GapCode.NOTHING_THERE, reason, remedy, subject))
    return tasks, gaps


def _has_words(text: str) -> bool:
    return any(token.is_cue for token in tokenize(text))


def _first_chars(said: Sequence[_Said]) -> list[_Said]:
    """Return the leading utterances that fit into ``MAX_CHARS`` together, at least one."""
    ends = accumulate(len(one.text) + 1 for one in said)
    n = sum(end <= MAX_CHARS + 1 for end in ends)
    return list(said[: max(n, 1)])


def _around(group: Sequence[_Said], span: TimeSpan) -> TimeSpan:
    """Return the part of ``span`` from the group's first word to its last."""
    start_s = max(span.start_s, min(one.utterance.start_s for one in group))
    end_s = min(span.end_s, max(one.utterance.end_s for one in group))
    return TimeSpan(start_s=start_s, end_s=end_s)


def _gap(span: Spanned, code: GapCode, reason: str, remedy: str, subject: str = SCENE) -> Gap:
    return Gap(
        tool=TOOL, code=code, start_s=span.start_s, end_s=span.end_s, subject=subject,
        reason=reason, remedy=remedy,
    )  # fmt: skip
