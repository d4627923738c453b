"""Which measured figures stand in the README."""

from dataclasses import dataclass, field
from typing import Final

from emer.evals.tables import Cell


@dataclass(frozen=True, slots=True)
class Headline:
    """One row of the README's table."""

    what: str
    table: str
    column: str
    on: str
    """In a few words: data, and what was kept apart."""
    where: dict[str, Cell] = field(default_factory=dict)
    """Cells that pick the row of the table."""


HEADLINES: Final = (
    Headline(
        "emotion in a voice, recall over 8 categories", "voice.regimes", "0 known",
        "RAVDESS, actors left out, nothing known of them",
        {"judged": "RAVDESS, 4 folds of 4 actors"},
    ),
    Headline(
        "the same, 20 other utterances of the speaker known", "voice.regimes", "20 known",
        "likewise", {"judged": "RAVDESS, 4 folds of 4 actors"},
    ),
    Headline(
        "emotion in a voice, recall over 4 categories", "voice.regimes", "0 known",
        "EmoDB (German), speakers left out", {"judged": "EmoDB, leaving one speaker out"},
    ),
    Headline(
        "the same by a network that heard only English", "voice.regimes", "0 known",
        "EmoDB after RAVDESS and plain readers, nothing known of the speaker",
        {"judged": "EmoDB", "trained on": "RAVDESS, plain readers"},
    ),
    Headline(
        "the same, 20 other utterances of the speaker known", "voice.regimes", "20 known",
        "likewise", {"judged": "EmoDB", "trained on": "RAVDESS, plain readers"},
    ),
    Headline(
        "plain reading taken for neutral or calm, share", "voice.plain", "at rest",
        "LibriSpeech, readers left out, nothing known of them", {"heard in training": "no", "known": 0},
    ),
    Headline(
        "the same, 9 other utterances of the reader known", "voice.plain", "at rest",
        "likewise", {"heard in training": "no", "known": 9},
    ),
    Headline(
        "faces found in frames of clips, share", "faces.found", "recall",
        "people left out, against YuNet", {"detector": "ours", "material": "clips"},
    ),
    Headline(
        "false faces in 100 frames of clips", "faces.found", "false faces per 100", "likewise",
        {"detector": "ours", "material": "clips"},
    ),
    Headline(
        "points of a face, error in % of the outer eye distance", "face.points",
        "error, % of outer eye distance", "persons left out, found by our own detector, against MediaPipe", {"clip": "all"},
    ),
    Headline(
        "shapes of a face over a clip, correlation", "face.shapes", "r",
        "likewise, mean over shapes that move", {"shape": "mean over shapes"},
    ),
    Headline(
        "smiles over a clip in the product (AU12), correlation", "face.units", "mean r", "likewise",
        {"au": "AU12"},
    ),
    Headline(
        "which of two talking faces a sound belongs to, in 2 s", "speaking.halves",
        "talking beside, 2 s", "clips side by side, a weight chosen on other persons (Light-ASD: 0.70)",
        {"tested on half": "both", "weight": "as the other half chose"},
    ),
    Headline(
        "the same, the other face does not talk", "speaking.halves", "not talking beside, 2 s",
        "likewise (Light-ASD: 1.00)",
        {"tested on half": "both", "weight": "as the other half chose"},
    ),
    Headline(
        "voice and face together, accuracy against raters", "fusion.votes", "accuracy",
        "CREMA-D's votes, actors left out (the face alone: 0.79)", {"from": "fitted pool"},
    ),
    Headline(
        "the same where voice and face differ", "fusion.conflicts", "accuracy",
        "likewise (the face alone: 0.68)", {"from": "fitted pool"},
    ),
    Headline(
        "emotion of words, macro-F1 over 28 categories", "text.goemotions", "macro-F1, one threshold",
        "GoEmotions dev, one threshold fixed on folds of the training part",
        {"model": "emer/text-emotion"},
    ),
    Headline(
        "similar cases by words, overlap of what people saw in them", "retrieval.emer.wheels",
        "agreement, nearest 5", "EMER subtitles, groups on five emotion wheels (at random: 0.23)",
        {"compared by": "what emer compares: both"},
    ),
    Headline(
        "who speaks when, diarization error rate", "speakers.real", "DER",
        "eight real dialogues, overlap scored, collar 0 (one speaker for all: the same)",
        {"collar": "0.00 s"},
    ),
)  # fmt: skip
