"""A closer look at a moment is put into the report, whatever its faces are called, and done once."""

from pathlib import Path

import pytest

from emer.agent.chat.answering.sentences import Sentence
from emer.agent.chat.conversation import Conversation
from emer.agent.chat.grafting import grafted, same_tracks
from emer.agent.chat.pieces import Remark
from emer.agent.settings import Settings
from emer.graphs.nodes import intake
from emer.graphs.verification.report import objections
from emer.memory.sessions import SessionStore

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
QUESTION = "How is the face of P2 at 0:26?"


@pytest.fixture(autouse=True)
def sample_counts_as_long(monkeypatch):
    """As if the sample lasted longer than what is taken in whole for the sake of a moment."""
    monkeypatch.setattr(intake, "WHOLE_S", 10.0)
    monkeypatch.setattr(intake, "CONTEXT_S", 2.0)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("closer")
    return Settings(cache_dir=folder / "cache", data_dir=folder / "data", purpose="research")


@pytest.fixture
def talk(settings):
    conversation = Conversation([SAMPLE], settings)
    list(conversation.look())
    return conversation


def ran_again(report):
    return {(t.tool, t.look) for t in report.run.tools if t.n_cached < t.n_spans}


def closer_evidence(clip):
    whole, *others = clip.every()
    (closer,) = (r for r in others if r.evidence != whole.evidence)
    return whole, closer


def test_only_the_closer_look_is_new_and_it_is_the_persons_own(talk):
    out = list(talk.ask(QUESTION))
    assert any(isinstance(p, Remark) and "12.5 pictures" in p.text for p in out)
    (clip,) = talk.clips
    near = clip.analyses[-1]
    assert {look for _, look in ran_again(near)} <= {1}, "what was measured before is not again"
    whole, closer = closer_evidence(clip)
    assert closer.subjects == whole.subjects
    assert objections(closer) == []
    told = [p for p in out if isinstance(p, Sentence)]
    assert {s.subject for s in told} == {"P2"}
    assert set(told[-1].evidence) <= {e.id for e in closer.evidence}


def test_what_lies_within_a_closer_look_is_not_looked_at_again(talk):
    list(talk.ask(QUESTION))
    n = len(talk.clips[0].analyses)
    list(talk.ask("How is the face of P2 at 0:25 to 0:27?"))
    assert len(talk.clips[0].analyses) == n
    list(talk.ask("How is the face of P2 at 0:25 to 0:31?"))
    assert len(talk.clips[0].analyses) == n + 1


def test_a_conversation_that_is_taken_up_looks_at_nothing_again(talk, settings, tmp_path):
    list(talk.ask(QUESTION))
    with SessionStore(tmp_path) as store:
        store.open("t", [str(SAMPLE)])
        list(Conversation([SAMPLE], settings, store=store, name="t").ask(QUESTION))
        later = Conversation([SAMPLE], settings, store=store, name="t")
        list(later.ask(QUESTION))
    assert later.last.n_run == 0
    assert later.last.n_kept > 0
    assert all(ran_again(r) == set() for r in later.clips[0].analyses)


@pytest.fixture(scope="module")
def uncached(settings):
    """Reports on all of the clip and on a stretch, by two passes that know nothing of each other."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(intake, "WHOLE_S", 10.0)
        patched.setattr(intake, "CONTEXT_S", 2.0)
        conversation = Conversation([SAMPLE], settings.model_copy(update={"cache": False}))
        list(conversation.look())
        list(conversation.ask(QUESTION))
        (clip,) = conversation.clips
        return clip, clip.analyses[-1]


def test_faces_of_another_pass_are_found_by_where_they_are(uncached):
    clip, near = uncached
    whole, closer = closer_evidence(clip)
    assert near.run.span != whole.run.span
    names = same_tracks(whole, near)
    assert {"FACE_04", "FACE_05"} <= set(names.values())
    assert any(name != other for name, other in names.items()), "the pass named them otherwise"
    assert objections(closer) == []
    new = {e.id for e in closer.evidence} & {
        i for s in closer.explanation.segments if s.subject == "P2" for i in s.face
    }
    moved = [
        e for e in closer.evidence if e.id in new and e.tool == "expression" and e.start_s > 23
    ]
    assert moved
    before = {e.id: e.reading for e in whole.evidence}
    assert any(before.get(e.id) != e.reading for e in moved), "nothing came of the closer look"
    assert {e.subject for e in moved} == {"FACE_04"}


def test_a_face_that_only_the_closer_look_saw_is_told_by_itself(uncached):
    clip, near = uncached
    whole = clip.whole("en")
    lost = {"FACE_04"}
    without = whole.model_copy(
        update={"evidence": tuple(e for e in whole.evidence if e.subject not in lost)}
    )
    graft = grafted(without, near)
    assert graft.strangers
    (name,) = {e.subject for e in graft.strangers}
    assert name not in {m for p in whole.subjects for m in p.members}
    assert {e.id for e in graft.strangers} <= {e.id for e in graft.report.evidence}


def test_a_stranger_is_named_in_the_answer(uncached, settings, monkeypatch):
    clip, _ = uncached
    talk = Conversation([SAMPLE], settings)
    talk.clips = [clip]
    (key,) = clip._closer
    graft = clip._closer[key]
    strangers = tuple(e for e in graft.report.evidence if e.subject == "FACE_05")[-1:]
    monkeypatch.setattr(clip, "is_looked_at", lambda asked: False)
    monkeypatch.setitem(clip._closer, key, graft._replace(strangers=strangers))
    out = list(talk.ask(QUESTION))
    assert any(isinstance(p, Remark) and p.text.startswith("FACE_05: faces that") for p in out)
    assert strangers[0].id in [i for p in out if isinstance(p, Sentence) for i in p.evidence]
