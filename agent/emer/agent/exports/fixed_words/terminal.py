"""The report at a terminal and as text."""

from typing import Final

TABLE: Final[dict[str, tuple[str, str]]] = {
    "terminal.answer": ("Answer", "回答"),
    "terminal.moments": ("Moment by moment", "逐时刻"),
    "terminal.besides": ("Heard and read besides", "另外听到和读到的内容"),
    "terminal.cases": ("Similar cases (analogies, not evidence)", "相似案例（仅为类比，并非证据）"),
    "terminal.based_on": ("Based on", "所用工具"),
    "terminal.nothing": ("nothing measured stands out", "所测各项均不突出"),
    "terminal.part": ("analysed {span}", "分析部分 {span}"),
    "terminal.voice": (
        "voice {name}, heard {seconds} s in {n} utterance(s)",
        "声音 {name}，说话 {seconds} s，共 {n} 处话语",
    ),
    "terminal.face": ("face {names}", "面孔 {names}"),
    "terminal.face_seen": ("face {names}, seen {seconds} s", "面孔 {names}，出现 {seconds} s"),
    "terminal.alike": ("{one} and {other} look alike, {score}", "{one} 与 {other} 相似，{score}"),
    "terminal.linked": (
        "voice and face linked with score {score}",
        "声音与面孔属于同一人的分值为 {score}",
    ),
    "terminal.faceless": ("no face linked to this voice", "没有面孔与这个声音相连"),
    "terminal.polarity": ("labels {side} on the whole", "标签总体{side}"),
    "terminal.disagreement": ("Disagreement: {told}", "不一致：{told}"),
    "terminal.conflict": (
        "{who}, {time}: {one} and {other} lean to opposite sides in {dimension}",
        "{who}，{time}：{one}与{other}的{dimension}方向相反",
    ),
    "terminal.times": ("{told} ({n} times)", "{told}（{n} 次）"),
    "terminal.partial": (
        "Something was lost on the way, see below.",
        "途中有内容丢失，见下文。",
    ),
    "terminal.more": ("… and {n} more in the JSON report.", "……JSON 报告中另有 {n} 个。"),
    "terminal.untold": (
        "Nothing that was measured is worth a statement.",
        "测得的内容都不值得作出论断。",
    ),
    "terminal.why": ("{told}: {reason}.", "{told}：{reason}。"),
    "terminal.told": ("{told}.", "{told}。"),
    "terminal.up_to": (", score up to {score}: ", "，最高分值 {score}："),
    "terminal.similar": ("similarity {score}: {why}", "相似度 {score}：{why}"),
    "terminal.gap": (": {reason}", "：{reason}"),
    "terminal.note": ("note: {note}", "说明：{note}"),
    "terminal.dropped": (
        "{n} statement(s) did not survive verification and are not shown.",
        "{n} 条论断未通过核对，不予显示。",
    ),
    "terminal.tool": ("tool", "工具"),
    "terminal.model": ("model", "模型"),
    "terminal.findings": ("findings", "结果"),
    "terminal.seconds": ("seconds", "秒"),
    "terminal.engine": ("{model} ({engine}, revision {revision})", "{model}（{engine}，版本 {revision}）"),
    "terminal.bound": (
        "{model} ({engine}, revision {revision}, non-commercial)",
        "{model}（{engine}，版本 {revision}，非商业）",
    ),
}  # fmt: skip
