"""Who speaks where the truth is known: two faces with the sound of one, one face with any sound."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.evals.accuracy.light_asd import AVA, LIGHT, RATE_HZ, LightASD
from emer.evals.accuracy.speaking_clips import (
    SPEAKS,
    Face,
    Heard,
    light_beside,
    ours_beside,
    steps_in,
    windows,
)
from emer.evals.statistics import bootstrap
from emer.evals.tables import Cell, Estimate, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHOSEN_ON: Final = (
    "latentsync/demo1_video", "latentsync/demo2_video", "video_retalking/face1",
    "video_retalking/face2", "video_retalking/face3",
)  # fmt: skip
"""Clips of speech on which the weight of mouth and sound moving together was chosen."""
OTHERS: Final = ("liveportrait/d11", "liveportrait/d20")
"""Two more; lips go with the sound, which may be played back."""
GROUPS: Final = {
    "all": (*CHOSEN_ON, *OTHERS), "five of speech": CHOSEN_ON, "two others": OTHERS,
}  # fmt: skip
TALKING: Final = (
    *CHOSEN_ON, *OTHERS, "fer/woman2", "liveportrait/d10", "liveportrait/d12", "liveportrait/d13",
)  # fmt: skip
"""Faces that talk or sing, with or without a sound of their own; nobody is in two of them."""
WORDLESS: Final = (
    "fer/test", "liveportrait/d0", "liveportrait/d3", "liveportrait/d14", "liveportrait/d18",
    "liveportrait/d19", "pyfeat/WolfgangLanger_Pexels", "pyfeat/single_face",
)  # fmt: skip
"""Faces that laugh, grimace or rest."""
LENGTHS_S: Final = (None, 4.0, 2.0, 1.0)
"""Whole utterances, and stretches of them."""
UNIT: Final = "sounds"
FEWEST: Final = 3
"""Sounds, of which an interval says anything."""
_TRUTH: Final = (
    "Truth: how they were made. The face is shown again and again from its beginning. Light-ASD hears "
    "and sees the whole clip whatever is judged; emer that stretch with 0.3 s around it, and how much "
    "each mouth moves in silence. Intervals resample the clips that the sound comes from."
)


class Choice(NamedTuple):
    """Which of two faces each method gave a stretch of speech to: 1 the right one, 0.5 no choice."""

    voice: str
    rival: str
    length_s: float | None
    ours: float
    ava: float
    talkset: float
    larger: float


def pairs_table(choices: Sequence[Choice]) -> Table:
    """Return the share of right choices, by length, the sound's clips and the face beside."""
    rows: list[tuple[Cell, ...]] = []
    for group, voices in GROUPS.items():
        for kind, rivals in (("talking", TALKING), ("not talking", WORDLESS)):
            for length_s in LENGTHS_S:
                own = [
                    c for c in choices
                    if c.voice in voices and c.rival in rivals and c.length_s == length_s
                ]  # fmt: skip
                if own:
                    heading = "utterance" if length_s is None else f"{length_s:.0f} s"
                    rows.append((group, kind, heading, len(own), *_right(own)))
    regime = (
        "Two faces side by side with the sound of one, at the times of its speech: how often its own face "
        f"scores higher. {_TRUTH} "
        "The weight of moving together was chosen on the first five clips, that of moving at all on all "
        "seven (see the halves below). Larger: the face that covers more of its picture."
    )
    return Table(
        "speaking.pairs", "Two faces, one sound", regime,
        ("sounds", "face beside", "judged", "choices", "emer", *LIGHT.values(), "larger face"),
        tuple(rows),
    )  # fmt: skip


def choices_of(
    name: str, clips: dict[str, Heard], networks: dict[str, LightASD]
) -> Iterator[Choice]:
    """Yield what each method makes of the sound of ``name`` beside every other face."""
    voice = clips[name]
    own = face_of(voice)
    heard_odds = {w: light_beside(net, w, voice, own) for w, net in networks.items()}
    spans = {s: [u.span for u in voice.said] if s is None else windows(voice, s) for s in LENGTHS_S}
    for rival in (*TALKING, *WORDLESS):
        if rival == name:
            continue
        other = face_of(clips[rival])
        beside = {w: light_beside(net, w, voice, other) for w, net in networks.items()}
        for length_s, asked in spans.items():
            if not asked:
                continue
            scores = ours_beside(voice, (own, other), asked)
            for span, (right, wrong) in zip(asked, scores, strict=True):
                ava, talkset = (
                    chosen(
                        *(
                            odds[w][steps_in(span, len(odds[w]))].mean()
                            for odds in (heard_odds, beside)
                        )
                    )
                    for w in LIGHT
                )
                larger = chosen(own.share, other.share)
                yield Choice(name, rival, length_s, chosen(right, wrong), ava, talkset, larger)


def sounds_table(clips: dict[str, Heard], networks: dict[str, LightASD]) -> Table:
    """Return how often a single visible face is said to speak, whatever its sound is."""
    voices = (*CHOSEN_ON, *OTHERS)
    half_s = {n: len(face_of(clips[n]).steps) / RATE_HZ / 2 for n in voices}
    kinds = {
        "talks, its own sound": [(n, n, 0.0) for n in voices],
        "talks, its own sound by half a clip too late": [(n, n, half_s[n]) for n in voices],
        "talks, the sound of another": [(n, f, 0.0) for n in voices for f in TALKING if f != n],
        "does not talk, the sound of another": [(n, f, 0.0) for n in voices for f in WORDLESS],
    }
    rows: list[tuple[Cell, ...]] = []
    for kind, made in kinds.items():
        said = np.array([_said(clips, networks, *one) for one in made])
        groups = np.array([one[0] for one in made])
        shares = [_share(said[:, i], said[:, -1], groups) for i in range(3)]
        odds = bootstrap(_mean, said[:, 3], groups=groups, unit=UNIT)
        rows.append((kind, len(made), *shares, odds))
    regime = (
        "One face, one sound: share of the time of speech in which the face is said to speak. A right "
        f"answer is 1 in the first row and 0 in the others. {_TRUTH}"
    )
    return Table(
        "speaking.sounds", "One face, whosever sound", regime,
        ("face", "made", "emer", *LIGHT.values(), f"mean log-odds, {LIGHT[AVA]}"), tuple(rows),
    )  # fmt: skip


def _right(own: Sequence[Choice]) -> list[Cell]:
    voices = np.array([c.voice for c in own])
    found: list[Cell] = []
    for method in ("ours", "ava", "talkset", "larger"):
        right = np.array([getattr(c, method) for c in own])
        enough = len(np.unique(voices)) >= FEWEST
        found.append(bootstrap(_mean, right, groups=voices, unit=UNIT) if enough else _mean(right))
    return found


def _said(
    clips: dict[str, Heard], networks: dict[str, LightASD], name: str, shown: str, late_s: float
) -> tuple[float, ...]:
    """Return seconds said to speak by emer and both networks, log-odds, and seconds of speech."""
    voice, face = clips[name], face_of(clips[shown])
    spans = [u.span for u in voice.said]
    lengths_s = np.array([s.duration_s for s in spans])
    ours = ours_beside(voice, (face,), spans, late_s=late_s)[:, 0]
    light = {w: light_beside(n, w, voice, face, late_s=late_s) for w, n in networks.items()}
    spoken = {
        w: np.concatenate([odds[steps_in(s, len(odds))] for s in spans])
        for w, odds in light.items()
    }
    total_s = float(lengths_s.sum())
    return (
        float(lengths_s[ours >= SPEAKS].sum()),
        *(float((spoken[w] > 0).mean()) * total_s for w in LIGHT),
        float(spoken[AVA].mean()), total_s,
    )  # fmt: skip


def _share(part_s: "Floats", whole_s: "Floats", groups: "NDArray[np.str_]") -> Estimate:
    def share(part: "Floats", whole: "Floats") -> float:
        return float(part.sum() / whole.sum())

    return bootstrap(share, part_s, whole_s, groups=groups, unit=UNIT)


def face_of(clip: Heard) -> Face:
    """Return the face that is seen longest."""
    return max(clip.faces.values(), key=lambda face: len(face.steps))


def chosen(right: float, wrong: float) -> float:
    """Return 1 where the right face scores higher, 0.5 where both score the same."""
    return 0.5 if right == wrong else float(right > wrong)


def _mean(values: "Floats") -> float:
    return float(np.mean(values))
