"""The set: sentences in short scenes, and what a fair annotator concludes from each branch alone.

Reads    ``cases/*.json`` beside this file: 90 sentences of our own, English and Chinese
Returns  ``Case`` values, in the order of their ids
Cost     milliseconds

What face, voice and words show is described as engines would have measured it; nobody was filmed.
What is expected of a sentence was written before any analyst had read it. The same people wrote it
and the built-in analyst's rules, so the set is our own and no stranger's.
"""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final, Literal

from pydantic import Field

from emer.tools.findings import Modality
from emer.tools.readings import Frozen

Branch = Literal["V+A+T", "A+T", "V+T", "T"]
Half = Literal["development", "held out"]
BRANCHES: Final[Mapping[Branch, frozenset[Modality]]] = {
    "V+A+T": frozenset({Modality.FACE, Modality.VOICE, Modality.WORDS}),
    "A+T": frozenset({Modality.VOICE, Modality.WORDS}),
    "V+T": frozenset({Modality.FACE, Modality.WORDS}),
    "T": frozenset({Modality.WORDS}),
}
"""What each branch is given."""


class Expected(Frozen):
    """What a fair annotator concludes from one branch."""

    labels: tuple[str, ...] = Field(description="any of these, or a near synonym, may lead")
    refused: tuple[str, ...] = Field(alias="not", description="no label may be one of these")
    patterns: tuple[str, ...] = Field(description="'none': no named disagreement")
    abstain: Literal["no", "may", "must"] = Field(description="whether to name no emotion is right")


class Case(Frozen):
    """One sentence, how it is said, and what is to be made of it."""

    id: str = Field(pattern=r"^b\d\d$")
    kind: str
    language: Literal["en", "zh"]
    scene: str = Field(description="for people; no analyst is told")
    sentence: str
    start_s: float = Field(ge=0)
    end_s: float
    duration_s: float
    words: dict[str, Any]
    voice: dict[str, Any]
    sounds: tuple[dict[str, Any], ...]
    action_units: tuple[dict[str, Any], ...]
    expressions: tuple[dict[str, Any], ...]
    expected: dict[Branch, Expected]

    @property
    def half(self) -> Half:
        """Odd numbers were at hand when rules were improved, even ones were held out."""
        return "development" if int(self.id[1:]) % 2 else "held out"


def load() -> list[Case]:
    """Return every case."""
    folder = resources.files("emer.evals.branches").joinpath("cases")
    found = [
        Case.model_validate(item)
        for file in folder.iterdir()
        if file.name.endswith(".json")
        for item in json.loads(file.read_text("utf-8"))
    ]
    return sorted(found, key=lambda c: c.id)
