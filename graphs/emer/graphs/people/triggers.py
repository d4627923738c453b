"""What came just before a change in what a person shows: its possible cause, never more than that.

A cause that the person states comes first; then what another person said or showed, the latest of
them; then what the person is saying themselves; a cut only if nobody has spoken lately: after it another scene may be shown, but people
who go on talking across it are in the same one.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from emer.graphs.people.persons import known_apart
from emer.graphs.people.reactions import is_silent, is_telling, onset_s
from emer.graphs.report import Segment, Trigger
from emer.graphs.timeline import Timeline
from emer.tools.findings import SCENE, Evidence, Person, TimeSpan, Utterance, select
from emer.tools.readings import SceneReading, TextEmotionReading

BEFORE_S: Final = 4.0
"""How long before a change its cause is looked for: about one turn of a conversation. An
assumption."""
CUT_S: Final = 1.5
"""A cut shows its effect at once."""
MARKED: Final = 0.35
"""Valence from which words or a face are marked. An assumption."""
SLIGHT: Final = 0.15
"""The same where somebody says themselves what it is about."""
REASON: Final = re.compile(
    r"\bbecause\b|\b(mak(es?|ing)|made) me\b|因为|让我|害得?我|使我", re.IGNORECASE
)
"""Turns of phrase with which somebody names the cause of what they show."""
KINDS: Final = ("words_of_other", "face_of_other")


class Before:
    """Looks up what happened before a moment; look-ups cost what they find."""

    def __init__(
        self,
        utterances: Sequence[Utterance],
        persons: Sequence[Person],
        evidence: Iterable[Evidence],
    ) -> None:
        kept = list(evidence)
        self._persons = {p.id: p for p in persons}
        self._owner = {member: p.id for p in persons for member in p.members}
        self._of_evidence = {u.evidence[0]: u for u in utterances if u.evidence}
        self._said = Timeline(e for e in kept if e.id in self._of_evidence)
        self._words = Timeline(select(kept, kind="text_emotion"))
        self._mouths = Timeline(select(kept, kind="speaking_face"))
        self._moves = Timeline(e for e in select(kept, kind="action_unit") if is_telling(e))
        self._scenes = Timeline(select(kept, kind="scene"))

    def of(self, segment: Segment, change_s: float, *, by_words: bool) -> Trigger | None:
        """Return what may have changed the person of ``segment``.

        Args:
            segment: Where the person shows something new.
            change_s: When it begins, seconds.
            by_words: It is the person's own words that changed; they do not explain themselves.
        """
        first_s = max(0.0, change_s - BEFORE_S)
        lately = TimeSpan(start_s=first_s, end_s=change_s + 1e-3)
        stated = not by_words and self._gives_reason(segment)
        own = None if by_words else self._own_words(segment, SLIGHT if stated else MARKED)
        if own and stated:
            return own
        others = [*self._others_said(segment, lately), *self._others_showed(segment, lately)]
        if others:
            return max(others, key=lambda t: (t.at_s, -KINDS.index(t.kind), t.evidence))
        if own:
            return own
        return None if self._said.overlapping(lately) else self._cut(lately)

    def _others_said(self, segment: Segment, lately: TimeSpan) -> list[Trigger]:
        found = []
        for e in self._said.overlapping(lately):
            heard = self._of_evidence[e.id]
            if heard.subject in (SCENE, segment.subject) or self._may_be_own(segment, heard):
                continue  # a voice that nobody could attribute may be the person's own
            at_s = heard.end_s if heard.end_s <= lately.end_s else heard.start_s
            cited = (e.id, *(w.id for w in self._text_of(heard)))
            found.append(
                Trigger(
                    kind="words_of_other", subject=heard.subject, at_s=at_s, utterance=heard.id,
                    evidence=cited,
                )
            )  # fmt: skip
        return found

    def _may_be_own(self, segment: Segment, heard: Utterance) -> bool:
        person, other = self._persons.get(segment.subject), self._persons.get(heard.subject)
        if known_apart(person, other):
            return False
        return not is_silent(segment.subject, heard, self._mouths, self._owner)

    def _text_of(self, heard: Utterance) -> list[Evidence]:
        own = [e for e in self._words.overlapping(heard) if e.subject == heard.speaker]
        return sorted(own, key=lambda e: (-e.overlap_s(heard), e.id))[:1]

    def _others_showed(self, segment: Segment, lately: TimeSpan) -> list[Trigger]:
        found = []
        for e in self._moves.overlapping(lately):
            person = self._owner.get(e.subject)
            if person in (None, segment.subject) or not self._quiet(person, onset_s(e)):
                continue
            if lately.start_s <= onset_s(e) <= lately.end_s:
                found.append(
                    Trigger(kind="face_of_other", subject=person, at_s=onset_s(e), evidence=(e.id,))
                )
        return found

    def _quiet(self, person: str, at_s: float) -> bool:
        """Whether a person does not talk: talk moves the face by itself."""
        instant = TimeSpan(start_s=at_s, end_s=at_s + 1e-3)
        own = [self._of_evidence[e.id] for e in self._said.overlapping(instant)]
        return all(u.subject != person for u in own)

    def _gives_reason(self, segment: Segment) -> bool:
        """Whether the person says themselves what it is about."""
        own = [self._of_evidence[e.id] for e in self._said.overlapping(segment)]
        return any(u.subject == segment.subject and REASON.search(u.text or "") for u in own)

    def _own_words(self, segment: Segment, at_least: float) -> Trigger | None:
        for e in self._words.overlapping(segment):
            own = self._owner.get(e.subject) == segment.subject
            reading = e.reading
            if own and isinstance(reading, TextEmotionReading) and abs(reading.valence) >= at_least:
                said = [x for x in self._said.overlapping(segment) if x.subject == e.subject]
                return Trigger(
                    kind="own_words", subject=segment.subject, at_s=segment.start_s,
                    utterance=segment.utterance, evidence=(e.id, *(x.id for x in said)),
                )  # fmt: skip
        return None

    def _cut(self, lately: TimeSpan) -> Trigger | None:
        first_s = lately.end_s - CUT_S
        cuts = [
            (cut_s, e.id)
            for e in self._scenes.overlapping(lately)
            if isinstance(e.reading, SceneReading)
            for cut_s in e.reading.cuts_s
            if first_s <= cut_s <= lately.end_s
        ]
        if not cuts:
            return None
        at_s, cited = max(cuts)
        return Trigger(kind="cut", subject=SCENE, at_s=at_s, evidence=(cited,))
