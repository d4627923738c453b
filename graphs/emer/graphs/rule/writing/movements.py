"""How a face moves: action units as what they do, how strongly, and when."""

from typing import Final

from emer.graphs.report import Assertion
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.wording import Phrase, equals, moment, printed, value
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact, SegmentFacts
from emer.tools.findings import Modality, Spanned

MIN_INTENSITY: Final = 1.0
"""Action units weaker than this (of 5) are not worth a sentence."""
MIN_EVIDENCE: Final = 0.35
"""Movements whose evidence scores below this are too doubtful to be told as facts."""
MIN_CLOSED_S: Final = 2.0
"""Eyes that are closed for longer than this do not blink."""
STRONG_INTENSITY: Final = 3.5
MARKED_INTENSITY: Final = 2.0
"""FACS: A trace, B slight, C marked, D severe, E maximum; slight is below 2 of 5."""
MAX_UNITS: Final = 3
LEAST_S: Final = 0.3
LEAST_SHARE: Final = 0.1
"""A movement that peaks elsewhere and shares less with a segment than this is not told there."""
EYES: Final = frozenset({"AU43", "AU45", "AU46"})
"""Lids fall all the time: told only where they do so markedly."""
SPEECH_ITSELF: Final = frozenset({"AU25", "AU26", "AU27"})
"""Movements that talking consists of: told of nobody who talks."""
MOUTH: Final = frozenset(f"AU{n}" for n in (10, *range(12, 29)))
"""Movements of the lower face; talking moves it too."""


def face_moves(here: Moment, told: frozenset[str]) -> ClaimDraft | None:
    """Return what the face does in one segment; ``told`` are movements that a reaction tells."""
    speaking = here.segment.role == "speaking"
    peaking = [(au, f) for au, f in strongest(here) if _is_worth(au, f, told, speaking)]
    lasting = [(au, f) for au, f in _lasting(here) if _is_worth(au, f, told, speaking)]
    closed = [(au, f) for au, f in closed_eyes(here) if f not in [p for _, p in peaking]]
    closed = [(au, f) for au, f in closed if _is_worth(au, f, told, speaking)]
    others = peaking or [(au, f) for au, f in lasting if f not in [c for _, c in closed]]
    shown = [*others[: MAX_UNITS - len(closed)], *closed]
    if not any(_is_telling(au, f) for au, f in shown):
        return None
    parts = [
        movement(here.words, au, f) if peaks_in(here.segment, au, f) else passing(here, au, f)
        for au, f in shown
    ]
    caveat = speaking and any(_is_speechlike(au, fact) for au, fact in shown)
    frame = {"speaking": "moves_speaking", "listening": "moves_listening"}.get(
        here.segment.role, "moves"
    )
    text = here.words.say(
        frame,
        who=here.who,
        moves=here.words.chained([p.text for p in parts]),
        caveat=here.words.frames["mouth_caveat"] if caveat else "",
    )
    return here.claim("attribute", text, parts)


def _is_worth(au: str, fact: Fact, told: frozenset[str], speaking: bool) -> bool:
    if fact.evidence in told or (speaking and au in SPEECH_ITSELF):
        return False
    return au not in EYES or (value(fact, f"au.{au}") or 0.0) >= MARKED_INTENSITY


def _is_telling(au: str, fact: Fact) -> bool:
    """Whether a movement is worth a sentence by itself: lips that part a little are not."""
    return au not in SPEECH_ITSELF or (value(fact, f"au.{au}") or 0.0) >= STRONG_INTENSITY


def _is_speechlike(au: str, fact: Fact) -> bool:
    """Whether talking may have a part in a movement: weak ones of the mouth only."""
    return au in MOUTH and (value(fact, f"au.{au}") or 0.0) < STRONG_INTENSITY


def _lasting(here: Moment) -> list[tuple[str, Fact]]:
    """Return the movements that the reading of the face rests on, wherever they peak."""
    affect = here.affect(Modality.FACE)
    cited = affect.evidence if affect else ()
    found = [
        (au, f)
        for f in here.facts("action_unit")
        if f.evidence in cited and (au := unit_of(f)) and _is_sure(f, MIN_EVIDENCE)
        and (value(f, f"au.{au}") or 0.0) >= MIN_INTENSITY
        and (peaks_in(here.segment, au, f) or _is_there(here, f))
    ]  # fmt: skip
    best = dict(sorted(found, key=lambda x: value(x[1], f"au.{x[0]}") or 0.0))
    return sorted(best.items(), key=lambda x: (-(value(x[1], f"au.{x[0]}") or 0.0), x[0]))


def closed_eyes(here: Moment) -> list[tuple[str, Fact]]:
    """Return the longest closure of the eyes that fills the segment or lasts in it, if any."""
    start_s, end_s = here.segment.start_s, here.segment.end_s
    found = [
        (min(f.end_s, end_s) - max(f.start_s, start_s), f)
        for f in here.facts("action_unit")
        if unit_of(f) == "AU43" and (value(f, "au.AU43") or 0.0) >= MARKED_INTENSITY
        and f.end_s - f.start_s > MIN_CLOSED_S and _is_sure(f, MIN_EVIDENCE)
    ]  # fmt: skip
    least_s = min(MIN_CLOSED_S, 0.5 * (end_s - start_s))
    found = [(lasts_s, f) for lasts_s, f in found if lasts_s >= least_s and _is_there(here, f)]
    longest = max(found, key=lambda x: x[0], default=None)
    return [("AU43", longest[1])] if longest else []


def _is_there(here: Moment, fact: Fact) -> bool:
    """Whether enough of a movement lies in the segment to be told of it, wherever it peaks."""
    lasts_s = here.segment.end_s - here.segment.start_s
    shared_s = min(fact.end_s, here.segment.end_s) - max(fact.start_s, here.segment.start_s)
    return shared_s >= max(LEAST_SHARE * lasts_s, min(LEAST_S, 0.5 * lasts_s))


def peaks_in(span: Spanned | SegmentFacts, au: str, fact: Fact) -> bool:
    """Whether a movement is strongest within a span, so that its strength may be told of it."""
    return span.start_s <= peak_s(au, fact) < span.end_s


def peak_s(au: str, fact: Fact) -> float:
    """Return when a movement is strongest, seconds."""
    return value(fact, f"au.{au}.apex_s") or 0.0


def _is_sure(fact: Fact, least: float) -> bool:
    return fact.score is None or fact.score >= least


def strongest(here: Moment, *, least: float = MIN_EVIDENCE) -> list[tuple[str, Fact]]:
    """Return each action unit that peaks in the segment, with its strongest fact, strongest first.

    A movement is told where it peaks, not in every segment that it touches.

    Args:
        here: The segment.
        least: Score of the evidence below which a movement is left out.
    """
    units: dict[str, tuple[float, Fact]] = {}
    for fact in here.facts("action_unit"):
        au = unit_of(fact)
        if au is None or not _is_sure(fact, least):
            continue
        strength = value(fact, f"au.{au}") or 0.0
        if not peaks_in(here.segment, au, fact):
            continue
        if strength >= MIN_INTENSITY and strength > units.get(au, (0.0, fact))[0]:
            units[au] = (strength, fact)
    ordered = sorted(units.items(), key=lambda u: (-u[1][0], u[0]))
    return [(au, fact) for au, (_, fact) in ordered]


def unit_of(fact: Fact) -> str | None:
    """Return the FACS id of a movement's fact."""
    names = (q.removeprefix("au.") for q in fact.quantities if q.startswith("au.AU"))
    return next((n for n in names if "." not in n), None)


def movement(words: Wording, au: str, fact: Fact) -> Phrase:
    """Say what a face does, how strongly, and when it does so most.

    A movement that is there from its first picture on, as in a still, has no such moment.
    """
    if value(fact, f"au.{au}.apex_s") == value(fact, f"au.{au}.onset_s"):
        return held(words, au, fact)
    time, peak = moment(fact, f"au.{au}.apex_s")
    text = words.say("movement", phrase=doing(words, au, fact), **_scaled(au, fact), time=time)
    return Phrase(text, (intensity(au, fact), peak))


def held(words: Wording, au: str, fact: Fact) -> Phrase:
    """Say what a face does all along, and how strongly at most."""
    text = words.say("movement_untimed", phrase=doing(words, au, fact), **_scaled(au, fact))
    return Phrase(text, (intensity(au, fact),))


def passing(here: Moment, au: str, fact: Fact) -> Phrase:
    """Say what is left here of a movement that peaked before, or what there is of one to come.

    How strong it is here was not measured: its strength is told of its peak, with the time.
    """
    time, peak = moment(fact, f"au.{au}.apex_s")
    slots = {"phrase": doing(here.words, au, fact, graded=False), **_scaled(au, fact)}
    start_s, end_s = here.segment.start_s, here.segment.end_s
    frame, edge = "movement_later", f"au.{au}.onset_s"
    inside = (value(fact, edge) or 0.0) > start_s
    if peak_s(au, fact) < start_s:
        frame, edge = "movement_lasting", f"au.{au}.offset_s"
        inside = (value(fact, edge) or 0.0) < end_s
    if not inside:
        return Phrase(here.words.say(frame, **slots, time=time), (intensity(au, fact), peak))
    shown, limit = moment(fact, edge)
    frame = {"movement_later": "movement_rising", "movement_lasting": "movement_fading"}[frame]
    text = here.words.say(frame, **slots, time=time, edge=shown)
    return Phrase(text, (intensity(au, fact), peak, limit))


def beginning(words: Wording, au: str, fact: Fact, within: Spanned) -> Phrase:
    """Say what a face does, from when on and how strongly; where it peaks after ``within``, when."""
    time, onset = moment(fact, f"au.{au}.onset_s")
    inside = peaks_in(within, au, fact)
    what = doing(words, au, fact, smile=True, graded=inside)
    if inside:
        text = words.say("begins", phrase=what, **_scaled(au, fact), time=time)
        return Phrase(text, (intensity(au, fact), onset))
    later, peak = moment(fact, f"au.{au}.apex_s")
    text = words.say("begins_later", phrase=what, **_scaled(au, fact), time=time, later=later)
    return Phrase(text, (intensity(au, fact), onset, peak))


def doing(words: Wording, au: str, fact: Fact, *, smile: bool = False, graded: bool = True) -> str:
    """Return a movement as a predicate.

    Args:
        words: Of the language.
        au: The movement.
        fact: What measured it.
        smile: A smile goes by that name, as where it answers somebody.
        graded: Say how strongly; only where it is strongest.
    """
    strength = value(fact, f"au.{au}") or 0.0
    place = 0 if strength < MARKED_INTENSITY else 1 if strength < STRONG_INTENSITY else 2
    place = place if graded else 1
    degree = words.movement_degrees[place]
    if smile and au == "AU12":
        return words.frames[("smile_slight", "smile", "smile_strong")[place]]
    known = words.movements.get(au)
    if known is None:
        return words.say("unknown_movement", degree=degree)
    return known.phrase.format(degree=degree)


def intensity(au: str, fact: Fact) -> Assertion:
    """Assert how strong a movement is, as it is printed."""
    return equals(fact, f"au.{au}", 1)


def _scaled(au: str, fact: Fact) -> dict[str, str]:
    return {"au": au, "n": printed(value(fact, f"au.{au}") or 0.0, 1)}
