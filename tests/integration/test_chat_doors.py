"""The chat as somebody meets it: commands in their language, odd input, conversations that are kept."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import get_args

import pytest

from emer.agent.chat import lines
from emer.agent.chat.answering.sentences import Sentence
from emer.agent.chat.clips import ChatClip
from emer.agent.chat.commands import COMMANDS, CommandError, run
from emer.agent.chat.conversation import Conversation
from emer.agent.chat.looking import Looking
from emer.agent.chat.pieces import Remark
from emer.agent.chat.saying import _TOLD
from emer.agent.chat.understanding.understanding import MAX_CHARS
from emer.agent.command_line import completion
from emer.agent.purpose.asking import kept
from emer.agent.purpose.policy import REASONS
from emer.agent.settings import Settings
from emer.agent.settings.fields import Attest
from emer.memory.sessions import SessionStore
from emer.tools.errors import MediaError, StorageError

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
LATE_S = 60
CHINESE = "谁生气了？"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chat")
    return Settings(cache_dir=folder / "cache", data_dir=folder / "data", purpose="research")


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


def chat(settings, *arguments, ask="", **options):
    environment = {
        **os.environ, "EMER_CACHE_DIR": str(settings.cache_dir),
        "EMER_DATA_DIR": str(settings.data_dir), "EMER_PURPOSE": "research",
        "PYTHONIOENCODING": "utf-8:strict",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "emer", "chat", *arguments], env=environment, capture_output=True,
        timeout=180, **({"input": ask} | options),
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# --- commands ---------------------------------------------------------------------------------


def is_chinese(text):
    return any("\u4e00" <= c <= "\u9fff" for c in text)


@pytest.mark.parametrize("phrase", _TOLD)
def test_what_the_chat_says_is_said_in_both_languages(phrase):
    import string

    slots = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for text in _TOLD[phrase].values()
    ]
    assert set(_TOLD[phrase]) == {"en", "zh"}
    assert slots[0] == slots[1]
    assert is_chinese(_TOLD[phrase]["zh"])


def test_commands_answer_in_the_language_of_the_talk(talk, tmp_path):
    list(talk.ask(CHINESE))
    for line in ("/timeline", "/cases", "/llm", "/purpose", f"/export srt {tmp_path}"):
        told = list(run(talk, line))
        assert told
        assert all(is_chinese(x) for x in told), line
    assert any("无法判定P2的情绪" in x for x in run(talk, "/timeline"))
    told = list(run(talk, "/help"))
    assert all(is_chinese(x) for x in told)
    assert all(any(x.startswith(name) for x in told) for name in COMMANDS)
    with pytest.raises(CommandError) as caught:
        list(run(talk, "/timelin"))
    assert str(caught.value).startswith("没有命令 /timelin。是不是")
    assert "是不是 /timeline？" in caught.value.remedy
    list(talk.ask("Who is angry?"))
    assert list(run(talk, "/llm")) == ["rule answers"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("/timline 0:14", "/timeline"), ("/EVIDNCE", "/evidence"), ("/exit", None), ("/q", "/quit")],
)
def test_a_command_that_is_not_there_is_answered_with_the_nearest(typed, meant, talk):
    with pytest.raises(CommandError) as caught:
        list(run(talk, typed))
    assert all(name in caught.value.remedy for name in COMMANDS)
    if meant:
        assert f"Did you mean {meant}?" in caught.value.remedy


@pytest.mark.parametrize("command", ["/timeline", "/evidence", "/cases"])
@pytest.mark.parametrize(
    "named", ["NOPE", "9:99", "0:10 9:99", "P1 9:99", "99:00", "50:00 60:00", "the lamp"]
)
def test_what_names_no_moment_is_not_answered_with_everything(command, named, talk):
    with pytest.raises(CommandError, match="there is no id, moment or person") as caught:
        list(run(talk, f"{command} {named}"))
    assert named.split()[-1] in caught.value.message
    assert "runs from 0:00.0 to 0:36." in caught.value.remedy
    example = caught.value.remedy.partition("e.g. ")[2].partition(",")[0]
    assert list(run(talk, example))


@pytest.mark.parametrize("command", ["/timeline", "/evidence"])
@pytest.mark.parametrize(
    "named", ["0:14 0:14", "0:10 5000000 s", "0:10-0:20", "at 14 seconds", "P2", "0:35 0:50"]
)
def test_moments_and_persons_are_taken_however_they_are_named(command, named, talk):
    told = list(run(talk, f"{command} {named}"))
    assert told
    assert len(told) < len(list(run(talk, "/timeline"))) or command == "/evidence"


def test_odd_ids_are_not_in_the_clip(talk):
    for odd in ("AU-00000000", "x-(y)", "é-1", "[AU-1]", "a-" * 100):
        (told,) = run(talk, f"/evidence {odd}")
        assert told.startswith("not in this clip: ")


def test_what_is_attested_in_the_talk_holds_for_it_and_for_that_purpose_alone(talk, settings):
    with pytest.raises(CommandError, match=r"Art\. 5\(1\)\(f\)") as caught:
        list(run(talk, "/purpose workplace"))
    advice = caught.value.remedy.partition("conversation: ")[2].partition(",")[0]
    assert advice == "/purpose workplace --attest medical"
    assert list(run(talk, advice)) == ["purpose: workplace (attested: medical reasons)"]
    assert talk.settings.attest == "medical"
    assert kept(settings.data_dir) != "workplace"
    with pytest.raises(CommandError, match="in education"):
        list(run(talk, "/purpose education"))
    with pytest.raises(CommandError, match="there is no exception curiosity") as caught:
        list(run(talk, "/purpose education --attest curiosity"))
    assert "medical, safety" in caught.value.remedy
    assert talk.settings.purpose == "workplace"
    assert list(run(talk, "/purpose research")) == ["purpose: research"]
    with pytest.raises(CommandError):
        list(run(talk, "/purpose workplace"))


def test_an_export_replaces_nothing_unless_that_is_asked_for(talk, tmp_path):
    list(talk.ask("Who is angry?"))
    list(run(talk, f"/export txt {tmp_path}"))
    (file,) = tmp_path.glob("*.txt")
    file.write_text("mine")
    with pytest.raises(CommandError, match="is there already") as caught:
        list(run(talk, f"/export txt {tmp_path}"))
    assert file.read_text() == "mine"
    again = caught.value.remedy.partition("/export ")[2].rstrip(".")
    assert list(run(talk, f"/export {again}"))
    assert file.read_text() != "mine"


def test_an_export_to_what_is_no_folder_says_what_to_do(talk, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written") as caught:
        list(run(talk, f"/export txt {tmp_path / 'file'}"))
    assert "/export" in caught.value.remedy
    assert "--out" not in str(caught.value)


# --- odd input --------------------------------------------------------------------------------


def test_lines_that_hold_nothing_ask_nothing(talk, capsys):
    assert lines.talk(talk, ["\n", "   \n", "\x00\x1b\n", "\u200b\n"], as_json=True) == 0
    assert capsys.readouterr().out == ""
    assert talk.turns == []


def test_a_flood_is_cut_and_that_is_said(talk):
    out = list(talk.ask("Who is angry? " * 20_000))
    assert next(p.text for p in out if isinstance(p, Remark)).startswith("The question is long")
    assert len(talk.turns[0][0]) <= MAX_CHARS


def test_input_that_is_no_text_is_taken_as_far_as_it_is(settings, clips):
    status, out, problems = chat(settings, str(SAMPLE), "--json", ask=b"How long is it? \xff\xfe\n")
    assert status == 0, problems
    assert "36." in json.loads(out)["sentences"][0]["text"]


def test_without_any_input_there_is_nothing_to_do(settings):
    code = "import os, sys; os.close(0); os.execv(sys.executable, [sys.executable, '-m', 'emer', *sys.argv[1:]])"
    done = subprocess.run(
        [sys.executable, "-c", code, "chat", str(SAMPLE)], capture_output=True, timeout=180,
        env={**os.environ, "EMER_DATA_DIR": str(settings.data_dir), "EMER_PURPOSE": "research"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b""), done.stderr


# --- looking while somebody types -------------------------------------------------------------


class Slow(ChatClip):
    """A clip whose analysis waits until it may go on."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.may_end, self.is_begun, self.n = threading.Event(), threading.Event(), 0

    def _analyse(self, question, language="en", *, whole=False):
        if question is not None:
            return super()._analyse(question, language, whole=whole)
        self.n += 1
        self.is_begun.set()
        self.may_end.wait(LATE_S)
        return super()._analyse(question, language, whole=whole)


def test_clips_are_looked_at_while_the_first_question_is_typed(settings):
    talk = Conversation([SAMPLE], settings)
    (clip,) = talk.clips = [Slow(SAMPLE, settings)]
    with Looking(talk) as looking:
        assert clip.is_begun.wait(LATE_S)
        assert looking.line == "looking at sample.mp4"
        # the file itself can be asked about meanwhile
        assert "36." in "".join(p.text for p in talk.ask("How long is it?"))
        clip.may_end.set()
        assert any("furious" in p.text for p in talk.ask("Who is angry?"))
        looking._thread.join(LATE_S)
        assert (looking.is_done, looking.line, clip.n) == (True, "", 1)


def test_looking_ends_with_the_talk(settings):
    talk = Conversation([SAMPLE], settings)
    (clip,) = talk.clips = [Slow(SAMPLE, settings)]
    looking = Looking(talk)
    with looking:
        assert clip.is_begun.wait(LATE_S)
        threading.Timer(0.2, clip.may_end.set).start()
        began = time.monotonic()
    assert looking.is_done
    assert time.monotonic() - began < 5.0
    assert not clip.is_known()


def test_what_cannot_be_looked_at_is_said_below_the_prompt_and_to_who_asks(settings, tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * 100)
    talk = Conversation([broken], settings)
    with Looking(talk) as looking:
        looking._thread.join(LATE_S)
        assert "broken.mp4" in looking.line
        with pytest.raises(MediaError):
            list(talk.ask("Who is angry?"))


# --- kept -------------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_kept_is_told_all_the_same(clips, settings, tmp_path, capsys):
    with SessionStore(tmp_path) as store:
        store.open("t", [str(SAMPLE)])
        talk = Conversation([SAMPLE], settings, store=store, name="t")
        talk.clips = clips
        store._file._db.execute("PRAGMA max_page_count=1")
        for _ in range(50):
            with suppress(StorageError):
                list(talk.ask("Who is angry?" + "x" * 1000))
        assert len(store.turns("t")) < 50, "the disk never was full"
        assert lines.talk(talk, ["Who is angry?" + "x" * 1000], as_json=True) == 1
        answer, problem = map(json.loads, capsys.readouterr().out.splitlines())
        assert answer["sentences"]
        assert "full" in problem["error"]
        store._file._db.execute("PRAGMA max_page_count=1000000")
        assert [p for p in talk.ask("Who is angry?") if isinstance(p, Sentence)]
        assert store.turns("t")[-1].answer


def test_a_clip_that_is_another_file_by_now_is_said_once(clips, settings, tmp_path):
    with SessionStore(tmp_path) as store:
        store.open("t", [str(SAMPLE)])
        for before, n in ((None, 0), ("0" * 64, 1), (None, 0)):
            if before:
                store.seen("t", 1, before)
            talk = Conversation([SAMPLE], settings, store=store, name="t")
            talk.clips = clips
            told = [p.text for q in ("Who is angry?", "why?") for p in talk.ask(q)]
            assert sum("is not the file that it was" in x for x in told) == n


def test_a_wrong_path_leaves_a_kept_conversation_as_it_is(settings, clips, tmp_path):
    moved = tmp_path / "there.mp4"
    moved.write_bytes(SAMPLE.read_bytes())
    assert chat(settings, str(moved), "--session", "trip", ask=b"Who is angry?\n")[0] == 0
    assert chat(settings, "nowhere.mp4", "--session", "trip")[0] == 1
    assert chat(settings, str(SAMPLE), "--session", "trip", "--llm", "nonsense")[0] == 1
    assert chat(settings, "nowhere.mp4", "--session", "never")[0] == 1
    with SessionStore(settings.data_dir / "chats") as store:
        assert store.find("trip").clips == (str(moved),)
        assert store.find("never") is None
    moved.unlink()
    status, _, problems = chat(settings, "--session", "trip", ask=b"why?\n")
    assert status == 1
    assert "--session trip" in problems
    status, out, _ = chat(settings, str(SAMPLE), "--session", "trip", ask=b"why?\n")
    assert (status, "P2" in out, "is not the file" in out) == (0, True, False)


def test_an_end_before_the_start_and_a_folder_are_refused_at_once(settings, tmp_path):
    status, _, problems = chat(settings, str(SAMPLE), "--start", "30", "--end", "10")
    assert (status, problems) == (2, "emer: --end must be after --start\n")
    status, _, problems = chat(settings, str(tmp_path))
    assert status == 1
    assert f"{tmp_path} is a folder" in problems
    assert f"emer analyze {tmp_path}" in problems


def test_the_list_shows_the_clock_on_the_wall(settings, tmp_path, monkeypatch):
    own = settings.model_copy(update={"data_dir": tmp_path})
    with SessionStore(tmp_path / "chats") as store:
        store.open("t", ["/a.mp4"])
        with store._file.writing() as db:
            db.execute("UPDATE conversations SET used_at = '2026-11-22T08:08:59.123456+00:00'")
    monkeypatch.setenv("TZ", "XYZ-1")  # an hour ahead of UTC
    assert chat(own, "--list") == (0, "t  0 question(s), last 2026-11-22 09:08: a.mp4\n", "")
    assert "08:08:59.123456+00:00" in chat(own, "--list", "--json")[1]


def test_every_exception_that_settings_know_can_be_attested_in_the_talk():
    assert set(REASONS) == set(get_args(Attest))


def test_names_of_conversations_are_offered_and_checked(settings, monkeypatch):
    monkeypatch.setenv("EMER_DATA_DIR", str(settings.data_dir))
    with SessionStore(settings.data_dir / "chats") as store:
        store.open("holiday", ["/a.mp4"])
    assert [name for name, _ in completion.sessions("hol")] == ["holiday"]
    for name in ("", " ", "x" * 81):
        status, _, problems = chat(settings, str(SAMPLE), "--session", name)
        assert (status, "1 to 80 characters" in problems) == (2, True)


def test_a_list_of_nothing_makes_no_folder(settings, tmp_path):
    empty = settings.model_copy(update={"data_dir": tmp_path / "none"})
    assert chat(empty, "--list") == (0, "", "")
    assert chat(empty, "--forget", "x")[0] == 1
    assert not (tmp_path / "none").exists()


def test_who_opens_a_conversation_twice_is_told_and_loses_nothing(settings, clips):
    with SessionStore(settings.data_dir / "chats") as store:
        store.open("both", [str(SAMPLE)])
        assert store.hold("both")
        number = store.ask("both", "Who is there?")
        status, _, problems = chat(settings, "--session", "both", ask=b"Who is angry?\n")
        assert status == 0
        assert "open in another process" in problems
        store.answer("both", number, "{}")
        assert [t.question for t in store.turns("both")] == ["Who is there?", "Who is angry?"]
