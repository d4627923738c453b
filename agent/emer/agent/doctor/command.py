"""``emer doctor``: what runs here, what does not, and what to do about it."""

import json as json_module
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from emer.agent.saying import FAILED, OK, PARTIAL

if TYPE_CHECKING:
    from emer.agent.doctor.checkup import Checkup, EngineState

MARKS: Final = {"runs": "ok", "limited": "part", "stands_by": "-", "cannot_run": "NO"}
VERDICTS: Final = {
    "ready": "Ready: faces, voices and words can be analysed.",
    "partly": "Usable in part: not everything that is set up or installed can run.",
    "not_usable": "Not usable as it stands: no analysis can say what people show.",
}
GB: Final = 1_000_000_000
LONGEST: Final = 110
NARROWEST: Final = 60


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Everything, as JSON on stdout.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Only the JSON schema of --json.")
    ] = False,
) -> None:
    """Look at this installation: what runs here, what does not, and the remedy.

    Loads no model, fetches nothing. Exit status: 0 ready, 1 nothing can be analysed, 3 some
    specialist cannot run.
    """
    from emer.agent.doctor.checkup import Checkup, checkup

    if schema:
        typer.echo(json_module.dumps(Checkup.model_json_schema(), indent=2))
        return
    found = checkup()
    if json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        typer.echo("\n".join(told(found, text_width())))
    status = {"ready": OK, "partly": PARTIAL, "not_usable": FAILED}[found.verdict]
    raise typer.Exit(status)


def told(found: "Checkup", width: int) -> list[str]:
    """Return the result as lines of at most ``width`` characters where words allow it."""
    lines = [*wrapped("", VERDICTS[found.verdict], width, 0)]
    if found.problems:
        lines += ["", "What to look at"]
        for p in found.problems:
            said = ". ".join(text.rstrip(".") for text in (p.problem, p.remedy) if text)
            lines += wrapped(f"  {p.about}: ", f"{said}.", width, 4)
    lines += ["", "Specialists", *_engines(found, width)]
    lines += ["", "Not looked at by any specialist"]
    for name, text in found.not_looked_at.items():
        lines += wrapped(f"  {name:18}", text, width)
    for title, rows in (("This machine", _machine(found)), ("Set up", _set_up(found))):
        lines += ["", title]
        for name, text in rows:
            lines += wrapped(f"  {name:18}", text, width)
    return lines


def _engines(found: "Checkup", width: int) -> Iterator[str]:
    told_above = {(p.about, p.problem) for p in found.problems}
    for e in found.engines:
        optional = e.state == "cannot_run" and (e.tool, e.why) not in told_above
        yield f"  {'-' if optional else MARKS[e.state]:5}{e.tool:18} {e.engine}".rstrip()
        facts = [f"{e.model} {e.revision}".strip(), _licence(e), e.device, *_weights(e)]
        if e.state in {"limited", "cannot_run", "stands_by"}:
            remedy = f". {e.remedy}" if optional and e.remedy else ""
            yield from wrapped(" " * 7, f"{e.why}{remedy}", width)
        elif e.why != "the only engine installed":
            facts.insert(0, e.why)
        yield from wrapped(" " * 7, "; ".join(f for f in facts if f), width)


def _licence(e: "EngineState") -> str:
    if e.commercial_use is None:
        return e.licence
    return f"{e.licence}{'' if e.commercial_use else ', NOT for commercial use'}"


def _weights(e: "EngineState") -> Iterator[str]:
    digests = {"matches": ", SHA-256 checked", "differs": ", SHA-256 DIFFERS", "not_checked": ""}
    for w in e.weights:
        if w.path is not None:
            name = w.path.rpartition("/")[2]
            size = "" if w.n_bytes is None else f" {_size(w.n_bytes)}"
            note = f" ({w.note})" if w.note else ""
            yield f"weights {name}{size}{digests[w.sha256]}{note}"


def _machine(found: "Checkup") -> Iterator[tuple[str, str]]:
    m = found.machine
    yield "emer", m.emer
    yield "Python", m.python
    yield "system", m.platform
    memory = "memory unknown" if m.memory_bytes is None else f"{_size(m.memory_bytes)} of memory"
    free = "" if m.memory_free_bytes is None else f", {_size(m.memory_free_bytes)} free"
    yield "processor", f"{m.cpus} CPU(s), {memory}{free}"
    yield "GPU", "; ".join((*m.gpus, m.gpu_use))
    yield "models run on", m.device
    library = found.media_library
    if library:
        yield "media", f"PyAV {library.get('pyav', '?')} with FFmpeg {library.get('ffmpeg', '?')}"
        for use, verb in (("read", "reads"), ("write", "writes")):
            there = [c.name for c in found.codecs if c.use == use and c.there]
            gone = [c.name for c in found.codecs if c.use == use and not c.there]
            yield verb, ", ".join(there) + (f"; NOT {', '.join(gone)}" if gone else "")


def _set_up(found: "Checkup") -> Iterator[tuple[str, str]]:
    none = " (not there; emer config init writes it)"
    file = found.config_file or "none"
    yield "settings", file if found.config_file_exists or not found.config_file else file + none
    for place in found.places:
        room = "" if place.free_bytes is None else f", {_size(place.free_bytes)} free"
        state = "" if place.writable else ", NOT WRITABLE"
        holds = f": {place.holds}" if place.holds else ""
        yield f"{place.name} folder", f"{place.path}{state}{room}{holds}"
    yield "reasoning", _reasoning(found)
    for extra in found.extras:
        have = ", ".join(f"{name} {v}" for name, v in extra.installed.items())
        lack = f"not installed: {', '.join(extra.missing)}" if extra.missing else ""
        yield f"extra {extra.name}", "; ".join(t for t in (have, lack) if t)
    wrong = [s.name for s in found.switches if s.found != s.wanted]
    yield (
        "privacy",
        (
            f"not switched off here: {', '.join(wrong)}"
            if wrong
            else "telemetry, tracing and downloads of every library are off"
        ),
    )


def _reasoning(found: "Checkup") -> str:
    m = found.language_model
    if m.package is None:
        return f"{m.llm} (built in; no key, no network)"
    key = {True: "a key is set", False: "no key is set", None: ""}[m.key_set]
    package = f"{m.package} {'installed' if m.installed else 'NOT installed'}"
    at = f"at {m.base_url}" if m.base_url else ""
    return f"{m.llm} ({', '.join(t for t in (package, key, at) if t)})"


def _size(n_bytes: int) -> str:
    if n_bytes >= GB:
        return f"{n_bytes / GB:,.1f} GB"
    return f"{n_bytes / 1e6:,.1f} MB" if n_bytes >= 100_000 else f"{n_bytes / 1e3:,.0f} kB"


def wrapped(head: str, text: str, width: int, indent: int | None = None) -> list[str]:
    """Wrap ``head`` and ``text``, further lines indented by the head's length or ``indent``."""
    hang = " " * (len(head) if indent is None else indent)
    return textwrap.wrap(
        f"{head}{text}", width, subsequent_indent=hang, break_long_words=False,
        break_on_hyphens=False, drop_whitespace=True,
    )  # fmt: skip


def text_width() -> int:
    """Return the terminal's width, at most what reads well; 80 in a pipe, or as COLUMNS says."""
    return max(NARROWEST, min(LONGEST, shutil.get_terminal_size((80, 24)).columns))
