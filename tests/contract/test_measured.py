"""Measured figures in the documents are those of the data beside them."""

import json
from pathlib import Path

import pytest

from emer.evals.accuracy.headlines import HEADLINES
from emer.evals.accuracy.pages import FOLDER, contents, headline_table, tables_in, with_table
from emer.evals.accuracy.subjects import SUBJECTS, measure_of
from emer.evals.tables import as_markdown, from_data

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_has_figures_and_a_page_made_of_them(subject):
    tables = from_data(json.loads((ROOT / FOLDER / f"{subject}.json").read_text()))
    assert tables
    assert (ROOT / FOLDER / f"{subject}.md").read_text().endswith(as_markdown(tables))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_can_be_measured_again(subject):
    assert callable(measure_of(subject))


def test_the_readme_and_the_start_page_hold_the_measured_figures():
    readme = (ROOT / "README.md").read_text()
    assert readme == with_table(readme, headline_table(ROOT))
    assert (ROOT / FOLDER / "README.md").read_text() == contents(ROOT)


def test_every_headline_is_measured():
    tables = tables_in(ROOT)
    for headline in HEADLINES:
        assert tables[headline.table].record(**headline.where)[headline.column] is not None


def test_every_table_states_its_regime():
    for table in tables_in(ROOT).values():
        assert len(table.regime) > 40, table.name
        assert table.rows, table.name
