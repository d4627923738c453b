"""A process that tries cases, one after the other, until nobody asks any more.

Reads    its order, a JSON line, then numbers of cases, one a line, from stdin
Returns  for each a JSON line ``{"number": ..., "outcome": ...}`` on stdout
"""

import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from emer.evals.fuzz.attempt import attempt
from emer.evals.fuzz.cases import Case, Plan
from emer.evals.fuzz.outcomes import Outcome, fault
from emer.evals.fuzz.processes import descendants
from emer.evals.fuzz.seeds import made_seeds, users_seeds

_SETTLE_S = 2.0
_HELPERS = 4
"""Processes that may stay: decoding keeps a few warm."""


def main() -> None:
    """Answer until stdin ends."""
    order = json.loads(sys.stdin.readline())
    plan = plan_of(order)
    folder = Path(order["folder"])
    temp = folder / f"temp-{os.getpid()}"
    temp.mkdir()
    os.environ["TMPDIR"] = tempfile.tempdir = str(temp)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not get between the answers
    for line in sys.stdin:
        case = plan.cases[int(line)]
        try:
            answer: dict[str, object] = {"outcome": tried(plan, case, folder, temp).data()}
        except Exception:  # of the making of a case, not of the trying
            answer = {"broken": traceback.format_exc()}
        out.write(json.dumps({"number": case.number, **answer}) + "\n")
        out.flush()


def plan_of(order: dict[str, object]) -> Plan:
    """Return the plan that an order describes; equal orders give equal plans."""
    seeds = made_seeds()[0] + users_seeds([Path(f) for f in order["seeds"]])  # type: ignore[attr-defined]
    n_cases, chance = int(str(order["n_cases"])), int(str(order["chance"]))
    return Plan(seeds, n_cases, chance=chance, folder=Path(str(order["seeds_in"])))


def tried(plan: Plan, case: Case, folder: Path, temp: Path) -> Outcome:
    """Lay one case out, try it, and look what stays behind."""
    place = Path(tempfile.mkdtemp(prefix=f"case-{case.number}-", dir=folder))
    workspace = Path(tempfile.mkdtemp(prefix="work-", dir=folder))
    before = set(temp.iterdir())
    try:
        with ExitStack() as stack:
            laid = plan.lay(case, place, stack)
            present = set(place.iterdir())
            outcome = attempt(laid.path, workspace, case.expected, between=laid.between)
            left = [*set(place.iterdir()) - present, *set(temp.iterdir()) - before]
        if left and outcome.status != "fault":
            outcome = fault("left behind", f"files stayed: {', '.join(p.name for p in left[:5])}")
        if outcome.status != "fault" and (n := _too_many_processes()):
            outcome = fault("left behind", f"{n} processes stayed")
    finally:
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(workspace, ignore_errors=True)
    return outcome


def _too_many_processes() -> int:
    deadline_s = time.monotonic() + _SETTLE_S
    while (n := len(descendants(os.getpid()))) > _HELPERS:
        if time.monotonic() > deadline_s:
            return n
        time.sleep(0.05)
    return 0


if __name__ == "__main__":
    main()
