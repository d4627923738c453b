"""Settings, read once at the door: argument over command line over ``EMER_...`` over default."""

import re
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Purpose = Literal["unspecified", "research", "personal", "clinical", "accessibility", "media"]


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="EMER_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    llm: str = Field(default="rule", description="'rule' or 'provider:model'")
    base_url: str | None = Field(default=None, description="of an OpenAI-compatible server")
    fps: float = Field(default=5.0, gt=0, le=60, description="sampled pictures per second")
    language: str | None = Field(default=None, description="spoken language, BCP 47")
    output_language: Literal["en", "zh"] = Field(default="en", description="of the explanation")
    budget: str | None = Field(
        default=None, description="seconds of tools' work, or e.g. 'tools=20,wall=60'"
    )
    data_dir: Path = Field(default_factory=lambda: user_data_path("emer"))
    cache: bool = Field(default=True, description="keep what was measured, and resume runs")
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("emer"))
    cache_mb: int = Field(default=4096, ge=16, description="of findings, sound and faces together")
    cache_days: int = Field(default=30, ge=1, description="how long sound and faces are kept")
    tool_timeout_s: float = Field(default=1800.0, gt=0, description="per specialist")
    max_concurrency: int = Field(default=2, ge=1, le=64, description="specialists side by side")
    purpose: Purpose = "unspecified"
    use_cases: bool = Field(default=True, description="look similar annotated cases up")

    @field_validator("budget")
    @classmethod
    def _is_a_budget(cls, value: str | None) -> str | None:
        limits(value)
        return value


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
