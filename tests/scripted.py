"""Chat models that say what a test wants them to say."""

import json
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

from emer.graphs.rule.model import answer_to


class ScriptedModel(BaseChatModel):
    """Answers each task by a function of its kind; what is not scripted goes by the rules."""

    script: dict[str, Any] = Field(default_factory=dict)
    seen: list[Any] = Field(default_factory=list)

    @property
    def _llm_type(self):
        return "scripted"

    def bind_tools(self, tools, **kwargs):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        task = json.loads(messages[-1].content)
        self.seen.append(task)
        by_rule = answer_to(messages)
        answer = by_rule.model_dump(mode="json")
        if task["kind"] in self.script:
            answer = self.script[task["kind"]](task, answer)
        if isinstance(answer, str):
            return ChatResult(generations=[ChatGeneration(message=AIMessage(answer))])
        call = {"name": type(by_rule).__name__, "args": answer, "id": "1"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage("", tool_calls=[call]))])
