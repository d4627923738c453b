"""Who speaks when, by a pretrained pipeline of pyannote.audio: overlapping speech included.

Reads    the 16 kHz mono soundtrack, in memory; stretches of speech, to know whether there are any
Returns  ``TurnReading``: of whoever holds the floor, and with ``overlapped`` of who talks over them
Cost     about as long as the sound on one core; an hour at a time, because memory grows with the
         length (12 GB at four hours were told of, pyannote-audio #1819)
Source   https://github.com/pyannote/pyannote-audio, and the pipeline's page

Its files can run code when they are loaded. They are taken from what was pulled (and is compared
with the lock file first) or from a folder that the user's settings name, from nowhere else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from emer.tools.diarization_pieces import Gallery, pieces
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import (
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    Spanned,
    TimeSpan,
)
from emer.tools.hosting.host import Limits
from emer.tools.hosting.items import Item, Lost
from emer.tools.model_engine import ModelEngine
from emer.tools.models import store
from emer.tools.readings import TurnReading
from emer.tools.specialist import Clip, Scope

LONGEST_S: Final = 6 * 3600.0
"""For one clip; beats of the pipeline say that it lives."""
SHORTEST_S: Final = 0.05
"""Turns below this are edges of others."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of one speaker, seconds of the media."""

    start_s: float
    end_s: float
    speaker: str
    overlapped: bool = False


class PyannoteDiarization(ModelEngine):
    """Tells speakers apart with ``pyannote.audio.Pipeline``."""

    tool: ClassVar[str] = "diarization"
    engine: ClassVar[str] = "pyannote"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ("speech_activity",)
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 20
    cost: ClassVar[float] = 1.0

    loader: ClassVar[str] = "emer.tools.loaders.pyannote:load"
    packages: ClassVar[tuple[str, ...]] = ("torch", "pyannote", "pyannote.audio")
    limits: ClassVar[Limits] = Limits(needs_mb=2000, batch_s=LONGEST_S)
    purpose: ClassVar[str] = "Says who speaks when, people talking at the same time included."
    inputs: ClassVar[str] = "16 kHz mono sound, -1..1"
    outputs: ClassVar[str] = "turns with a speaker number; overlapping speech is marked"
    unknown: ClassVar[tuple[str, ...]] = (
        "short turns and similar voices are confused",
        "recordings above an hour are told in pieces, whose speakers are joined by their voices",
        "speakers are told apart within one clip only and never recognised across clips",
    )

    def ready(self) -> None:
        """Check that the library and a pipeline that may be trusted are here."""
        super().ready()
        self.options(self.found())

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Tell who speaks in ``spans``; see ``Specialist.observe``."""
        if not spans:
            return []
        if clip.soundtrack is None:
            return [_gap(s, GapCode.NO_STREAM, "there is no sound") for s in spans]
        looked = [f for f in known if f.tool == "speech_activity"]
        if looked and not any(isinstance(f, Evidence) for f in looked):
            return [_gap(s, GapCode.NOTHING_THERE, "nobody was heard speaking") for s in spans]
        found = self._found(clip, [f for f in looked if isinstance(f, Evidence)])
        asked = [f for f in found if any(f.overlaps(s) for s in spans)]
        asked.extend(
            _gap(span, GapCode.NOTHING_THERE, "nobody was heard speaking")
            for span in spans
            if not any(f.overlaps(span) for f in asked)
        )
        return sorted(asked, key=lambda f: (f.start_s, f.end_s, f.subject))

    def _found(self, clip: Clip, speech: Sequence[Spanned]) -> list[Finding]:
        assert clip.soundtrack is not None
        start_s = max(clip.span.start_s, clip.soundtrack.start_s)
        end_s = min(clip.span.end_s, clip.soundtrack.end_s)
        if end_s <= start_s:
            return []
        turns: list[Turn] = []
        lost: list[Finding] = []
        cut = pieces(TimeSpan(start_s=start_s, end_s=end_s), speech)
        voices = Gallery(clip.max_speakers)
        for piece in cut:
            facts = {
                # of a part there may be fewer
                "min_speakers": clip.min_speakers if len(cut) == 1 else None,
                "max_speakers": clip.max_speakers,
            }
            sound = clip.soundtrack.read(piece)
            (answer,) = self.host().ask([Item(facts, {"sound": sound})])
            if isinstance(answer, Lost):
                lost.append(_gap(piece, GapCode.TOOL_FAILED, answer.reason, answer.remedy))
                continue
            heard = turns_of(answer["turns"], answer["exclusive"])
            blank: dict[str, list[float]] = {t.speaker: [] for t in heard}
            names = voices.names(blank | answer["voices"])
            turns += [_inside(replace(t, speaker=names[t.speaker]), piece) for t in heard]
        kept = numbered([t for t in turns if t.end_s - t.start_s >= SHORTEST_S])
        n, card = len({t.speaker for t in kept}), self.card
        told: list[Finding] = [
            Evidence.of(
                tool=self.tool, engine=self.engine, modality=self.modality, card=card,
                span=TimeSpan(start_s=t.start_s, end_s=t.end_s), subject=t.speaker,
                reading=TurnReading(speaker=t.speaker, n_speakers=n, overlapped=t.overlapped),
            )
            for t in kept
        ]  # fmt: skip
        return [*told, *lost]

    def options(self, found: store.Installed) -> dict[str, Any]:
        """Return what its files must be; none are known of a folder of the user's own.

        Raises:
            ToolUnavailable: It lies in a cache that others write to and was not pulled by us.
        """
        if found.entry is None:
            return {}
        lock = store.read_lock(self.setup.models_dir).get(found.entry.name)
        if not found.locked or lock is None:
            raise ToolUnavailable(
                self.tool,
                f"{found.name} lies in the hub's cache but was not pulled by emer, and its files"
                " could run code",
                remedy=f"Run: emer models pull {found.entry.name}.",
            )
        return {"sha256": dict(lock.sha256)}


def turns_of(every: Iterable[Sequence[Any]], exclusive: Iterable[Sequence[Any]]) -> list[Turn]:
    """Return who holds the floor, and apart from that who talks over them.

    Args:
        every: Rows ``[start_s, end_s, label]`` of all turns.
        exclusive: Likewise without overlap: whose floor it is.
    """
    floor = [Turn(float(a), float(b), str(who)) for a, b, who in exclusive]
    over: list[Turn] = []
    for a, b, who in every:
        own = [(t.start_s, t.end_s) for t in floor if t.speaker == who]
        over.extend(
            Turn(start_s, end_s, str(who), overlapped=True)
            for start_s, end_s in _without(float(a), float(b), own)
        )
    return sorted([*floor, *over], key=lambda t: (t.start_s, t.end_s, t.speaker))


def _without(
    start_s: float, end_s: float, taken: Iterable[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the parts of a stretch that lie in none of ``taken``, ignoring slivers."""
    left: list[tuple[float, float]] = []
    for first_s, last_s in sorted(taken):
        if last_s <= start_s or first_s >= end_s:
            continue
        left.append((start_s, first_s))
        start_s = max(start_s, last_s)
    left.append((start_s, end_s))
    return [(a, b) for a, b in left if b - a >= SHORTEST_S]


def numbered(turns: Sequence[Turn]) -> list[Turn]:
    """Name speakers SPK_01, SPK_02, ... in order of first appearance."""
    names: dict[str, str] = {}
    for turn in sorted(turns, key=lambda t: (t.start_s, t.overlapped, t.speaker)):
        names.setdefault(turn.speaker, f"SPK_{len(names) + 1:02d}")
    return [Turn(t.start_s, t.end_s, names[t.speaker], t.overlapped) for t in turns]


def _inside(turn: Turn, piece: TimeSpan) -> Turn:
    """Bring a turn from the clock of a piece to the media's, cut to what was heard."""
    first_s, last_s = piece.start_s, piece.end_s
    return Turn(
        min(max(turn.start_s + first_s, first_s), last_s),
        min(max(turn.end_s + first_s, first_s), last_s), turn.speaker, turn.overlapped,
    )  # fmt: skip


def _gap(span: Spanned, code: GapCode, reason: str, remedy: str = "") -> Gap:
    return Gap(
        tool=PyannoteDiarization.tool, code=code, start_s=span.start_s, end_s=span.end_s,
        reason=reason, remedy=remedy,
    )  # fmt: skip
