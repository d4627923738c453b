"""Arousal and valence of a voice: a formula over measured prosody, with published directions.

Reads    ``Prosody`` of one utterance and of the same speaker's other utterances
Returns  ``Dimensions``: arousal, valence (weak), offsets from the speaker's own usual
Cost     none to speak of
Source   Juslin & Laukka 2003, "Communication of emotions in vocal expression and music
         performance" (anger, fear and joy: loud, high, fast, much energy in high frequencies;
         sadness and tenderness: the reverse); Goudbeek & Scherer 2010, "Beyond arousal: valence
         and potency/control cues in the vocal expression of emotion" (valence: little loudness
         and tension for a given arousal, lively pitch)

Loudness in dB says how far the microphone was, so it counts only against the same speaker's other
utterances of the same clip. Pitch, tilt, pitch speed and tempo also count against the norms of
``NORMS``; these are broad, because women and men differ and nobody is asked which they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from emer.tools.prosody import Prosody

MIN_OTHERS: Final = 2
"""Other utterances of the speaker, so that with this one there are three: fewer have no usual."""
FULL_OTHERS: Final = 4
"""With so many others the own usual gets its full weight."""
OWN_WEIGHT: Final = 0.7
"""The rest stays with the norms: somebody who shouts all the time is aroused all the time."""
CLEAN_SNR_DB: Final = 20.0
NOISY_SNR_DB: Final = 5.0
UNKNOWN_SNR_TRUST: Final = 0.7
MIN_VALENCE_S: Final = 0.8
"""Less voiced sound carries no melody to judge."""
STEADY_ST_PER_S: Final = 3.0
"""Pitch that moves less is no human melody. Measured: at least 4.7 in 1,166 acted utterances, 0
for a sine or a steady buzz."""
MAX_TURNS_PER_S: Final = 5.0
"""Pitch that covers its range more often than this trembles. Measured: the 95th percentile in 1,166
acted utterances lies at 5.2; a flutter of the voice can reach 13."""
MAX_VALENCE: Final = 0.5
"""The voice alone says little about pleasantness; see the metrics of the card."""


@dataclass(frozen=True, slots=True)
class Norm:
    """Middle and spread of a quantity among people who speak without marked emotion."""

    middle: float
    spread: float


NORMS: Final[Mapping[str, Norm]] = {
    # measured: between the medians of the neutral utterances of RAVDESS (64), of EmoDB (45) and
    # of read LibriSpeech (60), rounded; spreads are those of all their utterances
    "f0_st": Norm(12 * float(np.log2(155.0)), 6.0),
    "f0_range_st": Norm(7.5, 3.0),
    "f0_speed": Norm(18.0, 6.0),
    "alpha_db": Norm(-14.0, 5.0),
    "rate": Norm(4.5, 1.0),
    "voiced_ratio": Norm(0.66, 0.12),
    "jitter": Norm(0.027, 0.008),
}
OWN_SPREADS: Final[Mapping[str, float]] = {
    # measured: median spread within a speaker over the same corpora, rounded
    "f0_st": 4.0,
    "f0_range_st": 3.0,
    "f0_speed": 6.0,
    "alpha_db": 4.0,
    "rate": 0.8,
    "voiced_ratio": 0.10,
    "jitter": 0.006,
    "intensity_db": 6.0,
}
# Directions as published; the four strong cues weigh alike, because their order differs between
# corpora, and tempo, whose automatic measure is rough, weighs less. Rounded, not fitted.
AROUSAL: Final[Mapping[str, float]] = {
    "intensity_db": 0.35,
    "f0_st": 0.35,
    "f0_speed": 0.35,
    "alpha_db": 0.35,
    "rate": 0.10,
}
# Chosen from a coarse grid on RAVDESS actors 1-8 and EmoDB so that happy utterances lie above
# neutral and these above unhappy ones; rounded.
VALENCE: Final[Mapping[str, float]] = {
    "f0_range_st": 0.30,
    "f0_speed": 0.30,
    "voiced_ratio": 0.30,  # legato; direction measured, not published
    "jitter": -0.20,
    "intensity_db": -0.20,
    "alpha_db": -0.30,
}
TENSION: Final = frozenset({"intensity_db", "alpha_db"})
"""A loud or pressed voice sounds unpleasant; a soft one does not for that sound pleasant."""
NEEDS_CLEAN: Final = frozenset({"intensity_db", "alpha_db", "voiced_ratio", "jitter"})
"""What background noise changes first."""
LIMIT: Final = 2.5
"""No single cue counts for more than this many spreads."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What the formula says about one utterance."""

    arousal: float
    valence: float | None
    baseline: Literal["own_utterances", "population"]
    f0_offset_st: float | None = None
    intensity_offset_db: float | None = None
    rate_offset: float | None = None


def judge(this: Prosody, others: Sequence[Prosody], snr_db: float | None) -> Dimensions:
    """Place one utterance in arousal and valence.

    Args:
        this: A voiced utterance.
        others: The same speaker's other voiced utterances in this clip, any number.
        snr_db: Speech over noise, if known.
    """
    cues = _cues(this)
    trust = _trust(snr_db)
    usual = _usual(others) if len(others) >= MIN_OTHERS else {}
    by_norm = {k: (v - NORMS[k].middle) / NORMS[k].spread for k, v in cues.items() if k in NORMS}
    by_own = {k: (cues[k] - usual[k]) / OWN_SPREADS[k] for k in cues if k in usual}
    own = OWN_WEIGHT * min(1.0, len(others) / FULL_OTHERS) if usual else 0.0
    arousal = own * _sum(AROUSAL, by_own, trust) + (1 - own) * _sum(AROUSAL, by_norm, trust)
    by_norm, by_own = _tensed(by_norm), _tensed(by_own)
    valence = own * _sum(VALENCE, by_own, trust) + (1 - own) * _sum(VALENCE, by_norm, trust)
    lively = (this.f0_speed_st_per_s or 0.0) >= STEADY_ST_PER_S
    credible = lively and this.voiced_s >= MIN_VALENCE_S and trust > 0
    offsets = {k: cues[k] - usual[k] for k in ("f0_st", "intensity_db") if k in usual and k in cues}
    rate = usual.get("rate", 0.0)
    return Dimensions(
        arousal=float(np.tanh(arousal)),
        valence=MAX_VALENCE * float(np.tanh(valence)) if credible else None,
        baseline="own_utterances" if usual else "population",
        f0_offset_st=offsets.get("f0_st"),
        intensity_offset_db=offsets.get("intensity_db"),
        rate_offset=cues["rate"] / rate if rate > 0 and "rate" in cues else None,
    )


def _cues(p: Prosody) -> dict[str, float]:
    """Return what was measured, under the names of the tables above."""
    f0_st = None if p.f0_median_hz is None else 12 * float(np.log2(p.f0_median_hz))
    found = {
        "f0_st": f0_st,
        "f0_range_st": p.f0_range_st,
        "f0_speed": _melody(p),
        "alpha_db": p.alpha_db,
        "rate": p.rate_syllables_per_s,
        "voiced_ratio": p.voiced_ratio,
        "jitter": p.jitter,
        "intensity_db": p.intensity_db,
    }
    return {name: value for name, value in found.items() if value is not None}


def _melody(p: Prosody) -> float | None:
    """Return the speed of the pitch, without what is only a shake around one place."""
    if p.f0_speed_st_per_s is None or p.f0_range_st is None:
        return p.f0_speed_st_per_s
    return min(p.f0_speed_st_per_s, MAX_TURNS_PER_S * p.f0_range_st)


def _usual(others: Sequence[Prosody]) -> dict[str, float]:
    """Return the median of every cue that enough of the other utterances carry."""
    each = [_cues(p) for p in others]
    columns = {name: [c[name] for c in each if name in c] for name in OWN_SPREADS}
    return {n: float(np.median(v)) for n, v in columns.items() if len(v) >= MIN_OTHERS}


def _trust(snr_db: float | None) -> float:
    """Return how far cues that noise changes may count, 0..1."""
    if snr_db is None:
        return UNKNOWN_SNR_TRUST
    return float(np.clip((snr_db - NOISY_SNR_DB) / (CLEAN_SNR_DB - NOISY_SNR_DB), 0.0, 1.0))


def _tensed(z: Mapping[str, float]) -> dict[str, float]:
    return {name: max(value, 0.0) if name in TENSION else value for name, value in z.items()}


def _sum(weights: Mapping[str, float], z: Mapping[str, float], trust: float) -> float:
    total = 0.0
    for name, weight in weights.items():
        clean = trust if name in NEEDS_CLEAN else 1.0
        total += weight * clean * float(np.clip(z.get(name, 0.0), -LIMIT, LIMIT))
    return total
