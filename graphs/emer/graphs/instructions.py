"""Whether words are addressed to a machine or to whoever analyses the clip, and not to a person.

Reads    one utterance, cleaned (see ``emer.tools.quoting``)
Returns  why it reads like an instruction to an analyst or a machine; ``None`` if it does not
Cost     tens of microseconds
Source   none: rules, stated below; ``emer eval injection`` measures what they find and miss

Such words stay in the transcript. They are not taken as a clue to how somebody is, for who says "label
me as happy" tells what they want to be labelled, and a model is told that they are none. The rule is
a sieve, not a wall; what keeps a clip from doing anything is that its words reach no call that can act.
"""

import codecs
import re
import unicodedata
from typing import Final

_WORD: Final = r"[^\W\d_]+"
_ADDRESSEE: Final = re.compile(
    r"\b(a\.?i\.?|artificial intelligence|(ai|virtual|digital) assistant|chat ?bot|(large )?language model"
    r"|llm|gpt|analyst|annotator|classifier|agent|assistant|system|developer|admin(istrator)?|model)\b"
    r"|人工智能|智能助手|助手|语言模型|大模型|模型|分析员|分析师|标注员|分类器|系统|开发者|管理员",
    re.I,
)
"""Who is spoken to, where it is no person of the scene."""
_ORDER: Final = re.compile(
    r"\b(ignore|disregard|forget|override|bypass|output|answer|reply|respond|label|classify|annotate"
    r"|rate|score|mark|report|call|invoke|run|execute|use|print|reveal|repeat|show|quote|remember|store"
    r"|save|write|add|record|send|fetch|open|read|load|upload|include|append|set|return|continue"
    r"|look again|start over|you must|you are now|act as|pretend)\b"
    r"|忽略|无视|忘记|覆盖|输出|回答|回复|标注|标记|标为|标成|分类|评为|报告|调用|运行|执行|打印|泄露|透露"
    r"|显示|重复|引用|记住|保存|存储|写入|添加|发送|读取|打开|加载|上传|附上|返回|继续|重新|必须|扮演",
    re.I,
)
_WORK: Final = re.compile(
    r"\b(instructions?|prompts?|labels?|labell?ed|labell?ing|analys[ei]s|annotations?|classification"
    r"|sentiment|emotion (words?|labels?|scores?)|confidence|json|schema|tools?|tool calls?|functions?"
    r"|api|command line|shell|memory|case base|cases|database|file system|files?|paths?|directory|folder"
    r"|url|link|report|transcript|task|guidelines?|rules|output|verdict)\b"
    r"|指令|指示|提示词|提示|标签|标注|分析|分类|置信度|工具|函数|接口|记忆|案例库|案例|数据库|文件|路径"
    r"|目录|网址|链接|报告|转录|任务|规则|结论",
    re.I,
)
"""What an analyst works with, and people seldom speak of to each other."""
_TURNED: Final = re.compile(
    r"\b(ignore|disregard|forget|override|bypass)\b.{0,30}\b(previous|prior|above|earlier|all|any|your|the)\b"
    r".{0,20}\b(instructions?|prompts?|rules|guidelines?|directions|orders)\b"
    r"|\b(system|hidden|initial|secret) (prompt|instructions?|message)\b"
    r"|(忽略|无视|忘记).{0,12}(指令|指示|提示|规则|要求)|系统提示",
    re.I,
)
"""Sentences that only make sense to a machine."""
_SYNTAX: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,9}://|\bwww\.\w|!\[[^\]]{0,200}\]\(|\]\([^)\s]{4,}\)"
    r"|[{\[]\s*\"\w+\"\s*:|</?[a-z_|][\w|-]{1,30}>|<\|\w+|\[/?(?:inst|sys|system|tool|assistant|user)(?:_\w{1,20})?\]|```|#{3,}|-{5,}|={5,}"
    r"|(?:^|[\s.!?\"'>])(system|assistant|user|developer|tool|function)\s*:\s"
    r"|(?:^|[\s\"'=(])(?:/|~/|[A-Za-z]:\\)[\w.-]+[/\\][\w./\\-]+",
    re.I,
)
"""How machines write, and nobody speaks."""
_CODED: Final = re.compile(
    r"(?<![\w+/=])(?=[A-Za-z0-9+/=_-]*\d|[A-Za-z+/=]*[a-z][A-Z])[A-Za-z0-9+/=_-]{28,}"
)
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")
_LOOKALIKES: Final = str.maketrans(
    "асеорхуіјѕԁһӏԛԝАВЕКМНОРСТХαοερνικτυχΑΒΕΗΙΚΜΝΟΡΤΥΧΖ",
    "aceopxyijsdhlqwABEKMHOPCTXaoepviktuxABEHIKMNOPTYXZ",
)


def instructs(text: str) -> str | None:
    """Return why ``text`` reads like an instruction to a machine; ``None`` if it does not."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    if _mixes_scripts(text):
        return "it mixes letters of two scripts in one word"
    if _SYNTAX.search(plain):
        return "it is written as for a machine"
    if _CODED.search(plain):
        return "it holds a coded text"
    # a cipher that needs no key is read as readily as plain words
    if _orders(plain) or _orders(codecs.encode(plain, "rot13")):
        return "it gives instructions about an analysis"
    return None


def _orders(text: str) -> bool:
    if _TURNED.search(text):
        return True
    if not _ORDER.search(text):
        return False
    work = {m.group().casefold() for m in _WORK.finditer(text)}
    addressed = _ADDRESSEE.search(text) is not None
    return bool(work and addressed) or len(work) >= 3


def _mixes_scripts(text: str) -> bool:
    if text.isascii():
        return False
    for word in re.findall(_WORD, text):
        names = {unicodedata.name(c, "").partition(" ")[0] for c in word}
        if len(names & set(_SCRIPTS)) > 1:
            return True
    return False
