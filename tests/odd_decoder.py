"""The decoder, but at a second of the media that the environment names it gets into trouble."""

import os
import sys

from tests import trouble

from emer.tools.media import decoder
from emer.tools.worker_child import serve

KINDS = {
    "segfault": trouble.do_segfault,
    "hang": trouble.do_hold_the_interpreter,
    "eat": lambda request: [None for _ in trouble.do_eat(request)],
    "bug": trouble.do_bug,
    "list_modules": lambda request: (),
}


def handle(request):
    if request["do"] == "get_ready":
        yield {}
        return
    if request["do"] == "get_modules":
        yield {"modules": list(sys.modules)}
        return
    kind, at_s = os.environ["EMER_TEST_TROUBLE"], float(os.environ["EMER_TEST_AT_S"])
    if at_s < 0:
        yield from KINDS[kind](request)
    for message in decoder.handle(request):
        yield message
        if message.get("counters", [0.0])[0] >= at_s and request["do"] == "stream":
            yield from KINDS[kind](request)


if __name__ == "__main__":
    if os.environ["EMER_TEST_TROUBLE"] == "no_start":
        sys.exit("no such thing")
    serve(handle, decoder.prepare)
