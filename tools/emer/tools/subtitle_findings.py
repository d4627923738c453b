"""What subtitles say, as findings: those inside the media, else in a file beside it.

Reads    text tracks of the container; subtitle files named like the media
Returns  one ``WordsReading`` per subtitle; a gap for those that describe sounds, and for files that
         cannot be read
Cost     milliseconds
Source   the media
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from emer.tools.errors import MediaError
from emer.tools.findings import (
    NOTHING_TRAINED,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    Spanned,
    TimeSpan,
)
from emer.tools.media.subtitles import Cue, read_sidecar, sidecars
from emer.tools.readings import WordsReading
from emer.tools.specialist import Clip
from emer.tools.subtitle_words import (
    language_in_name,
    language_of,
    one_language,
    same_language,
    words_of,
)

TOOL: Final = "asr"
MAX_NAME_CHARS: Final = 80

_SUBTITLES: Final = ModelCard(
    name="embedded-subtitles",
    revision="content",
    purpose="Says what the subtitles inside the media say.",
    inputs="text tracks of the container",
    outputs="text per subtitle, with its time and language",
    licence="that of the media",
    commercial_use=False,
    source="the media itself",
    trained_on="nothing: written by people or by an unknown recogniser",
    metrics="not measured",
    calibration="none: no score is given",
    training=NOTHING_TRAINED,
    limits=(
        "may be shortened, translated, invented or written to mislead",
        "times follow reading speed, not the voice",
    ),
)
_SIDECAR: Final = _SUBTITLES.model_copy(
    update={
        "name": "sidecar-subtitles",
        "purpose": "Says what the subtitle file beside the media says.",
        "inputs": "a .srt, .vtt, .ass or .ssa file named like the media",
        "licence": "that of the file",
        "source": "the file beside the media",
    }
)


def embedded(clip: Clip) -> Iterator[Finding]:
    """Words of the text track in the spoken language, else of the first one."""
    told = [c for c in clip.cues if _mostly_inside(c, clip.span)]
    cues, n_sounds = words_of(one_language(told, clip.language))
    card = _SUBTITLES.model_copy(update={"revision": f"media-{clip.media.sha256[:12]}"})
    yield from _of_cues(clip, cues, n_sounds, "subtitle_track", card, None)


def beside(clip: Clip) -> Iterator[Finding]:
    """Words of the first subtitle file that has any, those in the spoken language first."""
    spoken = language_of(clip.language)
    paths = [(p, language_in_name(p, clip.path)) for p in sidecars(clip.path)]
    # "forced" files hold only what is foreign to the audience
    paths.sort(key=lambda p: (".forced" in p[0].name.lower(), not same_language(p[1], spoken)))
    for path, language in paths:
        try:
            told = read_sidecar(path)
        except MediaError as error:
            yield gap(clip.span, GapCode.MEDIA_DAMAGED, error.message, error.remedy)
            continue
        cues, n_sounds = words_of(told.cues)
        card = _SIDECAR.model_copy(update={"revision": sidecar_revision(told.sha256)})
        inside = [c for c in cues if _mostly_inside(c, clip.span)]
        yield from _of_cues(clip, inside, n_sounds, "sidecar", card, language)
        if inside:
            return


def sidecar_revision(sha256: str) -> str:
    """Return the revision that words from a subtitle file with this content carry."""
    return f"file-{sha256[:12]}"


def _of_cues(
    clip: Clip,
    cues: Sequence[Cue],
    n_sounds: int,
    origin: Literal["subtitle_track", "sidecar"],
    card: ModelCard,
    file_language: str | None,
) -> Iterator[Finding]:
    for cue in cues:
        track_language = language_of(cue.language) if origin == "subtitle_track" else file_language
        name = (cue.named_speaker or "").strip()[:MAX_NAME_CHARS]
        yield Evidence.of(
            tool=TOOL, engine=origin, modality=Modality.WORDS, card=card,
            span=clamped(cue, clip.span),
            reading=WordsReading(
                text=cue.text, origin=origin, named_speaker=name or None,
                language=track_language or language_of(clip.language),
            ),
        )  # fmt: skip
    if n_sounds:
        yield gap(
            clip.span, GapCode.NOTHING_THERE,
            f"{n_sounds} subtitle(s) describe sounds or songs; they are not taken for speech",
        )  # fmt: skip


def _mostly_inside(cue: Spanned, whole: Spanned) -> bool:
    """Whether a cue is said inside the analysed part, not just begun or ended there.

    Cues linger on the screen: a second inside is enough for one that hangs over the media's end.
    """
    return cue.overlap_s(whole) >= min(1.0, 0.5 * cue.duration_s)


def clamped(span: Spanned, whole: TimeSpan) -> TimeSpan:
    """Return the part of ``span`` inside ``whole``; they must overlap."""
    return TimeSpan(start_s=max(span.start_s, whole.start_s), end_s=min(span.end_s, whole.end_s))


def gap(span: Spanned, code: GapCode, reason: str, remedy: str = "") -> Gap:
    """Return why there are no words in ``span``."""
    return Gap(
        tool=TOOL, code=code, start_s=span.start_s, end_s=span.end_s,
        reason=reason, remedy=remedy,
    )  # fmt: skip
