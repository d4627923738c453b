"""Ask the model behind the analyst, whichever it is, and get a schema-bound answer.

Where a language model gives no usable answer (see ``calls.line``) the built-in analyst answers this
one call, and the report says so. No caller needs to know which kind of model it talks to.
"""

from typing import Final, TypeVar

from langchain_core.messages import HumanMessage
from pydantic import BaseModel

from emer.graphs.calls.line import CallFailed
from emer.graphs.calls.rules import Sent
from emer.graphs.calls.strategies import messages_for
from emer.graphs.calls.wire import wire_text
from emer.graphs.prompts import Prompt, prompt
from emer.graphs.rule.model import RuleChatModel, answer_to
from emer.graphs.state import Context
from emer.graphs.tasks.every import AnyTask, prompt_of

Answer = TypeVar("Answer", bound=BaseModel)
_INSTEAD: Final = {"repair": "what was refused stays refused", "judge": "nothing is judged again"}
"""What a failure means where the built-in analyst has nothing to say in the model's place."""


def ask(context: Context, task: AnyTask, schema: type[Answer]) -> tuple[Answer, dict[str, str]]:
    """Put ``task`` to the model of this run.

    Returns:
        The answer, and notes for the report (empty unless the model failed).

    Raises:
        TapeError: A replay lacks the call, or the record cannot be written.
    """
    told, document = prompt(prompt_of(task)), task.model_dump_json()
    if isinstance(context.model, RuleChatModel):
        _show(context, task.kind, told, document, wire_text(schema))
        return _by_rule(document, schema), {}
    try:
        return context.line.call(task.kind, told, document, schema), {}
    except CallFailed as failure:
        note = (
            f"the language model failed at '{task.kind}' ({failure}); "
            f"{_INSTEAD.get(task.kind, 'the built-in analyst took over')}"
        )
        return _by_rule(document, schema), {f"llm-{task.kind}": note}


def _by_rule(document: str, schema: type[Answer]) -> Answer:
    answer = answer_to([HumanMessage(document)])
    assert isinstance(answer, schema)
    return answer


def _show(context: Context, task: str, told: Prompt, document: str, schema: str) -> None:
    show = context.rules.show
    if show is not None:
        messages = messages_for("json_schema", told, document, schema)
        show(Sent(0, task, told.id, context.model_name, "built-in", messages, schema))
