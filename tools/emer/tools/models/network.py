"""Whether there is a network at all; imports little, so that the answer comes at once."""

import socket
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from emer.tools.errors import PullError

CONNECT_S: Final = 10.0


def reach(address: str) -> None:
    """Connect to where ``address`` is, and hang up; behind a proxy nothing is tried.

    Raises:
        PullError: There is no connection.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if getproxies().get(parts.scheme) and not proxy_bypass(host):
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), timeout=CONNECT_S).close()
    except OSError as error:
        raise no_connection(host, error.strerror or str(error)) from None


def no_connection(host: str, why: str) -> PullError:
    """Return the error for a network that is not there."""
    return PullError(
        f"there is no connection to {host} ({why})",
        remedy="Check the network, or copy the model from a machine that has it (docs: Models).",
    )
