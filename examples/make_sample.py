"""Build the sample clip ``sample.mp4`` and its ground truth ``sample.json``.

    python examples/make_sample.py [--out FILE]

Reads    two portraits and a speech synthesiser that the dependency group ``sample`` installs
Returns  the clip (H.264, AAC, English subtitles) and, beside it, what is true of it by construction
Cost     about 80 s of one core

The speech is synthetic and the animation artificial: neither the words nor the expressions are
those of the pictured persons. Every picture and the file's own title say so.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from sample_dialogue import NOTICE, RATE_HZ, VOICES, Plan, Span, Spoken, plan

if TYPE_CHECKING:
    import av
    from av.packet import Packet
    from av.stream import Stream
    from av.subtitles.stream import SubtitleStream
    from numpy.typing import NDArray

    Packets = Iterator[Packet[Stream]]

DEFAULT_OUT: Final = Path(__file__).with_name("sample.mp4")
SOUND_RATE_HZ: Final = 44_100
SOUND_BITS_PER_S: Final = 96_000
VIDEO_OPTIONS: Final = {"preset": "medium", "crf": "24", "threads": "1"}
"""One thread: the same pictures always give the same bytes."""
MILLISECOND: Final = Fraction(1, 1000)
BT709: Final = 1
TV_RANGE: Final = 1
TITLE: Final = "Synthetic dialogue about a job abroad and a cancelled trip"
# the encoder turns the style of this ASS header into the description that the file carries
TEXT_STYLE: Final = (
    b"[Script Info]\nScriptType: v4.00+\nPlayResX: 1280\nPlayResY: 720\n\n[V4+ Styles]\n"
    b"Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, "
    b"Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, "
    b"Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
    b"Style: Default,Sans,36,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,60,0\n\n"
    b"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def main(argv: list[str] | None = None) -> int:
    """Build the clip and its ground truth; return the exit status."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="the clip to write")
    out: Path = parser.parse_args(argv).out
    try:
        build(out)
    except ModuleNotFoundError as error:
        sys.stderr.write(f"{error}. Install the dependency group 'sample'.\n")
        return 1
    return 0


def build(out: Path) -> None:
    """Write the clip to ``out`` and its ground truth beside it.

    Raises:
        ModuleNotFoundError: The dependency group ``sample`` is not installed.
    """
    from sample_pictures import pictures
    from sample_voices import RATE_HZ as SPEECH_RATE_HZ
    from sample_voices import mixed, speak_all

    out.parent.mkdir(parents=True, exist_ok=True)
    sounds = speak_all()
    timed = plan([len(sound) / SPEECH_RATE_HZ for sound in sounds])
    write_clip(out, timed, pictures(timed, sounds), mixed(timed, sounds), SPEECH_RATE_HZ)
    facts = json.dumps(ground_truth(timed), indent=2, ensure_ascii=False)
    out.with_suffix(".json").write_text(facts + "\n", encoding="utf-8")


def ground_truth(timed: Plan) -> dict[str, object]:
    """Return what is true of the clip by construction, ready for JSON; times in seconds."""
    return {
        "notice": NOTICE,
        "duration_s": timed.duration_s,
        "rate_hz": RATE_HZ,
        "voices": VOICES,
        "utterances": [_utterance(i, s) for i, s in enumerate(timed.spoken, start=1)],
        "looks": [
            {**_times(shown.span), "person": shown.person, "look": shown.look}
            for shown in timed.looks
        ],
        "visible": [{**_times(s.span), "persons": list(s.visible)} for s in timed.shots],
        "silence": {**_times(timed.silence), "reacts": "B", "look": "smile"},
        "cuts_s": list(timed.cuts_s),
    }


def _utterance(number: int, spoken: Spoken) -> dict[str, object]:
    line = spoken.line
    return {
        "id": f"U{number}",
        **_times(spoken.span),
        "speaker": line.speaker,
        "text": line.text,
        "words": line.words_say,
        "voice": line.manner.name,
        "face": line.face,
        "agreement": line.agreement,
        "on_screen": not line.off_screen,
    }


def _times(span: Span) -> dict[str, object]:
    return {"start_s": span.start_s, "end_s": span.end_s}


def write_clip(
    out: Path,
    timed: Plan,
    shown: "Iterable[NDArray[np.uint8]]",
    sound: "NDArray[np.float32]",
    sound_rate_hz: int,
) -> None:
    """Encode pictures, sound and subtitles into one MP4 file."""
    import av

    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(out), "w", format="mp4", container_options=options) as container:
        container.metadata.update(title=TITLE, comment=NOTICE)
        video = container.add_stream("libx264", rate=RATE_HZ, options=VIDEO_OPTIONS)
        audio = container.add_stream("aac", rate=SOUND_RATE_HZ, layout="mono")
        text = container.add_stream("mov_text")
        audio.bit_rate = SOUND_BITS_PER_S
        for stream, title in ((video, "picture"), (audio, "speech"), (text, "words")):
            stream.metadata["title"] = title
        audio.metadata["language"] = text.metadata["language"] = "eng"
        text.time_base = MILLISECOND
        text.codec_context.subtitle_header = TEXT_STYLE
        heard = _sound_packets(audio, sound, sound_rate_hz)
        for packet in _in_time_order(_picture_packets(video, shown), heard, _cues(text, timed)):
            container.mux(packet)


def _in_time_order(*lanes: "Packets") -> "Packets":
    """Merge packets of all streams by their time, as players expect them in the file."""
    import heapq

    return heapq.merge(*lanes, key=lambda p: float((p.dts or 0) * p.time_base))


def _picture_packets(video: "av.VideoStream", shown: "Iterable[NDArray[np.uint8]]") -> "Packets":
    import av

    context = video.codec_context
    context.pix_fmt = "yuv420p"
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = TV_RANGE
    for number, rgb in enumerate(shown):
        if not number:
            context.height, context.width = rgb.shape[:2]
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
            format="yuv420p", dst_colorspace="itu709"
        )
        frame.pts, frame.time_base = number, Fraction(1, RATE_HZ)
        yield from video.encode(frame)
    yield from video.encode(None)


def _sound_packets(
    audio: "av.AudioStream", sound: "NDArray[np.float32]", rate_hz: int
) -> "Packets":
    import av

    resampler = av.AudioResampler("fltp", "mono", SOUND_RATE_HZ)
    for first in range(0, len(sound), 1024):
        block = np.ascontiguousarray(sound[None, first : first + 1024])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.rate, frame.pts, frame.time_base = rate_hz, first, Fraction(1, rate_hz)
        for part in resampler.resample(frame):
            yield from audio.encode(part)
    for part in resampler.resample(None):
        yield from audio.encode(part)
    yield from audio.encode(None)


def _cues(text: "SubtitleStream", timed: Plan) -> "Packets":
    """Yield each line as a cue and, between two, an empty one: timed text knows no holes."""
    now_s = 0.0
    for spoken in timed.spoken:
        yield _cue(text, Span(now_s, spoken.span.start_s), "")
        yield _cue(text, spoken.span, spoken.line.text)
        now_s = spoken.span.end_s
    yield _cue(text, Span(now_s, timed.duration_s), "")


def _cue(text: "SubtitleStream", span: Span, words: str) -> "Packet[Stream]":
    import av

    raw = words.encode()
    packet = av.Packet(len(raw).to_bytes(2, "big") + raw)
    packet.stream, packet.time_base = text, MILLISECOND
    packet.pts = packet.dts = round(span.start_s * 1000)
    packet.duration = round((span.end_s - span.start_s) * 1000)
    return packet


if __name__ == "__main__":
    sys.exit(main())
