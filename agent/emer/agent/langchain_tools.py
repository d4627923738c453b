"""LangChain tools: what a host agent needs to understand the emotions in a clip.

    from emer.agent import EmotionToolkit
    tools = EmotionToolkit(roots=["clips"]).get_tools()

Every tool answers with a short text for the model and, as the artifact, the same typed and cited for
the program. Errors come back as text with a remedy; a bug propagates. Nothing of the host is changed.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from langchain_core.tools import BaseTool, BaseToolkit, ToolException
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from emer.agent.toolbox.box import Asking, Toolbox, complaint
from emer.agent.toolbox.offers import OFFERS, Offer
from emer.graphs.state import Event
from emer.tools.errors import EmerError


class EmotionTool(BaseTool):
    """One tool over the clips of a toolkit."""

    response_format: Literal["content_and_artifact"] = "content_and_artifact"
    handle_tool_error: bool | str | Callable[[ToolException], str] | None = True
    box: Any = Field(exclude=True, repr=False)
    """A ``Toolbox``; it has no schema."""
    on_event: Callable[[Event], None] | None = Field(default=None, exclude=True, repr=False)

    def _run(self, **arguments: Any) -> tuple[str, BaseModel]:  # noqa: ANN401 - see ``args_schema``
        return self._answer(arguments, Asking(self.on_event))

    async def _arun(self, **arguments: Any) -> tuple[str, BaseModel]:  # noqa: ANN401
        """Answer without blocking the event loop; cancelled, the analysis ends at its next step."""
        unwanted = threading.Event()
        asking = Asking(self.on_event, unwanted.is_set)
        try:
            return await asyncio.to_thread(self._answer, arguments, asking)
        except asyncio.CancelledError:
            unwanted.set()
            raise

    def _answer(self, arguments: dict[str, Any], asking: Asking) -> tuple[str, BaseModel]:
        try:
            outcome = self.box.call(self.name, arguments, asking)
        except EmerError as error:
            raise ToolException(str(error)) from error
        return outcome.text, outcome.data


class EmotionToolkit(BaseToolkit):
    """Tools that tell a host agent who shows which emotion when, and on what grounds.

    Args:
        roots: Folders whose files may be analysed; nothing outside of them can be read.
        llm: Who reasons: ``"rule"`` (built in), ``"provider:model"``, or a LangChain chat model.
        settings: As for ``analyze``; read from ``EMER_...`` and the configuration file if not given.
        on_event: Is told of the progress of every analysis.

    Raises:
        ClipRefused: A root is no folder, or none is named.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    roots: Sequence[str | Path]
    llm: Any = None
    settings: Any = None
    on_event: Callable[[Event], None] | None = None
    _box: Toolbox = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 - pydantic's signature
        """Open the roots."""
        self._box = Toolbox.over(self.roots, llm=self.llm, settings=self.settings)

    def get_tools(self) -> list[BaseTool]:
        """Return the tools; all of a toolkit share what was analysed."""
        return [self._tool(offer) for offer in OFFERS.values()]

    def _tool(self, offer: Offer) -> EmotionTool:
        return EmotionTool(
            name=offer.name, description=offer.description, args_schema=offer.args,
            box=self._box, on_event=self.on_event,
            handle_validation_error=partial(_complain, offer.name),
        )  # fmt: skip


def _complain(name: str, error: Any) -> str:  # noqa: ANN401 - of either version of pydantic
    return str(complaint(name, error))
