"""Who says what, when: speech activity, speaker turns and words joined into utterances.

Reads    findings of speech activity, diarization and speech recognition
Returns  one ``UtteranceReading`` per stretch of one person's speech, with its words if known
Cost     arithmetic on times; sound is read only to place a cut in a long stretch without words
Source   none: rules, stated below

Words bound utterances where there are words; elsewhere turns and pauses do. A subtitle that names
its speaker is believed before the diarization: each name is tied to the diarized voice that it
shares most time with, one name to one voice; a name left over gets a speaker id of its own.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from emer.tools.findings import (
    NOTHING_TRAINED,
    SCENE,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    TimeSpan,
    select,
)
from emer.tools.readings import UtteranceReading, WordsReading
from emer.tools.specialist import Clip, Scope
from emer.tools.utterance_pieces import (
    SHORTEST_S,
    Piece,
    Timeline,
    cut,
    pauses,
    sentences,
    shortened,
    side_by_side,
)
from emer.tools.utterance_wordless import wordless

WORDLESS_REST_S: Final = 1.0
"""Speech beside subtitles becomes an utterance of its own from this length on; less than that is
the edge of a subtitle that was timed loosely."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What other specialists found, ready to be asked."""

    speech: Timeline[Evidence]
    turns: Timeline[Evidence]
    names: dict[str, str]
    """Speaker id per name that subtitles use."""


class Utterances:
    """Joins speech, speaker turns and words into utterances."""

    tool: ClassVar[str] = "utterances"
    engine: ClassVar[str] = "rules"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ("speech_activity", "diarization", "asr")
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.0002
    card: ClassVar[ModelCard] = ModelCard(
        name="utterance-rules",
        revision="1",
        purpose="Joins speech, speaker turns and words into one person's stretches of speech.",
        inputs="stretches of speech, speaker turns and words with their times, in seconds",
        outputs="utterances of 0.3 to 15 s, at most one at a time per speaker, in time order",
        licence="Apache-2.0",
        commercial_use=True,
        source="this project",
        trained_on="nothing: rules",
        metrics="not measured; its properties are tested: inside the clip, sorted, no word lost",
        split="none: nothing was chosen on data",
        calibration="none: no score is given",
        training=NOTHING_TRAINED,
        limits=(
            "a subtitle that covers two speakers goes to the one who holds the floor longer,"
            " unless its words have times",
            "a subtitle longer than 15 s stays whole if its words have no times",
            "inherits every error of the tools it reads",
        ),
    )

    def ready(self) -> None:
        """Always: it needs nothing that can be missing."""

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Join what is ``known``; see ``Specialist.observe``."""
        pieces = _utterances(clip, known) if spans else []
        speech = Timeline(select(known, kind="speech") or select(known, kind="speaker_turn"))
        asked = Timeline(spans)
        found: list[Finding] = [
            self._evidence(p, speech) for p in pieces if any(asked.between(p.start_s, p.end_s))
        ]
        told = Timeline(found)
        for span in spans:
            if not any(told.between(span.start_s, span.end_s)):
                found.append(_gap(clip, span))
        return sorted(found, key=lambda f: (f.start_s, f.end_s))

    def _evidence(self, piece: Piece, speech: Timeline[Evidence]) -> Evidence:
        # never longer than the rounded span, whatever the last digit does
        speech_s = min(speech.covered_s(piece.start_s, piece.end_s), piece.duration_s)
        return Evidence.of(
            tool=self.tool, engine=self.engine, modality=self.modality, card=self.card,
            span=TimeSpan(start_s=piece.start_s, end_s=piece.end_s),
            subject=piece.speaker or SCENE, score=piece.share,
            reading=UtteranceReading(
                speaker=piece.speaker, text=piece.text, language=piece.language,
                words_evidence=piece.sources, speech_s=round(speech_s, 3),
            ),
        )  # fmt: skip


def _utterances(clip: Clip, known: Sequence[Finding]) -> list[Piece]:
    turns, words = select(known, kind="speaker_turn"), select(known, kind="words")
    heard = _Known(
        speech=Timeline(select(known, kind="speech") or turns),
        turns=Timeline(turns),
        names=_names(words, turns),
    )
    spoken = [p for w in words for p in _worded(w, heard, clip.span)]
    spoken.sort(key=lambda p: (p.start_s, p.end_s))
    spoken = side_by_side(_trimmed(p, heard.speech) for p in sentences(spoken))
    covered = Timeline(TimeSpan(start_s=p.start_s, end_s=p.end_s) for p in spoken)
    least_s = WORDLESS_REST_S if words else SHORTEST_S
    unworded = [
        p for p in wordless(heard.speech, heard.turns, covered, clip) if p.duration_s >= least_s
    ]
    every = [_on_the_clock(p) for p in side_by_side([*spoken, *unworded])]
    return [p for p in every if p.end_s > p.start_s]


def _on_the_clock(piece: Piece) -> Piece:
    return replace(piece, start_s=round(piece.start_s, 3), end_s=round(piece.end_s, 3))


def _worded(words: Evidence, heard: _Known, whole: TimeSpan) -> Iterator[Piece]:
    """Turn one subtitle or recognised segment into pieces, each of one speaker."""
    reading = words.reading
    assert isinstance(reading, WordsReading)
    start_s, end_s = max(words.start_s, whole.start_s), min(words.end_s, whole.end_s)
    if end_s <= start_s or not reading.text.strip():
        return
    piece = Piece(
        start_s, end_s, text=reading.text, language=reading.language, words=reading.words,
        sources=(words.id,),
    )  # fmt: skip
    if reading.named_speaker:
        parts = cut(piece, pauses(piece))
        parts = [replace(p, speaker=heard.names[_folded(reading.named_speaker)]) for p in parts]
    else:
        parts = cut(piece, [*pauses(piece), *_changes(piece, heard.turns)])
        parts = [_attributed(p, heard.turns) for p in parts]
    for part in parts:
        yield from shortened(part)


def _changes(piece: Piece, turns: Timeline[Evidence]) -> list[int]:
    """Return the words of ``piece`` at which another speaker has taken the floor."""
    owners = [_owner(turns, w.start_s, w.end_s)[0] for w in piece.words]
    known = [o for o in owners if o is not None]
    if len(set(known)) < 2:
        return []
    # a word between turns belongs to whoever spoke last
    filled, last = [], known[0]
    for owner in owners:
        last = owner or last
        filled.append(last)
    return [i + 1 for i, (a, b) in enumerate(itertools.pairwise(filled)) if a != b]


def _attributed(piece: Piece, turns: Timeline[Evidence]) -> Piece:
    speaker, share = _owner(turns, piece.start_s, piece.end_s)
    return replace(piece, speaker=speaker, share=share)


def _owner(
    turns: Timeline[Evidence], start_s: float, end_s: float
) -> tuple[str | None, float | None]:
    """Return who holds the floor longest, and the share of all floor time; ties: who was first.

    Who talks over somebody holds no floor, where anybody else does.
    """
    held: dict[str, float] = defaultdict(float)
    found = list(turns.between(start_s, end_s))
    floor = [f for f in found if not getattr(f[0].reading, "overlapped", False)]
    for turn, first_s, last_s in floor or found:
        held[turn.subject] += last_s - first_s
    if not held:
        return None, None
    speaker = max(held, key=lambda s: held[s])
    return speaker, held[speaker] / sum(held.values())


def _trimmed(piece: Piece, speech: Timeline[Evidence]) -> Piece:
    """Shrink to the speech inside; subtitles come early and stay long."""
    bounds = [(a, b) for _, a, b in speech.between(piece.start_s, piece.end_s)]
    if not bounds:
        return piece
    start_s, end_s = min(a for a, _ in bounds), max(b for _, b in bounds)
    if piece.words:
        start_s = min(start_s, max(piece.start_s, piece.words[0].start_s))
        end_s = max(end_s, min(piece.end_s, piece.words[-1].end_s))
    # a sliver is the edge of a neighbour's speech, not these words
    return replace(piece, start_s=start_s, end_s=end_s) if end_s - start_s >= SHORTEST_S else piece


def _names(words: Sequence[Evidence], turns: Sequence[Evidence]) -> dict[str, str]:
    """Tie each name in the subtitles to one speaker id, the longest common time first."""
    timeline = Timeline(turns)
    shared: dict[tuple[str, str], float] = defaultdict(float)
    order: dict[str, None] = {}
    for evidence in words:
        reading = evidence.reading
        if not isinstance(reading, WordsReading) or not reading.named_speaker:
            continue
        name = _folded(reading.named_speaker)
        order[name] = None
        for turn, first_s, last_s in timeline.between(evidence.start_s, evidence.end_s):
            shared[name, turn.subject] += last_s - first_s
    tied: dict[str, str] = {}
    for name, speaker in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if name not in tied and speaker not in tied.values():
            tied[name] = speaker
    voices = {turn.subject for turn in turns}
    fresh = (s for n in itertools.count(1) if (s := f"SPK_{n:02d}") not in voices)
    for name in order:
        if name not in tied:
            tied[name] = next(fresh)
    return tied


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _gap(clip: Clip, span: TimeSpan) -> Gap:
    deaf = clip.soundtrack is None and not clip.cues
    return Gap(
        tool=Utterances.tool, start_s=span.start_s, end_s=span.end_s,
        code=GapCode.NO_STREAM if deaf else GapCode.NOTHING_THERE,
        reason="there is neither sound nor a subtitle" if deaf else "nobody was heard speaking",
    )  # fmt: skip
