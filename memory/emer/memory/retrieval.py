"""Similar annotated cases for an utterance, with the reasons why they are similar.

Reads    a ``Query``: affect profile, words, suspected pattern, and what must not come back
Returns  up to ``k`` different, trusted enough, similar enough cases; often none, and that is fine
Cost     about 3 ms; of many cases also opening the index at the first call, see ``index``
Source   maximal marginal relevance: Carbonell & Goldstein 1998, doi:10.1145/290941.291025

A retrieved case is an analogy. It has no evidence id, span or reading, and no claim about a clip
may cite it.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

import numpy as np

from emer.memory.case import TRUST_TIERS, Case, Query
from emer.memory.embedding import (
    MODALITIES,
    PAIRS,
    cosine,
    embed,
    expression_similarity,
    reach,
    wording_similarity,
)
from emer.memory.index import CHROMA_FROM, CaseIndex, LazyIndex
from emer.memory.store import CaseStore
from emer.tools.readings import Frozen

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

CANDIDATES: Final = 48
"""How many of the nearest are considered; the ``k`` are chosen among them."""
DEEPER: Final = 4
"""How many times as many, where a pattern is suspected: its cases need not be the nearest."""
SAME_PATTERN: Final = 0.05
"""Added to the similarity of a case of the suspected pattern when cases are ranked; what is shown,
and what must reach ``min_similarity``, stays without it.

Measured on the starter set (with version 2 of the vector; version 3 finds as many): its 85 cases of
a named pattern sought with noise (sd 0.2), half of the cues and the case itself left out, four
times each. A case of the pattern came first, in percent, without a suspicion / with the right one /
with a wrong one, drawn at random:

    all modalities                   one modality missing
    0.02   66 / 77 / 63              41 / 51 / 39
    0.05   66 / 86 / 60              41 / 61 / 37
    0.10   66 / 91 / 53              41 / 70 / 34

and was among the first two in 78 / 91 / 74 and 55 / 68 / 52 (at 0.05). At 0.05 a suspicion pays if
it is right one time in four; the step to 0.10 would pay only from six in ten on."""
RELEVANCE: Final = 0.75
"""Weight of similarity against novelty when choosing the next case."""
SAME_READING: Final = 1.0
"""Likeness of two cases with the same first label, when novelty is judged. Without it 14 of 100
pairs that the measurement above found had one first label, with it 2; the pattern is found as
often."""
TWIN: Final = 0.97
"""Cosine from which two cases with the same first label say the same; the nearest two of the
starter set have 0.84."""
PER_IMPORT: Final = 1
"""Cases of one imported file among the results: whoever poisons a file gets one vote."""
CLOSE: Final = 0.25
"""Values this near count as alike: half the distance from neutral to clearly positive."""
APART: Final = 0.5
"""A difference from here on counts as a disagreement between modalities."""
_SLACK: Final = 1e-3
"""Far above the error of an index in float32."""
SAME_WORDING: Final = 0.3
"""Cosine of the wording from which it is named as a reason."""
SAME_EXPRESSION: Final = 0.9
"""Likewise of what English words express. Measured out of fold on GoEmotions' training
part: one in 25 pairs of texts is so alike, and these share a label three times as often as any."""


class RetrievedCase(Frozen):
    """An annotated case that resembles the clip; an analogy, not evidence."""

    kind: Literal["analogy"] = "analogy"
    case: Case
    similarity: float
    """How much of what is known here the case matches: mean similarity of those parts, weighted,
    about 0 to 1, a part that the case lacks counting 0; not calibrated."""
    why: tuple[str, ...]
    """What matches, from typed values alone: no text of the case or the clip is in it."""


class _Candidate(NamedTuple):
    case: Case
    vector: "NDArray[np.float32]"
    similarity: float
    rank: float
    """Similarity, with what a shared pattern adds."""


def retrieve(store: CaseStore, index: CaseIndex, query: Query) -> list[RetrievedCase]:
    """Return the cases to compare with, in the order in which they were chosen, best first.

    Args:
        store: Where the cases are.
        index: What finds them; any ``CaseIndex`` over ``store``.
        query: What to look for. Without affect and words nothing is looked for.

    Raises:
        StorageError: The store cannot be read.
    """
    if (known := reach(query.affect, query.words)) == 0.0:
        return []
    vector = embed(query.affect, query.words)
    n = max(CANDIDATES, 3 * query.k) * (1 if query.pattern is None else DEEPER)
    hits = index.nearest(vector, query, n)
    if query.min_trust == "imported":
        # looked for on their own, or a large import could crowd every other case out
        hits += index.nearest(vector, query.model_copy(update={"min_trust": "user"}), n)
    # no case can match better than its cosine over what is known here allows
    floor = query.min_similarity * known - _SLACK
    near = list(dict.fromkeys(hit.id for hit in hits if hit.similarity >= floor))
    candidates = [
        _scored(case, own, vector, known, query.pattern) for case, own in store.with_vectors(near)
    ]
    similar = [c for c in candidates if c.similarity >= query.min_similarity]
    similar.sort(key=lambda c: (-c.rank, -TRUST_TIERS.index(c.case.trust), c.case.id))
    return [
        RetrievedCase(case=c.case, similarity=c.similarity, why=tuple(_reasons(query, vector, c)))
        for c in _diverse(similar, query.k)
    ]


def _scored(
    case: Case,
    own: "NDArray[np.float32]",
    vector: "NDArray[np.float32]",
    known: float,
    pattern: str | None,
) -> _Candidate:
    # a cosine alone prefers cases of which as little is known as of the clip, whatever they
    # show: measured on the starter set with only the face known, the right case among 150 never
    # came first by cosine, in 12 of 100 tries this way
    cosine_ = float(cosine(own[None, :], vector)[0])
    similarity = round(cosine_ * reach(case.affect, case.words) / known, 4)
    shared = pattern is not None and case.pattern == pattern
    return _Candidate(case, own, similarity, similarity + (SAME_PATTERN if shared else 0.0))


def _diverse(candidates: list[_Candidate], k: int) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    left = list(candidates)
    while left and len(chosen) < k:
        following = max(left, key=_worth(chosen))  # the first of equals
        chosen.append(following)
        left = [c for c in left if c is not following and _may_join(c, chosen, k)]
    return chosen


def _worth(chosen: list[_Candidate]) -> Callable[[_Candidate], float]:
    def worth(candidate: _Candidate) -> float:
        nearest = max((_likeness(candidate, c) for c in chosen), default=0.0)
        return RELEVANCE * candidate.rank - (1 - RELEVANCE) * nearest

    return worth


def _likeness(one: _Candidate, other: _Candidate) -> float:
    # two cases that are read alike add nothing to each other, however different they look
    same_reading = one.case.labels[0] == other.case.labels[0]
    return SAME_READING if same_reading else float(one.vector @ other.vector)


def _may_join(candidate: _Candidate, chosen: list[_Candidate], k: int) -> bool:
    if any(_are_twins(candidate, c) for c in chosen):
        return False
    if candidate.case.trust != "imported":
        return True
    imported = [c.case.provenance for c in chosen if c.case.trust == "imported"]
    # nor may several files together make up more than half
    return imported.count(candidate.case.provenance) < PER_IMPORT and len(imported) < max(1, k // 2)


def _are_twins(one: _Candidate, other: _Candidate) -> bool:
    # alike but read differently is worth showing; alike and read alike is the same case again
    return one.case.labels[0] == other.case.labels[0] and float(one.vector @ other.vector) >= TWIN


def _reasons(query: Query, vector: "NDArray[np.float32]", found: _Candidate) -> Iterable[str]:
    here, there = query.affect, found.case.affect
    for modality in MODALITIES:
        for axis in ("valence", "arousal"):
            a: float | None = getattr(here.of(modality), axis)
            b: float | None = getattr(there.of(modality), axis)
            if a is not None and b is not None and abs(a - b) <= CLOSE:
                yield f"{modality} {axis} alike ({a:+.2f} here, {b:+.2f} there)"
    for first, second in PAIRS:
        gaps = [
            None if one is None or other is None else one - other
            for one, other in (
                (here.of(first).valence, here.of(second).valence),
                (there.of(first).valence, there.of(second).valence),
            )
        ]
        a, b = gaps
        if a is not None and b is not None and a * b > 0 and min(abs(a), abs(b)) >= APART:
            lower = first if a < 0 else second
            higher = second if a < 0 else first
            yield (
                f"{lower} less positive than {higher} (by {abs(a):.2f} here, {abs(b):.2f} there)"
            )
    for name, ours, theirs in (
        ("action units", here.action_units, there.action_units),
        ("voice", here.voice_cues, there.voice_cues),
        ("categories of the words", here.text_categories, there.text_categories),
    ):
        if shared := [value for value in ours if value in theirs]:
            yield f"same {name}: {', '.join(shared)}"
    if query.pattern is not None and query.pattern == found.case.pattern:
        yield f"same pattern: {query.pattern}"
    expressed = expression_similarity(vector, found.vector)
    if expressed >= SAME_EXPRESSION:
        yield f"words that express alike ({expressed:.2f})"
    wording = wording_similarity(vector, found.vector)
    if wording >= SAME_WORDING:
        yield f"similar wording ({wording:.2f})"
    for modality in MODALITIES:
        if getattr(here, modality) is None and getattr(there, modality) is not None:
            yield f"{modality} not compared: missing here"


class CaseMemory:
    """The case memory of one folder: store and index behind one door.

    Opening costs milliseconds; the index is loaded at the first ``retrieve``.

    Args:
        folder: Where the cases live; ``None`` for the starter set in memory, gone when closed.
        chroma_from: The number of cases from which Chroma is asked instead of exact search.

    Raises:
        StorageError: The folder cannot be written.
    """

    def __init__(self, folder: Path | None, *, chroma_from: int = CHROMA_FROM) -> None:
        self.store = CaseStore.starter_only() if folder is None else CaseStore(folder)
        self.index = LazyIndex(self.store, chroma_from=chroma_from)

    def retrieve(self, query: Query) -> list[RetrievedCase]:
        """See ``retrieve``."""
        return retrieve(self.store, self.index, query)

    def add(self, case: Case) -> bool:
        """Add a case for later retrievals; return whether it was new."""
        return self.store.add(case)

    def forget(self, *ids: str) -> tuple[int, bool]:
        """Erase cases from the store and from the index on disk.

        Returns:
            How many there were, and whether their vectors are gone too: ``False`` means that
            another process owns the index and drops them before its next search.

        Raises:
            StorageError: See ``CaseStore.remove``.
        """
        removed = self.store.remove(*ids)
        # even if nothing is left to remove: an earlier try may have been killed in between
        return removed, self.index.forget()

    def close(self) -> None:
        """Give back files and locks."""
        self.index.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        self.close()
