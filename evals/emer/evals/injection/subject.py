"""Whom the attacks are tried on: a language model that was named, recorded or replayed."""

from dataclasses import dataclass
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from emer.agent.model_calls import model_for, rules_for
from emer.agent.settings import Settings, SettingsError
from emer.graphs.calls.rules import CallRules
from emer.graphs.report import Budget


@dataclass(frozen=True, slots=True)
class Subject:
    """The language model that is attacked; without one, the scripted model that obeys."""

    model: BaseChatModel
    name: str
    rules: CallRules

    @property
    def is_called(self) -> bool:
        """Whether it may be asked at an address, which then is no action."""
        return self.rules.tape is None or not self.rules.tape.replay

    def folders(self) -> tuple[Path, ...]:
        """Return where its answers are kept."""
        return (self.rules.tape.path,) if self.rules.tape is not None else ()


def subject_of(
    llm: str | None, base_url: str | None, record: Path | None, replay: Path | None
) -> Subject | None:
    """Return the model that was asked for; ``None``: the scripted one.

    Raises:
        EmerError: It cannot be used here, or the options contradict each other.
    """
    if llm is None:
        if base_url or record or replay:
            raise SettingsError(
                "--base-url, --record and --replay are about a model", remedy="Name it with --llm."
            )
        return None
    settings = Settings(base_url=base_url) if base_url else Settings()
    rules = rules_for(settings, Budget(), llm, record, replay, None)
    return Subject(*model_for(settings, llm, replay), rules)
