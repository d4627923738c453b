import pytest
from tests.findings import action_unit, expression, face_track, said, speaking, words

from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.relations import relate
from emer.graphs.people.reactions import AFTER_S, reactions, relation_of
from emer.graphs.state import Event
from emer.tools.findings import TimeSpan

TALK = (1.0, 5.0)


def two_people(*more, valence=0.8):
    """One speaks from 1 s to 5 s and is seen, the other listens and is seen."""
    return [
        said("SPK_01", *TALK, "We won"), words("SPK_01", *TALK, valence, joy=0.6),
        face_track("FACE_01", 0, 10), face_track("FACE_02", 0, 10),
        speaking("FACE_01", *TALK, 0.9), speaking("FACE_02", *TALK, 0.1),
        *more,
    ]  # fmt: skip


def aligned(evidence, end_s=10.0):
    state = {"span": TimeSpan(start_s=0, end_s=end_s), "evidence": {e.id: e for e in evidence}}
    return {**state, **align(state)}


def found(evidence):
    state = aligned(evidence)
    return reactions(state["segments"], state["utterances"], state["persons"], evidence)


def smile(start_s=2.0, end_s=4.0, valence=0.6, track="FACE_02", intensity=3.0):
    """A smile and the expression that rests on it."""
    unit = action_unit(track, start_s, end_s, intensity=intensity)
    shown = expression(track, *TALK, valence, happiness=0.7)
    reading = shown.reading.model_copy(update={"basis": (unit.id,)})
    return unit, shown.model_copy(update={"reading": reading})


def test_a_smile_that_begins_while_somebody_speaks_is_a_reaction():
    unit, shown = smile()
    evidence = two_people(unit, shown)
    (reaction,) = found(evidence)
    assert (reaction.subject, reaction.to, reaction.utterance) == ("P2", "P1", "U1")
    assert reaction.latency_s == 1.0
    assert (reaction.relation, reaction.face_valence, reaction.words_valence) == (
        "shares", 0.6, 0.8,
    )  # fmt: skip


def test_every_number_of_a_reaction_is_one_of_the_cited_evidence():
    unit, shown = smile()
    evidence = two_people(unit, shown)
    (reaction,) = found(evidence)
    cited = {e.id: e for e in evidence if e.id in reaction.evidence}
    assert set(cited) == set(reaction.evidence)
    assert reaction.evidence[0] == unit.id, "what the face does comes first"
    values = {v for e in cited.values() for v in e.reading.quantities().values()}
    assert {reaction.face_valence, reaction.words_valence, "We won"} <= values
    onset_s = unit.reading.quantities()["au.AU12.onset_s"]
    assert reaction.latency_s == onset_s - TALK[0]
    assert all(e.overlaps(reaction) for e in cited.values())


def test_a_smile_that_was_there_before_is_none():
    assert found(two_people(*smile(0.5, 4.0))) == []


def test_a_movement_that_begins_with_the_first_sound_is_no_answer_to_it():
    assert found(two_people(*smile(1.1, 4.0))) == []


@pytest.mark.parametrize(("late_s", "n"), [(AFTER_S - 0.1, 1), (AFTER_S + 0.1, 0)])
def test_it_may_come_just_after_the_last_word(late_s, n):
    assert len(found(two_people(action_unit("FACE_02", 5.0 + late_s, 8)))) == n


def test_the_face_of_who_speaks_does_not_react_to_its_own_words():
    assert found(two_people(*smile(track="FACE_01"))) == []


def test_parted_lips_blinks_and_traces_are_no_reaction():
    assert found(two_people(action_unit("FACE_02", 2, 3, au="AU25", name="lips part"))) == []
    assert found(two_people(action_unit("FACE_02", 2, 3, au="AU43", name="eyes closed"))) == []
    assert found(two_people(*smile(intensity=1.5))) == []


def test_a_smile_at_bad_news_opposes_it_and_one_at_plain_words_is_unclear():
    (opposed,) = found(two_people(*smile(), valence=-0.7))
    (unclear,) = found(two_people(*smile(), valence=0.05))
    assert (opposed.relation, unclear.relation) == ("opposes", "unclear")


def test_without_a_transcript_the_reaction_is_told_and_its_relation_left_open():
    evidence = [e for e in two_people(*smile()) if e.tool != "text_emotion"]
    (reaction,) = found(evidence)
    assert (reaction.relation, reaction.words_valence) == ("unclear", None)


def test_the_strongest_movement_leads_and_those_at_once_come_along():
    brows = action_unit("FACE_02", 2.2, 3, au="AU1", intensity=2.5, name="inner brow raiser")
    strong = action_unit("FACE_02", 2.0, 3, au="AU5", intensity=4.0, name="upper lid raiser")
    later = action_unit("FACE_02", 4.0, 5, intensity=3.0)
    (reaction,) = found(two_people(brows, strong, later))
    assert reaction.evidence[:2] == (strong.id, brows.id)
    assert later.id not in reaction.evidence
    assert reaction.latency_s == 1.0


def test_what_begins_between_two_utterances_answers_one_of_them_only():
    evidence = two_people(
        said("SPK_01", 5.2, 8, "And more"), speaking("FACE_01", 5.2, 8, 0.9),
        speaking("FACE_02", 5.2, 8, 0.1), action_unit("FACE_02", 5.6, 7),
    )  # fmt: skip
    (reaction,) = found(evidence)
    assert (reaction.utterance, reaction.latency_s) == ("U2", 0.4)


def test_the_listener_who_begins_to_speak_moves_the_face_by_that():
    evidence = two_people(
        said("SPK_02", 5.1, 8, "Really?"), speaking("FACE_02", 5.1, 8, 0.9),
        speaking("FACE_01", 5.1, 8, 0.1), action_unit("FACE_02", 5.5, 7),
    )  # fmt: skip
    assert found(evidence) == []


def test_a_mouth_that_may_be_what_is_heard_is_not_a_listeners():
    evidence = [e for e in two_people(*smile()) if e.subject != "FACE_01"]
    doubtful = [e for e in evidence if e.tool != "active_speaker"]
    assert found(doubtful) == [], "nobody looked whether the mouth moves with the voice"
    assert found([*doubtful, speaking("FACE_02", *TALK, 0.4)]) == []
    assert len(found([*doubtful, speaking("FACE_02", *TALK, 0.1)])) == 1


@pytest.mark.parametrize(
    ("face", "words_", "relation"),
    [(0.5, 0.5, "shares"), (-0.5, 0.5, "opposes"), (0.1, 0.5, "unclear"), (None, 0.5, "unclear")],
)
def test_relation_needs_two_values_that_lean_to_a_side(face, words_, relation):
    assert relation_of(face, words_) == relation


def test_reactions_and_shifts_go_into_the_state_and_are_counted():
    class Told:
        def __init__(self):
            self.context, self.events = self, []

        def emit(self, event: Event):
            self.events.append(event.detail)

    runtime = Told()
    update = relate(aligned(two_people(*smile())), runtime)
    assert [r.subject for r in update["reactions"]] == ["P2"]
    assert update["shifts"] == []
    assert runtime.events == ["1 reaction(s), 0 shift(s)"]


def test_of_nothing_there_are_no_relations():
    assert reactions([], [], [], []) == []
