"""What a cache holds, in figures."""

from pydantic import Field

from emer.tools.readings import Frozen


class CacheStats(Frozen):
    """One part of the cache, or what was removed from it."""

    n_bytes: int = Field(default=0, ge=0, description="on disk")
    limit_bytes: int = Field(default=0, ge=0, description="the least recently used go above it")
    n_media: int = Field(default=0, ge=0)
    n_entries: int = Field(default=0, ge=0, description="answers, or decoded clips")
    oldest_use_s: float | None = Field(default=None, description="seconds since 1970, UTC")
    newest_use_s: float | None = Field(default=None, description="seconds since 1970, UTC")
