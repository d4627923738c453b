"""A conversation about clips, without a terminal: questions in, sentences out as they are found.

Reads    questions; reports of the clips, made when first needed and held
Returns  ``Piece`` values one by one; a ``ChatAnswer`` once all are out, filed
Cost     with the built-in analyst and a clip that is known, milliseconds to the first sentence
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, Final

from emer.agent.chat.answering.answers import can_ask, excuse, sentences, took
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.clips import OF_FILE, ChatClip
from emer.agent.chat.making import Making
from emer.agent.chat.pieces import ChatAnswer, Piece, Remark, Working
from emer.agent.chat.saying import told
from emer.agent.chat.understanding.asked import Asked, Draft, Focus, Unclear
from emer.agent.chat.understanding.content import talked_of
from emer.agent.chat.understanding.following import parts_of
from emer.agent.chat.understanding.slots import slots_of
from emer.agent.chat.understanding.understanding import MAX_CHARS, draft, resolve
from emer.agent.queries.evidence import tell as tell_evidence
from emer.agent.settings import Settings
from emer.graphs.report import Language, Report
from emer.graphs.rule.plans.replanning import CLOSE_HZ
from emer.graphs.rule.writing.wording import during
from emer.graphs.state import Event
from emer.memory.sessions import SessionStore, Turn
from emer.tools.errors import StorageError
from emer.tools.quoting import quoted


class Conversation:
    """What was said about some clips, and what is said next.

    Args:
        paths: The clips, in order.
        settings: For their analyses.
        store: Where turns are kept; ``None``: nowhere.
        name: Of the conversation in the store.
        part: Start and end of what is looked at, seconds.
        on_event: Called with progress of analyses.
        talker: Who answers instead of the built-in analyst; see ``talking``.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        settings: Settings,
        *,
        store: SessionStore | None = None,
        name: str = "",
        part: tuple[float | None, float | None] = (None, None),
        on_event: Callable[[Event], None] | None = None,
        talker: Any = None,  # noqa: ANN401 - its import takes a second
    ) -> None:
        self.settings = settings
        self.clips = [ChatClip(p, settings, part=part, on_event=on_event) for p in paths]
        self.talker = talker
        self.name = name
        self.last: ChatAnswer | None = None
        self.turns: list[tuple[str, ChatAnswer | None]] = []
        """Questions so far; an answer that was cut off is ``None``."""
        self.focus = Focus()
        self._store = store
        self._compared: set[int] = set()
        for turn in store.turns(name) if store else []:
            self._recall(turn)

    def watch(self, on_event: Callable[[Event], None] | None) -> None:
        """Tell somebody else of progress from now on."""
        for clip in self.clips:
            clip.on_event = on_event

    def use(self, settings: Settings) -> None:
        """Take other settings for what is analysed from now on; what is held stays as it is."""
        self.settings = settings
        for clip in self.clips:
            clip.use(settings)

    def look(self) -> Iterator[Working]:
        """Look at the clips before anything is asked, so that answers come at once.

        Raises:
            EmerError: A clip cannot be analysed.
        """
        for clip in self.clips:
            if not clip.is_known():
                yield Working(text=told("looking", self.language, name=clip.name))
                clip.whole(self.language)

    @property
    def language(self) -> Language:
        """In which it is held: that of the last question, else what is set."""
        if self.turns:
            return slots_of(self.turns[-1][0]).language
        return self.settings.output_language

    @property
    def is_kept(self) -> bool:
        """Whether what is said is kept for a later process."""
        return self._store is not None

    @property
    def names(self) -> list[str]:
        """File names of the clips."""
        return [c.name for c in self.clips]

    def ask(self, question: str) -> Iterator[Piece]:
        """Answer, piece by piece.

        The answer of the built-in analyst is filed before its last sentence is given out: whoever
        has read all of it finds it again, whatever happens next. A language model's sentences are
        given out as they come, for nobody knows which is the last; it is filed when it has ended.
        Who stops reading gets no answer filed.

        Raises:
            EmerError: A clip cannot be analysed; or, after all of the answer, it cannot be kept.
        """
        is_cut, question = len(question) > MAX_CHARS, quoted(question, MAX_CHARS)
        number, problem = self._filed(question)
        self.turns.append((question, None))
        began, held = time.perf_counter(), None
        making = Making(question, began)
        before = [len(c.analyses) for c in self.clips]
        for piece in self._pieces(question, making, is_cut=is_cut):
            making.take(piece)
            if held is not None:
                yield held
            comes_late = isinstance(piece, Working) or self.talker is not None
            held = None if comes_late else piece
            if held is None:
                yield piece
        new = [r for c, n in zip(self.clips, before, strict=True) for r in c.analyses[n:]]
        making.count(new)
        answer = making.answer()
        if self._store and problem is None:
            try:
                self._store.answer(self.name, number, answer.model_dump_json())
            except StorageError as error:
                problem = error
        self.last, self.focus = answer, answer.focus
        self.turns[-1] = (question, answer)
        if held is not None:
            yield held
        if problem is not None:
            raise problem

    def _filed(self, question: str) -> tuple[int, StorageError | None]:
        """File a question; a full disk is no reason not to answer it: that is said afterwards."""
        if self._store is None:
            return 0, None
        try:
            return self._store.ask(self.name, question), None
        except StorageError as error:
            return 0, error

    def changed(self, number: int, report: Report, language: Language) -> Iterator[Remark]:
        """Say once if a clip is not what it was when the conversation was held before."""
        if self._store is None or number in self._compared:
            return
        self._compared.add(number)
        with suppress(StorageError):  # it is told with the answer
            before = self._store.seen(self.name, number, report.media.sha256)
            if before not in (None, report.media.sha256):
                yield Remark(text=told("changed", language, name=self.names[number - 1]))

    def _recall(self, turn: Turn) -> None:
        try:
            answer = ChatAnswer.model_validate_json(turn.answer) if turn.answer else None
        except ValueError:  # of another version: what was asked is still known
            answer = None
        self.turns.append((turn.question, answer))
        if answer is not None:
            self.last, self.focus = answer, answer.focus

    def _pieces(self, question: str, making: "Making", *, is_cut: bool) -> Iterator[Piece]:
        making.focus = self.focus
        if not question:
            return
        if is_cut:
            yield Remark(text=told("question_cut", slots_of(question).language, n=MAX_CHARS))
        if self.talker is not None:
            done = yield from self.talker.pieces(self, question, making)
            if done:
                return
        yield from self._by_rules(question, making)

    def _by_rules(self, question: str, making: "Making") -> Iterator[Piece]:
        for part in parts_of(question):
            yield from self._part(part, making)

    def _part(self, question: str, making: "Making") -> Iterator[Piece]:
        """Answer one of the questions that were asked at once; the next may go on from it."""
        focus = making.next_focus()
        read = draft(question, focus, self.names)
        if isinstance(read, Unclear) or read.topic == "place":
            read = self._of_what_was_said(question, focus) or read
        if isinstance(read, Unclear):
            yield self._excuse(read, making)
            return
        language, clip = read.slots.language, self.clips[read.clip - 1]
        making.clip = clip.name
        kind = read.kind or focus.kind or "happened"
        if not clip.is_known() and kind not in OF_FILE:
            yield Working(text=told("looking", language, name=clip.name))
        report = clip.report(kind, language)
        yield from self.changed(read.clip, report, language)
        asked = resolve(read, focus, report)
        if isinstance(asked, Unclear):
            yield self._excuse(asked, making)
            return
        making.take_up(asked, report.run.notice)
        for remark in asked.remarks:
            yield Remark(text=took(remark, asked.persons, language))
        held = clip.closer(asked) if clip.is_looked_at(asked) else None
        yield from making.limited(self._told(asked, held.report if held else report))
        if held is None and not making.n_more and not asked.every_clip:
            yield from self._closer(asked, clip, making)

    def _of_what_was_said(self, question: str, focus: Focus) -> Draft | None:
        """Take a question that no rule understands as one for words that were said, if they were."""
        clip = self.clips[min(focus.clip, len(self.clips)) - 1]
        if not clip.is_known():
            return None
        word = talked_of(question, clip.whole(slots_of(question).language))
        if word is None:
            return None
        read = draft(f'What was said about "{word}"?', focus, self.names)
        return read._replace(remarks=(f"about|{word}",)) if isinstance(read, Draft) else None

    def _told(self, asked: Asked, report: Report) -> Iterator[Sentence]:
        n = len(self.clips)
        if not asked.every_clip:
            yield from sentences(Teller.about(report, asked.clip, n), asked)
            return
        for number, clip in enumerate(self.clips, 1):
            own = asked.model_copy(
                update={"clip": number, "kind": "who", "persons": (), "window": None}
            )
            tell = Teller.about(clip.whole(asked.language), number, n)
            # of each clip the first: a list of all of one clip would hide the others
            yield from list(sentences(tell, own))[:_EACH]

    def _closer(self, asked: Asked, clip: ChatClip, making: "Making") -> Iterator[Piece]:
        """Look again where a face is asked about; tell what that adds, and nothing twice."""
        stretch = clip.wants_closer(asked)
        if stretch is None:
            return
        if not clip.is_looked_at(asked):
            when = during(*stretch)
            yield Working(text=told("looking_again", asked.language, when=when))
        found = clip.closer(asked)
        if found is None:
            return  # the planner saw nothing to gain
        tell = Teller.about(found.report, asked.clip, len(self.clips))
        strangers = (tell.cited(tell_evidence(tell.facts, e)) for e in found.strangers)
        new = list(making.limited(chain(sentences(tell, asked), strangers)))
        name = "closer" if new else "closer_nothing"
        yield Remark(text=tell.word(name, when=during(*stretch), rate=f"{CLOSE_HZ:g}"))
        if found.strangers:
            names = ", ".join(dict.fromkeys(e.subject for e in found.strangers))
            yield Remark(text=told("strangers", asked.language, names=names))
        yield from new

    def _excuse(self, unclear: Unclear, making: "Making") -> Sentence:
        # what was not understood leaves nothing that "and P2?" could go on from
        lost = Focus(clip=min(self.focus.clip, len(self.clips)))
        making.put_off(unclear.focus or (lost if unclear.why == "not_understood" else self.focus))
        if unclear.why in {"not_understood", "no_focus"}:
            making.can_ask = can_ask(unclear.language)
        return excuse(unclear)


_EACH: Final = 3
