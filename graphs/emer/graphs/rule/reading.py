"""Weigh the clues of each segment against each other: pattern, labels, alternatives, abstention.

A label's score is how well the modalities that are there carry it, each weighed by its trust:
partly because its categories speak for the label, partly because the label lies near it on the
valence/arousal plane. Scores are support, not probabilities.
"""

import math
from typing import Final

from emer.graphs.report import Alternative
from emer.graphs.rule.patterns import CLEAR, Clues, Pattern, named_pattern
from emer.graphs.tasks import ModalityFact, ReadingDraft, Readings, ReadTask, SegmentFacts
from emer.tools import taxonomy
from emer.tools.findings import Modality

MIN_SUPPORT: Final = 0.22
"""Below this no label is given."""
MIN_SUPPORT_ALONE: Final = 0.35
"""Likewise where only one modality shows anything marked."""
MIN_TRUST: Final = 0.15
"""Below this sum of trust the clues are too thin for any label."""
MAX_LABELS: Final = 2
CALM_RADIUS: Final = 0.18
"""Clues that all lie this near the origin show no emotion."""
NEAR: Final = 0.45
"""Distance on the plane at which a label's fit has fallen to 1/e."""
MARKED: Final = 0.4
"""Valence or arousal from which a clue counts in full."""
AXES: Final = {Modality.WORDS: (1.0, 1.0), Modality.VOICE: (0.5, 1.5), Modality.FACE: (1.5, 0.5)}
"""How much a modality's valence and arousal say: voices carry arousal, faces valence."""


def read(task: ReadTask) -> Readings:
    """Read every segment by itself."""
    return Readings(readings=[_read(segment) for segment in task.segments])


def _read(segment: SegmentFacts) -> ReadingDraft:
    clues = Clues.of(segment)
    present = [m for m in (clues.words, clues.voice, clues.face) if m is not None]
    trust = sum(m.trust for m in present)
    if not present:
        return _abstain(segment, "thin", "no face, voice or words could be read here")
    if trust < MIN_TRUST:
        return _abstain(
            segment, "thin", f"{_named(present)} alone {_verb(present, 'carry')} too little"
        )
    marked = [m for m in present if _distance(m, 0.0, 0.0) >= CALM_RADIUS]
    if not marked:
        reason = f"{_named(present)} {_verb(present, 'show')} no marked emotion"
        return _abstain(segment, "congruent", reason)
    if marked == [clues.voice]:
        # prosody shows arousal; which emotion it belongs to, other clues must tell
        reason = "the voice alone does not tell which emotion it is"
        return _abstain(segment, "thin" if marked == present else "mixed", reason)
    pattern = named_pattern(clues)
    ranked = _ranked(present, pattern)
    needed = MIN_SUPPORT if len(marked) > 1 else MIN_SUPPORT_ALONE
    carried = [a for a in ranked if a.score >= needed]
    if not carried:
        return _abstain(
            segment, "mixed" if len(present) > 1 else "thin", _why_not(present), ranked[:3]
        )
    labels = _distinct(carried)[:MAX_LABELS]
    chosen = {a.label for a in labels}
    others = [a for a in ranked if a.label not in chosen][:3]
    name, reason = _pattern_of(segment, present, pattern)
    return ReadingDraft(
        segment=segment.id, pattern=name, labels=labels, alternatives=others,
        abstained=False, reason=reason,
    )  # fmt: skip


def _abstain(
    segment: SegmentFacts, pattern: str, reason: str, near: list[Alternative] | None = None
) -> ReadingDraft:
    return ReadingDraft(
        segment=segment.id, pattern=pattern, labels=[], alternatives=near or [],
        abstained=True, reason=reason,
    )  # fmt: skip


def _ranked(present: list[ModalityFact], pattern: Pattern | None) -> list[Alternative]:
    candidates = {label for m in present for label in m.support}
    for m in present if not candidates else []:  # no category speaks: the region of the plane does
        if m.valence is not None and m.arousal is not None and _distance(m, 0, 0) > CALM_RADIUS:
            candidates.update(taxonomy.region(m.valence, m.arousal).labels[:2])
    scores = {label: _score(label, present) for label in candidates}
    if pattern is not None:
        for place, label in enumerate(pattern.labels):
            if label in taxonomy.LABELS:
                lift = pattern.strength * (0.9 - 0.12 * place)
                scores[label] = max(scores.get(label, 0.0), lift)
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Alternative(label=label, score=round(min(1.0, s), 3)) for label, s in ordered]


def _weight(m: ModalityFact) -> float:
    """Return what a modality counts: one that shows nothing marked says little either way."""
    marked = max(abs(m.valence or 0.0), abs(m.arousal or 0.0))
    return m.trust * (0.3 + 0.7 * min(1.0, marked / MARKED))


def _score(label: str, present: list[ModalityFact]) -> float:
    place = taxonomy.LABELS[label]
    total = sum(_weight(m) for m in present)
    fit = 0.0
    for m in present:
        category = m.support.get(label, 0.0)
        plane = math.exp(-((_distance(m, place.valence, place.arousal) / NEAR) ** 2))
        fit += _weight(m) * (0.65 * category + 0.35 * plane)
    # a single modality cannot carry a label as far as two that agree
    return fit / total * min(1.0, 0.55 + 0.45 * total)


def _distance(m: ModalityFact, valence: float, arousal: float) -> float:
    axes = zip((m.valence, m.arousal), (valence, arousal), AXES[m.modality], strict=True)
    known = [(w, w * (x - y) ** 2) for x, y, w in axes if x is not None]
    return math.sqrt(2 * sum(d for _, d in known) / sum(w for w, _ in known)) if known else math.inf


def _distinct(ranked: list[Alternative]) -> list[Alternative]:
    """Keep one label per family: near-synonyms add nothing for a reader."""
    kept: list[Alternative] = []
    families: set[str] = set()
    best = ranked[0].score
    for a in ranked:
        family = taxonomy.LABELS[a.label].family
        if family not in families and a.score >= 0.6 * best:
            families.add(family)
            kept.append(a)
    return kept


def _pattern_of(
    segment: SegmentFacts, present: list[ModalityFact], pattern: Pattern | None
) -> tuple[str, str]:
    if pattern is not None and pattern.strength >= MIN_SUPPORT:
        against = (
            f"; against it: {', '.join(pattern.speaks_against)}" if pattern.speaks_against else ""
        )
        return pattern.name, f"{', '.join(pattern.speaks_for)}{against}"
    conflicts = [a for a in segment.agreement if a.verdict == "conflict"]
    if conflicts:
        return "mixed", "; ".join(a.detail for a in conflicts)
    if len(present) == 1:
        return "thin", f"only {_named(present)} could be read"
    return "congruent", f"{_named(present)} do not contradict each other clearly"


def _why_not(present: list[ModalityFact]) -> str:
    signs = {m.valence > 0 for m in present if m.valence is not None and abs(m.valence) > CLEAR}
    if len(signs) == 2:
        return f"{_named(present)} point different ways and none outweighs the other"
    return f"{_named(present)} {_verb(present, 'point')} too weakly to any emotion"


def _verb(present: list[ModalityFact], plural: str) -> str:
    """Return the verb as what `_named` says needs it; only words are many by themselves."""
    if len(present) > 1 or present[0].modality is Modality.WORDS:
        return plural
    return f"{plural[:-1]}ies" if plural.endswith("ry") else f"{plural}s"


def _named(present: list[ModalityFact]) -> str:
    names = {Modality.WORDS: "the words", Modality.VOICE: "the voice", Modality.FACE: "the face"}
    listed = [names[m.modality] for m in present]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
