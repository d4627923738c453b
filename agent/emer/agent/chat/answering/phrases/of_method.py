"""What is said of how something was found: tools, models, decisive clues, doubts, quality."""

from typing import Final

from emer.graphs.report import Language

OF_METHOD: Final[dict[str, dict[Language, str]]] = {
    "read_by_rules": {
        "en": "The built-in analyst reads what the specialists measured, by rules; no language model "
        "decided it.",
        "zh": "由内置分析器按规则判读各项测量结果；没有语言模型参与判断。",
    },
    "read_by_model": {
        "en": "The language model {model} read what the specialists measured.",
        "zh": "由语言模型 {model} 判读各项测量结果。",
    },
    "measures": {
        "en": "An emotion is not measured by itself: movements of the face, the sound of the voice and the "
        "wording are, and a rule names the emotion that they support.",
        "zh": "情绪本身无法直接测量：测量的是面部动作、声音和措辞，再按规则判定它们所支持的情绪。",
    },
    "tool": {
        "en": "{tool} comes from the model {model} (engine {engine}): {n} finding(s).",
        "zh": "{tool}来自模型 {model}（引擎 {engine}）：{n} 条结果。",
    },
    "rests_on": {
        "en": "{when} the reading of {who} rests on {tools}.",
        "zh": "{when}，对{who}的判读依据：{tools}。",
    },
    "tool_of": {"en": "{tool} (model {model})", "zh": "{tool}（模型 {model}）"},
    "no_method": {
        "en": "Cannot tell what it rests on: nothing was measured{where}.",
        "zh": "无法说明依据：{where}没有测到任何内容。",
    },
    "language": {
        "en": "The words that are known are in {language}{source}.",
        "zh": "已知的话语是{language}{source}。",
    },
    "of_subtitles": {"en": " (by the subtitles)", "zh": "（依据字幕）"},
    "no_language": {
        "en": "Cannot tell the language: no words are known{why}.",
        "zh": "无法判断语言：没有已知的话语{why}。",
    },
    "language_open": {
        "en": "Cannot tell the language: the words that are known do not carry it.",
        "zh": "无法判断语言：已知的话语没有标明语言。",
    },
    "overlaps": {
        "en": "{when} {one} and {other} speak at the same time.",
        "zh": "{when}，{one}与{other}同时说话。",
    },
    "no_overlap": {
        "en": "No two people were heard to speak at the same time; whether somebody cuts in cannot be told "
        "beyond that.",
        "zh": "没有听到两个人同时说话；除此之外无法判断是否有人打断。",
    },
    "heard_above": {
        "en": "Speech stands {low} to {high} dB above the background.",
        "zh": "人声比背景高 {low} 到 {high} 分贝。",
    },
    "face_large": {
        "en": "The face of {who} takes {share} % of the picture and could be aligned in {aligned} % of "
        "the pictures with it.",
        "zh": "{who}的面孔占画面的 {share}%，其中 {aligned}% 的帧可以对齐。",
    },
    "no_quality": {
        "en": "Cannot tell how good the recording is: neither voice nor face was measured.",
        "zh": "无法判断录制质量：没有测到声音或面孔。",
    },
    "decides": {
        "en": "{when} for {who}, without {what} the reading would change: {then} instead of {first}.",
        "zh": "{when}，对{who}，去掉{what}判读就会改变：{then}，而不是{first}。",
    },
    "decides_not": {
        "en": "{when} for {who}, without {what} the reading would stay {first}.",
        "zh": "{when}，对{who}，去掉{what}判读不变，仍是{first}。",
    },
    "nothing_named_then": {"en": "nothing that can be named", "zh": "无法判定"},
    "nothing_against": {
        "en": "{when} nothing that was measured of {who} speaks against it.",
        "zh": "{when}，{who}测得的线索中没有反对的。",
    },
    "least_sure": {
        "en": "{when} {label} is the least supported reading of {who}: score {score}.",
        "zh": "{when}，对{who}的判读中支持最弱的是“{label}”：评分 {score}。",
    },
    "louder": {
        "en": "{when} {who} is louder than usual for this voice ({n} dB).",
        "zh": "{when}，{who}的声音比平时大（{n} dB）。",
    },
    "shifts": {
        "en": "{when} {who} shifts in {axis}, from {x} to {y}.",
        "zh": "{when}，{who}的{axis}从 {x} 变为 {y}。",
    },
    "reacts": {
        "en": "{when} {who} reacts to what {other} says after {n} s.",
        "zh": "{when}，{who}在 {n} 秒后对{other}的话作出反应。",
    },
    "measured": {
        "en": "{when} of {who}, {what} was measured: {numbers}.",
        "zh": "{when}，{who}测得{what}：{numbers}。",
    },
}
