"""Tiers for ELAN (.eaf, version 2.8), written through pympi.

ELAN's tiers hold no overlapping annotations: overlapping ones are spread over numbered tiers
(``P1 words``, ``P1 words (2)``). Movements and labels carry their intensity in a tier of their
own that depends on them. The media file is linked by its name alone, beside the .eaf file.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from emer.agent.exports.marks import Kind, Placed, Tier, lane_name, lanes, line, placed, unique
from emer.agent.exports.material import Material

MIME: Final[Mapping[str, str]] = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".mpg": "video/mpeg",
    ".mpeg": "video/mpeg", ".wav": "audio/x-wav", ".mp3": "audio/mpeg",
}  # fmt: skip
"""Types that ELAN tells apart; it looks at everything else itself."""
NOTHING_SAID: Final = "Nobody was heard to speak in this clip."
_VOCABULARIES: Final[Mapping[Kind, str]] = {"unit": "action units", "verdict": "verdicts"}
_VERDICTS: Final = {
    "agree": "the two do not contradict each other",
    "conflict": "the two lean to opposite sides",
    "missing": "one of the two could not be read",
}
_DEPENDENT: Final = "intensity"
_LANGUAGE: Final = "und"

UNDATED: Final = "1970-01-01T00:00:00+00:00"
"""ELAN asks for a date; a report that knows none has this one."""


def write(material: Material, path: Path) -> None:
    """Write every tier that has no points, with the media linked."""
    from emer.agent.exports.annotation.tiers import tiers_of

    report = material.report
    units = {
        e.reading.au: e.reading.name for e in report.evidence if e.reading.kind == "action_unit"
    }
    notes = {"notice": report.run.notice, "purpose": report.run.purpose}
    if not report.utterances:
        notes["note"] = NOTHING_SAID
    head = {"AUTHOR": f"emer {report.run.emer_version}", "DATE": report.run.started_at}
    text = document(tiers_of(report), head=head, media=report.media.name, notes=notes, units=units)
    path.write_bytes(text)


def document(
    tiers: Iterable[Tier],
    *,
    head: Mapping[str, str] | None = None,
    media: str = "",
    notes: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> bytes:
    """Return ``tiers`` as an EAF document.

    Args:
        tiers: Those of points are left out: ELAN knows spans alone.
        head: Author and date.
        media: Name of the media file, which is looked for beside the document.
        notes: Properties of the document, by name.
        units: Action units by FACS id, with their names, for the vocabulary.
    """
    import pympi

    eaf = pympi.Eaf(author="emer")
    eaf.remove_tier("default")
    eaf.linguistic_types.clear()
    eaf.adocument["DATE"] = UNDATED  # not now: the same report gives the same file
    eaf.adocument |= {k: line(v) for k, v in (head or {}).items() if v}
    eaf.header = {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"}
    eaf.properties = [(k, line(v)) for k, v in (notes or {}).items() if v]
    if media := line(Path(media).name):
        kind = MIME.get(Path(media).suffix.lower(), "unknown")
        eaf.add_linked_file(f"./{media}", relpath=f"./{media}", mimetype=kind)
    _vocabularies(eaf, units or {})
    taken: set[str] = set()
    for tier in tiers:
        if tier.kind != "point":
            _tier(eaf, tier, taken)
    _order(eaf)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _xml(eaf)


def _xml(eaf: Any) -> bytes:  # noqa: ANN401 - pympi ships no types
    from xml.etree.ElementTree import tostring

    from pympi.Elan import to_adocument

    # its own writer renames a file that is already there
    text: bytes = tostring(to_adocument(eaf), encoding="UTF-8", xml_declaration=False)
    return text


def _vocabularies(eaf: Any, units: Mapping[str, str]) -> None:  # noqa: ANN401
    eaf.add_language(_LANGUAGE, None, "undetermined")
    words = {"action units": units, "verdicts": _VERDICTS}
    for name, entries in words.items():
        eaf.add_controlled_vocabulary(name)
        eaf.add_cv_description(name, _LANGUAGE, None)
        for number, (value, meaning) in enumerate(sorted(entries.items()), 1):
            entry = f"{name.replace(' ', '_')}_{number}"
            eaf.add_cv_entry(name, entry, [(line(value), _LANGUAGE, line(meaning))])


def _type(eaf: Any, kind: str, vocabulary: str | None, constraint: str | None = None) -> None:  # noqa: ANN401
    eaf.linguistic_types[kind] = {
        "LINGUISTIC_TYPE_ID": kind,
        "TIME_ALIGNABLE": str(constraint is None).lower(),
        "GRAPHIC_REFERENCES": "false",
        "CONSTRAINTS": constraint,
        "CONTROLLED_VOCABULARY_REF": vocabulary,
    }


def _tier(eaf: Any, tier: Tier, taken: set[str]) -> None:  # noqa: ANN401
    _type(eaf, tier.kind, _VOCABULARIES.get(tier.kind))
    person = line(tier.person or "") or None
    for number, row in enumerate(lanes(placed(tier.entries))):
        name = unique(lane_name(tier.name, number), taken)
        eaf.add_tier(name, ling=tier.kind, part=person)
        ids = [_annotation(eaf, name, entry) for entry in row]
        if any(entry.value for entry in row):
            _type(eaf, _DEPENDENT, None, "Symbolic_Association")
            child = unique(f"{name} {_DEPENDENT}", taken)
            eaf.add_tier(child, ling=_DEPENDENT, parent=name, part=person)
            _values(eaf, child, ids, row)


def _annotation(eaf: Any, tier: str, entry: Placed) -> str:  # noqa: ANN401
    eaf.add_annotation(tier, entry.start_ms, entry.end_ms, entry.text)
    newest: str = next(reversed(eaf.tiers[tier][0]))
    return newest


def _values(eaf: Any, tier: str, ids: Sequence[str], row: Sequence[Placed]) -> None:  # noqa: ANN401
    """Fill a dependent tier; pympi would look up each parent by its time, one after another."""
    for parent, entry in zip(ids, row, strict=True):
        if entry.value:
            own = eaf.generate_annotation_id()
            eaf.annotations[own] = tier
            eaf.tiers[tier][1][own] = (parent, entry.value, None, None)


def _order(eaf: Any) -> None:  # noqa: ANN401
    """Number the time slots by time, as ELAN wants them; at one time, ends before starts."""
    ends = {a[1] for tier in eaf.tiers.values() for a in tier[0].values()}
    slots = sorted(eaf.timeslots.items(), key=lambda slot: (slot[1], slot[0] not in ends))
    names = {old: f"ts{i}" for i, (old, _) in enumerate(slots, 1)}
    eaf.timeslots = {names[old]: time for old, time in slots}
    for tier in eaf.tiers.values():
        for key, (start, end, value, drawing) in tier[0].items():
            tier[0][key] = (names[start], names[end], value, drawing)
