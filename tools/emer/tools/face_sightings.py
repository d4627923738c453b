"""From samples of face tracks to findings: when each face was visible, and when none was.

Reads    the times at which pictures were looked at, and the samples of a ``FaceStore``
Returns  evidence per track and uninterrupted stretch, gaps between, cut to any span asked for
Cost     nothing that counts
"""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.face_following import LOST_S
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
from emer.tools.media.faces import FaceSamples, FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.readings import FaceTrackReading
from emer.tools.specialist import Clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOOL: Final = "faces"
SHORTEST_GAP_S: Final = 1.0
"""Shorter stretches without a face are no gap of their own."""
USUAL_STEP_S: Final = 0.2
TICK_S: Final = 0.001
"""Times are told to a millisecond; no span is shorter."""


class Sightings:
    """Sums up one pass."""

    def __init__(self, times_s: "NDArray[np.float64]", span: TimeSpan, media: MediaInfo) -> None:
        """Take in when pictures were looked at, shape ``(n,)``, ascending."""
        self._times_s = times_s
        self._span = span
        self._media = media
        steps = np.diff(times_s)
        step_s = float(np.median(steps)) if len(steps) else USUAL_STEP_S
        last_s = span.end_s if media.kind == "image" or not len(times_s) else times_s[-1] + step_s
        self._until_s = np.append(times_s[1:], last_s)
        """When the picture after was looked at."""

    def findings(
        self, store: FaceStore, picture_px: float, *, engine: str, card: ModelCard
    ) -> list[Finding]:
        """Return evidence and gaps in time order."""
        if self._media.video is None:
            return [self._gap(self._span, GapCode.NO_STREAM, "there is no picture, only sound")]
        if not len(self._times_s):
            reason = "no picture of the video could be decoded"
            return [self._gap(self._span, GapCode.MEDIA_DAMAGED, reason)]
        seen: list[Finding] = []
        for track in store.tracks:
            samples = store.samples(track)
            for first, last, span in self._appearances(samples):
                part = _chosen(samples, np.arange(first, last))
                seen.append(_evidence(track, part, span, picture_px, engine=engine, card=card))
        return sorted([*seen, *self._gaps(seen)], key=lambda f: (f.start_s, f.end_s))

    def _appearances(self, samples: FaceSamples) -> list[tuple[int, int, TimeSpan]]:
        """Split where a face was away: first and last sample (half-open) and the span."""
        places = np.searchsorted(self._times_s, samples.times_s - 1e-6)
        away = (np.diff(places) > 2) & (np.diff(samples.times_s) > LOST_S)
        bounds = [0, *(np.flatnonzero(away) + 1), len(places)]
        found = []
        for first, last in itertools.pairwise(bounds):
            start_s = float(samples.times_s[first])
            end_s = float(self._until_s[places[last - 1]])
            found.append((int(first), int(last), _within(start_s, end_s, self._span)))
        return found

    def _gaps(self, seen: Sequence[Finding]) -> list[Gap]:
        gaps = []
        reached_s = self._span.start_s
        stops = sorted((f.start_s, f.end_s) for f in seen)
        for start_s, end_s in [*stops, (self._span.end_s, self._span.end_s)]:
            if start_s - reached_s >= SHORTEST_GAP_S or (not seen and start_s > reached_s):
                gaps.extend(self._empty(TimeSpan(start_s=reached_s, end_s=start_s)))
            reached_s = max(reached_s, end_s)
        return gaps

    def _empty(self, span: TimeSpan) -> list[Gap]:
        """Tell a stretch without faces from one without pictures, as sound may outlast them."""
        pictures_end_s = float(self._until_s[-1])
        unseen = "no face was found in the picture"
        if pictures_end_s <= span.start_s + TICK_S:
            return [self._gap(span, GapCode.NO_STREAM, "there is no picture here, only sound")]
        if span.end_s - pictures_end_s < SHORTEST_GAP_S:
            return [self._gap(span, GapCode.NOTHING_THERE, unseen)]
        seen = TimeSpan(start_s=span.start_s, end_s=pictures_end_s)
        rest = TimeSpan(start_s=pictures_end_s, end_s=span.end_s)
        return [
            self._gap(seen, GapCode.NOTHING_THERE, unseen),
            self._gap(rest, GapCode.NO_STREAM, "there is no picture here, only sound"),
        ]

    @staticmethod
    def _gap(span: Spanned, code: GapCode, reason: str) -> Gap:
        remedy = ""
        if code is GapCode.MEDIA_DAMAGED:
            remedy = "Copy or export the file again."
        return Gap(
            tool=TOOL, code=code, reason=reason, remedy=remedy,
            start_s=span.start_s, end_s=span.end_s,
        )  # fmt: skip


def cut_to(spans: Sequence[TimeSpan], clip: Clip, *, engine: str, card: ModelCard) -> list[Finding]:
    """Return ``clip.found['faces']`` inside ``spans``: what sticks out is cut and counted anew."""
    kept: dict[tuple[object, ...], Finding] = {}
    for span in (_within(s.start_s, s.end_s, clip.span) for s in spans if s.overlaps(clip.span)):
        inside: list[Finding] = []
        for finding in clip.found.get(TOOL, []):
            if finding.overlaps(span):
                inside.extend(_part(finding, span, clip, engine=engine, card=card))
        if not inside:
            inside.append(Sightings._gap(span, GapCode.NOTHING_THERE, "no face was found here"))
        for finding in inside:
            kept[(finding.start_s, finding.end_s, finding.subject, type(finding))] = finding
    return sorted(kept.values(), key=lambda f: (f.start_s, f.end_s, f.subject))


def _part(
    finding: Finding, span: TimeSpan, clip: Clip, *, engine: str, card: ModelCard
) -> list[Finding]:
    if span.start_s <= finding.start_s and finding.end_s <= span.end_s:
        return [finding]
    start_s, end_s = max(span.start_s, finding.start_s), min(span.end_s, finding.end_s)
    if isinstance(finding, Gap):
        return [finding.model_copy(update={"start_s": start_s, "end_s": end_s})]
    whole = finding.reading
    if clip.faces is None or not isinstance(whole, FaceTrackReading):
        return [finding.model_copy(update={"start_s": start_s, "end_s": end_s})]
    samples = clip.faces.samples(whole.track)
    chosen = (samples.times_s >= start_s) & (samples.times_s < end_s)
    if not chosen.any():
        return []
    picture_px = whole.box_px[2] * whole.box_px[3] / max(whole.picture_share, 1e-9)
    part = _chosen(samples, np.flatnonzero(chosen))
    place = TimeSpan(start_s=start_s, end_s=end_s)
    return [_evidence(whole.track, part, place, picture_px, engine=engine, card=card)]


def _chosen(samples: FaceSamples, places: "NDArray[np.intp]") -> FaceSamples:
    return FaceSamples(
        samples.times_s[places],
        samples.boxes_px[places],
        samples.aligned[places],
        samples.scores[places],
    )


def _evidence(
    track: str,
    samples: FaceSamples,
    span: TimeSpan,
    picture_px: float,
    *,
    engine: str,
    card: ModelCard,
) -> Evidence:
    left, top, width, height = (float(v) for v in np.median(samples.boxes_px, axis=0))
    reading = FaceTrackReading(
        track=track,
        n_frames=len(samples.times_s),
        box_px=(round(left, 1), round(top, 1), round(width, 1), round(height, 1)),
        picture_share=round(min(1.0, width * height / picture_px), 5),
        aligned_share=round(float(samples.aligned.mean()), 4),
    )
    return Evidence.of(
        tool=TOOL, engine=engine, modality=Modality.FACE, card=card, span=span, subject=track,
        reading=reading, score=float(samples.scores.mean()),
    )  # fmt: skip


def _within(start_s: float, end_s: float, span: TimeSpan) -> TimeSpan:
    """Return the stretch inside ``span``; a picture at its very end keeps a millisecond."""
    end_s = min(end_s, span.end_s)
    start_s = max(span.start_s, min(start_s, end_s - TICK_S))
    return TimeSpan(start_s=start_s, end_s=max(end_s, start_s + TICK_S))
