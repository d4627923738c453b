"""Evidence by time: finds what overlaps a span without looking at everything else."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from emer.tools.findings import Evidence, Spanned

BUCKET_S: Final = 10.0


class Timeline:
    """An index over evidence; look-ups cost what they find, not what there is."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self.all = sorted(evidence, key=lambda e: (e.start_s, e.end_s, e.id))
        self._buckets: dict[int, list[Evidence]] = defaultdict(list)
        for e in self.all:
            for bucket in self._range(e):
                self._buckets[bucket].append(e)

    def overlapping(self, span: Spanned) -> list[Evidence]:
        """Return the evidence that shares time with ``span``, in time order."""
        found = {e.id: e for b in self._range(span) for e in self._buckets.get(b, ())}
        inside = [e for e in found.values() if e.overlaps(span)]
        return sorted(inside, key=lambda e: (e.start_s, e.end_s, e.id))

    @staticmethod
    def _range(span: Spanned) -> range:
        return range(int(span.start_s / BUCKET_S), int(span.end_s / BUCKET_S) + 1)
