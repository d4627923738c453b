"""Which calibrations hold for the material that the user says this is."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from emer.memory.calibrations import read_calibrations
from emer.tools.calibration import Calibration
from emer.tools.errors import EmerError
from emer.tools.networks import settings_of
from emer.tools.specialist import Specialist


def calibrations_for(
    domain: str | None, specialists: Mapping[str, Specialist], data_dir: Path
) -> dict[str, Calibration]:
    """Return the calibrations that apply, by tool; one fitted here goes before a shipped one.

    Raises:
        EmerError: No engine that would run is calibrated for ``domain``.
        StorageError: A calibration that was kept here cannot be read.
    """
    if domain is None:
        return {}
    known = known_calibrations(specialists.values(), data_dir)
    found = {c.tool: c for c in known if c.domain == domain}
    if not found:
        domains = sorted({c.domain for c in known})
        told = f"calibrated are: {', '.join(domains)}" if domains else "nothing is calibrated"
        raise EmerError(
            f"no engine that runs here is calibrated for the domain {domain!r}; {told}",
            remedy="Leave --domain out, or fit one with emer calibrate.",
        )
    return found


def known_calibrations(specialists: Iterable[Specialist], data_dir: Path) -> list[Calibration]:
    """Return all calibrations of these engines at their revisions: shipped, then fitted here."""
    own = list(specialists)
    engines = {(s.tool, s.card.name, s.card.revision) for s in own}
    every = [*(c for s in own for c in _shipped(s)), *read_calibrations(data_dir)]
    return [c for c in every if (c.tool, c.model, c.revision) in engines]


def _shipped(specialist: Specialist) -> list[Calibration]:
    """Return what came with the weights of one of our own engines."""
    about = {
        "tool": specialist.tool,
        "model": specialist.card.name,
        "revision": specialist.card.revision,
    }
    return [
        Calibration(**about, **fields)
        for name in getattr(specialist, "networks", ())
        if (fields := settings_of(specialist.tool, name).get("calibration"))
    ]
