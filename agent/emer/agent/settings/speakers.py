"""How a number of speakers is written: ``2``, ``2-4``, ``2-`` or ``-4``."""

import re

MOST = 50


def bounds(text: str | None) -> tuple[int | None, int | None]:
    """Read how many people speak.

    Returns:
        The least and the greatest number, ``None`` where nothing is known.

    Raises:
        ValueError: It is no number and no range, or the range is empty.
    """
    if text is None:
        return None, None
    match = re.fullmatch(r"(\d{1,3})|(\d{0,3}) ?- ?(\d{0,3})", text.strip())
    if match is None or text.strip() == "-":
        raise ValueError(f"'{text[:20]}' is no number of speakers; write 2, 2-4, 2- or -4")
    first, last = (match[1], match[1]) if match[1] else (match[2], match[3])
    least, most = (int(first) if first else None), (int(last) if last else None)
    if not all(n is None or 1 <= n <= MOST for n in (least, most)) or (least or 1) > (most or MOST):
        raise ValueError(f"speakers are 1 to {MOST}, and the first number is the smaller one")
    return least, most
