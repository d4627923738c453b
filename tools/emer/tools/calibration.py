"""What an engine's scores have been worth: from a score to the share of right answers.

A calibration holds for one engine at one revision and for one domain: the kind of material that it
was measured on. Only there, and only between the lowest and the highest score that was seen there,
does a finding get a ``confidence``; everywhere else a score stays a score.
"""

from typing import Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from emer.tools.findings import Evidence, Finding
from emer.tools.readings import (
    ExpressionReading,
    Frozen,
    Reading,
    SpeechEmotionReading,
    TextEmotionReading,
    Unit,
)

TOP: Final = "the leading category is the right one"


class Calibration(Frozen):
    """A monotone curve from score to confidence, with what it rests on."""

    tool: str
    model: str
    revision: str
    domain: str = Field(min_length=1, max_length=60, description="the material it holds for")
    method: Literal["temperature", "isotonic"]
    scores: tuple[Unit, ...] = Field(min_length=2, description="rising")
    confidences: tuple[Unit, ...] = Field(description="at those scores; never falling")
    means: str = Field(default=TOP, description="what the confidence is the probability of")
    n: int = Field(ge=1, description="answers that it was fitted on")
    n_groups: int = Field(ge=1, description="speakers, persons or files behind them")
    ece: Unit = Field(description="expected calibration error on groups left out")
    ece_low: Unit = Field(description="its 95 % bootstrap interval")
    ece_high: Unit
    ece_uncalibrated: Unit = Field(description="of the bare scores, on the same answers")
    ece_of_perfect: Unit = Field(description="what a perfect one would show at that number")
    date: str

    @model_validator(mode="after")
    def _is_a_curve(self) -> Self:
        rising = bool(np.all(np.diff(self.scores) > 0))
        if len(self.scores) != len(self.confidences) or not rising:
            raise ValueError("scores must rise, with one confidence each")
        if np.any(np.diff(self.confidences) < 0):
            raise ValueError("a higher score cannot mean less confidence")
        return self

    def confidence(self, score: float) -> float | None:
        """Return the probability that goes with a score; ``None`` outside the scores seen."""
        if not self.scores[0] <= score <= self.scores[-1]:
            return None
        return float(np.interp(score, self.scores, self.confidences))

    def fits(self, evidence: Evidence) -> bool:
        """Return whether the finding is by the engine that was calibrated."""
        whose = (evidence.tool, evidence.model, evidence.revision)
        return whose == (self.tool, self.model, self.revision)


def leading(reading: Reading) -> tuple[str, float] | None:
    """Return the category with the highest score, and the score; ``None`` where there is none."""
    if isinstance(reading, TextEmotionReading):
        scores = {c: reading.scores.get(c, 0.0) for c in reading.expressed}
    elif isinstance(reading, ExpressionReading | SpeechEmotionReading):
        scores = reading.scores
    else:
        scores = {}
    return max(scores.items(), key=lambda item: item[1]) if scores else None


def with_confidence(findings: list[Finding], calibration: Calibration | None) -> list[Finding]:
    """Return the findings, those of the calibrated engine with their confidence."""
    if calibration is None:
        return findings
    return [_one(f, calibration) if isinstance(f, Evidence) else f for f in findings]


def _one(evidence: Evidence, calibration: Calibration) -> Evidence:
    best = leading(evidence.reading)
    if best is None or not calibration.fits(evidence) or _is_of_translation(evidence):
        return evidence
    confidence = calibration.confidence(best[1])
    if confidence is None:
        return evidence
    return evidence.model_copy(update={"confidence": round(confidence, 3)})


def _is_of_translation(evidence: Evidence) -> bool:
    """Whether another text than what was said was judged, on which nobody was calibrated."""
    reading = evidence.reading
    return isinstance(reading, TextEmotionReading) and bool(reading.translations)
