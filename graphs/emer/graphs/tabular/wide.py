"""The wide table: one row per segment, a column for everything that statistics are made of.

The columns are the same for every report, so that tables of many clips can be put together; a
cell is empty where nothing was measured. Zero means measured and not found.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple, get_args

from emer.graphs.affect import affect_of
from emer.graphs.report import Agreement, Label, Report, Segment, SegmentReading
from emer.graphs.tabular.columns import CLIP, Cell, Column, Table, unit_of
from emer.graphs.tabular.units import (
    FACS,
    Track,
    anywhere,
    judged_tracks,
    openface_name,
    told_units,
    units_by_track,
)
from emer.graphs.timeline import Timeline
from emer.tools import taxonomy
from emer.tools.findings import Evidence, Modality, Person, Spanned, Utterance
from emer.tools.readings import (
    ExpressionReading,
    ImpressionReading,
    ScreenTextReading,
    SpeechEmotionReading,
    TextEmotionReading,
    TranslationReading,
    VocalEvent,
    VocalEventReading,
    VoiceDimensionsReading,
    VoiceReading,
)

N_LABELS: Final = 3
PAIRS: Final = tuple(combinations((Modality.FACE, Modality.VOICE, Modality.WORDS), 2))
TEXT_CATEGORIES: Final = tuple(sorted(taxonomy.CATEGORY_SETS["goemotions28"]))
FACE_CATEGORIES: Final = tuple(
    sorted({*taxonomy.CATEGORY_SETS["basic"], *taxonomy.CATEGORY_SETS["fer7"]})
)
"""Of both sets that engines for faces use; those of the other set stay empty."""
TONE_CATEGORIES: Final = taxonomy.CATEGORY_SETS["ravdess8"]
DIMENSIONS: Final = ("arousal", "valence", "dominance")
SOUNDS: Final[tuple[VocalEvent, ...]] = get_args(VocalEvent)
PROSODY: Final = tuple(
    name
    for name in VoiceReading.model_fields
    if name not in {"kind", "baseline", "arousal", "valence"}
)


def wide_table(report: Report) -> Table:
    """Lay ``report`` out with one row per segment, in time order."""
    return Table(WIDE, _rows(report))


def _numbers(names: Iterable[str], meaning: str, unit: str) -> Iterator[Column]:
    return (Column(name, "number", meaning, unit) for name in names)


def _columns() -> Iterator[Column]:
    yield from CLIP
    yield Column("segment", "category", "id in the report")
    yield Column("person", "category", "whom the segment is about")
    yield Column("role", "category", "speaking, listening or silent")
    yield Column("utterance", "category", "what is said in it, by this person or another")
    yield from _numbers(("start_s", "end_s", "duration_s"), "place in time", "s")
    yield Column("words", "text", "words of the utterance, if this person speaks")
    yield Column("language", "category", "of the words")
    yield Column("translation", "text", "what a language model made of them, if that was needed")
    for i in range(1, N_LABELS + 1):
        yield Column(f"label_{i}", "category", "emotion label; the first has the highest score")
        yield Column(f"label_{i}_score", "number", "support by the evidence", "0..1")
        yield Column(f"label_{i}_intensity", "number", "how strongly it is shown", "0..1")
    yield Column("polarity", "category", "which way its labels point; mixed: both ways")
    yield Column("branch", "category", "what it was read by: face V, voice A, words T")
    yield Column("pattern", "category", "how the clues of the segment fit together")
    yield Column("pattern_score", "number", "support for the pattern", "0..1")
    yield Column("abstained", "flag", "no emotion is named")
    yield Column("reason", "text", "why this reading, or why none")
    for modality in ("face", "voice", "words"):
        names = f"{modality}_valence", f"{modality}_arousal"
        yield from _numbers(names, f"as read from the {modality} alone", "-1..1")
    for one, other in PAIRS:
        name = f"agreement_{one}_{other}"
        yield Column(name, "category", "agree, conflict or missing")
        yield Column(f"{name}_dimension", "category", "on which they were compared")
        yield Column(f"{name}_distance", "number", "how far apart they are on it", "0..2")
    yield from _numbers((f"text_{c}" for c in TEXT_CATEGORIES), "score of the words", "0..1")
    yield from _numbers((f"face_{c}" for c in FACE_CATEGORIES), "score of the face", "0..1")
    yield from _numbers((f"tone_{c}" for c in TONE_CATEGORIES), "score of the voice", "0..1")
    yield from _numbers(
        (f"raters_{d}" for d in DIMENSIONS), "where raters would place the voice", "-1..1"
    )
    yield from _numbers(
        (f"sound_{s}" for s in SOUNDS),
        "highest score of the sound meanwhile, of nobody in particular; 0: listened for, not heard",
        "0..1",
    )
    yield Column("screen_text", "text", "text in the picture meanwhile, untrusted")
    yield Column("impression", "text", "what another model says of it, unchecked")
    for number in FACS:
        yield Column(
            f"AU{number:02d}_r", "number", "greatest apex of what overlaps the segment", "0..5"
        )
        yield Column(f"AU{number:02d}_c", "number", "1: found, 0: looked for, not found")
    for name in PROSODY:
        yield Column(f"voice_{name}", "number", "as the voice sounds", unit_of(f"voice.{name}"))


_SCORED: Final = {"text_emotion": "text", "expression": "face", "speech_emotion": "tone"}
"""Start of the columns with the category scores of a kind of reading."""
WIDE: Final = tuple(_columns())
"""Columns of the wide table."""
_AROUND: Final = (VocalEventReading, ScreenTextReading, ImpressionReading)
_PLACES: Final[Mapping[str, int]] = {c.name: i for i, c in enumerate(WIDE)}


class _Found(NamedTuple):
    """What rows are put together from, by segment or id."""

    evidence: Mapping[str, Evidence]
    utterances: Mapping[str, Utterance]
    persons: Mapping[str, Person]
    labels: Mapping[str, list[Label]]
    polarity: Mapping[str | None, str]
    readings: Mapping[str, SegmentReading]
    agreement: Mapping[str, list[Agreement]]
    units: Mapping[str, Track]
    judged: Mapping[str, Sequence[Spanned]]
    told: frozenset[str]
    around: Timeline
    """Sounds, text in the picture, second opinions."""
    made: Mapping[str, str]
    """Translations, by the evidence of the utterance."""
    listened: bool
    """Whether sounds that are not words were listened for."""


def _rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    found = _found(report)
    clip = {"clip": report.media.name, "media_sha256": report.media.sha256}
    for segment in sorted(report.explanation.segments, key=lambda s: (s.start_s, s.end_s)):
        cells: list[Cell] = [None] * len(WIDE)
        for name, value in (clip | _row(segment, found)).items():
            if name in _PLACES:  # an engine of somebody else may know further categories
                cells[_PLACES[name]] = value
        yield tuple(cells)


def _found(report: Report) -> _Found:
    labels: dict[str, list[Label]] = {}
    for label in sorted(report.labels, key=lambda x: (-x.score, x.label)):
        labels.setdefault(label.segment, []).append(label)
    agreement: dict[str, list[Agreement]] = {}
    for a in report.agreement:
        agreement.setdefault(a.segment, []).append(a)
    return _Found(
        {e.id: e for e in report.evidence},
        {u.id: u for u in report.utterances},
        {p.id: p for p in report.subjects},
        labels,
        {p.segment: p.polarity for p in report.polarity},
        {r.segment: r for r in report.explanation.readings},
        agreement,
        {track: Track(own) for track, own in units_by_track(report).items()},
        judged_tracks(report),
        told_units(report),
        Timeline([e for e in report.evidence if isinstance(e.reading, _AROUND)]),
        {
            e.reading.of: e.reading.text
            for e in report.evidence
            if isinstance(e.reading, TranslationReading)
        },
        any(t.tool == "vocal_events" and t.status in {"done", "gap"} for t in report.run.tools)
        or any(isinstance(e.reading, VocalEventReading) for e in report.evidence),
    )


def _row(segment: Segment, found: _Found) -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "segment": segment.id, "person": segment.subject, "role": segment.role,
        "utterance": segment.utterance, "start_s": segment.start_s, "end_s": segment.end_s,
        "duration_s": round(segment.duration_s, 3),
    }  # fmt: skip
    said = found.utterances.get(segment.utterance or "")
    if said is not None and said.subject == segment.subject:
        made = next((found.made[i] for i in said.evidence if i in found.made), None)
        row |= {"words": said.text, "language": said.language, "translation": made}
    for i, label in enumerate(found.labels.get(segment.id, ())[:N_LABELS], 1):
        row[f"label_{i}"] = label.label
        row[f"label_{i}_score"] = label.score
        row[f"label_{i}_intensity"] = label.intensity
    row["polarity"] = found.polarity.get(segment.id)
    if reading := found.readings.get(segment.id):
        row |= {
            "branch": reading.branch,
            "pattern": reading.pattern, "pattern_score": reading.pattern_score,
            "abstained": reading.abstained, "reason": reading.reason,
        }  # fmt: skip
    for a in found.agreement.get(segment.id, ()):
        row |= _agreement(a)
    return row | _measured(segment, found) | _around(segment, found) | _units(segment, found)


def _around(segment: Segment, found: _Found) -> dict[str, Cell]:
    """Return what is heard and read meanwhile, and what another model says of it."""
    row: dict[str, Cell] = {f"sound_{s}": 0.0 for s in SOUNDS} if found.listened else {}
    texts: dict[str, list[str]] = {"screen_text": [], "impression": []}
    for e in found.around.overlapping(segment):
        if isinstance(e.reading, VocalEventReading):
            name = f"sound_{e.reading.event}"
            row[name] = max(e.reading.loudest, float(row.get(name) or 0.0))
        elif isinstance(e.reading, ScreenTextReading):
            texts["screen_text"].append(e.reading.text)
        elif isinstance(e.reading, ImpressionReading):
            texts["impression"].append(e.reading.text)
    return row | {name: " / ".join(dict.fromkeys(own)) for name, own in texts.items() if own}


def _agreement(a: Agreement) -> dict[str, Cell]:
    one, other = sorted(a.pair)
    name = f"agreement_{one}_{other}"
    distance = None if a.verdict == "missing" else a.magnitude
    return {name: a.verdict, f"{name}_dimension": a.dimension, f"{name}_distance": distance}


def _measured(segment: Segment, found: _Found) -> dict[str, Cell]:
    row: dict[str, Cell] = {}
    ids = {
        Modality.FACE: segment.face, Modality.VOICE: segment.voice, Modality.WORDS: segment.words
    }  # fmt: skip
    for modality, own in ids.items():
        evidence = [found.evidence[i] for i in own if i in found.evidence]
        speaking = segment.role == "speaking"
        if affect := affect_of(modality, evidence, segment, speaking=speaking):
            row[f"{modality}_valence"] = _rounded(affect.valence)
            row[f"{modality}_arousal"] = _rounded(affect.arousal)
        row |= _scores(evidence, segment)
    return row


def _scores(evidence: Sequence[Evidence], span: Spanned) -> dict[str, Cell]:
    """Return category scores, averaged over time, and the prosody of the longest voice reading."""
    sums: dict[str, float] = {}
    weights: dict[str, float] = {}
    voices = [e for e in evidence if isinstance(e.reading, VoiceReading) and e.overlaps(span)]
    for e in evidence:
        if isinstance(e.reading, VoiceDimensionsReading):
            for d in DIMENSIONS:
                name, held = f"raters_{d}", e.overlap_s(span)
                sums[name] = sums.get(name, 0.0) + getattr(e.reading, d) * held
                weights[name] = weights.get(name, 0.0) + held
        if isinstance(e.reading, TextEmotionReading | ExpressionReading | SpeechEmotionReading):
            prefix = _SCORED[e.reading.kind]
            for category, score in e.reading.scores.items():
                name = f"{prefix}_{category}"
                sums[name] = sums.get(name, 0.0) + score * e.overlap_s(span)
                weights[name] = weights.get(name, 0.0) + e.overlap_s(span)
    row: dict[str, Cell] = {
        name: _rounded(total / weights[name]) for name, total in sums.items() if weights[name] > 0
    }
    if voices:
        main = max(voices, key=lambda e: e.overlap_s(span))
        row |= {f"voice_{n}": getattr(main.reading, n) for n in PROSODY}
    return row


def _units(segment: Segment, found: _Found) -> dict[str, Cell]:
    person = found.persons.get(segment.subject)
    tracks = person.face_tracks if person else ()
    shown: dict[str, float] = {}
    for track in tracks:
        own = found.units[track].strongest(segment) if track in found.units else {}
        shown |= {au: max(x, shown.get(au, 0.0)) for au, x in own.items()}
    looked = found.told if anywhere(tracks, found.judged, segment) else frozenset()
    row: dict[str, Cell] = {}
    for au in looked | shown.keys():
        row[f"{openface_name(au)}_r"] = shown.get(au, 0.0)
        row[f"{openface_name(au)}_c"] = float(au in shown)
    return row


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
