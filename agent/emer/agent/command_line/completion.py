"""What the shell offers when somebody presses the tab key.

Each function takes what was typed so far and returns what it may become, with a word of help. They
run at every key press: they import little, read at most one small file, and stay silent whatever
goes wrong. Names of files are left to the shell.
"""

import ast
import os
import tomllib
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import wraps
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path

Offers = list[tuple[str, str]]
MOST: Final = 50
"""Cases offered at once; a shell asks before it shows more."""
LANGUAGES: Final = {"en": "English", "zh": "Chinese"}


def _silent(completer: Callable[[str], Offers]) -> Callable[[str], Offers]:
    """Offer nothing where something fails: a message would land in the middle of a command line."""

    @wraps(completer)
    def guarded(incomplete: str) -> Offers:
        try:
            return completer(incomplete)
        except Exception:
            return []

    return guarded


@_silent
def formats(incomplete: str) -> Offers:
    """Offer names of formats: one more after each comma, none twice."""
    before, comma, _ = incomplete.rpartition(",")
    taken = {name.strip() for name in before.split(",")}
    offers = [(name, about) for name, about in _format_table() if name not in taken]
    if not comma:
        offers.append(("all", "every one of them"))
    listed = [(f"{before}{comma}{name}", about) for name, about in offers]
    return _beginning(listed, incomplete)


@_silent
def output_languages(incomplete: str) -> Offers:
    """Offer the languages that explanations are written in."""
    return _beginning(LANGUAGES.items(), incomplete)


@_silent
def llms(incomplete: str) -> Offers:
    """Offer the built-in analyst and the providers' names; models are the provider's affair."""
    from emer.agent.providers import PROVIDERS

    offers = [("rule", "built in; no key, no network")]
    offers += [(f"{name}:", f"a model of {name}") for name in PROVIDERS]
    return _beginning(offers, incomplete)


@_silent
def purposes(incomplete: str) -> Offers:
    """Offer what analyses may be for."""
    from emer.agent.purpose.policy import PERMITTED

    return _beginning([(name, "") for name in PERMITTED], incomplete)


@_silent
def devices(incomplete: str) -> Offers:
    """Offer where models of others can run."""
    offers = [("auto", "the first GPU, else the processor"), ("cpu", ""), ("cuda", "the first GPU")]
    return _beginning([*offers, ("cuda:1", "the second")], incomplete)


@_silent
def engines(incomplete: str) -> Offers:
    """Offer engines that are registered under a name of their own."""
    names = [e.name.replace(".", "=", 1) for e in entry_points(group="emer.tools") if "." in e.name]
    return _beginning([(name, "") for name in sorted(names)], incomplete)


@_silent
def models(incomplete: str) -> Offers:
    """Offer models of others by name."""
    offers = [(n, _plain(t.get("purpose", ""))) for n, t in sorted(_model_table().items())]
    return _beginning(offers, incomplete)


@_silent
def served(incomplete: str) -> Offers:
    """Offer specialists and engines that models of others can serve."""
    found = {e for t in _model_table().values() for e in t["serves"]}
    found |= {e.partition(".")[0] for e in found}
    return _beginning([(name, "") for name in sorted(found)], incomplete)


@_silent
def cases(incomplete: str) -> Offers:
    """Offer ids of annotated cases, the ones that were added here first."""
    file = _data_dir() / "memory" / "cases.sqlite3"
    if not file.is_file():
        return []
    import sqlite3

    query = (
        "SELECT id, provenance FROM cases WHERE id >= ? AND id < ?"
        " ORDER BY created_at DESC, id LIMIT ?"
    )
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0.2)) as db:
        rows = db.execute(query, (incomplete, f"{incomplete}\U0010ffff", MOST)).fetchall()
    return [(id_, _plain(provenance)) for id_, provenance in rows]


@_silent
def sessions(incomplete: str) -> Offers:
    """Offer names of conversations that were kept, the one used last first."""
    file = _data_dir() / "chats" / "conversations.sqlite3"
    if not file.is_file():
        return []
    import sqlite3

    query = "SELECT name, used_at FROM conversations ORDER BY used_at DESC LIMIT ?"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0.2)) as db:
        rows = db.execute(query, (MOST,)).fetchall()
    return _beginning([(_plain(n), f"last used {used[:16]}") for n, used in rows], incomplete)


@_silent
def patterns(incomplete: str) -> Offers:
    """Offer the patterns that annotated cases have, e.g. masking."""
    file = _data_dir() / "memory" / "cases.sqlite3"
    if not file.is_file():
        return []
    import sqlite3

    query = "SELECT DISTINCT json_extract(body, '$.pattern') FROM cases"
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0.2)) as db:
        names = [name for (name,) in db.execute(query) if name]
    return _beginning([(_plain(name), "") for name in sorted(names)], incomplete)


def _beginning(offers: Iterable[tuple[str, str]], incomplete: str) -> Offers:
    return [offer for offer in offers if offer[0].startswith(incomplete)]


def _format_table() -> Offers:
    """Return names and purposes of all formats from the source of their table.

    To import it would import what reads and decodes media: a second or more at every key press.
    """
    spec = find_spec("emer.agent.exports.formats")
    if spec is None or spec.origin is None:
        return []
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and len(n.args) >= 3]
    rows = [
        [a.value for a in c.args[:3] if isinstance(a, ast.Constant)] for c in calls if _is_format(c)
    ]
    return [(str(row[0]), str(row[2])) for row in rows if len(row) == 3]


def _is_format(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "Format"


def _model_table() -> dict[str, dict[str, Any]]:
    """Return the tables of models, ours and the user's, unchecked: to check them costs imports."""
    spec = find_spec("emer.tools.models")
    places = [Path(p) for p in (spec.submodule_search_locations or ())] if spec else []
    folder = _folder("models_dir", "EMER_MODELS_DIR")
    tables: dict[str, dict[str, Any]] = {}
    for place in (*places, folder or user_data_path("emer") / "models"):
        if (place / "models.toml").is_file():
            tables |= tomllib.loads((place / "models.toml").read_text(encoding="utf-8"))
    return tables


def _plain(text: object) -> str:
    """Return text of a case without anything that a terminal would act on."""
    return "".join(c for c in str(text) if c.isprintable())[:60]


def _data_dir() -> Path:
    """Return where the cases are."""
    return _folder("data_dir", "EMER_DATA_DIR") or user_data_path("emer")


def _folder(name: str, variable: str) -> Path | None:
    """Return a folder that was set, read as ``Settings`` reads it but without its imports."""
    from emer.agent.settings.config_file import config_path, expanded, read_config

    if named := os.environ.get(variable):
        return expanded(named)
    told = read_config().get(name)
    path = config_path()
    if told and path is not None:
        return path.absolute().parent / expanded(str(told))
    return None
