"""Grounds in sounds that are not words: laughter, crying, sighs heard while somebody speaks.

Whose they are is not told: an audience laughs too. So each counts for less than what is seen in a
face or measured in a voice.
"""

from collections.abc import Iterator
from typing import Final

from emer.graphs.facial_units import ramp
from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.tasks.facts import SegmentFacts
from emer.tools.findings import Modality

BORNE_BY_SOUND: Final = 0.8
"""What the surest sound counts. An assumption."""
NAMED: Final = {"laughter": "sound_laughter", "crying": "sound_crying", "sigh": "sound_sigh"}
KIND: Final = "vocal_event"


def sound_grounds(segment: SegmentFacts) -> Iterator[Ground]:
    """Yield what is heard around ``segment``, each sound where its score is highest."""
    best: dict[str, Ground] = {}
    for fact in segment.facts:
        name = NAMED.get(str(fact.quantities.get("event.name"))) if fact.kind == KIND else None
        score = fact.quantities.get(f"event.{fact.quantities.get('event.name')}")
        if name is None or not isinstance(score, float | int):
            continue
        strength = round(BORNE_BY_SOUND * ramp(score, 0.2, 0.6), 4)
        if name not in best or strength > best[name].strength:
            best[name] = Ground(name, strength, Modality.VOICE, (fact.evidence,))
    yield from best.values()
