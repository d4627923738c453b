"""The index of a folder of results: a page for people, JSON and CSV for programs.

Reads    the records of all files that were ever asked for with this folder
Returns  ``index.html``, ``index.json``, ``index.csv``; each replaced as a whole
Costs    about 0.1 ms a file; rewritten as files finish, but never most of the time
"""

import base64
import hashlib
import json
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from emer.agent.batch.names import natural
from emer.agent.batch.types import Record
from emer.agent.exports.formats import FORMATS
from emer.agent.exports.tables.csv_text import write_csv
from emer.agent.output import whole

if TYPE_CHECKING:
    from jinja2 import Template

SCHEMA_VERSION: Final = "1.0"
EVERY_S: Final = 1.0
SHARE: Final = 0.05
"""Of the time that may be spent on rewriting the index."""
MAX_THUMBNAILS: Final = 1500
COLUMNS: Final = (
    "source", "status", "kind", "duration_s", "n_persons", "n_utterances", "labels",
    "n_disagreements", "error", "remedy", "took_s", "finished_at", "sha256",
)  # fmt: skip
SAYS: Final = {
    "done": "done", "partial": "partial", "failed": "failed", "pending": "not done yet",
    "running": "not done yet", "written": "not done yet",
}  # fmt: skip


class Index:
    """Writes the index of one folder."""

    def __init__(
        self, out: Path, problems: Sequence[str] = (), left_out: Sequence[str] = ()
    ) -> None:
        """Begin.

        Args:
            out: Folder of results.
            problems: What was asked for and could not be looked at.
            left_out: What was not taken for media, with counts.
        """
        self._out, self._problems, self._left_out = out, problems, left_out
        self.page = out / "index.html"
        self._written_s = self._took_s = 0.0

    def refresh(self, records: Iterable[Record], notice: str) -> None:
        """Write the index, unless it was written a moment ago.

        Raises:
            StorageError: It cannot be written.
        """
        pause_s = max(EVERY_S, self._took_s / SHARE)
        if time.monotonic() - self._written_s >= pause_s:
            self.write(records, notice)

    def write(
        self, records: Iterable[Record], notice: str, *, ended: bool = False, why: str = ""
    ) -> None:
        """Write the index.

        Args:
            records: Of every file.
            notice: What must be told with results.
            ended: Whether the run is over.
            why: Why it ended before all files were done, if it did.

        Raises:
            StorageError: It cannot be written.
        """
        began_s = time.monotonic()
        listed = sorted(records, key=lambda r: natural(r.shown))
        facts = _facts(listed, notice, ended=ended)
        facts |= {"problems": list(self._problems), "left_out": list(self._left_out)}
        facts["stopped"] = why if facts["totals"]["pending"] else ""
        with whole(self._out / "index.json") as draft:
            draft.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        with whole(self._out / "index.csv") as draft:
            write_csv(COLUMNS, [_csv_row(f) for f in facts["files"]], draft)
        with whole(self.page) as draft:
            draft.write_text(_page(listed, facts), encoding="utf-8")
        self._written_s = time.monotonic()
        self._took_s = self._written_s - began_s


def _facts(records: Collection[Record], notice: str, *, ended: bool) -> dict[str, Any]:
    states = Counter("pending" if SAYS[r.state] == "not done yet" else r.state for r in records)
    told = [r.summary for r in records if r.summary is not None]
    return {
        "schema_version": SCHEMA_VERSION,
        "updated_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": "ended" if ended else "going on",
        "totals": {
            "files": len(records),
            **{name: states[name] for name in ("done", "partial", "failed", "pending")},
            "duration_s": round(sum(s.duration_s for s in told), 3),
            "disagreements": sum(s.n_disagreements for s in told),
        },
        "files": [_entry(r) for r in records],
        "notice": notice,
    }


def _entry(record: Record) -> dict[str, Any]:
    s = record.summary
    return {
        "source": record.shown,
        "status": "pending" if SAYS[record.state] == "not done yet" else record.state,
        "kind": s.kind if s else None,
        "duration_s": s.duration_s if s else None,
        "n_persons": s.n_persons if s else None,
        "n_utterances": s.n_utterances if s else None,
        "labels": list(s.labels) if s else [],
        "n_disagreements": s.n_disagreements if s else None,
        "sha256": s.sha256 if s else None,
        "outputs": {form: w.name for form, w in record.outputs.items()},
        "not_made": record.not_made,
        "trouble": record.trouble,
        "error": record.error or None,
        "remedy": record.remedy or None,
        "attempts": record.attempts,
        "took_s": record.took_s,
        "finished_at": record.finished_at or None,
    }


def _csv_row(entry: dict[str, Any]) -> list[Any]:
    cells = {**entry, "labels": "; ".join(entry["labels"])}
    return [cells[name] for name in COLUMNS]


def _page(records: Collection[Record], facts: dict[str, Any]) -> str:
    with_pictures = len(records) <= MAX_THUMBNAILS
    rows = [
        {**entry, "thumbnail": (r.summary.thumbnail if r.summary and with_pictures else ""),
         "says": SAYS[r.state], "links": _links(r), "length": _length(entry["duration_s"]),
         "abstained": bool(r.summary and r.summary.abstained)}
        for r, entry in zip(records, facts["files"], strict=True)
    ]  # fmt: skip
    style, script = _static("index.css"), _static("index.js")
    return _template().render(
        facts=facts, totals=facts["totals"], rows=rows, style=style, script=script,
        style_hash=_hash(style), script_hash=_hash(script), abouts={n: f.about for n, f in FORMATS.items()},
        length=_length(facts["totals"]["duration_s"]), any_pictures=any(r["thumbnail"] for r in rows),
        failures=_grouped(records), told=_told(rows),
    )  # fmt: skip


def _links(record: Record) -> list[tuple[str, str]]:
    """Return the formats of a file, the page first, with links that no name can break."""
    ordered = sorted(record.outputs.items(), key=lambda item: (item[0] != "html", item[0]))
    return [(form, f"./{quote(w.name, safe='/')}") for form, w in ordered]


def _told(rows: Collection[dict[str, Any]]) -> list[str]:
    """Say in a line each what came out and what did not."""
    finished = [r for r in rows if r["status"] in ("done", "partial")]
    silent = sum(not r["labels"] for r in finished)
    lines = []
    if finished and silent:
        lines.append(
            f"No emotion is named in {silent} of {len(finished)}: the evidence is too thin or "
            "shows none."
        )
    return lines


def _grouped(records: Iterable[Record]) -> list[tuple[str, int]]:
    counts = Counter(r.remedy or r.error for r in records if r.state == "failed")
    return counts.most_common()


def _length(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["raw"] = Markup
    return environment.from_string(_static("index.html.j2"))


@cache
def _static(name: str) -> str:
    return (files("emer.agent.batch") / "page" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
