"""How right the text emotion network is.

Reads    ``text/goemotions/original`` and ``text/meld`` below the folder of data; ``corpus`` says what
Returns  F1 on GoEmotions dev beside linear baselines (``--folds`` trains them), our own minimal
         pairs, MELD dev, calibration, and speed
Cost     half a minute; with ``--folds`` ten minutes and scikit-learn
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emer.evals.accuracy.text_pairs import PAIRS
from emer.evals.statistics import bootstrap, ece, ece_of_perfect, macro_f1, risk_coverage
from emer.evals.tables import Cell, Estimate, Table
from emer.evals.train.text.corpus import (
    MELD_GROUPS,
    Texts,
    as_recognised,
    goemotions,
    meld_dev,
    normalised,
)
from emer.evals.train.text.thresholds import FIXED, f1_per_label, micro_f1
from emer.tools.text_model import CATEGORIES, TextModel, text_model

Scores = NDArray[np.float32]
Thresholds = float | NDArray[np.float64]
COVERAGES: Final = (1.0, 0.8, 0.6, 0.4, 0.2)
COLUMNS: Final = (
    "model", "macro-F1, one threshold", "macro-F1, a threshold per label", "macro-F1 at 0.3",
    "micro-F1, one threshold", "strongest is true",
)  # fmt: skip


def measure(data: Path, *, folds: bool, tell: Callable[[str], None]) -> list[Table]:
    """Return all tables; see ``emer.evals.accuracy.subjects``."""
    model = text_model()
    dev = goemotions(data, "dev")
    tell("GoEmotions")
    tables = [_goemotions(model, data, dev, folds=folds, tell=tell), _per_label(model, dev)]
    tell("pairs, MELD, calibration, speed")
    return [
        *tables, _pairs(model), _meld(model, data), *_calibration(model, dev), _speed(model, dev)
    ]  # fmt: skip


def figures(
    name: str, scores: Scores, truth: NDArray[np.bool_], one: float, each: NDArray[np.float64]
) -> tuple[Cell, ...]:
    """Return one row of ``COLUMNS``."""

    def macro(threshold: Thresholds) -> Estimate:
        return bootstrap(macro_f1, truth, scores >= threshold, unit="texts")

    strongest = truth[np.arange(len(truth)), scores.argmax(axis=1)]
    return (
        name,
        macro(one),
        macro(each),
        macro(FIXED),
        micro_f1(scores, truth, one),
        float(strongest.mean()),
    )


def _goemotions(
    model: TextModel, data: Path, dev: Texts, *, folds: bool, tell: Callable[[str], None]
) -> Table:
    one, each = model.threshold, np.array([model.thresholds[c] for c in CATEGORIES])
    train = goemotions(data, "train")
    seen = {normalised(text) for text in train.texts}
    new = np.array([normalised(text) not in seen for text in dev.texts])
    scores = model.scores(dev.texts)
    plain = model.scores([as_recognised(text) for text in dev.texts])
    rows = [
        figures("emer/text-emotion", scores, dev.truth, one, each),
        figures(
            f"the same, without the {int((~new).sum())} texts whose words occur in train",
            scores[new], dev.truth[new], one, each,
        ),
        figures("the same, as a recogniser writes: no punctuation or case", plain, dev.truth, one, each),
    ]  # fmt: skip
    if folds:
        from emer.evals.accuracy.text_baselines import baselines

        rows += [figures(*row) for row in baselines(train, dev, tell)]
    return Table(
        "text.goemotions",
        "Emotion of written comments (GoEmotions dev, 28 categories)",
        "5,426 comments that nothing was trained or chosen on. One threshold for all categories, "
        "and apart from it one per category: both where F1 is best on three folds of the training "
        f"part, for every model by itself. {FIXED} is a threshold that nobody chose. 95 % bootstrap "
        "over texts. Baselines: one-vs-rest logistic regression over TF-IDF, as in scikit-learn.",
        COLUMNS,
        tuple(rows),
    )


def _per_label(model: TextModel, dev: Texts) -> Table:
    scores = model.scores(dev.texts)
    each = np.array([model.thresholds[c] for c in CATEGORIES])
    f1 = f1_per_label(scores, dev.truth, each)
    rows = tuple(
        (name, int(dev.truth[:, k].sum()), float(each[k]), float(f1[k]))
        for k, name in enumerate(CATEGORIES)
    )
    return Table(
        "text.labels",
        "Each category of GoEmotions dev",
        "The same comments, with a threshold per category, fixed on folds of the training part.",
        ("category", "texts", "threshold", "F1"),
        rows,
    )


def passed(model: TextModel, kind: str) -> NDArray[np.bool_]:
    """Return of each pair of one kind whether the first text scores higher."""
    pairs = PAIRS[kind]
    more, less = model.scores([p.more for p in pairs]), model.scores([p.less for p in pairs])
    at = [CATEGORIES.index(p.category) for p in pairs]
    rows = np.arange(len(pairs))
    return np.asarray(more[rows, at] > less[rows, at])


def _pairs(model: TextModel) -> Table:
    rows = [(kind, int(passed(model, kind).sum()), len(pairs)) for kind, pairs in PAIRS.items()]
    return Table(
        "text.pairs",
        "Pairs of texts that differ in one thing",
        "Pairs of our own, written before the model was asked; right if the text that expresses the "
        "category more has the higher score. They show what is handled at all, not how often it occurs. "
        "The plainest statements (I'm happy) are also among the phrases that were trained on.",
        ("differ in", "right", "pairs"),
        tuple(rows),
    )


def grouped(scores: Scores) -> Scores:
    """Return the strongest score within each group of ``MELD_GROUPS``, shape ``(n, 7)``."""
    members = [[CATEGORIES.index(c) for c in names] for names in MELD_GROUPS.values()]
    return np.stack([scores[:, m].max(axis=1) for m in members], axis=1)


def _meld(model: TextModel, data: Path) -> Table:
    texts = meld_dev(data)
    truth = texts.truth.argmax(axis=1)
    n = len(MELD_GROUPS)

    def row(name: str, said: NDArray[np.int64]) -> tuple[Cell, ...]:
        one_hot = np.eye(n, dtype=bool)
        return (
            name,
            bootstrap(lambda t, s: float((t == s).mean()), truth, said, unit="utterances"),
            bootstrap(lambda t, s: macro_f1(one_hot[t], one_hot[s]), truth, said, unit="utterances"),
            float((f1_per_label(np.eye(n)[said].astype(np.float32), texts.truth, 0.5)
                   * texts.truth.mean(axis=0)).sum()),
        )  # fmt: skip

    neutral = np.full(len(truth), list(MELD_GROUPS).index("neutral"))
    return Table(
        "text.meld",
        "Dialogue of a television series (MELD dev, 7 categories)",
        "Out of domain: 1,109 utterances; nothing was trained, chosen or tuned on MELD. The strongest "
        "of the 28 categories decides, grouped as published with GoEmotions.",
        ("model", "accuracy", "macro-F1", "weighted F1"),
        (
            row("emer/text-emotion", grouped(model.scores(texts.texts)).argmax(axis=1)),
            row("always neutral", neutral),
        ),
    )


def _calibration(model: TextModel, dev: Texts) -> list[Table]:
    scores = model.scores(dev.texts).astype(np.float64)
    top = scores.max(axis=1)
    right = dev.truth[np.arange(len(top)), scores.argmax(axis=1)]
    decisions, truth = scores.ravel(), dev.truth.ravel()
    rows = []
    for name, stated, true in (
        ("strongest category", top, right),
        ("all 28 decisions of every text", decisions, truth),
    ):
        # of many decisions fewer resamples say as much
        n = 1000 if len(stated) < 10_000 else 200
        mean, most = ece_of_perfect(stated)
        rows.append(
            (
                name,
                bootstrap(ece, stated, true, n=n, unit="decisions", of_distance=True),
                mean,
                most,
            )
        )
    regime = (
        "GoEmotions dev; one curve for all categories, fitted on out-of-fold logits of the training part. A "
        "perfectly calibrated model would show the third column on average and the fourth at most "
        "(97.5 %)."
    )
    risks = risk_coverage(top, right, COVERAGES)
    return [
        Table(
            "text.calibration", "Whether scores are frequencies", regime,
            ("of", "expected calibration error", "perfect, mean", "perfect, at most"), tuple(rows),
        ),
        Table(
            "text.risk", "Wrong answers among the surest",
            "GoEmotions dev; the strongest category is wrong if no rater gave it.",
            ("coverage", "risk"), tuple(zip(COVERAGES, risks, strict=True)),
        ),
    ]  # fmt: skip


def _speed(model: TextModel, dev: Texts) -> Table:
    model.judge(dev.texts[:200])
    rows = []
    for name, ask in (("scores", model.scores), ("scores, affect and cue words", model.judge)):
        started = time.process_time()
        ask(dev.texts)
        rows.append((name, round(len(dev.texts) / (time.process_time() - started))))
    return Table(
        "text.speed",
        "Speed on one core",
        "GoEmotions dev, 13 words and marks a text, all at once; processor time of everything from "
        "the text on. It varies with the machine and what else it does.",
        ("what", "texts a second"),
        tuple(rows),
    )


def measured_in_words(data: Path, folder: Path) -> str:
    """Return the figures of the model card for the network in ``folder``."""
    model, dev = text_model(folder), goemotions(data, "dev")
    table = _goemotions(model, data, dev, folds=False, tell=lambda _: None)
    ours, new, plain = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    meld = _meld(model, data).record(model="emer/text-emotion")
    calibration = _calibration(model, dev)[0].record(of="strongest category")
    pairs = ", ".join(f"{kind} {right} of {n}" for kind, right, n in _pairs(model).rows)
    one, each = COLUMNS[1], COLUMNS[2]
    return (
        f"GoEmotions dev, 5,426 comments: macro-F1 {ours[one]} at one threshold "
        f"({model.threshold}), {ours[each]} with a threshold per category, all fixed on folds of "
        f"the training part; at {FIXED}: {ours[COLUMNS[3]]}. Without texts that occur in training: "
        f"{new[one]}, {new[each]}; without punctuation and case: {plain[one]}, {plain[each]}. "
        f"Strongest category true: {ours[COLUMNS[5]]:.3f}, its calibration error "
        f"{calibration['expected calibration error']}. Out of domain, MELD dev, 1,109 utterances in 7 "
        f"groups: accuracy {meld['accuracy']} (always neutral: 0.424), macro-F1 "
        f"{meld['macro-F1']}. Own pairs: {pairs}"
    )
