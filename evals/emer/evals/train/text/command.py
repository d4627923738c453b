"""Train the text emotion network; everything is chosen on folds of the training part.

    python -m emer.evals.train text --data DIR --out DIR

Cost     about 6 minutes on one core, 1 GB of memory
"""

import base64
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from emer.evals.train.text.calibrating import Curve, calibrated
from emer.evals.train.text.corpus import N_FOLDS, Texts, as_recognised, folds, goemotions
from emer.evals.train.text.letters import letter_statistics
from emer.evals.train.text.phrases import phrases
from emer.evals.train.text.reliability import calibration, confusion
from emer.evals.train.text.thresholds import (
    best_threshold,
    best_thresholds,
    f1_per_label,
)
from emer.tools.text_model import CATEGORIES, NAME

Floats = NDArray[np.float32]
COMMAND: Final = "python -m emer.evals.train text --data DIR"


class Choice(NamedTuple):
    """What was fixed on out-of-fold scores of the training part."""

    curve: Curve
    """What makes scores of logits."""
    one: float
    """The threshold for all categories."""
    each: dict[str, float]
    """Per category."""
    macro_f1: tuple[float, float]
    """Of the out-of-fold scores with either; the latter flatters, having been chosen on them."""


def train(
    data: Annotated[Path, typer.Option(help="Folder of data sets.", file_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder of weights to write into.", file_okay=False)],
) -> None:
    """Train the text emotion network on GoEmotions and short phrases of our own."""
    from emer.evals.train.saving import save
    from emer.evals.train.text.card import card
    from emer.evals.train.text.fitting import Recipe, fit
    from emer.evals.train.text.graph import Fitted, as_onnx

    started = time.process_time()
    tell = typer.echo
    texts = goemotions(data, "train")
    material = encoded(texts)
    logits = out_of_fold(material, texts, tell)
    choice = choose(logits, texts)
    tell(str(choice))
    scores, made = choice.curve.scores(logits), datetime.now(UTC).date().isoformat()
    at = np.array([choice.each[c] for c in CATEGORIES])
    net = fit(material, np.arange(len(material.target)), Recipe(), tell)
    base_rate = texts.truth.mean(axis=0).astype(np.float32)
    raw = as_onnx(net, Fitted(choice.curve, base_rate))
    letters = zlib.compress(letter_statistics(texts.texts).tobytes(), 9)
    settings = {
        "threshold": choice.one,
        "thresholds": choice.each,
        "base_rates": {c: round(float(r), 5) for c, r in zip(CATEGORIES, base_rate, strict=True)},
        "letters": base64.b64encode(letters).decode("ascii"),
        "confusion_of_six": confusion(scores, texts),
        "calibration": {**calibration(scores, texts, at), "date": made},
    }
    draft = card(metrics="not measured yet", command=COMMAND)
    save(NAME, raw, draft, settings, out)
    save(NAME, raw, card(metrics=_measured(data, out, tell), command=COMMAND), settings, out)
    tell(f"{len(raw):,} bytes, {time.process_time() - started:.0f} s of processor time")


def encoded(texts: Texts) -> Any:  # noqa: ANN401 - its module needs torch
    """Return ``Material``: the texts, and after them our own phrases."""
    from emer.evals.train.text.encoding import Forms
    from emer.evals.train.text.fitting import Material

    own = phrases()
    spoken = [text for text, _ in own]
    forms = Forms()
    written = forms.encode([*texts.texts, *spoken])
    recognised = forms.encode([as_recognised(text) for text in texts.texts])
    truth = np.array([[category == name for name in CATEGORIES] for _, category in own])
    return Material(
        forms.freeze(),
        written,
        [*recognised, *written[len(recognised) :]],
        np.concatenate([texts.truth, truth]).astype(np.float32),
    )


def out_of_fold(material: Any, texts: Texts, tell: Any) -> Floats:  # noqa: ANN401 - as above
    """Return logits of shape ``(n, 28)``, each by a network that did not see the text."""
    from emer.evals.train.text.fitting import Recipe, fit, logits_of

    n, fold = len(texts.texts), folds(texts.texts)
    logits = np.zeros(texts.truth.shape, np.float32)
    own = np.arange(n, len(material.target))
    for k in range(N_FOLDS):
        tell(f"fold {k + 1} of {N_FOLDS}")
        seen, held_out = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        net = fit(material, np.concatenate([seen, own]), Recipe(), tell)
        logits[held_out] = logits_of(net, material.forms, [material.written[i] for i in held_out])
    return logits


def choose(logits: Floats, texts: Texts) -> Choice:
    """Fix the calibration and the thresholds on out-of-fold logits."""
    curve = calibrated(logits, texts.truth)
    scores = curve.scores(logits)
    one, each = best_threshold(scores, texts.truth), best_thresholds(scores, texts.truth)
    reached = [float(f1_per_label(scores, texts.truth, at).mean()) for at in (one, each)]
    named = dict(zip(CATEGORIES, each.tolist(), strict=True))
    return Choice(curve, one, named, (reached[0], reached[1]))


def _measured(data: Path, out: Path, tell: Any) -> str:  # noqa: ANN401 - as above
    from emer.evals.accuracy.text import measured_in_words

    tell("measuring")
    return measured_in_words(data, out)
