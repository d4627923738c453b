"""What pages and reports say in words of their own: in both languages, and every word of it used."""

import re
from pathlib import Path

import pytest

from emer.agent.exports import fixed_words as module
from emer.agent.exports.fixed_words import TABLE, fixed_words
from emer.graphs.nodes.reporting import NOTICE

AGENT = Path(module.__file__).parents[2]
SLOT = re.compile(r"\{(\w+)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
BLANK = {("limits.own_words", 0), ("space", 1)}
"""The one language needs no such words."""
KEPT = {
    "FACS", "action", "units", "Shift", "Space", "Enter", "Esc", "JSON", "SHA", "dBFS",
    "emer", "export", "format", "overlay",
}  # fmt: skip
"""Names and signs that are the same in every language."""


def slots(wording):
    return set(SLOT.findall(wording)) - {"s"}


def bare(wording):
    """Without slots and elements."""
    return re.sub(r"<[^>]*>", " ", SLOT.sub(" ", wording))


@pytest.mark.parametrize("key", TABLE)
def test_every_key_is_worded_in_both_languages_with_the_same_slots(key):
    english, chinese = TABLE[key]
    assert english or (key, 0) in BLANK
    assert chinese or (key, 1) in BLANK
    if (key, 0) not in BLANK:
        assert slots(english) == slots(chinese)
        assert re.findall(r"<\w+", english) == re.findall(r"<\w+", chinese)


@pytest.mark.parametrize("key", TABLE)
def test_chinese_wordings_are_chinese_but_for_names_and_signs(key):
    english, chinese = (bare(w) for w in TABLE[key])
    assert set(re.findall(r"[A-Za-z]{3,}", chinese)) <= KEPT
    if re.search(r"[A-Za-z]{3,}", english):
        assert HAN.search(chinese) or key == "unit.dB of full scale"
    assert not HAN.search(english)


def test_parts_of_the_table_share_no_key():
    assert len(TABLE) == sum(len(part.TABLE) for part in module._PARTS)


def sources():
    page = (AGENT / "exports" / "page").rglob("*.*")
    found = [*page, *AGENT.glob("terminal*.py"), AGENT / "refusals.py"]
    return "\n".join(p.read_text("utf-8") for p in found if p.suffix in {".py", ".j2", ".js"})


def test_every_wording_is_used_and_every_one_that_is_asked_for_is_there():
    text = sources()
    families = {
        *re.findall(r"""["'](\w+)\.(?:\{|["'] ~)""", text),
        *re.findall(r"""\.(?:named|family)\(["'](\w+)["']""", text),
    }
    said = set(re.findall(r"""\bword\((?:[^'"\n]*\? )?'(\w+)'(?: : '(\w+)')?""", text))
    scripts = {f"script.{name}" for both in said for name in both if name}
    assert scripts <= set(TABLE)
    unused = [
        key
        for key in TABLE
        if key not in scripts
        and f'"{key}"' not in text
        and (key.startswith("script.") or key.split(".")[0] not in families)
    ]
    assert unused == []
    asked = set(re.findall(r"""\bt(?:\.rich)?\(\s*"([^"~{}]+)"[,)]""", text))
    assert {key for key in asked if key not in TABLE} == set()


def test_what_fills_a_slot_is_neither_markup_nor_a_slot():
    t = fixed_words("en")
    hostile = "<b>{size}</b>"
    assert hostile in t("mark.says", time="0:00.0", who="P1", text=hostile)
    told = str(t.rich("player.expected", name=hostile, size="1"))
    assert "&lt;b&gt;{size}&lt;/b&gt;" in told


def test_numbers_make_the_english_plural():
    t = fixed_words("en")
    assert t("claim.pieces", n=1) == "1 piece of evidence"
    assert t("claim.pieces", n=2) == "2 pieces of evidence"
    assert fixed_words("zh")("claim.pieces", n=2) == "2 项证据"


def test_the_notice_of_every_report_is_known():
    assert fixed_words("en")("notice") == NOTICE
