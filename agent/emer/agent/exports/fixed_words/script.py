"""What the page's scripts say; all of it goes into the page's data, less ``script.``."""

from typing import Final

TABLE: Final[dict[str, tuple[str, str]]] = {
    "script.comma": (", ", "，"),
    "script.clause": ("; ", "；"),
    "script.colon": (": ", "："),
    "script.go": ("Go to {time}", "跳到 {time}"),
    "script.pitch": ("pitch, {low}\u2013{high} Hz", "音高，{low}\u2013{high} Hz"),
    "script.not_there": ("This evidence is not in the report.", "报告中没有这项证据。"),
    "script.score": ("score {score}", "分值 {score}"),
    "script.confidence": ("confidence {score}", "置信度 {score}"),
    "script.source": (
        "Measured by {tool}, engine {engine}, model {model}, revision {revision}, on {device} · in the data: {id}",
        "测量工具 {tool}，引擎 {engine}，模型 {model}，版本 {revision}，运行于 {device} · 在数据中：{id}",
    ),
    "script.source_of": ("{source} of {subject}", "{source}，属于 {subject}"),
    "script.hypothesis": ("a possible cause, not measured", "可能的原因，并非测得"),
    "script.numbers": ("What it says in numbers", "用数字表示"),
    "script.rests": ("Rests on", "依据"),
    "script.evidence": ("Evidence", "证据"),
    "script.evidence_n": ("Evidence, {n} pieces", "证据，{n} 项"),
    "script.statement": ("Statement {id}", "论断 {id}"),
    "script.holds": (" (it holds {codecs})", "（其中为 {codecs}）"),
    "script.not_here": (
        "The clip is not where this page expects it ({link}), or this browser cannot play it. Choose it by hand.",
        "片段不在本页预期的位置（{link}），或此浏览器无法播放。请手动选择。",
    ),
    "script.unplayable": (
        "This browser cannot play this file{holds}. The analysis below is complete all the same; another browser, or a copy of the clip as MP4 with H.264, may play.",
        "此浏览器无法播放该文件{holds}。下面的分析仍然完整；换一个浏览器，或将片段转为 H.264 的 MP4，也许可以播放。",
    ),
    "script.sound_only": (
        "This browser plays only the sound of this clip{holds}. Another browser shows its picture too, and so does the film that \"emer export --format overlay\" writes.",
        "此浏览器只能播放该片段的声音{holds}。其他浏览器可以显示画面，\"emer export --format overlay\" 写出的影片也可以。",
    ),
    "script.captions": ("Utterances", "话语"),
    "script.other_name": ("its name is {found}, not {wanted}", "文件名是 {found}，而不是 {wanted}"),
    "script.other_size": (
        "it has {found} bytes, not {wanted}",
        "大小为 {found} 字节，而不是 {wanted}",
    ),
    "script.other_file": (
        "This may be another file than the one that was analysed: {odd}.",
        "这可能不是所分析的文件：{odd}。",
    ),
    "script.same_file": ("This is the file by name and size.", "文件名和大小与所分析的文件一致。"),
    "script.says": ("{who} says “{text}”", "{who} 说“{text}”"),
    "script.speaks": ("{who} speaks", "{who} 在说话"),
    "script.shows": ("{who} shows: {labels}", "{who} 表现出：{labels}"),
    "script.silence": ("nobody speaks", "无人说话"),
    "script.play": ("Play", "播放"),
    "script.pause": ("Pause", "暂停"),
}  # fmt: skip
