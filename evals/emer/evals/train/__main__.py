"""Train the shipped models: ``python -m emer.evals.train NAME --data DIR [--out DIR]``.

One command per model; each fixes its seeds and writes ``NAME.onnx`` and ``NAME.json`` (model card
and settings), listed with their digests. ``sums`` lists digests alone; ``golden`` keeps what the
networks answer, for the tests.
"""

import sys
from importlib import import_module
from typing import Final

import typer

TRAINERS: Final = {
    "face_landmarks": "emer.evals.train.face_landmarks.command:train",
    "face_detector": "emer.evals.train.face_detector.command:train",
    "face_likeness": "emer.evals.train.face_likeness.command:train",
    "fusion": "emer.evals.train.fusion.command:train",
    "speakers": "emer.evals.train.speakers.command:train",
    "text": "emer.evals.train.text.command:train",
    "voice": "emer.evals.train.voice.command:train",
    "sums": "emer.evals.train.sums:write",
    "golden": "emer.evals.train.golden:write",
}
"""Name of each model and the function that trains it."""


def main(arguments: list[str]) -> None:
    """Run one trainer."""
    name = arguments[0] if arguments else "--help"
    if name in {"-h", "--help"}:
        typer.echo(f"{__doc__}\nNames: {', '.join(TRAINERS)}. Each has a --help of its own.")
        return
    if name not in TRAINERS:
        typer.echo(f"There is no model {name!r} to train. Give one of: {', '.join(TRAINERS)}.")
        raise SystemExit(2)
    module, _, function = TRAINERS[name].partition(":")
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(getattr(import_module(module), function))
    app(arguments[1:], prog_name=f"python -m emer.evals.train {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
