"""Which models there are, which of them lie here, and under which terms.

Reads    the table of models, the lock file, the folders; the cards of the networks that we ship
Returns  ``Row`` values, under a versioned schema
Cost     milliseconds, and half a second of imports for what we ship; nothing is loaded or hashed
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from pydantic import Field

from emer.agent.engines import setup_of
from emer.agent.settings import Settings
from emer.agent.settings.config_file import nearest
from emer.tools.errors import EmerError
from emer.tools.models.catalogue import catalogue, serving
from emer.tools.models.entries import ModelEntry
from emer.tools.models.store import installed
from emer.tools.readings import Frozen
from emer.tools.setup import Setup

SCHEMA_VERSION: Final = "1.0"
State = Literal["here", "not_here", "shipped"]


class Row(Frozen):
    """One model."""

    name: str
    state: State
    serves: tuple[str, ...] = Field(description="engines, as tool.engine")
    revision: str | None = Field(description="of what is here, else as pinned; null: not pinned")
    pulled: bool = Field(default=False, description="by emer: revision and digests are held to")
    path: str | None = None
    size_mb: int | None = Field(default=None, description="to download, roughly; null: shipped")
    licence: str
    commercial_use: bool
    gated: bool = False
    pickled: bool = False
    usual: bool = Field(default=True, description="the first choice of an engine")
    languages: tuple[str, ...] = ()
    purpose: str
    source: str
    entry: ModelEntry | None = Field(default=None, description="null: shipped with the package")


class UnknownModelError(EmerError, ValueError):
    """No model of that name is known."""


def others(settings: Settings) -> list[Row]:
    """Return the models of others, by engine and name.

    Raises:
        CatalogueError: The user's own table is wrong.
    """
    setup = setup_of(settings)
    usual = set(usual_names(setup))
    rows = [_row(e, setup, e.name in usual) for e in catalogue(setup.models_dir).values()]
    return sorted(rows, key=lambda r: (r.serves[0], not r.usual, r.size_mb or 0, r.name))


def shipped(settings: Settings) -> Iterator[Row]:
    """Yield the networks that come with the package."""
    from emer.tools.registry import installed as engines

    for engine in engines(setup_of(settings)):
        one = engine.specialist
        if one is None or not type(one).__module__.startswith("emer.tools."):
            continue
        if not getattr(one, "networks", ()):
            continue
        card = one.card
        yield Row(
            name=card.name, state="shipped", serves=(f"{one.tool}.{one.engine}",),
            revision=card.revision, licence=card.licence, commercial_use=card.commercial_use,
            purpose=card.purpose, source=card.source,
        )  # fmt: skip


def usual_names(setup: Setup, tool: str | None = None) -> list[str]:
    """Return the first choice of every engine, or of those of one tool; the user's own wish first."""
    engines = sorted({e for m in catalogue(setup.models_dir).values() for e in m.serves})
    names = []
    for engine in engines:
        if tool is not None and tool not in (engine, engine.partition(".")[0]):
            continue
        known = [m.name for m in serving(engine, setup.models_dir)]
        wish = setup.models.get(engine)
        names.append(wish if wish in known else known[0])
    return list(dict.fromkeys(names))


def entries(names: Sequence[str], setup: Setup) -> list[ModelEntry]:
    """Return the entries of these names.

    Raises:
        UnknownModelError: One of them is unknown; the remedy names the nearest.
    """
    known = catalogue(setup.models_dir)
    for name in names:
        if name not in known:
            meant = nearest(name, known)
            raise UnknownModelError(
                f"no model is called {name!r}",
                remedy=f"Did you mean {meant}?" if meant else "See: emer models list --all.",
            )
    return [known[name] for name in dict.fromkeys(names)]


def _row(entry: ModelEntry, setup: Setup, usual: bool) -> Row:
    found = installed(entry, setup.models_dir)
    return Row(
        name=entry.name, state="not_here" if found is None else "here", serves=entry.serves,
        revision=entry.revision if found is None else found.revision,
        pulled=found is not None and found.locked, path=str(found.folder) if found else None,
        size_mb=entry.size_mb, licence=entry.licence, commercial_use=entry.commercial_use,
        gated=entry.gated, pickled=entry.pickled, usual=usual, languages=entry.languages,
        purpose=entry.purpose, source=entry.page, entry=entry,
    )  # fmt: skip


def told(rows: Sequence[Row], width: int) -> list[str]:
    """Return the rows as lines of at most ``width`` characters where words allow it."""
    from emer.agent.doctor.command import wrapped

    name = max((len(r.name) for r in rows), default=0) + 2
    lines = []
    for r in rows:
        mark = {"here": "here", "not_here": "-", "shipped": "ours"}[r.state]
        size = "" if r.size_mb is None else f"{r.size_mb:,} MB"
        lines += wrapped(f"  {mark:6}{r.name:{name}}{size:>9}  ", _facts(r), width)
    return lines


def _facts(row: Row) -> str:
    marks = [
        f"{row.licence}{'' if row.commercial_use else ', NOT for commercial use'}",
        "gated: its page asks for consent" if row.gated else "",
        "pickled: can run code" if row.pickled else "",
        f"for {', '.join(row.serves)}",
        f"revision {row.revision[:12]}" if row.revision and row.state == "here" else "",
        "not pulled by emer" if row.state == "here" and not row.pulled else "",
    ]
    return "; ".join(m for m in marks if m)
