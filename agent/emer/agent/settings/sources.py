"""Where a setting comes from: the configuration file as a source, and who goes before whom."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, TomlConfigSettingsSource

from emer.agent.settings import config_file
from emer.agent.settings.config_file import SettingsError

Fields = Mapping[str, FieldInfo]
Origin = Literal["default", "file", "environment", "argument"]
_KEYS_REMEDY: Final = (
    "Keys of language models stay in their provider's environment variable, e.g. OPENAI_API_KEY."
)


class ConfigFile(TomlConfigSettingsSource):
    """The configuration file as a source of settings; other trouble with it is told, not skipped."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        self._fields = settings.model_fields
        super().__init__(settings)  # it reads the file

    def _read_files(self, files: Any, deep_merge: bool = False) -> dict[str, Any]:  # noqa: ANN401
        return in_file(self._fields)


def in_file(fields: Fields) -> dict[str, Any]:
    """Return what the configuration file sets, folders as absolute paths.

    Args:
        fields: What can be set.

    Raises:
        SettingsError: It cannot be read, or sets something that does not exist.
    """
    told = config_file.read_config()
    path = config_file.config_path()
    for name in told:
        if name not in fields:
            raise unknown(f"the configuration file {path}", name, fields)
    for name in ("data_dir", "cache_dir", "models_dir"):
        if path is not None and isinstance(told.get(name), str) and told[name]:
            # from wherever it is read, it means the same folder
            told[name] = str(path.absolute().parent / config_file.expanded(told[name]))
    return told


def origin(name: str, fields: Fields) -> tuple[Origin, str]:
    """Return where ``name`` is set, and under which name: a file, a variable, or ``""``.

    Raises:
        SettingsError: The configuration file cannot be read.
    """
    variable = f"{config_file.PREFIX}{name.upper()}"
    if variable in config_file.variables():
        return "environment", variable
    if name in in_file(fields):
        return "file", str(config_file.config_path())
    return "default", ""


def unknown(where: str, name: str, fields: Fields) -> SettingsError:
    """Say that ``name`` is no setting, and what may have been meant."""
    shown = config_file.one_line(name, 40)
    if config_file.is_secret(name):
        return SettingsError(f"{where} sets {shown}, which is no setting", remedy=_KEYS_REMEDY)
    meant = config_file.nearest(name, fields)
    remedy = f"Did you mean {meant}?" if meant else "All settings: emer config show --defaults."
    return SettingsError(f"{where} sets {shown!r}, which is no setting", remedy=remedy)
