"""How a face moves: action units as what they do, how strongly, and when."""

from typing import Final

from emer.graphs.report import Assertion
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.wording import Phrase, equals, moment, printed, value
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact
from emer.tools.findings import Modality

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
    since_s = here.segment.start_s
    parts = [
        movement(here.words, au, f) if (au, f) in peaking else held(here.words, au, f, since_s)
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
    found = [(lasts_s, f) for lasts_s, f in found if lasts_s >= least_s]
    longest = max(found, key=lambda x: x[0], default=None)
    return [("AU43", longest[1])] if longest else []


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
        apex_s = value(fact, f"au.{au}.apex_s") or 0.0
        if not here.segment.start_s <= apex_s < here.segment.end_s:
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


def held(words: Wording, au: str, fact: Fact, since_s: float = 0.0) -> Phrase:
    """Say what a face does or, past its peak, still does, and how strongly at most."""
    frame = "movement_untimed"
    if (value(fact, f"au.{au}.apex_s") or 0.0) < since_s:
        frame = "movement_lasting"
    text = words.say(frame, phrase=doing(words, au, fact), **_scaled(au, fact))
    return Phrase(text, (intensity(au, fact),))


def beginning(words: Wording, au: str, fact: Fact) -> Phrase:
    """Say what a face does, how strongly, and from when on."""
    time, onset = moment(fact, f"au.{au}.onset_s")
    what = doing(words, au, fact, smile=True)
    text = words.say("begins", phrase=what, **_scaled(au, fact), time=time)
    return Phrase(text, (intensity(au, fact), onset))


def doing(words: Wording, au: str, fact: Fact, *, smile: bool = False) -> str:
    """Return a movement as a predicate; a smile by its name where it answers somebody."""
    strength = value(fact, f"au.{au}") or 0.0
    place = 0 if strength < MARKED_INTENSITY else 1 if strength < STRONG_INTENSITY else 2
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
