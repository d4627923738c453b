"""What is said of the file, of who is in it, of gaps and of words."""

from typing import Final

from emer.graphs.report import Language

OF_CLIP: Final[dict[str, dict[Language, str]]] = {
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
    "speaks_most": {"en": "{who} speaks most: {times}.", "zh": "{who}说话最多：{times}。"},
    "speaks_least": {"en": "{who} speaks least: {times}.", "zh": "{who}说话最少：{times}。"},
    "said_times": {"en": "{word} is said in {n} utterance(s).", "zh": "{word}出现在 {n} 句话里。"},
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
    "not_heard": {
        "en": "Cannot tell how long {who} speaks: no voice could be matched to {who}{why}.",
        "zh": "无法判断{who}说话多久：没有声音能对应到{who}{why}。",
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
}
