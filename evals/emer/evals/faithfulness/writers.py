"""Chat models that write by hand-made scripts: well, carelessly, now and then a lie, nothing but lies.

Reads    the messages of a call
Returns  an answer in the call's schema
Cost     milliseconds; no network, deterministic

Planning is left to the rules: what is told of a clip is what is put to the proof here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import BaseModel, PrivateAttr, TypeAdapter

from emer.evals.faithfulness.lies import LIES, Scene
from emer.evals.faithfulness.sentences import conclusion, contrast, draft, sentences
from emer.evals.faithfulness.slips import SLIPS
from emer.graphs.report import Alternative
from emer.graphs.rule.model import answer_to
from emer.graphs.tasks.clues import AudioTask, Clues, VisualTask
from emer.graphs.tasks.every import Task
from emer.graphs.tasks.explaining import ClaimDraft, ExplainTask, Explanation
from emer.graphs.tasks.facts import SegmentFacts
from emer.graphs.tasks.labelling import LabelDraft, LabelSet
from emer.graphs.tasks.reading import ReadingDraft, Readings
from emer.graphs.tasks.repairing import Correction, Repairs, RepairTask
from emer.tools import taxonomy
from emer.tools.findings import Modality

Style = Literal["good", "sloppy", "sly", "lying"]
STYLES: Final[tuple[Style, ...]] = ("good", "sloppy", "sly", "lying")
SELDOM: Final = 4
"""A sly writer lies in one sentence of so many, and never where it concludes."""
_TASK: Final[TypeAdapter[Task]] = TypeAdapter(Task)


@dataclass(slots=True)
class Written:
    """One sentence or label that a writer wrote."""

    segment: str
    text: str
    kind: str = ""
    """Of the slip or the lie; empty: it is true as it stands."""
    why: str = ""
    """Why one of its kind may pass."""
    told: ClaimDraft | None = None
    """The claim as it was written; ``None`` for labels."""
    true: ClaimDraft | None = None
    """What a correction would say."""
    harmless: bool = False


@dataclass(slots=True)
class Notebook:
    """Everything that one writer wrote in one run."""

    claims: list[Written] = field(default_factory=list)
    labels: list[Written] = field(default_factory=list)


class Writer(BaseChatModel):
    """Writes in one of the styles."""

    style: Style
    turn: int = 0
    """Which of a sly writer's sentences are lies, and with which kind of lie it begins."""
    _notes: Notebook = PrivateAttr(default_factory=Notebook)

    @property
    def _llm_type(self) -> str:
        return f"writer-{self.style}"

    @property
    def notes(self) -> Notebook:
        """What was written so far."""
        return self._notes

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:  # noqa: ANN401 - LangChain's signature
        """Bind nothing: it knows the schemas."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> ChatResult:
        by_rule = answer_to(messages)
        if by_rule is None:
            message = AIMessage("There is no task here.")
        else:
            answer = self._answer(_TASK.validate_json(str(messages[-1].content)), by_rule)
            arguments = answer.model_dump(mode="json")
            message = AIMessage(
                "", tool_calls=[{"name": type(answer).__name__, "args": arguments, "id": "1"}]
            )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _answer(self, task: Any, by_rule: BaseModel) -> BaseModel:  # noqa: ANN401 - any task
        if isinstance(task, VisualTask):
            return Clues(claims=self._clues(task.segments, Modality.FACE))
        if isinstance(task, AudioTask):
            return Clues(claims=self._clues(task.segments, Modality.VOICE))
        if isinstance(task, ExplainTask):
            return Explanation(claims=list(self._merged(task)))
        if isinstance(task, RepairTask):
            return Repairs(corrections=list(self._corrections(task)))
        if self.style == "lying" and isinstance(by_rule, Readings):
            return Readings(readings=[self._misread(r) for r in by_rule.readings])
        if self.style == "lying" and isinstance(by_rule, LabelSet):
            return LabelSet(labels=[*by_rule.labels, *self._made_up(by_rule.labels)])
        return by_rule

    def _clues(self, segments: Sequence[SegmentFacts], modality: Modality) -> list[ClaimDraft]:
        return [
            self._told(draft(s, said), Scene(s, segments))
            for s in segments
            for said in sentences(s)
            if said.modality is modality
        ]

    def _merged(self, task: ExplainTask) -> Iterator[ClaimDraft]:
        readings = {r.segment: r for r in task.readings}
        place = 0
        for segment in task.segments:
            scene, first = Scene(segment, task.segments), place
            own = [draft(segment, x) for x in sentences(segment) if x.modality is Modality.WORDS]
            own += [c] if (c := contrast(segment)) else []
            for true in own:
                yield self._told(true, scene)
                place += 1
            known = [c for c in task.clues if c.segment == segment.id]
            cited = {i for c in known for i in c.evidence}
            grounds = own + [
                draft(segment, x)
                for x in sentences(segment)
                if x.modality is not Modality.WORDS and x.assertions[0].evidence[0] in cited
            ]
            concluded = conclusion(segment, readings.get(segment.id), grounds, first)
            if concluded is not None:
                places = {
                    "rests_on": list(range(first, place)),
                    "rests_on_clues": [c.id for c in known],
                }
                yield self._told(concluded.model_copy(update=places), scene)
                place += 1

    def _told(self, true: ClaimDraft, scene: Scene) -> ClaimDraft:
        """Return what the writer makes of a true sentence, and note it down."""
        told, kind, why, harmless = true, "", "", False
        turn = len(self._notes.claims)
        if self.style == "sloppy" and turn % 2:  # every other sentence; the rest is right
            for k in range(len(SLIPS)):
                slip = SLIPS[(turn // 2 + k) % len(SLIPS)]
                made = slip.make(true)
                if made is not None and made != true:
                    told, kind, harmless = made, slip.kind, slip.harmless
                    break
        sly = self.style == "sly" and turn % SELDOM == self.turn and true.stage != "emotion"
        if sly or self.style == "lying":
            first = turn // SELDOM + self.turn * len(LIES) // SELDOM if sly else turn
            for k in range(len(LIES)):
                lie = LIES[(first + k) % len(LIES)]
                made = lie.tell(true, scene)
                if made is not None and made != true:
                    told, kind, why = made, lie.kind, lie.why
                    break
        self._notes.claims.append(
            Written(told.segment, told.text.strip(), kind, why, told, true, harmless)
        )
        return told

    def _corrections(self, task: RepairTask) -> Iterator[Correction]:
        known = {(w.segment, w.text): w for w in self._notes.claims}
        for refused in task.refused:
            note = known.get((refused.segment or "", refused.text))
            if note is None or note.true is None:
                continue
            true = note.true if self.style == "sloppy" or not note.why else None
            yield Correction(
                claim=refused.claim, text=true.text if true else refused.text,
                assertions=list(true.assertions if true else refused.assertions),
                labels=list(true.labels if true else refused.labels),
                rests_on=list(refused.rests_on) or [
                    g.claim for g in task.grounds if g.segment == refused.segment and true and true.labels
                ],
            )  # fmt: skip

    def _misread(self, reading: ReadingDraft) -> ReadingDraft:
        """Every other reading names the opposite of what was measured."""
        known = [taxonomy.LABELS[a.label] for a in reading.labels if a.label in taxonomy.LABELS]
        turn = len(self._notes.labels)
        if not known or turn % 2:
            self._notes.labels += [Written(reading.segment, a.label) for a in reading.labels[:1]]
            return reading
        lie = "joyful" if known[0].valence < 0 else "miserable"
        self._notes.labels.append(Written(reading.segment, lie, "opposite reading"))
        return reading.model_copy(update={"labels": [Alternative(label=lie, score=0.9)]})

    def _made_up(self, labels: Sequence[LabelDraft]) -> Iterator[LabelDraft]:
        """Return a label more for each segment, which no claim states."""
        for one in {x.segment: x for x in labels}.values():
            self._notes.labels.append(Written(one.segment, "jealous", "label without a claim"))
            yield one.model_copy(update={"label": "jealous", "score": 0.99})
