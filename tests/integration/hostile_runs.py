"""Run the command line under bad conditions; started by a test as a script.

Reads lines ``{"argv": [...], "env": {...}, "out": ..., "err": ..., "disk": [folder, bytes] or null,
"signal": number or null, "when": text on stderr}`` from stdin and answers each with one JSON line:
``{"status": ..., "children": [...], "disk": [[name, bytes], ...]}``; a status of 99 means that no
small disk can be made here. Runs are forked from a process that has imported everything.
"""

import ctypes
import json
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import emer.agent.analysis
import emer.agent.cli
import emer.agent.exports.command
import emer.memory.retrieval
from emer.evals.fuzz.processes import descendants

NO_DISK = 99
NEW_MOUNTS = 0x00020000
PRIVATE = (1 << 14) | (1 << 18)


def small_disk(folder, n_bytes):
    """Put a disk of ``n_bytes`` at ``folder``, seen by this process and its children only."""
    libc = ctypes.CDLL(None, use_errno=True)
    steps = (
        libc.unshare(NEW_MOUNTS),
        libc.mount(b"none", b"/", None, ctypes.c_ulong(PRIVATE), None),
        libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, f"size={n_bytes}".encode()),
    )
    if any(steps):
        os._exit(NO_DISK)


def child(order):
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order["disk"]:
        small_disk(*order["disk"])
    for number, name in ((1, order["out"]), (2, order["err"])):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.update(order["env"])
    tempfile.tempdir = None
    sys.argv = ["emer", *order["argv"]]
    status = 0
    try:
        emer.agent.cli.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    sys.stdout.flush()
    if order["disk"]:
        folder = Path(order["disk"][0])
        left = [[p.name, p.stat().st_size] for p in folder.rglob("*") if p.is_file()]
        Path(order["err"] + ".disk").write_text(json.dumps(left))
    return status


def answered(order, pid):
    """Wait for the run, signalling it when it says what is waited for; it may be over before."""
    children, said = set(), False
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        children |= set(descendants(pid))
        err = Path(order["err"])
        if order["signal"] and not said and err.exists() and order["when"] in err.read_text():
            said = True
            if order["signal"] == signal.SIGKILL:
                os.kill(pid, signal.SIGKILL)
            else:  # as a terminal does: to all of the foreground
                os.killpg(pid, order["signal"])
        time.sleep(0.01)
    disk = Path(order["err"] + ".disk")
    return {
        "status": os.waitstatus_to_exitcode(status), "children": sorted(children),
        "disk": json.loads(disk.read_text()) if disk.exists() else [],
    }  # fmt: skip


def main():
    assert threading.active_count() == 1, "a process with threads must not be forked"
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            status = 98
            try:
                status = child(order)
            finally:
                os._exit(status)
        print(json.dumps(answered(order, pid)), flush=True)


if __name__ == "__main__":
    main()
