"""The configuration file: where it is, how it is read, and what is never shown of it.

Reads    ``EMER_CONFIG`` if that names a file, else ``emer/config.toml`` in the user's own folder of
         settings; nothing in the current folder, nothing beside the media
Returns  plain values by key, as TOML has them; ``fields.Settings`` checks them
Cost     one small file; no import beyond the standard library and ``platformdirs``
"""

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from platformdirs import user_config_path

from emer.tools.errors import EmerError

VARIABLE: Final = "EMER_CONFIG"
PREFIX: Final = "EMER_"
NAME: Final = "config.toml"
MAX_BYTES: Final = 256_000
"""Larger than any honest file of settings."""
MASK: Final = "***"
MAX_SHOWN: Final = 80
_SECRET: Final = re.compile(r"key|token|secret|passw|credential", re.IGNORECASE)
_USER_INFO: Final = re.compile(r"(?<=//)[^/?#\s]*@")
_QUERY: Final = re.compile(r"([?&][^=&#\s]*(?:key|token|secret|passw)[^=&#\s]*=)[^&#\s]+", re.I)


class SettingsError(EmerError, ValueError):
    """What was set is wrong: the message names where, which setting and what is allowed."""


def config_path() -> Path | None:
    """Return where the configuration file is or would be.

    Returns:
        ``None`` if there can be none: the system tells no folder for it, or ``EMER_CONFIG`` is
        the null device, which means that no file is wanted.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return None if named == os.devnull else expanded(named)
    usual = user_config_path("emer") / NAME
    # a home that is unknown or relative would mean the current folder
    return usual if usual.is_absolute() else None


def read_config() -> dict[str, Any]:
    """Return what the configuration file says; empty if there is none.

    Raises:
        SettingsError: It cannot be read, is no TOML, or ``EMER_CONFIG`` names a missing one.
    """
    path = config_path()
    if path is None:
        return {}
    raw = _content(path)
    if raw is None:
        return {}
    try:
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 text (byte {error.start})"
    except RecursionError:
        problem = "is nested too deeply"
    except ValueError as error:
        problem = f"is not TOML ({one_line(error)})"
    raise SettingsError(
        f"the configuration file {path} {problem}",
        remedy="Correct it, or write a new one with: emer config init --force.",
    ) from None


def one_line(text: object, most: int = MAX_SHOWN) -> str:
    """Return ``text`` on one line of at most ``most`` characters, with nothing that acts."""
    plain = "".join(c if c.isprintable() else " " for c in str(text))
    joined = " ".join(plain.split())
    return joined if len(joined) <= most else f"{joined[: most - 3]}..."


def masked(name: str, value: object) -> str:
    """Return how ``value`` may be shown: keys of every sort and passwords in addresses are not."""
    if value is not None and _SECRET.search(name):
        return MASK
    text = _USER_INFO.sub(f"{MASK}@", str(value))
    return _QUERY.sub(rf"\1{MASK}", text)


def is_secret(name: str) -> bool:
    """Whether ``name`` sounds like a key, a token or a password."""
    return _SECRET.search(name) is not None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return which of ``known`` was probably meant."""
    found = difflib.get_close_matches(name.lower().replace("-", "_"), list(known), 1, 0.6)
    return found[0] if found else None


def nearest_variable(name: str, known: Iterable[str]) -> str | None:
    """Return which environment variable among ``known`` was probably meant."""
    meant = nearest(name.removeprefix(PREFIX), [k.removeprefix(PREFIX).lower() for k in known])
    return f"{PREFIX}{meant.upper()}" if meant else None


def variables() -> dict[str, str]:
    """Return the environment's variables that are ours, by name in capitals; empty ones do not count."""
    ours = {n.upper(): v for n, v in os.environ.items() if n.upper().startswith(PREFIX)}
    return {n: v for n, v in ours.items() if v}


def expanded(named: str | Path) -> Path:
    """Return the path with ``~`` resolved, or as it is if nobody of that name exists."""
    try:
        return Path(named).expanduser()
    except RuntimeError:  # ~ of somebody who does not exist
        return Path(named)


def _content(path: Path) -> bytes | None:
    """Return the bytes of the file; ``None`` if there is none and none was named."""
    try:
        # a pipe without a writer would block for ever
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        if os.environ.get(VARIABLE):
            raise SettingsError(
                f"{VARIABLE} names {path}, and there is no such file",
                remedy=f"Correct or unset {VARIABLE}, or write the file with: emer config init.",
            ) from None
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, getattr(error, "strerror", None) or str(error)) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device, pipe or socket"
            raise _unreadable(path, f"it is {kind}")
        with os.fdopen(os.dup(handle), "rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None
    finally:
        os.close(handle)
    if len(raw) > MAX_BYTES:
        raise _unreadable(path, f"it is larger than {MAX_BYTES // 1000} kB")
    return raw


def _unreadable(path: Path, why: str) -> SettingsError:
    return SettingsError(
        f"the configuration file {one_line(path, 300)} cannot be read ({one_line(why)})",
        remedy=f"Mend it, or name another with {VARIABLE} (/dev/null: none).",
    )
