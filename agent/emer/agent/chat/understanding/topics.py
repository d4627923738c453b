"""What face, voice and words cannot tell of anybody, and what is no question about a clip.

Only the question is read. A topic is refused shortly, with what can be told instead.
"""

import re
from typing import Final, Literal

from emer.agent.chat.understanding.slots import QUOTED

Topic = Literal[
    "advice", "truth", "bond", "diagnosis", "fitness", "age", "sex", "name", "origin", "inside",
    "looks", "gesture", "place", "future",
]  # fmt: skip
_BODY: Final = r"(?:s?he|they|p\d+|spk_\d+|(?:the|this|that) (?:\w+ )?(?:wom[ae]n|m[ae]n|girl|boy|lady|guy|person|speaker|one)|any(?:one|body)|some(?:one|body))"
_WHOM: Final = r"(?:him|her|them|me|each other|p\d+|spk_\d+|(?:the|this|that) (?:wom[ae]n|m[ae]n|girl|boy|lady|guy|person|speaker|one|other))"


def _rule(english: str, chinese: str) -> "re.Pattern[str]":
    return re.compile(rf"(?:{english})|(?:{chinese})", re.IGNORECASE)


_PATTERNS: Final[tuple[tuple[Topic, "re.Pattern[str]"], ...]] = (
    ("advice", _rule(
        r"\b(what|how) (should|can|could|would|shall|do|must) (i|we|one) (best )?(say|answer|reply|tell|respond|react|comfort|help|calm|console|cheer|talk|deal|handle|approach|treat|apologi[sz]e|behave)\b"
        r"|\bhow (would|should|could|do) you (comfort|help|respond|reply|answer|calm|console|handle|cheer)\b|\bwho should\b|\bshould (s?he|they|p\d+|anyone|somebody)\b|\bshould (i|we) (?!hire|employ|trust|believe|promote|fire)\w+|\b(write|draft|suggest|give) (me |us )?(a |an |the |some )?(\w+ )?(reply|answer|response|advice|message)\b|\bwhat('s| is) the best (reply|answer|response|way)\b",
        r"(我|我们)(该|应该|应当|要|可以)?(怎么|如何|说什么|做什么|回(什么|答什么)).{0,8}|(怎么|如何|怎样)(安慰|回复|回应|劝|哄|帮助?)|给.{0,4}建议")),
    ("fitness", _rule(
        r"\b(hire|hiring|hired|employ|recruit|promote|fire) (him|her|them|this|that|p\d+|the)\b|\bshould (i|we|they) (hire|employ|trust|believe|promote|fire)\b|\bworth hiring\b|\bwould you (trust|hire|marry|date|believe|vote)\b|\b(good|suitable|right|strong|bad|weak) (\w+ )?(candidate|employee|worker|student|boss|leader|manager|partner|teacher|parent|mother|father)\b"
        r"|\b(suited|suitable|fit|qualified) for\b|\b(intelligen\w+|clever(er|est)?|smart(er|est)?|competent|stupid)\b|\bpersonality\b|\bintrovert\w*|\bextrovert\w*|\bhow (rich|poor|educated|successful)\b|\ba (good|bad|nice|kind|evil|dangerous) (person|man|woman|guy)\b",
        r"录用|录取|雇用?|聘用?|解雇|开除|升职|(适合|胜任).{0,6}(工作|岗位|职位)|性格|人品|聪明|智商|能力(强|如何|怎)|好人|坏人|(是|算)个?(好|坏|合格)")),
    ("diagnosis", _rule(
        r"\bdepress(ion|ive|ed)\b|\bautis\w+|\badhd\b|\bbipolar\b|\bnarciss\w+|\b(psycho|socio)path\w*|\bmental(ly)? (ill\w*|health|disorder\w*|sick)\b|\bdisorders?\b|\bdiagnos\w+|\bdementia\b|\bptsd\b|\bschizo\w+|\btraumati[sz]ed\b|\b(drunk|intoxicated|on drugs|stoned)\b|\bsuicid\w+|\b(is|are|was|were|look|looks|seem|seems) .{0,12}\b(ill|sick|unwell|pregnant)\b|\b(anxiety|panic|eating) (disorder|attack)s?\b|\bburn ?out\b",
        r"抑郁|自闭|多动症|躁郁|双相|精神病|精神分裂|(心理|精神|神经)(疾病|障碍|问题|健康)|焦虑症|恐慌症|诊断|痴呆|喝醉|醉了|吸毒|自杀|生病|怀孕|人格障碍")),
    ("truth", _rule(
        r"\bly?ing\b(?! (on|in|down|there))|\bliars?\b|\b(tell|tells|telling|told|speak|speaking) (\w+ )?(the |a )?(truth|lies?)\b|\b(is|are|was|were) .{0,20}\b(honest|truthful|deceptive|deceiving|trustworthy|dishonest)\b|\b(is|are|was|were) .{0,20}\b(guilty|innocent)\b|\bis (it|that|this|what .{1,20} says?) (really )?true\b|\b(do|does|did) .{1,16}\blie\b"
        r"|\bcheat(ing|ed|s)?\b|\b(did|has|have) .{1,16}\b(really )?(do it|done it|steal|stolen|kill|killed|commit\w*)\b|\bwho('s| is) (right|wrong|to blame|guilty|at fault)\b|\bwhose fault\b|\bmanipulat\w+",
        r"撒谎|说谎|谎话|骗(人|他|她|我)|说(的(话)?是)?(真话|实话|假话)|(说的|这)是真的吗|诚实|老实|有罪|无辜|出轨|是谁的错|谁的错|谁对谁错|操纵")),
    ("bond", _rule(
        rf"\b{_BODY}\b.{{0,14}}\b(love|hate|like|trust|respect|miss|need|fancy|despise|adore)s? (still )?{_WHOM}\b|\bin love\b|\b(are|is) {_BODY} (\w+ )?(married|a couple|couple|dating|friends|related|siblings|family|lovers|colleagues|strangers|single|divorced)\b|\b(flirting|attracted to)\b|\b(are|is) .{0,20}\b(brothers?|sisters?|twins|husband|wife|boyfriend|girlfriend|mother and|father and|parent and|spouses?|best friends|enemies)\b"
        r"|\b(what is|what's|how is|which) (the|their) relation(ship)?\b|\bhow (are|do) they (related|know each other)\b|\bwill they (break up|stay together|divorce)\b",
        r"爱(着)?(他|她|对方|上|我|P\d)|相爱|喜欢(他|她|对方|P\d)|恨(他|她|对方|P\d)|信任(他|她|对方|P\d)|夫妻|恋人|情侣|恋爱|(什么|啥)关系|结婚|离婚|暧昧")),
    ("age", _rule(
        r"\bhow (old|young)\b|\bwhat age\b|\b(his|her|their|p\d+'s|the) age\b|\b(is|are) .{0,16}\b(old|young|elderly|adults?|minors?|teenagers?|under ?age)\b|\bwho is (older|younger|the oldest|the youngest)\b",
        r"多大(年纪|年龄|岁数|了)|几岁|多少岁|年龄|年纪|岁数|成年|谁更?(年长|年轻|老)")),
    ("sex", _rule(
        r"\b(a )?(man|male|boy|guy) or (a )?(woman|female|girl|lady)\b|\b(a )?(woman|female|girl) or (a )?(man|male|boy)\b|\bgenders?\b|\bwhat sex\b|\b(his|her|their|p\d+'s) sex\b|\bis (p\d+|spk_\d+|that|this|it|the \w+) (a )?(m[ae]n|wom[ae]n|male|female|boy|girl)\b|\btransgender\b",
        r"男的?还是女|女的?还是男|性别|是(男|女)(的|人|性|生|孩)?[吗？?]|男是女")),
    ("name", _rule(
        r"\bwhat('?s| is| are| was| were)? .{0,16}\bnames?\b(?! of the (file|clip|video))|\b(his|her|their|p\d+'s) (real |full |last |first )?names?\b|^\W*who('s| is| are) (he|she|they|this|that|these|those|p\d+|spk_\d+)( really| actually)?\W*$|\bidentit(y|ies)\b|\bidentify (him|her|them|the (person|speaker|people))\b|\b(famous|celebrit\w+|politician|actors?|actress)\b|\b(his|her|their|p\d+'s) (job|profession|occupation|income|salary|address|phone( number)?|hobb(y|ies)|education)\b|\bfor a living\b|\bwhat (is|are) (he|she|they) called\b|\bdo you (know|recogni[sz]e) (him|her|them|who)\b",
        r"叫什么|名字|姓名|贵姓|姓什么|真名|身份|(他|她|这|那|P\d+)(人)?是谁[？?]?$|认识(他|她)|明星|名人|演员|职业|(做|干)什么工作|收入")),
    ("origin", _rule(
        r"\brac(e|ial)\b|\bethnic\w*|\bnationalit\w+|\bskin colou?r\b|\breligio\w+|\bwhich country\b.{0,20}\bfrom\b|\bwhere (is|are|was|were|does|do|did) (?!you\b).{1,16}\b(come )?from\b|\b(is|are) (p\d+|s?he|they|the \w+) (originally )?from\b|\baccent\b|\bpolitical\w*|\bsexual orientation\b|\b(gay|lesbian|homosexual|heterosexual)\b|\b(is|are) .{0,14}\b(asian|european|african|american|chinese|black|white|foreign\w*|immigrants?|jewish|muslim|christian)\b",
        r"种族|人种|民族|国籍|哪国人|哪里人|哪儿人|肤色|宗教|信仰|口音|政治|性取向|同性恋")),
    ("inside", _rule(
        r"\b(really|truly|actually|secretly|honestly) (feel\w*|think\w*|want\w*|felt)\b|\bdeep down\b|\b(feel\w*|felt|feelings?) inside\b|\binner (feelings?|life|thoughts?|state|world)\b|\b(true|real|inner|hidden|secret) (feelings?|emotions?|thoughts?|intentions?)\b(?! or)|\bwhat (is|are|was|were) .{1,16}\bthinking\b"
        r"|\bwhat (does|do|did) .{1,16}\b(think|want|intend|believe|know)\b(?! so)|(his|her|their|p\d+'s) (thoughts?|intentions?|motives?|plans?)\b|\bread (his|her|their) minds?\b|\bsubconscious\w*",
        r"内心|心里(在)?(想|怎么)|真(正|实)的?(感受|想法|情绪|情感|感觉)|到底(怎么|在)想|在想(什么|啥)|想(要)?(什么|干什么|干嘛)|意图|动机|潜意识")),
    ("looks", _rule(
        r"\b(beautiful|handsome|ugly|attractive|good[- ]looking|tall|fat|overweight|skinny|blonde?|bald)\b|\b(is|are|looks?) (s?he|they|p\d+|the \w+) (pretty|cute|hot|thin|short|big)\W*$|\bhow (tall|heavy|big) (is|are) (s?he|they|p\d+)\b|\b(hair|clothes|clothing|outfit|glasses|beard|shirt|dress|jacket)\b|\blooks? (alike|similar|the same)\b|\bwear(s|ing)?\b|\beye colou?r\b",
        r"漂亮|好看|帅|美吗|丑|多高|身高|胖|瘦|穿(着|的|什么)|衣服|头发|戴(着|眼镜)|长(得|相)")),
    ("gesture", _rule(
        r"\bbody language\b|\bgestur\w*|\bpostures?\b|\b(nod|shrug|hug|wav(?:e|ing)|point(?:s|ing) (?:at|to)|clap|shak(?:e|ing) (?:\w+ )?head|roll\w* (?:\w+ )?eyes|cross\w* (?:\w+ )?arms|kiss|touch|hold\w* hands|stand(?:s|ing)? up|sit(?:s|ting)? down|walk(?:s|ing)? (?:away|in|out|off))(?:s|es|ed|ding|ging|ping|ing)?\b",
        r"肢体|手势|姿势|姿态|点头|摇头|耸肩|拥抱|挥手|鼓掌|翻白眼|握手|亲吻|站起来|坐下|走(开|过来|出去)")),
    ("place", _rule(
        r"\b(where|when|who|by whom|which year|what year) (was|were|is|has|did|made|shot|filmed|recorded) .{0,24}\b(filmed|recorded|shot|taken|made|produced|record|film|upload\w*|broadcast)\b|\bwho (filmed|recorded|shot|made|directed)\b|\bwhere (is|was) (this|it|that|the (clip|video|scene))\W*$|\bwhere (is|are|was|were) (they|these people|we|p\d+|s?he)\W*$|\bwh(at|ich) (city|country|town|building|film|movie|show|series|year|room)\b|\bwhere does (it|this|that|the (scene|clip|video)) take place\b",
        r"在(哪(里|儿)?|什么地方)(拍|录|发生)|拍摄(地|于|时间|地点)|什么时候(拍|录制|录的)|谁(拍|录)(的|了)|哪(个|座)(城市|国家)|(什么|哪)部?(电影|电视剧)|他们在哪")),
    ("future", _rule(
        rf"\bwill {_BODY}\b|\bwhat will\b|\bhow will\b|\b(tomorrow|next (week|month|year))\b(?=.*\?|$)(?!.*\b(say|said|says|mention\w*)\b)|\bgoing to happen next\b|\bpredict\w*|\bforecast\b",
        r"(以后|将来|未来|明天|下一步).{0,6}会|会不会(再|分手|离开|原谅)|预测")),
)  # fmt: skip


_SAID: Final = re.compile(
    r"\b(say|says|said|saying|mention\w*|talk\w* about|transcript)\b|提到|说(到|了|起)|「|“|\"",
    re.I,
)
_NOT_OF_WORDS: Final = frozenset(
    {"gesture", "name", "fitness", "diagnosis", "origin", "place", "future", "age"}
)


def topic_of(text: str) -> Topic | None:
    """Return what a question wants to know that nothing here can tell, if it does.

    A question for words that were said is none of these, whatever the words are.
    """
    text = QUOTED.sub("“”", text)
    for topic, pattern in _PATTERNS:
        if pattern.search(text) and not (topic in _NOT_OF_WORDS and _SAID.search(text)):
            return topic
    return None
