"""What words, voice and face express, each by itself, and where they disagree."""

from typing import Final

from emer.graphs.report import Agreement
from emer.graphs.rule.writing.face_shows import face, rests
from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.scores import placed
from emer.graphs.rule.writing.voice_sounds import voice
from emer.graphs.rule.writing.wording import NEUTRAL, Phrase, capital
from emer.graphs.rule.writing.words_express import words
from emer.graphs.tasks.explaining import ClaimDraft
from emer.tools.findings import Modality

SHARP: Final = 1.0
"""Distance on -1..1 from which two modalities disagree sharply."""


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
        (Modality.WORDS, words),
        (Modality.VOICE, voice),
        (Modality.FACE, face),
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
    if told == [Modality.FACE] and rests(here) and here.segment.role != "speaking":
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
