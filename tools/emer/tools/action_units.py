"""Movements of the face in FACS terms: which action unit, from when to when, how strong.

Reads    the aligned crops of every face track (``clip.faces``), at the pass's sampling rate
Returns  per face and movement one ``ActionUnitReading`` with onset, apex, offset and intensity;
         one gap that names the action units that cannot be told; gaps for faces seen too briefly
Cost     about 5 ms a face and sample on one core, decoding included; 3 kB of memory a sample
Source   FACS: Ekman, Friesen & Hager 2002; the network is our own, see its card
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.face_landmarks import NAME, landmarks
from emer.tools.facial_events import Event, step_of
from emer.tools.facial_movements import NOT_TOLD, SMILE_LEVEL, TOLD, movement_events
from emer.tools.facs_table import Seen, signals
from emer.tools.findings import Evidence, Finding, Gap, GapCode, Modality, ModelCard, TimeSpan
from emer.tools.networks import card_of, check
from emer.tools.readings import ActionUnitReading
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emer.tools.media.faces import FaceStore

SHORTEST_S: Final = 2.0
FEWEST: Final = 8
"""Less of a face than this shows no neutral to compare with."""
STRONGEST: Final = 5.0
SMILE_TRUST: Final = 0.5
"""Trust in a smile that is judged without the face's own neutral."""
STEADY: Final = 0.04
ADRIFT: Final = 0.10
"""How far points go between two looks, in distances of the eyes: below the first they deserve full
trust, above the second none. Measured on persons not trained on: 99 % of pictures of faces stay
below 0.03; of pictures of anything else half go beyond 0.11, and 95 % beyond 0.065."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a network says of the samples of one track."""

    seen: Seen
    times_s: "NDArray[np.float64]"
    """``(n,)``: of the samples that it says it of."""
    trust: "NDArray[np.float64]"
    """``(n,)``: in each of them, 0..1."""
    gaps: list[Gap] = field(default_factory=list)
    """Where it failed."""


class FacialActionUnits:
    """Tells which movements a face makes, each compared with the same face at rest.

    Args:
        shortest_s: Faces followed for less than this many seconds become gaps.
        strictness: Multiplies every threshold; above 1 finds fewer and surer movements.
    """

    tool: ClassVar[str] = "action_units"
    engine: ClassVar[str] = "landmarks"
    modality: ClassVar[Modality] = Modality.FACE
    card: ModelCard = card_of(NAME)
    networks: ClassVar[tuple[str, ...]] = (NAME,)
    needs: ClassVar[tuple[str, ...]] = ("faces",)
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.05

    def __init__(self, *, shortest_s: float = SHORTEST_S, strictness: float = 1.0) -> None:
        self._shortest_s = shortest_s
        self._strictness = strictness

    def ready(self) -> None:
        """Check that the weights are there and whole.

        Raises:
            ToolUnavailable: They are not.
        """
        check(self.tool, NAME)

    def follows(self, au: str) -> float:
        """Return how far the network that looks follows the one that the table speaks of, 0..1."""
        return TOLD[au].r

    def look(self, clip: Clip, faces: "FaceStore", track: str) -> Look:
        """Look at every sample of a track."""
        seen = landmarks(crops for _, crops in faces.crops(track, wide=True))
        trust = np.clip((ADRIFT - seen.drift) / (ADRIFT - STEADY), 0.0, 1.0)
        return Look(seen, faces.samples(track).times_s, trust)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Find the movements of every face visible in ``spans``.

        Returns:
            Evidence and gaps in time order. Events keep their full length where they reach
            beyond a span, since onset and offset would be false otherwise.

        Raises:
            ToolUnavailable: The weights are missing or damaged.
        """
        if not spans:
            return []
        faces = clip.faces
        found: list[Finding] = []
        unseen = list(spans)
        for track in faces.tracks if faces else ():
            assert faces is not None
            times_s = faces.samples(track).times_s
            seen_in = [s for s in spans if _any_within(times_s, s)]
            unseen = [s for s in unseen if s not in seen_in]
            if seen_in:
                own = self._movements_of(clip, faces, track)
                found += [f for f in own if any(f.overlaps(s) for s in seen_in)]
        found += [self._no_face(clip, span) for span in unseen]
        if len(unseen) < len(spans):
            found.append(self._not_told(clip))
        return sorted(found, key=lambda f: (f.start_s, f.end_s, f.subject))

    def _movements_of(self, clip: Clip, faces: "FaceStore", track: str) -> list[Finding]:
        samples = faces.samples(track)
        times_s = samples.times_s
        step_s = step_of(times_s)
        if len(times_s) < FEWEST or times_s[-1] - times_s[0] + step_s < self._shortest_s:
            return self._brief(clip, faces, track)
        look = self.look(clip, faces, track)
        found: list[Finding] = [*look.gaps]
        times_s = look.times_s
        if len(times_s) < FEWEST:
            return found
        for au, signal in signals(look.seen).items():
            for event, rise, threshold in movement_events(au, times_s, signal, self._strictness):
                clear = min(1.0, rise / (2.0 * threshold))
                steady = float(np.mean(look.trust[event.first : event.last + 1]))
                trust = self.follows(au) * clear * steady
                if trust <= 0.0:
                    continue
                cue = f"{TOLD[au].cue} than in this face's own neutral"
                found.append(self._evidence(clip, track, au, times_s, event, rise, trust, cue))
        return found

    def _brief(self, clip: Clip, faces: "FaceStore", track: str) -> list[Finding]:
        """Look at a face that is seen too briefly to know its neutral: only a smile can be told."""
        samples = faces.samples(track)
        times_s, step_s = samples.times_s, step_of(samples.times_s)
        span = _span(clip, float(times_s[0]), float(times_s[-1]) + step_s)
        if clip.media.kind == "image":
            span = clip.span
        gap = Gap(
            tool=self.tool,
            code=GapCode.TOO_SHORT,
            start_s=span.start_s,
            end_s=span.end_s,
            subject=track,
            reason=f"{track} is seen in {len(times_s)} picture(s), too few to know its neutral "
            "look; nothing but a clear smile could be told",
            remedy="Use a longer stretch of video of this face.",
        )
        look = self.look(clip, faces, track)
        levels = signals(look.seen)["AU12"]
        if not len(levels) or (smile := float(np.median(levels))) < SMILE_LEVEL * self._strictness:
            return [gap, *look.gaps]
        times_s = look.times_s
        event = Event(0, int(np.argmax(levels)), len(times_s) - 1)
        trust = SMILE_TRUST * (0.5 + 0.5 * float(np.mean(samples.aligned)))
        cue = "mouth drawn wide with its corners up; judged without this face's own neutral"
        seen = self._evidence(clip, track, "AU12", times_s, event, smile, trust, cue, span)
        return [gap, *look.gaps, seen]

    def _evidence(
        self,
        clip: Clip,
        track: str,
        au: str,
        times_s: "NDArray[np.float64]",
        event: Event,
        rise: float,
        score: float,
        cue: str,
        span: TimeSpan | None = None,
    ) -> Evidence:
        told = TOLD[au]
        end_s = float(times_s[event.last]) + step_of(times_s)
        span = span or _span(clip, float(times_s[event.first]), end_s)
        return Evidence.of(
            tool=self.tool,
            engine=self.engine,
            modality=self.modality,
            card=self.card,
            span=span,
            subject=track,
            score=score,
            reading=ActionUnitReading(
                au=au,
                name=told.name,
                intensity=round(min(STRONGEST, STRONGEST * rise / told.full), 2),
                onset_s=round(span.start_s, 3),
                apex_s=round(float(times_s[event.apex]), 3),
                offset_s=round(span.end_s, 3),
                cue=cue,
            ),
        )

    def _no_face(self, clip: Clip, span: TimeSpan) -> Gap:
        no_video = clip.media.video is None
        return Gap(
            tool=self.tool,
            code=GapCode.NO_STREAM if no_video else GapCode.NOTHING_THERE,
            start_s=span.start_s,
            end_s=span.end_s,
            reason="there are no pictures" if no_video else "no face is visible",
        )

    def _not_told(self, clip: Clip) -> Gap:
        return Gap(
            tool=self.tool,
            code=GapCode.NOT_CREDIBLE,
            start_s=clip.span.start_s,
            end_s=clip.span.end_s,
            reason=f"not measured, because no credible cue is available: {', '.join(NOT_TOLD)}",
            remedy="Use an engine with a full action unit model.",
        )


def _any_within(times_s: "NDArray[np.float64]", span: TimeSpan) -> bool:
    first, end = np.searchsorted(times_s, (span.start_s, span.end_s))
    return bool(end > first)


def _span(clip: Clip, start_s: float, end_s: float) -> TimeSpan:
    """Build a span inside the clip's."""
    start_s = max(clip.span.start_s, start_s)
    return TimeSpan(start_s=start_s, end_s=max(start_s + 1e-3, min(clip.span.end_s, end_s)))
