"""Average faces into a usual one, judge it with means of other persons, and save it."""

import datetime
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import typer

from emer.evals.train.saving import save
from emer.evals.train.sums import FOLDER

if TYPE_CHECKING:
    from emer.evals.train.face_likeness.card import Curve, Judged
    from emer.evals.train.face_likeness.judging import Half
    from emer.evals.train.face_likeness.material import Material, Mean
    from emer.tools.networks import Network

NAME: Final = "face_likeness"
ABOVE: Final = 0.025
"""How far the curve's middle lies above the higher of two thresholds, each chosen on half of the
persons in photos: either is too low for the other half."""

SLOPE: Final = 18.0
"""Of the curve. A logistic fit to clips gives 18 to 35, since hardly any pair there lies on the
wrong side; the flattest leaves most in doubt. A choice, as the limits built on it are."""


def train(
    data: Annotated[Path, typer.Option(help="Folder of data sets.", exists=True)],
    out: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
    date: Annotated[str, typer.Option(help="Date for the card. [default: today]")] = "",
) -> None:
    """Average all faces that bear no name, having judged means of other persons; about a minute."""
    from emer.evals.train.face_likeness.card import card
    from emer.evals.train.face_likeness.export import graph_of
    from emer.evals.train.face_likeness.material import material, mean_of

    at_hand = material(data)
    judged = judge(at_hand)
    curve = curve_of(judged.halves)
    made = date or datetime.datetime.now(datetime.UTC).date().isoformat()
    about = card(judged, curve, made)
    usual = graph_of(mean_of([*at_hand.films, *at_hand.rest]))
    save(NAME, usual, about, {"slope": curve.slope, "middle": curve.middle}, out)
    typer.echo(about["metrics"])


def judge(material: "Material") -> "Judged":
    """Measure every group of persons with the mean of the others."""
    from emer.evals.train.face_likeness import judging
    from emer.evals.train.face_likeness.card import Judged
    from emer.evals.train.face_likeness.material import mean_of

    films, named, rest = material.films, material.named, material.rest
    without_named = against(mean_of([*films, *rest]))
    without_films = against(mean_of([*named, *rest]))
    photos, halves = judging.photos(material, without_named)
    return Judged(
        thirds=judging.thirds(films, without_films),
        pieces=judging.pieces(films, without_films),
        disturbed=judging.disturbed(films, without_films),
        photos=photos,
        halves=halves,
        together=judging.together(material.groups, against(mean_of([*films, *named]))),
        n_clips=len(films),
        n_photos=len(named),
        n_persons=len({material.persons[f.name] for f in named}),
        n_usual_stills=len(rest),
    )


def curve_of(halves: "tuple[Half, Half]") -> "Curve":
    """Return the curve, its middle above both halves' thresholds."""
    from emer.evals.train.face_likeness.card import Curve

    middle = max(half.threshold for half in halves) + ABOVE
    return Curve(SLOPE, float(np.round(middle, 2)))


def against(mean: "Mean") -> "Network":
    """Return the network that takes ``mean`` off."""
    from emer.evals.train.face_likeness.export import graph_of
    from emer.tools.networks import load

    nothing: dict[str, Any] = dict.fromkeys(
        ("name", "purpose", "inputs", "outputs", "licence", "source", "trained_on", "metrics"), "-"
    )
    with tempfile.TemporaryDirectory() as folder:
        about = nothing | {"commercial_use": True, "limits": ()}
        save(NAME, graph_of(mean), about, {}, Path(folder))
        return load(NAME, NAME, folder=Path(folder))
