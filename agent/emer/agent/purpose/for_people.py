"""The notice for the people who are analysed, to be filled in: who, what, why, and their rights.

Source   AI Act, Regulation (EU) 2024/1689, Art. 50(3); GDPR, Regulation (EU) 2016/679, Art. 13-22
         and 77. A template, no legal advice
"""

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Blanks:
    """What whoever hands the notice out must say; ``None`` leaves a blank to fill in."""

    who: str | None = None
    contact: str | None = None
    why: str | None = None
    basis: str | None = None
    recipients: str | None = None
    kept_for: str | None = None


def notice_text(blanks: Blanks, *, language: Language = "en", cache_days: int = 30) -> str:
    """Return the notice.

    Args:
        blanks: What is known of who analyses and why.
        language: Of the notice.
        cache_days: After how many days decoded sound and pictures of faces are dropped.
    """
    template, empty = _TEMPLATES[language], _EMPTY[language]
    filled = {name: getattr(blanks, name) or empty[name] for name in empty}
    return template.format(cache_days=cache_days, **filled)


_EMPTY: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "who": "[WHO: name of the person or organisation responsible]",
        "contact": "[CONTACT: address, e-mail; data protection officer if there is one]",
        "why": "[WHY: what the analysis is for]",
        "basis": "[LEGAL BASIS: e.g. your consent, which you may withdraw at any time]",
        "recipients": "[WHO ELSE RECEIVES IT: nobody, or whom]",
        "kept_for": "[HOW LONG the results are kept]",
    },
    "zh": {
        "who": "[谁：负责的个人或机构的名称]",
        "contact": "[联系方式：地址、电子邮件；如有数据保护官请一并写明]",
        "why": "[为什么：分析的目的]",
        "basis": "[法律依据：例如您的同意，您可以随时撤回]",
        "recipients": "[还有谁会收到结果：没有，或列出接收方]",
        "kept_for": "[结果保存多久]",
    },
}
_TEMPLATES: Final[dict[Language, str]] = {
    "en": """\
Notice: recordings of you are analysed for emotional expression by a machine

Who      {who}
         {contact}
What     A computer program (emer) goes through recordings in which you can be seen or heard. It
         measures movements of the face, the sound of the voice and the words that are said, and
         writes down, with times, what people show, sound like and say, and which words for
         emotions would fit. It tells the people in one recording apart. It recognises nobody, and
         does not compare you with other recordings.
Limits   It does not know what you feel, whether you tell the truth, or who you are. It is often
         wrong. Its scores are not probabilities. No decision about you may rest on it alone.
Why      {why}
Basis    {basis}
Kept     Results: {kept_for}. Decoded sound and pictures of faces: {cache_days} days at most.
Given to {recipients}
Rights   You may ask what was recorded and found about you and get a copy, have it corrected or
         erased, restrict or object to the analysis, withdraw your consent for the future, and have
         a person look at a result instead of a machine. Ask the contact above. You may complain to
         your data protection authority.
Law      This notice: EU AI Act, Art. 50(3). Your rights: GDPR, Art. 13 to 22 and 77. Inferring
         emotions at work or in education is prohibited, except for medical or safety reasons (EU
         AI Act, Art. 5(1)(f)).
""",
    "zh": """\
告知：您的录音录像将由机器分析其中的情绪表达

由谁    {who}
        {contact}
内容    一个计算机程序（emer）会处理您出现或发声的录音录像。它测量面部动作、声音和所说的话，
        并按时间记录人们表现出什么、听起来如何、说了什么，以及哪些情绪词语与之相符。它在同一段
        录像中区分不同的人，不识别任何人的身份，也不与其他录像进行比对。
局限    它不知道您的感受，不知道您是否说真话，也不知道您是谁。它常常出错。它的评分不是概率。
        任何关于您的决定都不得仅以此为依据。
目的    {why}
依据    {basis}
保存    结果：{kept_for}。解码后的声音和面部图像：最多 {cache_days} 天。
接收方  {recipients}
权利    您可以询问记录和得出了关于您的哪些内容并获得副本，要求更正或删除，限制或反对分析，撤回
        同意（对将来有效），并要求由人而不是机器来查看结果。请与上述联系人联系。您可以向数据保护
        机构投诉。
法律    本告知：欧盟《人工智能法》第 50 条第 3 款。您的权利：《通用数据保护条例》第 13 至 22 条
        和第 77 条。在工作场所或教育中推断情绪是被禁止的，出于医疗或安全原因的除外（欧盟《人工智
        能法》第 5 条第 1 款 f 项）。
""",
}
