"""Subtitles in SubRip (.srt), written through pysubs2: ``P1: words``, then ``[label score]``.

SubRip has no way to write a literal ``<`` or ``{``, which players take for the begin of markup.
Such characters from the media are replaced by their full-width twins, a backslash too, and the
colons of what looks like a time; ``plain`` puts the usual ones back.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from emer.agent.exports.captions.cues import UNKNOWN, Cue, cues_of
from emer.agent.exports.marks import line, milliseconds
from emer.agent.exports.material import Material

_TWINS: Final = str.maketrans("<>{}\\", "\uff1c\uff1e\uff5b\uff5d\uff3c")
_USUAL: Final = str.maketrans("\uff1c\uff1e\uff5b\uff5d\uff3c\u2236", "<>{}\\:")
_TIME: Final = re.compile(r"\d:\d{1,2}:\d{1,2}[.,]\d")
_ISOLATE, _POP = "\u2068", "\u2069"


def write(material: Material, path: Path) -> None:
    """Write one subtitle per utterance or part of it; an empty file where nothing is heard."""
    path.write_text(document(cues_of(material.report)), encoding="utf-8")


def document(cues: Iterable[Cue]) -> str:
    """Return ``cues`` as SubRip."""
    from pysubs2 import SSAEvent, SSAFile

    subtitles = SSAFile()
    for cue in cues:
        start_ms, end_ms = milliseconds(cue.start_s, cue.end_s)
        person = escaped(cue.person).replace(":", "\u2236") or UNKNOWN
        text = f"{person}: {_isolated(escaped(cue.words))}"
        if labels := escaped(cue.labels):
            text += rf"\N[{labels}]"
        if cue.sound:
            text = f"[{escaped(cue.sound)}]"
        subtitles.append(SSAEvent(start=start_ms, end=end_ms, text=text))
    written: str = subtitles.to_string("srt", keep_ssa_tags=True)
    return written


def escaped(text: str) -> str:
    """Return ``text`` as one line in which no player finds markup, and no reader a time."""
    return _TIME.sub(lambda m: m[0].replace(":", "\u2236"), line(text).translate(_TWINS))


def plain(text: str) -> str:
    """Return the text that ``escaped`` was given, with the usual characters."""
    return text.replace(_ISOLATE, "").replace(_POP, "").translate(_USUAL)


def _isolated(text: str) -> str:
    """Keep text that runs from right to left from turning the speaker's name around."""
    turns = any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)
    return f"{_ISOLATE}{text}{_POP}" if turns else text
