"""Words that lies are told with, in English and Chinese."""

OPPOSITES = {
    "en": [
        ("positive", "negative"), ("aroused", "subdued"), ("louder", "quieter"),
        ("higher", "lower"), ("faster", "slower"), ("wide", "narrow"), ("neutral", "positive"),
    ],
    "zh": [
        ("积极", "消极"), ("激昂", "低沉"), ("更大", "更小"), ("更高", "更低"), ("更快", "更慢"),
        ("起伏很大", "起伏很小"), ("中性", "消极"),
    ],
}  # fmt: skip
"""Directions as the analyst words them, restated here so that a table of its own cannot hide one."""
DENIALS = {"en": ("not", "never", "no", "hardly"), "zh": ("不", "没有", "并未", "毫无")}
ASIDES = {
    "en": (
        "suddenly", "openly", "again", "for hours", "at the camera", "towards the door",
        "politely", "with a friend", "on purpose", "much too late",
    ),
    "zh": ("突然", "当众", "故意", "对着镜头", "和朋友一起", "又一次", "礼貌地", "在门口"),
}  # fmt: skip
SIGHTS = {
    "en": (
        "with trembling hands", "while laughing", "through tears", "with a frown", "smiles",
        "nodding twice", "with a sigh", "in a whisper", "staring at the floor", "blushing",
    ),
    "zh": ("双手发抖", "大笑", "流泪", "皱眉", "点头", "叹气", "低声耳语", "盯着地面", "微笑", "脸红"),
}  # fmt: skip
FILLERS = {"en": ("terrible", "secretly", "money", "goodbye"), "zh": ("可怕", "秘密", "钱", "再见")}
