"""The cache as a whole: what specialists answered and what decoding left, side by side."""

from pathlib import Path
from typing import Final

from emer.memory.findings_cache import FindingsCache
from emer.memory.look_store import MAX_AGE_DAYS, LookStore

FINDINGS_SHARE: Final = 0.5
"""Of the room; answers take about 250 bytes a finding, decoded clips up to 215 MB an hour."""


def open_cache(
    folder: Path, *, max_bytes: int, max_age_days: float = MAX_AGE_DAYS
) -> tuple[FindingsCache, LookStore]:
    """Return both parts of the cache in ``folder``; nothing is touched before their first use.

    Args:
        folder: The cache folder; each part has a folder of its own in it.
        max_bytes: Of both together.
        max_age_days: How long decoded sound and faces are kept.
    """
    for_findings = int(max_bytes * FINDINGS_SHARE)
    return (
        FindingsCache(folder / "findings", max_bytes=for_findings),
        LookStore(folder / "looks", max_bytes=max_bytes - for_findings, max_age_days=max_age_days),
    )
