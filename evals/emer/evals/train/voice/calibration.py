"""How sharp answers may be, and how strange a sound may be before they fade.

Fitted on answers about speakers that the listener had not heard. One factor sharpens the answers
where nothing is known of a speaker, another where much is; in between it follows how much.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.voice.regimes import Answers, probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

HALF_KNOWN: Final = 3.0
"""With so many other utterances, the factor is half way between the two."""
FAMILIAR_SHARE: Final = 0.99
"""So many of the unheard speakers' utterances count as wholly familiar."""
STRANGE: Final = 2.0
"""Sound this many times as far from the training set's mean as those is wholly strange."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """What raw answers are multiplied with: ``base`` for strangers, up to ``base + gain``."""

    base: float
    gain: float

    def at(self, known: int) -> float:
        """Return the factor where so many other utterances are known."""
        return self.base + self.gain * known / (known + HALF_KNOWN)


def fit_sharpness(answers: Answers, rows: "NDArray[np.bool_]") -> Sharpness:
    """Choose the factors under which the true categories of ``rows`` are likeliest."""
    from scipy.optimize import minimize

    truth = answers.truth[rows]

    def surprise(values: "NDArray[np.float64]") -> float:
        sharp = Sharpness(*values)
        losses = []
        for known, logits in answers.logits.items():
            likely = probabilities(logits[:, rows] * sharp.at(known))
            losses.append(-np.log(likely[:, np.arange(len(truth)), truth] + 1e-9).mean())
        return float(np.mean(losses))

    found = minimize(surprise, np.array([1.0, 0.0]), method="Nelder-Mead")
    return Sharpness(float(found.x[0]), float(found.x[1]))


def sharpened(answers: Answers, folds: "list[tuple[str, ...]]") -> Answers:
    """Return ``answers`` sharpened, every fold by factors fitted on the others."""
    found = {known: logits.copy() for known, logits in answers.logits.items()}
    for held in folds:
        test = np.isin(answers.speakers, held)
        if not test.any():
            continue
        sharp = fit_sharpness(answers, ~test)
        for known, logits in found.items():
            logits[:, test] *= sharp.at(known)
    return Answers(answers.truth, answers.speakers, found, answers.strangeness)


def familiar_until(answers: Answers) -> tuple[float, float]:
    """Return up to which strangeness answers are given in full, and from which not at all."""
    full = float(np.quantile(answers.strangeness, FAMILIAR_SHARE))
    return full, full * STRANGE
