"""The canonical result of one analysis: a versioned schema that every door returns.

Everything that is said about a person is a ``Claim`` that cites evidence by id. Whoever uses a report
imports from here; its parts are ``claims``, ``moments`` and ``runs``.
"""

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from emer.graphs.report.claims import (
    INFERENTIAL,
    Assertion,
    Claim,
    Dropped,
    Label,
    Perspective,
    Polarity,
    Relation,
    Side,
    Stage,
)
from emer.graphs.report.moments import (
    Agreement,
    Alternative,
    Branch,
    CaseInfluence,
    CaseShown,
    Reaction,
    Segment,
    SegmentReading,
    Shift,
    Trigger,
)
from emer.graphs.report.runs import Budget, Decision, Run, ToolRun
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Gap, Person, Utterance
from emer.tools.media.info import MediaInfo
from emer.tools.readings import Frozen

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "INFERENTIAL",
    "SCHEMA_VERSION",
    "Agreement",
    "Alternative",
    "Assertion",
    "Branch",
    "Budget",
    "CaseInfluence",
    "CaseShown",
    "Claim",
    "Decision",
    "Dropped",
    "Explanation",
    "Label",
    "Language",
    "Perspective",
    "Polarity",
    "Reaction",
    "Relation",
    "Report",
    "Run",
    "Segment",
    "SegmentReading",
    "Shift",
    "Side",
    "Stage",
    "ToolRun",
    "Trigger",
]

SCHEMA_VERSION: Final = "1.4"

Language = Literal["en", "zh"]
"""Languages that explanations are written in."""


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
