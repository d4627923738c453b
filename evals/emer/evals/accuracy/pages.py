"""The pages of measured figures, and the table in the README: made of the same JSON files.

python -m emer.evals.accuracy.pages [ROOT]
"""

import json
import sys
from pathlib import Path
from typing import Final

from emer.evals.accuracy.headlines import HEADLINES, Headline
from emer.evals.accuracy.subjects import SUBJECTS
from emer.evals.tables import Table, from_data, shown

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
FOLDER: Final = Path("docs") / "measured"


def tables_in(root: Path) -> dict[str, Table]:
    """Return every measured table under ``root``, by name."""
    found: dict[str, Table] = {}
    for subject in SUBJECTS:
        path = root / FOLDER / f"{subject}.json"
        if path.is_file():
            for table in from_data(json.loads(path.read_text(encoding="utf-8"))):
                found[table.name] = table
    return found


def headline_table(root: Path) -> str:
    """Return the README's table: one figure a row, each with its page."""
    tables = tables_in(root)
    rows = [row for h in HEADLINES if (row := _row(h, tables)) is not None]
    head = ["| what | figure | measured on |", "|---|---|---|"]
    return "\n".join([*head, *rows])


def with_table(page: str, table: str) -> str:
    """Return a page with the table between its two marks.

    Raises:
        ValueError: The marks are missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def contents(root: Path) -> str:
    """Return the start page of all figures."""
    pages = [s for s in SUBJECTS if (root / FOLDER / f"{s}.md").is_file()]
    links = [f"- [{SUBJECTS[s]}]({s}.md)" for s in pages]
    return "\n".join(
        [
            "# How right it is",
            "",
            "Written by `python -m emer.evals.accuracy.pages`; do not edit by hand. Every figure comes from",
            "`emer eval tools`, on speakers, persons, clips or texts that the model was not trained on, with 95 %",
            "bootstrap intervals in brackets. What each model is and what it cannot do stands in",
            "[its card](../specialists.md).",
            "",
            headline_table(root),
            "",
            "In full:",
            "",
            *links,
            "",
        ]
    )


def _row(headline: Headline, tables: dict[str, Table]) -> str | None:
    table = tables.get(headline.table)
    if table is None:
        return None
    cell = table.record(**headline.where)[headline.column]
    return f"| {headline.what} | {shown(cell)} | {headline.on} |"


def main(root: Path) -> None:
    """Write the start page and the README's table."""
    (root / FOLDER / "README.md").write_text(contents(root), encoding="utf-8")
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(with_table(text, headline_table(root)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
