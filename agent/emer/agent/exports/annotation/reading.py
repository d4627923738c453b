"""Read annotation files back, each with the library that wrote it, into marks.

Reads    .eaf, .TextGrid, .rttm, .srt and .vtt files, as this package writes them
Returns  ``Mark`` values in the order of the file; of subtitles, words stand on the tier of who
         speaks, labels on ``<person> labels``, other sounds on ``sounds``
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from emer.agent.exports.marks import Mark
from emer.tools.errors import MediaError

_VOICE: Final = re.compile(r"<v ([^>]*)>(.*)</v>", re.DOTALL)
_LABELS: Final = re.compile(r"\[(.*)\]", re.DOTALL)
_SOUND: Final = re.compile(r"\[([a-z]+ [01]\.\d\d)\]")
_RTTM_FIELDS: Final = 10


def read(path: Path) -> list[Mark]:
    """Read an annotation file by its ending.

    Raises:
        MediaError: It has another ending, or is not what its ending says.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise MediaError(
            f"{path.name} is no annotation file that can be read",
            remedy=f"Give one that ends in {', '.join(READERS)}.",
        )
    try:
        return reader(path)
    except MediaError:
        raise
    except Exception as error:  # the libraries raise what they like, bare Exception among it
        raise MediaError(
            f"{path.name} is not what its ending says ({error})", remedy="Write it again."
        ) from error


def read_eaf(path: Path) -> list[Mark]:
    """Read an ELAN document; dependent annotations have the times of their parents."""
    import pympi

    eaf = pympi.Eaf(str(path), suppress_version_warning=True)
    marks: list[Mark] = []
    spans: dict[str, tuple[float, float]] = {}
    for name, (aligned, _, _, _) in eaf.tiers.items():
        for key, (start, end, text, _) in aligned.items():
            spans[key] = eaf.timeslots[start] / 1000, eaf.timeslots[end] / 1000
            marks.append(Mark(name, *spans[key], text))
    for name, (_, dependent, _, _) in eaf.tiers.items():
        marks += [Mark(name, *spans[parent], text) for parent, text, _, _ in dependent.values()]
    return marks


def read_textgrid(path: Path) -> list[Mark]:
    """Read a TextGrid; blanks between annotations are left out, points end where they start."""
    from praatio import textgrid

    from emer.agent.exports.annotation.textgrid import restored

    grid = textgrid.openTextgrid(str(path), includeEmptyIntervals=False, reportingMode="silence")
    return [
        Mark(restored(tier.name), float(entry[0]), float(entry[-2]), restored(entry[-1]))
        for tier in grid.tiers
        for entry in tier.entries
    ]


def read_rttm(path: Path) -> list[Mark]:
    """Read speaker turns; ``tier`` is the speaker."""
    from pyannote.core import Annotation, Segment

    turns = Annotation()
    for number, fields in enumerate(_fields(path)):
        start_ms, length_ms = round(float(fields[3]) * 1000), round(float(fields[4]) * 1000)
        turns[Segment(start_ms / 1000, (start_ms + length_ms) / 1000), number] = fields[7]
    return [Mark(name, s.start, s.end, "") for s, _, name in turns.itertracks(yield_label=True)]


def read_srt(path: Path) -> list[Mark]:
    """Read subtitles."""
    from pysubs2 import SSAFile

    from emer.agent.exports.captions.srt import plain

    marks: list[Mark] = []
    text = path.read_text(encoding="utf-8")
    for event in SSAFile.from_string(text, format_="srt"):
        if heard := _SOUND.fullmatch(event.text):
            marks.append(Mark("sounds", event.start / 1000, event.end / 1000, heard[1]))
            continue
        spoken, _, rest = event.text.partition(r"\N")
        person, _, words = spoken.partition(":")
        span = event.start / 1000, event.end / 1000
        marks += _cue(plain(person), span, plain(words.removeprefix(" ")), plain(rest))
    return marks


def read_vtt(path: Path) -> list[Mark]:
    """Read captions."""
    import webvtt

    marks: list[Mark] = []
    for caption in webvtt.read(str(path)).captions:
        span = _seconds(caption.start), _seconds(caption.end)
        if heard := _SOUND.fullmatch("\n".join(caption.lines)):
            marks.append(Mark("sounds", *span, heard[1]))
            continue
        found = _VOICE.match(caption.lines[0])
        person, words = found.groups() if found else ("", caption.lines[0])
        rest = "\n".join(caption.lines[1:])
        marks += _cue(html.unescape(person), span, html.unescape(words), html.unescape(rest))
    return marks


READERS: Final[Mapping[str, Callable[[Path], list[Mark]]]] = MappingProxyType({
    ".eaf": read_eaf, ".textgrid": read_textgrid, ".rttm": read_rttm, ".srt": read_srt,
    ".vtt": read_vtt,
})  # fmt: skip
"""How each kind of file is read, by its ending in small letters."""


def _cue(person: str, span: tuple[float, float], words: str, rest: str) -> Iterator[Mark]:
    yield Mark(person, *span, words)
    if found := _LABELS.fullmatch(rest):
        yield Mark(f"{person} labels", *span, found[1])


def _fields(path: Path) -> Iterator[list[str]]:
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = text.split()
        if not fields or fields[0] != "SPEAKER":
            continue  # other kinds of lines are allowed, and comments
        if len(fields) != _RTTM_FIELDS:
            raise MediaError(
                f"line {number} of {path.name} has {len(fields)} fields instead of {_RTTM_FIELDS}"
            )
        yield fields


def _seconds(time: str) -> float:
    hours, minutes, seconds = time.split(":")
    whole, _, ms = seconds.partition(".")
    return (((int(hours) * 60 + int(minutes)) * 60 + int(whole)) * 1000 + int(ms)) / 1000
