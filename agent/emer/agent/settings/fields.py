"""Settings, read once at the door.

An argument goes before the command line, that before the environment (``EMER_...``), that before
the configuration file (see ``config_file``), that before the default. What is wrong in any of them
raises ``SettingsError``, which names the place, the setting and what is allowed.
"""

from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from emer.agent.settings import config_file, pairs
from emer.agent.settings.budget import limits, prices
from emer.agent.settings.config_file import SettingsError
from emer.agent.settings.speakers import bounds
from emer.tools.setup import DEVICE

Purpose = Literal[
    "unspecified", "research", "personal", "clinical", "accessibility", "media", "workplace",
    "education",
]  # fmt: skip
Attest = Literal["medical", "safety"]
Origin = Literal["default", "file", "environment", "argument"]
NONE: Final = "none"
"""What an environment variable says to take back what the file sets."""
_KEYS_REMEDY: Final = (
    "Keys of language models stay in their provider's environment variable, e.g. OPENAI_API_KEY."
)


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
            raise _told(error, values) from None

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
        return init_settings, env_settings, ConfigFile(settings_cls)

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


class ConfigFile(TomlConfigSettingsSource):
    """The configuration file as a source of settings; other trouble with it is told, not skipped."""

    def _read_files(self, files: Any, deep_merge: bool = False) -> dict[str, Any]:  # noqa: ANN401
        return in_file()


def in_file() -> dict[str, Any]:
    """Return what the configuration file sets, folders as absolute paths.

    Raises:
        SettingsError: It cannot be read, or sets something that does not exist.
    """
    told = config_file.read_config()
    path = config_file.config_path()
    for name in told:
        if name not in Settings.model_fields:
            raise _unknown(f"the configuration file {path}", name)
    for name in ("data_dir", "cache_dir", "models_dir"):
        if path is not None and isinstance(told.get(name), str) and told[name]:
            # from wherever it is read, it means the same folder
            told[name] = str(path.absolute().parent / config_file.expanded(told[name]))
    return told


def origin(name: str) -> tuple[Origin, str]:
    """Return where ``name`` is set, and under which name: a file, a variable, or ``""``.

    Raises:
        SettingsError: The configuration file cannot be read.
    """
    variable = f"{config_file.PREFIX}{name.upper()}"
    if variable in config_file.variables():
        return "environment", variable
    if name in in_file():
        return "file", str(config_file.config_path())
    return "default", ""


def allowed(name: str) -> str:
    """Say for a person what the setting ``name`` may be."""
    field = Settings.model_fields[name]
    kinds = [k for k in get_args(field.annotation) if k is not type(None)]
    kind = kinds[0] if type(None) in get_args(field.annotation) else field.annotation
    if name in _OWN_WORDS:
        return _OWN_WORDS[name]
    if get_origin(kind) is Literal:
        *most, last = get_args(kind)
        return f"{', '.join(most)} or {last}"
    if kind is bool:
        return "true or false"
    if kind in (int, float):
        return f"a {'whole ' if kind is int else ''}number{_bounds(field)}"
    return "a folder" if kind is Path else "text"


_OWN_WORDS: Final = {
    "budget": "seconds such as 20, or limits such as tools=20,wall=1m,tokens=50000,cost=0.5",
    "llm_prices": "in=NUMBER,out=NUMBER",
    "device": "auto, cpu, cuda or cuda:N",
    "peer_url": "an address that begins with http:// or https://, without a name or password",
    "peer_key_variable": "a name, not the key itself",
    "engines": "pairs tool=engine with commas, e.g. expression=deepface; emer doctor lists them",
    "formats": "names of formats with commas, e.g. html,json,csv, or all",
    "llm": "rule or provider:model",
    "speakers": "a number such as 2, or a range such as 2-4",
    "models": "pairs tool.engine=model with commas; emer models list shows both",
}


def _bounds(field: FieldInfo) -> str:
    bounds = {k: getattr(m, k) for m in field.metadata for k in ("gt", "ge", "le") if hasattr(m, k)}
    least, most = bounds.get("ge"), bounds.get("le")
    if least is not None and most is not None:
        return f" from {least:,} to {most:,}"
    words = {"gt": "above", "ge": "of at least", "le": "at most"}
    return f" {', '.join(f'{words[k]} {v:,}' for k, v in bounds.items())}" if bounds else ""


def _told(error: ValidationError, values: dict[str, Any]) -> SettingsError:
    """Say what is wrong, where, and what is allowed."""
    first = error.errors(include_context=True)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return _unknown("the argument of Settings()", name)
    value: object = values.get(name)
    where = f"the setting {name}"
    if name not in values:
        place, called = origin(name)
        where = f"the setting {called}" if place == "environment" else f"in {called}, {name}"
        value = config_file.variables()[called] if place == "environment" else in_file()[name]
    shown = config_file.one_line(config_file.masked(name, _as_toml(value)))
    return SettingsError(
        f"{where} is {shown}, which is wrong: {_reason(first) or f'allowed is {allowed(name)}'}",
        remedy="See: emer config show --defaults.",
    )


def _reason(error: Any) -> str:  # noqa: ANN401 - an entry of pydantic's errors
    """Return what our own checks say, e.g. which format is unknown; else nothing."""
    raised = (error.get("ctx") or {}).get("error")
    return config_file.one_line(raised, 200) if isinstance(raised, ValueError) else ""


def _unknown(where: str, name: str) -> SettingsError:
    shown = config_file.one_line(name, 40)
    if config_file.is_secret(name):
        return SettingsError(f"{where} sets {shown}, which is no setting", remedy=_KEYS_REMEDY)
    meant = config_file.nearest(name, Settings.model_fields)
    remedy = f"Did you mean {meant}?" if meant else "All settings: emer config show --defaults."
    return SettingsError(f"{where} sets {shown!r}, which is no setting", remedy=remedy)


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else str(value)
