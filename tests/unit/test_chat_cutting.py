"""However a text arrives, its sentences are the same, and each is there as soon as it can be."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emer.agent.chat.talking.cutting import Cutter, pieces

WORDS = st.sampled_from(
    ["P1 smiles", ". ", "!", "。", "\n", "- ", " ", "“", "”", '"', "「", "」", "[", "]", "AU-1", ", ",
     "[AU-1, AU-2]", "[]", "0:13.6", "[AU-3].", "**", " Cannot tell."]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=14).map("".join)


@given(TEXTS, st.lists(st.integers(0, 60), max_size=8))
@example('P1 says "No. [laughs] Never. [AU-1]', [3, 9, 10, 20])
@example("P1 smiles. [see. this]", [12, 15, 17])
@example("A [AU-1] . B. [AU-2]", [8, 9, 10])
def test_sentences_do_not_depend_on_how_the_text_is_cut(text, places):
    cutter, found, before = Cutter(), [], 0
    for place in sorted({min(p, len(text)) for p in places}):
        found += cutter.feed(text[before:place])
        before = place
    found += [*cutter.feed(text[before:]), *cutter.rest()]
    assert found == pieces(text)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One. Two. [A-1, B-2] Three", [("One.", ()), ("Two.", ("A-1", "B-2")), ("Three", ())]),
        ("One [A-1]. Two [B-2].", [("One", ("A-1",)), ("Two", ("B-2",))]),
        ("P1说：“好。走吧。” [A-1]。", [("P1说：“好。走吧。”", ("A-1",))]),
        ("- One. [A-1]\n- Two. [A-1]\n", [("One.", ("A-1",)), ("Two.", ("A-1",))]),
        ('P1 says "Go. Now." [A-1]', [('P1 says "Go. Now."', ("A-1",))]),
        ("  \n", []),
    ],
)
def test_a_citation_belongs_to_the_sentence_before_it(text, cut):
    assert pieces(text) == cut


def test_a_sentence_is_there_with_its_citation_and_not_before():
    cutter = Cutter()
    assert cutter.feed("P1 smiles. [AU-") == []
    assert cutter.feed("1]") == [("P1 smiles.", ("AU-1",))]
    assert cutter.feed(" P2 frowns. ") == []
    assert cutter.feed("P3 ") == [("P2 frowns.", ())]
