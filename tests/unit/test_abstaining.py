"""When no emotion is named for anybody, and what is said then."""

import pytest

from emer.graphs.abstaining import abstention, sentence_for
from emer.graphs.report import Dropped, Label
from emer.graphs.rule.language import wording

HAPPY = Label(
    label="happy", shown="happy", perspective="speaker", score=0.6, intensity=0.5,
    evidence=("E1",), subject="P1", segment="S1", start_s=0.0, end_s=1.0,
)  # fmt: skip


def refused(stage, check):
    return Dropped(text="P1 shows it.", reason="it does not hold", stage=stage, check=check)


@pytest.mark.parametrize(
    ("labels", "dropped", "why"),
    [
        ([HAPPY], [], None),
        ([HAPPY], [refused("emotion", "judge")], None),
        ([], [], "thin"),
        ([], [refused("attribute", "rule")], "thin"),
        ([], [Dropped(text="label 'happy'", reason="nothing measured speaks for it")], "thin"),
        ([], [refused("emotion", "rule")], "refuted"),
        ([], [refused("emotion", "judge")], "refuted"),
    ],
)
def test_an_analysis_abstains_where_no_label_holds_and_tells_why(labels, dropped, why):
    assert abstention(labels, dropped) == why


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_two_reasons_are_told_apart_in_words(language):
    said = {sentence_for(why, language) for why in ("thin", "refuted")}
    assert len(said) == 2
    assert said <= set(wording(language).frames.values())
