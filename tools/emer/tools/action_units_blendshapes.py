"""Action units by MediaPipe's face landmarker: the network that taught our own.

Reads    the aligned crops of every face track, with what surrounds them
Returns  what ``action_units`` returns, by the same table and the same rules; gaps where the model's
         process was lost
Cost     13 ms a crop on one core, in a process of its own
Source   see ``emer.tools.loaders.landmarker``; table: ``facs_table``

The wheel of mediapipe asks for another flavour of OpenCV than ours, which would overwrite it; its
networks are plain LiteRT, so they are run by that alone.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import numpy as np

from emer.tools.action_units import FacialActionUnits, Look
from emer.tools.face_landmarks import NAME, shape_names
from emer.tools.face_shapes import SHAPES
from emer.tools.findings import Gap, GapCode, ModelCard
from emer.tools.hosting.host import Limits
from emer.tools.hosting.items import Item, Lost
from emer.tools.hosting.losses import lost_spans
from emer.tools.model_engine import ModelEngine
from emer.tools.models.store import Installed
from emer.tools.networks import settings_of
from emer.tools.specialist import Clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emer.tools.hosting.items import Message
    from emer.tools.media.faces import FaceStore

    Floats = NDArray[np.float64]

BATCH: Final = 32
GIVEN_UP: Final = 2 * BATCH
"""After so many samples lost in a row no more is asked."""
STEADY: Final = 0.04
ADRIFT: Final = 0.10
"""As in ``action_units``: drift between both looks that deserves full trust, and none."""


class Shown(NamedTuple):
    """What the network says of ``n`` crops, see ``facs_table.Seen``."""

    points_px: "Floats"
    shapes: "Floats"


class BlendshapeActionUnits(ModelEngine, FacialActionUnits):
    """Tells movements of faces by MediaPipe's blendshapes."""

    engine: ClassVar[str] = "blendshapes"
    card: ModelCard
    networks: ClassVar[tuple[str, ...]] = ()
    rank: ClassVar[int] = 20
    cost: ClassVar[float] = 0.07
    loader: ClassVar[str] = "emer.tools.loaders.landmarker:load"
    limits: ClassVar[Limits] = Limits(needs_mb=150, memory_mb=2000, load_s=60.0, batch_s=60.0)
    on_cpu: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("ai_edge_litert",)
    extra: ClassVar[str] = "landmarker"
    purpose: ClassVar[str] = "Which movements a face makes, by 478 points and 52 blendshapes."
    inputs: ClassVar[str] = "192x192 RGB crops of a face, eyes in a fixed place, a few a second"
    outputs: ClassVar[str] = (
        "events of action units with intensity 0..5 over the own neutral; blendshapes are not trained "
        "on FACS: each stands for an action unit by a table"
    )

    def __init__(self, *, shortest_s: float = 2.0, strictness: float = 1.0) -> None:
        FacialActionUnits.__init__(self, shortest_s=shortest_s, strictness=strictness)
        ModelEngine.__init__(self)

    def follows(self, au: str) -> float:
        """Return 1: the table speaks of this very network."""
        return 1.0

    def look(self, clip: Clip, faces: "FaceStore", track: str) -> Look:
        """Look at every sample of a track, in the model's process."""
        host, name = self.host(), self.found().name
        told: list[Lost | None] = []
        rows = [_rows([])]
        for _, crops in faces.crops(track, batch=BATCH, wide=True):
            if len(told) >= GIVEN_UP and all(told[-GIVEN_UP:]):
                told += [told[-1]] * len(crops)  # it dies of everything: no more is asked
                continue
            answers = host.ask([Item({}, {"crop": c}) for c in crops], batches=[range(len(crops))])
            told += [a if isinstance(a, Lost) else None for a in answers]
            rows.append(_rows([a for a in answers if not isinstance(a, Lost)]))
        points, shapes, drift, presence = (np.concatenate(c) for c in zip(*rows, strict=True))
        times_s = faces.samples(track).times_s
        trust = np.clip((ADRIFT - drift) / (ADRIFT - STEADY), 0.0, 1.0) * presence
        gaps = [
            Gap(
                tool=self.tool, code=GapCode.TOOL_FAILED, subject=track,
                start_s=span.start_s, end_s=span.end_s,
                reason=f"{name}: {lost.reason}", remedy=lost.remedy,
            )
            for span, lost in lost_spans(times_s, told, clip.span)
        ]  # fmt: skip
        kept = np.array([one is None for one in told], np.bool_)
        return Look(Shown(points, shapes), times_s[kept], trust, gaps)

    def options(self, found: Installed) -> dict[str, Any]:
        """Say which points the second network reads."""
        return {"points": list(settings_of(self.tool, NAME)["points"])}


def _rows(answers: "Sequence[Message]") -> "tuple[Floats, Floats, Floats, Floats]":
    """Return points, shapes in the order of ``shape_names()``, drift and presence of answers."""
    n, columns = len(answers), [SHAPES.index(name) for name in shape_names()]
    points = np.array([a["points"] for a in answers], np.float64)
    shapes = np.array([a["shapes"] for a in answers], np.float64).reshape(n, len(SHAPES))
    return (
        points.reshape(n, len(settings_of("action_units", NAME)["points"]), 2), shapes[:, columns],
        np.array([a["drift"] for a in answers]), np.array([a["presence"] for a in answers]),
    )  # fmt: skip
