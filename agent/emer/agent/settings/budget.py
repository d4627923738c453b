"""How a budget is written: seconds of tools' work, or ``tools=20,wall=1m``."""

import re


def limits(text: str | None) -> dict[str, float]:
    """Read a budget: seconds of tools' work, or ``tools=20,wall=1m``.

    Returns:
        Seconds under ``tools_s`` and ``wall_s``; empty without any limit.

    Raises:
        ValueError: It is neither.
    """
    found: dict[str, float] = {}
    for part in filter(str.strip, (text or "").split(",")):
        name, equals, number = part.rpartition("=")
        key = {"tools": "tools_s", "wall": "wall_s"}.get(name.strip() if equals else "tools")
        match = re.fullmatch(r"(\d+(?:\.\d+)?) ?(s|m|min|h)?", number.strip().lower())
        if key is None or match is None or float(match[1]) <= 0:
            raise ValueError(f"'{part.strip()}' is no budget; write 20, or tools=20,wall=1m")
        found[key] = float(match[1]) * {"m": 60.0, "min": 60.0, "h": 3600.0}.get(match[2] or "s", 1)
    return found
