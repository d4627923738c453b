"""Which face tracks look like one person who left the picture and came back.

Reads    the aligned crops of every face track (``clip.faces``), and when each is visible (``known``)
Returns  per track a ``LikenessReading`` with the earlier track that it looks most like, however
         little that is, and with others that it may be as well: the later track is the subject,
         its time the span; gaps for tracks that show two faces and where nothing is compared
Cost     about 10 ms a track, and 1 ms for each of the (at most ``PERSONS``) persons it is compared
         with; memory is bounded, at most 40 MB in clips of very many persons
Source   own work, see ``face_looks``

Tracks that are ever visible together are never paired. Nothing about a face outlives the call:
this tells appearances within one clip apart and recognises nobody.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.face_looks import LOOKS, NAME, Look, alike, chosen, look_of
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
from emer.tools.media.faces import FaceStore
from emer.tools.networks import card_of, check, settings_of
from emer.tools.readings import LikenessReading
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_PX: Final = 32.0
"""Narrower faces are not judged: what is measured below holds down to about 27."""
WORTH: Final = 0.5
"""Likeness from which two tracks may be one person."""
TOGETHER_S: Final = 0.2
"""Two tracks visible at once for longer than a sampled picture are two persons."""
PERSONS: Final = 32
"""A track is compared with at most so many persons, those seen last."""
PER_PERSON: Final = 3
"""Tracks of a person that are kept to compare with: the first and the last ones."""
PAIRS: Final = 3
"""Pairs told of one track, the most alike first: more than one, so that a doubt can show."""
UNLIKE: Final = 0.25
STEADY: Final = 0.4
"""A track that is less alike than ``UNLIKE`` before and after some moment, and more than ``STEADY``
on either side of it, shows two faces: a cut was missed. Measured: none of 144 appearances of one
person, 97 of 100 tracks made of two persons, half and half."""


def likeness(measure: float) -> float:
    """Bring the measure of ``face_looks.alike`` (-1..1) to a likeness of 0..1.

    Raises:
        ToolUnavailable: The curve, which ships with the network, is missing or altered.
    """
    curve = settings_of(NAME, NAME)
    return 1.0 / (1.0 + math.exp(-curve["slope"] * (measure - curve["middle"])))


@dataclass(frozen=True, slots=True)
class _Seen:
    """One track."""

    track: str
    spans: "NDArray[np.float64]"
    """When it is visible, shape ``(n, 2)``, seconds."""
    looks: list[Look]

    @property
    def place(self) -> TimeSpan:
        return TimeSpan(start_s=float(self.spans[0, 0]), end_s=float(self.spans[:, 1].max()))

    def meets(self, other: "_Seen") -> bool:
        """Whether both are in the picture at once."""
        starts = np.maximum(self.spans[:, None, 0], other.spans[None, :, 0])
        ends = np.minimum(self.spans[:, None, 1], other.spans[None, :, 1])
        return bool((ends - starts > TOGETHER_S).any())


class FaceLikeness:
    """Compares faces that are never visible at the same time."""

    tool: ClassVar[str] = NAME
    engine: ClassVar[str] = "edges"
    modality: ClassVar[Modality] = Modality.FACE
    card: ClassVar[ModelCard] = card_of(NAME)
    networks: ClassVar[tuple[str, ...]] = (NAME,)
    needs: ClassVar[tuple[str, ...]] = ("faces",)
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.01

    def __init__(self, *, worth: float = WORTH, persons: int = PERSONS) -> None:
        """Choose the likeness from which pairs are told, and how many persons are remembered."""
        self._worth = worth
        self._persons = persons

    def ready(self) -> None:
        """Check that the weights are there and whole.

        Raises:
            ToolUnavailable: They are not.
        """
        check(self.tool, NAME)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Say which faces that appear in ``spans`` look like earlier ones.

        Raises:
            ToolUnavailable: The weights are missing or damaged.
        """
        if not spans:
            return []
        sighted = _sighted(clip.faces, known)
        compared = self._compared(clip.faces, sighted) if clip.faces else []
        found: list[Finding] = []
        for span in spans:
            own = [f for f in compared if f.overlaps(span)]
            found += own or [_gap(clip, span, len(sighted))]
        unique = {(f.start_s, f.end_s, f.subject, getattr(f, "id", "")): f for f in found}
        return sorted(unique.values(), key=lambda f: (f.start_s, f.end_s, f.subject))

    def _compared(
        self, faces: FaceStore, sighted: "dict[str, NDArray[np.float64]]"
    ) -> list[Finding]:
        """Compare each track with the persons before it; memory does not grow with the clip."""
        if not _come_and_go(sighted):
            return []
        people: list[list[_Seen]] = []
        found: list[Finding] = []
        for track, spans in sorted(sighted.items(), key=lambda s: (s[1][0, 0], s[0])):
            seen = _Seen(track, spans, _looks(faces, track))
            if not seen.looks:
                continue
            if shows_two(seen.looks):
                found.append(_two_faces(seen))
                continue
            ranked = sorted(
                (max(_scores(seen, person)), i) for i, person in enumerate(people)
                if not any(seen.meets(other) for other in person)
            )[::-1]  # fmt: skip
            told = [(score, people[i]) for score, i in ranked]
            alike_to = [p for score, p in told if score >= self._worth][:PAIRS]
            found += [self._evidence(seen, p) for p in alike_to or [p for _, p in told[:1]]]
            own = alike_to[0] if alike_to else []
            kept = [*own[:1], *own[1:][-(PER_PERSON - 2) :], seen]
            people = [*(p for p in people if p is not own), kept][-self._persons :]
        return found

    def _evidence(self, seen: _Seen, person: Sequence[_Seen]) -> Evidence:
        scores = _scores(seen, person)
        score, other = max(zip(scores, person, strict=True), key=lambda p: p[0])
        return Evidence.of(
            tool=self.tool, engine=self.engine, modality=self.modality, card=self.card,
            span=seen.place, subject=seen.track,
            score=min(len(seen.looks), len(other.looks)) / LOOKS,
            reading=LikenessReading(
                track=seen.track, other=other.track, likeness=round(score, 4)
            ),
        )  # fmt: skip


def shows_two(looks: Sequence[Look]) -> bool:
    """Whether looks of one track, in time order, are those of two faces in turn."""
    n = len(looks)
    table = [[alike([a], [b]) for b in looks] for a in looks]
    for cut in range(1, n):
        across = max(table[i][j] for i in range(cut) for j in range(cut, n))
        sides = (range(cut), range(cut, n))
        within = min(
            (table[i][j] for side in sides for i in side for j in side if i < j), default=-1.0
        )
        # two looks on either side are proof enough: no head was seen to turn twice alike
        if across < UNLIKE and (within >= STEADY or min(cut, n - cut) > 1):
            return True
    return False


def _scores(seen: _Seen, person: Sequence[_Seen]) -> list[float]:
    return [likeness(alike(seen.looks, other.looks)) for other in person]


def _sighted(faces: FaceStore | None, known: Sequence[Finding]) -> "dict[str, NDArray[np.float64]]":
    """Return per track when it is visible, shape ``(n, 2)``, in time order."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    kept = set(faces.tracks) if faces else set()
    for e in select(known, kind="face_track"):
        if e.subject in kept:
            spans[e.subject].append((e.start_s, e.end_s))
    return {track: np.array(own) for track, own in spans.items()}


def _come_and_go(sighted: "dict[str, NDArray[np.float64]]") -> bool:
    """Whether any two tracks are not in the picture at once."""
    seen = [_Seen(track, spans, []) for track, spans in sighted.items()]
    return any(not a.meets(b) for i, a in enumerate(seen) for b in seen[:i])


def _looks(faces: FaceStore, track: str) -> list[Look]:
    """Describe a few crops of a track, if possible such in which its eyes were found."""
    samples = faces.samples(track)
    large = np.flatnonzero(samples.boxes_px[:, 2] >= LEAST_PX)
    good = large[samples.aligned[large]]
    looks: list[Look] = []
    for i in chosen((good if len(good) else large).tolist()):
        time_s = float(samples.times_s[i])
        instant = TimeSpan(start_s=max(0.0, time_s - 1e-6), end_s=time_s + 1e-6)
        for _, crops in faces.crops(track, instant):
            looks += [look_of(crop) for crop in crops]
    return looks


def _two_faces(seen: _Seen) -> Gap:
    return Gap(
        tool=FaceLikeness.tool, code=GapCode.NOT_CREDIBLE, subject=seen.track,
        start_s=seen.place.start_s, end_s=seen.place.end_s,
        reason="two different faces seem to be followed as one here, so it is compared with none",
    )  # fmt: skip


def _gap(clip: Clip, span: TimeSpan, n_tracks: int) -> Gap:
    code = GapCode.NOTHING_THERE
    if clip.media.video is None:
        code, reason = GapCode.NO_STREAM, "there is no picture to look for faces in"
    elif not n_tracks:
        reason = "no face was found"
    else:
        reason = "no face large enough came after another had left: there was nothing to compare"
    return Gap(
        tool=FaceLikeness.tool, code=code, reason=reason, start_s=span.start_s, end_s=span.end_s
    )
