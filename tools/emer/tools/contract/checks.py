"""The requirements, one function each; what fails says what is wrong in an ``AssertionError``."""

import importlib
import math
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Final, get_args

from emer.tools.contract.trial import Trial, by_span
from emer.tools.findings import NOTHING_TRAINED, Evidence, Gap
from emer.tools.specialist import Scope, Specialist

HUMAN: Final = frozenset(
    {
        "speech", "speaker_turn", "words", "utterance", "voice", "face_track", "speaking_face",
        "text_emotion", "action_unit", "expression",
    }
)  # fmt: skip
"""Kinds of readings that tell of people."""
HEAVY: Final = ("torch", "tensorflow", "transformers", "jax", "keras")
"""Libraries that are imported when a model is loaded, and not before."""
_SLACK_S: Final = 1e-3


def fulfils_the_protocol(specialist: Specialist) -> None:
    """It has all that a specialist has."""
    assert isinstance(specialist, Specialist), "it lacks an attribute or a method of a Specialist"
    assert specialist.scope in get_args(Scope), f"scope is one of {get_args(Scope)}"
    assert specialist.rank >= 0, "rank is at least 0"
    assert specialist.cost >= 0, "cost is seconds of work per second of media"


def is_named_as_registered(entry: str, specialist: Specialist) -> None:
    """Its entry point reads ``tool`` or ``tool.engine``."""
    tool, _, engine = entry.partition(".")
    assert tool == specialist.tool, f"entry point {entry} is a specialist for {specialist.tool}"
    assert not engine or engine == specialist.engine, f"{entry} is engine {specialist.engine}"


def is_light_to_import(specialist: Specialist) -> None:
    """Importing its module loads none of the heavy libraries; it runs in a process of its own."""
    code = f"import sys, {type(specialist).__module__}; print(*({HEAVY!r} & sys.modules.keys()))"
    code = code.replace(repr(HEAVY), repr(set(HEAVY)))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stdout.strip(), f"importing it loads {done.stdout.strip()}"
    importlib.import_module(type(specialist).__module__)


def card_is_complete(specialist: Specialist) -> None:
    """Its card tells everything that has no default."""
    card = specialist.card
    for name, value in card.model_dump().items():
        optional = type(card).model_fields[name].default == ""
        assert value is not None, f"the card's {name} is missing"
        assert optional or value is False or value, f"the card's {name} is empty"


def card_says_how_it_was_made(specialist: Specialist) -> None:
    """Its card says how its answers were made and what its scores mean."""
    card = specialist.card
    assert card.training, f"the card's training: a command, {NOTHING_TRAINED!r}, or who did it"
    assert card.calibration, "the card's calibration: what scores mean, or that there are none"
    if card.training.startswith("python "):
        assert card.split, "the card's split: what was kept apart for measuring"
        assert date.fromisoformat(card.date) <= datetime.now(UTC).date(), "a date to come"
    if card.training == NOTHING_TRAINED:
        assert card.trained_on.startswith("nothing"), "nothing was trained, says the card"
        assert not getattr(specialist, "networks", ()), "nothing was trained, says the card"


def finds_only_inside_the_media(trial: Trial) -> None:
    """Everything lies inside the analysed part."""
    part = trial.clip.span
    for f in trial.found():
        inside = part.start_s - _SLACK_S <= f.start_s < f.end_s <= part.end_s + _SLACK_S
        assert inside, f"{f.start_s}..{f.end_s} is not inside {part.start_s}..{part.end_s}"


def finds_in_time_order(trial: Trial) -> None:
    """Findings come in time order."""
    times = [(f.start_s, f.end_s) for f in trial.found()]
    assert times == sorted(times), "findings are not in time order"


def answers_every_span(trial: Trial) -> None:
    """Every span gets evidence or a gap that says why there is none."""
    found = trial.found()
    for span in trial.asked():
        assert any(f.overlaps(span) for f in found), f"nothing about {span.start_s}..{span.end_s}"


def names_its_model(trial: Trial) -> None:
    """Evidence names tool, model and revision, has an id of its own, and finite values."""
    evidence = [f for f in trial.found() if isinstance(f, Evidence)]
    assert len({e.id for e in evidence}) == len(evidence), "two pieces of evidence share an id"
    for e in evidence:
        assert e.tool == trial.specialist.tool, f"evidence of tool {e.tool}"
        assert e.model, "evidence without a model"
        assert e.revision, "evidence without a revision"
        for name, value in e.reading.quantities().items():
            assert isinstance(value, str) or math.isfinite(value), f"{name} is not finite"


def says_why_where_nothing_is(trial: Trial) -> None:
    """Gaps name the tool and give a reason."""
    for gap in trial.found():
        if isinstance(gap, Gap):
            assert gap.tool == trial.specialist.tool, f"a gap of tool {gap.tool}"
            assert len(gap.reason) > 10, f"a gap for no reason: {gap.reason!r}"


def finds_nobody_where_nobody_is(trial: Trial) -> None:
    """Black pictures, noise and tones are no people."""
    if trial.inhabited:
        return
    told = [f for f in trial.found() if isinstance(f, Evidence) and f.reading.kind in HUMAN]
    assert told == [], f"nobody is there, and it finds {told[0].reading.kind}"


def finds_the_same_again(trial: Trial) -> None:
    """The same clip gives the same findings."""
    assert trial.anew() == trial.found(), "asked twice, it answers differently"


def answers_each_span_by_itself(trial: Trial) -> None:
    """An answer does not depend on which other spans are asked about at the same time."""
    spans = trial.asked()
    together = by_span(trial.found(), spans)
    for span in spans[:3]:
        alone = trial.specialist.observe(trial.clip, [span], trial.known())
        assert by_span(alone, [span])[span] == together[span], (
            f"asked about {span.start_s}..{span.end_s} alone, it answers differently"
        )


def takes_no_spans_for_nothing_to_do(trial: Trial) -> None:
    """Asked about nothing, it finds nothing and has no trouble."""
    assert trial.specialist.observe(trial.clip, [], []) == [], "asked about nothing, it answers"


OF_ITSELF: Final = (
    fulfils_the_protocol, is_light_to_import, card_is_complete, card_says_how_it_was_made,
)  # fmt: skip
"""Checks of a specialist alone."""
AT_WORK: Final = (
    finds_only_inside_the_media, finds_in_time_order, answers_every_span, names_its_model,
    says_why_where_nothing_is, finds_nobody_where_nobody_is, finds_the_same_again,
    answers_each_span_by_itself, takes_no_spans_for_nothing_to_do,
)  # fmt: skip
"""Checks of a specialist on a clip."""
