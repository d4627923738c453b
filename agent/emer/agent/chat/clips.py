"""A clip of a conversation: what was found in it, looked at once, and closer where a question asks.

Reads    the file, through ``analyze``; what specialists answered before comes from the cache
Returns  reports: one of everything, per language, and one per stretch that was looked at closely
Cost     the first look is an analysis; afterwards reports are held, and nothing is run again

Reports are made by the built-in analyst, whoever talks: what is told of a clip rests on the same
reading, and a language model can neither choose a specialist nor change a finding.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from emer.agent.chat.grafting import Graft, closely, grafted, reread
from emer.agent.chat.understanding.asked import Asked, Stretch
from emer.agent.chat.understanding.kinds import Kind
from emer.agent.settings import Settings
from emer.graphs.report import Language, Report
from emer.graphs.rule.plans.replanning import CLOSE_HZ
from emer.graphs.rule.writing.wording import at
from emer.graphs.state import Event
from emer.tools.errors import MediaError

CLOSER: Final[frozenset[Kind]] = frozenset({"face", "sincere", "reaction"})
"""Kinds for which a face is worth more pictures a second, at a moment that is asked about."""
OF_FILE: Final[frozenset[Kind]] = frozenset({"length", "media", "help", "greeting", "inner"})
"""Kinds that the container answers: no specialist is needed."""


class ChatClip:
    """One clip of a conversation; safe to use from several threads.

    Args:
        path: The file.
        settings: For its analysis.
        part: Start and end of what is looked at, seconds.
        on_event: Called with progress.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        *,
        part: tuple[float | None, float | None] = (None, None),
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self.path = path
        self.name = path.name
        self.on_event = on_event
        self.on_step: Callable[[Event], None] | None = None
        """Hears every event too; what it raises ends the analysis."""
        self.analyses: list[Report] = []
        """Every analysis that was made here, in order: their ``run.tools`` tell what ran."""
        self._settings, self._part = settings, part
        self._container: Report | None = None
        self._whole: dict[Language, Report] = {}
        self._near: dict[Stretch, Report] = {}
        self._closer: dict[tuple[Stretch, Language], Graft | None] = {}
        self._lock = threading.RLock()
        self._opening = threading.Lock()

    def report(self, kind: Kind, language: Language) -> Report:
        """Return what answers a kind of question: all of the clip, or its container alone.

        Raises:
            EmerError: As ``analyze`` raises them.
        """
        if kind not in OF_FILE or self._whole:
            return self.whole(language)
        # somebody may be looking at all of it meanwhile: that need not be waited for
        with self._opening:
            if self._container is None:
                # a question that needs no specialist: the plan is then empty
                self._container = self._analyse("How long is it?")
            return _in(language, self._container)

    def whole(self, language: Language) -> Report:
        """Return the report on all of the clip, made now if there is none.

        Raises:
            EmerError: As ``analyze`` raises them.
        """
        with self._lock:
            if language not in self._whole:
                other = next(iter(self._whole.values()), None)
                # the same reading in other words: nothing is looked up, nothing decoded
                made = reread(_in(language, other)) if other else self._analyse(None, language)
                self._whole[language] = made
            return self._whole[language]

    def use(self, settings: Settings) -> None:
        """Take other settings for what is analysed from now on."""
        self._settings = settings

    def is_known(self) -> bool:
        """Whether it has been looked at in this conversation."""
        return bool(self._whole)

    def closer(self, asked: Asked) -> Graft | None:
        """Return what came of a closer look at what is asked about, if that is worth one.

        The same stretch is not looked at twice, however the question is put.

        Raises:
            EmerError: As ``analyze`` raises them.
        """
        wanted = self.wants_closer(asked)
        if wanted is None:
            return None
        with self._lock:
            stretch = self._covering(wanted)
            key = (stretch, asked.language)
            if key not in self._closer:
                question = f"Does anybody mean it at {at(stretch[0])} to {at(stretch[1])}?"
                near = self._near.get(stretch) or self._analyse(
                    # all of the clip was taken in before: what is kept of that is not done again
                    question, asked.language, whole=self._settings.cache
                )  # fmt: skip
                if near.media.sha256 != self.whole(asked.language).media.sha256:
                    raise MediaError(
                        f"{self.name} has changed since it was looked at",
                        remedy="Start the chat again, to look at it anew.",
                    )
                self._near[stretch] = near
                self._closer[key] = grafted(self.whole(asked.language), near)
            return self._closer[key]

    def wants_closer(self, asked: Asked) -> Stretch | None:
        """Return the stretch of a face that is asked about and was only sampled coarsely."""
        moves = asked.kind in {"who", "when", "feels"} and asked.shows in _OF_FACES
        if asked.window is None or not (asked.kind in CLOSER or moves):
            return None
        whole = self._whole.get(asked.language)
        if whole is None or whole.run.rate_hz >= CLOSE_HZ or whole.media.kind == "image":
            return None
        first, last = asked.window
        seen = any(
            e.reading.kind == "face_track" and e.start_s < last and e.end_s > first
            for e in whole.evidence
        )
        return asked.window if seen else None

    def is_looked_at(self, asked: Asked) -> bool:
        """Whether the closer look that a question wants is held already."""
        wanted = self.wants_closer(asked)
        return wanted is not None and self._covering(wanted) in self._near

    def _covering(self, wanted: Stretch) -> Stretch:
        """Return the stretch of an earlier closer look that saw all of what is wanted, or itself."""
        for stretch, near in self._near.items():
            seen = closely(near)
            if seen and seen.start_s <= wanted[0] and wanted[1] <= seen.end_s:
                return stretch
        return wanted

    def every(self) -> list[Report]:
        """Return all reports that are held: what may be cited is in one of them."""
        return [*self._whole.values(), *(g.report for g in self._closer.values() if g is not None)]

    def _analyse(
        self, question: str | None, language: Language = "en", *, whole: bool = False
    ) -> Report:
        from emer.agent.analysis import analyze

        report = analyze(
            self.path, question=question, settings=self._settings, llm="rule",
            start_s=self._part[0], end_s=self._part[1], output_language=language,
            on_event=self._tell, whole=whole,
        )  # fmt: skip
        self.analyses.append(report)
        return report

    def _tell(self, event: Event) -> None:
        """Tell whoever listens now: that may change while an analysis goes on."""
        for listener in (self.on_step, self.on_event):
            if listener is not None:
                listener(event)


_OF_FACES: Final = frozenset({"smile", "frown", "raised brows"})


def _in(language: Language, report: Report) -> Report:
    told = report.explanation.model_copy(update={"language": language})
    return report.model_copy(update={"explanation": told})
