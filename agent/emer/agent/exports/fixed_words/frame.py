"""Head, summary, persons and player of the page, and what all of it is joined with."""

from typing import Final

NOTICE_EN: Final = (
    "This analysis was made by a machine. It describes what people show, sound and say, not what "
    "they feel; scores are not probabilities. Whoever uses it on people must tell them (EU AI Act, "
    "Art. 50(3)); inferring emotions at work or in education is prohibited (Art. 5(1)(f))."
)
"""The notice of every report; one that says something else is shown as it is."""
NOTICE_ZH: Final = (
    "本分析由机器完成。它描述人们表现出、听起来和说出的内容，而不是他们的感受；分值不是概率。凡将其用于人"
    "者，必须告知当事人（欧盟《人工智能法》第 50 条第 3 款）；禁止在工作场所或教育中推断情绪（第 5 条第 1 款 "
    "f 项）。"
)
TABLE: Final[dict[str, tuple[str, str]]] = {
    "comma": (", ", "、"),
    "clause": ("; ", "；"),
    "colon": (": ", "："),
    "space": (" ", ""),
    "brand": ("emotion analysis with evidence", "有据可查的情绪分析"),
    "skip": ("Skip to the explanation", "跳到解释"),
    "theme.label": ("Colours: {name}", "配色：{name}"),
    "theme.of_system": ("as the system", "跟随系统"),
    "theme.system": ("system", "系统"),
    "theme.light": ("light", "浅色"),
    "theme.dark": ("dark", "深色"),
    "media.video": ("video", "视频"),
    "media.audio": ("audio", "音频"),
    "media.image": ("image", "图片"),
    "head.long": ("<span class=\"num\">{time}</span> long", "时长 <span class=\"num\">{time}</span>"),
    "head.part": ("analysed <span class=\"num\">{span}</span>", "分析部分 <span class=\"num\">{span}</span>"),
    "head.date": ("analysed on <time datetime=\"{exact}\">{date}</time>", "分析于 <time datetime=\"{exact}\">{date}</time>"),
    "head.partial": ("partial: something was lost, <a href=\"#limits\">see below</a>", "不完整：有内容丢失，<a href=\"#limits\">见下文</a>"),
    "head.complete": ("analysis complete", "分析完整"),
    "head.bound": ("non-commercial use only: {tools}", "仅限非商业用途：{tools}"),
    "head.no_script": (
        "Scripts are off: the explanation can be read, but the player, the timeline and the evidence need them.",
        "脚本已关闭：解释可以阅读，但播放器、时间线和证据需要脚本。",
    ),
    # in short
    "short.title": ("In short", "概要"),
    "short.question": ("Question", "问题"),
    "short.unanswered": (
        "The question could not be answered from what was measured.",
        "根据测得的内容无法回答这个问题。",
    ),
    "short.nobody": ("Nobody was seen or heard in person.", "没有看到或听到任何人。"),
    "short.conflict": (
        "{who}: {one} and {other} lean to opposite sides in {dimension}",
        "{who}：{one}与{other}的{dimension}方向相反",
    ),
    "short.more_conflicts": (
        "… and {n} more disagreement{s}, marked in the timeline.",
        "……另有 {n} 处不一致，标在时间线上。",
    ),
    # which way it points
    "polarity.title": ("Overall polarity", "总体极性"),
    "polarity.main": ("main subject", "主要人物"),
    "polarity.main_about": (
        "The person of whom the most clues hold; labels are mainly about them.",
        "成立的线索最多的人；标签主要针对此人。",
    ),
    "polarity.no_main": (
        "No main subject: there is no clue that holds about anybody in particular.",
        "没有主要人物：没有针对具体某人的成立的线索。",
    ),
    "polarity.main_is": ("Main subject: {who}.", "主要人物：{who}。"),
    "polarity.shares": (
        "labels' scores: {shares}",
        "标签分值：{shares}",
    ),
    "polarity.share": ("{score} {side}", "{side} {score}"),
    "polarity.from": ("told from {n} label{s}:", "依据 {n} 个标签："),
    "polarity.more": ("and {n} more, below", "另有 {n} 个，见下文"),
    "polarity.abstains": (
        "{who}: abstains, no label of this person holds.",
        "{who}：不判定，此人没有成立的标签。",
    ),
    "polarity.abstains_all": (
        "Abstains: no label of anybody holds, so nothing points either way.",
        "不判定：没有任何人的标签成立，因此没有方向可言。",
    ),
    "polarity.unplaced": (
        "{who}: abstains, no table places the labels on a side.",
        "{who}：不判定，没有词表能确定这些标签的方向。",
    ),
    "polarity.about": (
        "Which way the labels point, weighed by their scores; a share is not a probability. Each label opens what it rests on.",
        "标签所指的方向，按分值加权；所占份额不是概率。点击标签可打开其依据。",
    ),
    # persons
    "persons.title": ("Persons", "人物"),
    "persons.seen": ("Seen in the picture.", "出现在画面中。"),
    "persons.more": ("and {n} more", "另有 {n} 个"),
    "persons.key": (
        "Beside each label: its score, 0\u20131, for how well the evidence supports it; the bar tells how strongly it is shown.",
        "每个标签旁：分值（0\u20131）表示证据的支持程度；横条表示表现得多强烈。",
    ),
    "persons.face": ("Face of {who}", "{who} 的面孔"),
    "persons.heard_in": ("Heard {seconds} s, in {n} utterance{s}.", "说话 {seconds} s，共 {n} 处话语。"),
    "persons.seen_for": ("Seen {seconds} s.", "出现 {seconds} s。"),
    "persons.unseen": (
        "{seconds} s of speech without the face in the picture.",
        "有 {seconds} s 说话时面孔不在画面中。",
    ),
    "persons.faceless": ("No face is linked to this voice.", "没有面孔与这个声音相连。"),
    "persons.voice": ("voice {name}", "声音 {name}"),
    "persons.no_voice": ("no voice", "无声音"),
    "persons.faces": ("faces {names}", "面孔 {names}"),
    "persons.no_face": ("no face", "无面孔"),
    # player
    "player.video": ("Clip", "片段"),
    "player.audio": ("Recording", "录音"),
    "player.image": ("Picture", "图片"),
    "player.alt": ("The analysed picture", "所分析的图片"),
    "player.absent": ("The clip is not part of this page.", "片段不在本页中。"),
    "player.choose": ("Choose the clip", "选择片段"),
    "player.expected": (
        "It is opened on this device only and sent nowhere. Expected: <span dir=\"auto\">{name}</span>, {size} bytes.",
        "只在本设备上打开，不会发送到任何地方。应为：<span dir=\"auto\">{name}</span>，{size} 字节。",
    ),
    "dock.label": ("Current moment", "当前时刻"),
    "panel.close": ("Close the evidence", "关闭证据"),
    "footer.report": ("report schema {schema} · file {sha}… (SHA-256)", "报告模式 {schema} · 文件 {sha}… (SHA-256)"),
    "notice": (NOTICE_EN, NOTICE_ZH),
}  # fmt: skip
