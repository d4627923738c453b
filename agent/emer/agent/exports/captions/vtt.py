"""Captions in WebVTT (.vtt), written through webvtt-py: one voice per person, labels below.

The header carries the notice and says so where nobody is heard to speak.
"""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from emer.agent.exports.captions.cues import UNKNOWN, Cue, cues_of
from emer.agent.exports.marks import line, milliseconds
from emer.agent.exports.material import Material

NOTHING_SAID: Final = "Nobody was heard to speak in this clip, so there are no captions."


def write(material: Material, path: Path) -> None:
    """Write one caption per utterance or part of it."""
    report = material.report
    cues = cues_of(report)
    spoken = any(not c.sound for c in cues)
    notes = [report.run.notice, *([] if spoken else [NOTHING_SAID])]
    path.write_text(document(cues, notes), encoding="utf-8", newline="\n")


def document(cues: Iterable[Cue], notes: Sequence[str] = ()) -> str:
    """Return ``cues`` as WebVTT, under ``notes`` as comments."""
    import webvtt

    captions = [
        webvtt.Caption(_time(start_ms), _time(end_ms), _lines(cue))
        for cue in cues
        for start_ms, end_ms in [milliseconds(cue.start_s, cue.end_s)]
    ]
    comments = [line(note).replace("-->", "->") for note in notes if line(note)]
    text: str = webvtt.WebVTT(captions=captions, header_comments=comments).content
    return text if text.endswith("\n") else f"{text}\n"


def escaped(text: str) -> str:
    """Return ``text`` as one line without markup; ``html.unescape`` undoes it."""
    return escape(line(text), quote=False)


def _lines(cue: Cue) -> list[str]:
    if cue.sound:
        return [f"[{escaped(cue.sound)}]"]
    spoken = f"<v {escaped(cue.person) or UNKNOWN}>{escaped(cue.words)}</v>"
    return [spoken, f"[{escaped(cue.labels)}]"] if escaped(cue.labels) else [spoken]


def _time(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{ms:03d}"
