"""Names and other text from outside, made fit for one line: what cannot be shown becomes an escape.

Reads    paths, and messages that quote them; their bytes may be no text, or control a terminal
Returns  text that can be encoded, printed and read
"""

import unicodedata
from pathlib import Path
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def shown(text: str | Path) -> str:
    r"""Return ``text`` on one line, what cannot be shown as a backslash escape.

    Bytes of a file name that are no UTF-8 read as ``\xff``.
    """
    return "".join(_escape(c) if unicodedata.category(c) in _UNSEEN else c for c in str(text))


def as_text(name: str) -> str:
    """Return a file's name as it is, but for bytes that are no UTF-8: those as in ``shown``."""
    return "".join(_escape(c) if unicodedata.category(c) == "Cs" else c for c in name)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python writes a byte that is no text
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
