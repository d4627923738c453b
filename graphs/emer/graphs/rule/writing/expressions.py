"""What words, voice and face express, each by itself, and where they disagree."""

from typing import Final, NamedTuple

from emer.graphs.affect import AT_REST as AT_REST_VOICE
from emer.graphs.report import Agreement
from emer.graphs.rule.writing.moment import RATED, Moment, placing
from emer.graphs.rule.writing.movements import SPEECH_ITSELF, closed_eyes, strongest
from emer.graphs.rule.writing.wording import (
    NEUTRAL,
    Phrase,
    capital,
    contains,
    equals,
    printed,
    quote,
    side,
    value,
)
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact
from emer.graphs.tones import clear_tone
from emer.tools import taxonomy
from emer.tools.findings import Modality

MIN_SCORE: Final = 0.3
"""Categories of a face below this are not considered."""
MIN_TOLD: Final = 0.45
"""A face is said to show a category from this score on: below, grimaces score like smiles."""
AT_REST: Final = 0.45
"""A face is called at rest from this score for neutral on."""
SECOND: Final = 0.5
"""A second category is told if it scores at least this share of the first."""
MIN_LEAN: Final = 0.15
"""Valence or arousal nearer to 0 than this is not worth a word by itself."""
MIN_AROUSAL: Final = 0.2
MIN_DOMINANCE: Final = 0.35
MIN_VOICE_VALENCE: Final = 0.35
"""Voices carry valence weakly: only a marked one is told."""
TONES: Final = taxonomy.CATEGORY_SETS["ravdess8"]
TONE_APART: Final = 0.8
"""What a voice is heard as is not told if it places its arousal so far from its measured prosody."""
SHARP: Final = 1.0
"""Distance on -1..1 from which two modalities disagree sharply."""
MAX_CUES: Final = 3
MIN_CUE: Final = 2
"""Letters of a word that is quoted as a cue; one alone is no cue for a reader."""
FRAMES: Final = {Modality.FACE: "face_is", Modality.VOICE: "voice_is", Modality.WORDS: "words_are"}


class Scored(NamedTuple):
    """A category with its score, and where it comes from."""

    category: str
    score: float
    fact: Fact


def expressions(here: Moment) -> list[ClaimDraft]:
    """Return what is expressed in one segment, as one sentence, and every disagreement."""
    clauses = [(m, p) for m, p in _clauses(here) if p is not None]
    drafts = []
    if clauses:
        text = _joined(here, [(m, p.text) for m, p in clauses])
        drafts.append(here.claim("expression", text, [p for _, p in clauses]))
    return drafts + [d for a in here.segment.agreement if (d := _conflict(here, a))]


def _clauses(here: Moment) -> list[tuple[Modality, Phrase | None]]:
    """Return what each modality expresses; the first that does names the person."""
    found: list[tuple[Modality, Phrase | None]] = []
    own = here.own
    for modality, tell in (
        (Modality.WORDS, _words),
        (Modality.VOICE, _voice),
        (Modality.FACE, _face),
    ):
        phrase = tell(here, own)
        found.append((modality, phrase))
        if phrase is not None:
            own = here.same
    return _telling(here, found)


def _telling(
    here: Moment, found: list[tuple[Modality, Phrase | None]]
) -> list[tuple[Modality, Phrase | None]]:
    """Drop a face at rest that stands alone: it is worth a word beside other clues only."""
    told = [m for m, p in found if p is not None]
    if told == [Modality.FACE] and _rests(here) and here.segment.role != "speaking":
        return []
    return found


def _joined(here: Moment, clauses: list[tuple[Modality, str]]) -> str:
    joints = here.words.joints
    text, turned = clauses[0][1], False
    for place, (modality, clause) in enumerate(clauses[1:], start=1):
        opposed = any(_opposed(here, modality, m) for m, _ in clauses[:place])
        if opposed and not turned:
            joint, turned = joints["clause_but"], True
        else:
            joint = joints["clause_and" if place == len(clauses) - 1 else "clause"]
        text += joint + clause
    return f"{text}{here.words.frames['stop']}"


def _opposed(here: Moment, one: Modality, other: Modality) -> bool:
    return any(
        a.verdict == "conflict" and {one, other} == set(a.pair) for a in here.segment.agreement
    )


def _words(here: Moment, own: str) -> Phrase | None:
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
        parts = [_scored(here, s, "text") for s in kept]
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
    return _leaning(here, "words_are", own, fact, "text.valence", number)


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


def _scored(here: Moment, scored: Scored, prefix: str) -> Phrase:
    text = here.words.say(
        "scored",
        category=taxonomy.category_word(scored.category, here.words.language),
        n=printed(scored.score, 2),
    )
    return Phrase(text, (equals(scored.fact, f"{prefix}.{scored.category}", 2),))


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


def _voice(here: Moment, own: str) -> Phrase | None:
    placed, heard = _voice_placed(here, own), voice_heard_as(here)
    if heard is None:
        return placed
    part = _scored(here, heard, "tone")
    frame = "voice_like" if placed is None else "voice_like_too"
    text = here.words.say(frame, own=own, found=part.text)
    if placed is None:
        return Phrase(text, part.assertions)
    return Phrase(placed.text + text, (*placed.assertions, *part.assertions))


def voice_heard_as(here: Moment) -> Scored | None:
    """Return the category that a voice clearly sounds like; none for a calm or neutral one."""
    best: Scored | None = None
    for fact in here.facts("speech_emotion"):
        named = {c: s for c in TONES if (s := value(fact, f"tone.{c}")) is not None}
        told = clear_tone(named, fact.score)
        if told is None or told in AT_REST_VOICE or _apart(here, fact):
            continue
        if best is None or named[told] > best.score:
            best = Scored(told, named[told], fact)
    return best


def _apart(here: Moment, heard: Fact) -> bool:
    """Whether the measured prosody of a voice contradicts what it is heard as."""
    said = value(heard, "tone.arousal")
    measured = [a for f in here.facts("voice") if (a := value(f, "voice.arousal")) is not None]
    return said is not None and any(abs(said - a) >= TONE_APART for a in measured)


def _voice_placed(here: Moment, own: str) -> Phrase | None:
    for fact in here.facts(RATED) or here.facts("voice"):
        if phrase := _on_plane(here, own, fact):
            return _with_dominance(here, phrase, fact)
        if (held := _held(fact)) is not None:
            return _leaning(here, "voice_sounds", own, fact, "tone.dominance", held)
    return None


def _held(fact: Fact) -> float | None:
    """Return the dominance of a voice where raters' would be marked."""
    held = value(fact, "tone.dominance") if fact.kind == RATED else None
    return held if held is not None and abs(held) >= MIN_DOMINANCE else None


def _with_dominance(here: Moment, told: Phrase, fact: Fact) -> Phrase:
    held = _held(fact)
    if held is None:
        return told
    also = _leaning(here, "voice_also", "", fact, "tone.dominance", held)
    return Phrase(told.text + also.text, (*told.assertions, *also.assertions))


def _on_plane(here: Moment, own: str, fact: Fact) -> Phrase | None:
    aroused, pleasant = placing(fact, "arousal"), placing(fact, "valence")
    arousal, valence = value(fact, aroused), value(fact, pleasant)
    marked = valence is not None and abs(valence) >= MIN_VOICE_VALENCE
    if arousal is not None and abs(arousal) >= MIN_AROUSAL:
        phrase = _leaning(here, "voice_sounds", own, fact, aroused, arousal)
        if not marked or valence is None:
            return phrase
        frame = "voice_also" if _held(fact) is None else "voice_next"
        also = _leaning(here, frame, "", fact, pleasant, valence)
        return Phrase(phrase.text + also.text, (*phrase.assertions, *also.assertions))
    if marked and valence is not None:
        return _leaning(here, "voice_sounds", own, fact, pleasant, valence)
    return None


def _face(here: Moment, own: str) -> Phrase | None:
    found = categories_shown(here)
    if _rests(here):
        asserted = (equals(found[0].fact, "face.neutral", 2),)
        return Phrase(here.words.say(_rest_frame(here), own=own), asserted)
    found = [s for s in found if s.category != "neutral"] if not _is_neutral(found) else []
    weak = bool(found) and found[0].score < MIN_TOLD
    if weak and here.reading is not None and here.reading.abstained:
        return None
    found = [s for s in found if s.score >= MIN_TOLD]
    if found:
        kept = [s for s in found[:2] if s.score >= SECOND * found[0].score]
        parts = [_scored(here, s, "face") for s in kept]
        shown = here.words.listed([p.text for p in parts])
        text = here.words.say("face_shows", own=own, found=shown)
        return Phrase(text, tuple(a for p in parts for a in p.assertions))
    leaning = here.leaning(Modality.FACE, "valence")
    if leaning is None or abs(leaning[0]) < MIN_LEAN:
        return None
    return _leaning(here, "face_is", own, leaning[1], "face.valence", leaning[0])


def _rests(here: Moment) -> bool:
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


def _leaning(
    here: Moment, frame: str, own: str, fact: Fact, quantity: str, number: float
) -> Phrase:
    degree, direction = side(number, quantity, here.words)
    text = here.words.say(
        frame, own=own, degree=degree, direction=direction, n=printed(number, 2, signed=True),
        dimension=here.words.frames[quantity.rpartition(".")[2]],
    )  # fmt: skip
    return Phrase(text, (equals(fact, quantity, 2),))


def placed(
    here: Moment, modality: Modality, dimension: str, own: str
) -> tuple[Phrase, float] | None:
    """Say where a modality lies on a dimension; ``None`` if no reading of it does."""
    leaning = here.leaning(modality, dimension)
    if leaning is None:
        return None
    number, fact = leaning
    quantity = placing(fact, dimension)
    degree, direction = side(number, quantity, here.words)
    text = here.words.say(
        FRAMES[modality], own=own, degree=degree, direction=direction,
        dimension=here.words.frames[dimension], n=printed(number, 2, signed=True),
    )  # fmt: skip
    return Phrase(text, (equals(fact, quantity, 2),)), number


def _conflict(here: Moment, agreement: Agreement) -> ClaimDraft | None:
    if agreement.verdict != "conflict":
        return None
    one, other = agreement.pair
    dimension = agreement.dimension or "valence"
    first = placed(here, one, dimension, here.own)
    second = placed(here, other, dimension, here.same)
    if first is None or second is None or first[1] * second[1] >= 0:
        return None
    if min(abs(first[1]), abs(second[1])) < NEUTRAL:
        return None  # the mean leans further than the reading that stands for it
    sharp = abs(first[1] - second[1]) >= SHARP
    text = here.words.say(
        "conflict",
        one=capital(here.words.modalities[one]),
        other=here.words.modalities[other],
        degree=here.words.frames["sharply"] if sharp else "",
        first=first[0].text,
        second=second[0].text,
    )
    return here.claim("disagreement", text, [first[0], second[0]])
