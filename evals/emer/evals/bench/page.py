"""The page of a benchmark: Markdown with tables and plots, every figure of the JSON in it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from emer.agent.output import whole
from emer.evals.bench.results import GROUPS, Benchmark, Figure, Group, Spread

PAGE, DATA = "README.md", "bench.json"
FLOOR: Final = "PyAV alone"
STOOD_IN: Final = (
    "> **Rows with a “stand-in” say nothing of how fast the engine is.** They ran a model that is far "
    "smaller than the one the engine is made for: they show that it runs, and what comes on top of the model."
)

RATED: Final = {"faces", "pictures", "items"}
"""Units of which so many a second tell something."""

Column = tuple[str, Callable[[Figure], str]]

_NOTES: Final[dict[Group, str]] = {
    "start-up": "From the start of a process to its end unless a row says otherwise.",
    "floor": "What decoding costs other programs that give the same pictures and the same sound. "
    "The lengths of other tables are compared with “PyAV alone”.",
    "decoding": "“With” those who look on is what an analysis does: one pass for everybody. "
    "Probing includes the start of the decoder's process, which runs already in the other rows.",
    "step": "One run of the graph without a cache, its steps one after the other; specialists of one "
    "wave work side by side, a wave counts from begin to end.",
    "tool": "“Alone”: asked about the whole clip after the one before it has ended, loading included. "
    "“In the run”: its own clock while others work beside it. Those that look on while pictures are "
    "decoded do their work there (see decoding) and only hand on what they saw.",
    "engine": "Every installed engine, asked about the whole clip, what it needs from others at hand. “The first "
    "time” includes the start of its process and loading, with batches of one; then it is asked again with "
    "larger and larger batches, at last with its own. Engines that look on are measured with decoding. An "
    "item is what its model is asked about at once: a face, a stretch of sound, an utterance. Peak memory is "
    "by how much all processes grew since before the engine was first asked: its own and its model's. That of "
    "a GPU is beside it, not in it. A model is marked as “own” if it was named by its path: what it is, whoever "
    "named it knows.",
    "export": "Of a finished report, the media and the cache at hand, in a fresh process; "
    "what is imported before writing begins is not counted, what a format imports is.",
    "chat": "In one process, in this order, with the built-in analyst: a clip is looked at whose findings are in the cache, "
    "then questions are asked about it. A question counts from Enter until its first sentence is there.",
    "growth": "`analyze()` with every specialist and no cache; what `from emer.agent import "
    "analyze` loads is not counted as time (see start-up), but as memory.",
    "faces": "The same pictures, in memory; what is loaded once is loaded before the clock starts. "
    "“Find and read”: from the picture to expressions, and for emer to action units as well. “Read "
    "alone”: from the face that was cut out. Where DeepFace's published weights are not at hand, random "
    "ones in the same layers stand in: its answers mean nothing then, its time stays the same.",
}


def write(found: Benchmark, folder: Path) -> list[Path]:
    """Write page, JSON and plots into ``folder``.

    Returns:
        The files.

    Raises:
        StorageError: They cannot be written.
    """
    from emer.evals.bench.plots import plots

    drawn = plots(found)
    texts = {PAGE: page(found, plots=tuple(drawn)), DATA: found.model_dump_json(indent=2) + "\n"}
    for name, text in {**texts, **drawn}.items():
        with whole(folder / name) as draft:
            draft.write_text(text, encoding="utf-8")
    return [folder / name for name in (*texts, *drawn)]


def page(found: Benchmark, *, plots: Sequence[str] = ()) -> str:
    """Return the page; ``plots`` are names of pictures beside it."""
    floors = {f.subject: f for f in found.figures if f.group == "floor" and f.name == FLOOR}
    parts = [_head(found)]
    for group, title in GROUPS.items():
        rows = [f for f in found.figures if f.group == group]
        if not rows:
            continue
        parts.append(f"## {title}\n\n{_NOTES[group]}")
        parts += [STOOD_IN] if any(f.stand_in for f in rows) else []
        parts += [f"![{title}]({name})" for name in plots if name.startswith(f"{group}.")]
        subjects = dict.fromkeys(f.subject for f in rows)
        about = f"On {escaped(rows[0].subject)}:\n\n" if [*subjects] != [""] else ""
        several = len(subjects) > 1
        columns = _columns(rows, floors, several=several, once=found.repeats > 1)
        parts.append(("" if several else about) + _table(columns, rows))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return ``text`` as it may stand in a cell of a Markdown table; it may be a stranger's."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    for sign, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        shown = shown.replace(sign, instead)
    # a colon after a word would make an address of it
    shown = "".join(f"\\{c}" if c in "\\|*_[]~#!`" else c for c in shown)
    return shown.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")


def _head(found: Benchmark) -> str:
    at = found.environment
    versions = ", ".join(f"{name} {number}" for name, number in at.versions.items())
    threads = "".join(f", {name}={value}" for name, value in at.threads.items())
    lines = [
        "# Speed and memory",
        f"Written by `{found.command.replace('`', '')} --out FOLDER`, which does all of this again; "
        f"`make bench` takes the same options in `BENCH`. The same figures as JSON, schema "
        f"{found.schema_version}: [{DATA}]({DATA}).",
        f"- **When, where**: {at.measured_on}; {escaped(at.cpu)}, {at.cores} cores, {at.memory_gb:g} GB; "
        f"{escaped(at.system)}; {escaped(at.python)}{escaped(threads)}.\n"
        f"- **Versions**: {escaped(versions)}.\n"
        f"- **Load average at the start**: {'unknown' if at.load is None else f'{at.load:g}'}.\n"
        f"- **How**: {found.rate_hz:g} pictures per second; every measurement in a fresh process, "
        f"{_times_each(found.repeats)}, subjects and peers in turns, every other "
        f"turn backwards; median (least to most). All of it took {found.seconds:g} s.\n"
        f"- **Clips** are looped to their length without encoding them again.\n"
        f"- **Memory**: {found.memory_method}. MB are 10^6 bytes.\n"
        "- **x floor**: wall time over that of decoding alone with PyAV, same clip, same run. Seconds "
        "depend on the machine; ratios within one run travel better.\n"
        "- **CPU s**: work of all cores together; more than wall time where two work side by side.",
    ]
    if at.busy:
        lines.append("> **Others used this machine when it began: these figures are too high.**")
    if not found.complete:
        lines.append("> **Stopped before it was done; what is missing was not measured.**")
    return "\n\n".join(lines)


def _times_each(repeats: int) -> str:
    return "once" if repeats == 1 else f"{repeats} times unless a row says “once”"


def _columns(
    rows: Sequence[Figure], floors: Mapping[str, Figure], *, several: bool, once: bool
) -> list[Column]:
    """Choose the columns that have something to say about ``rows``.

    Args:
        rows: Of one table.
        floors: Decoding alone, by clip.
        several: Whether rows are about several clips.
        once: Whether to mark rows that were measured once.
    """
    every: list[Column] = [
        ("on", lambda f: escaped(f.subject) if several else ""),
        ("media s", lambda f: number(f.media_s)),
        ("wall s", lambda f: spread(f.wall_s, once=once)),
        ("s per s of media", lambda f: number(f.per_media_s)),
        ("x floor", lambda f: _times(f, floors.get(f.subject))),
        ("in the run s", lambda f: number(f.in_run_s)),
        ("CPU s", lambda f: number(f.cpu_s)),
        ("peak MB", lambda f: number(f.peak_mb)),
        ("GPU MB", lambda f: number(f.gpu_mb)),
        ("device", lambda f: escaped(f.device)),
        ("model", _model),
        ("largest batch", lambda f: number(f.batch)),
        ("what came of it", lambda f: f"{number(f.amount)} {escaped(f.unit)}".strip()),
        ("per s", lambda f: number(f.per_s) if f.unit in RATED else ""),
        ("note", _note),
    ]
    used = [(title, cell) for title, cell in every if any(cell(f) for f in rows)]
    return [("", lambda f: escaped(f.name)), *used]


def _table(columns: Sequence[Column], rows: Sequence[Figure]) -> str:
    left = {"", "on", "note", "what came of it", "device", "model"}
    lines = [
        "| " + " | ".join(title for title, _ in columns) + " |",
        "|" + "|".join("---" if title in left else "---:" for title, _ in columns) + "|",
    ]
    lines += ["| " + " | ".join(cell(row) for _, cell in columns) + " |" for row in rows]
    return "\n".join(lines)


def number(value: float | None) -> str:
    """Return a number with four digits that count; empty for none."""
    if value is None:
        return ""
    if value and abs(value) < 1e-4:
        return "<0.0001"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def spread(value: Spread | None, *, once: bool = True) -> str:
    """Return ``median (least to most)``; of a single one that it was single, if ``once``."""
    if value is None:
        return ""
    if value.n == 1:
        return number(value.median) + (" (once)" if once else "")
    return f"{number(value.median)} ({number(value.least)} to {number(value.most)})"


def _times(figure: Figure, floor: Figure | None) -> str:
    """Return how many times as long as the floor it took, on the same clip."""
    if floor is None or floor.wall_s is None or figure.wall_s is None or not floor.wall_s.median:
        return ""
    return f"{figure.wall_s.median / floor.wall_s.median:.2f}"


def _model(figure: Figure) -> str:
    if figure.model_mb is None:
        return escaped(figure.model)
    named = f"{escaped(figure.model)}, {number(figure.model_mb)} MB"
    return f"**stand-in**: {named}" if figure.stand_in else f"own: {named}" if figure.own else named


def _note(figure: Figure) -> str:
    if figure.problem:
        remedy = f" {figure.remedy}" if figure.remedy else ""
        return escaped(f"not measured: {figure.problem.rstrip('.')}.{remedy}")
    return escaped(figure.about)
