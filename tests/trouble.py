"""A worker that does what workers must not do, on demand."""

import os
import sys
import time

from emer.tools import errors
from emer.tools.worker_child import arguments, beat, receive, room, serve


def handle(request):
    yield from globals()[f"do_{request['do']}"](request)


def do_pid(request):
    yield {"pid": os.getpid()}


def do_echo(request):
    yield request


def do_count(request):
    for i in range(request["n"]):
        yield {"i": i}
    if "then" in request:
        yield from globals()[f"do_{request['then']}"](request)


def do_segfault(request):
    import ctypes

    ctypes.string_at(0)
    yield {}


def do_exit(request):
    os.write(2, b"noise " * 20_000 + b"the last words\n")
    os._exit(3)
    yield {}


def do_sleep(request):
    time.sleep(60)
    yield {}


def do_hold_the_interpreter(request):
    import ctypes

    ctypes.PyDLL(None).sleep(60)  # unlike CDLL, this lets no other thread run
    yield {}


def do_beat(request):
    for _ in range(request["n"]):
        time.sleep(0.1)
        beat()
    yield {"done": True}


def do_eat(request):
    held = []
    while True:
        held.append(bytearray(64 << 20))
        yield {"held": len(held)}


def do_print(request):
    print('{"n": 1, "end": true}', flush=True)
    os.write(1, b"nonsense\n")
    os.system("echo more nonsense")
    sys.__stdout__.write("even more\n")
    yield {"printed": True}


def do_raise(request):
    texts = {
        "MediaError": ("the file is odd", "Mend it."),
        "StorageError": ("the disk is full", "Empty it."),
        "ModelOutputError": ("not finite", ""),
    }
    if request["kind"] == "ToolUnavailable":
        raise errors.ToolUnavailable("faces", "no weights", remedy="Get them.")
    message, remedy = texts[request["kind"]]
    raise getattr(errors, request["kind"])(message, remedy=remedy)
    yield {}


def do_bug(request):
    yield {"before": 1 / 0}


def do_credits(request):
    i, more = 0, True
    while more:
        yield {"i": i}
        i, more = i + 1, receive()["credit"]


def do_fill(request):
    room().view(request["n"])[:] = bytes([request["value"]]) * request["n"]
    yield {}


def do_write(request):
    os.write(arguments()["fd"], b"written")
    yield {"odd": os.environ["EMER_ODD"]}


if __name__ == "__main__":
    serve(handle)
