"""Sums over a clip: who comes across as what when, and where somebody's clues disagree."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from emer.graphs.report import Claim
from emer.graphs.verification.binding import nouns_in
from emer.graphs.verification.emotions import canonical, emotion_words
from emer.graphs.verification.lexicon import FAMILIES
from emer.graphs.verification.scan import Mark, Scan, Time
from emer.tools import taxonomy

_PART: Final = re.compile(r"[;；]")


def sum_problem(
    claim: Claim, scan: Scan, premises: Sequence[Claim], called: Mapping[str, str]
) -> str | None:
    """Return what a claim about the whole says that none of the claims it rests on does.

    Args:
        claim: It.
        scan: Its text.
        premises: The claims that it rests on.
        called: What labels that no table knows are called in the language of the text.
    """
    if claim.stage != "whole":
        return None
    problem = _assertion_problem(claim, premises) or _label_problem(claim, premises)
    if problem:
        return problem
    told: set[str] = set()
    for part in _parts(scan):
        own = _told(claim, scan, part, premises, called)
        if isinstance(own, str):
            return own
        told |= {p.id for p in own}
    idle = [p.id for p in premises if p.id not in told]
    return f"it rests on {idle[0]}, of which it tells nothing" if idle else None


def _assertion_problem(claim: Claim, premises: Sequence[Claim]) -> str | None:
    told = {(a.quantity, a.value, i) for p in premises for a in p.assertions for i in a.evidence}
    for asserted in claim.assertions:
        for cited in asserted.evidence:
            if (asserted.quantity, asserted.value, cited) not in told:
                return f"it asserts {asserted.quantity} of {cited}, which no claim it rests on does"
    return None


def _label_problem(claim: Claim, premises: Sequence[Claim]) -> str | None:
    stated = {canonical(x) for p in premises for x in p.labels}
    strange = [x for x in claim.labels if canonical(x) not in stated]
    return f"it states '{strange[0]}', which no claim that it rests on states" if strange else None


def _parts(scan: Scan) -> Iterator[tuple[int, int]]:
    """Yield the parts of the sentence; each tells of labels or of a disagreement."""
    edges = [0, *(m.end() for m in _PART.finditer(scan.prose)), len(scan.prose)]
    yield from pairwise(edges)


def _told(
    claim: Claim,
    scan: Scan,
    part: tuple[int, int],
    premises: Sequence[Claim],
    called: Mapping[str, str],
) -> list[Claim] | str:
    """Return the premises that a part of the sentence tells of, or what is wrong with it."""
    start, end = part
    words = sorted([*emotion_words(scan.prose), *_open_words(claim, scan, called)])
    labels = [w for w in words if start <= w.start < end]
    labels = [w for w in labels if w.what in {canonical(x) for x in claim.labels}]
    times = [t for t in scan.times if start <= t.start < end]
    if not labels:
        return _conflict(scan, part, times, premises)
    told: list[Claim] = []
    for place, word in enumerate(labels):
        next_at = labels[place + 1].start if place + 1 < len(labels) else end
        person = next(
            (m.what for m in reversed(scan.persons) if m.end <= word.start), claim.subject
        )
        own = [p for p in premises if p.subject == person and word.what in map(canonical, p.labels)]
        if not own:
            return f"its text calls {person} '{word.what}', which nothing that it rests on does"
        if any(word.end <= t.start < next_at and not _is_start(t, own) for t in times):
            return f"its text says '{word.what}' of another time than what it rests on does"
        told += own
    return told


def _open_words(claim: Claim, scan: Scan, called: Mapping[str, str]) -> Iterator[Mark]:
    """Yield where the text holds labels that no table knows."""
    for label in claim.labels:
        if taxonomy.find(label) is None:
            shown = called.get(label, label)
            for m in re.finditer(re.escape(shown), scan.prose, re.IGNORECASE):
                yield Mark(m.start(), m.end(), canonical(label))


def _conflict(
    scan: Scan, part: tuple[int, int], times: Sequence[Time], premises: Sequence[Claim]
) -> list[Claim] | str:
    """Return the disagreement that a part without labels tells of: whose, of what and when."""
    start, end = part
    families = nouns_in(scan.prose[start:end])
    if not families and not times:
        return []
    people = {m.what for m in scan.persons if start <= m.start < end}
    for premise in premises:
        known = {
            f
            for a in premise.assertions
            for f, names in FAMILIES.items()
            if a.quantity.startswith(names)
        }
        fits = premise.stage == "disagreement" and families <= known
        if fits and people <= {premise.subject} and all(_is_start(t, [premise]) for t in times):
            return [premise]
    return "its text tells of a disagreement that nothing it rests on does"


def _is_start(time: Time, claims: Sequence[Claim]) -> bool:
    return any(time.shows(c.start_s) for c in claims)
