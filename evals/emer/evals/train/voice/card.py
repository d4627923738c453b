"""What ships beside the graph: its card, with the figures just measured, and its settings."""

from typing import Any, Final

import numpy as np

from emer.evals.calibrate.fitting import fit
from emer.evals.tables import Cell, Table, shown
from emer.evals.train.voice import figures
from emer.evals.train.voice.calibration import Sharpness
from emer.evals.train.voice.corpora import CATEGORIES, HELD_READERS, READERS
from emer.evals.train.voice.regimes import Answers, probabilities

_LIMITS: Final = (
    "Its emotions were learnt from 22 actors who overact in a studio, English and German: people "
    "talking to each other show less and mix more. Its categories are what an actor would have meant.",
    "A recording unlike those studios counts as ordinary talk, where neutral is expected first: four "
    "readers of books stand for all of it. Until other utterances of a speaker are heard to vary as "
    "emotions do, weak emotions pass for neutral there.",
    "Of calm, neutral and sad voices, many are taken for one another; see the recalls.",
    "With nothing known of a speaker, more than a third of RAVDESS' utterances are put into a wrong "
    "one of eight categories.",
    "A speaker's usual is the middle of what else they say: whoever says everything in one emotion "
    "makes that emotion their usual, and what is taken away is then the emotion itself.",
    "Each corpus has category means of its own, weighed by which one a recording is like; EmoDB's "
    "fear, disgust, surprise and calm and all emotions of ordinary talk are borrowed from the others. "
    "Between corpora (other language, room, microphone) much of what is right within one is lost.",
    "Music or other voices underneath, laughter, crying and whispering were never heard in training.",
    "Dominance follows from the categories by a table; no data at hand rate it.",
)


def card(tables: list[Table], date: str) -> dict[str, Any]:
    """Return the model card, all fields but the revision."""
    of = {t.name: t for t in tables}
    return {
        "name": "emer-speech-emotion",
        "purpose": "Says which of eight acted emotions a voice sounds like, and how aroused, "
        "pleasant and dominant.",
        "inputs": "mono sound, 16 kHz, [-1, 1); utterances or speaker turns; speech stretches",
        "outputs": "RAVDESS' eight categories, scores that sum to 1; arousal, valence, dominance "
        "-1..1",
        "licence": "CC BY-NC-SA 4.0 (trained on RAVDESS)",
        "commercial_use": False,
        "source": "ours; discriminant analysis with speakers as a random effect after Prince & Elder "
        "2007, RAVDESS by Livingstone & Russo 2018, EmoDB by Burkhardt et al. 2005, LibriSpeech by "
        "Panayotov et al. 2015",
        "trained_on": "RAVDESS (CC BY-NC-SA 4.0; 960 files of 16 actors, English) and EmoDB (free "
        "for research; 206 files of 6 speakers, German); LibriSpeech test-other (CC BY 4.0; 40 files "
        "of 4 readers, English) as neutral; with altered copies (speed, equaliser, "
        "noise, reverberation, band limits and companding); levels count as unknown by 5 dB",
        "metrics": _metrics(of),
        "split": "by speaker: RAVDESS in 4 folds of 4 actors, EmoDB leaving one speaker out; the "
        "shipped weights were made from all 22 speakers afterwards, by the same recipe. Readers "
        f"{', '.join(READERS)} of LibriSpeech train, {' and '.join(HELD_READERS)} are held out",
        "calibration": _calibration(of["voice.calibration"]),
        "training": "python -m emer.evals.train voice --data DATA",
        "date": date,
        "limits": list(_LIMITS),
    }


def _metrics(of: dict[str, Table]) -> str:
    lines = []
    for row in of["voice.regimes"].rows:
        lines.append(f"{row[0]}, {row[2]} categories, after {row[1]}: {_by_known(row[3:])}")
    for row in of["voice.dimensions"].rows:
        lines.append(f"{row[0]}, {row[1]} (area under the curve): {_by_known(row[3:])}")
    return (
        "Speakers not heard in training, 95 % bootstrap intervals over speakers. Unweighted average "
        "recall; with n known: so many random, unlabelled other utterances of the speaker, not the "
        f"judged one. {'. '.join(lines)}."
    )


def _by_known(cells: tuple[Cell, ...]) -> str:
    told = zip(figures.KNOWN, cells, strict=True)
    return ", ".join(f"{shown(cell)} with {known} known" for known, cell in told)


def _calibration(table: Table) -> str:
    told = ", ".join(
        f"{shown(row[1])} with {row[0]} (perfect: {shown(row[2])})" for row in table.rows
    )
    return (
        "Scores are sharpened by factors fitted on answers about unheard actors of RAVDESS; expected "
        f"calibration error there, cross-fitted: {told}. Sound unlike the training set fades "
        "towards equal scores. Outside acted studio speech they are scores, not probabilities."
    )


def calibration(answers: Answers, sharp: Sharpness, date: str) -> dict[str, Any]:
    """Return the curve from the highest score to the share of right answers, with its figures."""
    scores, right = [], []
    for known in figures.KNOWN:
        told = probabilities(answers.logits[known][0] * sharp.at(known))
        scores.append(told.max(axis=1).astype(np.float64))
        right.append(told.argmax(axis=1) == answers.truth)
    speakers = np.tile(answers.speakers, len(figures.KNOWN))
    curve = fit(np.concatenate(scores), np.concatenate(right), speakers)
    return {
        "domain": "acted-studio-speech", "n": len(speakers),
        "n_groups": len(set(answers.speakers)), "date": date, **curve.fields(),
    }  # fmt: skip


def settings(
    answers: Answers, speakers: list[str], sharp: Sharpness, full: float, none: float
) -> dict[str, Any]:
    """Return what the specialist and fusion need beside the graph."""
    most = figures.KNOWN[-1]
    return {
        "labels": list(CATEGORIES),
        "speakers": speakers,
        "sharpness": [round(sharp.base, 4), round(sharp.gain, 4)],
        "strangeness": [round(full, 4), round(none, 4)],
        # the middle between a stranger and somebody known well: what a short clip offers
        "confusion_of_six": figures.confusion_crema_d(answers, figures.KNOWN[1]),
        "confusion": {
            "about": "answers about unheard actors of RAVDESS; rows true, columns said, counts",
            "labels": list(CATEGORIES),
            "unknown": figures.confusion(answers, 0),
            f"known{most}": figures.confusion(answers, most),
            "crema_d6": {
                "about": "surprise left out, calm counted as neutral",
                "labels": ["anger", "disgust", "fear", "happiness", "neutral", "sadness"],
                "unknown": figures.confusion_crema_d(answers, 0),
                f"known{most}": figures.confusion_crema_d(answers, most),
            },
        },
    }
