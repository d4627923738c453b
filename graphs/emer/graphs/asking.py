"""Ask the model behind the analyst, whichever it is, and get a schema-bound answer.

A model that fails (no answer, broken schema, an error of its service) is asked once more; after
that the built-in analyst answers this one call, and the report says so. No caller needs to know
which kind of model it talks to.
"""

from typing import TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel

from emer.graphs.prompts import SYSTEM
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.tasks import ExplainTask, LabelTask, PlanTask, ReadTask, ReplanTask

Answer = TypeVar("Answer", bound=BaseModel)
AnyTask = PlanTask | ReplanTask | ReadTask | ExplainTask | LabelTask


def ask(model: BaseChatModel, task: AnyTask, schema: type[Answer]) -> tuple[Answer, dict[str, str]]:
    """Put ``task`` to ``model``.

    Returns:
        The answer, and notes for the report (empty unless the model failed).
    """
    messages = [SystemMessage(SYSTEM[task.kind]), HumanMessage(task.model_dump_json())]
    problem = ""
    for _ in range(2):
        try:
            answer = model.with_structured_output(schema).invoke(messages)
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:200]}"
            continue
        if isinstance(answer, schema):
            return answer, {}
        problem = "it did not answer in the schema"
    built_in = RuleChatModel().with_structured_output(schema).invoke(messages)
    assert isinstance(built_in, schema)
    note = f"the language model failed at '{task.kind}' ({problem}); the built-in analyst took over"
    return built_in, {f"llm-{task.kind}": note}
