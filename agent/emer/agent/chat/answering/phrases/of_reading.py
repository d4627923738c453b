"""What is said of what people show: readings, reasons, comparisons."""

from typing import Final

from emer.graphs.report import Language

OF_READING: Final[dict[str, dict[Language, str]]] = {
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
        "en": "{n} moment(s), {s} s in all, between {when} were found for “{word}”.",
        "zh": "在 {when} 之间找到 {n} 处“{word}”，共 {s} 秒。",
    },
    "shows_not": {
        "en": "Cannot confirm it: nothing that was measured shows {word}{whom}{where}.",
        "zh": "无法证实：{where}{whom}测得的内容没有显示“{word}”。",
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
    "semicolon": {"en": "; ", "zh": "；"},
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
    "side_labels": {
        "en": "{who} speaks for {speaks} s in all{where} and comes across as {labels}; face, voice and words "
        "contradict each other in {conflicts} place(s).",
        "zh": "{where}{who}共说话 {speaks} 秒，给人的印象是{labels}；表情、声音和话语之间有 {conflicts} 处矛盾。",
    },
    "for_seconds": {"en": "{label} ({n} s)", "zh": "{label}（{n} 秒）"},
    "side_none": {
        "en": "{who} speaks for {speaks} s in all{where}, and no emotion can be named; face, voice and words "
        "contradict each other in {conflicts} place(s).",
        "zh": "{where}{who}共说话 {speaks} 秒，无法判定情绪；表情、声音和话语之间有 {conflicts} 处矛盾。",
    },
    "leaning": {
        "en": "In the {axis} of the {modality}, {one} ({x}) is {how} {other} ({y}).",
        "zh": "{one}的{modality}（{x}）与{other}（{y}）相比，{axis}{how}。",
    },
    "most_intense": {
        "en": "{when} {who} is at the most intense: {label}, intensity {n} of 1.",
        "zh": "{when}，{who}最强烈：{label}，强度 {n}（满值 1）。",
    },
    "alike_in": {"en": "They are about alike in {what}.", "zh": "两者在{what}上相近。"},
    "axis_of": {"en": "the {axis} of the {modality}", "zh": "{modality}的{axis}"},
    "as_labels": {"en": "{who} comes across as {labels}", "zh": "{who}给人的印象是{labels}"},
    "stretch_side": {"en": "{when}: {told}.", "zh": "{when}：{told}。"},
    "then": {"en": "; ", "zh": "；"},
    "higher": {"en": "above", "zh": "更高"},
    "lower": {"en": "below", "zh": "更低"},
    "valence": {"en": "valence", "zh": "效价"},
    "arousal": {"en": "arousal", "zh": "唤醒度"},
    "strongest": {
        "en": "{when} it is strongest for {who}: {label}, score {score}.",
        "zh": "{when}，{who}最明显：{label}，评分 {score}。",
    },
    "amount": {
        "en": "{who} shows {what} {n} time(s), {s} s in all, at most {most}, between {when}.",
        "zh": "{when} 之间，{who}有 {n} 次{what}，共 {s} 秒，最强 {most}。",
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
}
