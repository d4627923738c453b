"""Ninety questions over six clips: what a right answer holds and cites; every sentence cites or abstains.

``tests/questions/*.json`` holds, per clip: ``ask``, after which questions (``after``), words that the
answer holds (``contains``) or must not hold (``lacks``), the ``kind`` it is taken for, what at least one
sentence cites each (``cites``), and whether it begins by saying what it cannot tell (``abstains_first``).
"""

import json
import re
from pathlib import Path

import pytest
from tests import made_clips
from tests.conftest import SHARED_DATA

from emer.agent.chat.conversation import Conversation
from emer.agent.settings import Settings

FOLDER = Path(__file__).parents[1] / "questions"
SETS = {p.stem: json.loads(p.read_text("utf-8")) for p in sorted(FOLDER.glob("*.json"))}
EVERY = [(name, i) for name, own in SETS.items() for i in range(len(own["questions"]))]
MADE = {"quarrel", "letter", "slides", "hiss"}
TWO_VOICES = {"quarrel"}
"""What the user says: two people speak. Short made voices are told apart only if that is known."""


@pytest.fixture(scope="module")
def folder(known_sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("questions")
    known_sample(folder / "cache")
    return folder


@pytest.fixture(scope="module")
def clips(folder):
    """Clips by name, each looked at once."""
    held = {}

    def get(name):
        if name not in held:
            settings = Settings(
                cache_dir=folder / "cache", data_dir=folder / "data", purpose="research",
                speakers="2" if name in TWO_VOICES else None,
            )  # fmt: skip
            held[name] = Conversation([_file(name, folder)], settings)
        return held[name]

    return get


def _file(name, folder):
    if name in MADE:
        return getattr(made_clips, name)(folder)
    if name == "sample":
        return Path(__file__).parents[2] / "examples" / "sample.mp4"
    path = SHARED_DATA / SETS[name]["file"]
    if not path.is_file():
        pytest.skip("the folder of real test material is not beside this checkout")
    return path


def ask(conversation, *questions):
    fresh = Conversation([conversation.clips[0].path], conversation.settings)
    fresh.clips = conversation.clips
    for question in questions:
        for _ in fresh.ask(question):
            pass
    return fresh.last


def cites(sentence, wanted):
    checks = {
        "subject": sentence.subject == wanted.get("subject"),
        "start_s": sentence.start_s is not None
        and abs(sentence.start_s - wanted.get("start_s", 0)) < 0.11,
        "mark": wanted.get("mark", "-") in sentence.mark,
        "what": wanted.get("what", "-") in sentence.mark,
    }
    return bool(sentence.mark) and all(checks[name] for name in wanted)


def test_there_are_ninety_questions_over_six_clips_a_third_of_them_on_clips_made_here():
    assert len(SETS) >= 6
    assert len(EVERY) >= 90
    assert sum(name in MADE for name, _ in EVERY) >= 20
    asked = [q["ask"] for own in SETS.values() for q in own["questions"]]
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in text) for text in asked) >= 6
    assert sum("after" in q for own in SETS.values() for q in own["questions"]) >= 8


@pytest.mark.parametrize(
    ("name", "place"), EVERY, ids=[f"{n}: {SETS[n]['questions'][i]['ask']}" for n, i in EVERY]
)
def test_a_question_gets_its_answer(name, place, clips):
    wanted = SETS[name]["questions"][place]
    conversation = clips(name)
    answer = ask(conversation, *wanted.get("after", []), wanted["ask"])
    known = {e.id for r in conversation.clips[0].every() for e in r.evidence}
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.abstains or sentence.mark, f"neither cites nor abstains: {sentence.text}"
        assert set(sentence.evidence) <= known
    if "kind" in wanted:
        assert answer.understood.kind == wanted["kind"]
    for part in wanted["contains"]:
        assert part in answer.text
    for part in wanted.get("lacks", []):
        assert part not in answer.text
    for one in wanted.get("cites", []):
        assert any(cites(s, one) for s in answer.sentences), one
    assert answer.sentences[0].abstains == wanted.get("abstains_first", False)


def test_a_paraphrase_gets_the_answer_of_what_it_paraphrases(clips):
    pairs = [
        (name, q["ask"], q["like"])
        for name, own in SETS.items() for q in own["questions"] if "like" in q
    ]  # fmt: skip
    assert len(pairs) >= 2
    for name, one, other in pairs:
        conversation = clips(name)
        assert ask(conversation, one).sentences == ask(conversation, other).sentences


CHINESE = [
    "发生了什么？", "P1和P2有什么不同", "你有多大把握？", "有什么没看到的吗？", "为什么？", "哪条线索最重要",
    "如果没有声音会怎样", "什么时候笑了", "有什么不确定的吗？", "情绪有变化吗", "有什么反应？", "有没有类似的案例？",
    "声音怎么样", "P2的表情怎么样", "有音乐吗？", "他在撒谎吗？", "画质怎么样", "谁笑得更多？", "有矛盾吗",
]  # fmt: skip
FOREIGN = re.compile(
    r"“[^”]*”|C-[0-9a-f]+|\b(?:P|AU|SPK_|FACE_)\d+|（?引擎 [^）]*|emer models pull \S+|\.srt|\.vtt|Whisper"
)


@pytest.mark.parametrize("name", ["sample", "portrait", "quarrel"])
def test_a_chinese_answer_holds_no_english_but_what_is_quoted_or_named(name, clips):
    conversation = clips(name)
    for question in CHINESE:
        for sentence in ask(conversation, question).sentences:
            assert not re.search(r"[A-Za-z]{3,}", FOREIGN.sub("", sentence.text)), sentence.text
