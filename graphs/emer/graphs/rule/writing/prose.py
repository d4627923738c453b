"""The verified claims as prose: the whole first, then moment by moment; bounded for long clips.

What is added to the claims speaks of the account and not of anybody: where no emotion is named
and why, and how much was left out.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from emer.graphs.report import Claim, Language, Segment, SegmentReading, Stage
from emer.graphs.rule.language import wording
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.quoted import quoted_part, translated_part
from emer.graphs.rule.writing.wording import during
from emer.tools.findings import SCENE, Evidence

MAX_MOMENTS: Final = 20
"""Moments that are told; the claims about all others stay in the report."""
WEIGHTS: Final[dict[Stage, int]] = {
    "attribute": 0, "expression": 1, "reaction": 2, "shift": 3, "emotion": 4, "disagreement": 4,
    "cause": 3, "whole": 0,
}  # fmt: skip
"""What makes a moment worth telling, where not all can be told."""

_Place = tuple[float, float]


def compose(
    claims: Sequence[Claim],
    segments: Sequence[Segment],
    readings: Sequence[SegmentReading],
    language: Language,
    *,
    still: bool = False,
    evidence: Iterable[Evidence] = (),
) -> str:
    """Return the claims as paragraphs.

    Args:
        claims: Verified claims, those about one segment in the order in which they are told.
        segments: All segments.
        readings: What was read in them.
        language: Of the text.
        still: The medium is a picture: there are no times to tell.
        evidence: Of it, texts in the picture and second opinions are quoted at the end.
    """
    words = wording(language)
    told_of: dict[str | None, list[Claim]] = {}
    for claim in claims:
        told_of.setdefault(claim.segment, []).append(claim)
    moments: dict[_Place, dict[str, list[Claim]]] = {}
    for segment in segments:
        if own := told_of.get(segment.id):
            moments.setdefault((segment.start_s, segment.end_s), {})[segment.id] = own
    told = _most_telling(moments)
    by_id = {s.id: s for s in segments}
    silent = {r.segment: r.reason for r in readings if r.abstained}
    paragraphs = [
        ("" if still else f"[{during(*place)}] ")
        + words.joints["sentence"].join(
            sentence
            for name, own in moments[place].items()
            for sentence in _moment(by_id[name], own, silent.get(name), words)
        )
        for place in told
    ]
    opening = _opening(claims, segments, set(silent), words) if claims else ""
    if len(told) < len(moments):
        paragraphs.append(words.say("left_out", n=str(len(moments) - len(told))))
    known = list(evidence)
    paragraphs += [*translated_part(known, language), *quoted_part(known, language)]
    return "\n\n".join([opening, *paragraphs] if opening else paragraphs)


def _most_telling(moments: dict[_Place, dict[str, list[Claim]]]) -> list[_Place]:
    """Return the moments to tell, in time order."""
    weights = {
        place: sum(max(WEIGHTS[c.stage] for c in own) for own in segments.values())
        for place, segments in moments.items()
    }
    kept = sorted(weights, key=lambda p: (-weights[p], p))[:MAX_MOMENTS]
    return sorted(kept)


def _moment(segment: Segment, own: list[Claim], reason: str | None, words: Wording) -> list[str]:
    sentences = [c.text for c in own]
    if reason and segment.role == "speaking":
        sentences.append(words.say("unnamed", who=_name(segment.subject, words), reason=reason))
    return sentences


def _opening(
    claims: Sequence[Claim], segments: Sequence[Segment], silent: set[str], words: Wording
) -> str:
    """Return the summaries, and for how many moments nothing is named."""
    wholes = [c for c in claims if c.stage == "whole"]
    clips = [c for c in wholes if c.about]
    # of whom the clip's sum tells all there is, it is not told twice
    sentences = [
        c.text
        for c in wholes
        if c in clips or not any(set(c.rests_on) <= set(k.rests_on) for k in clips)
    ]
    return words.joints["sentence"].join([*sentences, *unnamed(segments, silent, words)])


def unnamed(segments: Sequence[Segment], silent: set[str], words: Wording) -> list[str]:
    """Say for each person in how many of their moments no emotion is named, if in any.

    Args:
        segments: All segments.
        silent: Ids of those in which no emotion is read.
        words: Of the language to tell it in.
    """
    sentences = []
    for person in dict.fromkeys(s.subject for s in segments):
        own = [s for s in segments if s.subject == person]
        n = sum(s.id in silent for s in own)
        if n and len(own) > 1:
            who = _name(person, words)
            frame = "unnamed_always" if n == len(own) else "unnamed_often"
            sentences.append(words.say(frame, who=who, n=str(n), total=str(len(own))))
    return sentences


def _name(subject: str, words: Wording) -> str:
    return words.frames["unknown"] if subject == SCENE else subject
