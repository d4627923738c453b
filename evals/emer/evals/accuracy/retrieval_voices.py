"""Whether voices that retrieval finds alike were acted with the same emotion, across speakers."""

import csv
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.evals.accuracy.neighbours import embedded, rows
from emer.evals.accuracy.retrieval_unheard import KNOWN
from emer.evals.tables import Table
from emer.memory.case import AffectProfile
from emer.memory.profile import profile_of
from emer.tools.errors import EmerError
from emer.tools.findings import Evidence, Finding, Modality, ModelCard, TimeSpan
from emer.tools.media.decode import SAMPLE_RATE_HZ, SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.readings import UtteranceReading
from emer.tools.specialist import Clip
from emer.tools.voice_affect import VoiceAffect

SETS: Final = {"ravdess": "RAVDESS, 8 emotions", "emodb": "EmoDB, 4 emotions"}
WHOLE: Final = "what emer compares: these and the categories"
PAUSE_S: Final = 0.5
_CARD: Final = ModelCard(
    name="labels", revision="1", purpose="where utterances lie", inputs="-", outputs="-",
    licence="-", commercial_use=True, source="-", trained_on="nothing", metrics="-", limits=("-",),
)  # fmt: skip


class Spoken(NamedTuple):
    """One recorded utterance."""

    file: Path
    speaker: str
    emotion: str
    profile: AffectProfile


def voices(
    data: Path,
    tell: Callable[[str], None],
    categories: Mapping[Path, Mapping[str, float]] | None = None,
) -> Iterator[Table]:
    """Yield one table per data set.

    Args:
        data: Folder of data sets.
        tell: Gets a line per speaker.
        categories: What networks make of each file that had not heard its speaker, if known.

    Raises:
        EmerError: A data set is missing.
    """
    for name, title in SETS.items():
        spoken = list(_measured(data / "speech_emotion" / name, tell))
        emotions = np.array([s.emotion for s in spoken])
        speakers = np.array([s.speaker for s in spoken])
        same = (emotions[:, None] == emotions[None, :]).astype(np.float32)
        same[speakers[:, None] == speakers[None, :]] = np.nan
        profiles = [s.profile for s in spoken]
        bare = [AffectProfile(voice=p.voice) for p in profiles]
        ways = {
            "valence and arousal alone": _both(bare, tell),
            "valence, arousal and cues": _both(profiles, tell),
        }
        if categories:
            told = [categories[s.file] for s in spoken]
            alone = [AffectProfile(voice_categories=dict(scores)) for scores in told]
            every = [
                p.model_copy(update={"voice_categories": a.voice_categories})
                for p, a in zip(profiles, alone, strict=True)
            ]
            ways |= {"the voice's categories alone": _both(alone, tell), WHOLE: _both(every, tell)}
        yield Table(
            f"retrieval.{name}",
            f"Voices: {title}",
            f"{len(spoken)} utterances; neighbours are always of other speakers. Agreement: the "
            "share acted with the same emotion. Each speaker's utterances make one clip, so that "
            "the voice is compared with their own usual one. Words play no part. Valence, arousal and cues "
            "are formulas, of which rounded weights were chosen on actors 1 to 8 of RAVDESS; categories "
            "come from networks that learnt from other speakers of both corpora, had not heard this one nor "
            f"the rest of the fold, and knew {KNOWN} other utterances of theirs, unlabelled.",
            ("compared by", "agreement, nearest 5", "agreement, nearest 10"),
            tuple(rows(ways, same, groups=speakers, unit="speakers")),
        )


def _both(
    profiles: list[AffectProfile], tell: Callable[[str], None]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    vectors = embedded(profiles, [""] * len(profiles), tell)
    return vectors, vectors


def _measured(folder: Path, tell: Callable[[str], None]) -> Iterator[Spoken]:
    try:
        labels = list(csv.DictReader((folder / "labels.csv").read_text("utf-8").splitlines()))
    except OSError as error:
        raise EmerError(
            f"{folder} cannot be read ({error.strerror})",
            remedy="Give the folder of data sets with --data.",
        ) from error
    for speaker in dict.fromkeys(row["speaker"] for row in labels):
        tell(f"voices of {speaker}")
        own = [row for row in labels if row["speaker"] == speaker]
        with tempfile.TemporaryDirectory() as workspace:
            found = _heard(Path(workspace), [folder / row["file"] for row in own])
        for row, evidence in zip(own, found, strict=True):
            # nothing that can be heard is nothing to compare by: as in an analysis
            profile = profile_of(evidence)
            if profile != AffectProfile():
                yield Spoken(folder / row["file"], speaker, row["emotion"], profile)


def _heard(workspace: Path, files: list[Path]) -> list[list[Evidence]]:
    """Put a speaker's utterances into one clip and measure the voice in each."""
    pause = np.zeros(round(PAUSE_S * SAMPLE_RATE_HZ), np.int16)
    at, spans = PAUSE_S, []
    writer = SoundtrackWriter(workspace / "sound.s16")
    writer.write(SoundBlock(0.0, pause))
    for file in files:
        sound = _sound(file)
        end = at + len(sound) / SAMPLE_RATE_HZ
        spans.append(TimeSpan(start_s=round(at, 3), end_s=round(end, 3)))
        writer.write(SoundBlock(at, sound))
        writer.write(SoundBlock(end, pause))
        at = end + PAUSE_S
    track = writer.close()
    info = MediaInfo(
        name="made.wav", sha256="0" * 64, size_bytes=1, kind="audio", container="wav", duration_s=at
    )
    clip = Clip(
        path=workspace, media=info, span=TimeSpan(start_s=0, end_s=at), workspace=workspace,
        soundtrack=track,
    )  # fmt: skip
    known: list[Finding] = [
        Evidence.of(
            tool="utterances", engine="labels", modality=Modality.WORDS, card=_CARD, span=span,
            reading=UtteranceReading(speaker="SPK_01", speech_s=span.duration_s), subject="SPK_01",
        )
        for span in spans
    ]  # fmt: skip
    found = VoiceAffect().observe(clip, spans, known)
    heard = [f for f in found if isinstance(f, Evidence)]
    return [[e for e in heard if e.span == span] for span in spans]


def _sound(file: Path) -> NDArray[np.int16]:
    """Return the samples of a mono file of 16 kHz."""
    import av

    with av.open(str(file)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
        parts = [frame.to_ndarray().ravel() for frame in (*frames, *resampler.resample(None))]
    return np.concatenate(parts).astype(np.int16)
