"""The words of answers, per language: whole sentences with named slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from emer.graphs.report import Language


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences of one language."""

    space: str
    """Between sentences."""
    comma: str
    unknown: str
    lasts: str
    picture: str
    sound: str
    no_sound: str
    subtitles: str
    says: str
    more_said: str
    wordless: str
    people: str
    who: str
    heard: str
    seen: str
    linked: str
    cuts: str
    where_cuts: str
    light: str
    reads: str
    more_read: str
    apart: str
    together: str
    uncompared: str
    not_inside: str
    more_claims: str
    by_looks: str
    cannot: str
    nobody: str
    beyond: str
    where: str
    because: str

    def person(self, subject: str) -> str:
        """Name a subject."""
        return self.unknown if subject == "scene" else subject

    def joined(self, sentences: Sequence[str]) -> str:
        """Put sentences together."""
        return self.space.join(sentences)


WORDS: Final[dict[Language, Phrases]] = {
    "en": Phrases(
        space=" ", comma=", ", unknown="an unidentified speaker",
        lasts="It lasts {time} ({n} s).",
        picture="The picture has {width} x {height} pixels, {rate} a second.",
        sound="It has sound.", no_sound="It has no sound.",
        subtitles="It carries {n} subtitle track(s).",
        says="{when} {who} says {quote}",
        more_said="({n} more utterances are in the full account.)",
        wordless="Somebody speaks {n} time(s) there, but what is said is not known{why}.",
        people="{n} person(s) could be told apart:",
        who="{who} ({what}).",
        heard="heard for {n} s", seen="seen for {n} s",
        linked="voice and face belong together with a score of {n}",
        cuts="{n} hard cut(s) were found{where}.", where_cuts=" (at {times})",
        light="The mean brightness is {bright} of 1 and the colourfulness {colour}.",
        reads="{when} the picture shows the text {quote}",
        more_read="({n} more texts are in the full account.)",
        apart="What is shown, sounded and said does not fit together here:",
        together="Nothing that was measured here contradicts itself:",
        uncompared="There are not two kinds of clues here that could be compared:",
        not_inside="Whether it is meant is not something that can be measured.",
        more_claims="({n} more claims are in the full account.)",
        by_looks="(Nothing here tells people apart by sex, age or looks, so everybody who fits the "
        "time is listed.)",
        cannot="Cannot tell: nothing that was measured{where} bears on the question{why}.",
        nobody="Nobody was found to come across that way.",
        beyond="Cannot tell: the analysed part is {start} to {end}; what is asked about lies outside.",
        where=" at {when}", because=" ({reason})",
    ),
    "zh": Phrases(
        space="", comma="，", unknown="一位身份不明的说话人",
        lasts="时长 {time}（{n} 秒）。",
        picture="画面为 {width} x {height} 像素，每秒 {rate} 帧。",
        sound="有声音。", no_sound="没有声音。",
        subtitles="带有 {n} 条字幕轨。",
        says="{when}，{who}说：{quote}。",
        more_said="（另有 {n} 句话见完整报告。）",
        wordless="那里有人说了 {n} 次话，但说了什么不清楚{why}。",
        people="可以区分出 {n} 个人：",
        who="{who}（{what}）。",
        heard="说话 {n} 秒", seen="出现 {n} 秒",
        linked="声音与面孔属于同一人的评分为 {n}",
        cuts="发现 {n} 处硬切{where}。", where_cuts="（{times}）",
        light="平均亮度为 {bright}（满值 1），色彩丰富度为 {colour}。",
        reads="{when}，画面上有文字：{quote}。",
        more_read="（另有 {n} 处文字见完整报告。）",
        apart="这里的表情、声音和话语互相不一致：",
        together="这里测得的线索没有互相矛盾：",
        uncompared="这里没有两种可以互相比较的线索：",
        not_inside="是否出于真心，是无法测量的。",
        more_claims="（另有 {n} 条陈述见完整报告。）",
        by_looks="（这里不按性别、年龄或外貌区分人，所以列出该时间段内的所有人。）",
        cannot="无法判断：{where}没有测到与问题有关的内容{why}。",
        nobody="没有发现有人给人这样的印象。",
        beyond="无法判断：分析的部分是 {start} 到 {end}，所问的时刻不在其中。",
        where="在 {when} ", because="（{reason}）",
    ),
}  # fmt: skip
