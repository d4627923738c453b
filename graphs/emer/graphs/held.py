"""Hold what a model reads into a segment to what was measured there.

Reads    the readings of a model, and the facts that it was given
Returns  readings whose labels something measured speaks for, with bounded, harmless texts
Cost     that of the rules' own reading: milliseconds
Source   none: rules, stated below

A model that reads hostile words may name any emotion. A label stands if what a modality measured
supports one of its family that is about as strong, if the rules too think of such a one, or if it
lies near the place where the clues lie together; a word that no table knows, if it is not taken from
what was quoted. What does not stand is dropped and told; where nothing stands, the rules' reading
does.
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from emer.graphs.instructions import instructs
from emer.graphs.leaks import leak_in
from emer.graphs.report import CaseInfluence, Dropped, Language
from emer.graphs.rule.readings.patterns import Clues
from emer.graphs.rule.readings.reading import read
from emer.graphs.rule.readings.reasons import of_weak
from emer.graphs.tasks.facts import SegmentFacts
from emer.graphs.tasks.reading import ReadingDraft, ReadTask
from emer.tools import taxonomy
from emer.tools.quoting import quoted
from emer.tools.text_language import other_script

SUPPORTED_FROM: Final = 0.2
"""Support from which a modality speaks for a label; category scores below it count for nothing."""
OF_A_KIND: Final = 0.6
"""Distance on the plane (both axes -1..1) within which labels of one family are about as strong."""
NEAR: Final = 0.45
"""Likewise at which a label still fits where the clues lie. About that between neighbouring labels of one family; an assumption, not fitted."""
MARKED: Final = 0.25
"""So far from neutral the clues must lie together before their place speaks for anything."""
MAX_WORDS: Final = 8
MAX_REASON: Final = 300
MAX_GROUND: Final = 120
_LABEL: Final = re.compile(r"[^\W\d_]+(?:[ '\u2019-][^\W\d_]+){0,2}")
_PATTERN: Final = re.compile(r"[a-z]+(?:_[a-z]+){0,4}")


class Held(NamedTuple):
    """Readings that may stand, and what was refused of them."""

    readings: list[ReadingDraft]
    dropped: list[Dropped]


class _Told(NamedTuple):
    """What a model was quoted in one call."""

    texts: tuple[str, ...]
    instructs: bool
    language: Language

    @classmethod
    def of(cls, task: ReadTask) -> "_Told":
        said = [
            v
            for s in task.segments
            for f in s.facts
            for v in f.quantities.values()
            if isinstance(v, str)
        ]
        cases = [
            t for s in task.segments for c in s.cases for t in (c.situation, c.words, *c.labels)
        ]
        texts = tuple(t.casefold() for t in dict.fromkeys((*said, *cases)))
        known = any(f.instructs for s in task.segments for f in s.facts)
        return cls(texts, known or any(instructs(t) for t in (*said, *cases)), task.language)

    def objection_to(self, label: str) -> str | None:
        """Return why a word that no table knows does not stand."""
        if any(label.casefold() in text for text in self.texts):
            return "it is a word that was quoted, and no table of emotions knows it"
        if self.instructs:
            return "no table of emotions knows it, and words that were quoted give instructions"
        return None


def held(drafts: Sequence[ReadingDraft], task: ReadTask) -> Held:
    """Return one reading per segment of ``task``, as far as what was measured carries it."""
    # cases are analogies that somebody wrote: they carry no label by themselves
    alone = tuple(s.model_copy(update={"cases": ()}) for s in task.segments)
    by_rule = {r.segment: r for r in read(task.model_copy(update={"segments": alone})).readings}
    facts = {s.id: s for s in task.segments}
    told = _Told.of(task)
    first: dict[str, ReadingDraft] = {}
    for draft in drafts:
        first.setdefault(draft.segment, draft)
    readings, dropped = [], []
    for name, own in facts.items():
        if name not in first:
            continue
        reading, refused = _held(first[name], own, by_rule[name], told)
        readings.append(reading)
        dropped += refused
    return Held(readings, dropped)


def is_label(text: str) -> bool:
    """Whether a text can be the name of an emotion: one to three words of letters."""
    return len(text) <= 40 and _LABEL.fullmatch(text) is not None


def _held(
    draft: ReadingDraft, facts: SegmentFacts, rule: ReadingDraft, told: "_Told"
) -> tuple[ReadingDraft, list[Dropped]]:
    carried, dropped = [], []
    for label in draft.labels[:MAX_WORDS]:
        problem = _objection(label.label, facts, rule, told)
        if problem is None:
            carried.append(label)
        else:
            why = f"{draft.segment}: {problem}"
            dropped.append(
                Dropped(text=_name(label.label), reason=why, check="hold", segment=facts.id)
            )
    if dropped and not carried and not draft.abstained:
        return rule, dropped
    texts_of = [x for x in draft.speaks_for if x], [x for x in draft.speaks_against if x]
    grounds, against = (_harmless(own, MAX_GROUND) for own in texts_of)
    reason = _reason(draft, facts, rule, told.language)
    cases = {c.case for c in facts.cases}
    return draft.model_copy(
        update={
            "pattern": draft.pattern if _is_pattern(draft.pattern) else rule.pattern,
            "labels": carried,
            "alternatives": [a for a in draft.alternatives[:MAX_WORDS] if is_label(a.label)],
            "reason": reason,
            "speaks_for": grounds,
            "speaks_against": against,
            "influence": _of_cases(draft.influence, cases, {a.label for a in carried}),
            "prior": rule.prior,
        }
    ), dropped


def _reason(
    draft: ReadingDraft, facts: SegmentFacts, rule: ReadingDraft, language: Language
) -> str:
    """Return why a segment is read so, in the rules' words where the account tells it.

    Why no emotion is named stands among sentences that were verified; what a model writes there
    cites nothing.
    """
    if draft.abstained:
        return rule.reason if rule.abstained else of_weak(Clues.of(facts).present, None, language)
    harmless = [r for r in _harmless([draft.reason], MAX_REASON) if _is_in(language, r)]
    return harmless[0] if harmless else rule.reason


def _objection(label: str, facts: SegmentFacts, rule: ReadingDraft, told: "_Told") -> str | None:
    if not is_label(label):
        return "this is no name of an emotion"
    known = taxonomy.find(label)
    kin = _kin(facts, rule)
    if known is None:
        # no table can place a word of the model's own: it must not come from what was quoted to it
        if not kin:
            return "nothing that was measured carries an emotion"
        return told.objection_to(label)
    alike = (x for x in kin if x.family == known.family)
    if any(math.dist(x.affect, known.affect) <= OF_A_KIND for x in alike) or _is_near(known, facts):
        return None
    return "nothing that was measured speaks for it or for anything of its kind"


def _measured(facts: SegmentFacts) -> list[str]:
    return [
        label
        for m in facts.modalities
        for label, support in m.support.items()
        if support >= SUPPORTED_FROM
    ]


def _kin(facts: SegmentFacts, rule: ReadingDraft) -> list[taxonomy.Label]:
    """Return the labels that what was measured carries."""
    weighed = [*rule.labels, *rule.alternatives]
    thought_of = [a.label for a in weighed if a.score >= SUPPORTED_FROM]
    found = (taxonomy.find(x) for x in (*_measured(facts), *thought_of))
    return [known for known in found if known is not None]


def _is_near(label: taxonomy.Label, facts: SegmentFacts) -> bool:
    """Whether a label lies where the clues lie together, weighed by their trust."""
    place = [
        _mean((m.valence, m.trust) for m in facts.modalities),
        _mean((m.arousal, m.trust) for m in facts.modalities),
    ]
    if place[0] is None or place[1] is None or math.hypot(place[0], place[1]) < MARKED:
        return False
    return math.dist((place[0], place[1]), label.affect) <= NEAR


def _mean(weighed: Iterable[tuple[float | None, float]]) -> float | None:
    known = [(v, w) for v, w in weighed if v is not None]
    total = sum(w for _, w in known)
    return sum(v * w for v, w in known) / total if total > 0 else None


def _is_pattern(name: str) -> bool:
    return len(name) <= 40 and _PATTERN.fullmatch(name) is not None


def _harmless(texts: Sequence[str], most: int) -> list[str]:
    plain = [quoted(t, most) for t in texts[:MAX_WORDS]]
    return [t for t in plain if t and leak_in(t) is None and instructs(t) is None]


def _is_in(language: Language, text: str) -> bool:
    """Whether a text can be in a language, by its letters."""
    if language == "en":
        return not other_script(text, "LATIN")
    return other_script(text, "LATIN") != ""


def _of_cases(
    influence: Sequence[CaseInfluence], cases: set[str], labels: set[str]
) -> list[CaseInfluence]:
    """Return what cases did to labels that stand: a case moves scores and carries nothing."""
    return [x for x in influence[:MAX_WORDS] if x.case in cases and x.label in labels]


def _name(label: str) -> str:
    shown = quoted(label, 40)
    return f"label '{shown}'" if leak_in(shown) is None else "a label that is withheld"
