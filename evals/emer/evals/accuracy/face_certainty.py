"""How sure a face's movements and expressions can be taken for, the teacher being what is right.

No face at hand was coded by people. The teacher's own decisions, taken by the same rules from its
shapes, stand for the truth: figures say how far ours follow them, and no more.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.accuracy.face_signals import Signals
from emer.evals.statistics import bootstrap, ece, ece_of_perfect, risk_coverage
from emer.evals.tables import Cell, Table
from emer.tools.facial_events import step_of
from emer.tools.facial_movements import TOLD, movement_events, rise, threshold_of
from emer.tools.facial_prototypes import NEUTRAL, PROTOTYPES, categories, strengths
from emer.tools.facs_table import CREDIBLE, TABLE
from emer.tools.findings import Evidence, Modality, TimeSpan
from emer.tools.networks import card_of
from emer.tools.readings import ActionUnitReading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Names = NDArray[np.str_]

COVERAGES: Final = (1.0, 0.75, 0.5, 0.25)
WINDOW_S: Final = 2.0
"""An expression is told of stretches of this length."""
FEWEST_SHOWN: Final = 10
"""Pictures in which the teacher shows a movement, and persons of whom it does: of fewer, a curve
says nothing."""
FEWEST_PERSONS: Final = 2
FEW_BINS: Final = 5
"""Of the calibration error where there are a few dozen stretches."""
RIDGE: Final = 0.01
"""Only keeps a curve finite whose data a threshold parts."""
STEPS: Final = 30
UNMEASURED: Final = frozenset(u.au for u in TABLE if u.au not in CREDIBLE)
_RISKS: Final = tuple(f"wrong at {100 * c:.0f} %" for c in COVERAGES)
_TEACHER: Final = (
    "The truth here is the teacher's own decision by the same rules, which is no human coder's: "
    "figures say how far it is followed."
)


def tables(followed: Sequence[Signals], regime: str) -> list[Table]:
    """Return what is right of decisions about movements and expressions, by how sure they are.

    Args:
        followed: Persons, one a clip.
        regime: Who they are.
    """
    return [_movements(followed, regime), *_expressions(followed, regime)]


def _movements(followed: Sequence[Signals], regime: str) -> Table:
    rows = tuple(_movement(au, followed) for au in CREDIBLE)
    return Table(
        "face.certainty", "Whether a movement is shown: decisions by how sure they are",
        "Each picture of the product's pass (5 a second): a movement is shown if it rises over the "
        "face's own neutral by its threshold. Sure is what lies far from the threshold; wrong at 50 "
        f"%: the share of wrong decisions among the surer half. {_TEACHER} Curve: a logistic one "
        "from the rise to the share in which the teacher shows the movement, fitted on the other "
        "persons; its expected calibration error, beside what a perfect curve would show at this "
        "size. It does not ship: scores of action units are no probabilities. Dash: the teacher "
        f"shows too little. {regime} Intervals: 95 %, over persons.",
        ("au", "name", "pictures", "shown", *_RISKS, "error of the curve", "perfect, mean"), rows,
    )  # fmt: skip


def _movement(au: str, followed: Sequence[Signals]) -> tuple[Cell, ...]:
    at = threshold_of(au)
    ours, theirs = (
        np.concatenate([rise(au, one.times_s, of[au]) for one, of in pairs])
        for pairs in (
            [(one, one.ours) for one in followed],
            [(one, one.theirs) for one in followed],
        )
    )
    persons = np.repeat([one.clip for one in followed], [len(one.times_s) for one in followed])
    shown = theirs >= at
    right = (ours >= at) == shown
    risks = _risks(np.abs(ours - at), right, persons)
    about: tuple[Cell, ...] = (au, TOLD[au].name, len(shown), float(shown.mean()), *risks)
    if shown.sum() < FEWEST_SHOWN or len(np.unique(persons[shown])) < FEWEST_PERSONS:
        return (*about, None, None)
    stated = cross_fitted(ours / TOLD[au].full, shown, persons)
    error = bootstrap(ece, stated, shown, groups=persons, unit="persons", of_distance=True)
    return (*about, error, ece_of_perfect(stated)[0])


def _risks(sure: "Floats", right: "Flags", persons: "Names") -> tuple[Cell, ...]:
    """Return wrong shares per coverage, the first with its interval over persons."""
    whole = bootstrap(_wrong, right, groups=persons, unit="persons")
    return (whole, *risk_coverage(sure, right, COVERAGES)[1:])


def _wrong(right: "Flags") -> float:
    return float(1.0 - right.mean())


def _error(sure: "Floats", right: "Flags") -> float:
    return ece(sure, right, FEW_BINS)


def cross_fitted(value: "Floats", shown: "Flags", persons: "Names") -> "Floats":
    """Return for each value the share shown at it among the other persons, by a logistic curve."""
    stated = np.empty(len(value))
    for person in np.unique(persons):
        own = persons == person
        slope, offset = _curve(value[~own], shown[~own])
        stated[own] = 1.0 / (1.0 + np.exp(-(slope * value[own] + offset)))
    return stated


def _curve(value: "Floats", shown: "Flags") -> tuple[float, float]:
    """Fit slope and offset by Newton's method, the slope held back a little."""
    x = np.column_stack([value, np.ones(len(value))])
    found, held = np.zeros(2), np.diag([RIDGE, 1e-6])
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ found, -30.0, 30.0)))
        bend = x.T @ (x * np.maximum(p * (1.0 - p), 1e-6)[:, None]) + held
        found = found - np.linalg.solve(bend, x.T @ (p - shown) + held @ found)
    return float(found[0]), float(found[1])


def _expressions(followed: Sequence[Signals], regime: str) -> list[Table]:
    said, true, sure, persons = (np.array(v) for v in zip(*_stretches(followed), strict=True))
    right = said == true
    error = bootstrap(_error, sure, right, groups=persons, unit="persons", of_distance=True)
    regime = (
        f"Stretches of {WINDOW_S:g} s; the expression with the highest score, by the same prototypes "
        f"from our events and from the teacher's, nobody taken to talk. {_TEACHER} {regime} "
        "Intervals: 95 %, over persons."
    )
    by_name = tuple(
        (name, int(np.sum(true == name)), int(np.sum(said == name)), int(np.sum(right & (said == name))))
        for name in (*PROTOTYPES, NEUTRAL)
        if name in true or name in said
    )  # fmt: skip
    return [
        Table(
            "face.expressions", "Expressions: which one a face shows", regime,
            ("expression", "stretches by the teacher", "by ours", "the same"), by_name,
        ),
        Table(
            "face.expressions.certainty", "Expressions by how sure they are",
            f"{regime} Sure: the highest score, which is no probability; error: its expected "
            f"calibration error as if it were, in {FEW_BINS} bins.",
            ("stretches", *_RISKS, "error of the score", "perfect, mean"),
            ((len(right), *_risks(sure, right, persons), error, ece_of_perfect(sure, FEW_BINS)[0]),),
        ),
    ]  # fmt: skip


def _stretches(followed: Sequence[Signals]) -> list[tuple[str, str, float, str]]:
    """Return our expression, the teacher's, our score and the person, stretch by stretch."""
    found = []
    for one in followed:
        ours, theirs = (_events(one.times_s, of) for of in (one.ours, one.theirs))
        first, last = float(one.times_s[0]), float(one.times_s[-1]) + step_of(one.times_s)
        for start_s in np.arange(first, last - WINDOW_S / 2, WINDOW_S).tolist():
            span = TimeSpan(start_s=start_s, end_s=start_s + WINDOW_S)
            (said, score), (true, _) = (_expression(of, span) for of in (ours, theirs))
            found.append((said, true, score, one.clip))
    return found


def _expression(events: Sequence[Evidence], span: TimeSpan) -> tuple[str, float]:
    own = [e for e in events if e.overlaps(span)]
    scores = categories(strengths(span, own, 0.0, UNMEASURED), UNMEASURED)
    best = max(scores, key=lambda name: scores[name])
    return best, scores[best]


def _events(times_s: "Floats", signals: "dict[str, Floats]") -> list[Evidence]:
    """Return the action units that the rules find in signals."""
    step_s, found = step_of(times_s), []
    for au in CREDIBLE:
        for event, above, _ in movement_events(au, times_s, signals[au]):
            first, apex, last = (float(times_s[i]) for i in event)
            reading = ActionUnitReading(
                au=au, name=TOLD[au].name, intensity=min(5.0, 5.0 * above / TOLD[au].full),
                onset_s=first, apex_s=apex, offset_s=last + step_s, cue=TOLD[au].cue,
            )  # fmt: skip
            found.append(
                Evidence.of(
                    tool="action_units", engine="landmarks", modality=Modality.FACE,
                    card=card_of("face_landmarks"), span=TimeSpan(start_s=first, end_s=last + step_s),
                    reading=reading,
                )
            )  # fmt: skip
    return found
