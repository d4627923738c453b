"""The requirements, one function each; what fails says what is wrong in an ``AssertionError``."""

import importlib
import math
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Final, get_args

from emer.tools.contract.trial import Trial, by_span
from emer.tools.findings import NOTHING_TRAINED, Evidence, Gap, Modality
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
    assert isinstance(specialist, Specialist), (
        "it lacks an attribute or a method of a Specialist: " + ", ".join(_lacking(specialist))
    )
    assert specialist.scope in get_args(Scope), f"scope is one of {get_args(Scope)}"
    assert specialist.rank >= 0, "rank is at least 0"
    assert specialist.cost >= 0, "cost is seconds of work per second of media"


def _lacking(specialist: object) -> list[str]:
    wanted = {*Specialist.__annotations__, "card", "ready", "observe"}
    return sorted(name for name in wanted if not hasattr(specialist, name))


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
    assert not done.stdout.strip(), (
        f"importing it loads {done.stdout.strip()}. Import that inside observe(), at first use"
    )
    importlib.import_module(type(specialist).__module__)


def card_is_complete(specialist: Specialist) -> None:
    """Its card tells everything that has no default."""
    card = specialist.card
    for name, value in card.model_dump().items():
        optional = type(card).model_fields[name].default == ""
        assert value is not None, f"the card's {name} is missing. Say it, or why there is none"
        assert optional or value is False or value, (
            f"the card's {name} is empty. Say it, or why there is none"
        )


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
        assert inside, (
            f"it finds something at {f.start_s}..{f.end_s}, which is not inside the analysed part "
            f"{part.start_s}..{part.end_s}. Cut spans to clip.span"
        )


def finds_in_time_order(trial: Trial) -> None:
    """Findings come in time order."""
    times = [(f.start_s, f.end_s) for f in trial.found()]
    assert times == sorted(times), (
        "findings are not in time order. Sort them by (start_s, end_s) before you return them"
    )


def answers_every_span(trial: Trial) -> None:
    """Every span gets evidence or a gap that says why there is none."""
    found = trial.found()
    for span in trial.asked():
        assert any(f.overlaps(span) for f in found), (
            f"it says nothing about {span.start_s}..{span.end_s}. Return evidence, or a Gap that says "
            "why there is none"
        )


def names_its_model(trial: Trial) -> None:
    """Evidence names tool, model and revision, has an id of its own, and finite values."""
    evidence = [f for f in trial.found() if isinstance(f, Evidence)]
    assert len({e.id for e in evidence}) == len(evidence), (
        "two pieces of evidence share an id. Make evidence with Evidence.of, once for each reading"
    )
    for e in evidence:
        assert e.tool == trial.specialist.tool, (
            f"it is for {trial.specialist.tool} and gives evidence of tool {e.tool}. Pass self.tool"
        )
        # what is nobody's, such as music, is of the scene, whoever heard it
        assert e.modality in {trial.specialist.modality, Modality.SCENE}, (
            f"it is for {trial.specialist.modality} and gives evidence of {e.modality}. Pass "
            "self.modality, or Modality.SCENE for what is nobody's"
        )
        assert e.model, "evidence without a model. Pass the card"
        assert e.revision, "evidence without a revision. Pass the card"
        for name, value in e.reading.quantities().items():
            assert isinstance(value, str) or math.isfinite(value), (
                f"{name} is {value}. Leave out what cannot be measured, or return a Gap"
            )


def says_why_where_nothing_is(trial: Trial) -> None:
    """Gaps name the tool and give a reason."""
    for gap in trial.found():
        if isinstance(gap, Gap):
            assert gap.tool == trial.specialist.tool, (
                f"it is for {trial.specialist.tool} and leaves a gap of tool {gap.tool}. Pass self.tool"
            )
            assert len(gap.reason) > 10, (
                f"a gap for no reason: {gap.reason!r}. Say in a few words what was missing"
            )


def finds_nobody_where_nobody_is(trial: Trial) -> None:
    """Black pictures, noise and tones are no people."""
    if trial.inhabited:
        return
    told = [f for f in trial.found() if isinstance(f, Evidence) and f.reading.kind in HUMAN]
    assert told == [], (
        f"nobody is there, and it finds {told[0].reading.kind} at {told[0].start_s}..{told[0].end_s}. "
        "Ask for more before you call something a person"
    )


def finds_the_same_again(trial: Trial) -> None:
    """The same clip gives the same findings."""
    assert trial.anew() == trial.found(), (
        "asked twice, it answers differently. Seed what is random, take no clock and no counter into "
        "an answer, and make ids with Evidence.of"
    )


def answers_each_span_by_itself(trial: Trial) -> None:
    """An answer does not depend on which other spans are asked about at the same time."""
    spans = trial.asked()
    together = by_span(trial.found(), spans)
    for span in spans[:3]:
        alone = trial.asked_about([span], trial.known())
        assert by_span(alone, [span])[span] == together[span], (
            f"asked about {span.start_s}..{span.end_s} alone, it answers differently. Let each answer "
            "depend on the clip, what is known, and its span alone"
        )


def keeps_to_itself(trial: Trial) -> None:
    """It writes no file but in the workspace, temporary and cache folders, and calls no address."""
    done = list(dict.fromkeys(trial.effects()))
    assert done == [], (
        f"it {', '.join(done[:5])}. Write to clip.workspace alone, and let weights be fetched by whoever installs "
        "it, not by observe()"
    )


def takes_no_spans_for_nothing_to_do(trial: Trial) -> None:
    """Asked about nothing, it finds nothing and has no trouble."""
    told = trial.asked_about([], [])
    assert told == [], "asked about nothing, it answers. For no spans return an empty list"


OF_ITSELF: Final = (
    fulfils_the_protocol, is_light_to_import, card_is_complete, card_says_how_it_was_made,
)  # fmt: skip
"""Checks of a specialist alone."""
AT_WORK: Final = (
    finds_only_inside_the_media, finds_in_time_order, answers_every_span, names_its_model,
    says_why_where_nothing_is, finds_nobody_where_nobody_is, finds_the_same_again,
    answers_each_span_by_itself, takes_no_spans_for_nothing_to_do, keeps_to_itself,
)  # fmt: skip
"""Checks of a specialist on a clip."""
