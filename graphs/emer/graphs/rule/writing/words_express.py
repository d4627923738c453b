"""What the words of a moment express, with the cues that carried it, as they were said."""

from typing import Final

from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.scores import MIN_AROUSAL, MIN_LEAN, SECOND, Scored, leans, scored
from emer.graphs.rule.writing.wording import Phrase, contains, equals, printed, quote, value
from emer.graphs.tasks.facts import Fact
from emer.tools.findings import Modality

MAX_CUES: Final = 3
MIN_CUE: Final = 2
"""Letters of a word that is quoted as a cue; one alone is no cue for a reader."""


def words(here: Moment, own: str) -> Phrase | None:
    """Say what the words express, and where it was read in a translation, that too."""
    phrase = _words_told(here, own)
    if phrase is None:
        return None
    cited = {i for a in phrase.assertions for i in a.evidence}
    for fact in here.facts("text_emotion"):
        tongue = fact.quantities.get("text.translated_from")
        if fact.evidence in cited and isinstance(tongue, str):
            text = phrase.text + here.words.frames["in_translation"]
            asserted = contains(fact, tongue, "text.translated_from")
            return Phrase(text, (*phrase.assertions, asserted))
    return phrase


def _words_told(here: Moment, own: str) -> Phrase | None:
    found = categories_expressed(here)
    if found:
        kept = [s for s in found[:2] if s.score >= SECOND * found[0].score]
        parts = [scored(here, s, "text") for s in kept]
        cues = _cues(here, found[0].fact)
        shown = here.words.say("cue", quotes=here.words.listed([p.text for p in cues]))
        text = here.words.say(
            "words_express",
            own=own,
            found=here.words.listed([p.text for p in parts]),
            cue=shown if cues else "",
        )
        return Phrase(text, tuple(a for p in (*parts, *cues) for a in p.assertions))
    leaning = here.leaning(Modality.WORDS, "valence")
    if leaning is None or not here.said():
        return None
    number, fact = leaning
    if abs(number) < MIN_LEAN:
        return _plain(here, own, number, fact) if _others_marked(here) else None
    return leans(here, "words_are", own, fact, "text.valence", number)


def _plain(here: Moment, own: str, number: float, fact: Fact) -> Phrase:
    text = here.words.say(
        "words_plain", own=own, n=printed(number, 2, signed=True),
        dimension=here.words.frames["valence"],
    )  # fmt: skip
    return Phrase(text, (equals(fact, "text.valence", 2),))


def _others_marked(here: Moment) -> bool:
    """Whether voice or face show something: plain words are worth telling beside that only."""
    voice, face = here.affect(Modality.VOICE), here.affect(Modality.FACE)
    return bool(
        (voice and abs(voice.arousal or 0.0) >= MIN_AROUSAL)
        or (face and abs(face.valence or 0.0) >= MIN_LEAN)
    )


def categories_expressed(here: Moment) -> list[Scored]:
    """Return the categories that the words count as expressing, strongest first."""
    best: dict[str, Scored] = {}
    for fact in here.facts("text_emotion"):
        for category in str(fact.quantities.get("text.expressed", "")).split():
            score = value(fact, f"text.{category}")
            if category != "neutral" and score is not None:
                best[category] = max(
                    Scored(category, score, fact), best.get(category, Scored("", -1.0, fact)),
                    key=lambda s: s.score,
                )  # fmt: skip
    return sorted(best.values(), key=lambda s: (-s.score, s.category))


def _cues(here: Moment, fact: Fact) -> list[Phrase]:
    """Quote the words that carried the result, as they were said."""
    cue, said = fact.quantities.get("text.cue"), here.said()
    if not isinstance(cue, str) or said is None:
        return []
    spoken = said[0].casefold()
    joined = " ".join(cue.split())
    if joined != cue:
        return []
    pieces = [joined] if joined.casefold() in spoken else joined.split()
    shown = [p for p in dict.fromkeys(pieces) if len(p) >= MIN_CUE and p.casefold() in spoken]
    return [
        Phrase(quoted, (contains(fact, quoted[1:-1], "text.cue"),))
        for piece in shown[:MAX_CUES]
        if "…" not in (quoted := quote(piece))
    ]
