"""Who speaks when: speech cut into turns of speakers who are known by their sound alone.

Reads    stretches of speech and the 16 kHz mono soundtrack in them
Returns  one ``TurnReading`` per turn; speakers are numbered in order of first appearance
Cost     about 100x realtime on one core
Memory   100 numbers or so per quarter second of speech (100 MB for ten hours of speech)
Source   see ``speaker_voices``, ``speaker_features``, ``speaker_clustering``, ``speaker_path`` and
         ``speaker_counting``

The number of speakers is estimated, and low when in doubt, unless the user says it. Overlapping speech goes to one of those
who speak. A turn has no score: the mean chance of its speaker in the path was tried, and the turns
that it was surest of were wrong as often as the others.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.findings import (
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
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.networks import card_of, check
from emer.tools.readings import TurnReading
from emer.tools.speaker_counting import MOST, Counting, counted
from emer.tools.speaker_features import BLOCK_S, NAME, PITCH_BETWEEN, speaker_model
from emer.tools.speaker_path import shares
from emer.tools.speaker_voices import Voice, blocks_of, evenly, pitch_mean, units_of, voices_of
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Doubles = NDArray[np.float64]

PIECE_S: Final = 60.0
"""Longer stretches are read in pieces."""
EDGE_S: Final = 0.1
PAUSE_S: Final = 0.8
"""Turns reach so far beyond the speech that was found, and across such pauses: annotators leave the
edges of speech and short pauses in a turn. Measured with one speaker for all on synthetic
conversations: error rate 0.450 without this, 0.433 with it; of eight other speakers 0.420 and 0.399
(missed 0.368 and 0.323, false 0.052 and 0.076)."""
LEARN_BLOCKS: Final = 2400
"""Speakers are learnt from ten minutes of speech, evenly spread over longer recordings, and found
in all of it."""
SEAM_S: Final = 0.05
"""Turns of one speaker that are no farther apart are one turn."""
SHORTEST_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class _Turn:
    start_s: float
    end_s: float
    who: int


class SpeakerDiarization:
    """Tells speakers apart and says when each of them speaks.

    Args:
        n_speakers: How many speak in the clip, if that is known; fewer are found where the speech
            is too short for so many. Default: estimated, and low when in doubt.
    """

    tool: ClassVar[str] = "diarization"
    engine: ClassVar[str] = "cepstral_clustering"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ("speech_activity",)
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.01
    card: ClassVar[ModelCard] = card_of(NAME)
    networks: ClassVar[tuple[str, ...]] = (NAME,)

    def __init__(self, *, n_speakers: int | None = None) -> None:
        if n_speakers is not None and n_speakers < 1:
            raise ValueError(f"at least one speaker must speak, not {n_speakers}")
        self._n_speakers = n_speakers

    def ready(self) -> None:
        """Check that its model is there and unaltered.

        Raises:
            ToolUnavailable: It is not.
        """
        check(self.tool, NAME)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Tell who speaks in ``spans``; see ``Specialist.observe``."""
        if not spans:
            return []
        track = clip.soundtrack
        if track is None:
            return [_gap(s, GapCode.NO_STREAM, "there is no sound") for s in spans]
        pieces = list(pieces_of(clip, track, known))
        turns = _turns(track, pieces, self._told(clip))
        n = len({t.who for t in turns})
        found: list[Finding] = [self._evidence(t, n) for t in turns]
        found = [f for f in found if any(f.overlaps(s) for s in spans)]
        found.extend(
            _gap(span, GapCode.NOTHING_THERE, "nobody was heard speaking")
            for span in spans
            if not any(f.overlaps(span) for f in found)
        )
        return sorted(found, key=lambda f: (f.start_s, f.end_s))

    def _told(self, clip: Clip) -> tuple[int, int]:
        """Return how many speakers there are at least and at most; what a user says is the most."""
        if self._n_speakers is not None:
            return self._n_speakers, self._n_speakers
        most = clip.max_speakers or max(MOST, clip.min_speakers or 1)
        return min(clip.min_speakers or 1, most), most

    def _evidence(self, turn: _Turn, n_speakers: int) -> Evidence:
        speaker = f"SPK_{turn.who + 1:02d}"
        return Evidence.of(
            tool=self.tool, engine=self.engine, modality=self.modality, card=self.card,
            span=TimeSpan(start_s=turn.start_s, end_s=turn.end_s), subject=speaker,
            reading=TurnReading(speaker=speaker, n_speakers=n_speakers),
        )  # fmt: skip


def pieces_of(clip: Clip, track: Soundtrack, known: Sequence[Finding]) -> Iterator[TimeSpan]:
    """Yield the speech in pieces; all of the sound if nobody has looked for speech."""
    looked = any(f.tool == "speech_activity" for f in known)
    speech = _widened(select(known, kind="speech")) if looked else [clip.span]
    for span in speech:
        start_s = max(span.start_s, track.start_s, clip.span.start_s)
        end_s = min(span.end_s, track.end_s, clip.span.end_s)
        n = max(1, int(np.ceil((end_s - start_s) / PIECE_S)))
        # cut on the grid of blocks, so that a cut moves no boundary
        edges = [start_s + round(i * (end_s - start_s) / n / BLOCK_S) * BLOCK_S for i in range(n)]
        for first_s, last_s in itertools.pairwise([*edges, end_s]):
            if last_s - first_s >= SHORTEST_S:
                yield TimeSpan(start_s=first_s, end_s=last_s)


def _widened(speech: Sequence[Spanned]) -> list[TimeSpan]:
    """Return ``speech`` as turns are meant: with its edges and the short pauses in it."""
    joined: list[TimeSpan] = []
    for heard in sorted(speech, key=lambda s: s.start_s):
        start_s, end_s = max(0.0, heard.start_s - EDGE_S), heard.end_s + EDGE_S
        if joined and heard.start_s - (joined[-1].end_s - EDGE_S) < PAUSE_S:
            start_s, end_s = joined[-1].start_s, max(joined[-1].end_s, end_s)
            joined.pop()
        joined.append(TimeSpan(start_s=start_s, end_s=end_s))
    return joined


def _turns(
    track: Soundtrack, pieces: Sequence[TimeSpan], told: tuple[int, int] = (1, MOST)
) -> list[_Turn]:
    """Return the turns in time order, speakers numbered in order of appearance.

    ``told`` says how many there are at least and at most.
    """
    if not pieces:
        return []
    model = speaker_model(SpeakerDiarization.tool)
    voices = voices_of(track, pieces, model)
    some = evenly(voices, LEARN_BLOCKS)
    between = np.append(model.between.astype(np.float64), PITCH_BETWEEN)
    # one mean for all: what is learnt from some voices must hold for the others
    height_mean = pitch_mean(some)
    units, weights = units_of(some, height_mean)
    if len(units) == 0:
        return _joined(_Turn(v.start_s, v.end_s, 0) for v in voices)
    heard = blocks_of(some, height_mean)
    found = counted(heard, units, weights, between, Counting.of(model.settings), told)
    share, _ = shares(blocks_of(voices, height_mean), found.speakers)
    ends = np.cumsum([len(v.vectors) for v in voices])[:-1]
    parts = zip(voices, np.split(share, ends), strict=True)
    turns = [t for voice, part in parts for t in _of_piece(voice, part)]
    number: dict[int, int] = {}
    for turn in turns:
        number.setdefault(turn.who, len(number))
    return _joined(replace(t, who=number[t.who]) for t in turns)


def _of_piece(voice: Voice, share: "Doubles") -> Iterator[_Turn]:
    """Cut one piece where the speaker changes."""
    who = share.argmax(axis=1)
    changes = [0, *(np.flatnonzero(np.diff(who)) + 1), len(who)]
    for first, last in itertools.pairwise(int(c) for c in changes):
        start_s = voice.start_s + first * BLOCK_S
        end_s = voice.end_s if last == len(who) else voice.start_s + last * BLOCK_S
        if end_s > start_s:
            yield _Turn(start_s, end_s, int(who[first]))


def _joined(turns: Iterator[_Turn]) -> list[_Turn]:
    """Join what the borders of pieces have cut."""
    joined: list[_Turn] = []
    for turn in turns:
        last = joined[-1] if joined else None
        if last and last.who == turn.who and turn.start_s - last.end_s <= SEAM_S:
            joined[-1] = replace(last, end_s=turn.end_s)
        else:
            joined.append(turn)
    return joined


def _gap(span: Spanned, code: GapCode, reason: str) -> Gap:
    return Gap(
        tool=SpeakerDiarization.tool, code=code, start_s=span.start_s, end_s=span.end_s,
        reason=reason,
    )  # fmt: skip
