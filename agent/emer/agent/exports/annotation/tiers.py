"""The tiers that a report becomes, the same for every annotation program.

==================== ==================================================== ====================
P1 words             what the person says                                 one per utterance
P1 translation       what a language model made of it, unchecked          one per translation
P1 label 1, 2, ...   emotion labels by rank, with their scores            one per segment
P1 pattern           how the clues fit together                           one per segment
P1 face-voice, ...   whether two modalities agree                         one per segment
P1 voice heard as    what a voice sounds like, with its score              one per reading
P1 voice rated       where raters would place a voice                     one per reading
P1 second opinion    what another model says of it, unchecked             one per impression
P1 reactions         what the person's face does while another speaks     one per reaction
P1 shifts            from what to what the person's showing changes       one per shift
FACE_01 AU12, ...    movements of one face, with their intensity          one per movement
sounds               sounds that are not words, with their scores         one per sound
text in picture      what stands in the picture                           one per text
shots                pictures between hard cuts                           if there is video
gaps                 what could not be seen, heard or read                always there
==================== ==================================================== ====================

Points, for programs that have them: ``cuts``, ``P1 shift points``, ``FACE_01 apexes``.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from emer.agent.exports.marks import Entry, Kind, Tier
from emer.tools.findings import SCENE
from emer.tools.readings import (
    ActionUnitReading,
    ImpressionReading,
    SceneReading,
    ScreenTextReading,
    SpeechEmotionReading,
    TranslationReading,
    VocalEventReading,
    VoiceDimensionsReading,
)

if TYPE_CHECKING:
    from emer.graphs.report import Report
    from emer.tools.findings import Evidence, Spanned

SPOKEN: Final = "[speech]"
"""Stands for words that were heard and not transcribed."""


def tiers_of(report: "Report") -> list[Tier]:
    """Return every tier of ``report``: by person, by face, then those of the whole clip."""
    names = dict.fromkeys(
        [p.id for p in report.subjects]
        + [u.subject for u in report.utterances]
        + [s.subject for s in report.explanation.segments]
    )
    tiers = [tier for name in names for tier in _of_person(report, name)]
    tiers += [*_faces(report), *_around(report)]
    if report.media.video is not None and report.media.kind != "image":
        tiers += _shots(report)
    return [*tiers, _gaps(report)]


def end_s(report: "Report", tiers: Iterable[Tier]) -> float:
    """Return where the clip ends, or the last annotation if that is later; above 0."""
    last = max((e.end_s for t in tiers for e in t.entries), default=0.0)
    return max(report.media.duration_s, report.run.span[1], last, 0.001)


def _of_person(report: "Report", person: str) -> Iterator[Tier]:
    told = report.explanation
    segments = {s.id: s for s in told.segments if s.subject == person}
    yield _tier(person, "words", "words", [
        _entry(u, u.text or SPOKEN) for u in report.utterances if u.subject == person
    ])  # fmt: skip
    yield from _labels(report, person)
    yield _tier(person, "pattern", "pattern", [
        _entry(segments[r.segment], f"{r.pattern}, no emotion named" if r.abstained else r.pattern)
        for r in told.readings if r.segment in segments
    ])  # fmt: skip
    yield from _agreement(report, person)
    yield from _voice(report, person)
    reactions = [
        _entry(r, f"{r.relation}: {r.to} in {r.utterance}")
        for r in told.reactions
        if r.subject == person
    ]
    if reactions:
        yield _tier(person, "reactions", "reaction", reactions)
    yield from _shifts(report, person)


def _voice(report: "Report", person: str) -> Iterator[Tier]:
    """Yield what engines make of a voice, and what other models say; none where none ran."""
    members = next((p.members for p in report.subjects if p.id == person), frozenset({person}))
    tones: list[Entry] = []
    rated: list[Entry] = []
    opinions: list[Entry] = []
    made: list[Entry] = []
    for e in report.evidence:
        if e.subject not in members:
            continue
        match e.reading:
            case SpeechEmotionReading(scores=scores) if scores:
                best = max(scores, key=lambda c: (scores[c], c))
                tones.append(_entry(e, best, f"{scores[best]:.2f}"))
            case VoiceDimensionsReading() as r:
                told = (("arousal", r.arousal), ("valence", r.valence), ("dominance", r.dominance))
                rated.append(_entry(e, ", ".join(f"{name} {x:+.2f}" for name, x in told)))
            case ImpressionReading(text=text):
                opinions.append(_entry(e, text))
            case TranslationReading(text=text):
                made.append(_entry(e, text))
    kinds: tuple[tuple[str, Kind, list[Entry]], ...] = (
        ("voice heard as", "tone", tones), ("voice rated", "rating", rated),
        ("second opinion", "quoted", opinions), ("translation", "quoted", made),
    )  # fmt: skip
    for what, kind, entries in kinds:
        if entries:
            yield _tier(person, what, kind, entries)


def _around(report: "Report") -> Iterator[Tier]:
    """Yield what is nobody's: sounds, text in the picture, opinions on nobody in particular."""
    sounds: list[Entry] = []
    read: list[Entry] = []
    opinions: list[Entry] = []
    for e in report.evidence:
        match e.reading:
            case VocalEventReading(event=event, loudest=loudest):
                sounds.append(_entry(e, event, f"{loudest:.2f}"))
            case ScreenTextReading(text=text):
                read.append(_entry(e, text))
            case ImpressionReading(text=text) if e.subject == SCENE:
                opinions.append(_entry(e, text))
    if sounds:
        yield Tier("sounds", "sound", tuple(sounds))
    if read:
        yield Tier("text in picture", "quoted", tuple(read))
    if opinions:
        yield Tier("second opinion", "quoted", tuple(opinions))


def _labels(report: "Report", person: str) -> Iterator[Tier]:
    """Yield one tier per rank: the best labels of all segments, the second best, and so on."""
    own = sorted((x for x in report.labels if x.subject == person), key=lambda x: -x.score)
    segments: dict[str, int] = {}
    ranks: dict[int, list[Entry]] = {}
    for label in own:
        rank = segments[label.segment] = segments.get(label.segment, 0) + 1
        text = f"{label.label} {label.score:.2f}"
        ranks.setdefault(rank, []).append(_entry(label, text, f"{label.intensity:.2f}"))
    for rank, entries in sorted(ranks.items()):
        yield _tier(person, f"label {rank}", "label", entries)


def _agreement(report: "Report", person: str) -> Iterator[Tier]:
    pairs: dict[str, list[Entry]] = {}
    for a in report.agreement:
        if a.subject == person:
            pairs.setdefault("-".join(a.pair), []).append(_entry(a, a.verdict))
    for pair, entries in sorted(pairs.items()):
        yield _tier(person, pair, "verdict", entries)


def _shifts(report: "Report", person: str) -> Iterator[Tier]:
    own = [s for s in report.explanation.shifts if s.subject == person]
    starts = {s.id: s.start_s for s in report.explanation.segments}
    texts = [
        f"{s.dimension} {s.before:+.2f} to {s.after:+.2f}"
        + (f", perhaps {s.trigger.kind.replace('_', ' ')}" if s.trigger else "")
        for s in own
    ]
    if own:
        spans = [_entry(s, text) for s, text in zip(own, texts, strict=True)]
        yield _tier(person, "shifts", "shift", spans)
        points = [
            _point(starts.get(s.to_segment, s.end_s), text)
            for s, text in zip(own, texts, strict=True)
        ]
        yield _tier(person, "shift points", "point", points)


def _faces(report: "Report") -> Iterator[Tier]:
    owners = {t: p.id for p in report.subjects for t in p.face_tracks}
    units: dict[str, dict[str, list[Evidence]]] = {}
    for e in report.evidence:
        if isinstance(e.reading, ActionUnitReading):
            units.setdefault(e.subject, {}).setdefault(e.reading.au, []).append(e)
    for track, by_unit in sorted(units.items()):
        apexes: list[Entry] = []
        for au, own in sorted(by_unit.items(), key=lambda x: int(x[0][2:])):
            entries = []
            for e in own:
                assert isinstance(e.reading, ActionUnitReading)
                entries.append(_entry(e, au, f"{e.reading.intensity:.2f}"))
                apexes.append(_point(e.reading.apex_s, f"{au} {e.reading.intensity:.2f}"))
            yield Tier(f"{track} {au}", "unit", tuple(entries), owners.get(track))
        yield Tier(f"{track} apexes", "point", tuple(apexes), owners.get(track))


def _shots(report: "Report") -> list[Tier]:
    start, end = report.run.span
    cuts = sorted(
        {
            c
            for e in report.evidence
            if isinstance(e.reading, SceneReading)
            for c in e.reading.cuts_s
        }
    )
    edges = [start, *(c for c in cuts if start < c < end), end]
    shots = [Entry(a, b, f"shot {i}") for i, (a, b) in enumerate(pairwise(edges), 1) if b > a]
    points = [_point(c, "cut") for c in cuts]
    return [Tier("shots", "shot", tuple(shots)), Tier("cuts", "point", tuple(points))]


def _gaps(report: "Report") -> Tier:
    places: dict[tuple[float, float], list[str]] = {}
    for gap in report.gaps:
        about = "" if gap.subject == "scene" else f" ({gap.subject})"
        text = f"{gap.tool.replace('_', ' ')}{about}: {gap.reason}"
        places.setdefault((gap.start_s, gap.end_s), []).append(text)
    entries = (Entry(*place, "; ".join(dict.fromkeys(texts))) for place, texts in places.items())
    return Tier("gaps", "gap", tuple(entries))


def _tier(person: str, what: str, kind: Kind, entries: Iterable[Entry]) -> Tier:
    return Tier(f"{person} {what}", kind, tuple(entries), person)


def _entry(place: "Spanned", text: str, value: str = "") -> Entry:
    return Entry(place.start_s, place.end_s, text, value)


def _point(time_s: float, text: str) -> Entry:
    return Entry(time_s, time_s, text)
