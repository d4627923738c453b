"""Which visible face speaks: against Light-ASD, and where the truth is known, side by side with it.

Reads    ``video/`` and ``weights/light_asd`` in the folder of data; who talks in the clips was
         looked up by eye
Returns  agreement with Light-ASD, which is no human truth; choices between two faces with the sound
         of one, whose truth is how they were made; what is said of faces whose sound is not theirs
Cost     about 5 minutes on one core, of which Light-ASD takes four; 2 GB of memory. Needs torch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emer.evals.accuracy.light_asd import FOLDER, LIGHT, LightASD
from emer.evals.accuracy.speaking_clips import SPEAKS, Heard, heard, steps_in
from emer.evals.accuracy.speaking_halves import halves_table
from emer.evals.accuracy.speaking_pairs import (
    CHOSEN_ON,
    OTHERS,
    TALKING,
    WORDLESS,
    choices_of,
    pairs_table,
    sounds_table,
)
from emer.evals.statistics import average_precision, bootstrap
from emer.evals.tables import Cell, Table
from emer.tools.errors import EmerError
from emer.tools.readings import SpeakingFaceReading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Steps:
    """What is said of one face of one clip, step by step where it is seen, ``(n,)`` each."""

    clip: str
    track: str
    ours: "Floats"
    speech: "Bools"
    light: "dict[str, Floats]"


def measure(data: Path, *, folds: bool, tell: Tell) -> list[Table]:
    """Return the tables; see ``emer.evals.accuracy.subjects.Measure``."""
    del folds  # nothing is trained
    networks = {name: LightASD(data / FOLDER / name) for name in LIGHT}
    clips: dict[str, Heard] = {}
    for path in sorted((data / "video").glob("*/*")):
        name = f"{path.parent.name}/{path.stem}"
        tell(f"active_speaker: {name}")
        clips[name] = heard(path, name, networks)
    for name in (*TALKING, *WORDLESS):
        if name not in clips or not clips[name].faces:
            raise EmerError(
                f"there is no face called {name} in {data / 'video'}",
                remedy="Give with --data the folder that holds video/ and weights/light_asd.",
            )
    tell("active_speaker: side by side")
    return tables(clips, networks)


def tables(clips: dict[str, Heard], networks: dict[str, LightASD]) -> list[Table]:
    """Return the tables of clips that were taken in."""
    steps = [s for clip in clips.values() for s in _steps(clip, networks)]
    choices = [c for name in (*CHOSEN_ON, *OTHERS) for c in choices_of(name, clips, networks)]
    return [
        pairs_table(choices),
        halves_table(clips),
        sounds_table(clips, networks),
        precision_table(steps),
        clips_table(steps),
    ]


def precision_table(steps: Sequence[Steps]) -> Table:
    """Return the average precision of scores against Light-ASD's decisions."""
    clips = np.concatenate([np.full(len(s.ours), i) for i, s in enumerate(steps)])
    methods = {
        "emer": np.concatenate([s.ours for s in steps]),
        "speaks whenever there is speech": np.concatenate([s.speech for s in steps]).astype(float),
        "any order (share of pictures that speak)": np.zeros(len(clips)),
    }
    rows: list[tuple[Cell, ...]] = []
    for method, score in methods.items():
        cells = []
        for weights in LIGHT:
            truth = np.concatenate([s.light[weights] > 0 for s in steps])
            cells.append(bootstrap(average_precision, truth, score, groups=clips, unit="clips"))
        rows.append((method, *cells))
    regime = (
        "Pictures of clips with sound, 25 a second, wherever a face is seen; Light-ASD's decisions are "
        "taken for the truth, which they are not: no human looked. Every clip shows one face at a time, "
        "so that the largest face speaks whenever there is speech. Intervals resample clips."
    )
    return Table(
        "speaking.precision", "Average precision against Light-ASD", regime,
        ("score", *(f"against {name}" for name in LIGHT.values())), tuple(rows),
    )  # fmt: skip


def clips_table(steps: Sequence[Steps]) -> Table:
    """Return per clip who says how often that the face speaks, and how often both say the same."""
    rows: list[tuple[Cell, ...]] = [_agreement(s.clip, s.track, [s]) for s in steps]
    rows.append(_agreement("all", None, steps))
    regime = (
        "As above. Speaks: share of pictures, by Light-ASD's log-odds above 0 and by emer's score from "
        "0.5 on. Agree: share of pictures on which emer, or the rule that the face speaks whenever there "
        "is speech, says the same as Light-ASD."
    )
    columns: tuple[str, ...] = ("clip", "face", "pictures", "emer: speaks")
    for name in LIGHT.values():
        columns += (f"{name}: speaks", "emer agrees", "speech agrees")
    return Table("speaking.clips", "Clip by clip", regime, columns, tuple(rows))


def _agreement(clip: str, track: str | None, steps: Sequence[Steps]) -> tuple[Cell, ...]:
    ours = np.concatenate([s.ours for s in steps]) >= SPEAKS
    speech = np.concatenate([s.speech for s in steps])
    row: tuple[Cell, ...] = (clip, track, len(ours), float(ours.mean()))
    for weights in LIGHT:
        light = np.concatenate([s.light[weights] for s in steps]) > 0
        same = (light == ours).mean(), (light == speech).mean()
        row += (float(light.mean()), *map(float, same))
    return row


def _steps(clip: Heard, networks: dict[str, LightASD]) -> Iterator[Steps]:
    if clip.sound is None:
        return
    for track, face in clip.faces.items():
        first = int(face.steps[0])
        light = {
            name: network.judge(face.embeddings[name], clip.embeddings[name][first:])
            for name, network in networks.items()
        }
        n = min(map(len, light.values()))
        ours, speech = np.zeros(first + n), np.zeros(first + n, np.bool_)
        for utterance in clip.said:
            speech[steps_in(utterance.span, first + n)] = True
        for one in clip.judged:
            if one.subject == track and isinstance(one.reading, SpeakingFaceReading):
                ours[steps_in(one.span, first + n)] = one.reading.speaking_score
        yield Steps(clip.name, track, ours[first:], speech[first:], light)
