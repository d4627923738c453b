"""What a timeline shows of a report, person by person, with every text fit to be written.

Reads    a report
Returns  ``Contents``: plain values, in time order, clipped to the analysed part
Cost     one walk over the report
"""

from collections.abc import Iterable
from typing import Final

from emer.agent.exports.lettering import shown
from emer.agent.exports.timeline.things import (
    Chip,
    Clash,
    Contents,
    Mark,
    Movement,
    Said,
    Shown,
    Sound,
    Stretch,
)
from emer.graphs.report import Report
from emer.graphs.tones import clear_tone
from emer.tools.findings import SCENE, Evidence, Gap, Person
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    FaceTrackReading,
    SceneReading,
    ScreenTextReading,
    SpeechEmotionReading,
    TextEmotionReading,
    VocalEventReading,
    VoiceDimensionsReading,
    VoiceReading,
)

LANES_OF: Final = {
    "action_units": ("units",), "faces": ("units",), "voice_affect": ("voice",),
    "asr": ("words",), "speech_activity": ("words", "voice"), "speech_emotion": ("tones",),
}  # fmt: skip
"""Which lanes a gap of a tool leaves empty."""
MAX_PERSONS: Final = 8
LEAST_INTENSITY: Final = 0.05
"""Movements below are printed as 0.0: there is nothing to draw of them."""
WHOLE: Final = 0.95
"""A gap over this share of the part is about a kind of finding, not about a place in time."""


def contents_of(report: Report) -> Contents:
    """Gather what ``report`` has for a timeline."""
    start_s, end_s = report.run.span
    still = report.media.kind == "image" or not end_s > start_s
    persons = {p.id: Shown(shown(p.id, longest=12)) for p in report.subjects}
    owners = {m: p.id for p in report.subjects for m in p.members}
    for person in report.subjects:
        _introduce(persons[person.id], person, still=still)
    for spoken in report.utterances:
        own = _of(persons, spoken.subject)
        text = None if spoken.text is None else shown(spoken.text)
        own.said.append(Said(spoken.start_s, spoken.end_s, text))
    _add_labels(report, persons)
    cuts: list[float] = []
    around = Shown("clip", ["whose sounds these are is not told"])
    for evidence in report.evidence:
        if isinstance(evidence.reading, SceneReading):
            cuts += evidence.reading.cuts_s
        elif evidence.subject in owners:
            _add(persons[owners[evidence.subject]], evidence)
        else:
            _add_around(around, evidence)
    for a in report.agreement:
        if a.verdict == "conflict":
            pair = f"{a.pair[0].value} ≠ {a.pair[1].value}"
            clash = Clash(a.start_s, a.end_s, pair, a.dimension or "valence")
            _of(persons, a.subject).clashes.append(clash)
    ranked = sorted(
        ((i, p) for i, p in persons.items() if p.n_items or p.seen or p.about),
        key=lambda pair: -pair[1].weight,
    )
    kept = dict(ranked[:MAX_PERSONS])
    for person_id, own in kept.items():
        _sort(own)
        about = {person_id, SCENE}
        gaps = [g for g in report.gaps if owners.get(g.subject, g.subject) in about]
        _note_blanks(own, gaps, end_s - start_s)
    return Contents(
        persons=[p for i, p in persons.items() if i in kept],
        around=_of_clip(around), others=[p.id for _, p in ranked[MAX_PERSONS:]],
        start_s=start_s, end_s=end_s, still=still, cuts_s=sorted({round(t, 3) for t in cuts}),
    )  # fmt: skip


def _of(persons: dict[str, Shown], subject: str) -> Shown:
    if subject not in persons:
        name = "somebody" if subject == SCENE else shown(subject, longest=12)
        persons[subject] = Shown(name)
    return persons[subject]


def _introduce(own: Shown, person: Person, *, still: bool) -> None:
    if person.speaker:
        own.about.append(f"heard {person.heard_s:.1f} s")
    if person.face_tracks:
        own.about.append("seen" if still else f"seen {person.seen_s:.1f} s")


def _add_labels(report: Report, persons: dict[str, Shown]) -> None:
    rows: dict[str, int] = {}
    for label in report.labels:
        row = rows.get(label.segment, 0)
        rows[label.segment] = row + 1
        text = shown(label.shown, longest=40)
        if text.startswith("["):  # no font for it: the label's one English form
            text = shown(label.label, longest=40)
        own = _of(persons, label.subject)
        own.chips.append(Chip(label.start_s, label.end_s, text, label.score, row))


def _add(own: Shown, evidence: Evidence) -> None:
    reading, place = evidence.reading, (evidence.start_s, evidence.end_s)
    if isinstance(reading, ActionUnitReading):
        if reading.intensity < LEAST_INTENSITY:
            return
        own.unit_names[reading.au] = shown(reading.name, longest=40)
        on, apex, off = sorted((reading.onset_s, reading.apex_s, reading.offset_s))
        own.units.setdefault(reading.au, []).append(Movement(on, apex, off, reading.intensity))
    elif isinstance(reading, FaceTrackReading):
        own.seen.append(Stretch(*place))
    elif isinstance(reading, ExpressionReading):
        _affect(own, place, "face", reading.valence, reading.arousal)
        for name, score in reading.scores.items():
            key = shown(name, longest=24)
            own.scores[key] = max(score, own.scores.get(key, 0.0))
    elif isinstance(reading, TextEmotionReading):
        _affect(own, place, "words", reading.valence, reading.arousal)
    elif isinstance(reading, VoiceReading):
        _affect(own, place, "voice", reading.valence, reading.arousal)
        _add_voice(own, place, reading)
    elif isinstance(reading, VoiceDimensionsReading):
        _affect(own, place, "raters", reading.valence, reading.arousal)
        own.affect.setdefault("dominance", []).append(Mark(*place, "raters", reading.dominance))
    elif isinstance(reading, SpeechEmotionReading):
        if heard := clear_tone(reading.scores, evidence.score):
            own.tones.append(Chip(*place, shown(heard, longest=24), reading.scores[heard], 0))
    else:
        _add_around(own, evidence)


def _add_around(own: Shown, evidence: Evidence) -> None:
    reading, place = evidence.reading, (evidence.start_s, evidence.end_s)
    if isinstance(reading, VocalEventReading):
        own.sounds.setdefault(reading.event, []).append(
            Sound(*place, reading.event, reading.loudest)
        )
    elif isinstance(reading, ScreenTextReading):
        own.screen.append(Said(*place, shown(reading.text)))


def _of_clip(around: Shown) -> Shown | None:
    if not around.n_items:
        return None
    _sort(around)
    if not around.sounds:
        around.about.clear()
    return around


def _affect(
    own: Shown,
    place: tuple[float, float],
    series: str,
    valence: float | None,
    arousal: float | None,
) -> None:
    for name, value in (("valence", valence), ("arousal", arousal)):
        if value is not None:
            own.affect.setdefault(name, []).append(Mark(*place, series, value))


def _add_voice(own: Shown, place: tuple[float, float], reading: VoiceReading) -> None:
    pitch, loudness = reading.f0_offset_st, reading.intensity_offset_db
    if pitch is not None:
        own.voice.append(Mark(*place, "pitch", pitch))
    if loudness is not None:
        own.voice.append(Mark(*place, "loudness", loudness))
    if pitch is None and loudness is None:
        hertz = "" if reading.f0_median_hz is None else f"{reading.f0_median_hz:.0f} Hz, "
        own.absolute.append(Said(*place, f"{hertz}{reading.intensity_db:.0f} dB"))


def _sort(own: Shown) -> None:
    listed = (own.said, own.chips, own.tones, own.voice, own.absolute, own.clashes, own.seen)
    for items in listed:
        items.sort(key=lambda item: (item[0], item[1]))
    own.screen.sort(key=lambda said: (said.start_s, said.end_s))
    for heard in own.sounds.values():
        heard.sort()
    for marks in own.affect.values():
        marks.sort()
    for moves in own.units.values():
        moves.sort()
    own.seen[:] = joined(own.seen)
    own.units = dict(sorted(own.units.items(), key=lambda pair: int(pair[0][2:])))


def _note_blanks(own: Shown, gaps: list[Gap], length_s: float) -> None:
    for gap in gaps:
        if gap.duration_s < WHOLE * length_s:
            for lane in LANES_OF.get(gap.tool, ()):
                own.blanks.setdefault(lane, []).append(Stretch(gap.start_s, gap.end_s))
    for lane, stretches in own.blanks.items():
        own.blanks[lane] = joined(stretches)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same time in as few stretches as possible, in order."""
    kept: list[Stretch] = []
    for start_s, end_s in sorted(stretches):
        if kept and start_s <= kept[-1].end_s:
            kept[-1] = Stretch(kept[-1].start_s, max(end_s, kept[-1].end_s))
        else:
            kept.append(Stretch(start_s, end_s))
    return kept


def unseen(own: Shown, start_s: float, end_s: float) -> list[Stretch]:
    """Return where in a part the person's face, which is seen elsewhere, is not."""
    left, found = start_s, []
    for seen in own.seen:
        if seen.start_s > left:
            found.append(Stretch(left, min(seen.start_s, end_s)))
        left = max(left, seen.end_s)
        if left >= end_s:
            break
    if left < end_s:
        found.append(Stretch(left, end_s))
    return [s for s in found if s.end_s - s.start_s > 0.05] if own.seen else []
