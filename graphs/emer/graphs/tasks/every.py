"""Every task that can be put to a model, told apart by its kind, and the prompt of each."""

from typing import Annotated, Final

from pydantic import Field

from emer.graphs.report import Branch
from emer.graphs.tasks.clues import AudioTask, VisualTask
from emer.graphs.tasks.explaining import ExplainTask
from emer.graphs.tasks.judging import JudgeTask
from emer.graphs.tasks.labelling import LabelTask
from emer.graphs.tasks.planning import PlanTask, ReplanTask
from emer.graphs.tasks.polarity import PolarityTask
from emer.graphs.tasks.reading import ReadTask
from emer.graphs.tasks.repairing import RepairTask
from emer.graphs.tasks.translating import TranslateTask

AnyTask = (
    PlanTask
    | ReplanTask
    | VisualTask
    | AudioTask
    | ReadTask
    | ExplainTask
    | RepairTask
    | JudgeTask
    | LabelTask
    | PolarityTask
    | TranslateTask
)
Task = Annotated[AnyTask, Field(discriminator="kind")]
_READ: Final[dict[Branch, str]] = {
    "V+A+T": "read_vat", "A+T": "read_at", "V+T": "read_vt", "T": "read_t",
}  # fmt: skip


def prompt_of(task: AnyTask) -> str:
    """Return the name of the prompt for a task: words are read by what there is beside them."""
    if isinstance(task, ReadTask):
        return _READ.get(task.branch, "read_silent")
    return task.kind
