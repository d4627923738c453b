"""Settings, read once at the door.

An argument goes before the command line, that before the environment (``EMER_...``), that before
the configuration file (see ``config_file``), that before the default. What is wrong in any of them
raises ``SettingsError``, which names the place, the setting and what is allowed.
"""

from pathlib import Path
from typing import Any, Final, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from emer.agent.settings import config_file, pairs, sources, wrong
from emer.agent.settings.budget import limits, prices
from emer.agent.settings.speakers import bounds
from emer.tools.setup import DEVICE

Purpose = Literal[
    "unspecified", "research", "personal", "clinical", "accessibility", "media", "workplace",
    "education",
]  # fmt: skip
Attest = Literal["medical", "safety"]
NONE: Final = "none"
"""What an environment variable says to take back what the file sets."""


class Settings(BaseSettings):
    """Everything that can be set, with its default.

    Raises:
        SettingsError: The configuration file cannot be read, or something is set wrongly.
    """

    model_config = SettingsConfigDict(
        env_prefix=config_file.PREFIX, env_nested_delimiter="__", env_ignore_empty=True,
        env_parse_none_str=NONE, extra="forbid", frozen=True, hide_input_in_errors=True,
    )  # fmt: skip

    llm: str = Field(
        default="rule", description="who reasons: 'rule' (built in) or 'provider:model'"
    )
    base_url: str | None = Field(
        default=None,
        description="address of the model's server: an OpenAI-compatible one with openai:NAME",
        examples=["http://localhost:8000/v1"],
    )  # fmt: skip
    llm_timeout_s: float = Field(
        default=180.0, gt=0, le=86_400, allow_inf_nan=False,
        description="seconds that a language model may take for one answer",
    )  # fmt: skip
    llm_retries: int = Field(
        default=2, ge=0, le=10,
        description="further tries after too many requests, a failing server or no answer in time",
    )  # fmt: skip
    self_check: bool = Field(
        default=True,
        description="a language model judges each of its statements once more; costs a call",
    )
    llm_prices: str | None = Field(
        default=None, description="what a million tokens cost, in your currency; none are built in",
        examples=["in=0.15,out=0.6"],
    )  # fmt: skip
    fps: float = Field(
        default=5.0, gt=0, le=60, allow_inf_nan=False, description="sampled pictures per second"
    )
    language: str | None = Field(
        default=None, description="spoken language, BCP 47; not set: it is guessed", examples=["en"]
    )
    speakers: str | None = Field(
        default=None, description="how many people speak; not set: it is found out",
        examples=["2-4"],
    )  # fmt: skip
    output_language: Literal["en", "zh"] = Field(
        default="en", description="language of the explanation"
    )
    domain: str | None = Field(
        default=None, max_length=60,
        description="what kind of material this is, as a calibration calls it (emer calibrate); "
        "findings get a confidence only then",
        examples=["acted-speech"],
    )  # fmt: skip
    formats: str | None = Field(
        default=None, description="what --out writes; not set: html,json,txt",
        examples=["html,json,csv"],
    )  # fmt: skip
    budget: str | None = Field(
        default=None, description="seconds of tools' work, or limits by name: tools and wall in "
        "seconds; tokens and cost (by llm_prices) of a language model",
        examples=["tools=20,wall=1m,tokens=50000"],
    )  # fmt: skip
    purpose: Purpose = Field(
        default="unspecified",
        description="what the analyses are for; workplace and education are prohibited in the EU",
    )
    attest: Attest | None = Field(
        default=None,
        description="which exception of that prohibition you attest: medical or safety reasons",
        examples=["safety"],
    )  # fmt: skip
    use_cases: bool = Field(default=True, description="look similar annotated cases up")
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("emer"), description="where annotated cases are kept"
    )
    cache: bool = Field(default=True, description="keep what was measured, and resume runs")
    cache_dir: Path = Field(
        default_factory=lambda: user_cache_path("emer"), description="where that is kept"
    )
    cache_mb: int = Field(
        default=4096, ge=16, le=100_000_000, description="of findings, sound and faces together"
    )
    cache_days: int = Field(
        default=30, ge=1, le=36_500, description="how long sound and faces are kept"
    )
    tool_timeout_s: float = Field(
        default=1800.0, gt=0, le=1_000_000, allow_inf_nan=False,
        description="seconds that one specialist may take",
    )  # fmt: skip
    max_concurrency: int = Field(default=2, ge=1, le=64, description="specialists side by side")
    device: str = Field(
        default="auto", pattern=f"^({DEVICE.pattern})$", description="where models of others run"
    )
    engines: str | None = Field(
        default=None, description="which engine of a specialist; not set: the best that can run",
        examples=["expression=deepface"],
    )  # fmt: skip
    models: str | None = Field(
        default=None, description="which model an engine runs: a name of emer models list, or a "
        "folder or file of your own; not set: the best that is here",
        examples=["asr.faster_whisper=/data/my-whisper"],
    )  # fmt: skip
    models_dir: Path = Field(
        default_factory=lambda: user_data_path("emer") / "models",
        description="where emer models keeps its lock file, and what is not in the hub's cache",
    )
    gpu_memory_mb: int | None = Field(
        default=None, ge=256, le=10_000_000,
        description="what all models together may take of one GPU; not set: four fifths of it",
        examples=[8000],
    )  # fmt: skip
    peer_url: str | None = Field(
        default=None, max_length=2000, pattern=r"^https?://[^\s/@]+(/\S*)?$",
        description="address of an OpenAI-compatible server with a model that sees and hears; with "
        "peer_model, pictures and sound of every utterance are sent there",
        examples=["http://localhost:8000/v1"],
    )  # fmt: skip
    peer_model: str | None = Field(
        default=None, max_length=200, description="name of that model there",
        examples=["Qwen/Qwen2.5-Omni-7B"],
    )  # fmt: skip
    peer_key_variable: str | None = Field(
        default=None, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="environment variable with the key for that server", examples=["PEER_KEY"],
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - of the settings themselves
        try:
            super().__init__(**values)
        except ValidationError as error:
            # without its cause: that holds the values, which may be secret
            raise wrong.told(error, values, type(self).model_fields) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, the environment and our own file; no ``.env`` of any folder."""
        return init_settings, env_settings, sources.ConfigFile(settings_cls)

    @field_validator("*", mode="before")
    @classmethod
    def _is_not_another_kind(cls, value: object, info: Any) -> object:  # noqa: ANN401
        if isinstance(value, bool) and cls.model_fields[info.field_name].annotation is not bool:
            raise ValueError  # true would be taken for 1
        return value

    @field_validator("engines", "models", mode="before")
    @classmethod
    def _may_be_a_table(cls, value: object) -> object:
        return pairs.joined(value)

    @field_validator("engines", "models")
    @classmethod
    def _are_pairs(cls, value: str | None, info: Any) -> str | None:  # noqa: ANN401
        getattr(pairs, info.field_name)(value)
        return value

    @field_validator("data_dir", "cache_dir", "models_dir")
    @classmethod
    def _is_a_place(cls, value: Path) -> Path:
        if value == Path():
            raise ValueError("empty would mean the current folder")
        return config_file.expanded(value)

    @field_validator("budget", mode="before")
    @classmethod
    def _may_be_a_number(cls, value: object) -> object:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return str(value) if is_number else value

    @field_validator("budget")
    @classmethod
    def _is_a_budget(cls, value: str | None) -> str | None:
        limits(value)
        return value

    @field_validator("llm_prices")
    @classmethod
    def _are_prices(cls, value: str | None) -> str | None:
        prices(value)
        return value

    @field_validator("speakers", mode="before")
    @classmethod
    def _may_be_one_number(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("speakers")
    @classmethod
    def _are_bounds(cls, value: str | None) -> str | None:
        bounds(value)
        return value

    @field_validator("formats")
    @classmethod
    def _are_formats(cls, value: str | None) -> str | None:
        if value is not None:
            from emer.agent.exports.formats import chosen

            chosen(value)
        return value


def origin(name: str) -> tuple[sources.Origin, str]:
    """Return where ``name`` is set, and under which name: a file, a variable, or ``""``.

    Raises:
        SettingsError: The configuration file cannot be read.
    """
    return sources.origin(name, Settings.model_fields)


def allowed(name: str) -> str:
    """Say for a person what the setting ``name`` may be."""
    return wrong.allowed(name, Settings.model_fields[name])
