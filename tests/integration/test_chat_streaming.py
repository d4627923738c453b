"""What a language model says is shown sentence by sentence, each checked first, none taken back."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.talkers import StreamingModel, TalkingModel, told_by

from emer.agent.chat.answering.sentences import Sentence
from emer.agent.chat.conversation import Conversation
from emer.agent.chat.pieces import Remark
from emer.agent.chat.talking import talker_of
from emer.agent.settings import Settings
from emer.memory.sessions import SessionStore

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "sample.mp4"
LATE_S = 30
LIE = "P2 comes across as delighted."


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chat")
    return Settings(
        cache_dir=folder / "cache", data_dir=folder / "data", purpose="research", llm_retries=0
    )


@pytest.fixture(scope="module")
def clips(settings):
    conversation = Conversation([SAMPLE], settings)
    list(conversation.look())
    return conversation.clips


@pytest.fixture
def talk(clips, settings):
    conversation = Conversation([SAMPLE], settings)
    conversation.clips = clips
    return conversation


def with_model(talk, script, model=StreamingModel):
    made = model(script=script)
    talk.talker = talker_of(made, talk.settings)
    return made


def lines(messages):
    """Ids and texts of the angry moments that the tool has told."""
    return re.findall(r"- (.*?) \[([A-Z]{2,4}-[0-9a-f]{8})", told_by(messages))


def after_tool(say):
    def script(messages, n):
        return ("moments", {"shows": "angry"}) if n == 0 else say(lines(messages)[0][1], messages)

    return script


def sentences(pieces):
    return [p.text for p in pieces if isinstance(p, Sentence)]


def remarks(pieces):
    return [p.text for p in pieces if isinstance(p, Remark)]


def test_the_first_sentence_is_out_before_the_second_is_made(talk):
    is_read = threading.Event()
    waited = []

    def say(one, messages):
        yield "P2 comes across "
        yield f"as furious. [{one}"
        yield "]"
        waited.append(is_read.wait(LATE_S))
        yield f" P2 is not delighted but furious. [{one}]"

    with_model(talk, after_tool(say))
    out = []
    for piece in talk.ask("Who is angry?"):
        out.append(piece)
        if isinstance(piece, Sentence):
            is_read.set()
    assert waited[0], "the second sentence was asked for before the first was given out"
    assert sentences(out)[0] == "P2 comes across as furious."


def test_an_answer_that_is_streamed_is_that_of_one_that_is_not(talk):
    def say(one, messages):
        return f"P2 comes across as furious. [{one}] It is loud. P2 shows anger. [{one}]"

    told = []
    for model in (TalkingModel, StreamingModel):
        with_model(talk, after_tool(say), model)
        told.append([p for p in talk.ask("Who is angry?") if isinstance(p, Sentence | Remark)])
        talk.turns.clear()
    one, other = told
    assert sentences(one) == sentences(other) == ["P2 comes across as furious.", "P2 shows anger."]
    assert [r.replace("Talking", "Streaming") for r in remarks(one)] == remarks(other)


def test_a_lie_in_between_is_never_shown_and_goes_back_once(talk):
    asked_again = []

    def say(one, messages):
        last = messages[-1].content
        if "refused" in last:
            asked_again.append(last)
            yield f"P2 comes across as angry. [{one}]"
            return
        yield f"P2 comes across as furious. [{one}] "
        yield f"{LIE[:10]}"
        yield f"{LIE[10:]} [{one}] P2 shows anger. [{one}]"

    with_model(talk, after_tool(say))
    out = list(talk.ask("Who is angry?"))
    assert sentences(out) == [
        "P2 comes across as furious.", "P2 shows anger.", "P2 comes across as angry."
    ]  # fmt: skip
    assert len(asked_again) == 1
    assert LIE in asked_again[0]
    assert not any("delighted" in p.text for p in out if isinstance(p, Sentence))
    (remark,) = remarks(out)
    assert re.match(r"1 sentence\(s\) of .* were refused: .*asked once more; 1 ", remark)


def test_who_insists_on_a_lie_is_asked_no_third_time(talk):
    def say(one, messages):
        return f"P2 comes across as furious. [{one}] {LIE} [{one}]"

    model = with_model(talk, after_tool(say))
    out = list(talk.ask("Who is angry?"))
    assert sentences(out) == ["P2 comes across as furious."]
    assert remarks(out)[0].startswith("1 sentence(s)")
    assert len(model.seen) == 3, "the tool, the answer, the correction"


def test_what_is_said_before_a_tool_is_called_counts_for_nothing(talk):
    def script(messages, n):
        if n == 0:
            return "Cannot tell yet. ", "I will look it up. ", ("moments", {"shows": "angry"})
        return iter([f"P2 comes across as furious. [{lines(messages)[0][1]}]"])

    model = with_model(talk, script)
    out = list(talk.ask("Who is angry?"))
    assert sentences(out) == ["P2 comes across as furious."]
    assert remarks(out) == []
    assert len(model.seen) == 2


def test_where_a_model_breaks_off_what_was_told_stands_and_the_rules_go_on(talk):
    def say(one, messages):
        yield f"P2 shows anger. [{one}] P2 is"
        raise ConnectionError("gone")

    with_model(talk, after_tool(say))
    out = list(talk.ask("Who is angry?"))
    assert sentences(out)[0] == "P2 shows anger."
    assert any("furious" in s for s in sentences(out)[1:]), "the rules tell the rest"
    assert any("broke off" in r for r in remarks(out))
    assert talk.last.analyst.endswith("StreamingModel")


def test_more_that_a_model_tells_is_not_skipped(talk):
    talk.talker = None
    list(talk.ask("What happened?"))
    assert talk.last.n_more
    with_model(talk, after_tool(lambda one, messages: iter([f"P2 shows anger. [{one}]"])))
    assert sentences(talk.ask("more")) == ["P2 shows anger."]


@pytest.mark.parametrize("is_kept", [True, False])
def test_ctrl_c_in_an_answer_says_so_and_the_talk_goes_on(
    is_kept, talk, capsys, monkeypatch, tmp_path
):
    from prompt_toolkit import PromptSession
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    from emer.agent.chat import terminal

    ended, is_shown = threading.Event(), threading.Event()
    show = terminal._say
    monkeypatch.setattr(terminal, "_say", lambda *a: (show(*a), is_shown.set()))

    def say(one, messages):
        yield f"P2 shows anger. [{one}]"
        is_shown.wait(LATE_S)
        os.kill(os.getpid(), signal.SIGINT)
        ended.wait(LATE_S)
        yield f" is never heard of. [{one}]"

    with_model(talk, after_tool(say))
    if is_kept:
        store = SessionStore(tmp_path)
        store.open("t", [str(SAMPLE)])
        talk._store, talk.name = store, "t"
    with create_pipe_input() as keyboard:
        keyboard.send_text("Who is angry?\r/llm rule\rwhy?\r/quit\r")
        session = PromptSession(input=keyboard, output=DummyOutput())
        assert terminal.talk(talk, session=session) == 0
    ended.set()
    out = capsys.readouterr().out
    first, stopped, later = out.partition("stopped; ")
    assert stopped
    assert later.startswith("the question is kept" if is_kept else "ask on")
    assert "P2 shows anger." in first
    assert "never heard of" not in out
    assert "rule answers" in later
    assert [a is None for _, a in talk.turns] == [True, False]


KILLED = """
import sys, time
from pathlib import Path
from tests.integration.test_chat_streaming import SAMPLE, after_tool
from tests.talkers import StreamingModel
from emer.agent.chat.conversation import Conversation
from emer.agent.chat.talking import talker_of
from emer.agent.settings import Settings
from emer.memory.sessions import SessionStore

folder = Path(sys.argv[1])
settings = Settings(cache_dir=folder / "cache", data_dir=folder / "data", purpose="research")
store = SessionStore(settings.data_dir / "chats")
store.open("walk", [str(SAMPLE)])
talk = Conversation([SAMPLE], settings, store=store, name="walk")
list(talk.ask("What was said?"))

def say(one, messages):
    yield f"P2 shows anger. [{one}]"
    time.sleep(60)
    yield f" P2 comes across as furious. [{one}]"

talk.talker = talker_of(StreamingModel(script=after_tool(say)), settings)
for piece in talk.ask("Who is angry?"):
    print(type(piece).__name__, piece.text, flush=True)
"""


def test_a_killed_answer_is_absent_and_the_one_before_is_whole(settings, clips):
    folder = settings.data_dir.parent
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], text=True, stdout=subprocess.PIPE, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )  # fmt: skip
    late = threading.Timer(120, process.kill)
    late.start()
    first = next(line for line in process.stdout if line.startswith("Sentence"))
    process.send_signal(signal.SIGKILL)
    late.cancel()
    process.wait(timeout=30)
    process.stdout.close()
    assert first == "Sentence P2 shows anger.\n"
    with SessionStore(settings.data_dir / "chats") as store:
        turns = store.turns("walk")
    assert [bool(t.answer) for t in turns] == [True, False]
    with SessionStore(settings.data_dir / "chats") as store:
        later = Conversation([SAMPLE], settings, store=store, name="walk")
        later.clips = clips
        assert sentences(later.ask("Who is angry?"))
