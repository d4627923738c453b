"""Arrays on their way from the decoder to who looks at them, through memory that both share.

The decoder puts them one behind the other into a ring; the reader says how much it is done with.
An array too large for the ring makes a larger one, behind the first. Nothing is waited for that
cannot come: no array is larger than a quarter of its ring, and all but an eighth is given back.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from emer.tools.worker_room import Room

SMALLEST_BYTES: Final = 1 << 20
AHEAD_BYTES: Final = 32 << 20
"""Up to this size a ring has room for eight of its largest arrays, beyond it for four."""
ALIGNED: Final = 64


class Writer:
    """The decoder's end."""

    def __init__(self, room: "Room", receive: Callable[[], dict[str, Any] | None]) -> None:
        """Write into ``room``; ``receive`` waits for what the reader sends."""
        self._room, self._receive = room, receive
        self._number = self._base = self._size = self._head = self._used = 0
        self._bytes: NDArray[np.uint8] = np.empty(0, np.uint8)

    def put(self, array: "NDArray[Any]") -> dict[str, Any]:
        """Copy ``array`` and return where it lies; waits while the ring is full.

        Raises:
            OSError: There is not enough memory.
        """
        need = -(-array.nbytes // ALIGNED) * ALIGNED
        if 4 * need > self._size:
            self._grow(need)
        # what does not fit in front of the end starts over, and the rest of the ring is skipped
        over = self._head + need > self._size
        skipped = self._size - self._head if over else 0
        while self._used + skipped + need > self._size:
            self._take_back(self._receive() or {})
        first = 0 if over else self._head
        self._head, self._used = first + need, self._used + skipped + need
        place = self._bytes[first : first + array.nbytes].view(array.dtype).reshape(array.shape)
        np.copyto(place, array)
        return {
            "ring": self._number, "size": self._size, "at": self._base + first,
            "shape": array.shape, "cost": skipped + need,
        }  # fmt: skip

    def _grow(self, need: int) -> None:
        size = max(SMALLEST_BYTES, need * (8 if 8 * need <= AHEAD_BYTES else 4))
        self._base += self._size
        self._size, self._head, self._used = size, 0, 0
        self._number += 1
        whole = np.frombuffer(self._room.view(self._base + size), np.uint8)
        self._bytes = whole[self._base :]

    def _take_back(self, message: dict[str, Any]) -> None:
        if message.get("ring") == self._number:
            self._used -= message["cost"]


class Reader:
    """The other end."""

    def __init__(self, room: "Room", send: Callable[[dict[str, Any]], None]) -> None:
        """Look into ``room``; ``send`` tells the decoder what is done with."""
        self._room, self._send = room, send
        self._number = self._done = 0

    def get(self, place: dict[str, Any], dtype: "DTypeLike") -> "NDArray[Any]":
        """Return the array at ``place``, a view that is valid until ``done``.

        Raises:
            OSError: There is not enough memory.
        """
        shape = tuple(place["shape"])
        n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
        seen = np.frombuffer(
            self._room.view(place["at"] + n_bytes), np.uint8, count=n_bytes, offset=place["at"]
        )
        return seen.view(dtype).reshape(shape)

    def done(self, place: dict[str, Any]) -> None:
        """Give the room of one array back."""
        if place["ring"] != self._number:
            self._number, self._done = place["ring"], 0
        self._done += place["cost"]
        if 8 * self._done >= place["size"]:
            self._send({"ring": self._number, "cost": self._done})
            self._done = 0
