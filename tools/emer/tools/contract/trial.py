"""A specialist at work on one clip, with whatever it needs run before it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from emer.tools.contract.watching import LIMIT_S, NeverReturns, Watch, places, watched
from emer.tools.findings import Evidence, Finding, TimeSpan, select
from emer.tools.specialist import Clip, Specialist

Places = Callable[[Specialist, TimeSpan, list[Evidence]], list[TimeSpan]]

WINDOW_S: Final = 3.0


@dataclass(slots=True)
class Trial:
    """One specialist, one clip."""

    specialist: Specialist
    clip: Clip
    every: Mapping[str, Specialist]
    """Who runs for each tool that it may need, itself among them."""
    inhabited: bool = False
    """Whether anybody is to be seen or heard in the clip."""
    places: Places = field(default=lambda s, whole, known: places_of(s, whole, known))
    """Where a specialist is asked to look."""
    limit_s: float = LIMIT_S
    stuck: set[str] = field(default_factory=set)
    """Who did not return once; shared by all trials, since nobody waits for it twice."""
    _effects: list[str] = field(default_factory=list)
    _done: dict[str, list[Finding]] = field(default_factory=dict)

    def found(self) -> list[Finding]:
        """Return what it finds where it is asked, once."""
        return self._found_by(self.specialist)

    def known(self) -> list[Finding]:
        """Return what it is told: findings of what it needs, in time order."""
        self.found()
        told = [f for n in self.specialist.needs for f in self._done.get(n, ())]
        return sorted(told, key=lambda f: (f.start_s, f.end_s))

    def asked(self) -> list[TimeSpan]:
        """Return where it is asked to look."""
        self.found()
        return self.places(self.specialist, self.clip.span, self._evidence())

    def anew(self) -> list[Finding]:
        """Return what it finds when everything is done once more."""
        again = replace(self, _done={}, _effects=[])
        return again.found()

    def effects(self) -> list[str]:
        """Return what it does beside answering: files written, addresses called."""
        self.found()
        return self._effects

    def asked_about(self, spans: Sequence[TimeSpan], known: Sequence[Finding]) -> list[Finding]:
        """Return what it answers about ``spans``, given what is ``known``.

        Raises:
            AssertionError: It raises something, or does not return.
        """
        return self._answer(self.specialist, spans, known)

    def _answer(
        self, one: Specialist, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        name = f"{one.tool}.{one.engine}"
        if name in self.stuck:
            raise NeverReturns(f"{name} is not asked again: it did not return before")
        forbidden, allowed = places(self.clip.workspace)
        watch = Watch([self.clip.path.parent, *forbidden], allowed)
        try:
            return watched(lambda: one.observe(self.clip, spans, known), watch, self.limit_s)
        except NeverReturns:
            self.stuck.add(name)
            raise
        finally:
            if one is self.specialist:
                self._effects += watch.seen

    def _found_by(self, one: Specialist) -> list[Finding]:
        if one.tool not in self._done:
            known = [f for n in one.needs if n in self.every for f in self._found_by(self.every[n])]
            known.sort(key=lambda f: (f.start_s, f.end_s))
            spans = self.places(one, self.clip.span, self._evidence())
            self._done[one.tool] = self._answer(one, spans, known)
        return self._done[one.tool]

    def _evidence(self) -> list[Evidence]:
        return [f for found in self._done.values() for f in found if isinstance(f, Evidence)]


def places_of(specialist: Specialist, whole: TimeSpan, known: list[Evidence]) -> list[TimeSpan]:
    """Return where a specialist is asked to look, much as the planner does."""
    if specialist.scope == "clip":
        return [whole]
    utterances = list(dict.fromkeys(u.span for u in select(known, kind="utterance")))
    if specialist.scope == "utterances":
        return utterances
    n = max(1, round(whole.duration_s / WINDOW_S))
    step_s = whole.duration_s / n
    quiet = [
        TimeSpan(start_s=whole.start_s + i * step_s, end_s=whole.start_s + (i + 1) * step_s)
        for i in range(n)
    ]
    windows = [q for q in quiet if not any(q.overlaps(u) for u in utterances)]
    return sorted({*utterances, *windows}, key=lambda s: (s.start_s, s.end_s))


def by_span(
    findings: Iterable[Finding], spans: Sequence[TimeSpan]
) -> dict[TimeSpan, list[Finding]]:
    """Share findings out over the spans asked about: exact ones there, others wherever they reach."""
    answers: dict[TimeSpan, list[Finding]] = {span: [] for span in spans}
    for finding in findings:
        own = [finding.span] if finding.span in answers else spans
        for span in own:
            if finding.overlaps(span):
                answers[span].append(finding)
    return answers
