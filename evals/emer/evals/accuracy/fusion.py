"""Fusion of voice and face against what raters of CREMA-D say who hear and see.

Everything is fitted anew on the actors of four folds and measured on those of the fifth.
"""

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.accuracy.subjects import Tell
from emer.evals.statistics import bootstrap, log_loss
from emer.evals.tables import Cell, Estimate, Table
from emer.evals.train.fusion.percepts import percepts
from emer.evals.train.fusion.pool import Pool, fit, shares, smoothed
from emer.evals.train.fusion.votes import CATEGORIES, Votes, folds, read_votes
from emer.graphs import fusion
from emer.graphs.affect import MOST_TRUST, trust_in
from emer.tools.findings import Modality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

N_FOLDS: Final = 5
SEED: Final = 0
RIGHT: Final = (0.4, 0.6, 0.8)
"""Shares of right answers of the engines that are simulated."""
WEIGHTS: Final = (0.0, 0.3, 0.6, 1.0, 1.5)
REGIME: Final = (
    "CREMA-D's votes (some ten raters each; 7,442 clips, 91 actors, 6 emotions), heard only, seen only "
    "and both. Five folds by actor: fitted on four, measured on the fifth, pooled. Votes are smoothed by "
    "one of each kind. Where raters are evenly split, any of their first choices is right. Intervals: 95 %, "
    "over actors."
)


def measure(data: Path, *, folds: bool = False, tell: Tell = lambda _: None) -> list[Table]:
    """Return the tables; the folds are quick here and always fitted anew."""
    votes = read_votes(data)
    tell(f"{len(votes.both)} clips of CREMA-D")
    said = _crossvalidated(votes)
    tell("simulated engines")
    return [
        _against_votes("fusion.votes", "Voice and face, all clips", votes, said),
        _of_conflicts(votes, said),
        _pairs(votes),
        _engines(votes),
        _words(),
        _telling(),
    ]


def measured_in_words(votes: Votes) -> str:
    """Return the main figures as a sentence for the model card."""
    table = _against_votes("", "", votes, _crossvalidated(votes))
    told = (f"{way} {loss}, {accuracy}" for way, loss, accuracy, _ in table.rows)
    return f"{REGIME} Log-loss and accuracy: {'; '.join(told)}"


def _crossvalidated(votes: Votes) -> "dict[str, Floats]":
    """Return the shares that each way of combining gives for clips of actors left out."""
    heard, seen = smoothed(votes.heard), smoothed(votes.seen)
    pooled = np.zeros(heard.shape)
    for held_out in folds(votes.actors, N_FOLDS, SEED):
        pool = fit(votes.part(~held_out))
        pooled[held_out] = pool.together(heard[held_out], seen[held_out])
    return {
        "voice only": heard,
        "face only": seen,
        "mean of both": (heard + seen) / 2,
        "product of both": shares(heard * seen),
        "fitted pool": pooled,
    }


def _against_votes(
    name: str, title: str, votes: Votes, said: "dict[str, Floats]", more: str = ""
) -> Table:
    rows = tuple(
        (way, *_both_figures(p, votes.both, votes.actors), len(p)) for way, p in said.items()
    )
    return Table(name, title, REGIME + more, ("from", "log-loss", "accuracy", "clips"), rows)


def _both_figures(
    p: "Floats", both: "Floats", actors: "NDArray[np.int64]"
) -> tuple[Estimate, Estimate]:
    target = shares(both)
    # raters may be split evenly: any of their first choices counts as right
    right = both[np.arange(len(both)), p.argmax(axis=1)] == both.max(axis=1)
    return (
        bootstrap(log_loss, p, target, groups=actors, unit="actors"),
        bootstrap(np.mean, right, groups=actors, unit="actors"),
    )


def _of_conflicts(votes: Votes, said: "dict[str, Floats]") -> Table:
    clear = [
        np.sort(v, axis=1)[:, -1] > np.sort(v, axis=1)[:, -2] for v in (votes.heard, votes.seen)
    ]
    rows = clear[0] & clear[1] & (votes.heard.argmax(axis=1) != votes.seen.argmax(axis=1))
    more = (
        " Here only clips whose clear majority differs between those who heard and those who saw."
    )
    part = {way: p[rows] for way, p in said.items()}
    return _against_votes(
        "fusion.conflicts",
        "Voice and face, clips in which they differ",
        votes.part(rows),
        part,
        more,
    )


def _pairs(votes: Votes) -> Table:
    table = percepts(votes, fit(votes))
    rows = []
    for (i, heard), (k, seen) in product(enumerate(CATEGORIES), repeat=2):
        if i != k:
            taken = table.taken_for[i, k]
            third = 1.0 - taken[i] - taken[k]
            clips = round(float(table.n_clips[i, k]))
            rows.append((heard, seen, clips, float(taken[i]), float(taken[k]), float(third)))
    return Table(
        "fusion.pairs",
        "Which of the two people follow",
        "All clips of CREMA-D by what most raters heard and what most saw; shares of the votes of those who "
        "heard and saw. Cells with few clips lean on the fitted pool, which counts like five clips. This is "
        "the table that ships.",
        ("heard", "seen", "clips", "follow the voice", "follow the face", "say something else"),
        tuple(rows),
    )


def _engines(votes: Votes) -> Table:
    """Put noise between what people perceive and what is fused, and see what correction is worth."""
    rng = np.random.default_rng(SEED)
    n = len(CATEGORIES)
    rows: list[tuple[Cell, ...]] = []
    for voice, face in product(RIGHT, repeat=2):
        noise = [_noise(right, n) for right in (voice, face)]
        answers = [
            np.array([rng.choice(n, p=c[i]) for i in counts.argmax(axis=1)])
            for c, counts in zip(noise, (votes.heard, votes.seen), strict=True)
        ]
        said = {"plain": np.zeros((len(votes.both), n)), "mean": np.zeros((len(votes.both), n))}
        said["corrected"] = np.zeros((len(votes.both), n))
        for held_out in folds(votes.actors, N_FOLDS, SEED):
            pool = fit(votes.part(~held_out))
            given = _table(votes.part(~held_out), pool)
            heard, seen = (np.eye(n)[a[held_out]] for a in answers)
            as_votes = [smoothed(10.0 * x) for x in (heard, seen)]
            said["plain"][held_out] = pool.together(*as_votes)
            said["mean"][held_out] = (as_votes[0] + as_votes[1]) / 2
            said["corrected"][held_out] = [
                fusion.fuse(
                    given,
                    heard=fusion.likelihood({CATEGORIES[a]: 1.0}, noise[0], CATEGORIES),
                    seen=fusion.likelihood({CATEGORIES[b]: 1.0}, noise[1], CATEGORIES),
                )
                for a, b in zip(answers[0][held_out], answers[1][held_out], strict=True)
            ]
        figures = (_both_figures(said[way], votes.both, votes.actors) for way in said)
        cells = [figure.value for pair in figures for figure in pair]
        rows.append((f"{voice:.0%}", f"{face:.0%}", *cells))
    return Table(
        "fusion.engines",
        "What correction by the engines' confusion is worth",
        "Simulated engines: what most raters heard (or saw) passes through a noise that is right in the share "
        "of cases stated and else says any other emotion. “Plain” puts the answers into the pool as if ten raters "
        "had given them, “mean” averages them, “corrected” is what ships. " + REGIME,
        (
            "voice right", "face right", "plain log-loss", "plain accuracy", "mean log-loss",
            "mean accuracy", "corrected log-loss", "corrected accuracy",
        ),
        tuple(rows),
    )  # fmt: skip


def _table(votes: Votes, pool: Pool) -> fusion.Table:
    found = percepts(votes, pool)
    shipped = fusion.table()
    return fusion.Table(
        CATEGORIES, found.joint, found.taken_for, shipped.words_weight, shipped.unmeasured_accuracy
    )


def _noise(right: float, n: int) -> "Floats":
    wrong = (1.0 - right) / (n - 1)
    found: Floats = np.full((n, n), wrong) + np.eye(n) * (right - wrong)
    return found


def _words() -> Table:
    """Count, over all triples, whom the outcome follows for each weight of the words."""
    given = fusion.table()
    signs = [
        fusion.likelihood({c: 1.0}, given.unmeasured(), given.categories) for c in given.categories
    ]
    triples = [
        t for t in product(range(len(signs)), repeat=3) if len(set(t)) == len(t)
    ]  # fmt: skip
    rows = []
    for weight in WEIGHTS:
        at = fusion.Table(
            given.categories, given.joint, given.taken_for, weight, given.unmeasured_accuracy
        )
        said = [
            int(fusion.fuse(at, heard=signs[v], seen=signs[f], said=signs[w]).argmax())
            for v, f, w in triples
        ]
        pairs = list(zip(said, triples, strict=True))
        followed = [sum(s == t[i] for s, t in pairs) / len(pairs) for i in (2, 0, 1)]
        rows.append((weight, *followed, 1.0 - sum(followed)))
    return Table(
        "fusion.words",
        "How much the outcome depends on the weight of the words",
        f"The weight of words is an assumption ({given.words_weight:g}): CREMA-D's sentences say nothing. All "
        f"{len(triples)} triples in which voice, face and words each point to another of the six emotions, engines "
        f"right in {given.unmeasured_accuracy:.0%} of cases; shares of triples in which the outcome follows each.",
        ("weight", "words", "voice", "face", "none of them"),
        tuple(rows),
    )


def _telling() -> Table:
    """Lay out what each modality tells, and what it weighs for that."""
    given = fusion.table()
    sure = fusion.telling(given, dict.fromkeys(fusion.ENGINES, np.eye(len(given.categories))))
    noisy = fusion.telling(given)
    rows = tuple(
        (
            sense, sure[sense] if sense != "words" else None, noisy[sense],
            "supposed" if fusion.measured(tool) is None else "measured", trust_in(Modality(sense)),
        )
        for sense, tool in fusion.ENGINES.items()
    )  # fmt: skip
    return Table(
        "fusion.telling",
        "How much each modality tells, and weighs",
        "Informational correlation (0 to 1) with what people who hear and see take somebody for: of what people "
        "hear or see themselves, and of an engine's answer, which errs as was measured on speakers or texts that it "
        f"had not met, or, where nobody measured it, is supposed to be right in {given.unmeasured_accuracy:.0%} of "
        f"cases. Words count by their assumed weight ({given.words_weight:g}). Trust, by which places on the plane of "
        f"valence and arousal are weighed, is the second column on a scale that ends at {MOST_TRUST:g}. From the "
        "table that ships; nothing is measured here.",
        ("of", "what people perceive", "what the engine says", "its errors", "trust"), rows,
    )  # fmt: skip
