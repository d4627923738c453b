"""Specialists that find what they are given, in the place of engines that would have found it."""

import hashlib
from collections.abc import Sequence
from typing import ClassVar, Final

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Finding, Modality, ModelCard, TimeSpan
from emer.tools.readings import MeasuredReading
from emer.tools.specialist import Clip, Scope, Specialist

_CARD: Final = ModelCard(
    name="given", revision="1", purpose="Gives findings as an engine would have made them.",
    inputs="none", outputs="the same findings every time", licence="Apache-2.0", commercial_use=True,
    source="this project", trained_on="nothing", metrics="not measured", limits=("made up",),
)  # fmt: skip


class _Given:
    """A specialist that finds what it is given, or fails as it is told to."""

    tool: ClassVar[str]
    modality: ClassVar[Modality]
    needs: ClassVar[tuple[str, ...]]
    scope: ClassVar[Scope]
    engine: ClassVar[str] = "given"
    rank: ClassVar[int] = 1
    cost: ClassVar[float] = 0.001

    def __init__(self, found: Sequence[Finding], trouble: str) -> None:
        self._found, self._trouble = list(found), trouble
        # answers are kept under the engine's revision: another answer is another revision
        told = "".join(f.model_dump_json() for f in self._found)
        revision = hashlib.sha256(told.encode(errors="replace")).hexdigest()[:12]
        self.card: ModelCard = _CARD.model_copy(update={"revision": revision})

    def ready(self) -> None:
        """Always."""

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Return what lies in ``spans``, or fail."""
        if self._trouble:
            raise ToolUnavailable(self.tool, self._trouble, remedy=self._trouble)
        return [f for f in self._found if any(f.overlaps(s) for s in spans)]


def given(
    tool: str,
    modality: Modality,
    found: Sequence[Finding] = (),
    *,
    needs: tuple[str, ...] = (),
    scope: Scope = "clip",
    trouble: str = "",
) -> Specialist:
    """Return a specialist that finds ``found`` wherever it is asked, or fails with ``trouble``."""
    about = {"tool": tool, "modality": modality, "needs": needs, "scope": scope}
    kind = type(f"_Given_{tool}", (_Given,), about)
    made: Specialist = kind(found, trouble)
    return made


def found(
    tool: str,
    modality: Modality,
    subject: str,
    start_s: float,
    end_s: float,
    reading: MeasuredReading,
    score: float | None = 0.9,
) -> Evidence:
    """Return what an engine would have found."""
    return Evidence.of(
        tool=tool, engine="given", modality=modality, card=_CARD, subject=subject, score=score,
        span=TimeSpan(start_s=start_s, end_s=end_s), reading=reading,  # type: ignore[arg-type]
    )  # fmt: skip
