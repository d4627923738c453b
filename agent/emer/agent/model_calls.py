"""Who answers the calls of a run, and how they are made: a model, a record, or both."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

from emer.agent.chat_models import chat_model, name_of
from emer.agent.model_identity import RULE
from emer.agent.settings import Settings, SettingsError, prices
from emer.graphs.calls.ledger import Prices
from emer.graphs.calls.rules import CallRules, Sent
from emer.graphs.calls.tape import OnTape, Tape
from emer.graphs.report import Budget


def model_for(
    settings: Settings,
    llm: str | Any,  # noqa: ANN401 - a name or any LangChain chat model
    replay: str | Path | None = None,
) -> tuple[BaseChatModel, str]:
    """Return the model and the name that reports give it; in a replay none need be installed.

    Raises:
        ToolUnavailable: It cannot be used here.
    """
    if replay is not None:
        return OnTape(), name_of(llm)
    return chat_model(llm, settings.base_url, settings.llm_timeout_s)


def rules_for(
    settings: Settings,
    budget: Budget,
    llm: str | Any,  # noqa: ANN401 - a name or any LangChain chat model
    record: str | Path | None,
    replay: str | Path | None,
    show: Callable[[Sent], None] | None,
) -> CallRules:
    """Return what holds for calls to the model.

    Args:
        settings: Patience, retries and prices.
        budget: Of the run.
        llm: Who is asked.
        record: File that keeps the answers.
        replay: File that alone answers.
        show: Called with what each call sends.

    Raises:
        SettingsError: The options contradict each other.
        TapeError: The record cannot be read or written.
    """
    if record is not None and replay is not None:
        raise SettingsError(
            "an analysis is either recorded or replayed", remedy="Leave one of the two out."
        )
    kept = record if record is not None else replay
    if kept is not None and llm == RULE:
        raise SettingsError(
            "there is nothing to record or replay: the built-in analyst reasons, and no model",
            remedy="Name the language model too, e.g. --llm ollama:qwen3.",
        )
    told = prices(settings.llm_prices)
    if budget.cost is not None and told is None:
        raise SettingsError(
            "a limit of cost needs prices, and none are set",
            remedy="Set what a million tokens cost, e.g. EMER_LLM_PRICES=in=0.15,out=0.6.",
        )
    return CallRules(
        timeout_s=settings.llm_timeout_s, stall_s=min(60.0, settings.llm_timeout_s),
        retries=settings.llm_retries, prices=Prices(*told) if told else None,
        tape=Tape(Path(kept), replay=replay is not None) if kept is not None else None,
        show=show,
    )  # fmt: skip
