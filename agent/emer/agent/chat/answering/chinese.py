"""What stands in English in a report, said in Chinese: tools, gaps, and why a case is similar.

Movements of the face have their names from the analyst's own table; what no table knows is told as
"no usable result", never in a language that was not asked for.
"""

import re
from collections.abc import Mapping
from typing import Final

from emer.graphs.report import Language
from emer.graphs.rule.language.zh_face import MOVEMENTS
from emer.tools import taxonomy
from emer.tools.findings import Gap
from emer.tools.quoting import quoted

TOOLS: Final[Mapping[str, str]] = {
    "action_units": "面部动作", "active_speaker": "说话者判定", "asr": "语音转写", "diarization": "说话人区分",
    "expression": "面部表情", "face_likeness": "面孔比对", "faces": "面孔检测", "gesture": "手势与姿态",
    "on_screen_text": "屏幕文字", "speech_activity": "语音检测", "speech_emotion": "语音情绪",
    "text_emotion": "文字情绪", "utterances": "话语划分", "visual_attributes": "画面属性",
    "vocal_events": "声音事件", "voice_affect": "语音韵律", "voice_dimensions": "声音维度",
    "peer": "外部模型", "translation": "翻译",
}  # fmt: skip
EVENTS: Final[Mapping[str, str]] = {
    "smile": "微笑", "frown": "皱眉", "raised brows": "扬眉", "raised voice": "提高声音", "music": "音乐",
    "laughter": "笑声", "crying": "哭声", "sigh": "叹息", "cough": "咳嗽", "gasp": "倒吸气", "scream": "尖叫",
    "applause": "掌声", "conflict": "矛盾", "shift": "转变", "reaction": "反应", "sniff": "抽鼻子",
    "throat_clearing": "清嗓子", "breathing": "呼吸声", "shout": "喊叫", "sneeze": "打喷嚏",
}  # fmt: skip
LANGUAGES: Final[Mapping[str, tuple[str, str]]] = {
    "en": ("English", "英语"), "zh": ("Chinese", "中文"), "de": ("German", "德语"), "fr": ("French", "法语"),
    "es": ("Spanish", "西班牙语"), "it": ("Italian", "意大利语"), "ja": ("Japanese", "日语"),
    "ru": ("Russian", "俄语"), "pt": ("Portuguese", "葡萄牙语"), "ko": ("Korean", "韩语"),
    "nl": ("Dutch", "荷兰语"), "ar": ("Arabic", "阿拉伯语"), "pl": ("Polish", "波兰语"), "tr": ("Turkish", "土耳其语"),
}  # fmt: skip
_REASONS: Final = (
    (re.compile(r"no subtitles, and no Whisper"), "没有字幕，本地也没有 Whisper 权重；可在媒体旁放同名 .srt 或 .vtt 文件，或运行：emer models pull whisper-small"),
    (re.compile(r"no credible cue is available"), "没有可信的线索，未测量：{units}"),
    (re.compile(r"cannot be told from a face here"), "厌恶、轻蔑等的动作未测量，无法从面部分辨；中性也不能排除它们；咧嘴的痛苦表情与微笑也分不开"),
    (re.compile(r"no specialist here reads hands"), "这里没有读取手势、姿态和身体动作的工具"),
    (re.compile(r"^the engine (\S+) needs ([\w, .-]+)"), "引擎 {0} 需要 {1}"),
    (re.compile(r"no picture|there are no pictures|picture of the video could be decoded"), "没有可用的画面"),
    (re.compile(r"there is neither sound nor a subtitle|there is no sound|has no sound|no sound"), "没有声音"),
    (re.compile(r"no face was found|no face (was|could)|nobody's face"), "没有找到面孔"),
    (re.compile(r"no face large enough"), "前一张面孔离开后没有足够大的面孔可以比对"),
    (re.compile(r"pitch stands still and leaps"), "音高停滞又跳变：可能是音乐或多个声源"),
    (re.compile(r"speech but no transcript"), "有人说话，但没有文字稿；可提供字幕或安装语音识别权重"),
    (re.compile(r"sound but no speech"), "有声音但没有人说话"),
    (re.compile(r"too few to know its neutral|seen in \d+ picture"), "看到这张面孔的画面太少，无法确定其中性状态"),
    (re.compile(r"too short|too few|less than"), "太短或太少，无法测量"),
    (re.compile(r"could not be decoded|nothing could be decoded|damaged"), "文件的一部分损坏，无法解码"),
    (re.compile(r"budget|used up|not enough time"), "预算已用完"),
    (re.compile(r"took longer|timed out|time limit"), "超过了时间限制"),
    (re.compile(r"reads? .* only|other language|foreign"), "这个引擎不读这种语言"),
    (re.compile(r"could not be loaded|cannot be loaded|failed"), "运行失败"),
    (re.compile(r"\bsilen|quiet|too soft"), "太安静，无法测量"),
    (re.compile(r"noise|noisy"), "噪声太大，无法测量"),
    (re.compile(r"addressed to a machine"), "其文字像是写给机器的指令，已略去"),
)  # fmt: skip
_LEFT: Final = "没有得到可用的结果"
_UNIT: Final = re.compile(r"AU\d+")
_AXES: Final = {"valence": "效价", "arousal": "唤醒度"}
_SIDES: Final = {"face": "表情", "voice": "声音", "words": "话语"}
_WHYS: Final = (
    (re.compile(r"^(face|voice|words) (valence|arousal) alike \(([+-][\d.]+) here, ([+-][\d.]+) there\)$"), "{0}{1}相近（这里 {2}，案例 {3}）"),
    (re.compile(r"^(face|voice|words) less positive than (face|voice|words) \(by ([\d.]+) here, ([\d.]+) there\)$"), "{0}不如{1}积极（这里相差 {2}，案例 {3}）"),
    (re.compile(r"^same action units: (.+)$"), "相同的面部动作：{0}"),
    (re.compile(r"^same voice: (.+)$"), "声音特征相同"),
    (re.compile(r"^same categories of the words: (.+)$"), "话语的情绪类别相同：{0}"),
    (re.compile(r"^words that express alike \(([\d.]+)\)$"), "话语表达的情绪相近（{0}）"),
    (re.compile(r"^similar wording \(([\d.]+)\)$"), "措辞相近（{0}）"),
    (re.compile(r"^(face|voice|words) not compared"), "{0}未比较：这里没有"),
    (re.compile(r"^same pattern.*$"), "线索的搭配方式相同"),
)  # fmt: skip


def tool(name: str, language: Language) -> str:
    """Name a specialist."""
    plain = name.replace("_", " ")
    return TOOLS.get(name, plain) if language == "zh" else plain


def event(name: str, language: Language) -> str:
    """Name a movement or a sound that is asked for."""
    if language == "en":
        return name
    return MOVEMENTS[name].name if name in MOVEMENTS else EVENTS.get(name, name)


def movement(au: str, name: str, language: Language) -> str:
    """Name an action unit."""
    return MOVEMENTS[au].name if language == "zh" and au in MOVEMENTS else name


def spoken(code: str, language: Language) -> str:
    """Name a language by its code."""
    names = LANGUAGES.get(code.split("-")[0].lower())
    return names[language == "zh"] if names else code


def gap(found: Gap, language: Language) -> str:
    """Say why something is missing, and what would help."""
    parts = (quoted(found.reason).rstrip("."), quoted(found.remedy).rstrip("."))
    if language == "en":
        return ". ".join(p for p in parts if p)
    for pattern, told in _REASONS:
        if match := pattern.search(parts[0]):
            units = "、".join(
                f"{au} {MOVEMENTS[au].name}" if au in MOVEMENTS else au
                for au in _UNIT.findall(parts[0])
            )
            return told.format(*match.groups(), units=units)
    return _LEFT


def similarity(why: str, language: Language) -> str:
    """Say why a case is similar."""
    if language == "en":
        return quoted(why)
    told = [_similar(part.strip()) for part in quoted(why).split(";") if part.strip()]
    return "；".join(dict.fromkeys(t for t in told if t))


def _similar(part: str) -> str:
    for pattern, told in _WHYS:
        if match := pattern.match(part):
            known = {**_SIDES, **_AXES}
            return told.format(*(known.get(g, _category(g)) for g in match.groups()))
    return ""


def _category(word: str) -> str:
    return "、".join(taxonomy.category_word(w, "zh") for w in word.split(", "))
