"""What crosses between a specialist and the process that runs its model: facts and arrays.

Arrays lie in memory that both sides see (``emer.tools.worker_room``); only where they lie goes
through the pipe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.worker_room import Room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Message = dict[str, Any]
LOST: Final = "lost"
"""Key of the reason in place of an answer that broke its model's contract."""
ALIGNED: Final = 64
"""Arrays begin at multiples of this many bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing that a model is asked about."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    """JSON values."""
    arrays: "Mapping[str, Array]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lost:
    """In place of an answer that was lost; the specialist makes a gap of it."""

    reason: str
    remedy: str = ""


def packed(items: Sequence[Item], room: Room) -> list[Message]:
    """Lay the arrays of ``items`` into ``room`` and return what tells where they are.

    Raises:
        OSError: There is not enough memory.
    """
    told: list[Message] = []
    places: list[tuple[int, Array]] = []
    end = 0
    for item in items:
        arrays: Message = {}
        for name, given in item.arrays.items():
            array = np.ascontiguousarray(given)
            places.append((end, array))
            arrays[name] = {"at": end, "shape": list(array.shape), "kind": array.dtype.str}
            end += -(-array.nbytes // ALIGNED) * ALIGNED
        told.append({"facts": dict(item.facts), "arrays": arrays})
    if end:
        pages = room.view(end)
        for at, array in places:
            pages[at : at + array.nbytes] = array.reshape(-1).view(np.uint8).data
    return told


def unpacked(told: Sequence[Message], room: Room) -> list[Item]:
    """Return the items that ``packed`` told of; their arrays are copies."""
    return [
        Item(t["facts"], {name: _array(place, room) for name, place in t["arrays"].items()})
        for t in told
    ]


def _array(place: Message, room: Room) -> "Array":
    kind, shape = np.dtype(place["kind"]), tuple(place["shape"])
    n_bytes = kind.itemsize * int(np.prod(shape, dtype=np.int64))
    pages = room.view(place["at"] + n_bytes)[place["at"] :] if n_bytes else b""
    return np.frombuffer(pages, dtype=kind, count=n_bytes // kind.itemsize).reshape(shape).copy()
