"""What the built-in analyst writes holds against the evidence it cites, whatever it is given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.findings import action_unit, expression, face_track, said, speaking, voice, words

from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.reasoning import _parts, claims_of
from emer.graphs.nodes.verification import members_of, objection_to
from emer.graphs.rule.claims import explain
from emer.graphs.rule.reading import read
from emer.graphs.rule.wording import at, during, quote, side
from emer.graphs.tasks import ExplainTask, ReadTask
from emer.tools.findings import TimeSpan

signed = st.floats(-1, 1, allow_nan=False)
unit = st.floats(0, 1, allow_nan=False)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=200)


def drafted(evidence):
    state = {"span": TimeSpan(start_s=0, end_s=10), "evidence": {e.id: e for e in evidence}}
    state |= align(state)
    state |= agree(state)
    (part,) = list(_parts(state))
    readings = read(ReadTask(question=None, segments=part)).readings
    drafts = explain(ExplainTask(question=None, segments=part, readings=tuple(readings))).claims
    segments = {s.id: s for s in state["segments"]}
    claims = claims_of(drafts, segments, set(segments), first=0)
    return claims, state


@given(
    texts, signed, signed, signed, signed, signed, unit, unit, st.floats(0, 5), st.floats(-30, 30)
)
@settings(max_examples=60, deadline=None)
def test_every_claim_of_the_analyst_survives_verification(
    text, v_words, a_words, v_voice, a_voice, v_face, joy, happy, intensity, offset_db
):
    claims, state = drafted(
        [
            said("SPK_01", 1, 4, text or None),
            words("SPK_01", 1, 4, v_words, a_words, joy=joy),
            voice("SPK_01", 1, 4, a_voice, v_voice, intensity_offset_db=offset_db),
            face_track("FACE_01", 0, 10),
            speaking("FACE_01", 1, 4, 0.9),
            action_unit("FACE_01", 1.5, 3, intensity=intensity),
            expression("FACE_01", 1, 4, v_face, happiness=happy),
        ]
    )
    members = members_of(state["persons"])
    objections = {c.text: objection_to(c, state["evidence"], members) for c in claims}
    lasting = {text: why for text, why in objections.items() if why}
    # an emotion word that all values contradict is the one thing that verification may refuse
    assert all("contradicts the cited evidence" in why for why in lasting.values()), lasting


@pytest.mark.parametrize(
    "text",
    [
        'He said "no" 5 times at 9:59, 7" long',
        "P7 shows AU4 and AU99”. The end",
        "“”",
        "3 — 4 … 5",
        "furious " * 40,
    ],
)
def test_whatever_is_said_is_quoted_without_being_taken_for_a_claim(text):
    claims, state = drafted([said("SPK_01", 1, 4, text)])
    (claim,) = claims
    assert objection_to(claim, state["evidence"], members_of(state["persons"])) is None


def test_times_are_written_as_minutes_and_seconds():
    assert at(65.44) == "1:05.4"
    assert during(0, 599.96) == "0:00.0-10:00.0"


def test_a_long_quotation_is_cut_and_says_so():
    shown = quote("word " * 100)
    assert len(shown) < 150
    assert shown.endswith("…”")


def test_values_near_zero_are_called_neutral():
    assert side(0.05, "up", "down") == "neutral"
    assert side(-0.2, "up", "down") == "slightly down"
    assert side(0.7, "up", "down") == "up"
