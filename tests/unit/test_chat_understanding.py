"""Questions are understood by what they ask, however they are put; follow-ups by what was said before."""

import pytest
from tests.descriptions import load
from tests.whole_reports import reported

from emer.agent.chat.understanding.asked import Asked, Focus, Unclear
from emer.agent.chat.understanding.following import parts_of
from emer.agent.chat.understanding.kinds import KINDS, kind_of
from emer.agent.chat.understanding.understanding import draft, resolve

PARAPHRASES = {
    "greeting": ["Hi", "thanks!", "tell me a joke", "你好", "讲个笑话"],
    "inner": ["Is he lying?", "Does she love him?", "what is her name", "should I hire him", "is she depressed", "她叫什么名字", "他在撒谎吗"],
    "method": ["Which model decided this?", "what tools did you use", "How do you measure that?", "how does this work", "你用了哪些工具？"],
    "language": ["Which language do they speak?", "Is it in English?", "说的是什么语言"],
    "quality": ["Any noise in the background?", "is the image quality good", "有噪音吗"],
    "overlap": ["Did they interrupt each other?", "Do they talk over each other?", "有人打断吗"],
    "decisive": ["Which clue matters the most?", "What is the most important evidence?", "哪条线索最重要"],
    "against": ["What speaks against it?", "What's the second most likely emotion?", "其次是什么情绪"],
    "doubts": ["What are you unsure about?", "what is unclear", "有什么不确定的吗？"],
    "intensity": ["How intense is it?", "what is the strongest emotion", "有多强烈？"],
    "help": ["What can I ask?", "help", "what kinds of questions do you answer", "能问什么？", "你能回答什么"],
    "cases": [
        "Have you seen something like this before?", "Any similar cases?", "Are there comparable examples?",
        "有类似的案例吗", "你见过相似的情况吗",
    ],
    "gaps": [
        "What could you not see or hear?", "What is missing?", "Which gaps are there?",
        "What are the limits of this?", "有什么没看到的吗？", "有哪些局限",
    ],
    "sure": [
        "How sure are you?", "Are you certain?", "Can I trust that?", "What else could it be?", "How reliable is this?", "Really?",
        "你确定吗？", "有多大把握", "可信吗",
    ],
    "without": [
        "What if the sound were off?", "And without the picture?", "What would you say if you could not hear them?",
        "Only by the faces, what would you say?", "Imagine the video muted.", "如果没有声音呢？", "只看画面呢？",
        "不看脸的话怎么样", "Suppose the words were missing.",
    ],
    "why_not": [
        "Why not angry?", "Why isn't P2 happy?", "Couldn't it be sadness?", "What speaks against joy?",
        "Why angry and not sad?", "为什么不是生气？", "会不会是难过？",
    ],
    "why": [
        "Why?", "Why is P2 angry at 0:14?", "How do you know?", "What makes you say that?", "What caused it?",
        "On what evidence is that based on?", "为什么？", "你怎么知道的", "有什么依据", "What is the reason?", "Show me the evidence",
    ],
    "across": ["In which clip is somebody angry?", "Which of the videos is sadder?", "Compare the two clips", "哪个视频里有人生气？"],
    "compare": [
        "Compare P1 and P2", "What is the difference between P1 and P2?", "Who is angrier?", "Is P1 calmer than P2?",
        "How do the two differ?", "比较P1和P2", "谁更生气？", "P1和P2有什么不同", "Who of them is more upset?",
    ],
    "said": [
        "What was said at the end?", "What does P2 say at 0:14?", "Give me a transcript", "What are they talking about?",
        "Who said Lisbon?", "Who speaks first?", "谁先说话的", "Did anyone mention the trip?", "What did she answer?", "他们说了什么？", "最后说了什么", "谁提到了旅行",
        "What were P1's last words?", "Tell me what P1 tells P2",
    ],
    "length": ["How long is it?", "What is the duration?", "How many seconds?", "How long is the clip?", "视频多长？", "时长是多少"],
    "people": [
        "How many people are there?", "Who is there?", "Who speaks?", "Who talks the most?", "P2说了多久", "List the speakers", "How long does P1 speak?",
        "有几个人？", "都有谁", "谁在说话", "Who can be seen?",
    ],
    "change": ["Does the mood change?", "How does it develop?", "Are there turning points?", "情绪有变化吗"],
    "reaction": ["How does P2 react?", "What is P1's response?", "How did she take it?", "P2有什么反应", "他听到后怎么样"],
    "sincere": ["Does P2 mean it?", "Is the smile genuine?", "Is she being sarcastic?", "Do face and words fit together?", "他是真心的吗？", "这是反话吗"],
    "moment": ["Show me the moment when P2 is angry", "What is the happiest moment?", "Which moments are emotional?", "Where does P1 smile?", "Take me to the angriest part", "Find the part where they argue", "给我看P2生气的片段", "在哪里笑了"],
    "when": ["When is P2 angry?", "When does P1 become angry?", "At what time does somebody smile?", "How often does P1 smile?", "P2什么时候生气？", "几次笑", "Is P1 ever happy?"],
    "who": ["Who is angry?", "Who gets upset?", "Is anyone sad?", "Does anyone apologise?", "Which person is happy?", "谁生气了？", "有人难过吗"],
    "face": ["Is P1 smiling at 0:12?", "What does the face of P2 show?", "Does P1 frown?", "P2的表情怎么样"],
    "voice": ["How does P2 sound?", "How loud is P1?", "What about the tone of voice?", "P1的语气如何"],
    "words": ["Are the words of P2 friendly?", "What is the sentiment of the words?", "P1的用词怎么样"],
    "scene": ["How many cuts are there?", "How bright is it?", "有几个镜头"],
    "screen_text": ["What text is on the screen?", "What does the sign say?", "屏幕上写着什么"],
    "media": ["What is the resolution?", "Does it have sound?", "分辨率是多少", "有字幕吗"],
    "happened": ["What happens?", "Summarise the clip", "Tell me about this video", "发生了什么？", "总结一下", "Describe it"],
    "feels": ["How is P1 doing?", "What does P2 feel?", "What is the mood?", "P1心情怎么样", "How does P1 come across?"],
}  # fmt: skip
NOT_UNDERSTOOD = [
    "How many words did P1 say?",
    "When was the dinner cooked?",
    "Who won the game?",
    "How is the economy?",
    "谁赢了比赛",
    "Xyzzy",
    "The weather in Spain",
    "42",
    "紫色的天",
    "Please book a flight",
]


@pytest.mark.parametrize(
    ("kind", "question"), [(k, q) for k, questions in PARAPHRASES.items() for q in questions]
)
def test_a_question_is_understood_however_it_is_put(kind, question):
    assert kind_of(question) == kind


def test_every_kind_has_paraphrases_in_both_languages():
    assert set(PARAPHRASES) == set(KINDS)
    for questions in PARAPHRASES.values():
        assert len(questions) >= 3
        assert any("\u4e00" <= c <= "\u9fff" for q in questions for c in q)


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_no_rule_understands_is_not_taken_for_something_else(text):
    found = draft(text, Focus(), ["a.mp4"])
    assert isinstance(found, Unclear)
    assert found.why == "not_understood"


@pytest.fixture(scope="module")
def report():
    """Two people who talk; long enough to ask for what comes later."""
    return reported(
        next(d for d in load("dev.json") if len({u["who"] for u in d["utterances"]}) == 2)
    )


def asked(text, report, focus=None, names=("a.mp4",)):
    focus = focus or Focus()
    read = draft(text, focus, names)
    return read if isinstance(read, Unclear) else resolve(read, focus, report)


def after(*questions, report, names=("a.mp4",), around=(2.0, 4.0)):
    """Ask one after the other; return how the last one is understood."""
    focus, found = Focus(), None
    for text in questions:
        found = asked(text, report, focus, names)
        focus = found.focus(around, 3) if isinstance(found, Asked) else found.focus or focus
    return found


def test_and_her_means_the_other_person_and_says_so(report):
    found = after("How does P1 feel?", "and her?", report=report)
    assert (found.kind, found.persons) == ("feels", ("P2",))
    assert found.remarks == ("the_other|her",)


def test_a_pronoun_in_a_whole_question_means_whom_the_talk_is_about(report):
    found = after("How does P1 feel?", "Why is she angry?", report=report)
    assert (found.kind, found.persons, found.label) == ("why", ("P1",), "angry")


def test_whom_a_pronoun_means_is_asked_back_where_it_is_open(report):
    found = after("And him?", report=report)
    assert found.why in {"which_person", "no_focus"}
    found = after("How does he feel?", report=report)
    assert found.why == "which_person"
    assert found.options == ("P1", "P2")


def test_the_answer_to_a_question_back_answers_the_first_one(report):
    found = after("How does she feel at 0:03?", "P2", report=report)
    assert (found.kind, found.persons) == ("feels", ("P2",))
    assert found.window is not None


def test_everybody_is_told_of_where_looks_tell_nobody_apart(report):
    found = after("How is P1?", "What did the woman say?", report=report)
    assert (found.kind, found.persons, found.remarks) == ("said", (), ("by_looks|the woman",))


@pytest.mark.parametrize(
    "text", ["a bit later?", "And then?", "what about after that?", "后来呢？", "然后呢"]
)
def test_a_bit_later_moves_on_from_what_was_talked_about(text, report):
    found = after("How does P1 feel at 0:02?", text, report=report)
    first = after("How does P1 feel at 0:02?", report=report)
    assert (found.kind, found.persons) == ("feels", ("P1",))
    assert found.window[0] == first.window[1]


@pytest.mark.parametrize("text", ["and before that?", "earlier?", "之前呢？"])
def test_before_that_moves_back(text, report):
    found = after("What was said at 0:07?", text, report=report)
    assert found.kind == "said"
    assert found.window[1] <= 4.1


@pytest.mark.parametrize("text", ["Why?", "why", "为什么？", "How do you know?"])
def test_a_bare_why_is_about_what_the_last_answer_pointed_at(text, report):
    found = after("Who is angry?", text, report=report)
    assert (found.kind, found.window, found.label) == ("why", (2.0, 4.0), "angry")


def test_how_sure_and_show_me_take_the_question_before_along(report):
    for text, kind in (("How sure are you?", "sure"), ("Show me", "moment")):
        found = after("When is P2 sad?", text, report=report)
        assert (found.kind, found.persons, found.label) == (kind, ("P2",), "sad")


def test_another_emotion_is_put_to_the_same_people(report):
    found = after("Is P1 happy?", "And sad?", report=report)
    assert (found.kind, found.persons, found.label) == ("feels", ("P1",), "sad")


def test_there_means_the_moment_that_was_talked_about(report):
    found = after("When is P1 angry?", "What was said there?", report=report)
    assert (found.kind, found.window) == ("said", (2.0, 4.0))


def test_what_about_the_second_clip_puts_the_question_to_it(report):
    found = after(
        "Who is angry?", "What about the second clip?", report=report, names=("a.mp4", "b.mp4")
    )
    assert (found.kind, found.clip, found.label, found.window) == ("who", 2, "angry", None)
    found = after("Who is angry?", "and in holiday?", report=report, names=("a.mp4", "holiday.mp4"))
    assert (found.kind, found.clip) == ("who", 2)


def test_a_clip_that_is_not_there_is_said_to_be_missing(report):
    found = asked("What about the third clip?", report, names=("a.mp4", "b.mp4"))
    assert (found.why, found.options) == ("no_such_clip", ("a.mp4", "b.mp4"))


def test_a_person_who_is_not_there_is_said_to_be_missing(report):
    found = asked("What does P7 say?", report)
    assert (found.why, found.word, found.options) == ("no_such_person", "P7", ("P1", "P2"))


def test_a_moment_outside_of_the_clip_is_said_to_be_outside(report):
    assert asked("How is P1 at 9:59?", report).why == "beyond"


def test_persons_go_by_number_and_by_the_names_of_their_voices(report):
    assert asked("What does the second person say?", report).persons == ("P2",)
    assert asked("What does SPK_01 say?", report).persons == ("P1",)
    assert asked("第二个人说了什么？", report).persons == ("P2",)


def test_a_new_question_takes_nothing_from_the_one_before(report):
    found = after("How does P1 feel at 0:02?", "How many people are there?", report=report)
    assert (found.persons, found.window) == ((), None)
    found = after("How does P1 feel at 0:02?", "What was said at the end?", report=report)
    assert found.persons == ()


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("What if the sound were off?", "sound"), ("Without the picture?", "picture"),
        ("What if nobody could see the faces?", "picture"), ("And without the words?", "words"),
        ("Without the tone of voice?", "voice"), ("只看画面呢？", "sound"), ("如果听不到声音呢？", "sound"),
    ],
)  # fmt: skip
def test_what_is_to_be_left_out_is_understood(text, left_out, report):
    assert asked(text, report).left_out == left_out


@pytest.mark.parametrize(
    "text", ["Did she vote for the mayor?", "Does he own a dog at 0:04?", "她投票给市长了没有"]
)
def test_what_names_somebody_and_asks_something_else_is_not_taken_for_a_follow_up(text, report):
    assert after("How does P1 feel?", text, report=report).why == "not_understood"


def test_two_questions_at_once_are_two_questions():
    assert parts_of("How long is it, and who speaks?") == ["How long is it", "who speaks?"]
    assert parts_of("What was said? Why is P2 angry?") == ["What was said?", "Why is P2 angry?"]
    assert parts_of("有几个人？发生了什么？") == ["有几个人？", "发生了什么？"]
    for one in (
        "Who is angry, and when?",
        "Compare P1 and P2",
        "Is the smile at 0:12, the broad one, real?",
    ):
        assert parts_of(one) == [one]


def test_more_goes_on_with_what_was_not_told(report):
    found = after("What was said?", "more", report=report)
    assert (found.kind, found.skip) == ("said", 3)


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("Was P2 angry the whole time?", "feels", "angry"), ("How strong is the anger?", "intensity", "angry"),
        ("Which of the two is happier?", "compare", "happy"), ("Does P1 lose her temper?", "feels", "angry"),
        ("Do P1's words and voice match?", "sincere", None), ("Are there subtitles?", "media", None),
        ("Who has the last word?", "said", None), ("Without looking at the faces?", "without", None),
    ],
)  # fmt: skip
def test_emotions_and_clues_are_heard_out_of_everyday_words(text, kind, label, report):
    found = asked(text, report)
    assert (found.kind, found.label) == (kind, label)


@pytest.mark.parametrize(
    ("text", "word"),
    [("Did P1 say anything about Lisbon?", "Lisbon"), ("Did anyone mention the trip?", "trip"),
     ("Who said “sorry”?", "sorry"), ("What did P1 say?", None)],
)  # fmt: skip
def test_words_that_somebody_may_have_mentioned_are_looked_for(text, word, report):
    assert asked(text, report).contains == word


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("is P2 a liar?", "truth"), ("are they married", "bond"), ("does P1 hate P2?", "bond"),
        ("has she got ADHD?", "diagnosis"), ("is P1 a good candidate", "fitness"), ("how old is P2", "age"),
        ("is P1 a man or a woman", "sex"), ("who is he?", "name"), ("what ethnicity is P2", "origin"),
        ("what is P2 thinking", "inside"), ("where was this recorded", "place"),
        ("what should I reply to her", "advice"), ("他们是什么关系", "bond"), ("她几岁了", "age"),
    ],
)  # fmt: skip
def test_what_a_clip_cannot_tell_is_known_for_what_it_is(text, topic, report):
    found = asked(text, report)
    assert (found.kind, found.topic) == ("inner", topic)


@pytest.mark.parametrize(
    "text",
    [
        "Does P1 look guilty?", "Did anyone mention a name?", "Who said “I am in love”?", "Is P2 sad?",
        "What does P1 like to say?", "How does P2 look at 0:03?", "P1难过吗？",
    ],
)  # fmt: skip
def test_what_is_shown_or_said_is_not_refused_for_the_word_that_it_holds(text, report):
    found = asked(text, report)
    assert isinstance(found, Unclear) or found.kind != "inner"


def first_shown(report):
    """An emotion that somebody shows early on, its person and its stretch."""
    every = sorted(report.labels, key=lambda x: x.start_s)
    return next(x for x in every if x.end_s < report.run.span[1] - 1)


def test_after_somebody_showed_something_is_the_part_after_it(report):
    label = first_shown(report)
    other = next(p.id for p in report.subjects if p.id != label.subject)
    for text in (
        f"What did {other} say after {label.subject} got {label.label}?",
        f"After {label.subject} got {label.label}, what did {other} say?",
    ):
        found = asked(text, report)
        assert (found.kind, found.persons) == ("said", (other,))
        assert found.window == (round(label.end_s, 3), report.run.span[1])
        assert found.remarks[0].startswith("after|")


def test_before_and_right_before_are_the_part_before_it_and_the_last_words_in_it(report):
    label = next(x for x in sorted(report.labels, key=lambda x: x.start_s) if x.start_s > 1)
    found = asked(f"What was said right before {label.subject} was {label.label}?", report)
    assert found.window == (report.run.span[0], round(found.window[1], 3))
    assert found.window[1] <= label.start_s + 1e-3
    assert found.nearest == "last"


@pytest.mark.parametrize(
    "text", ["What did P1 say after the laugh?", "大笑之后P1说了什么？", "What happened before he left the room?"]
)  # fmt: skip
def test_nothing_is_told_relative_to_what_was_not_found(text, report):
    assert asked(text, report).why == "no_anchor"


def test_instead_of_asks_of_one_emotion_where_the_other_is_shown(report):
    label = first_shown(report)
    found = asked(f"Could it be disgust instead of {label.label}?", report)
    assert (found.kind, found.label) == ("why_not", "disgusted")
    assert found.window is not None
    assert found.window[0] <= label.start_s < found.window[1] or found.remarks


def test_slips_of_the_keyboard_are_mended_and_said(report):
    found = asked("wat emotoin is ther", report)
    assert found.kind == "feels"
    assert found.remarks[0] == "spelling|what emotion is there"


def test_a_part_of_a_question_that_nothing_takes_up_is_said_to_be_left_out(report):
    found = asked("Who is angry about the mortgage?", report)
    assert (found.kind, found.label) == ("who", "angry")
    assert found.remarks == ("left_out|mortgage",)


@pytest.mark.parametrize(
    "text", ["有没有提到Lisbon？", "谁说了“Lisbon”？", "有人说过Lisbon这个词吗"]
)
def test_a_chinese_question_looks_for_the_foreign_word_that_it_names(text, report):
    found = asked(text, report)
    assert (found.kind, found.contains) == ("said", "Lisbon")


def test_chinese_numbers_of_seconds_name_a_moment(report):
    assert asked("三秒的时候是什么情绪", report).at_s == 3.0
    assert asked("十二分钟的时候发生了什么", report).why == "beyond"


def test_that_in_a_question_points_at_the_last_answer(report):
    found = after("When is P2 sad?", "How sure are you about that?", report=report)
    assert (found.window, found.persons) == ((2.0, 4.0), ("P2",))
    found = after("When is P2 sad?", "How confident are you overall?", report=report)
    assert (found.window, found.persons) == (None, ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How long was P2 angry?", "when"), ("P2生气持续了多久", "when"), ("Who gets angry first?", "when"),
        ("谁最先笑的？", "when"), ("How fast does P2 talk?", "voice"), ("Explain your reasoning", "why"),
        ("Is the sound ok?", "quality"), ("Does anything contradict that?", "against"),
    ],
)  # fmt: skip
def test_what_a_question_names_beside_its_question_word_decides(text, kind, report):
    assert asked(text, report).kind == kind


def test_a_step_in_seconds_is_taken_from_where_the_talk_is(report):
    found = after("How does P1 feel at 0:04?", "and 2 seconds later?", report=report)
    first = after("How does P1 feel at 0:04?", report=report)
    assert found.window == (first.window[0] + 2, min(first.window[1] + 2, report.run.span[1]))


def test_what_contradicts_that_is_asked_of_what_was_told(report):
    found = after("When is P2 sad?", "Is there anything that contradicts that?", report=report)
    assert (found.kind, found.window, found.persons) == ("against", (2.0, 4.0), ("P2",))
