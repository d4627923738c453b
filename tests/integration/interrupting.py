"""Run analyses in processes of their own and kill them; started by a test as a script.

Reads lines ``{"media": ..., "cache": ..., "out": ..., "kill_after_s": ... or null}`` from stdin and
answers each with one line: ``killed``, ``done`` or ``failed``. Children are forked from a process
that has imported everything, so that a kill hits the analysis and not the imports.
"""

import json
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

import emer.agent.analysis
import emer.memory.retrieval


def child(order):
    from emer.agent.settings import Settings

    settings = Settings(cache_dir=Path(order["cache"]), data_dir=Path(order["data"]))
    report = emer.agent.analysis.analyze(
        order["media"], end_s=order["end_s"], fps=2.5, settings=settings,
        question=order.get("question"),
    )  # fmt: skip
    Path(order["out"]).write_text(report.model_dump_json(), encoding="utf-8")


def main():
    assert threading.active_count() == 1, "a process with threads must not be forked"
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                child(order)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        if order["kill_after_s"] is not None:
            time.sleep(order["kill_after_s"])
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        outcome = "killed" if os.WIFSIGNALED(status) else "failed" if status else "done"
        print(outcome, flush=True)


if __name__ == "__main__":
    main()
