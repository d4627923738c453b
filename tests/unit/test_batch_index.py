"""The index of a folder of results tells of every file, and no name can break it."""

import csv
import json
from html.parser import HTMLParser

import pytest
from tests.browser import DESKTOP, PHONE, Watched, chromium, executable

from emer.agent.batch.index import Index
from emer.agent.batch.types import Record, Summary, Written

NAMES = [
    "<script>alert(1)</script>.mp4", "\"><img src=x onerror=alert(1)>.mp4", "' onclick='x'.mp4",
    "=cmd|' /C calc'!A0.wav", "javascript:alert(1).mp4", "{{ 7*7 }}.mp4", "a?b#c%2e.mp4", "&lt;.mp4",
]  # fmt: skip


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links, self.text, self.handlers = [], [], "", []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        given = dict(attributes)
        self.handlers += [k for k in given if k.startswith("on")]
        if "href" in given:
            self.links.append(given["href"])

    def handle_data(self, data):
        self.text += data


def done(name, **more):
    summary = Summary(
        kind="video", duration_s=61.0, n_persons=2, n_utterances=3, n_disagreements=1,
        labels=(name,), sha256="ab",
    )  # fmt: skip
    output = Written(name=f"sub/{name}.emer.html", size=1, mtime_ns=1)
    told = {"shown": name, "place": name, "state": "done", "summary": summary}
    return Record(**{**told, "outputs": {"html": output}, **more})


def failed(name):
    return Record(
        shown=name, place=name, state="failed", trouble="media", error=f"{name} is broken",
        remedy="Copy it again",
    )  # fmt: skip


def written(folder, records, **options):
    Index(folder).write(records, "The <notice>.", **options)
    page = Page()
    page.feed((folder / "index.html").read_text())
    return page, json.loads((folder / "index.json").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_stays_text(tmp_path, name):
    plain, _ = written(tmp_path, [done("a.mp4"), failed("b.mp4")])
    page, facts = written(tmp_path, [done(name), failed(f"{name}2")])
    assert page.tags == plain.tags
    assert page.handlers == []
    assert name in page.text
    assert "49.mp4" not in page.text
    assert all(link.startswith("./") for link in page.links)
    assert name in [f["source"] for f in facts["files"]]


def test_the_page_allows_nothing_but_its_own_style_and_script(tmp_path):
    written(tmp_path, [done("a.mp4")])
    text = (tmp_path / "index.html").read_text()
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert "http://" not in text
    assert "https://" not in text


def test_the_table_for_spreadsheets_has_no_formulas(tmp_path):
    written(tmp_path, [done(name) for name in NAMES])
    with (tmp_path / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(NAMES)
    assert not [r for r in rows if r["source"].startswith(("=", "+", "-", "@"))]


def test_totals_and_states_are_told(tmp_path):
    records = [done("a.mp4"), failed("b.mp4"), Record(shown="c.mp4", place="c.mp4"),
               done("d.mp4", state="partial"), Record(shown="e", place="e", state="running")]  # fmt: skip
    page, facts = written(tmp_path, records, ended=True)
    assert facts["schema_version"] == "1.0"
    assert facts["totals"] == {
        "files": 5, "done": 1, "partial": 1, "failed": 1, "pending": 2, "duration_s": 122.0,
        "disagreements": 2,
    }  # fmt: skip
    assert "goes on where it stopped" in page.text
    assert "b.mp4 is broken" in page.text
    assert "Copy it again" in page.text
    assert "The <notice>." in page.text


def test_files_are_listed_in_natural_order(tmp_path):
    _, facts = written(tmp_path, [done("c10"), done("c9")])
    assert [f["source"] for f in facts["files"]] == ["c9", "c10"]


def test_rewriting_leaves_nothing_half_done_beside_it(tmp_path):
    index = Index(tmp_path)
    for _ in range(3):
        index.write([done("a.mp4")], "")
    index.refresh([done("b.mp4")], "")  # too soon
    assert sorted(p.name for p in tmp_path.iterdir()) == ["index.csv", "index.html", "index.json"]
    assert "b.mp4" not in (tmp_path / "index.html").read_text()


def test_the_page_says_what_was_not_looked_at_and_why_the_run_ended(tmp_path):
    pending = Record(shown="b.mp4", place="b.mp4")
    index = Index(tmp_path, ["the folder <b>x cannot be read"], ["3 hidden"])
    index.write([done("a.mp4"), pending], "", ended=True, why="--limit was reached")
    page = Page()
    page.feed((tmp_path / "index.html").read_text())
    assert "1 of 2 files analysed" in page.text
    assert "the folder <b>x cannot be read" in page.text
    assert "3 hidden" in page.text
    assert "Not every file is done: --limit was reached" in page.text
    facts = json.loads((tmp_path / "index.json").read_text())
    assert facts["problems"] == ["the folder <b>x cannot be read"]
    assert facts["stopped"] == "--limit was reached"


def test_old_results_of_a_file_that_failed_since_are_told_as_old(tmp_path):
    output = Written(name="a.emer.html", size=1, mtime_ns=1)
    page, _ = written(tmp_path, [failed("a.mp4").model_copy(update={"outputs": {"html": output}})])
    assert "The results are of an earlier run." in page.text
    page, _ = written(tmp_path, [failed("a.mp4")])
    assert "earlier run" not in page.text


def test_files_in_which_no_emotion_is_named_are_counted(tmp_path):
    silent = done("a.mp4").summary.model_copy(update={"labels": ()})
    page, _ = written(tmp_path, [done("a.mp4", summary=silent), done("b.mp4"), failed("c.mp4")])
    assert "No emotion is named in 1 of 2" in page.text


@pytest.mark.skipif(executable() is None, reason="no Chromium here")
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_page_can_be_ordered_and_searched(tmp_path, size):
    longer = done("b.mp4").summary.model_copy(update={"duration_s": 90.0, "labels": ("calm",)})
    written(tmp_path, [done("a.mp4"), done("b.mp4", summary=longer), failed("c.mp4")])
    with chromium(tmp_path / "profile") as context:
        watched = Watched(context, viewport=size)
        page = watched.open(tmp_path / "index.html")
        names = (
            "[...document.querySelectorAll('tbody tr:not([hidden]) .name')].map(n => n.textContent)"
        )
        if size is PHONE:
            page.select_option("#order", "length")
        else:
            page.click("[data-sort=length]")
        assert page.evaluate(names) == ["b.mp4", "a.mp4", "c.mp4"]
        page.click("[data-show=done]")
        page.fill("#find", "calm")
        assert page.evaluate(names) == ["b.mp4"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert (watched.errors, watched.requests) == ([], [])
