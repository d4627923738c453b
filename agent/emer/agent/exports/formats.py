"""Which formats there are, and how results are written in them: each file whole or not at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from emer.agent.output import whole
from emer.tools.errors import EmerError, MediaError, ToolUnavailable

if TYPE_CHECKING:
    from emer.agent.exports.material import Material
    from emer.graphs.state import Event

Needs = Literal["report", "media"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: what it is and which module writes it.

    The module has ``write(material: Material, path: Path) -> None``. It fills the file ``path``,
    which is renamed to its own name once it is whole. It may raise ``MediaError`` if it cannot be
    made of this clip (an overlay of a sound file), with a remedy.
    """

    name: str
    suffix: str
    """What follows the media's name in the file's name."""
    about: str
    module: str
    needs: Needs = "report"
    """``media``: not without the media file; ``report``: better with it, or indifferent."""
    notice: Literal["inside", "beside"] = "inside"
    """Where the notice stands; ``beside``: there is no place for it, so that ``notice`` comes along."""


_OWN: Final = "emer.agent.exports"
FORMATS: Final[dict[str, Format]] = {
    f.name: f
    for f in (
        Format("json", ".emer.json", "everything, under a versioned schema", f"{_OWN}.reports.whole_json"),
        Format("txt", ".emer.txt", "the report as the terminal shows it", f"{_OWN}.reports.text"),
        Format("html", ".emer.html", "one page with player, timeline and evidence", f"{_OWN}.page"),
        Format("png", ".emer.png", "timeline as a picture", f"{_OWN}.timeline.png"),
        Format("svg", ".emer.svg", "timeline as a drawing, for papers", f"{_OWN}.timeline.svg"),
        Format(
            "overlay", ".emer.mp4", "the clip with boxes, action units and captions drawn in",
            f"{_OWN}.overlaying.overlay", "media",
        ),
        Format("csv", ".emer.csv", "findings, one row each", f"{_OWN}.tables.csv_long"),
        Format(
            "frames", ".emer.frames.csv", "faces picture by picture, OpenFace's column names",
            f"{_OWN}.tables.csv_frames", "media", "beside",
        ),
        Format("parquet", ".emer.parquet", "findings, one row each, typed", f"{_OWN}.tables.parquet"),
        Format(
            "wide", ".emer.wide.csv", "segments, one row each", f"{_OWN}.tables.csv_wide",
            notice="beside",
        ),
        Format("eaf", ".emer.eaf", "tiers for ELAN", f"{_OWN}.annotation.elan"),
        Format("textgrid", ".emer.TextGrid", "tiers for Praat", f"{_OWN}.annotation.textgrid"),
        Format(
            "rttm", ".emer.rttm", "who spoke when", f"{_OWN}.annotation.rttm", notice="beside"
        ),
        Format(
            "srt", ".emer.srt", "subtitles with speakers and labels", f"{_OWN}.captions.srt",
            notice="beside",
        ),
        Format("vtt", ".emer.vtt", "web captions with voices and labels", f"{_OWN}.captions.vtt"),
        Format(
            "notice", ".emer.notice.txt", "what those who use a result must know and tell",
            f"{_OWN}.reports.notice",
        ),
    )
}  # fmt: skip
"""Every format by the name that ``--format`` takes."""
DEFAULT: Final = ("html", "json", "txt")


def chosen(text: str | None) -> tuple[str, ...]:
    """Read a list of format names, such as ``html,json``; ``all`` means every one.

    Those that have no place for the notice bring it along as a file of its own.

    Raises:
        ValueError: One of them is not known.
    """
    if text is None:
        return DEFAULT
    names = [n for n in (part.strip().lower().lstrip(".") for part in text.split(",")) if n]
    if names == ["all"]:
        return tuple(FORMATS)
    unknown = [n for n in names if n not in FORMATS]
    if unknown or not names:
        wrong = f"{unknown[0]!r} is no format" if unknown else "no format is named"
        raise ValueError(f"{wrong}; choose among {', '.join(FORMATS)}, or all")
    if any(FORMATS[n].notice == "beside" for n in names):
        names.append("notice")
    return tuple(dict.fromkeys(names))


def write(
    material: "Material",
    folder: Path,
    names: Iterable[str],
    on_event: "Callable[[Event], None] | None" = None,
) -> tuple[list[Path], list[EmerError]]:
    """Write the formats ``names`` into ``folder``.

    Returns:
        The files, and why others could not be made of this clip.

    Raises:
        StorageError: The disk is full or the folder is gone; what was written before stays.
    """
    from emer.graphs.state import Event

    emit = on_event or (lambda event: None)
    written: list[Path] = []
    problems: list[EmerError] = []
    for name in names:
        form = FORMATS[name]
        path = folder / f"{material.stem}{form.suffix}"
        emit(Event(name, "started"))
        try:
            if form.needs == "media" and material.media is None:
                raise MediaError(
                    f"{name} is made from the media file, which is not at hand",
                    remedy="Name it with --media.",
                )
            with whole(path) as draft:
                import_module(form.module).write(material, draft)
        except (MediaError, ToolUnavailable) as problem:
            problems.append(problem)
            emit(Event(name, "failed", problem.message))
        else:
            written.append(path)
            emit(Event(name, "finished"))
    return written, problems
