"""How far the network's strongest category can be believed, on texts that it did not see."""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.evals.train.text.corpus import Texts, normalised
from emer.graphs.rule.readings.prior import six_of
from emer.tools.text_model import CATEGORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DOMAIN: Final = "online-comments"
MEANS: Final = "the strongest category is among those that readers chose"
SIX: Final = ("anger", "disgust", "fear", "happiness", "neutral", "sadness")


def confusion(scores: "Floats", texts: Texts) -> list[list[float]]:
    """Return counts, ``(6, 6)``: what readers chose by what the scores say, in raters' six emotions.

    A text with several of the six counts in parts; one with none (surprise, say) does not count.
    """
    counts = np.zeros((len(SIX), len(SIX)))
    for row, truth in zip(scores, texts.truth, strict=True):
        said = _six(row)
        chosen = np.minimum(_six(truth.astype(np.float32)), 1.0)
        if said.max() > 0.0 and chosen.sum() > 0.0:
            counts[:, int(said.argmax())] += chosen / chosen.sum()
    return [[round(float(x), 1) for x in row] for row in counts]


def calibration(
    scores: "Floats", texts: Texts, thresholds: "NDArray[np.float64]"
) -> dict[str, Any]:
    """Return the curve from the strongest expressed category's score to how often it is right.

    The fields of a ``Calibration`` but for tool, model and revision.
    """
    from emer.evals.calibrate.fitting import fit

    expressed = np.where(scores >= thresholds, scores, 0.0)
    given = expressed.max(axis=1) > 0.0
    top = expressed[given].argmax(axis=1)
    right = texts.truth[given][np.arange(len(top)), top]
    _, groups = np.unique([normalised(t) for t in texts.texts], return_inverse=True)
    curve = fit(expressed[given].max(axis=1).astype(np.float64), right, groups[given])
    return {
        "domain": DOMAIN,
        "means": MEANS,
        "n": len(top),
        "n_groups": len(np.unique(groups[given])),
        **curve.fields(),
    }


def _six(row: "Floats") -> "NDArray[np.float64]":
    found = six_of("goemotions28", dict(zip(CATEGORIES, row.tolist(), strict=True)))
    return np.array([found.get(c, 0.0) for c in SIX])
