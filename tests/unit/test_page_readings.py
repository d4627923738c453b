"""What the page tells of polarity, main subject, branches and checks, and in which language."""

import html
import json
import re

import pytest
from tests.descriptions import load
from tests.own_words import ENGLISH_PIECES, own_english
from tests.whole_reports import reported

from emer.agent.exports.fixed_words import fixed_words
from emer.agent.exports.material import Material
from emer.agent.exports.page import write
from emer.agent.settings import Settings
from emer.graphs.refusals import Checks
from emer.tools.findings import Gap, GapCode

ENGLISH = fixed_words("en")
TWO = 23
"""A description of which both persons get labels."""


@pytest.fixture(scope="module")
def report():
    made = reported(load("dev.json")[TWO])
    assert len({x.subject for x in made.labels}) == 2
    return made


@pytest.fixture
def page(tmp_path):
    def written(report):
        material = Material(report, None, Settings(cache=False))
        write(material, tmp_path / "page.html")
        return (tmp_path / "page.html").read_text("utf-8")

    return written


def shown(text):
    """What a reader sees or hears, less scripts and styles."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    told = " ".join(re.findall(r'(?:title|alt|aria-label)="([^"]*)"', body))
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body) + told).split())


def data(text):
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


def polarity_part(text):
    return re.search(r'<section class="polarity".*?</section>', text, re.DOTALL)[0]


def test_a_chinese_page_says_nothing_of_its_own_in_english(page):
    text = page(reported(load("dev.json")[TWO], language="zh"))
    kept = data(text)
    names = [[e["k"], e.get("n"), e["q"]] for e in kept["evidence"].values()]
    said = shown(text) + json.dumps([kept["words"], kept["stages"], kept["claims"], names])
    assert len(ENGLISH_PIECES) > 150
    assert own_english(said) == []


def test_an_english_page_says_nothing_of_its_own_in_chinese(page, report):
    text = page(report)
    assert not re.search(
        "[\u4e00-\u9fff]", shown(text) + json.dumps(data(text), ensure_ascii=False)
    )


def test_what_tools_said_in_english_is_marked_as_english_on_a_chinese_page(page):
    report = reported(load("dev.json")[TWO], language="zh")
    gap = Gap(
        start_s=0.0, end_s=1.0, tool="expression", code=GapCode.NOTHING_THERE,
        reason="nothing was there", remedy="Look again.",
    )  # fmt: skip
    text = page(report.model_copy(update={"gaps": (gap,)}))
    assert '<span lang="en">nothing was there</span>' in text
    assert '<i lang="en">Look again.</i>' in text
    assert fixed_words("zh")("limits.own_words") in text
    assert fixed_words("zh")("notice") in text


def test_a_notice_that_is_not_the_usual_one_is_shown_as_it_is(page):
    report = reported(load("dev.json")[TWO], language="zh")
    run = report.run.model_copy(update={"notice": "A notice to be read."})
    text = page(report.model_copy(update={"run": run}))
    assert '<p class="notice" lang="en">A notice to be read.</p>' in text


def test_the_polarity_of_each_person_is_shown_with_its_labels_and_what_they_rest_on(page, report):
    whole = {p.subject: p.polarity for p in report.polarity if p.segment is None}
    rows = re.findall(r"<li>(.*?)</li>", polarity_part(page(report)), re.DOTALL)
    assert f"<b>{report.explanation.main_subject}</b>" in rows[0]
    assert ["main subject" in row for row in rows] == [True, False]
    cited = {" ".join(x.evidence) for x in report.labels}
    for row in rows:
        who = re.search(r"<b>(\w+)</b>", row)[1]
        assert f'class="way {whole[who]}"' in row
        shares = [float(x) for x in re.findall(r"([01]\.\d\d) (?:pos|neg|neu)", row)]
        assert sum(shares) == pytest.approx(1.0, abs=0.02)
        found = set(re.findall(r'data-e="([^"]*)"', row))
        assert found
        assert found <= cited


def test_a_person_without_labels_has_no_polarity_and_the_page_says_so(page, report):
    mute = report.explanation.main_subject
    labels = tuple(x for x in report.labels if x.subject != mute)
    polarity = tuple(x for x in report.polarity if x.subject != mute)
    text = page(report.model_copy(update={"labels": labels, "polarity": polarity}))
    assert f"{mute}: abstains, no label of this person holds." in text
    bare = page(report.model_copy(update={"labels": (), "polarity": ()}))
    part = shown(polarity_part(bare))
    assert "Abstains: no label of anybody holds" in part
    assert f"Main subject: {mute}." in part


def test_labels_that_no_table_places_have_no_polarity_and_the_page_says_so(page, report):
    labels = tuple(x.model_copy(update={"label": "zzyzx", "shown": "zzyzx"}) for x in report.labels)
    part = polarity_part(page(report.model_copy(update={"labels": labels, "polarity": ()})))
    assert part.count("abstains, no table places the labels on a side") == 2
    assert "?</span> <span lang" in part


def test_each_moment_says_what_it_was_read_from_and_which_way_its_labels_point(page, report):
    text = page(report)
    sides = {p.segment: p.polarity for p in report.polarity if p.segment}
    assert sides
    for reading in report.explanation.readings:
        start = text.index(f'id="moment-{reading.segment}"')
        part = text[start : text.find('id="moment-', start + 1)]
        assert ENGLISH(f"branch.{reading.branch}") in part
        if reading.segment in sides:
            assert f'<span class="way {sides[reading.segment]}"' in part


def test_a_report_without_branches_says_nothing_of_them(page, report):
    readings = tuple(r.model_copy(update={"branch": None}) for r in report.explanation.readings)
    told = report.explanation.model_copy(update={"readings": readings})
    text = page(report.model_copy(update={"explanation": told}))
    assert 'class="branch"' not in text


def test_checks_of_what_a_language_model_wrote_are_told_and_only_then(page, report):
    checks = Checks(drafts=7, refused=3, sent_back=3, corrected=2, self_check=True, judged_true=5)
    run = report.run.model_copy(update={"checks": checks, "llm": "some-model"})
    text = page(report.model_copy(update={"run": run}))
    assert "Told by some-model: it wrote 7 claims, 3 did not hold at first, and 2 of those" in text
    assert 'href="#checks"' in text
    assert "Judged again by the model: 5 true, 0 false" in text[text.index('id="checks"') :]
    assert 'id="checks"' not in page(report)
