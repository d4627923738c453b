"""Memory that a process and its worker share, for arrays that are too large for a pipe.

Nothing is copied between the two: both map the same pages, which belong to no file that anybody
could open. The room grows when more of it is asked for and never shrinks while it is in use.
"""

import fcntl
import mmap
import os
import tempfile
from contextlib import suppress


class Room:
    """Shared pages behind one file descriptor. Who writes where is up to the two sides."""

    descriptor = -1

    def __init__(self, descriptor: int | None = None) -> None:
        """Make a room, or enter the one behind ``descriptor``.

        Raises:
            OSError: There is no memory or no temporary folder for it.
        """
        self.descriptor = _unnamed() if descriptor is None else descriptor
        self._pages: mmap.mmap | None = None

    def view(self, n_bytes: int) -> memoryview:
        """Return the first ``n_bytes``, writable, the same on both sides.

        Views handed out before stay valid; pages appear when they are first written.

        Raises:
            OSError: There is not enough memory.
        """
        if self._pages is None or len(self._pages) < n_bytes:
            if os.fstat(self.descriptor).st_size < n_bytes:
                os.ftruncate(self.descriptor, n_bytes)
            # an older, smaller map lives on for as long as somebody looks through it
            self._pages = mmap.mmap(self.descriptor, n_bytes)
        return memoryview(self._pages)[:n_bytes]

    def empty(self) -> None:
        """Give the pages back to the system, where it can; they read as zeros from then on."""
        if self._pages is not None and hasattr(mmap, "MADV_REMOVE"):
            with suppress(OSError):
                self._pages.madvise(mmap.MADV_REMOVE)

    def close(self) -> None:
        """Leave the room; views that are still looked at keep their pages."""
        self._pages = None
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()


def _unnamed() -> int:
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("emer", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        # a side that cut it short would make the other crash where it looks
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
        return descriptor
    with tempfile.TemporaryFile(prefix="emer-") as file:
        return os.dup(file.fileno())
