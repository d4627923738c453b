"""What a specialist is: the contract that every engine fulfils, ours or a stranger's.

A specialist is cheap to build and to import; it loads nothing before it is first asked. It is
found through the entry-point group ``emer.tools``, whose names read ``tool`` or ``tool.engine``.

    nothing to see      -> a ``Gap`` among its findings
    cannot run here     -> ``ready()`` or ``observe()`` raises ``ToolUnavailable``
    anything else       -> a bug; the graph records the loss and goes on

What it answers for one span depends on the clip, ``known`` and that span alone, not on which other
spans it is asked about at the same time: answers are kept span by span. Where it also depends on
anything beside the media (a subtitle file, weights that may be exchanged), it has a method
``depends_on(path) -> str`` that returns a digest of that.

Two class attributes may say how much it is missed where it cannot run. ``optional = True``: an
installation is complete without it; reports still tell the gap. ``refines = True``: another tool tells
the same less well; there is no gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, Protocol, runtime_checkable

from emer.tools.findings import Finding, Modality, ModelCard, TimeSpan
from emer.tools.media.decode import Frame, Luma
from emer.tools.media.faces import FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.media.subtitles import Cue


@dataclass(frozen=True, slots=True)
class Clip:
    """One decoded clip, as the pass left it. Arrays stay on disk; nothing here is large."""

    path: Path
    media: MediaInfo
    span: TimeSpan
    """The part of the media that is analysed."""
    workspace: Path
    """Folder for working files, deleted after the run."""
    soundtrack: Soundtrack | None = None
    faces: FaceStore | None = None
    cues: tuple[Cue, ...] = ()
    """Embedded subtitles inside ``span``."""
    language: str | None = None
    """Spoken language as the user stated it (BCP 47), else ``None``."""
    min_speakers: int | None = None
    """Voices that there must be at least, if the user or something else has shown it."""
    max_speakers: int | None = None
    """Voices that there may be at most, if the user said so."""
    found: dict[str, list[Finding]] = field(default_factory=dict)
    """What the pass's watchers found, by tool."""


Scope = Literal["clip", "utterances", "windows"]
"""``clip``: the analysed part as one span. ``utterances``: every stretch of speech of one person.
``windows``: those, and the quiet stretches between them in pieces of a few seconds."""


@runtime_checkable
class Specialist(Protocol):
    """Answers one kind of question about a clip."""

    tool: ClassVar[str]
    """What it answers, e.g. ``voice_affect``; engines of one tool are interchangeable."""
    engine: ClassVar[str]
    """How it answers, e.g. ``prosody``."""
    modality: ClassVar[Modality]
    needs: ClassVar[tuple[str, ...]]
    """Tools whose findings it reads; they run before it."""
    scope: ClassVar[Scope]
    """Which spans it wants to be asked about."""
    rank: ClassVar[int]
    """Among the engines of a tool that can run here, the highest rank is chosen."""
    cost: ClassVar[float]
    """Seconds of work on one core per second of media, roughly; planners weigh it."""

    @property
    def card(self) -> ModelCard:
        """Of the model that it runs; of the engine as such while no model is found."""
        ...

    def ready(self) -> None:
        """Check, in milliseconds and without loading, that it can run here.

        Raises:
            ToolUnavailable: With the reason and the remedy.
        """
        ...

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Look at ``spans`` of ``clip``.

        Args:
            clip: The decoded clip.
            spans: Where to look, in time order.
            known: Findings of the tools in ``needs``, in time order.

        Returns:
            Findings in time order, all inside ``clip.span``: at least one per span, evidence or
            a gap saying why not.
        """
        ...


class FrameWatcher(Protocol):
    """Looks at every sampled picture while the pass runs, in a thread of its own."""

    def see(self, frame: Frame) -> None:
        """Take in one sampled picture; called in time order."""
        ...

    def glimpse(self, luma: Luma) -> None:
        """Take in the brightness of one decoded picture; only if ``wants_luma``."""
        ...

    def close(self, clip: Clip) -> tuple[list[Finding], FaceStore | None]:
        """Return what was found, and the faces if this watcher keeps them."""
        ...


@runtime_checkable
class PassSpecialist(Specialist, Protocol):
    """A specialist that looks at pictures while they are decoded.

    Its ``observe`` returns ``clip.found[tool]``, restricted to the spans asked for.
    """

    wants_luma: ClassVar[bool]

    def watch(self, media: MediaInfo, span: TimeSpan, workspace: Path) -> FrameWatcher:
        """Begin to watch one pass."""
        ...
