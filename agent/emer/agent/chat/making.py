"""One answer while it is being made: what was given out of it, how much more there is, what it leaves behind."""

import time
from collections.abc import Iterator, Sequence
from typing import Final

from emer.agent.chat.answering.sentences import Sentence
from emer.agent.chat.pieces import ChatAnswer, Piece, Remark
from emer.agent.chat.understanding.asked import Asked, Focus
from emer.graphs.nodes.reporting import NOTICE
from emer.graphs.report import Report

MOST: Final = 5
"""Sentences of an answer that are told at once, where the question says nothing of that."""
MOST_OF_GIST: Final = 6
"""The same where it asks what happened: what is shown, and what was said with it."""
MOST_LISTED: Final = 12
"""The same of lists: what was said, and what is in each of several clips."""


class Making:
    """An answer while it is being made."""

    def __init__(self, question: str, began: float) -> None:
        self.question, self.began = question, began
        self.asked: Asked | None = None
        self.focus = Focus()
        self.clip: str | None = None
        self.can_ask: str | None = None
        self.analyst = "rule"
        self.notice = NOTICE
        self.n_more = 0
        self.n_run = self.n_kept = 0
        self._remarks: list[str] = []
        self._told: list[Sentence] = []
        self._from = 0
        """Where the answer to the last of several questions begins."""
        self._first_s: float | None = None

    def take(self, piece: Piece) -> None:
        """Keep what is given out."""
        if isinstance(piece, Remark):
            self._remarks.append(piece.text)
        elif isinstance(piece, Sentence):
            self._told.append(piece)
            if self._first_s is None:
                self._first_s = time.perf_counter() - self.began

    def limited(self, told: Iterator[Sentence], *, from_start: bool = False) -> Iterator[Sentence]:
        """Give out what was not told yet, up to the most at once; count the rest.

        Args:
            told: The answer.
            from_start: It does not begin with what was told before, when more is asked for.
        """
        before = {s.text for s in self._told}
        skip = self.asked.skip if self.asked and not from_start else 0
        most = MOST_LISTED if from_start else _most(self.asked)
        for place, sentence in enumerate(told):
            if place < skip or sentence.text in before:
                continue
            if len(self._told) >= most:
                self.n_more += 1
            else:
                yield sentence

    def count(self, analyses: Sequence[Report]) -> None:
        """Count what specialists did for it."""
        ran = [t for report in analyses for t in report.run.tools]
        self.n_kept = sum(t.n_cached for t in ran)
        self.n_run = sum(t.n_spans - t.n_cached for t in ran)

    def answer(self) -> ChatAnswer:
        """Return the answer as it is kept."""
        cited = [s for s in self._told if not s.abstains]
        return ChatAnswer(
            question=self.question, clip=self.clip, understood=self.asked,
            remarks=tuple(self._remarks), sentences=tuple(self._told), n_more=self.n_more,
            abstained=not cited, can_ask=self.can_ask, analyst=self.analyst, n_run=self.n_run,
            n_kept=self.n_kept, first_s=round(self._first_s or 0.0, 3),
            wall_s=round(time.perf_counter() - self.began, 3), focus=self.next_focus(),
            notice=self.notice,
        )  # fmt: skip

    def take_up(self, asked: Asked, notice: str) -> None:
        """Begin with a question that was understood."""
        self.asked, self.notice = asked, notice
        self._from = len(self._told)

    def put_off(self, focus: Focus) -> None:
        """Keep what is remembered of a question that cannot be answered."""
        self.asked, self.focus = None, focus

    def next_focus(self) -> Focus:
        """Return what the next question may take from what was told."""
        if self.asked is None:
            return self.focus
        own = self._told[self._from :]
        places = [s for s in own if s.evidence and s.start_s is not None]
        first = places[0] if places else None
        around = (first.start_s or 0.0, first.end_s or 0.0) if first else None
        pointed = next((s.subject for s in places if s.subject != "scene"), None)
        return self.asked.focus(around, self.asked.skip + len(own), pointed)


def _most(asked: Asked | None) -> int:
    if asked is None:
        return MOST
    listed = asked.kind == "said" or asked.every_clip
    gist = asked.kind == "happened"
    return asked.most or (MOST_LISTED if listed else MOST_OF_GIST if gist else MOST)
