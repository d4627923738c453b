"""The weights that ship with the package: all trained by ourselves, read only if unaltered."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from emer.tools.errors import ToolUnavailable

REMEDY: Final = "Reinstall the package emer."


def shipped(name: str) -> Traversable:
    """Return the file of weights called ``name`` inside this package."""
    return resources.files("emer.tools").joinpath("weights", name)


def read_weights(tool: str, file: Traversable, sha256: str) -> bytes:
    """Return the file's bytes if they are the expected ones.

    Raises:
        ToolUnavailable: It is missing, unreadable or altered.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ToolUnavailable(tool, "its weights are missing", remedy=REMEDY) from error
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise ToolUnavailable(tool, "its weights are damaged or were changed", remedy=REMEDY)
    return raw
