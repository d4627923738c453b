"""What the chat says of itself: commands, waiting, keeping; in the language of the conversation.

What is said about a clip comes from ``answering``; both tables are kept in step language by language.
"""

from typing import Final

from emer.graphs.report import Language

_TOLD: Final[dict[str, dict[Language, str]]] = {
    # --- at work ---
    "looking": {"en": "looking at {name}", "zh": "正在查看 {name}"},
    "looking_again": {"en": "looking again at {when}", "zh": "正在重新查看 {when}"},
    "strangers": {
        "en": "{names}: faces that only the closer look saw; they are matched to nobody.",
        "zh": "{names}：只有再次查看时才看到的面孔，无法对应到任何人。",
    },
    "asking": {"en": "asking {name}", "zh": "正在询问 {name}"},
    "correcting": {
        "en": "asking {name} to correct {n} sentence(s)",
        "zh": "正在请 {name} 更正 {n} 句话",
    },
    "failed": {
        "en": "{name} could not answer ({why}); the built-in analyst does.",
        "zh": "{name} 未能回答（{why}）；由内置分析员回答。",
    },
    "broke_off": {
        "en": "{name} broke off ({why}); what it said so far holds, the built-in analyst goes on.",
        "zh": "{name} 中断了（{why}）；已说的部分成立，其余由内置分析员回答。",
    },
    "refused": {
        "en": "{n} sentence(s) of {name} were refused: {why}.",
        "zh": "{name} 有 {n} 句话被拒绝：{why}。",
    },
    "corrected": {
        "en": "{n} sentence(s) of {name} were refused: {why}. It was asked once more; {good} of what it "
        "then said hold(s).",
        "zh": "{name} 有 {n} 句话被拒绝：{why}。再次询问后，有 {good} 句成立。",
    },
    "starting": {"en": "starting ...", "zh": "正在启动……"},
    # --- around answers ---
    "question_cut": {
        "en": "The question is long: only its first {n} characters are read.",
        "zh": "问题太长：只读取前 {n} 个字符。",
    },
    "greeting": {
        "en": "Ask, or /help. A machine answers.",
        "zh": "请提问，或输入 /help。回答者是机器。",
    },
    "more": {"en": "({n} more: ask for more)", "zh": "（还有 {n} 句：可以问“还有吗”）"},
    "earlier": {"en": "... {n} earlier question(s)", "zh": "……之前还有 {n} 个问题"},
    "cut_off": {"en": "(the answer was cut off)", "zh": "（回答被中断）"},
    "stopped": {
        "en": "stopped; the question is kept, its answer is not; ask on",
        "zh": "已停止；问题已保留，回答没有；可以继续提问",
    },
    "stopped_unkept": {"en": "stopped; ask on", "zh": "已停止；可以继续提问"},
    "changed": {
        "en": "{name} is not the file that it was in this conversation: what was said before may not "
        "hold for it.",
        "zh": "{name} 已不是本次对话中原来的文件：之前所说的可能不再适用。",
    },
    # --- commands ---
    "about_timeline": {"en": "who shows what when", "zh": "谁在什么时候表现出什么"},
    "about_evidence": {
        "en": "what the last answer rests on, or was measured",
        "zh": "上一个回答的依据，或某处测得的内容",
    },
    "about_cases": {"en": "similar annotated cases", "zh": "相似的标注案例"},
    "about_export": {
        "en": "write the report, e.g. /export html,csv results",
        "zh": "写出报告，例如 /export html,csv results",
    },
    "about_llm": {
        "en": "who answers: rule or provider:model",
        "zh": "由谁回答：rule 或 provider:model",
    },
    "about_purpose": {"en": "what the analyses are for", "zh": "分析的用途"},
    "about_help": {"en": "what can be asked, and these commands", "zh": "可以问什么，以及这些命令"},
    "about_quit": {"en": "end the conversation; it is kept", "zh": "结束对话；内容会保留"},
    "about_quit_unkept": {
        "en": "end the conversation; without --session it is not kept",
        "zh": "结束对话；没有 --session 则不保留",
    },
    "no_command": {"en": "there is no command {name}", "zh": "没有命令 {name}"},
    "meant": {"en": "Did you mean {name}?", "zh": "是不是 {name}？"},
    "there_are": {"en": "There are: {names}.", "zh": "有：{names}。"},
    "not_in_clip": {"en": "not in this clip: {names}", "zh": "本片段中没有：{names}"},
    "no_such": {
        "en": "there is no id, moment or person {name} in {clip}",
        "zh": "{clip} 中没有编号、时刻或人物 {name}",
    },
    "no_such_remedy": {
        "en": "Name a moment, e.g. {command} 0:02, or a person, e.g. {command} P1; {clip} runs from "
        "{first} to {last}.",
        "zh": "请指定时刻，例如 {command} 0:02，或人物，例如 {command} P1；{clip} 从 {first} 到 {last}。",
    },
    "more_evidence": {
        "en": "({n} more; name a moment, e.g. /evidence 0:14)",
        "zh": "（还有 {n} 条；请指定时刻，例如 /evidence 0:14）",
    },
    "wrote": {"en": "wrote {path}", "zh": "已写出 {path}"},
    "exists": {"en": "{names} is there already", "zh": "{names} 已存在"},
    "exists_remedy": {
        "en": "Name another folder, or replace it: /export {rest} --replace.",
        "zh": "请换一个文件夹，或替换：/export {rest} --replace。",
    },
    "export_remedy": {
        "en": "Name formats and a folder that can be written, e.g. /export html,csv results.",
        "zh": "请给出格式和可写的文件夹，例如 /export html,csv results。",
    },
    "answers": {"en": "{name} answers", "zh": "由 {name} 回答"},
    "purpose": {"en": "purpose: {name}", "zh": "用途：{name}"},
    "prohibited": {
        "en": "inferring emotions {where} is prohibited in the EU ({law}), except for medical or safety "
        "reasons",
        "zh": "在欧盟，{where}推断情绪是被禁止的（{law}），出于医疗或安全原因的除外",
    },
    "prohibited_remedy": {
        "en": "If one of these is the reason, and you can show it, attest it for this conversation: "
        "/purpose {name} --attest medical, or safety.",
        "zh": "如果确是其中一种原因，并且您能证明，请为本次对话声明：/purpose {name} --attest medical（或 safety）。",
    },
    "at_workplace": {"en": "at work", "zh": "在工作场所"},
    "at_education": {"en": "in education", "zh": "在教育中"},
    "no_reason": {"en": "there is no exception {name}", "zh": "没有例外 {name}"},
    "no_purpose": {"en": "there is no purpose {name}", "zh": "没有用途 {name}"},
}
"""Sentences with named slots."""


def told(phrase: str, language: Language, /, **slots: object) -> str:
    """Return a sentence of the chat's own, filled in."""
    return _TOLD[phrase][language].format(**slots)
