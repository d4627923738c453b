"""The timeline: per person lanes of marks and curves on one axis.

Curves are drawn once as a picture; what a click on them means is looked up in a table of spans,
so that a page of ten minutes stays small and quick.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from markupsafe import Markup

from emer.agent.exports.fixed_words import Words
from emer.agent.exports.page import marks, marks_beside
from emer.agent.exports.page.axis import Axis
from emer.agent.exports.page.charts import Shape, chart
from emer.agent.exports.page.marks import Mark
from emer.agent.exports.page.polarity import segment_sides
from emer.agent.exports.page.sound import Contours, contours
from emer.agent.exports.page.words import MINUS, unit_name
from emer.agent.exports.timeline.contents import LEAST_INTENSITY
from emer.graphs.report import Report
from emer.tools.findings import SCENE, Evidence, Person
from emer.tools.readings import ActionUnitReading, SceneReading

if TYPE_CHECKING:
    from emer.tools.media.soundtrack import Soundtrack

Hit = tuple[float, float, float, str]
"""Span, value and evidence id of something that is drawn on a curve lane."""

FULL_INTENSITY: Final = 5.0
MARGIN: Final = 1.08
"""Curves of -1..1 keep clear of the edges of their lanes."""
STRONG_SCORE, WEAK_SCORE = 0.75, 0.4
"""Engines' own scores from and below which a step is drawn thick and thin."""
HELD_S: Final = 0.3
"""Steps nearer to each other are joined by a thin line; wider gaps stay open."""
_KEYS: Final = (
    ("said", ""), ("shown", ""), ("none", ""), ("conflict", "≠"), ("shift", "↗"),
    ("reaction", "↩"), ("gap", "▨"), ("seen", ""), ("mouth", ""), ("cut", ""), ("tone", ""),
    ("sound", "♪"), ("quoted", "“"),
)  # fmt: skip
_KINDS: Final = {
    "expression": "face",
    "voice": "voice",
    "text_emotion": "words",
    "voice_dimensions": "raters",
}
QUIET_DB, LOUD_DB = -60.0, 0.0


class Lane(NamedTuple):
    """One row of the timeline."""

    name: str
    css: str
    marks: Sequence[Mark] = ()
    chart: Markup | None = None
    id: str = ""
    """Key of its table of hits, and of the drawing that the evidence panel cuts out of."""
    top: str = ""
    bottom: str = ""
    """What is written at the ends of its scale."""
    scale: tuple[float, float] = (0.0, 1.0)
    """Values at its lower and upper edge."""
    note: str = ""
    """What is written into it when it is empty."""

    @property
    def n_rows(self) -> int:
        """Rows that its marks are stacked in."""
        return max((m.row for m in self.marks), default=0) + 1


class Group(NamedTuple):
    """The lanes of one person."""

    id: str
    about: str
    lanes: Sequence[Lane]
    units: Sequence[Lane]
    """Lanes of action units, which can be folded away."""


class Timeline(NamedTuple):
    """All of it."""

    axis: Axis
    groups: Sequence[Group]
    scene: Sequence[Lane]
    hits: Mapping[str, Sequence[Hit]]
    drawn: frozenset[str]
    """Kinds of curves of valence and arousal."""

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Class and sign of the marks that there are, for the legend."""
        lanes = [*self.scene, *(lane for group in self.groups for lane in group.lanes)]
        found = {name for lane in lanes for mark in lane.marks for name in mark.css.split()}
        return [key for key in _KEYS if key[0] in found]

    @property
    def series(self) -> list[str]:
        """The kinds of curves that there are: face, voice, words, raters."""
        return [name for name in ("face", "voice", "words", "raters") if name in self.drawn]


def timeline(report: Report, axis: Axis, sound: "Soundtrack | None", t: Words) -> Timeline:
    """Return the timeline of a report.

    Args:
        report: What to show.
        axis: Where things lie; collects the places of all marks.
        sound: The soundtrack, if it is at hand; without it there is no pitch and no loudness.
        t: What lanes and marks say.
    """
    heard = contours(sound, report.utterances) if sound else {}
    hits: dict[str, Sequence[Hit]] = {}
    groups = [_group(p, report, axis, heard.get(p.id), hits, t) for p in report.subjects]
    cuts = [
        s for e in report.evidence if isinstance(e.reading, SceneReading) for s in e.reading.cuts_s
    ]
    scenes = sorted(e.start_s for e in report.evidence if isinstance(e.reading, SceneReading))
    marked = [
        *marks.cut_marks([*cuts, *scenes[1:]], axis, t),
        *marks.gap_marks((g for g in report.gaps if g.subject == SCENE), axis, t),
    ]
    scene = [Lane(t("lane.clip"), "scene", marked)] if marked else []
    if heard_beside := marks_beside.sound_marks(report.evidence, axis, t):
        scene.append(Lane(t("lane.sounds"), "scene", heard_beside))
    if read := marks_beside.screen_marks(report.evidence, axis, t):
        scene.append(Lane(t("lane.screen"), "scene", read))
    scenic = [e for e in report.evidence if e.subject == SCENE]
    if opinions := marks_beside.opinion_marks(scenic, axis, t):
        scene.append(Lane(t("lane.opinion"), "scene", opinions))
    loose = [u for u in report.utterances if u.subject == SCENE]
    if loose:
        scene.append(Lane(t("Unknown_speaker"), "words", marks.utterance_marks(loose, axis, t)))
    drawn = frozenset(_KINDS[e.reading.kind] for e in report.evidence if e.reading.kind in _KINDS)
    return Timeline(axis, groups, scene, hits, drawn)


def _group(
    person: Person, report: Report, axis: Axis, heard: Contours | None,
    hits: dict[str, Sequence[Hit]], t: Words,
) -> Group:  # fmt: skip
    own = [e for e in report.evidence if e.subject in person.members]
    told = report.explanation
    silent = frozenset(r.segment for r in told.readings if r.abstained)
    said = [u for u in report.utterances if u.subject == person.id]
    segments = [s for s in told.segments if s.subject == person.id]
    nothing = t("lane.no_voice") if person.speaker is None else ""
    lanes = [
        Lane(t("lane.words"), "words", marks.utterance_marks(said, axis, t), note=nothing),
        Lane(
            t("lane.shown"), "labels",
            marks.label_marks(segments, report.labels, silent, segment_sides(report), axis, t),
        ),
    ]  # fmt: skip
    if events := marks.event_marks(person, report, axis, t):
        lanes.append(Lane(t("lane.events"), "events", events))
    lanes += [_affect_lane(person, own, name, axis, hits, t) for name in ("valence", "arousal")]
    if any(e.reading.kind == "voice_dimensions" for e in own):
        lanes.append(_affect_lane(person, own, "dominance", axis, hits, t))
    if tones := marks_beside.tone_marks(own, axis, t):
        lanes.append(Lane(t("lane.tone"), "events", tones))
    if opinions := marks_beside.opinion_marks(own, axis, t):
        lanes.append(Lane(t("lane.opinion"), "events", opinions))
    if heard is not None:
        lanes += _voice_lanes(person, own, heard, axis, hits, t)
    if presence := marks.presence_marks(person, own, axis, t):
        lanes.append(Lane(t("lane.presence"), "presence", presence))
    return Group(person.id, _about(person, t), lanes, _unit_lanes(person, own, axis, hits, t))


def _about(person: Person, t: Words) -> str:
    parts = [t("timeline.heard", seconds=f"{person.heard_s:.1f}")] if person.speaker else []
    if person.face_tracks:
        parts.append(t("timeline.seen", seconds=f"{person.seen_s:.1f}"))
    return t("comma").join(parts)


def _affect_lane(
    person: Person, own: Sequence[Evidence], name: str, axis: Axis,
    hits: dict[str, Sequence[Hit]], t: Words,
) -> Lane:  # fmt: skip
    shapes: list[Shape] = []
    table: list[Hit] = []
    last: dict[str, tuple[float, float]] = {}
    for e in sorted(own, key=lambda e: e.start_s):
        kind = _KINDS.get(e.reading.kind)
        value = getattr(e.reading, name, None) if kind else None
        if kind is None or value is None:
            continue
        before = last.get(kind)
        if before is not None and 0 <= e.start_s - before[0] <= HELD_S:
            shapes.append(Shape(f"{kind} thin", (before, (e.start_s, value))))
        shapes.append(Shape(f"{kind} {_weight(e.score)}", ((e.start_s, value), (e.end_s, value))))
        last[kind] = (e.end_s, value)
        table.append((e.start_s, e.end_s, round(value, 3), e.id))
    key = f"{person.id}-{name}"
    hits[key] = table
    return Lane(
        t(f"lane.{name}"), "affect", id=key,
        top=f"+1 {t(f'high.{name}')}", bottom=f"{MINUS}1 {t(f'low.{name}')}",
        chart=chart(shapes, axis.span, -MARGIN, MARGIN, (0.0,)) if table else None,
        scale=(-MARGIN, MARGIN), note="" if table else t("lane.unmeasured"),
    )  # fmt: skip


def _weight(score: float | None) -> str:
    if score is None or WEAK_SCORE <= score < STRONG_SCORE:
        return "usual"
    return "strong" if score >= STRONG_SCORE else "weak"


def _voice_lanes(
    person: Person, own: Sequence[Evidence], heard: Contours, axis: Axis,
    hits: dict[str, Sequence[Hit]], t: Words,
) -> list[Lane]:  # fmt: skip
    pitch_key, loud_key = f"{person.id}-pitch", f"{person.id}-loudness"
    voices = [e for e in own if e.reading.kind == "voice"]
    hits[loud_key] = [(e.start_s, e.end_s, e.reading.intensity_db, e.id)
                      for e in voices if e.reading.kind == "voice"]  # fmt: skip
    lanes = []
    if heard.pitch:
        hz = np.concatenate([[v for _, v in line] for line in heard.pitch])
        low, high = float(np.percentile(hz, 1)) * 0.9, float(np.percentile(hz, 99)) * 1.1
        bottom, top = float(np.log2(low)), float(np.log2(high))
        lines = [
            Shape("voice solid", [(s, min(max(float(np.log2(v)), bottom), top)) for s, v in line])
            for line in heard.pitch
        ]
        hits[pitch_key] = [(e.start_s, e.end_s, (bottom + top) / 2, e.id) for e in voices]
        lanes.append(Lane(
            t("lane.pitch"), "pitch", id=pitch_key, top=f"{high:.0f} Hz", bottom=f"{low:.0f} Hz",
            chart=chart(lines, axis.span, bottom, top), scale=(bottom, top),
        ))  # fmt: skip
    areas = [
        Shape(
            "voice area",
            [(line[0][0], QUIET_DB), *((s, max(v, QUIET_DB)) for s, v in line),
             (line[-1][0], QUIET_DB)],
            filled=True,
        )
        for line in heard.loudness
    ]  # fmt: skip
    lanes.append(Lane(
        t("lane.loudness"), "loudness", id=loud_key, top="0 dB", bottom=f"{MINUS}60 dB",
        chart=chart(areas, axis.span, QUIET_DB, LOUD_DB), scale=(QUIET_DB, LOUD_DB),
    ))  # fmt: skip
    return lanes


def _unit_lanes(
    person: Person, own: Sequence[Evidence], axis: Axis, hits: dict[str, Sequence[Hit]], t: Words
) -> list[Lane]:
    found: dict[str, list[tuple[ActionUnitReading, str]]] = defaultdict(list)
    for e in own:
        if isinstance(e.reading, ActionUnitReading) and e.reading.intensity >= LEAST_INTENSITY:
            found[e.reading.au].append((e.reading, e.id))
    lanes = []
    for au in sorted(found, key=lambda name: int(name[2:])):
        key = f"{person.id}-{au}"
        shapes = [
            Shape("face area", [(r.onset_s, 0.0), (r.apex_s, r.intensity), (r.offset_s, 0.0)], True)
            for r, _ in found[au]
        ]
        hits[key] = [(r.onset_s, r.offset_s, r.intensity, i) for r, i in found[au]]
        lanes.append(Lane(
            f"{au} {unit_name(au, found[au][0][0].name, t)}", "unit", id=key, top="5", bottom="0",
            chart=chart(shapes, axis.span, 0.0, FULL_INTENSITY), scale=(0.0, FULL_INTENSITY),
        ))  # fmt: skip
    return lanes
