"""What runs here and what does not: the result of ``emer doctor``, under a versioned schema.

Reads    entry points, shipped weights, the caches, versions and switches; loads no model
Returns  ``Checkup``
Cost     about a second, most of it imports; no network, nothing is written but a trial file where
         a folder exists already
"""

from typing import Final, Literal

from pydantic import Field

from emer.agent.settings import Origin
from emer.tools.readings import Frozen

SCHEMA_VERSION: Final = "1.0"
State = Literal["runs", "limited", "stands_by", "cannot_run"]
"""``runs``: chosen. ``limited``: chosen, but something that it can use is missing. ``stands_by``:
it could run, another engine of the same tool is preferred. ``cannot_run``: see the remedy."""
JUDGING: Final = {
    "expression": frozenset({"faces", "action_units"}),
    "voice_affect": frozenset({"utterances"}),
    "speech_emotion": frozenset({"utterances"}),
    "voice_dimensions": frozenset({"utterances"}),
    "text_emotion": frozenset({"utterances"}),
}
"""Tools that say what a face, a voice or words show, with those that they can do nothing without;
if none of them runs there is nothing to report."""


class Weights(Frozen):
    """One file, or folder, of weights that an engine uses."""

    path: str | None = Field(description="null: not on this disk")
    n_bytes: int | None = None
    sha256: Literal["matches", "differs", "not_checked"] = Field(
        description="against the digest that this package knows; not_checked: it knows none"
    )
    note: str = ""


class EngineState(Frozen):
    """One installed engine of one specialist."""

    tool: str
    engine: str
    provided_by: str = Field(description="distribution and version")
    state: State
    why: str = Field(description="why it is chosen, or not, or cannot run")
    remedy: str = Field(default="", description="one sentence; empty if there is nothing to do")
    modality: str = ""
    rank: int | None = None
    model: str = ""
    revision: str = ""
    licence: str = ""
    commercial_use: bool | None = None
    needs: tuple[str, ...] = ()
    weights: tuple[Weights, ...] = ()
    device: str = ""
    optional: bool = Field(
        default=False, description="an installation is complete without its tool"
    )


class Place(Frozen):
    """A folder that analyses write to."""

    name: str
    path: str
    exists: bool
    writable: bool
    free_bytes: int | None
    holds: str = Field(default="", description="what is in it, in words")
    problem: str = ""


class Switch(Frozen):
    """An environment variable that our own doors set for their process."""

    name: str
    wanted: str
    found: str | None


class LanguageModel(Frozen):
    """Who reasons."""

    llm: str
    origin: Origin
    base_url: str | None = Field(default=None, description="without passwords")
    package: str | None = Field(default=None, description="null: none is needed")
    installed: bool = True
    key_variables: tuple[str, ...] = Field(default=(), description="one of them must be set")
    key_set: bool | None = Field(default=None, description="null: no key is needed, or not known")
    problem: str = ""
    remedy: str = ""


class Extra(Frozen):
    """One optional group of packages, ``pip install 'emer[NAME]'``."""

    name: str
    installed: dict[str, str] = Field(description="version by package")
    missing: tuple[str, ...]


class Codec(Frozen):
    """One codec of the media library that comes with PyAV."""

    name: str
    use: Literal["read", "write"]
    there: bool


class Machine(Frozen):
    """The computer and its Python."""

    emer: str
    python: str
    platform: str
    cpus: int = Field(description="usable by this process")
    memory_bytes: int | None = Field(description="of this machine or container")
    memory_free_bytes: int | None
    gpus: tuple[str, ...] = Field(description="as their driver names them; empty: none")
    gpu_use: str = Field(description="whether anything installed could use them, one sentence")
    device: str = Field(default="", description="where models of others run, and why")


class Problem(Frozen):
    """Something that is wrong, or that a person may want to change."""

    about: str
    problem: str
    remedy: str = ""


class Checkup(Frozen):
    """Everything that ``emer doctor`` found."""

    schema_version: str = SCHEMA_VERSION
    verdict: Literal["ready", "partly", "not_usable"]
    engines: tuple[EngineState, ...]
    not_looked_at: dict[str, str] = Field(description="clues that no specialist looks for")
    machine: Machine
    places: tuple[Place, ...]
    config_file: str | None
    config_file_exists: bool
    language_model: LanguageModel
    extras: tuple[Extra, ...]
    media_library: dict[str, str] = Field(description="versions of PyAV and FFmpeg's libraries")
    codecs: tuple[Codec, ...]
    switches: tuple[Switch, ...] = Field(description="telemetry off, downloads off")
    problems: tuple[Problem, ...]


def checkup() -> Checkup:
    """Look at everything; what fails while it is looked at becomes a problem."""
    from emer.agent.doctor.engines import engine_states, unknown_names
    from emer.agent.doctor.models import device_told, usable
    from emer.agent.doctor.places import places
    from emer.agent.doctor.system import (
        codecs,
        extras,
        language_model,
        machine,
        media_library,
        readable_settings,
        switches,
        unknown_settings,
    )
    from emer.agent.engines import setup_of
    from emer.tools.registry import NOT_BUILT

    problems: list[Problem] = []
    settings, file = readable_settings(problems)
    settings_hold = not problems
    problems += unknown_settings()
    setup = usable(setup_of(settings), problems)
    problems += unknown_names(setup)
    engines, runnable = engine_states(problems, setup)
    library = media_library(problems)
    model = language_model(settings, problems)
    found_places = places(settings, problems)
    ready = settings_hold and bool(library) and bool(runnable & set(JUDGING))
    lacking = {e.tool for e in engines} - runnable - {
        e.tool for e in engines if e.optional
    } or model.problem
    return Checkup(
        verdict="not_usable" if not ready else "partly" if lacking else "ready",
        engines=engines,
        not_looked_at={
            name: text
            for name, text in NOT_BUILT.items()
            if name not in {e.tool for e in engines if e.state != "cannot_run"}
        },
        machine=machine().model_copy(update={"device": device_told(setup, problems)}),
        places=found_places,
        config_file=str(file) if file else None,
        config_file_exists=file is not None and file.is_file(),
        language_model=model,
        extras=extras(),
        media_library=library,
        codecs=codecs() if library else (),
        switches=switches(),
        problems=tuple(problems),
    )
