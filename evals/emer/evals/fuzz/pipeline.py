"""Take cases through the whole command line: ``emer analyze FILE --json``.

Reads    laid out cases
Returns  an ``Outcome`` for each; what the command leaves in the temporary folder counts
Cost     a few seconds each
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from emer.evals.fuzz.cases import Case, Plan
from emer.evals.fuzz.outcomes import Outcome, badly_said, fault
from emer.evals.fuzz.processes import descendants, is_alive, kill_tree

_STATUSES: Final = frozenset({0, 1, 3})
_SETTLE_S: Final = 3.0
_LOOK_S: Final = 0.1


def through_the_command(plan: Plan, case: Case, *, limit_s: float) -> Outcome:
    """Lay ``case`` out and analyse it in a process and a home of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emer-fuzz-")))
        place, temp = folder / "case", folder / "temp"
        place.mkdir()
        temp.mkdir()
        laid = plan.lay(case, place, stack)
        command = [sys.executable, "-m", "emer", "analyze", "--json", "-q", "--", str(laid.path)]
        began = time.monotonic()
        try:
            status, out, err = _run(command, _environment(folder), folder, limit_s)
        except ValueError as error:  # a zero byte cannot be handed to any command
            return Outcome("refused", message=str(error), remedy="It cannot be typed.")
        outcome = _judged(status, out, err, laid.path, limit_s)
        left = sorted(p.name for p in temp.iterdir())
        if left and outcome.status != "fault":
            outcome = fault("left behind", f"in the temporary folder: {', '.join(left[:5])}")
        return replace(outcome, wall_s=round(time.monotonic() - began, 3))


def _environment(folder: Path) -> dict[str, str]:
    home = str(folder / "home")
    own = {k: v for k, v in os.environ.items() if not k.startswith(("EMER_", "XDG_"))}
    return {
        **own, "HOME": home, "TMPDIR": str(folder / "temp"), "EMER_PURPOSE": "research",
        "EMER_CACHE_DIR": f"{home}/cache", "EMER_DATA_DIR": f"{home}/data",
    }  # fmt: skip


def _run(
    command: list[str], environment: dict[str, str], folder: Path, limit_s: float
) -> tuple[int | None, bytes, bytes]:
    """Return exit status (``None``: killed for its slowness; -1: left processes), stdout, stderr."""
    with (folder / "out").open("w+b") as out, (folder / "err").open("w+b") as err:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, cwd=folder
        )
        children: set[int] = set()
        deadline_s = time.monotonic() + limit_s
        while process.poll() is None and time.monotonic() < deadline_s:
            children |= set(descendants(process.pid))
            time.sleep(_LOOK_S)
        status = process.poll()
        if status is None:
            kill_tree(process.pid)
            process.wait()
        elif _outlived(children):
            status = -1
        out.seek(0)
        err.seek(0)
        return status, out.read(), err.read()


def _outlived(children: set[int]) -> bool:
    deadline_s = time.monotonic() + _SETTLE_S
    while left := [c for c in children if is_alive(c)]:
        if time.monotonic() > deadline_s:
            for child in left:
                kill_tree(child)
            return True
        time.sleep(_LOOK_S)
    return False


def _judged(status: int | None, out: bytes, err: bytes, path: Path, limit_s: float) -> Outcome:
    said = err.decode("utf-8", "replace").strip()
    if status is None:
        return fault("hang", f"no end within {limit_s:.0f} s", said[-300:])
    if status == -1:
        return fault("left behind", "processes outlived the command", said[-300:])
    if "Traceback" in said or "internal error" in said:
        return fault("untyped error", said[:300], said[-300:])
    if status not in _STATUSES:
        return fault("exit status", f"{status}", said[-300:])
    if status == 1:
        lines = said.splitlines()
        if len(lines) != 1 or out:
            return fault(
                "raw text", f"{len(lines)} lines of refusal, {len(out)} bytes of answer", said[:300]
            )
        if kind := badly_said(said, path):
            return fault(kind, said[:300])
        return Outcome("refused", message=said)
    try:
        report = json.loads(out)
        codes = {g["code"]: f"{g['tool']}: {g['reason']}" for g in report["gaps"]}
    except (ValueError, KeyError, TypeError) as error:
        return fault("no JSON", f"{type(error).__name__}: {error}"[:300], said[-300:])
    if "tool_failed" in codes:  # what is in a file must not crash who looks at it
        return fault("untyped error", codes["tool_failed"][:300], said[-300:])
    damaged = "media_damaged" in codes or status == 3
    return Outcome("damaged" if damaged else "decoded", message=said[:300])
