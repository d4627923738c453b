"""Grounds in the voice: what stands out against the same speaker's usual, and what it sounds like.

Loudness, and with it arousal and voice quality, is discounted in noise; where no usual of the
speaker is known, arousal is compared with the population and counts for less.
"""

import math
from collections.abc import Iterator
from typing import Final

from emer.graphs.affect import clearness
from emer.graphs.facial_units import either, ramp
from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.tasks.facts import Fact, ModalityFact, SegmentFacts
from emer.tools.findings import Modality

BY_POPULATION: Final = 0.9
"""What is left of a voice's arousal if the speaker's usual one is unknown."""
ANY_NOISE: Final = 0.55
"""Arousal is not loudness alone; this much of it stands whatever the noise."""


ONE_MEASURE: Final = 0.3
"""What a single measure of roughness counts: none of them tells emotions apart by itself."""


BORNE_BY_TONE: Final = 0.6
"""What the surest category of a voice counts; it was learnt from actors, who exaggerate."""
ALONE: Final = 0.3
"""What is left of that where nothing of it shows in the prosody: actors taught the network, and
happy and angry voices are both loud and high."""
BORNE_OUT: Final = 0.3
"""Strength of the prosody's own ground from which a category counts in full."""
_HEARD_AS: Final = {
    "angry": "harsh", "fearful": "nervous", "sad": "subdued", "happy": "warm",
}  # fmt: skip


class _Voice:
    """The numbers of one voice with neutral stand-ins for what was not measured."""

    def __init__(self, fact: Fact | None, voice: ModalityFact, placed: Fact | None = None) -> None:
        self._fact = fact
        rated = "tone.arousal" in (placed.quantities if placed else {})
        self.clear = clearness(self("snr_db"))
        self.own = self("f0_offset_st") is not None or self("intensity_offset_db") is not None
        known = None if rated else self("arousal")
        arousal = (voice.arousal or 0.0) if known is None else known
        heard = ANY_NOISE + (1.0 - ANY_NOISE) * self.clear
        usual = self.own or fact is None or rated
        self.arousal = arousal * heard * (1.0 if usual else BY_POPULATION)
        valence = self("valence") if fact is not None and not rated else voice.valence
        self.valence = valence or 0.0

    def __call__(self, name: str) -> float | None:
        number = self._fact.quantities.get(f"voice.{name}") if self._fact else None
        return float(number) if isinstance(number, float | int) else None

    def above(self, name: str, none: float, full: float) -> float:
        """Grade how far a number lies above a mark (or below, if ``full`` is the lower one)."""
        number = self(name)
        return 0.0 if number is None else ramp(number, none, full)


def voice_grounds(segment: SegmentFacts, voice: ModalityFact | None) -> Iterator[Ground]:
    """Yield what the voice of ``segment`` is grounds for."""
    if voice is None:
        return
    fact = next((f for f in segment.facts if f.kind == "voice"), None)
    placed = next((f for f in segment.facts if f.kind == "voice_dimensions"), None)
    graded = _graded(_Voice(fact, voice, placed))
    for name, strength in _acted(segment).items():
        borne = ALONE + (1.0 - ALONE) * min(1.0, graded[name] / BORNE_OUT)
        graded[name] = either(graded[name], borne * strength)
        graded["even"] *= 1.0 - strength
    for name, strength in graded.items():
        yield Ground(f"voice_{name}", round(strength, 4), Modality.VOICE, voice.evidence)


def _acted(segment: SegmentFacts) -> dict[str, float]:
    """Return what the categories of the voice add, each as far as its reading may be trusted."""
    found: dict[str, float] = {}
    for fact in segment.facts:
        if fact.kind != "speech_emotion":
            continue
        for category, ground in _HEARD_AS.items():
            score = fact.quantities.get(f"tone.{category}")
            if isinstance(score, float | int):
                strength = BORNE_BY_TONE * ramp(score, 0.3, 0.8) * (fact.score or 0.0)
                found[ground] = max(strength, found.get(ground, 0.0))
    return found


def _graded(v: _Voice) -> dict[str, float]:
    g = {
        "aroused": ramp(v.arousal, 0.08, 0.5),
        "positive": ramp(v.valence, 0.08, 0.4),
        "negative": ramp(-v.valence, 0.1, 0.42),
        "high": v.above("f0_offset_st", 0.7, 3.0),
        "low": v.above("f0_offset_st", -0.7, -2.6),
        "loud": v.above("intensity_offset_db", 1.2, 4.5) * v.clear,
        "quiet": v.above("intensity_offset_db", -1.2, -4.0) * v.clear,
        "full": v.above("intensity_offset_db", -1.6, 0.4) * v.clear,
        "fast": v.above("rate_offset", 1.06, 1.25),
        "slow": v.above("rate_offset", 0.94, 0.76),
        "monotone": v.above("f0_range_st", 4.4, 2.2),
        "wide": v.above("f0_range_st", 7.0, 11.0),
        "falling": v.above("f0_slope_st_per_s", -6.0, -10.0),
        "rising": v.above("f0_slope_st_per_s", 0.5, 2.0),
        "pauses": max(v.above("pause_ratio", 0.2, 0.42), v.above("longest_pause_s", 0.5, 1.2)),
        "shaky": _shaky(v),
    }
    lively = ramp(v.arousal, -0.1, 0.3) if v.valence >= 0 else 0.0
    falls_off = ramp(-v.arousal, 0.12, 0.48)
    g["subdued"] = either(
        0.8 * falls_off, 0.35 * g["quiet"], 0.25 * g["monotone"], 0.2 * g["slow"], 0.15 * g["pauses"]
    ) * (1.0 - ramp(v.arousal, 0.05, 0.3))  # fmt: skip
    # harmonics alone hardly tell emotions apart: loudness and arousal have to go along
    efforts = (g["aroused"], g["loud"])
    pressed = v.above("hnr_db", 13.5, 10.5) * (0.3 * max(efforts) + 0.7 * min(efforts))
    g["pressed"] = pressed * (1.0 - 0.5 * g["shaky"])
    g["tense"] = either(
        0.8 * math.sqrt(g["aroused"] * g["negative"]), 0.35 * g["aroused"] * (1 - g["positive"]),
        0.3 * g["pressed"],
    )  # fmt: skip
    # anger is loud, measured and falling; worry is high, hurried or halting, and unsteady
    g["harsh"] = g["tense"] * either(
        0.5, 0.5 * g["loud"], 0.3 * g["slow"], 0.25 * g["monotone"], 0.25 * g["falling"],
        0.25 * g["low"], 0.3 * g["pressed"],
    ) * (1.0 - 0.55 * g["shaky"]) * (1.0 - 0.3 * g["fast"]) * (1.0 - 0.3 * g["rising"])  # fmt: skip
    # roughness alone can be anybody's voice; it trembles if it is also high, hurried or halting
    trembling = g["shaky"] * (0.4 + 0.6 * max(g["aroused"], g["high"], g["fast"], g["pauses"]))
    g["nervous"] = either(
        0.3 * g["high"], 0.35 * g["fast"], 0.55 * trembling, 0.25 * g["pauses"],
        0.25 * g["aroused"], 0.15 * g["rising"],
    ) * (1.0 - 0.6 * falls_off) * (1.0 - 0.35 * g["loud"]) * (1.0 - 0.6 * g["positive"])  # fmt: skip
    g["drawl"] = either(
        0.4 * g["slow"], 0.35 * g["low"], 0.4 * g["monotone"], 0.2 * g["falling"],
        0.15 * g["pauses"],
    ) * (1.0 - g["positive"])  # fmt: skip
    g["exaggerated"] = g["wide"] * (1.0 - g["positive"]) * (0.4 + 0.6 * max(
        g["negative"], g["slow"], g["falling"], g["low"]
    ))  # fmt: skip
    g["warm"] = either(
        0.65 * g["positive"], 0.4 * g["wide"] * lively, 0.25 * g["high"] * lively,
        0.2 * g["rising"] * lively, 0.3 * g["aroused"] * lively,
    ) * (1.0 - 0.8 * g["negative"]) * (1.0 - 0.3 * g["loud"] * ramp(v.arousal, 0.5, 0.8))  # fmt: skip
    marked = max(strength for name, strength in g.items() if name != "full")
    g["even"] = max(0.0, 1.0 - 2.0 * marked)
    return g


def _shaky(v: _Voice) -> float:
    """Grade an unsteady voice: each measure alone tells little, so that the least one leads."""
    parts = [
        v.above("jitter", 0.013, 0.024) if v("jitter") is not None else None,
        v.above("shimmer", 0.06, 0.1) if v("shimmer") is not None else None,
    ]
    known = [p for p in parts if p is not None]
    if not known:
        return 0.0
    if v("hnr_db") is not None:
        known.append(v.above("hnr_db", 13.5, 11.0))
    rough = 0.25 * sum(known) / len(known) + 0.75 * min(known)
    return rough * v.clear * (1.0 if len(known) > 1 else ONE_MEASURE)
