"""Every task that can be put to a model, told apart by its kind."""

from typing import Annotated

from pydantic import Field

from emer.graphs.tasks.explaining import ExplainTask
from emer.graphs.tasks.labelling import LabelTask
from emer.graphs.tasks.planning import PlanTask, ReplanTask
from emer.graphs.tasks.reading import ReadTask
from emer.graphs.tasks.translating import TranslateTask

AnyTask = PlanTask | ReplanTask | ReadTask | ExplainTask | LabelTask | TranslateTask
Task = Annotated[AnyTask, Field(discriminator="kind")]
