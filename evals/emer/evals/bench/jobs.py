"""Every piece of measured work by name: ``python -m emer.evals.bench.jobs NAME '{...}'``.

Runs in a process of its own, as our own door would: telemetry off, no network. It prints one line
that begins with ``emer-bench:`` and holds what it measured as JSON.
"""

import json
import sys
from collections.abc import Callable
from typing import Final

from emer.agent.doors import own_process
from emer.evals.bench import work_analysis, work_chat, work_engines, work_faces, work_media
from emer.evals.bench.child import answer, failure
from emer.evals.bench.clock import Part

NEED_THE_START: Final = frozenset({"first_finding"})
"""Jobs whose clock began before their process did."""


def present() -> list[Part]:
    """Name the version of the FFmpeg libraries that ``av`` carries, and who looks on at decoding."""
    import av

    from emer.agent.engines import chosen_engines
    from emer.agent.settings import Settings
    from emer.tools.specialist import PassSpecialist

    chosen = chosen_engines(Settings())[0]
    watchers = sorted(t for t, s in chosen.items() if isinstance(s, PassSpecialist))
    ffmpeg = str(getattr(av, "ffmpeg_version_info", ""))
    return [
        {"name": "ffmpeg", "about": ffmpeg},
        *({"name": "watcher", "about": w} for w in watchers),
    ]


JOBS: Final[dict[str, Callable[..., list[Part]]]] = {
    **work_media.JOBS,
    **work_analysis.JOBS,
    **work_chat.JOBS,
    **work_engines.JOBS,
    **work_faces.JOBS,
    "present": present,
}


def main() -> None:
    """Do one job and print what it measured."""
    own_process()
    name, arguments = sys.argv[1], json.loads(sys.argv[2])
    started = arguments.pop("started", None)
    if name in NEED_THE_START:
        arguments["started"] = started
    try:
        line = answer(JOBS[name](**arguments))
    except Exception as error:  # whatever it is, it belongs into the row
        line = failure(error)
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
