"""Which subtitles are somebody's words, and in which language. The text stays untrusted.

Reads    cues of embedded tracks and sidecar files
Returns  cues that hold words, sound descriptions removed, each line told once
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from emer.tools.media.subtitles import Cue

# ISO 639-2 (both the bibliographic and the terminological code) to ISO 639-1, for languages that
# subtitles are found in; Library of Congress, code list of 2024
_TWO_LETTERS: Final = {
    three: pair[:2]
    for pair in [
        "af:afr",
        "ar:ara",
        "az:aze",
        "be:bel",
        "bg:bul",
        "bn:ben",
        "bs:bos",
        "ca:cat",
        "cs:ces,cze",
        "cy:cym,wel",
        "da:dan",
        "de:deu,ger",
        "el:ell,gre",
        "en:eng",
        "es:spa",
        "et:est",
        "eu:eus,baq",
        "fa:fas,per",
        "fi:fin",
        "fr:fra,fre",
        "ga:gle",
        "gl:glg",
        "he:heb",
        "hi:hin",
        "hr:hrv",
        "hu:hun",
        "hy:hye,arm",
        "id:ind",
        "is:isl,ice",
        "it:ita",
        "ja:jpn",
        "ka:kat,geo",
        "kk:kaz",
        "km:khm",
        "kn:kan",
        "ko:kor",
        "lo:lao",
        "lt:lit",
        "lv:lav",
        "mk:mkd,mac",
        "ml:mal",
        "mn:mon",
        "mr:mar",
        "ms:msa,may",
        "my:mya,bur",
        "nb:nob",
        "ne:nep",
        "nl:nld,dut",
        "nn:nno",
        "no:nor",
        "pa:pan",
        "pl:pol",
        "pt:por",
        "ro:ron,rum",
        "ru:rus",
        "si:sin",
        "sk:slk,slo",
        "sl:slv",
        "sq:sqi,alb",
        "sr:srp",
        "sv:swe",
        "sw:swa",
        "ta:tam",
        "te:tel",
        "th:tha",
        "tl:tgl",
        "tr:tur",
        "uk:ukr",
        "ur:urd",
        "uz:uzb",
        "vi:vie",
        "yi:yid",
        "zh:zho,chi,cmn",
        "zu:zul",
    ]
    for three in pair[3:].split(",")
}
_KNOWN: Final = frozenset(_TWO_LETTERS.values())
_ASIDE: Final = re.compile(r"\[[^\]]*\]|［[^］]*］|【[^】]*】")  # noqa: RUF001 - as they are written
_ROUND: Final = re.compile(r"\([^)]*\)|（[^）]*）|\*[^*]*\*")
_SUNG: Final = re.compile(r"[♩♪♫♬]")
ROLLING_SHARE: Final = 0.5
"""Captions scroll if so many of their neighbours repeat the line before. By construction nearly all
do in scrolling captions; elsewhere only people who say the same thing twice."""
ROLLING_LEAST: Final = 3
SEAM_S: Final = 0.1
"""A caption that scrolls follows its predecessor at once."""


def language_of(tag: str | None) -> str | None:
    """Return ``tag`` as BCP 47 with a two-letter language, or ``None`` if it names none we know."""
    if not tag:
        return None
    primary, *rest = tag.replace("_", "-").split("-")
    primary = _TWO_LETTERS.get(primary.lower(), primary.lower())
    if primary not in _KNOWN:
        return None
    return "-".join([primary, *(r.upper() if len(r) == 2 else r.title() for r in rest)])


def language_in_name(sidecar: Path, media: Path) -> str | None:
    """Return the language that a sidecar's name adds to the media's: ``clip.en.sdh.srt``."""
    tags = sidecar.stem[len(media.stem) :].split(".")
    return next((found for tag in tags if (found := language_of(tag))), None)


def same_language(a: str | None, b: str | None) -> bool:
    """Whether both name the same language, regions aside."""
    return a is not None and b is not None and a.split("-")[0] == b.split("-")[0]


def one_language(cues: Sequence[Cue], spoken: str | None) -> list[Cue]:
    """Of several embedded tracks keep the spoken language, else the one that begins first."""
    tracks: dict[str | None, list[Cue]] = {}
    for cue in cues:
        tracks.setdefault(language_of(cue.language), []).append(cue)
    chosen = next((t for t in tracks if same_language(t, language_of(spoken))), None)
    return tracks.get(chosen) or next(iter(tracks.values()), [])


def words_of(cues: Iterable[Cue]) -> tuple[list[Cue], int]:
    """Return the cues that hold words, in time order, and how many hold only sounds or songs."""
    told: list[Cue] = []
    n_sounds = 0
    seen: set[tuple[float, str]] = set()
    for cue in sorted(cues, key=lambda c: (c.start_s, c.end_s)):
        text = said_in(cue.text)
        if text is None:
            n_sounds += 1
        elif (cue.start_s, text) not in seen:  # two tracks of one language
            seen.add((cue.start_s, text))
            told.append(cue.model_copy(update={"text": text}))
    return _unrolled(told), n_sounds


def said_in(text: str) -> str | None:
    """Return the words somebody says, or ``None`` if the text describes a sound or is a song.

    Square brackets never hold speech; round ones may, unless they are all there is.
    """
    if _SUNG.search(text):
        return None
    spoken = " ".join(_ASIDE.sub(" ", text).split())
    return spoken if any(c.isalnum() for c in _ROUND.sub("", spoken)) else None


def _unrolled(cues: list[Cue]) -> list[Cue]:
    """Tell every line of scrolling captions once; other subtitles pass unchanged."""
    repeats = [
        _repeated(a, b) if b.start_s - a.end_s < SEAM_S else 0 for a, b in itertools.pairwise(cues)
    ]
    n = sum(r > 0 for r in repeats)
    if n < ROLLING_LEAST or n < ROLLING_SHARE * len(repeats):
        return cues
    kept = cues[:1]
    for cue, repeat in zip(cues[1:], repeats, strict=True):
        if rest := " ".join(cue.text.split()[repeat:]):
            kept.append(cue.model_copy(update={"text": rest}))
    return kept


def _repeated(before: Cue, after: Cue) -> int:
    """Return how many words at the end of ``before`` begin ``after`` again."""
    old, new = before.text.split(), after.text.split()
    for n in range(min(len(old), len(new)), 0, -1):
        if old[-n:] == new[:n]:
            return n
    return 0
