"""``python -m emer.evals.train face_detector``: train by folds, choose the threshold, train on all."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    data: Annotated[Path, typer.Option(help="Folder of data sets.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder of weights.")] = Path(
        "tools/emer/tools/weights"
    ),
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
    found, _ = checking.cross_validated(pictures, typer.echo)
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
        card(summary(found, checking.thresholds(found)), calibration),
        checking.settings(sure),
        out,
    )
