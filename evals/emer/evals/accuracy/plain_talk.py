"""Plain talk: what a voice is called that shows nothing in particular, with the weights as they ship.

Reads    ``asr/librispeech_test_other`` and ``asr/speechbrain`` below the data folder
Returns  one table; none where neither is there
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.evals.accuracy.subjects import Tell
from emer.evals.statistics import bootstrap
from emer.evals.tables import Cell, Table
from emer.evals.train.voice.corpora import (
    CATEGORIES,
    HELD_READERS,
    PLAIN,
    READERS,
    Spoken,
    in_windows,
    read_plain,
)
from emer.graphs.tones import MIN_TONE, MIN_TONE_TRUST, TONE_MARGIN
from emer.tools.speech_emotion import trust
from emer.tools.speech_emotion_features import RENDERINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

TOOL: Final = "speech_emotion"
KNOWN: Final = (0, 3, 9)
AT_REST: Final = ("neutral", "calm")


class Utterance(NamedTuple):
    """One utterance as the network hears it."""

    speaker: str
    vectors: "Floats"
    """Rows of all its windows, ``(RENDERINGS * windows, f)``."""


def plain_talk(data: Path, tell: Tell) -> list[Table]:
    """Lay out what plain talk is taken for."""
    rows: list[tuple[Cell, ...]] = []
    for name, heard, spoken in _groups(data):
        tell(f"plain talk: {name}")
        utterances = summarised(spoken)
        rows += [(name, heard, *_row(utterances, known)) for known in KNOWN]
    if not rows:
        return []
    return [Table(
        "voice.plain", "Plain talk",
        "Books read aloud; the weights as they ship. At rest: neutral or calm has the highest score. "
        "Called: any other category has, so clearly that a report would name it if the sound is clean "
        f"and long enough ({MIN_TONE} or more, {TONE_MARGIN} above the next, trusted by "
        f"{MIN_TONE_TRUST}: a stranger's voice less). Known: others of the speaker, the first ones. "
        "Readers heard in training are no test. Intervals: 95 %, bootstrap over utterances.",
        ("speech", "heard in training", "utterances", "known", "at rest", "others, highest", "called"),
        tuple(rows),
    )]  # fmt: skip


def _groups(data: Path) -> Iterator[tuple[str, str, list[Spoken]]]:
    """Yield what there is: name, whether training heard it, windows."""
    if (data / "asr" / "librispeech_test_other").is_dir():
        for heard, readers in (("no", HELD_READERS), ("yes", READERS)):
            name = f"LibriSpeech, readers {', '.join(readers)}"
            yield name, heard, read_plain(data, readers)
    paths = sorted((data / "asr" / "speechbrain").glob("spk1_*.wav"))
    if paths:
        spoken = [s for path in paths for s in in_windows(path, PLAIN, "spk1")]
        yield "SpeechBrain's example reader", "no", spoken


def summarised(spoken: list[Spoken]) -> list[Utterance]:
    """Return the features of utterances; windows of a file belong together."""
    from emer.evals.train.voice.extraction import extract

    vectors = extract(spoken, RENDERINGS, None).swapaxes(0, 1)
    found: dict[Path, list[Floats]] = {}
    speakers = {one.path: one.speaker for one in spoken}
    for one, own in zip(spoken, vectors, strict=True):
        if own.any(axis=1).all():
            found.setdefault(one.path, []).append(own)
    return [Utterance(speakers[path], np.concatenate(own)) for path, own in found.items()]


def answers(utterances: list[Utterance], known: int) -> "tuple[Floats, Floats]":
    """Return the shipped network's scores, ``(utterances, 8)``, and familiarity, ``(utterances,)``."""
    from emer.tools.networks import network

    net, found = network(TOOL, TOOL), []
    for place, (speaker, own) in enumerate(utterances):
        others = [
            u.vectors for i, u in enumerate(utterances) if u.speaker == speaker and i != place
        ]
        usual = np.concatenate([np.zeros((0, own.shape[1]), np.float32), *others[:known]])
        scores, _, familiarity = net.run(windows=own, others=usual)
        found.append((scores, familiarity[0]))
    return np.stack([s for s, _ in found]), np.array([f for _, f in found], np.float32)


def _row(utterances: list[Utterance], known: int) -> tuple[Cell, ...]:
    scores, familiarity = answers(utterances, known)
    top = [CATEGORIES[i] for i in scores.argmax(axis=1)]
    rests = np.isin(top, AT_REST)
    others = Counter(name for name in top if name not in AT_REST)
    second, first = np.sort(scores, axis=1)[:, -2:].T
    trusted = np.array([
        trust(float(best), known, float(usual)) >= MIN_TONE_TRUST
        for best, usual in zip(first, familiarity, strict=True)
    ])  # fmt: skip
    called = ~rests & trusted & (first >= MIN_TONE) & (first - second >= TONE_MARGIN)
    return (
        len(utterances), known, bootstrap(_share, rests, unit="utterances"),
        ", ".join(f"{name} {n}" for name, n in others.most_common()) or "none",
        bootstrap(_share, called, unit="utterances"),
    )  # fmt: skip


def _share(hits: "NDArray[np.bool_]") -> float:
    return float(np.mean(hits))
