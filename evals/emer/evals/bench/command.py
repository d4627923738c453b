"""``emer bench``: how fast and how large, measured here and now."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from emer.agent.command_line.options import Quiet
from emer.agent.saying import OK, PARTIAL, USAGE, fail, notice

if TYPE_CHECKING:
    from emer.evals.bench.results import Group
    from emer.evals.bench.running import Order

SAMPLE: Final = Path("examples") / "sample.mp4"


def bench(
    media: Annotated[
        list[Path] | None,
        typer.Option(help="Clip or folder of clips; may be repeated. [default: the sample]"),
    ] = None,
    faces: Annotated[
        Path | None,
        typer.Option(help="Folder of photos to count faces on. [default: pictures of the clip]"),
    ] = None,
    peer_python: Annotated[
        Path | None,
        typer.Option(help="A Python that has deepface and onnx. [default: this one, if it has]"),
    ] = None,
    fps: Annotated[float, typer.Option(min=0.1, max=60, help="Sampled pictures per second.")] = 5.0,
    repeats: Annotated[int, typer.Option(min=1, max=99, help="Of each measurement.")] = 3,
    quick: Annotated[bool, typer.Option("--quick", help="10 s and 1 min of media only.")] = False,
    full: Annotated[bool, typer.Option("--full", help="An hour of media as well.")] = False,
    engines: Annotated[
        bool, typer.Option("--engines", help="Every engine as well, by size of batch.")
    ] = False,
    engine: Annotated[
        list[str] | None,
        typer.Option(help="Only this engine, or those of this tool, e.g. asr; may be repeated."),
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Groups of figures, e.g. start-up,growth. [default: all]")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of the page.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for page, JSON and plots. [default: stdout]")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Measure speed and memory of every stage, beside plain decoding and DeepFace.

    Each figure is taken in a fresh process; figures of one run may be divided by each other.

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 stopped before it was done.
    """
    from emer.evals.bench.running import measure
    from emer.tools.errors import EmerError

    order = _order(
        media, faces, peer_python, fps, repeats, quick=quick, full=full,
        engines=engines or bool(engine), named=engine or [], only=only,
    )  # fmt: skip
    try:
        if out is not None:
            from emer.agent.output import check_folder

            check_folder(out)
        found = measure(order, lambda line: notice(f"bench: {line}", quiet=quiet))
        if out is not None:
            from emer.evals.bench.page import write

            for path in write(found, out):
                notice(f"wrote {path}", quiet=quiet)
    except EmerError as error:
        fail(str(error))
    if json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    elif out is None:
        from emer.evals.bench.page import page

        sys.stdout.write(page(found))
    raise typer.Exit(OK if found.complete else PARTIAL)


def _order(
    media: list[Path] | None,
    faces: Path | None,
    peer_python: Path | None,
    fps: float,
    repeats: int,
    *,
    quick: bool,
    full: bool,
    engines: bool,
    named: list[str],
    only: str | None,
) -> "Order":
    from emer.evals.bench.running import FULL, QUICK, USUAL, Order

    if quick and full:
        fail("--quick and --full exclude each other", status=USAGE)
    for option, path in (("--faces", faces), ("--peer-python", peer_python)):
        if path is not None and not path.exists():
            fail(f"{option}: there is no {path}", status=USAGE)
    asked = ["emer bench"]
    # who does it again has other folders, and these may tell whose they are
    asked += [f"--media {_quoted(path)}" for path in media or ()]
    asked += ["--faces PHOTOS"] if faces else []
    asked += ["--peer-python PYTHON"] if peer_python else []
    asked += [f"--fps {fps:g}"] if fps != 5.0 else []
    asked += [f"--repeats {repeats}"] if repeats != 3 else []
    asked += ["--quick"] if quick else ["--full"] if full else []
    asked += ["--engines"] if engines and not named else []
    asked += [f"--engine {name}" for name in named]
    asked += [f"--only {only}"] if only else []
    return Order(
        media=tuple(media) if media else (sample(),), faces=faces, peer_python=peer_python,
        rate_hz=fps, repeats=repeats, lengths_s=QUICK if quick else FULL if full else USUAL,
        only=_groups(only, engines=engines), engines=_entries(named), command=" ".join(asked),
    )  # fmt: skip


def _groups(text: str | None, *, engines: bool) -> "frozenset[Group]":
    from emer.evals.bench.results import GROUPS

    names = frozenset(n.strip() for n in (text or "").split(",") if n.strip())
    if unknown := sorted(names - set(GROUPS)):
        fail(f"{unknown[0]!r} is no group; choose among {', '.join(GROUPS)}", status=USAGE)
    if engines and not names:
        return frozenset(GROUPS)
    usual = frozenset(GROUPS) - {"engine"}
    return frozenset(g for g in GROUPS if g in (names or usual) or (engines and g == "engine"))


def _entries(named: list[str]) -> frozenset[str]:
    """Return the engines that are meant, as they are registered; none for all."""
    from importlib.metadata import entry_points

    from emer.tools.registry import GROUP

    there = sorted(entry.name for entry in entry_points(group=GROUP))
    meant = {n: [e for e in there if n in {e, e.partition(".")[0]}] for n in named}
    for name, entries in meant.items():
        if not entries:
            fail(f"{name!r} is no engine; choose among {', '.join(there)}", status=USAGE)
    return frozenset(e for entries in meant.values() for e in entries)


def _quoted(path: Path) -> str:
    import shlex

    from emer.tools.media.subtitles import clean

    return shlex.quote(clean(path.name) or "CLIP")


def sample() -> Path:
    """Return the sample clip, from the working folder or beside the sources."""
    beside = Path(__file__).resolve().parents[4] / SAMPLE
    return next((p for p in (SAMPLE, beside) if p.is_file()), SAMPLE)
