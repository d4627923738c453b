"""Action units by MediaPipe's face landmarker: the network that taught our own.

Reads    the aligned crops of every face track, with what surrounds them
Returns  what ``action_units`` returns, by the same table and the same rules; gaps where the model's
         process was lost
Cost     13 ms a crop on one core, in a process of its own
Source   see ``emer.tools.loaders.landmarker``; table: ``facs_table``

The wheel of mediapipe asks for another flavour of OpenCV than ours, which would overwrite it; its
networks are plain LiteRT, so they are run by that alone.
"""

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from emer.tools.action_units import FacialActionUnits, Look
from emer.tools.face_landmarks import NAME, shape_names
from emer.tools.face_shapes import SHAPES
from emer.tools.findings import Gap, GapCode, ModelCard
from emer.tools.hosting.host import Host, Limits, hosted
from emer.tools.hosting.items import Item, Lost
from emer.tools.hosting.losses import lost_spans
from emer.tools.models.served import Served
from emer.tools.networks import settings_of
from emer.tools.specialist import Clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emer.tools.hosting.items import Message
    from emer.tools.media.faces import FaceStore

    Floats = NDArray[np.float64]

LOADER: Final = "emer.tools.loaders.landmarker:load"
BUNDLE: Final = "face_landmarker.task"
BATCH: Final = 32
STEADY: Final = 0.04
ADRIFT: Final = 0.10
"""As in ``action_units``: drift between both looks that deserves full trust, and none."""
LIMITS: Final = Limits(needs_mb=150, memory_mb=2000, load_s=60.0, batch_s=60.0)


class Shown(NamedTuple):
    """What the network says of ``n`` crops, see ``facs_table.Seen``."""

    points_px: "Floats"
    shapes: "Floats"


class BlendshapeActionUnits(Served, FacialActionUnits):
    """Tells movements of faces by MediaPipe's blendshapes."""

    engine: ClassVar[str] = "blendshapes"
    card: ModelCard
    networks: ClassVar[tuple[str, ...]] = (NAME,)
    """For its table of points and names only."""
    rank: ClassVar[int] = 20
    cost: ClassVar[float] = 0.07
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
        Served.__init__(self)

    def follows(self, au: str) -> float:
        """Return 1: the table speaks of this very network."""
        return 1.0

    def look(self, clip: Clip, faces: "FaceStore", track: str) -> Look:
        """Look at every sample of a track, in the model's process."""
        host, found = self._host(), self.found().name
        told: list[Message | Lost] = []
        for _, crops in faces.crops(track, batch=BATCH, wide=True):
            if told and all(isinstance(t, Lost) for t in told[-2 * BATCH :]) and len(told) > BATCH:
                told += [told[-1]] * len(crops)  # it dies of every batch: no more is asked
                continue
            told += host.ask([Item({}, {"crop": c}) for c in crops], batches=[range(len(crops))])
        times_s = faces.samples(track).times_s
        good = [t for t in told if not isinstance(t, Lost)]
        kept = np.array([not isinstance(t, Lost) for t in told], np.bool_)
        columns = [SHAPES.index(name) for name in shape_names()]
        shown = Shown(
            np.array([t["points"] for t in good], np.float64).reshape(len(good), -1, 2),
            np.array([t["shapes"] for t in good], np.float64).reshape(len(good), -1)[:, columns]
            if good else np.zeros((0, len(columns))),
        )  # fmt: skip
        drift = np.array([t["drift"] for t in good])
        trust = np.clip((ADRIFT - drift) / (ADRIFT - STEADY), 0.0, 1.0)
        trust *= np.array([t["presence"] for t in good])
        gaps = [
            Gap(
                tool=self.tool, code=GapCode.TOOL_FAILED, subject=track,
                start_s=span.start_s, end_s=span.end_s,
                reason=f"{found}: {lost.reason}", remedy=lost.remedy,
            )
            for span, lost in lost_spans(times_s, told, clip.span)
        ]  # fmt: skip
        return Look(shown, times_s[kept], trust, gaps)

    def _host(self) -> Host:
        folder = self.found().folder
        file = folder / BUNDLE if folder.is_dir() else folder
        points = list(settings_of(self.tool, NAME)["points"])
        return hosted(
            self.tool, LOADER, {"file": str(file), "points": points, "device": "cpu"}, LIMITS
        )
