"""How a budget is written: seconds of tools' work, or ``tools=20,wall=1m,tokens=20000,cost=0.5``.

Prices are written likewise: ``in=0.15,out=0.6`` for a million tokens.
"""

import re
from typing import Final

_SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?) ?(s|m|min|h)?")
_COUNT: Final = re.compile(r"(\d+(?:\.\d+)?) ?(k|m)?")
_KEYS: Final = {"tools": "tools_s", "wall": "wall_s", "tokens": "tokens", "cost": "cost"}


def limits(text: str | None) -> dict[str, float]:
    """Read a budget: seconds of tools' work, or ``tools=20,wall=1m,tokens=20000,cost=0.5``.

    Returns:
        Seconds under ``tools_s`` and ``wall_s``, a whole number under ``tokens``, and ``cost``;
        empty without any limit.

    Raises:
        ValueError: It is neither.
    """
    found: dict[str, float] = {}
    for part in filter(str.strip, (text or "").split(",")):
        name, equals, number = part.rpartition("=")
        key = _KEYS.get(name.strip() if equals else "tools")
        amount = _amount(key, number.strip().lower()) if key else None
        if key is None or amount is None:
            raise ValueError(
                f"'{part.strip()}' is no budget; write 20, or tools=20,wall=1m,tokens=20000,cost=0.5"
            )
        found[key] = amount
    return found


def _amount(key: str, text: str) -> float | None:
    """Return the limit that ``text`` means; ``None`` if it means none above zero."""
    if key in {"tools_s", "wall_s"}:
        match, units = _SECONDS.fullmatch(text), {"m": 60.0, "min": 60.0, "h": 3600.0}
    else:
        match, units = _COUNT.fullmatch(text), {"k": 1e3, "m": 1e6}
        if key == "cost" and match and match[2]:
            return None
    if match is None:
        return None
    amount = float(match[1]) * units.get(match[2] or "", 1)
    if key == "tokens":
        return int(amount) if amount >= 1 else None
    return amount if amount > 0 else None


def prices(text: str | None) -> tuple[float, float] | None:
    """Read what a million tokens cost: ``in=0.15,out=0.6``.

    Returns:
        Price of what is sent and of what is answered; ``None`` if nothing is set.

    Raises:
        ValueError: It is not of that form.
    """
    if text is None or not text.strip():
        return None
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        if name.strip() not in {"in", "out"} or not re.fullmatch(
            r"\d{1,9}(\.\d{1,9})?", number.strip()
        ):
            raise ValueError(f"'{part.strip()}' is no price; write in=0.15,out=0.6")
        found[name.strip()] = float(number)
    if set(found) != {"in", "out"}:
        raise ValueError("both prices are needed; write in=0.15,out=0.6")
    return found["in"], found["out"]
