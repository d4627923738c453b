"""When no emotion is named for anybody, and what the account says then: the overall rule.

An analysis abstains as a whole if no label of anybody holds in the end. That is so

- ``thin``: because no reading names an emotion: nobody was seen or heard, or the clues are too few,
  too weak or at odds (each reading gives its reason);
- ``refuted``: or because what was read was not borne out: no sentence that concludes an emotion
  held against the evidence, or the model that wrote it judged it false when asked again.

The account opens with that sentence; everything measured is told all the same. An emotion is never
named to avoid an empty answer.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from emer.graphs.report import Dropped, Label, Language, Report
from emer.graphs.rule.language import wording

Abstention = Literal["thin", "refuted"]


def abstention(labels: Sequence[Label], dropped: Iterable[Dropped]) -> Abstention | None:
    """Return why a whole analysis names no emotion; ``None`` if it names one.

    Args:
        labels: All that hold.
        dropped: What was refused: a conclusion among it was read, and not borne out.
    """
    if labels:
        return None
    return "refuted" if any(d.stage == "emotion" for d in dropped) else "thin"


def sentence_for(why: Abstention, language: Language) -> str:
    """Return how the account says so."""
    return wording(language).frames[f"unnamed_{why}"]


def abstention_of(report: Report) -> Abstention | None:
    """Return the same of a report."""
    return abstention(report.labels, report.run.dropped)
