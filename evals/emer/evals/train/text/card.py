"""The model card of the text emotion network."""

from datetime import UTC, datetime
from typing import Any


def card(*, metrics: str, command: str) -> dict[str, Any]:
    """Return every field of the card but the revision."""
    return {
        "name": "emer/text-emotion",
        "purpose": "Which emotions the words of an utterance express, in the 28 GoEmotions "
        "categories.",
        "inputs": "English text of one speaker, at most 2,000 characters, with or without "
        "punctuation; to the network: rows of hashed words, pieces of words and pairs of words",
        "outputs": "28 independent scores 0..1; valence and arousal -1..1; cue words",
        "licence": "Apache-2.0",
        "commercial_use": True,
        "source": "a convolution over hashed word embeddings of our own (Kim 2014, "
        "doi:10.3115/v1/D14-1181; Joulin et al. 2017, doi:10.18653/v1/E17-2068), 8-bit weights",
        "trained_on": "GoEmotions (Demszky et al. 2020), training part: 43,410 Reddit comments in "
        "English (Apache-2.0), and 1,420 short phrases of our own",
        "split": "GoEmotions' own: everything was chosen on three folds of the training part "
        "(texts of the same words in one fold), the development part was only measured on",
        "metrics": metrics,
        "calibration": "one rising curve over the logits of all categories, fitted on out-of-fold "
        "logits of the training part; holds for written comments, not for dialogue. A confidence is stated "
        "only where the user names the domain online-comments",
        "training": command,
        "date": datetime.now(UTC).date().isoformat(),
        "limits": [
            "English only; other languages are refused",
            "trained on written comments; on dialogue of a television series its strongest "
            "category is right less often than always saying neutral: read the scores, not the "
            "strongest alone",
            "reads one utterance without what was said before, so irony and allusion escape it",
            "negation is followed over three words; anything subtler is missed",
            "relief, grief and nervousness were rare in training and are often missed",
            "valence and arousal are means of the categories' places, not measured on their own",
        ],
    }
