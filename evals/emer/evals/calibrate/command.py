"""``emer calibrate``: make confidences out of scores, for one kind of material."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.command_line.options import Quiet
from emer.agent.saying import USAGE, fail, notice
from emer.agent.settings.command import settings_or_end

if TYPE_CHECKING:
    from emer.agent.settings import Settings
    from emer.evals.calibrate.answers import Answers
    from emer.evals.calibrate.fitting import Curve
    from emer.tools.calibration import Calibration
    from emer.tools.specialist import Specialist


def calibrate(
    tool: Annotated[
        str | None, typer.Argument(help="Which tool's engine, e.g. text_emotion.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="CSV with file, label and, if known, group or speaker.")
    ] = None,
    media: Annotated[
        Path | None, typer.Option(help="Folder of those files. [default: that of the CSV]")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="What you call this kind of material, e.g. interviews.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
    quiet: Quiet = False,
) -> None:
    """Fit how far an engine's scores can be believed on your own labelled material.

    Every file is analysed; groups (speakers, or files) are kept apart for measuring. Findings then get a
    confidence where you say that the material is of that kind: emer analyze --domain NAME. Without
    arguments, lists what is calibrated.

    Exit status: 0 done, 1 failed, 2 wrong usage.
    """
    from emer.agent.calibrated import known_calibrations
    from emer.agent.engines import chosen_engines
    from emer.memory.calibrations import keep_calibration
    from emer.tools.errors import EmerError

    settings = settings_or_end()
    specialists, _ = chosen_engines(settings)
    try:
        if tool is None:
            known = known_calibrations(specialists.values(), settings.data_dir)
            _print(known, as_json=json)
            return
        if labels is None or not domain:
            fail("--labels and --domain are needed: which files, and what they are", status=USAGE)
        if tool not in specialists:
            fail(f"no engine of {tool!r} runs here: {', '.join(sorted(specialists))}", status=USAGE)
        answers, curve = _fitted(tool, labels, media, settings, quiet=quiet)
        made = _calibration(specialists[tool], domain, answers, curve)
        path = keep_calibration(made, settings.data_dir)
    except EmerError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped; what was measured is kept, the same command goes on from here", status=130)
    notice(f"kept in {path}", quiet=quiet)
    _print([made], as_json=json)


def _fitted(
    tool: str, labels: Path, media: Path | None, settings: "Settings", *, quiet: bool
) -> "tuple[Answers, Curve]":
    from emer.evals.calibrate.answers import answers_of
    from emer.evals.calibrate.fitting import fit
    from emer.evals.calibrate.labels import read_labels
    from emer.tools.errors import EmerError

    labelled = read_labels(labels, media)
    answers = answers_of(
        tool, labelled, settings, lambda line: notice(f"calibrate: {line}", quiet=quiet)
    )
    if answers.silent or answers.unreadable:
        told = (
            f"{answers.silent} files without an answer, {answers.unreadable} unreadable: left out"
        )
        notice(told, quiet=quiet)
    try:
        return answers, fit(answers.scores, answers.right, answers.groups)
    except ValueError as error:
        raise EmerError(str(error), remedy="Label more files, of several speakers.") from error


def _calibration(
    specialist: "Specialist", domain: str, answers: "Answers", curve: "Curve"
) -> "Calibration":
    import datetime

    import numpy as np

    from emer.tools.calibration import Calibration

    return Calibration(
        tool=specialist.tool, model=specialist.card.name, revision=specialist.card.revision,
        domain=domain, date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        n=len(answers.scores), n_groups=len(np.unique(answers.groups)), **curve.fields(),
    )  # fmt: skip


def _print(calibrations: "list[Calibration]", *, as_json: bool) -> None:
    import json as json_format

    if as_json:
        made = [c.model_dump(mode="json") for c in calibrations]
        typer.echo(json_format.dumps(made, indent=1))
        return
    if not calibrations:
        typer.echo("Nothing is calibrated: every score is only a score.")
    for c in calibrations:
        typer.echo(
            f"{c.tool} ({c.model}) on {c.domain}: {c.method}, {c.n} answers of {c.n_groups} groups. "
            f"Calibration error on groups left out {c.ece:.3f} [{c.ece_low:.3f}, {c.ece_high:.3f}], before "
            f"{c.ece_uncalibrated:.3f}; a perfect engine would show {c.ece_of_perfect:.3f} at this number."
        )
