"""Settings, read once at the door: argument over command line over ``EMER_...`` over default."""

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field
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
    data_dir: Path = Field(default_factory=lambda: user_data_path("emer"))
    tool_timeout_s: float = Field(default=1800.0, gt=0, description="per specialist")
    max_concurrency: int = Field(default=2, ge=1, le=64, description="specialists side by side")
    purpose: Purpose = "unspecified"
    use_cases: bool = Field(default=True, description="look similar annotated cases up")
