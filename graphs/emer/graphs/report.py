"""The canonical result of one analysis: a versioned schema that every door returns.

Everything that is said about a person is a ``Claim`` that cites evidence by id; what a claim says
is repeated in it as typed ``Assertion`` values, which is what verification checks.
"""

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from emer.graphs.model_use import ModelUse
from emer.graphs.refusals import Check, Checks, Repair
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Gap, Modality, Person, Spanned, Utterance
from emer.tools.media.info import MediaInfo
from emer.tools.readings import Frozen, Quantity, Unit

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION: Final = "1.4"

Relation = Literal["eq", "gt", "ge", "lt", "le", "contains"]
Stage = Literal[
    "attribute", "expression", "disagreement", "reaction", "shift", "emotion", "cause", "whole"
]
INFERENTIAL: Final[frozenset[Stage]] = frozenset({"emotion", "shift", "cause", "whole"})
"""Stages whose claims conclude something: they name the claims that they rest on."""
Language = Literal["en", "zh"]
"""Languages that explanations are written in."""
Perspective = Literal["speaker", "listener", "viewer", "self"]
Branch = Literal["V+A+T", "A+T", "V+T", "T", "V+A", "V", "A", "none"]
"""What a segment has to be read by: a face (V), a voice (A), words (T)."""
Side = Literal["positive", "negative", "neutral", "mixed"]
"""Sentiment polarity."""


class Assertion(Frozen):
    """One checkable statement: cited evidence has a quantity that stands in a relation."""

    quantity: str = Field(description="name from Reading.quantities(), e.g. 'voice.arousal'")
    relation: Relation
    value: Quantity
    evidence: tuple[str, ...] = Field(min_length=1, description="ids; each of them satisfies it")


class Claim(Spanned):
    """One sentence of the explanation."""

    id: str
    stage: Stage
    text: str
    subject: str
    evidence: tuple[str, ...] = Field(min_length=1)
    assertions: tuple[Assertion, ...] = Field(min_length=1)
    segment: str | None = Field(default=None, description="the segment it explains")
    labels: tuple[str, ...] = Field(default=(), description="emotion labels that it states")
    about: tuple[str, ...] = Field(
        default=(), description="other persons that it names; it cites evidence about each"
    )
    rests_on: tuple[str, ...] = Field(
        default=(), description="ids of the claims it concludes from; never empty if inferential"
    )
    hypothesis: bool = Field(default=False, description="a possible cause, not a measurement")


class Dropped(Frozen):
    """Something that verification refused, and why."""

    text: str
    reason: str
    check: Check | None = Field(
        default=None,
        description="what refused it: rule, leak (it carries something out), judge (the model's own "
        "second judgement), hold (nothing measured speaks for it), label; or mend: the built-in "
        "analyst tells of its moment instead",
    )
    claim: str | None = Field(default=None, description="id that the claim had")
    stage: Stage | None = None
    segment: str | None = None
    repair: Repair | None = Field(
        default=None, description="null: the model was not asked to correct it"
    )


class Alternative(Frozen):
    """Another reading of a segment that the evidence also allows."""

    label: str
    score: Unit


class CaseInfluence(Frozen):
    """How a similar case moved the score of a label that the clip's own evidence carries."""

    case: str
    label: str
    before: Unit
    after: Unit


class SegmentReading(Frozen):
    """How the clues of one segment were read against each other."""

    segment: str
    branch: Branch | None = Field(
        default=None, description="what there was to read it by: face V, voice A, words T"
    )
    pattern: str = Field(description="'congruent', 'mixed', 'thin' or a named disagreement")
    pattern_score: Unit = Field(default=0.0, description="support by the evidence, not calibrated")
    abstained: bool
    reason: str = Field(description="why this reading, or why none; one sentence")
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    labels: tuple[Alternative, ...] = Field(default=(), description="best first")
    alternatives: tuple[Alternative, ...] = ()
    influence: tuple[CaseInfluence, ...] = ()
    prior: dict[str, Unit] = Field(
        default={},
        description="what raters would take such a voice, face and words together for: shares of six "
        "emotions; empty where two of the three were not given categories",
    )


class Reaction(Spanned):
    """What a listener's face does while, or just after, somebody else speaks."""

    subject: str = Field(description="the listener")
    to: str = Field(description="who speaks: a person, or 'scene' if unknown")
    utterance: str
    segment: str = Field(description="the listener's segment")
    latency_s: float = Field(description="onset after the utterance's start; negative: before it")
    relation: Literal["shares", "opposes", "unclear"] = Field(
        description="of the listener's valence to that of the words"
    )
    face_valence: float | None = Field(default=None, ge=-1, le=1)
    words_valence: float | None = Field(default=None, ge=-1, le=1)
    evidence: tuple[str, ...] = Field(min_length=1, description="the listener's and the words'")


class Trigger(Frozen):
    """What came just before a shift, as its possible cause."""

    kind: Literal["words_of_other", "own_words", "face_of_other", "cut"]
    subject: str
    at_s: float
    utterance: str | None = None
    evidence: tuple[str, ...] = Field(min_length=1)


class Shift(Spanned):
    """What one person shows changes from one segment to a later one of theirs."""

    subject: str
    from_segment: str
    to_segment: str
    dimension: Literal["valence", "arousal"]
    before: float = Field(ge=-1, le=1)
    after: float = Field(ge=-1, le=1)
    trigger: Trigger | None = Field(default=None, description="a hypothesis; None: none was found")
    evidence: tuple[str, ...] = Field(min_length=1)


class Segment(Spanned):
    """The unit of alignment: one person during one utterance or one quiet window."""

    id: str
    subject: str
    role: Literal["speaking", "listening", "silent"]
    utterance: str | None = None
    face: tuple[str, ...] = Field(default=(), description="evidence ids")
    voice: tuple[str, ...] = Field(default=(), description="evidence ids")
    words: tuple[str, ...] = Field(default=(), description="evidence ids")
    around: tuple[str, ...] = Field(
        default=(), description="evidence ids of sounds that are not words, of nobody in particular"
    )


class Explanation(Frozen):
    """The staged account: attributes, then expressions, then emotion."""

    language: Language = "en"
    text: str = Field(description="the verified claims as prose, in order")
    answer: str | None = Field(default=None, description="to the question, from verified claims")
    segments: tuple[Segment, ...] = ()
    readings: tuple[SegmentReading, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    shifts: tuple[Shift, ...] = ()
    claims: tuple[Claim, ...] = ()
    main_subject: str | None = Field(
        default=None, description="the person with the most clues that hold; None: nobody has any"
    )
    abstained: bool = Field(description="no emotion could be named for anybody")
    label_words: dict[str, str] = Field(
        default={}, description="what labels that no table knows are called in this language"
    )
    limits: tuple[str, ...] = Field(default=(), description="what was not seen, heard or read")


class Label(Spanned):
    """One open-vocabulary emotion label."""

    label: str = Field(description="one English word form of each label, whatever the language")
    shown: str = Field(description="the label in the language of the explanation")
    perspective: Perspective
    score: Unit = Field(description="support by the evidence, not calibrated")
    intensity: Unit = Field(description="how strongly it is shown, not how sure it is")
    evidence: tuple[str, ...] = Field(min_length=1)
    subject: str
    segment: str


class Polarity(Frozen):
    """Which way the labels of one person point: in one segment, or over all of them."""

    subject: str
    segment: str | None = Field(default=None, description="None: of the person over the whole clip")
    polarity: Side
    labels: tuple[str, ...] = Field(min_length=1, description="what it was told from")


class Agreement(Spanned):
    """Whether two modalities tell the same about one person in one segment."""

    segment: str
    subject: str
    pair: tuple[Modality, Modality]
    verdict: Literal["agree", "conflict", "missing"]
    dimension: Literal["valence", "arousal"] | None = Field(
        default=None, description="on which they were compared; None when one is missing"
    )
    magnitude: float = Field(ge=0, le=2, description="distance on that dimension, both in -1..1")
    detail: str
    evidence: tuple[str, ...] = ()


class CaseShown(Frozen):
    """A similar annotated case: an analogy, never evidence about this clip."""

    case: str
    segment: str
    similarity: Unit
    situation: str
    words: str
    labels: tuple[str, ...]
    clues: tuple[str, ...] = Field(
        default=(), description="of the case's own face, voice and words: names and numbers only"
    )
    pattern: str | None = Field(default=None, description="as the case's annotator named it")
    why: str
    provenance: str
    trust: str


class Decision(Frozen):
    """One thing that the planner decided, and why."""

    tool: str
    chosen: bool
    reason: str
    look: int = Field(default=0, ge=0, description="0: the first look; then one per replan")
    start_s: float = Field(default=0.0, ge=0, description="where it looks")
    end_s: float = Field(default=0.0, ge=0)
    rate_hz: float | None = Field(default=None, description="pictures per second, if it sees them")
    cost_s: float = Field(default=0.0, ge=0, description="seconds of work expected")


class ToolRun(Frozen):
    """One specialist as it ran."""

    tool: str
    engine: str
    model: str
    revision: str
    licence: str
    commercial_use: bool
    status: Literal["done", "gap", "failed", "timed_out"]
    look: int = 0
    n_spans: int
    n_cached: int = Field(default=0, description="spans answered from the findings cache")
    n_evidence: int
    n_gaps: int
    wall_s: float


class Budget(Frozen):
    """What a run may spend and what it spent; ``None``: no limit."""

    tools_s: float | None = Field(default=None, gt=0, description="seconds of specialists' work")
    wall_s: float | None = Field(default=None, gt=0, description="seconds in all")
    spent_s: float = Field(default=0.0, ge=0, description="seconds of specialists' work")
    tokens: int | None = Field(default=None, gt=0, description="sent to and got from a model")
    cost: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="by the prices that the user set"
    )


class Run(Frozen):
    """How this result came about; the only part that differs between equal runs."""

    emer_version: str
    started_at: str = Field(description="ISO 8601, UTC")
    wall_s: float
    status: Literal["complete", "partial"]
    question: str | None
    llm: str
    prompts: str = Field(description="highest version of the prompts")
    prompt_ids: tuple[str, ...] = Field(
        default=(), description="name, version and digest of each prompt that was used"
    )
    model_use: ModelUse | None = Field(
        default=None, description="what was asked of a language model; null: none was set"
    )
    language: str | None
    rate_hz: float
    span: tuple[float, float]
    plan: tuple[Decision, ...]
    budget: Budget
    resumed: bool = Field(description="an interrupted run was taken up again")
    tools: tuple[ToolRun, ...]
    dropped: tuple[Dropped, ...]
    checks: Checks | None = Field(
        default=None, description="of what a language model wrote; null: none was set"
    )
    notes: tuple[str, ...]
    purpose: str
    notice: str


class Report(Frozen):
    """The whole result."""

    schema_version: str = SCHEMA_VERSION
    media: MediaInfo
    subjects: tuple[Person, ...]
    utterances: tuple[Utterance, ...]
    evidence: tuple[Evidence, ...]
    gaps: tuple[Gap, ...]
    agreement: tuple[Agreement, ...]
    cases: tuple[CaseShown, ...]
    explanation: Explanation
    labels: tuple[Label, ...]
    polarity: tuple[Polarity, ...] = ()
    run: Run

    def to_dataframe(self, shape: Literal["long", "wide"] = "long") -> "pd.DataFrame":
        """Return the report as a pandas data frame, with the columns of the exported tables.

        Args:
            shape: ``long``: one row per finding and quantity; ``wide``: one row per segment.

        Returns:
            Numbers as ``float64``, NaN where there is none; texts as strings or missing values.

        Raises:
            ToolUnavailable: pandas is not installed.
            ValueError: ``shape`` is neither ``long`` nor ``wide``.
        """
        from emer.graphs.tabular import table

        try:
            from emer.graphs.tabular.frame import data_frame
        except ImportError as error:
            raise ToolUnavailable(
                "to_dataframe",
                "pandas is not installed",
                remedy="Install it with 'pip install pandas'.",
            ) from error
        return data_frame(table(self, shape))
