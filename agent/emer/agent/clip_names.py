"""Names of clips as callers give them: what is no plain name below a folder, before the disk is asked."""

import re
import unicodedata
from typing import Final

from emer.graphs.instructions import instructs

MAX_NAME: Final = 1024
MIN_WORDS: Final = 3
_ADDRESS: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
"""An address (https:), a protocol of a decoder (concat:), or a drive of Windows (C:)."""
_DEVICES: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(?:\..*)?", re.I
)
_UNSAFE: Final = frozenset('<>"|?*:\\')
"""Not allowed in names on Windows; here they are markup, patterns, streams and separators."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def objection_to(name: str) -> str | None:
    """Return why a name is refused; ``None``: it may be looked for."""
    if not name.strip():
        return "it is empty"
    if len(name) > MAX_NAME:
        return f"it is longer than {MAX_NAME} characters"
    if any(unicodedata.category(c) in _HIDDEN for c in name):
        return "it holds characters that cannot be seen"
    if _ADDRESS.match(name) or "://" in name:
        return "it is an address, and only files can be read"
    if found := sorted(_UNSAFE & set(name)):
        return f"it holds {' '.join(found)}"
    if name.startswith("~"):
        return "it begins with ~"
    parts = name.split("/")
    if any(unicodedata.normalize("NFKC", p).strip() in {"..", "."} for p in parts):
        return "it climbs out of its folder"
    if any(_DEVICES.fullmatch(p.strip()) for p in parts):
        return "it is the name of a device"
    # one long word is a camera's or a hash's; a sentence is somebody's
    sentences = (p for p in parts if len(p.split()) >= MIN_WORDS)
    why = next((w for p in sentences if (w := instructs(p))), None)
    return f"its name reads as if meant for a machine: {why}; rename the file" if why else None
