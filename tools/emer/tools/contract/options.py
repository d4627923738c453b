"""The option ``--specialist``; a plugin, since pytest reads options before it sees the suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--specialist``."""
    parser.addoption(
        "--specialist", action="append", default=[], metavar="NAME",
        help="entry point to check, as registered; may be given again (default: all installed)",
    )  # fmt: skip
