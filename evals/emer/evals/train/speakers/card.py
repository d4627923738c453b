"""What is told about the model."""

from typing import Any


def card(date: str) -> dict[str, Any]:
    """Return every field of ``ModelCard`` but the revision."""
    return {
        "name": "emer-speakers",
        "purpose": "Tells the speakers of one recording apart.",
        "inputs": "stretches of speech, 16 kHz mono, as 19 cepstra per 10 ms, less the clip's mean;"
        " their pitch",
        "outputs": "per quarter second a vector of 25 numbers in which one speaker scatters with unit"
        " variance; with the pitch a hidden Markov model makes turns with a speaker number from these;"
        " turns have no score",
        "licence": "CC BY-NC-SA 4.0 (trained on RAVDESS)",
        "commercial_use": False,
        "source": "this project; Reynolds et al. 2000; Bruemmer & de Villiers 2010",
        "trained_on": "synthetic conversations, and recordings in all moods, of RAVDESS (12 actors),"
        " EmoDB (4 speakers; free for research) and LibriSpeech test-other (4 readers; CC BY 4.0), each"
        " voice at seven speeds, each of these a person of its own; turn taking of VoxConverse's"
        " annotations (CC BY 4.0); rooms, lines, noise, music and babble are synthetic",
        "split": "ravdess_03, ravdess_08, ravdess_13, ravdess_16, emodb_11, emodb_14, 1688 and 533"
        " were never heard in training, nor when it was learnt and chosen how many speakers there are:"
        " that was done on synthetic conversations, two people taking turns and people alone, of one"
        " half of the other speakers, with a model of the other half; how stretches of speech are widened was chosen on synthetic"
        " conversations of these eight and of others",
        "metrics": "see docs/measured/speakers.md",
        "calibration": "none: turns have no score; that two voices are two people is judged by log odds"
        " whose threshold was chosen on people whom the model never heard, so that 2 % of those who"
        " speak alone come out as several at the most",
        "training": "python -m emer.evals.train speakers --data DIR",
        "date": date,
        "limits": [
            "turns under about two seconds are often given to the other speaker",
            "two men or two women who speak in many moods mostly come out as one speaker",
            "one who speaks alone may come out as two: of eight people measured, one does",
            "short or fast dialogues, similar voices, far microphones and moods that vary a lot come"
            " out as one speaker",
            "overlapping speech is given to one speaker",
            "speakers are told apart within one clip only and never recognised across clips",
        ],
    }
