"""Where something is shown: the best spans for an emotion, a movement, a sound or a conflict."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple, get_args

from pydantic import Field

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import Some
from emer.agent.queries.evidence import tell
from emer.agent.queries.facts import Facts
from emer.graphs.report import Label, Report
from emer.graphs.rule.writing.wording import quote
from emer.tools import taxonomy
from emer.tools.findings import Evidence, Spanned
from emer.tools.quoting import quoted
from emer.tools.readings import (
    ActionUnitReading,
    Frozen,
    VocalEvent,
    VocalEventReading,
    VoiceReading,
)

MOVEMENTS: Final = {
    "smile": "AU12", "smiling": "AU12", "grin": "AU12", "frown": "AU4", "frowning": "AU4",
    "raised brows": "AU1", "wink": "AU46", "blink": "AU45", "nose wrinkle": "AU9",
    "open mouth": "AU26", "yawn": "AU27", "pout": "AU18", "pressed lips": "AU24",
}  # fmt: skip
"""Everyday words for single movements of the face."""
SOUNDS: Final = {"laugh": "laughter", "laughing": "laughter", "cry": "crying", "sighing": "sigh"}
SIDES: Final = {"positive": True, "negative": False}
"""Words that name no emotion but a side."""
SIDE: Final = 0.1
"""Valences on -1..1 nearer to 0 are on neither."""
WIDE: Final = frozenset({"distressed", "upset"})
IN_DISTRESS: Final = frozenset({"anger", "sadness", "fear", "shame"})
VOICES: Final = frozenset({"raised voice", "shout", "shouting", "loud", "louder"})
LOUDER_DB: Final = 2.5
"""From here on a voice is louder than usual for it, as in the analyst's own sentences."""
_UNIT: Final = re.compile(r"au ?0?(\d{1,2})", re.I)
_CLASHES: Final = frozenset({"conflict", "disagreement", "contradiction", "mixed"})


KINDS: Final = (
    "an emotion word (angry, joy), a movement of the face (AU12, smile), a sound (laughter), "
    "a raised voice, or: conflict, shift, reaction"
)
"""What can be looked for."""


class MomentsArgs(Some):
    """What to look for."""

    shows: str = Field(min_length=1, max_length=60, description=KINDS)
    limit: int = Field(default=5, ge=1, le=200, description="at most so many moments")


class Moment(Frozen):
    """One place where it is shown."""

    start_s: float
    end_s: float
    subject: str
    score: float = Field(description="support, intensity of 5, or distance: what ranks it")
    shows: str


class MomentsAnswer(Answer):
    """Moments, the strongest first."""

    moments: tuple[Moment, ...]


class _Found(NamedTuple):
    rank: tuple[float, ...]
    moment: Moment
    line: Cited


def moments(report: Report, asked: MomentsArgs) -> MomentsAnswer:
    """Return where something is shown most: an emotion, a movement, a sound, a conflict."""
    facts = Facts.of(report)
    wanted = " ".join(asked.shows.casefold().split())
    found = sorted(_finder(wanted)(facts, wanted, asked), key=lambda f: f.rank)
    return MomentsAnswer.of(
        report, [f.line for f in found], limit=asked.limit,
        moments=tuple(f.moment for f in found[: asked.limit]),
        nothing=f"nothing that was measured there shows {quote(quoted(asked.shows, 60))}"
        + ("" if _is_known(wanted) else f"; what can be looked for: {KINDS}"),
    )  # fmt: skip


def _is_known(wanted: str) -> bool:
    """Whether it is a kind of thing that can be looked for, found or not."""
    if _finder(wanted) is not _labels or wanted in SIDES or wanted in SOUNDS:
        return True
    return taxonomy.find(wanted) is not None or wanted in get_args(VocalEvent)


def _finder(wanted: str) -> Callable[[Facts, str, MomentsArgs], list[_Found]]:
    if wanted in _CLASHES:
        return _conflicts
    if wanted.rstrip("s") in {"shift", "change"}:
        return _shifts
    if wanted.rstrip("s") == "reaction":
        return _reactions
    if wanted in VOICES:
        return _raised
    if wanted in MOVEMENTS or _UNIT.fullmatch(wanted):
        return _movements
    return _labels


def _labels(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    known = taxonomy.find(wanted)
    word, families = known.word if known else wanted, families_of(wanted)
    found = []
    for label in facts.chosen(facts.report.labels, asked):
        own = taxonomy.LABELS.get(label.label)
        kin = own is not None and (own.family in families or _leans(own.valence, word))
        if label.label == word or kin:
            found.append(_of_label(facts, label, exact=label.label == word))
    return found or _sounds(facts, wanted, asked) or _named(facts, wanted, asked)


def _leans(valence: float, word: str) -> bool:
    """Whether a label is on the side that a word for no more than a side means."""
    return abs(valence) > SIDE and SIDES.get(word) == (valence > 0)


def families_of(label: str) -> frozenset[str]:
    """Return the families of feelings that a word may mean: "upset" says no more than in distress."""
    known = taxonomy.find(label)
    if known is None:
        return frozenset()
    return IN_DISTRESS if known.word in WIDE else frozenset({known.family})


def _of_label(facts: Facts, label: Label, *, exact: bool) -> _Found:
    text = (
        f"{label.subject} comes across as {label.shown} "
        f"(score {label.score:.2f}, intensity {label.intensity:.2f})."
    )
    line = facts.cited(text, label, label.subject, label.evidence)
    return _Found(
        (not exact, -label.score, -label.intensity, label.start_s),
        _moment(label, line.subject, label.score, label.label), line,
    )  # fmt: skip


def _sounds(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    event = SOUNDS.get(wanted, wanted)
    return [
        _of_evidence(facts, e, e.reading.loudest, event)
        for e in facts.chosen(facts.report.evidence, asked)
        if isinstance(e.reading, VocalEventReading) and e.reading.event == event
    ]


def _raised(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    return [
        _of_evidence(facts, e, e.reading.intensity_offset_db, "raised voice")
        for e in facts.chosen(facts.report.evidence, asked)
        if isinstance(e.reading, VoiceReading)
        and e.reading.intensity_offset_db is not None
        and e.reading.intensity_offset_db >= LOUDER_DB
    ]


def _movements(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    unit = _UNIT.fullmatch(wanted)
    au = f"AU{int(unit[1])}" if unit else MOVEMENTS[wanted]
    return [
        _of_evidence(facts, e, e.reading.intensity, au)
        for e in facts.chosen(facts.report.evidence, asked)
        if isinstance(e.reading, ActionUnitReading) and e.reading.au == au
    ]


def _named(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    """Movements by their FACS name, e.g. ``brow lowerer``."""
    return [
        _of_evidence(facts, e, e.reading.intensity, e.reading.au)
        for e in facts.chosen(facts.report.evidence, asked)
        if isinstance(e.reading, ActionUnitReading) and wanted in e.reading.name.casefold()
    ]


def _of_evidence(facts: Facts, e: Evidence, score: float, shows: str) -> _Found:
    line = tell(facts, e)
    return _Found((-score, e.start_s), _moment(e, line.subject, score, shows), line)


def _conflicts(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    clashes = [a for a in facts.report.agreement if a.verdict == "conflict"]
    return [
        _Found(
            (-a.magnitude, a.start_s), _moment(a, a.subject, a.magnitude, "conflict"),
            facts.cited(f"{a.subject}: {a.detail}.", a, a.subject, a.evidence),
        )
        for a in facts.chosen(clashes, asked)
    ]  # fmt: skip


def _shifts(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    found = []
    for s in facts.chosen(facts.report.explanation.shifts, asked):
        text = f"{s.subject} shifts in {s.dimension} from {s.before:+.2f} to {s.after:+.2f}."
        line = facts.cited(text, s, s.subject, s.evidence)
        size = abs(s.after - s.before)
        found.append(_Found((-size, s.start_s), _moment(s, s.subject, size, "shift"), line))
    return found


def _reactions(facts: Facts, wanted: str, asked: MomentsArgs) -> list[_Found]:
    found = []
    for r in facts.chosen(facts.report.explanation.reactions, asked):
        to = "somebody" if r.to == "scene" else r.to
        how = "" if r.relation == "unclear" else f", with a face that {r.relation} the mood of it"
        text = f"{r.subject} reacts to what {to} says after {r.latency_s:.1f} s{how}."
        line = facts.cited(text, r, r.subject, r.evidence)
        size = abs(r.face_valence or 0.0)
        found.append(_Found((-size, r.start_s), _moment(r, r.subject, size, "reaction"), line))
    return found


def _moment(place: Spanned, subject: str, score: float, shows: str) -> Moment:
    return Moment(
        start_s=place.start_s, end_s=place.end_s, subject=subject, score=score, shows=shows
    )
