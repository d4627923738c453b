"""The rule-based analyst as a LangChain chat model: same messages in, same schemas out.

Reads    the last human message, one JSON task (see ``emer.graphs.tasks``)
Returns  one tool call whose arguments fulfil the schema that was bound
Cost     milliseconds; no network, no weights, deterministic
"""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, TypeAdapter, ValidationError

from emer.graphs.rule.plans.planning import plan
from emer.graphs.rule.plans.replanning import replan
from emer.graphs.rule.readings.reading import read
from emer.graphs.rule.writing.claims import explain
from emer.graphs.rule.writing.clues import clues_in
from emer.graphs.rule.writing.labels import extract_labels
from emer.graphs.rule.writing.polarity import polarities
from emer.graphs.tasks.clues import AudioTask, Clues, VisualTask
from emer.graphs.tasks.every import Task
from emer.graphs.tasks.explaining import ExplainTask
from emer.graphs.tasks.judging import JudgeTask, all_true
from emer.graphs.tasks.labelling import LabelTask
from emer.graphs.tasks.planning import PlanTask, ReplanTask
from emer.graphs.tasks.polarity import PolarityTask
from emer.graphs.tasks.reading import ReadTask
from emer.graphs.tasks.repairing import Repairs, RepairTask
from emer.graphs.tasks.translating import TranslateTask, Translations

_TASK: TypeAdapter[Task] = TypeAdapter(Task)


class RuleChatModel(BaseChatModel):
    """Answers the analyst's tasks by rules. Anything else it says it cannot answer."""

    @property
    def _llm_type(self) -> str:
        return "emer-rule"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | Any],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> Runnable[Any, AIMessage]:
        """Bind schemas; a call answers with the one that fits the task."""
        names = [convert_to_openai_tool(tool)["function"]["name"] for tool in tools]
        return self.bind(emer_schemas=names)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> ChatResult:
        answer = answer_to(messages)
        name = type(answer).__name__ if answer is not None else ""
        if answer is None or name not in kwargs.get("emer_schemas", [name]):
            message = AIMessage("The built-in analyst answers its own tasks only.")
        else:
            call = {"name": name, "args": answer.model_dump(mode="json"), "id": f"rule-{name}"}
            message = AIMessage("", tool_calls=[call])
        return ChatResult(generations=[ChatGeneration(message=message)])


def answer_to(messages: Sequence[BaseMessage]) -> BaseModel | None:
    """Return the answer to the task in the last human message; ``None`` if it holds none."""
    asked = next((m for m in reversed(messages) if isinstance(m, HumanMessage)), None)
    if asked is None or not isinstance(asked.content, str):
        return None
    try:
        task = _TASK.validate_json(asked.content)
    except ValidationError:
        return None
    match task:
        case PlanTask():
            return plan(task)
        case ReplanTask():
            return replan(task)
        case VisualTask() | AudioTask():
            return Clues(claims=clues_in(task.segments, task.language))
        case ReadTask():
            return read(task)
        case ExplainTask():
            return explain(task)
        case RepairTask():  # what it wrote itself it would write again
            return Repairs(corrections=[])
        case JudgeTask():  # what is judged holds by the rules already
            return all_true(task)
        case LabelTask():
            return extract_labels(task)
        case PolarityTask():
            return polarities(task)
        case TranslateTask():
            return Translations(translations=[])
