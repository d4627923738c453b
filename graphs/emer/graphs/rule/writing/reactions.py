"""What a listener's face does while, or after, somebody else speaks."""

from typing import Final

from emer.graphs.report import Reaction
from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.movements import beginning, unit_of
from emer.graphs.rule.writing.wording import (
    NEUTRAL,
    SHORT_QUOTE,
    Phrase,
    contains,
    cut,
    equals,
    evidence_of,
    printed,
    quote,
    side,
    value,
)
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact
from emer.tools.findings import SCENE

MAX_MOVES: Final = 2


def answered(here: Moment, reactions: list[Reaction]) -> frozenset[str]:
    """Return the evidence of movements that the reactions tell of."""
    return frozenset(f.evidence for r in reactions for _, f in _movements(here, r)[:MAX_MOVES])


def reaction(here: Moment, found: Reaction) -> ClaimDraft | None:
    """Tell what a listener's face does while, or after, somebody speaks.

    How long after the words began it does so is no measured quantity: its onset is told instead.
    """
    units = _movements(here, found)[:MAX_MOVES]
    moves = [beginning(here.words, au, f, found) for au, f in units]
    stance = _stance(here, found, named=bool(moves))
    parts = [*moves, *([stance] if stance else [])]
    if not parts:
        return None
    slots = {"other": here.name(found.to), "moves": stance.text if stance else "", "stance": ""}
    if moves:
        done = here.words.chained([p.text for p in moves])
        slots["moves"] = here.words.say("does", who=here.who, moves=done)
        slots["stance"] = here.words.say("stance", face=stance.text) if stance else ""
    spoken = spoken_by(here, found.evidence, found.to) if found.to != SCENE else None
    frame = "reacts_wordless"
    if spoken is not None:
        words, fact = spoken
        slots["quote"] = quote(words, SHORT_QUOTE)
        parts = [Phrase(slots["quote"], (contains(fact, cut(words, SHORT_QUOTE)),)), *parts]
        onsets = [value(f, f"au.{au}.onset_s") or 0.0 for au, f in units]
        frame = "reacts_after" if onsets and min(onsets) >= fact.end_s else "reacts"
    about = [found.to] if _is_cited(here, parts, found.to) else []
    if not about and found.to != SCENE:
        return None  # who is named must be heard or seen in what is cited
    sentence = here.words.say(frame, **slots)
    return here.claim("reaction", sentence, parts, about=about, span=_span(here, found, parts))


def _span(here: Moment, found: Reaction, parts: list[Phrase]) -> tuple[float, float]:
    """Return where a reaction lies: its own span if all that is cited lies there too."""
    cited = [f for i in evidence_of(parts) if (f := here.known.get(i))]
    if all(f.start_s < found.end_s and f.end_s > found.start_s for f in cited):
        return found.start_s, found.end_s
    said = [f for f in cited if f.kind == "utterance"]
    starts, ends = [f.start_s for f in said], [f.end_s for f in said]
    return min([here.segment.start_s, *starts]), max([here.segment.end_s, *ends])


def _is_cited(here: Moment, parts: list[Phrase], person: str) -> bool:
    members = here.persons[person].members if person in here.persons else {person}
    cited = (here.known.get(i) for i in evidence_of(parts))
    return person != SCENE and any(f is not None and f.subject in members for f in cited)


def _movements(here: Moment, found: Reaction) -> list[tuple[str, Fact]]:
    own = [f for i in found.evidence if (f := here.known.get(i)) and f.kind == "action_unit"]
    units = [(au, f) for f in own if (au := unit_of(f))]
    return sorted(units, key=lambda u: -(value(u[1], f"au.{u[0]}") or 0.0))


def spoken_by(here: Moment, evidence: tuple[str, ...], who: str) -> tuple[str, Fact] | None:
    """Return what somebody says in one of the pieces of evidence, and that piece."""
    members = here.persons[who].members if who in here.persons else frozenset({who})
    for cited in evidence:
        fact = here.known.get(cited)
        if fact is None or fact.kind != "utterance" or fact.subject not in members:
            continue
        text = fact.quantities.get("words.text")
        if isinstance(text, str) and text.strip():
            return text, fact
    return None


def _stance(here: Moment, found: Reaction, *, named: bool) -> Phrase | None:
    """Say whether the face is on the side of the words, with both readings."""
    if found.relation == "unclear":
        return None
    face = _nearest(here, found.evidence, "face.valence", found.face_valence)
    words = _nearest(here, found.evidence, "text.valence", found.words_valence)
    if face is None or words is None or min(abs(face[0]), abs(words[0])) < NEUTRAL:
        return None
    if (face[0] * words[0] > 0) != (found.relation == "shares"):
        return None
    parts = [
        _placed(here, "face_is", here.same if named else here.own, face, "face.valence"),
        _placed(here, "words_are", _owner(here, found.to), words, "text.valence"),
    ]
    text = here.words.say(found.relation, face=parts[0].text, words=parts[1].text)
    return Phrase(text, tuple(a for p in parts for a in p.assertions))


def _owner(here: Moment, subject: str) -> str:
    return here.words.say("own", who=here.name(subject))


def _placed(here: Moment, frame: str, own: str, found: tuple[float, Fact], quantity: str) -> Phrase:
    number, fact = found
    degree, direction = side(number, quantity, here.words)
    text = here.words.say(
        frame, own=own, degree=degree, direction=direction,
        dimension=here.words.frames[quantity.rpartition(".")[2]],
        n=printed(number, 2, signed=True),
    )  # fmt: skip
    return Phrase(text, (equals(fact, quantity, 2),))


def _nearest(
    here: Moment, evidence: tuple[str, ...], quantity: str, stated: float | None
) -> tuple[float, Fact] | None:
    if stated is None:
        return None
    facts = (here.known.get(i) for i in evidence)
    found = [(v, f) for f in facts if f and (v := value(f, quantity)) is not None]
    return min(found, key=lambda item: abs(item[0] - stated), default=None)
