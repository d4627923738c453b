"""What this system does, with which limits, and what it does not do: ``emer capabilities``.

Reads    the cards of the installed specialists, the tables of formats, settings and codes: what
         stands there is not repeated here
Returns  ``Capability`` values
Cost     about half a second of imports; nothing is loaded or fetched

``yes`` means that it runs here and now; ``partly`` that it runs with a limit that a user must know
before relying on it; ``no`` that it does not, and why.
"""

from typing import Final

from emer.agent.capabilities.capability import Area, Capability
from emer.agent.capabilities.installed import clues, exports, inputs
from emer.agent.capabilities.stated import languages, network, never, out_of_scope, results, running
from emer.tools.readings import Frozen

SCHEMA_VERSION: Final = "1.0"
HEADINGS: Final[dict[Area, str]] = {
    "input": "What it reads",
    "clue": "What it looks at, listens to and reads",
    "result": "What it tells",
    "export": "What it writes (--format)",
    "language": "Languages",
    "running": "Running",
    "network": "Network",
    "never": "What it does not do, on purpose",
    "not yet": "Out of scope",
}


class Capabilities(Frozen):
    """Everything, under a versioned schema."""

    schema_version: str = SCHEMA_VERSION
    capabilities: tuple[Capability, ...]


def capabilities() -> Capabilities:
    """Compose the list from what is installed."""
    parts = (
        inputs, clues, results, exports, languages, running, network, never, out_of_scope,
    )  # fmt: skip
    return Capabilities(capabilities=tuple(c for part in parts for c in part()))
