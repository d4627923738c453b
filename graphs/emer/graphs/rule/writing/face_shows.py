"""What the face of a moment shows: categories, a side of valence, or that it rests."""

from typing import Final

from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.movements import SPEECH_ITSELF, closed_eyes, strongest
from emer.graphs.rule.writing.scores import MIN_LEAN, SECOND, Scored, leans, scored
from emer.graphs.rule.writing.wording import Phrase, equals
from emer.tools.findings import Modality

MIN_SCORE: Final = 0.3
"""Categories of a face below this are not considered."""
MIN_TOLD: Final = 0.45
"""A face is said to show a category from this score on: below, grimaces score like smiles."""
AT_REST: Final = 0.45
"""A face is called at rest from this score for neutral on."""


def face(here: Moment, own: str) -> Phrase | None:
    """Say what the face shows: that it rests, its categories, or which way it leans."""
    found = categories_shown(here)
    if rests(here):
        asserted = (equals(found[0].fact, "face.neutral", 2),)
        return Phrase(here.words.say(_rest_frame(here), own=own), asserted)
    found = [s for s in found if s.category != "neutral"] if not _is_neutral(found) else []
    weak = bool(found) and found[0].score < MIN_TOLD
    if weak and here.reading is not None and here.reading.abstained:
        return None
    found = [s for s in found if s.score >= MIN_TOLD]
    if found:
        kept = [s for s in found[:2] if s.score >= SECOND * found[0].score]
        parts = [scored(here, s, "face") for s in kept]
        shown = here.words.listed([p.text for p in parts])
        text = here.words.say("face_shows", own=own, found=shown)
        return Phrase(text, tuple(a for p in parts for a in p.assertions))
    leaning = here.leaning(Modality.FACE, "valence")
    if leaning is None or abs(leaning[0]) < MIN_LEAN:
        return None
    return leans(here, "face_is", own, leaning[1], "face.valence", leaning[0])


def rests(here: Moment) -> bool:
    """Whether a face is clearly at rest: no movement of it but those of speech was found."""
    found = categories_shown(here)
    moving = [au for au, _ in strongest(here, least=0.0)] + [au for au, _ in closed_eyes(here)]
    speaking = here.segment.role == "speaking"
    still = all(speaking and au in SPEECH_ITSELF for au in moving)
    return _is_neutral(found) and found[0].score >= AT_REST and still


def _rest_frame(here: Moment) -> str:
    return "face_speaks" if strongest(here, least=0.0) else "face_rests"


def _is_neutral(found: list[Scored]) -> bool:
    return bool(found) and found[0].category == "neutral"


def categories_shown(here: Moment) -> list[Scored]:
    """Return the categories that the face shows, strongest first, each where it is strongest."""
    best: dict[str, Scored] = {}
    for fact in here.facts("expression"):
        for quantity, score in fact.quantities.items():
            category = quantity.removeprefix("face.")
            if category in {"valence", "arousal"} or not isinstance(score, float | int):
                continue
            if score >= MIN_SCORE and (category not in best or score > best[category].score):
                best[category] = Scored(category, float(score), fact)
    return sorted(best.values(), key=lambda s: (-s.score, s.category))
