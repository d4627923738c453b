"""The options ``--specialist`` and ``--limit``; a plugin, since pytest reads options before it sees the suite."""

import pytest

from emer.tools.contract.watching import LIMIT_S


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add both."""
    parser.addoption(
        "--specialist", action="append", default=[], metavar="NAME",
        help="entry point to check, as registered; may be given again (default: all installed)",
    )  # fmt: skip
    parser.addoption(
        "--limit", type=float, default=LIMIT_S, metavar="SECONDS",
        help="how long a specialist may look at one clip (default: %(default)s)",
    )  # fmt: skip
