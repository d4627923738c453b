"""The page in a real browser: in Chinese, and what it tells of polarity."""

import re
from pathlib import Path

import pytest
from tests.browser import DESKTOP, PHONE, Watched, chromium, executable, until
from tests.own_words import own_english

from emer.agent import analyze
from emer.agent.exports.fixed_words import fixed_words
from emer.agent.exports.material import Material
from emer.agent.exports.page import write
from emer.agent.settings import Settings

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
pytestmark = pytest.mark.skipif(executable() is None, reason="no Chromium was found")
ZH = fixed_words("zh")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    home = tmp_path_factory.mktemp("data")
    return Settings(cache=True, cache_dir=home / "cache", data_dir=home)


@pytest.fixture(scope="module")
def reports(settings):
    return {name: analyze(SAMPLE, settings=settings, output_language=name) for name in ("en", "zh")}


@pytest.fixture(scope="module")
def pages(reports, settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name, report in reports.items():
        material = Material(report, SAMPLE, settings)
        try:
            write(material, folder / f"{name}.html")
        finally:
            material.close()
    return {name: folder / f"{name}.html" for name in reports}


@pytest.fixture(scope="module")
def browser(pages, tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture
def look(browser, pages):
    opened = []

    def at(name, viewport=DESKTOP):
        watched = Watched(browser, viewport=viewport)
        opened.append(watched)
        watched.open(pages[name])
        until(watched.page, "document.getElementById('media').readyState > 0")
        return watched

    yield at
    for watched in opened:
        watched.page.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_chinese_page_fits_and_is_chinese_wherever_it_speaks_for_itself(look, viewport):
    watched = look("zh", viewport)
    page = watched.page
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.locator("#dock-now").inner_text() == ZH("script.silence")
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert own_english(page.locator("main").inner_text()) == []
    assert (watched.errors, watched.requests) == ([], [])


def test_the_evidence_of_a_chinese_page_is_told_in_chinese(look, reports):
    page = look("zh").page
    claim = next(c for c in reports["zh"].explanation.claims if c.stage == "emotion")
    page.locator(f".say[data-c='{claim.id}']").click()
    panel = page.locator("#panel")
    assert panel.locator("#panel-title").inner_text() == ZH("script.statement", id=claim.id)
    for heading in panel.locator("h3, h4").all_inner_texts():
        assert re.search("[\u4e00-\u9fff]", heading), heading
    assert own_english(panel.inner_text()) == []
    names = panel.locator("td:first-child").all_inner_texts()
    assert ZH("quantity.voice.f0_median_hz") in names
    hertz = panel.locator("tr", has_text=ZH("quantity.voice.f0_median_hz")).first.inner_text()
    assert hertz.endswith("Hz")


def test_the_colours_of_a_chinese_page_are_named_in_chinese(look):
    button = look("zh").page.locator("#theme")
    assert button.get_attribute("aria-label") == "配色：跟随系统"
    button.click()
    assert button.inner_text().split()[-1] == "浅色"
    assert button.get_attribute("aria-label") == "配色：浅色"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_polarity_opens_the_evidence_of_its_labels_and_goes_there(look, reports, viewport):
    page = look("en", viewport).page
    person = page.locator(".sides li", has=page.locator(".tag")).first
    assert person.locator("b").inner_text() == reports["en"].explanation.main_subject
    label = max(
        (x for x in reports["en"].labels if x.subject == reports["en"].explanation.main_subject),
        key=lambda x: x.score,
    )
    button = person.locator(".piece").first
    assert label.shown in button.inner_text()
    button.click()
    told = page.locator("#panel").inner_text()
    assert all(i in told for i in label.evidence)
    until(page, "!document.getElementById('media').seeking")
    assert abs(page.evaluate("document.getElementById('media').currentTime") - label.start_s) < 0.1


def test_polarity_and_branch_are_printed(look, reports):
    page = look("en").page
    page.emulate_media(media="print")
    assert page.locator(".polarity").is_visible()
    branches = page.locator(".branch").all_inner_texts()
    assert "read from face, voice and words" in branches
    assert page.locator(".branch").first.is_visible()
