"""What is said of the talk itself: what cannot be told, and how a question was taken."""

from typing import Final

from emer.graphs.report import Language

OF_TALK: Final[dict[str, dict[Language, str]]] = {
    # --- the rest ---
    "uncompared": {
        "en": "Cannot compare: there are not two kinds of clues{where}.",
        "zh": "无法比较：{where}没有两种可以比较的线索。",
    },
    "not_inside": {
        "en": "Cannot tell whether it is meant: that is not something that can be measured.",
        "zh": "无法判断是否出于真心：这是无法测量的。",
    },
    "no_change": {
        "en": "Cannot confirm a change: none that was clear enough was measured{whom}{where}.",
        "zh": "无法证实变化：{where}{whom}没有测到足够明显的变化。",
    },
    "no_reaction": {
        "en": "Cannot confirm a reaction: none was measured{whom}{where}.",
        "zh": "无法证实反应：{where}{whom}没有测到反应。",
    },
    "no_clue": {
        "en": "Cannot tell: nothing of that kind was measured{whom}{where}{why}.",
        "zh": "无法判断：{where}{whom}没有测到这类内容{why}。",
    },
    "no_cases": {
        "en": "Cannot name one: no similar annotated case was found{where}.",
        "zh": "无法举例：{where}没有找到相似的标注案例。",
    },
    "beyond": {
        "en": "Cannot tell: the analysed part runs from {0} s to {1} s; what is asked about lies outside.",
        "zh": "无法判断：分析的部分是 {0} 秒到 {1} 秒，所问的时刻不在其中。",
    },
    "no_such_person": {
        "en": "Cannot tell: nobody in this clip is called {word}. There are: {options}.",
        "zh": "无法判断：这个片段里没有人叫 {word}。有：{options}。",
    },
    "no_such_clip": {
        "en": "Cannot tell: there is no such clip. There are: {options}.",
        "zh": "无法判断：没有这个片段。有：{options}。",
    },
    "which_person": {
        "en": "Whom do you mean by “{word}”: {options}? Nothing here measures sex, age or looks.",
        "zh": "“{word}”指的是谁：{options}？这里不测量性别、年龄或外貌。",
    },
    "nobody_here": {
        "en": "Cannot tell: nobody could be told apart in this clip.",
        "zh": "无法判断：这个片段里没有可以区分出的人。",
    },
    "no_focus": {
        "en": "Cannot tell what this goes on from: nothing was asked before.",
        "zh": "无法判断这是接着什么问的：之前没有提问。",
    },
    "not_understood": {
        "en": "Cannot tell: no rule understands this question.",
        "zh": "无法回答：没有规则能理解这个问题。",
    },
    "no_anchor": {
        "en": "Cannot tell: nothing that was measured or said shows where “{word}” is, so nothing can be told "
        "relative to it.",
        "zh": "无法判断：测得的内容和话语都没有显示“{word}”在哪里，因此无法据此前后定位。",
    },
    "nothing_beside": {
        "en": "Cannot tell: beside {word} nothing is left of the analysed part there.",
        "zh": "无法判断：在 {word} 那一侧，分析的部分已没有内容。",
    },
    "nothing_else": {"en": "There is no more to it than was told.", "zh": "没有更多内容了。"},
    "nobody_listed": {"en": "nobody", "zh": "没有人"},
    "range": {
        "en": "For example: “Who is angry?”, “Why?”, “What did P1 say after that?”. One can ask, in English or Chinese: what happened, what was said, who is there, how long it "
        "is; who shows what and when, why, why not something else; to compare people; what would be read "
        "without sound, voice, words or picture; how sure that is, what could not be measured, and for "
        "similar cases.",
        "zh": "例如：“谁生气了？”“为什么？”“之后 P1 说了什么？”。可以用中文或英文问：发生了什么、说了什么、有谁、多长；谁在什么时候表现出什么、为什么、为什么不是别的；"
        "比较人物；没有声音、语气、话语或画面时会怎么判读；有多确定、什么没有测到，以及相似案例。",
    },
    # --- how a question was taken ---
    "took_spelling": {"en": "Taken as: “{word}”.", "zh": "理解为：“{word}”。"},
    "took_left_out": {
        "en": "Left out, because nothing here measures it: “{word}”.",
        "zh": "未考虑（这里无法测量）：“{word}”。",
    },
    "took_sense": {"en": "Taken as: {word}.", "zh": "理解为：{word}。"},
    "took_each": {
        "en": "Taken of each person by itself; that they do so at once is for you to see from the times.",
        "zh": "按每个人分别理解；是否同时请看时间。",
    },
    "took_after": {"en": "Taken as: after {word}.", "zh": "理解为：{word} 之后。"},
    "took_before": {"en": "Taken as: before {word}.", "zh": "理解为：{word} 之前。"},
    "took_about": {
        "en": "Taken as: what was said with “{word}” in it; what is not said there is not known here.",
        "zh": "理解为：含有“{word}”的话；那里没有说的，这里也不知道。",
    },
    "took_at": {"en": "Taken as: at {word}.", "zh": "理解为：{word} 时。"},
    "took_the_other": {
        "en": "“{word}” is taken for {who}, the other person; nothing here measures sex.",
        "zh": "“{word}”按另一个人 {who} 理解；这里不测量性别。",
    },
    "took_of_whom": {
        "en": "“{word}” is taken for {who}, of whom the talk is.",
        "zh": "“{word}”按刚才谈到的 {who} 理解。",
    },
    "took_only_one": {
        "en": "“{word}” is taken for {who}, the only person here.",
        "zh": "“{word}”按这里唯一的人 {who} 理解。",
    },
    "took_by_looks": {
        "en": "Nothing here tells people apart by sex, age or looks: everybody who fits is told of.",
        "zh": "这里不按性别、年龄或外貌区分人：列出所有符合的人。",
    },
    "closer": {
        "en": "Looked at again, {when}, with {rate} pictures a second.",
        "zh": "以每秒 {rate} 帧重新查看了 {when}。",
    },
    "closer_nothing": {
        "en": "Looked at again, {when}, with {rate} pictures a second: that adds nothing.",
        "zh": "以每秒 {rate} 帧重新查看了 {when}：没有新的内容。",
    },
    "where": {"en": " at {when}", "zh": "在 {when} "},
    "because": {"en": " ({reason})", "zh": "（{reason}）"},
}
