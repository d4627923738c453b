"""Whether a stretch holds a voice that can be judged, or why it does not: noise, music, silence.

Reads    the spans that a specialist is asked about, and who speaks where
Returns  a voice's ``Prosody`` and its distance from the noise, or why there is no such voice
Cost     that of ``prosody.measure``, once per stretch
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from emer.tools.findings import SCENE, Finding, Gap, GapCode, TimeSpan
from emer.tools.prosody import Prosody
from emer.tools.specialist import Clip
from emer.tools.vocal_dimensions import STEADY_ST_PER_S
from emer.tools.voice_spans import Part, VoiceSpans, inside

MIN_VOICED_S: Final = 0.4

SILENT_DB: Final = -65.0
"""Below this level 16-bit sound is mostly rounding and room tone."""
TOO_NOISY_DB: Final = 0.0
"""Voiced sound that is no louder than the background is the background."""
NOISE_VOICED_RATIO: Final = 0.08
"""Chance alone makes a few frames of noise look periodic. Measured: acted speech starts at 0.2."""
PURE_TONE_SHARE: Final = 0.985
"""Measured: at most 0.96 in 1,166 acted utterances; 1.0 for a sine."""
TONE_SHARE: Final = 0.90
NOTES_RANGE_ST: Final = 4.0
"""Pitch that never glides yet spans a third is played, not spoken."""
MUSIC_RANGE_ST: Final = 18.0
MUSIC_SPEED_ST_PER_S: Final = 10.0
"""Pitch that stands still and then leaps is music or several sources. Measured: true of 2 of
1,246 stretches of speech and of 4 of 4 stretches of music."""


class Heard(NamedTuple):
    """A voice that can be judged."""

    prosody: Prosody
    snr_db: float | None
    """Above the clip's noise floor, if that is known."""


class Refused(NamedTuple):
    """Why there is none."""

    code: GapCode
    reason: str


Look = Callable[[Part, VoiceSpans, Heard], Finding]


def every_voice(
    tool: str, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding], look: Look
) -> list[Finding]:
    """Let ``look`` judge every voice in ``spans``; where there is none, say why.

    A span over several utterances gives one finding each.
    """
    sound = clip.soundtrack
    voices = VoiceSpans(sound, clip.span, known) if sound is not None and spans else None
    done: dict[tuple[float, float, str], Finding] = {}
    for asked in spans:
        span = inside(asked, clip.span)
        if span is None:
            outside = Refused(GapCode.NOT_LOOKED_AT, "the span asked for lies outside the clip")
            gap = gap_of(tool, Part(clip.span), outside)
            done.setdefault((gap.start_s, gap.end_s, SCENE), gap)
            continue
        for part in voices.parts(span) if voices else [Part(span)]:
            key = (part.span.start_s, part.span.end_s, part.speaker or SCENE)
            if key not in done:
                done[key] = _finding(tool, part, voices, look)
    return sorted(done.values(), key=lambda f: (f.start_s, f.end_s, f.subject))


def gap_of(tool: str, part: Part, refused: Refused) -> Gap:
    """Return the gap that a stretch leaves."""
    return Gap(
        tool=tool,
        code=refused.code,
        start_s=part.span.start_s,
        end_s=part.span.end_s,
        reason=refused.reason,
        subject=part.speaker or SCENE,
    )


def is_voice(voices: VoiceSpans, span: TimeSpan) -> bool:
    """Whether an utterance of a known speaker sounds like one."""
    return refusal(voices.prosody(span), attributed=True) is None


def _finding(tool: str, part: Part, voices: VoiceSpans | None, look: Look) -> Finding:
    if voices is None:
        return gap_of(tool, part, Refused(GapCode.NO_STREAM, "the clip has no sound"))
    heard = _heard(part, voices)
    if isinstance(heard, Refused):
        return gap_of(tool, part, heard)
    return look(part, voices, heard)


def _heard(part: Part, voices: VoiceSpans) -> Heard | Refused:
    if not voices.reaches(part.span):
        return Refused(GapCode.NO_STREAM, "the sound does not reach this far")
    if not part.attributed and voices.is_speechless(part.span):
        return Refused(GapCode.NOTHING_THERE, "nobody was heard to speak here")
    if part.span.duration_s < MIN_VOICED_S:
        seconds = f"{part.span.duration_s:.2f} s"
        return Refused(GapCode.TOO_SHORT, f"{seconds} are too few to judge a voice")
    this = voices.prosody(part.span)
    refused = refusal(this, attributed=part.attributed)
    if refused is not None:
        return refused
    snr_db = _snr_db(this, voices.floor_db)
    if snr_db is not None and snr_db <= TOO_NOISY_DB:
        drowned = "the voice does not stand out from the background"
        return Refused(GapCode.NOT_CREDIBLE, drowned)
    return Heard(this, snr_db)


def _snr_db(p: Prosody, floor_db: float | None) -> float | None:
    return None if floor_db is None or p.intensity_db is None else p.intensity_db - floor_db


def refusal(p: Prosody, *, attributed: bool) -> Refused | None:
    """Say why this is no measurable voice, or ``None`` if it is one.

    Args:
        p: What was measured.
        attributed: Whether somebody was found to speak here; an unwavering buzz is then taken
            for their voice, which it would not be otherwise.
    """
    if p.peak_db < SILENT_DB:
        return Refused(GapCode.NOTHING_THERE, "it is silent here")
    speed, pitch_range = p.f0_speed_st_per_s or 0.0, p.f0_range_st or 0.0
    tone = p.tone_share or 0.0
    steady = speed < STEADY_ST_PER_S
    if p.voiced_s > 0 and (tone > PURE_TONE_SHARE or (tone > TONE_SHARE and steady)):
        return Refused(GapCode.NOTHING_THERE, "the sound is a tone, not a voice")
    if p.voiced_s == 0 or (p.voiced_ratio or 0.0) < NOISE_VOICED_RATIO:
        unpitched = "the sound has no pitch: noise, whisper or breath"
        return Refused(GapCode.NOTHING_THERE, unpitched)
    if p.voiced_s < MIN_VOICED_S:
        return Refused(GapCode.TOO_SHORT, f"only {p.voiced_s:.2f} s of it are voiced")
    leaps = pitch_range > MUSIC_RANGE_ST and speed < MUSIC_SPEED_ST_PER_S
    if leaps or (steady and pitch_range > NOTES_RANGE_ST):
        code = GapCode.NOT_CREDIBLE if attributed else GapCode.NOTHING_THERE
        return Refused(code, "the pitch stands still and leaps: music or several sources at once")
    if steady and not attributed:
        instrument = "the pitch never wavers, as that of a machine or instrument"
        return Refused(GapCode.NOTHING_THERE, instrument)
    return None
