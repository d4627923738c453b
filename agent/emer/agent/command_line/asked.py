"""What options of ``emer analyze`` mean; what is wrong with them ends the command."""

from typing import TYPE_CHECKING, Any

from emer.agent.saying import USAGE, fail
from emer.agent.settings.command import settings_or_end

if TYPE_CHECKING:
    from emer.agent.settings import Settings
    from emer.graphs.report import Budget, Language


def settings_of(
    domain: str | None,
    device: str | None,
    engines: list[str] | None,
    speakers: str | None,
    base_url: str | None,
    no_self_check: bool,
) -> "Settings":
    """Read the settings, options before them; an engine that was asked for replaces only its tool's."""
    settings = settings_or_end()
    asked: dict[str, Any] = {
        "domain": domain, "device": device, "speakers": speakers, "base_url": base_url,
        "self_check": False if no_self_check else None,
    }  # fmt: skip
    if engines:
        asked["engines"] = ",".join([*filter(None, [settings.engines]), *engines])
    given = {name: value for name, value in asked.items() if value is not None}
    return settings_or_end(**given) if given else settings


def check_key(
    settings: "Settings", *, llm: str | None = None, replay: str | None = None, **_: object
) -> None:
    """End the command if a provider's key is missing: before anything heavy is imported."""
    from emer.agent import providers
    from emer.tools.errors import EmerError

    try:
        if replay is None:
            providers.check_key(llm or settings.llm, settings.base_url)
    except EmerError as error:
        fail(str(error))


def budget_of(text: str | None) -> "Budget | None":
    """Read a budget."""
    from emer.agent.settings import limits
    from emer.graphs.report import Budget

    try:
        return Budget.model_validate(limits(text)) if text else None
    except ValueError as error:
        fail(str(error), status=USAGE)


def language_of(name: str | None) -> "Language | None":
    """Read the language of explanations."""
    from typing import get_args

    from emer.graphs.report import Language

    if name is not None and name not in get_args(Language):
        fail(f"explanations are written in {' or '.join(get_args(Language))}", status=USAGE)
    return name  # type: ignore[return-value]  # one of the two, as just checked
