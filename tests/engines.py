"""How engines that run models of others are set up for the contract suite, without their weights.

Every entry of ``SETUPS`` yields a ``Setup`` under which that engine is ready: with a tiny model of
the true on-disk format, or with a server on loopback. Engines whose libraries are not installed
stay unready, and their tests skip with that reason.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.peer_server import PeerServer, said

from emer.tools.setup import Setup


@contextmanager
def _impression(folder: Path) -> Iterator[Setup]:
    server = PeerServer(lambda n: said("Nothing that speaks of emotion is shown."))
    try:
        yield Setup(peer_url=server.url, peer_model="scripted")
    finally:
        server.close()


SETUPS: dict[str, Callable[[Path], AbstractContextManager[Setup]]] = {"impression": _impression}
"""By entry point."""
