"""``python -m emer.evals.train face_detector``: train by folds, choose the threshold, train on all."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    data: Annotated[Path, typer.Option(help="Folder of data sets.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder of weights.")] = Path(
        "tools/emer/tools/weights"
    ),
    kept: Annotated[
        Path | None,
        typer.Option(
            help="Folder to keep the networks of the folds in, which `emer eval tools face --folds` "
            "looks for in DATA/labels/face_detector. [default: they are not kept]",
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Distil the face detector from YuNet; about half an hour on one quiet core."""
    from emer.evals.accuracy.face_detection import summary
    from emer.evals.train.face_detector import checking
    from emer.evals.train.face_detector.card import card
    from emer.evals.train.face_detector.export import onnx_of
    from emer.evals.train.face_detector.material import shown
    from emer.evals.train.face_detector.sources import Source, weights
    from emer.evals.train.face_detector.training import trained
    from emer.evals.train.saving import save
    from emer.tools.face_detection import NETWORK

    pictures = list(shown(data))
    typer.echo(f"{len(pictures)} pictures, labelled by the teacher")
    found, graphs = checking.cross_validated(pictures, typer.echo)
    limits = checking.thresholds(found)
    for fold, graph in enumerate(graphs if kept else ()):
        assert kept is not None
        own = checking.settings(float(limits[fold]))
        save(NETWORK, graph, card("not measured", "none"), own, kept / f"fold_{fold}")
    sure = checking.shipped_threshold(found)
    everybody = [one for one in pictures if one.fold is not None]
    net = trained([Source.of(one) for one in everybody], weights(everybody), say=typer.echo)
    calibration = (
        f"scores only; a face is sure from {sure:.3f}, the lowest score with at most "
        f"{100 * checking.MOST_FALSE:g} false faces in 100 pictures of people left out"
    )
    save(
        NETWORK,
        onnx_of(net),
        card(summary(found, limits), calibration),
        checking.settings(sure),
        out,
    )
