"""What the chat says in its own words, in English and Chinese; claims come in theirs."""

from typing import Final

from emer.graphs.report import Language

PHRASES: Final[dict[str, dict[Language, str]]] = {
    "comma": {"en": ", ", "zh": "、"},
    "clip": {"en": "clip {n}", "zh": "片段{n}"},
    # --- the file ---
    "lasts": {"en": "It lasts {time} ({n} s).", "zh": "时长 {time}（{n} 秒）。"},
    "still": {
        "en": "It is a still picture; it has no length.",
        "zh": "这是一张静止的图片，没有时长。",
    },
    "part": {"en": "The analysed part is {when}.", "zh": "分析的部分是 {when}。"},
    "picture": {
        "en": "The picture has {width} x {height} pixels, {rate} pictures a second.",
        "zh": "画面为 {width} x {height} 像素，每秒 {rate} 帧。",
    },
    "sound": {"en": "It has sound.", "zh": "有声音。"},
    "no_sound": {"en": "It has no sound.", "zh": "没有声音。"},
    "no_picture": {"en": "It has no picture.", "zh": "没有画面。"},
    "subtitles": {"en": "It carries {n} subtitle track(s).", "zh": "带有 {n} 条字幕轨。"},
    "no_subtitles": {"en": "It carries no subtitle track.", "zh": "不带字幕轨。"},
    "count": {
        "en": "{n} person(s) could be told apart: {names}.",
        "zh": "可以区分出 {n} 个人：{names}。",
    },
    "person": {"en": "{who}: {what}.", "zh": "{who}：{what}。"},
    "heard": {"en": "heard for {n} s", "zh": "说话 {n} 秒"},
    "seen": {"en": "seen for {n} s", "zh": "出现 {n} 秒"},
    "linked": {
        "en": "voice and face belong together with a score of {n}",
        "zh": "声音与面孔属于同一人的评分为 {n}",
    },
    "nobody": {
        "en": "Cannot tell who is there: nobody was heard or seen{why}.",
        "zh": "无法判断有谁：没有听到或看到任何人{why}。",
    },
    "cuts": {"en": "{n} hard cut(s) were found{where}.", "zh": "发现 {n} 处硬切{where}。"},
    "light": {
        "en": "The mean brightness is {bright} of 1 and the colourfulness {colour}.",
        "zh": "平均亮度为 {bright}（满值 1），色彩丰富度为 {colour}。",
    },
    "reads": {
        "en": "{when}: the picture shows the text {quote}.",
        "zh": "{when}，画面上有文字：{quote}。",
    },
    "gap": {
        "en": "{tool} has nothing for {when}: {reason}.",
        "zh": "{tool}在 {when} 没有结果：{reason}。",
    },
    "no_gap": {
        "en": "No gap was left there: everything that was tried gave a result.",
        "zh": "没有缺口：所尝试的各项都有结果。",
    },
    "case": {
        "en": "{case} resembles it (similarity {n}: {why}): {situation} was annotated as {labels}; an "
        "analogy, no evidence about this clip.",
        "zh": "{case}与之相似（相似度 {n}：{why}）：{situation}，标注为{labels}；仅为类比，并非关于本片段的证据。",
    },
    # --- words ---
    "says": {"en": "{when} {who} says {quote}", "zh": "{when}，{who}说：{quote}"},
    "wordless": {
        "en": "{when} {who} speaks, but what is said is not known{why}.",
        "zh": "{when}，{who}说话，但说了什么不清楚{why}。",
    },
    "nothing_said": {
        "en": "Cannot tell what was said{where}: no words are known{why}.",
        "zh": "无法判断{where}说了什么：没有已知的话语{why}。",
    },
    "not_mentioned": {
        "en": "Nothing of the kind is among the words that are known: {word}.",
        "zh": "已知的话语中没有这样的内容：{word}。",
    },
    # --- what is shown ---
    "comes_across": {
        "en": "{when} {who} comes across as {labels}.",
        "zh": "{when}，{who}给人的印象是{labels}。",
    },
    "scored": {
        "en": "{label} (score {score}, intensity {intensity})",
        "zh": "{label}（评分 {score}，强度 {intensity}）",
    },
    "unnamed": {
        "en": "{when} no emotion can be named for {who}: {reason}.",
        "zh": "{when}，无法判定{who}的情绪：{reason}。",
    },
    "moves": {
        "en": "{when} {who} shows {au} ({name}), intensity {n} of 5.",
        "zh": "{when}，{who}出现 {au}（{name}），强度 {n}（满值 5）。",
    },
    "sounds": {
        "en": "{when} {event} is heard, score {n}.",
        "zh": "{when} 听到 {event}，评分 {n}。",
    },
    "counted": {
        "en": "{n} moments between {when} were found for “{word}”.",
        "zh": "在 {when} 之间找到 {n} 处“{word}”。",
    },
    "shows_not": {
        "en": "Cannot confirm it: nothing that was measured shows {word}{whom}{where}.",
        "zh": "无法证实：测得的内容{where}{whom}没有显示“{word}”。",
    },
    "of_whom": {"en": " of {who}", "zh": "{who}"},
    "nothing_named": {
        "en": "Cannot tell: nobody was heard or seen{where}.",
        "zh": "无法判断：{where}没有听到或看到任何人。",
    },
    "none_there": {
        "en": "Cannot tell about {who}{where}: they were neither heard nor seen there.",
        "zh": "无法判断{who}：{where}没有听到或看到此人。",
    },
    # --- how sure ---
    "support": {
        "en": "{when} {label} has a score of {score} for {who}: support by the evidence, no probability.",
        "zh": "{when}，{who}的“{label}”评分为 {score}：这是证据支持度，不是概率。",
    },
    "confident": {
        "en": "{when} the leading category of {tool} is right with a probability of {n}, by its "
        "calibration.",
        "zh": "{when}，按校准，{tool} 的首选类别正确的概率为 {n}。",
    },
    "also": {
        "en": "{when} for {who}, these were weighed too: {labels}.",
        "zh": "{when}，对{who}还考虑过：{labels}。",
    },
    "agrees": {
        "en": "{when} {one} and {other} of {who} agree.",
        "zh": "{when}，{who}的{one}与{other}一致。",
    },
    "conflicts": {
        "en": "{when} {one} and {other} of {who} contradict each other (distance {n} of 2).",
        "zh": "{when}，{who}的{one}与{other}互相矛盾（距离 {n}，满值 2）。",
    },
    "missing": {
        "en": "{when} {one} and {other} of {who} could not be compared.",
        "zh": "{when}，{who}的{one}与{other}无法比较。",
    },
    "link": {
        "en": "That voice and face are one person, {who}, has a score of {n}.",
        "zh": "{who}的声音与面孔属于同一人，评分为 {n}。",
    },
    "face": {"en": "face", "zh": "表情"},
    "voice": {"en": "voice", "zh": "声音"},
    "words": {"en": "words", "zh": "话语"},
    "scene": {"en": "scene", "zh": "场景"},
    # --- reasons ---
    "in_favour": {
        "en": "{when} in favour, for {who}: {what}.",
        "zh": "{when}，{who}，支持的线索：{what}。",
    },
    "against": {
        "en": "{when} against it, for {who}: {what}.",
        "zh": "{when}，{who}，反对的线索：{what}。",
    },
    "is_named": {
        "en": "{when} {label} is named for {who}, with a score of {score}.",
        "zh": "{when}，{who}被判定为“{label}”，评分 {score}。",
    },
    "was_weighed": {
        "en": "{when} {label} was weighed for {who} and got {score}; {rest}.",
        "zh": "{when}，对{who}考虑过“{label}”，评分 {score}；{rest}。",
    },
    "less_than": {"en": "less than the {best} of what is named", "zh": "低于被判定者的 {best}"},
    "too_little": {"en": "too little to be named", "zh": "不足以判定"},
    "not_weighed": {
        "en": "{when} nothing that was measured of {who} speaks for {label}.",
        "zh": "{when}，{who}测得的线索中没有支持“{label}”的。",
    },
    "which_emotion": {
        "en": "Cannot tell why not: the question names no emotion that is known here.",
        "zh": "无法回答为什么不：问题中没有这里认识的情绪词。",
    },
    "no_reason": {
        "en": "Cannot tell why: nobody was read there{where}.",
        "zh": "无法说明原因：{where}没有可供判读的人。",
    },
    # --- compared ---
    "side": {
        "en": "{who} speaks for {speaks} s in all{where}, with {conflicts} contradiction(s) between face, "
        "voice and words.",
        "zh": "{where}{who}共说话 {speaks} 秒，表情、声音和话语之间有 {conflicts} 处矛盾。",
    },
    "side_labels": {
        "en": "{who} comes across as {labels}.",
        "zh": "{who}给人的印象是{labels}。",
    },
    "for_seconds": {"en": "{label} ({n} s)", "zh": "{label}（{n} 秒）"},
    "side_none": {"en": "No emotion can be named for {who}.", "zh": "无法判定{who}的情绪。"},
    "leaning": {
        "en": "In the {axis} of the {modality}, {one} ({x}) is {how} {other} ({y}).",
        "zh": "{one}的{modality}（{x}）与{other}（{y}）相比，{axis}{how}。",
    },
    "higher": {"en": "above", "zh": "更高"},
    "lower": {"en": "below", "zh": "更低"},
    "alike": {"en": "about like", "zh": "相近"},
    "valence": {"en": "valence", "zh": "效价"},
    "arousal": {"en": "arousal", "zh": "唤醒度"},
    "strongest": {
        "en": "{when} it is strongest for {who}: {label}, score {score}.",
        "zh": "{when}，{who}最明显：{label}，评分 {score}。",
    },
    "no_pair": {
        "en": "Cannot compare: {n} person(s) could be told apart here{names}.",
        "zh": "无法比较：这里可以区分出 {n} 个人{names}。",
    },
    # --- left out ---
    "sound_": {"en": "the sound", "zh": "声音"},
    "voice_": {"en": "the tone of voice", "zh": "语气"},
    "words_": {"en": "the words", "zh": "话语"},
    "picture_": {"en": "the picture", "zh": "画面"},
    "instead": {
        "en": "{when} without {what}, {who} would come across as {then} instead of {first}.",
        "zh": "{when}，没有{what}时，{who}给人的印象会是{then}，而不是{first}。",
    },
    "nothing_left": {
        "en": "{when} without {what}, no emotion could be named for {who} instead of {first}: {reason}.",
        "zh": "{when}，没有{what}时，无法判定{who}的情绪（原为{first}）：{reason}。",
    },
    "nothing_first": {"en": "none", "zh": "未判定"},
    "same": {
        "en": "Without {what}, {n} moment(s) would be read as they are.",
        "zh": "没有{what}时，{n} 个时刻的判读不变。",
    },
    "which_out": {
        "en": "Cannot tell: what is to be left out? Sound, tone of voice, words, or picture.",
        "zh": "无法判断：要去掉什么？声音、语气、话语还是画面。",
    },
    # --- the rest ---
    "apart": {
        "en": "{when} what {who} shows, sounds and says does not fit together.",
        "zh": "{when}，{who}的表情、声音和话语互相不一致。",
    },
    "together": {
        "en": "{when} nothing that was measured of {who} contradicts itself.",
        "zh": "{when}，{who}测得的线索没有互相矛盾。",
    },
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
    "nothing_else": {"en": "There is no more to it than was told.", "zh": "没有更多内容了。"},
    "nobody_listed": {"en": "nobody", "zh": "没有人"},
    "range": {
        "en": "One can ask, in English or Chinese: what happened, what was said, who is there, how long it "
        "is; who shows what and when, why, why not something else; to compare people; what would be read "
        "without sound, voice, words or picture; how sure that is, what could not be measured, and for "
        "similar cases.",
        "zh": "可以用中文或英文问：发生了什么、说了什么、有谁、多长；谁在什么时候表现出什么、为什么、为什么不是别的；"
        "比较人物；没有声音、语气、话语或画面时会怎么判读；有多确定、什么没有测到，以及相似案例。",
    },
    # --- how a question was taken ---
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
"""Sentences and parts of them, with named slots."""
