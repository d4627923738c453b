"""The page as a file: one, closed to everything outside, and honest about what it leaves out."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib import resources

import pytest
from tests.descriptions import load
from tests.payloads import EVERYTHING, HIT, PAYLOADS, poisoned
from tests.whole_reports import reported

from emer.agent.exports.material import Material
from emer.agent.exports.page import clip as clip_module
from emer.agent.exports.page import write
from emer.agent.exports.page.building import SCRIPTS, STYLES
from emer.agent.exports.page.evidence import as_json
from emer.agent.exports.page.words import ENGLISH
from emer.agent.settings import Settings
from emer.graphs.report import Report
from emer.tools.errors import MediaError
from emer.tools.findings import Gap, GapCode


class Parsed(HTMLParser):
    """Collects elements with their attributes, and the texts of scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.raw = []
        self._inside = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in {"script", "style"} else self._inside

    def handle_endtag(self, tag):
        self._inside = None if tag == self._inside else self._inside

    def handle_data(self, data):
        if self._inside:
            self.raw.append((self._inside, data))


@pytest.fixture(scope="module")
def report():
    return reported(load("dev.json")[0])


@pytest.fixture
def page(tmp_path):
    def written(report, media=None):
        material = Material(report, media, Settings(cache=False))
        try:
            write(material, tmp_path / "page.html")
        finally:
            material.close()
        return (tmp_path / "page.html").read_text("utf-8")

    return written


def _data(text):
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


def _clip(report, content, name="clip.mp4"):
    facts = {
        "name": name, "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()
    }  # fmt: skip
    # without streams nothing is decoded: what is tested is where the clip comes from
    return report.model_copy(update={"media": report.media.model_copy(update=facts)})


def test_the_files_of_the_page_are_package_data():
    root = resources.files("emer.agent.exports.page")
    for name in (*(f"static/{n}" for n in (*STYLES, *SCRIPTS)), "templates/page.html.j2"):
        assert (root / name).is_file(), name


def test_the_policy_allows_this_script_and_this_style_and_nothing_else(page, report):
    parsed = Parsed(page(report))
    policy = next(a["content"] for t, a in parsed.elements if t == "meta" and "content" in a
                  and a.get("http-equiv") == "Content-Security-Policy")  # fmt: skip
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    for kind, directive in (("script", "script-src"), ("style", "style-src")):
        text = [data for tag, data in parsed.raw if tag == kind][-1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_nothing_is_asked_of_any_other_place(page, report):
    parsed = Parsed(page(report))
    for tag, attributes in parsed.elements:
        assert tag not in {"iframe", "object", "embed", "base", "form"}
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", tag
            if name in {"src", "href", "srcset", "action", "poster"}:
                assert value.startswith(("#", "data:")), (tag, value)
    styles = " ".join(data for tag, data in parsed.raw if tag == "style")
    assert "url(" not in styles
    assert "@import" not in styles


def test_a_page_with_payloads_in_every_text_has_the_elements_of_one_without(page, report):
    source = report.model_dump(mode="json")
    plain = Parsed(page(report)).elements
    hostile = Parsed(page(Report.model_validate(poisoned(source)))).elements
    assert len(PAYLOADS) >= 40
    assert {tag for tag, _ in hostile} == {tag for tag, _ in plain}
    assert sum(tag == "script" for tag, _ in hostile) == sum(tag == "script" for tag, _ in plain)
    assert {n for _, a in hostile for n in a} == {n for _, a in plain for n in a}


def test_a_hostile_text_is_still_shown_as_the_text_it_is(page, report):
    text = page(Report.model_validate(poisoned(report.model_dump(mode="json"))))
    assert f"&lt;script&gt;{HIT}&lt;/script&gt;" in text
    assert f"<script>{HIT}" in _data(text)["said"][0][3]
    assert "\u202e" not in text
    assert "\x00" not in text


def test_json_in_a_script_cannot_end_it():
    text = str(as_json({"a": EVERYTHING, "b": ["</script>", "<!--", "\u2028"]}))
    assert not set(text) & set("<>&\u2028\u2029\u202e\x00")
    assert json.loads(text)["b"] == ["</script>", "<!--", "\u2028"]


def test_evidence_carries_its_model_revision_device_and_numbers(page, report):
    found = _data(page(report))["evidence"]
    for e in report.evidence:
        assert found[e.id]["r"] == [e.tool, e.engine, e.model, e.revision, e.device]
    texts = [x for x in found.values() if x["k"] == "What the words express"]
    assert any(row[0] == "valence (\u22121 to +1)" for x in texts for row in x["q"])


def test_every_claim_is_a_button_and_rests_on_claims_of_the_page(page, report):
    text = page(report)
    elements = Parsed(text).elements
    buttons = {a.get("data-c") for t, a in elements if t == "button"}
    ids = {a.get("id") for _, a in elements}
    for claim in report.explanation.claims:
        assert claim.id in buttons
        assert all(f"claim-{r}" in ids for r in claim.rests_on)
        for _, relation, value, cited in _data(text)["claims"][claim.id]["o"]:
            assert relation
            assert value
            assert set(cited) <= {e.id for e in report.evidence}


def test_the_notice_and_what_was_lost_are_said(page, report):
    lost = Gap(
        start_s=0.0, end_s=1.0, tool="voice_affect", code=GapCode.TOOL_FAILED,
        reason="it broke down", remedy="Try again.",
    )  # fmt: skip
    run = report.run.model_copy(update={"status": "partial", "notice": "A notice to be read."})
    text = page(report.model_copy(update={"gaps": (*report.gaps, lost), "run": run}))
    assert text.count("A notice to be read.") == 2
    assert "partial: something was lost" in text
    assert "it broke down" in text
    assert "gap in tone of voice" in text


def test_a_small_clip_is_in_the_page_and_a_large_one_is_linked(page, report, tmp_path, monkeypatch):
    content = b"\x00clip" * 50
    folder = tmp_path / "media & more"
    folder.mkdir()
    path = folder / "a #1 50%.mp4"
    path.write_bytes(content)
    own = _clip(report, content)
    inside = page(own, path)
    assert base64.b64encode(content).decode() in inside
    monkeypatch.setattr(clip_module, "EMBED_BYTES", 10)
    linked = page(own, path)
    assert 'data-link="./media%20%26%20more/a%20%231%2050%25.mp4"' in linked
    assert base64.b64encode(content).decode() not in linked


def test_a_large_clip_far_away_is_chosen_by_the_reader(report, tmp_path, monkeypatch):
    monkeypatch.setattr(clip_module, "EMBED_BYTES", 10)
    path = tmp_path / "far.mp4"
    path.write_bytes(b"x" * 50)
    page_folder = tmp_path / "a" / "b" / "c"
    material = Material(_clip(report, b"x" * 50), path, Settings(cache=False))
    assert clip_module.clip(material, page_folder).link == ""
    assert clip_module.clip(material, tmp_path / "a").link == "../far.mp4"


def test_another_file_of_the_same_name_is_not_taken_for_the_clip(page, report, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"another")
    with pytest.raises(MediaError, match="not the file that was analysed"):
        page(_clip(report, b"the one"), path)


def test_without_persons_the_page_says_so(page, report):
    told = report.explanation.model_copy(
        update={"segments": (), "claims": (), "readings": (), "shifts": (), "reactions": ()}
    )
    empty = {"subjects": (), "utterances": (), "evidence": (), "agreement": (), "labels": ()}
    text = page(report.model_copy(update={**empty, "explanation": told, "cases": ()}))
    assert "Nobody was seen or heard in person." in text
    assert "No face was seen and no speech was heard" in text


def test_ids_of_voices_and_faces_stay_out_of_what_is_read_first(page, report):
    text = page(report)
    first = text[: text.index('<section id="about"')]
    shown = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", first, flags=re.DOTALL)
    members = {m for p in report.subjects for m in p.members} - {p.id for p in report.subjects}
    assert members
    assert not [m for m in members if m in shown]
    assert all(m in text for m in members)


def test_far_apart_values_that_do_not_conflict_are_not_called_agreement(page, report):
    agreeing = [a for a in report.agreement if a.verdict == "agree"]
    assert agreeing
    text = page(report)
    assert text.count("do not contradict each other in ") >= 1
    assert ": agree" not in text


def test_gaps_tell_of_persons_not_of_their_ids(page, report):
    person = report.subjects[0]
    track = next(m for m in person.members if m != person.id)
    gap = Gap(
        start_s=0.0, end_s=1.0, tool="expression", code=GapCode.NOTHING_THERE, subject=track,
        reason=f"{track} is too faint",
    )  # fmt: skip
    text = page(report.model_copy(update={"gaps": (gap,)}))
    assert f"{person.id} is too faint" in text


def test_each_stage_of_the_explanation_says_what_it_is(page, report):
    text = page(report)
    for stage in {c.stage for c in report.explanation.claims} - {"whole"}:
        title, note = ENGLISH(f"stage.{stage}"), ENGLISH(f"stage_note.{stage}")
        assert f"<h4>{title} <span>{note}</span></h4>" in text


def test_the_page_of_a_chinese_explanation_is_marked_as_chinese(page):
    text = page(reported(load("dev.json")[0], language="zh"))
    assert '<html lang="zh-Hans">' in text
    assert '<span lang="zh-Hans" dir="auto">' in text
