"""Action units in Chinese: names after FACS, and what a face does, as a clause of its own."""

from typing import Final

from emer.graphs.rule.language.tables import Movement

MOVEMENTS: Final[dict[str, Movement]] = {
    "AU1": Movement("内侧眉毛上提", "内侧眉毛{degree}上提"),
    "AU2": Movement("外侧眉毛上提", "外侧眉毛{degree}上提"),
    "AU4": Movement("皱眉", "双眉{degree}紧皱下压"),
    "AU5": Movement("上眼睑上抬", "双眼{degree}睁大"),
    "AU6": Movement("脸颊抬起", "脸颊{degree}抬起"),
    "AU7": Movement("眼睑收紧", "眼睑{degree}收紧"),
    "AU9": Movement("皱鼻", "鼻子{degree}皱起"),
    "AU10": Movement("上唇上抬", "上唇{degree}抬起"),
    "AU11": Movement("鼻唇沟加深", "鼻唇沟{degree}加深"),
    "AU12": Movement("嘴角上提", "嘴角{degree}上提"),
    "AU13": Movement("嘴角上提鼓腮", "嘴角{degree}上提、两腮鼓起"),
    "AU14": Movement("嘴角收紧", "嘴角{degree}收紧"),
    "AU15": Movement("嘴角下拉", "嘴角{degree}下拉"),
    "AU16": Movement("下唇下拉", "下唇{degree}下拉"),
    "AU17": Movement("下巴上推", "下巴{degree}上推"),
    "AU18": Movement("撅嘴", "嘴唇{degree}撅起"),
    "AU20": Movement("嘴唇横拉", "嘴唇{degree}横向拉开"),
    "AU22": Movement("嘴唇外翻", "嘴唇{degree}外翻"),
    "AU23": Movement("嘴唇收紧", "嘴唇{degree}收紧"),
    "AU24": Movement("嘴唇紧压", "双唇{degree}压紧"),
    "AU25": Movement("双唇分开", "双唇分开"),
    "AU26": Movement("下颌下落", "下颌下落"),
    "AU27": Movement("嘴巴大张", "嘴巴{degree}张开"),
    "AU28": Movement("嘴唇内吸", "嘴唇{degree}内吸"),
    "AU41": Movement("眼睑下垂", "眼睑{degree}下垂"),
    "AU42": Movement("眼睛眯成缝", "眼睛{degree}眯成缝"),
    "AU43": Movement("眼睛闭合", "双眼闭合或下垂"),
    "AU44": Movement("眯眼", "眼睛{degree}眯起"),
    "AU45": Movement("眨眼", "眨眼"),
    "AU46": Movement("单眼眨动", "单眼眨动"),
}
