"""Who spoke when, as RTTM (NIST, ten fields a line), written through pyannote.core.

Turns come from diarization, overlapping ones included, else from the utterances. Speakers have
the report's names of persons; a voice that belongs to nobody keeps the name of the voice.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emer.agent.exports.marks import Mark, line, milliseconds
from emer.agent.exports.material import Material
from emer.tools.readings import TurnReading

if TYPE_CHECKING:
    from emer.graphs.report import Report

_BLANK: Final = re.compile(r"\s+")
UNKNOWN: Final = "unknown"


def write(material: Material, path: Path) -> None:
    """Write one line per speaker turn; an empty file where nobody speaks."""
    name = Path(material.report.media.name).stem
    path.write_text(document(turns(material.report), name), encoding="utf-8")


def turns(report: "Report") -> list[Mark]:
    """Return who speaks when, ``tier`` naming the speaker."""
    persons = {p.speaker: p.id for p in report.subjects if p.speaker}
    heard = [
        Mark(persons.get(e.reading.speaker, e.reading.speaker), e.start_s, e.end_s, "")
        for e in report.evidence
        if isinstance(e.reading, TurnReading)
    ]
    return heard or [
        Mark(u.subject if u.subject != "scene" else UNKNOWN, u.start_s, u.end_s, "")
        for u in report.utterances
    ]


def document(turns: Iterable[Mark], name: str) -> str:
    """Return ``turns`` as RTTM.

    Args:
        turns: ``tier`` names the speaker; texts are not written.
        name: Of the recording; blanks become underscores.
    """
    from pyannote.core import Annotation, Segment

    annotation = Annotation(uri=word(name), modality="speaker")
    for number, (start_ms, end_ms, speaker) in enumerate(sorted(_placed(turns))):
        annotation[Segment(start_ms / 1000, end_ms / 1000), number] = speaker
    text: str = annotation.to_rttm()
    return text


def word(text: str) -> str:
    """Return ``text`` as one field: RTTM separates its fields by blanks."""
    return _BLANK.sub("_", line(text)) or UNKNOWN


def _placed(turns: Iterable[Mark]) -> Iterator[tuple[int, int, str]]:
    return ((*milliseconds(t.start_s, t.end_s), word(t.tier)) for t in turns)
