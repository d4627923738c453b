"""The files of a request, each with what is known of it and where its results go."""

import os

from emer.agent.batch.inputs import Found, Item, find
from emer.agent.batch.names import free_place, place_of, top_of
from emer.agent.batch.types import BatchRequest, Record
from emer.tools.errors import MediaError
from emer.tools.shown import shown


def search(request: BatchRequest) -> Found:
    """Find the files of a request.

    Raises:
        MediaError: There are none.
    """
    found = find(request.paths, out=request.out, recursive=request.recursive)
    if found.items:
        return found
    asked = ", ".join(shown(str(p)) for p in list(request.paths)[:3])
    seen = ", ".join(f"{n} {kind}" for kind, n in found.left_out.items())
    why = "; ".join(found.problems[:3]) or f"no media in the folder {asked}"
    raise MediaError(
        f"there is nothing to analyse: {why}{f' ({seen})' if seen else ''}",
        remedy="Name files, a folder that holds audio, video or images, or a quoted pattern.",
    )


def records_of(
    found: Found, known: dict[bytes, Record], places: set[str]
) -> list[tuple[Item, Record]]:
    """Return each file with its record, new ones with a place of their own."""
    top = top_of(sorted(found.bases))
    listed = []
    for item in found.items:
        record = known.get(item.source)
        if record is None:
            path = item.path
            place = free_place(place_of(path, top), path, places)
            places.add(place)
            record = Record(shown=shown(path.relative_to(top)), place=place)
        listed.append((item, record))
    return listed


def default_jobs() -> int:
    """Return how many files are analysed at a time: each keeps about two cores busy."""
    return max(1, (os.cpu_count() or 1) // 2)


def left_out(found: Found) -> tuple[str, ...]:
    """Say how many files of which kind were left out."""
    return tuple(f"{n} {kind}" for kind, n in sorted(found.left_out.items()) if n)
