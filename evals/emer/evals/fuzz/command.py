"""``emer fuzz``: damaged, lying and odd media files by the thousand, and what becomes of them.

Every file can be made again by its number and ``--seed``; nothing of it comes from elsewhere
unless ``--seeds`` names a folder.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.command_line.options import Quiet
from emer.agent.saying import OK, PARTIAL, USAGE, fail, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emer.evals.fuzz.cases import Plan
    from emer.evals.fuzz.running import Order
    from emer.evals.fuzz.table import Tried

_EVERY: int = 250


def fuzz(
    count: Annotated[int, typer.Option(min=1, max=10**6, help="How many files.")] = 2500,
    seed: Annotated[int, typer.Option(help="Of chance: another one, other files.")] = 1,
    seeds: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of clips of your own to damage, too; again for more."),
    ] = None,
    only: Annotated[
        list[int] | None, typer.Option(min=0, help="Only this file; again for more.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Folder to write the files of --only to, too.")
    ] = None,
    pipeline: Annotated[
        int, typer.Option(min=0, help="So many of them also through `emer analyze`.")
    ] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes side by side.")] = 2,
    limit_s: Annotated[float, typer.Option(min=1, help="Seconds for one file.")] = 60.0,
    memory_mb: Annotated[int, typer.Option(min=64, help="Memory for one file.")] = 2048,
    json: Annotated[bool, typer.Option("--json", help="The results as JSON, on stdout.")] = False,
    quiet: Quiet = False,
) -> None:
    """Damage media files in every way and see that each is decoded or refused with a remedy.

    Exit status: 0 no faults, 2 wrong usage, 3 at least one fault.
    """
    import os

    from emer.evals.fuzz.running import Order
    from emer.evals.fuzz.table import summary

    os.environ.setdefault("SVT_LOG", "0")  # an encoder that talks otherwise
    for folder in seeds or []:
        if not folder.is_dir():
            fail(f"{folder} is no folder of clips", status=USAGE)
    if keep is not None and not only:
        fail("--keep needs --only: which file to keep", status=USAGE)
    folders = tuple(str(f.absolute()) for f in seeds or [])
    order = Order(
        n_cases=max([count, *(n + 1 for n in only or [])]), chance=seed, seeds=folders,
        n_workers=workers, limit_s=limit_s, memory_bytes=memory_mb << 20,
    )  # fmt: skip
    try:
        tried = _tried(order, only or [], pipeline, keep, quiet=quiet)
    except KeyboardInterrupt:
        fail("stopped before it was done", status=130)
    typer.echo(_as_json(order, tried) if json else summary(tried))
    raise typer.Exit(PARTIAL if any(t.outcome.status == "fault" for t in tried) else OK)


def _tried(
    order: "Order", only: "Sequence[int]", n_pipeline: int, keep: Path | None, *, quiet: bool
) -> "list[Tried]":
    import tempfile

    from emer.evals.fuzz.cases import Plan
    from emer.evals.fuzz.running import run
    from emer.evals.fuzz.seeds import made_seeds, users_seeds
    from emer.evals.fuzz.table import Tried

    made, skipped = made_seeds()
    for reason in skipped:
        notice(f"left out {reason}", quiet=quiet)
    made += users_seeds([Path(f) for f in order.seeds])
    with tempfile.TemporaryDirectory(prefix="emer-fuzz-") as folder:
        plan = Plan(made, order.n_cases, chance=order.chance, folder=Path(folder))
        for number in only if keep is not None else ():
            assert keep is not None
            _keep(plan, number, keep, quiet=quiet)
        numbers = list(only) or [c.number for c in plan.cases]
        tried: list[Tried] = []
        for result in run(order, numbers):
            command = _command(order, result.number)
            tried.append(Tried(plan.cases[result.number], result.outcome, command))
            _progress(tried, len(numbers), quiet=quiet)
        tried += _piped(plan, order, numbers, n_pipeline, quiet=quiet)
    return sorted(tried, key=lambda t: t.case.number)


def _piped(
    plan: "Plan", order: "Order", numbers: "Sequence[int]", n_wanted: int, *, quiet: bool
) -> "list[Tried]":
    """Take cases that lie evenly among ``numbers`` through the whole command."""
    from concurrent.futures import ThreadPoolExecutor

    from emer.evals.fuzz.pipeline import through_the_command
    from emer.evals.fuzz.table import Tried

    if not n_wanted:
        return []
    step = max(1, len(numbers) / n_wanted)
    chosen = [numbers[int(i * step)] for i in range(min(n_wanted, len(numbers)))]
    tried = []
    limit_s = 10 * order.limit_s  # there, models run as well
    with ThreadPoolExecutor(order.n_workers) as pool:
        waits = [
            pool.submit(through_the_command, plan, plan.cases[n], limit_s=limit_s) for n in chosen
        ]
        for number, wait in zip(chosen, waits, strict=True):
            command = f"{_command(order, number)} --pipeline 1"
            tried.append(Tried(plan.cases[number], wait.result(), command))
            done = len(tried)
            notice(f"{done} of {len(chosen)} analysed", quiet=quiet or done % 10 > 0)
    return tried


def _keep(plan: "Plan", number: int, keep: Path, *, quiet: bool) -> None:
    """Write the file of a case to a folder of its own; situations end with it."""
    from contextlib import ExitStack

    folder = keep / f"case-{number}"
    try:
        folder.mkdir(parents=True)
        with ExitStack() as stack:
            path = plan.lay(plan.cases[number], folder, stack).path
    except OSError as error:
        fail(f"nothing can be kept in {folder} ({error.strerror or error})")
    notice(f"kept {str(path)!r}", quiet=quiet)


def _command(order: "Order", number: int) -> str:
    from shlex import quote

    own = "".join(f" --seeds {quote(f)}" for f in order.seeds)
    return f"emer fuzz --seed {order.chance} --only {number}{own}"


def _progress(tried: "Sequence[Tried]", n_all: int, *, quiet: bool) -> None:
    n_faults = sum(t.outcome.status == "fault" for t in tried)
    last = tried[-1]
    if last.outcome.status == "fault":
        notice(f"fault: {last.outcome.fault} ({last.command})", quiet=quiet)
    if len(tried) % _EVERY == 0 or len(tried) == n_all:
        notice(f"{len(tried)} of {n_all} files tried, {n_faults} fault(s)", quiet=quiet)


def _as_json(order: "Order", tried: "Sequence[Tried]") -> str:
    import json
    from dataclasses import asdict

    from emer.evals.fuzz.table import counts

    table = [
        {"container": c, "mutation": m, **count}
        for (c, m), count in sorted(counts(tried).items())
    ]  # fmt: skip
    faults = [t.data() for t in tried if t.outcome.status == "fault"]
    whole = {"order": asdict(order), "table": table, "faults": faults}
    return json.dumps({**whole, "files": [t.data() for t in tried]}, indent=2)
