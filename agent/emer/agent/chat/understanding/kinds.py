"""Which kind of question it is, by rules: one pattern each, English and Chinese, first match wins.

Only the question is read; nothing that was said or shown in the media reaches these rules.
"""

import re
from typing import Final, Literal, get_args

Kind = Literal[
    "help", "cases", "gaps", "sure", "without", "why_not", "why", "across", "compare", "said",
    "length", "people", "change", "reaction", "sincere", "moment", "when", "who", "face", "voice",
    "words", "scene", "screen_text", "media", "happened", "feels",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


def _rule(english: str, chinese: str) -> "re.Pattern[str]":
    return re.compile(rf"(?:{english})|(?:{chinese})", re.IGNORECASE)


_PATTERNS: Final[tuple[tuple[Kind, "re.Pattern[str]"], ...]] = (
    ("help", _rule(
        r"^\W*help\W*$|\bwhat (can|may|could|should) (i|we|you) (ask|do|answer|tell me)\b"
        r"|\bwhat (kinds?|sorts?) of questions\b|\bhow do i use\b",
        r"(能|可以)(问|回答)(些|你)?什么|怎么用|^\W*帮助\W*$")),
    ("cases", _rule(
        r"\b(similar|comparable|like) (\w+ )?(cases?|examples?|situations?|scenes?)\b|\bprecedents?\b"
        r"|\banalog(y|ies|ous)\b|\b(seen|known?|have|had) (\w+ ){0,3}(like (this|that|it)) before\b"
        r"|\bremind(s|ed)? you of\b|\bannotated cases?\b|\b(cases?|examples?) (like|similar)\b",
        r"(类似|相似|相像)的?(案例|例子|情况|情形|片段)?|案例|以前见过|想起")),
    ("sure", _rule(
        r"\bhow (sure|certain|confident|reliable|solid|safe|much (do|can) (you|i|we) (trust|believe))\b"
        r"|\b(are|r) you (really |quite |that )?(sure|certain|confident)\b|\bhow far can (i|we|it) \w+ (be )?(trust|believ|rel)\w*"
        r"|\b(can|should|may) (i|we|one) (trust|believe|rely)\b|\bconfidence\b|\bhow good is (the|that|this) evidence\b"
        r"|\b(is|was) (that|this|it) (certain|sure|reliable)\b|\bdo you really\b|\bwhat else (could|might|can|may)\b|\b(other|alternative) (readings?|explanations?|possibilit\w+|interpretations?)\b|\balternatives\b|^\W*(really|sure|certain)\W*$",
        r"(有)?多(大)?(确定|肯定|把握|可靠|可信)|(你)?(确定|肯定)吗|可信吗|靠谱吗?|可靠吗|置信度|把握")),
    ("without", _rule(
        r"\b(if|imagine|suppose|assum\w+|pretend)\b.{0,40}\b(muted?|deaf|blind|no (sound|audio|voice|picture|image|video|words|face)s?"
        r"|off|without|silent|ignored?|left out|did(n['\u2019]?t| not) (hear|see)|could(n['\u2019]?t| not) (hear|see)|missing|gone)\b"
        r"|\b(without|with no|ignor\w+|leav\w+ out|apart from|not counting|disregard\w+|minus|muting|drop\w*)\b.{0,25}\b(sounds?"
        r"|audio|voices?|tone|hearing|pictures?|images?|video|faces?|seeing|words|text|transcript|subtitles)\b(?!.*\bwhy\b)"
        r"|\b(only|just|solely)\b.{0,12}\b(by|from|on|with|the)\b.{0,12}\b(sounds?|audio|voices?|pictures?|images?|video|faces?|words|text)\b"
        r"|\b(sound|audio|picture|video|image)s? (is |was |were |had been )?(turned |switched )?off\b|\bmuted\b",
        r"(如果|假如|要是|假设).{0,8}(没有|关(掉|了)|去掉|听不到|看不到|不看|不听|静音)"
        r"|(没有|关掉|去掉|忽略|不考虑|不看|不听|除去|抛开)(了)?(声音|音频|语气|嗓音|画面|图像|视频|脸|面部|表情|话|文字|字幕|语言)"
        r"|只(看|听|凭|靠|用)(画面|声音|文字|表情|脸|话|字幕)|静音")),
    ("gaps", _rule(
        r"\b(could|can|did|do|was|were|is|are)(n['\u2019]?t| not) (you )?(\w+ )?(see|hear|read|measured?|seen|heard|analy[sz]ed?"
        r"|look(ed)? at|tell)\b(?! (if|whether))|\b(what|anything) (\w+ )?(is|was|'s|are|were)? ?(missing|left out|skipped|lost)\b"
        r"|\bgaps?\b|\bblind spots?\b|\blimit(s|ations?)\b|\bwhat (do|did) you not (know|see|hear)\b"
        r"|\bwhat could you not\b|\bwhat (don['\u2019]?t|didn['\u2019]?t) you know\b",
        r"(没有?|没能|未能?|无法|不能)(看到|看见|听到|听见|测到?|测量|分析|读到)|缺(了|少|失)?(什么|哪些)"
        r"|(有|是)?哪些(缺口|空白|局限|限制)|局限|遗漏|漏(掉|了)|缺口|空白")),
    ("why_not", _rule(
        r"\bwhy (not\b|(is|are|was|were|does|do|did|would|could|should)(n['\u2019]?t| (\w+ ){0,4}not)\b)"
        r"|\bhow come (\w+ ){0,5}(not|isn['\u2019]?t|aren['\u2019]?t|wasn['\u2019]?t|doesn['\u2019]?t)\b|\bwhy .{1,40}\b(and|but|rather than|instead of) (not )?\w+"
        r"|\b(could|might|can)(n['\u2019]?t)? (it|this|that|he|she|they|p\d+|spk_\d+) (not )?(also )?(be|have been|simply be)\b"
        r"|\bwhat (speaks|is|argues|tells) against\b|\bwhat rules out\b",
        r"为(什么|何)(不|没|并?非)|怎么(就)?(不是|没有)|(会不会|有没有可能|难道不?)是?|什么(反对|排除)|为什么是?.{1,8}而不是")),
    ("why", _rule(
        r"\bwhy\b|\bhow come\b|\bwhat (makes|made|led|leads|causes?|caused|triggers?|triggered|brought|prompted)\b|\bhow (do|can|did|could) (you|one|we) (know|tell|see|conclude)\b"
        r"|\b(evidence|grounds?|reasons?|basis|proof|support) (for|of|behind|is there)\b|\bthe (evidence|proof)\b|\bbased on\b|\bwhat for\b|\bexplain (that|this|it|why)\b"
        r"|\bbecause of what\b|\bon what\b|\bwhat (is|was|'s) the (reason|evidence|cause|trigger)\b|\bwhat speaks for\b|\bjustify\b|\bprove (it|that)\b",
        r"为什么|为何|怎么(会)?知道|凭什么|(有)?什么(依据|根据|证据|原因|理由)|依据是|何以见得|怎么(看|得)出|起因|因为什么")),
    ("across", _rule(
        r"\b(in )?which (one )?(of )?(the |these |those )?(\w+ )?(clips?|videos?|files?|recordings?)\b|\b(across|in all|in both|over all|through all|in every|in each)"
        r" (of )?(the |these )?(clips?|videos?|files?|recordings?|of them)\b|\b(all|both|every|each) (the |these )?(clips?|videos?)\b|\bcompare (the )?(two |three )?(clips|videos)\b",
        r"(哪|哪一|哪几)(个|段|条|部)(视频|片段|录像|短片|文件)|(所有|两个|两段|各个|每个|全部)(视频|片段|录像|短片)")),
    ("compare", _rule(
        r"\bcompar\w+|\bdiffer\w*|\bversus\b|\bvs\.?\b|\b(more|less|\w{3,}er) (\w+ )?than\b|\b(who|which (one|person|of them|of the two|of both)|whose)\b(?!.*\b(talk|speak)s?\b).{0,30}\b(more|most|less|least)\b"
        r"|\b(who|which (one|person|of them|of the two|of both)|whose)\b.{0,30}\b(angri|happi|sadd|calm|loud|quiet|friendli|tens|upsett)(er|est)\b"
        r"|\b(the )?same (way|as|mood|emotion)\b|\b(alike|in common|contrast)\b|\bboth of them\b.*\b(feel|sound|look|seem)",
        r"比较|对比|相比|区别|不同|差别|差异|一样吗|谁(更|最)|哪(个|位)(人)?(更|最)|比.{1,6}(更|还)")),
    ("words", _rule(
        r"\bwords?\b.{0,25}\b(express|positive|negative|friendly|kind|rude|hostile|mean|sentiment)\w*|\bsentiment\b|\bwording\b|\bchoice of words\b|\bare the words\b|\bare .{1,15}['\u2019]s? words\b",
        r"用词|措辞|话里|字里行间|言辞")),
    ("screen_text", _rule(
        r"\bon[- ]?screen (text|words|writing)|\b(text|writing|letters) (\w+ ){0,3}(on|in) (the )?(screen|picture|image|video|frame)|\b(is|was|are|were) written\b|\b(sign|caption|title|banner|screen|poster)s? (say|says|read|reads|show|shows)\b|\bread(able)? (text|signs?)\b",
        r"屏幕上|画面(上|里|中)的?(字|文字)|写着|写了什么|标题(是|写)")),
    ("sincere", _rule(
        r"\bfak\w+|\bpretend\w*|\bsincer\w+|\bgenuine\w*|\binsincer\w*|\b(really )?mean(s|t)? (it|that|what)\b|\b(forced|masked|mask\w*|posed|put[- ]on)\b|\bhid(e|es|ing|den)\b|\bsarcas\w*|\biron(y|ic|ically)\b|\bhonest\w*|\bly?ing\b(?! on)|\blies\b|\bcontradict\w*"
        r"|\b(fits?|go(es)?|match\w*|agree) together\b|\b(face|voice|words).{1,30}(agree|match|fit|contradict|conflict)\w*|\bjok(e|es|ing)\b|\bconflict\w*|\bdisagree\w*|\bmixed (signals?|feelings?)\b",
        r"假(装|的|笑)?|装(出|作|的)|真心|真诚|真的(吗|是)|讽刺|反话|掩饰|强颜|撒谎|说谎|矛盾|(不)?一致|冲突|开玩笑")),
    ("media", _rule(
        r"\bresolution\b|\bframe ?rate\b|\bframes per second\b|\bfps\b|\bcodec\b|\bfile (size|type|format|name)\b|\bhas (it|the \w+) (a )?(sound|audio|subtitles|picture|video)\b|\bdoes (it|the \w+) have (any )?(sound|audio|subtitles|a picture)\b|\b(is|are) there (any )?(sound|audio|subtitles|a picture)\b|\bwhat (kind|sort|type) of (file|media|clip|video)\b|\bhow (big|large) is\b",
        r"分辨率|帧率|编码|文件(大小|格式|名)|有(没有)?(声音|字幕|画面)(吗)?|像素")),
    ("said", _rule(
        r"\bwhat (?!would|can|could|may|should|do you|makes|made).{0,60}\b(say|says|said|saying|tells?|told|telling|talks?|talked|talking|answers?|answered|repl\w+|asks?|asked|mentions?|mentioned|speaks?|spoke|spoken|respond\w*)\b"
        r"|\btranscri\w+|\bsubtitles?\b|\b(exact|which|whose|what|his|her|their|p\d+['\u2019]s|last|first|final) words\b|\b(the )?words of\b(?!.*\b(fit|match|agree|go together|contradict)\b)|\bverbatim\b|\bquote\b|\bword for word\b|\bwho (says?|said|mention\w*|utter\w*|asks?|asked)\b"
        r"|\bdialog(ue)?\b|\bwho (speaks?|spoke|talks?|talked|begins?|starts?) (first|last)\b|\bwho (has|had|gets|got) the (first|last|final) word\b|\b(did|does|do) (\w+ ){1,3}(say|mention|talk about|speak of)\b|\bwhat (is|was|'s) (it|the (talk|conversation|discussion)) about\b|\bwhat are they talking\b|\blines? of\b",
        r"说(了|过|的)?(些|一些|是)?(什么|啥|哪些话?)|讲(了|的)?(些|是)?(什么|啥)|台词|字幕|原话|逐字|(哪些|什么)话|谁(说|提到?|讲)(了|过)?|谁(先|最先|最后)(说|讲|开口)|对话内容|聊(了|的)?(些)?什么|提到")),
    ("length", _rule(
        r"\bhow long (is|are|does|do|was|will) (it|this|that|the|these|they|clip|video|recording)\b(?! \w+ (speak|talk|smile|seen|visible))|\bduration\b|\brunning time\b|\bhow many (seconds|minutes|hours)\b|\blength of\b|\bhow long['\u2019]s\b"
        r"|^\W*(and )?(how long|length|duration)\W*$",
        r"(视频|片段|录像|短片|它|这|这个|这段)?(有|是)?多长|时长|多少秒|几(秒|分钟)(长)?|(?<!说了)(?<!说话)(?<!讲了)多久(长)?$|长度")),
    ("people", _rule(
        r"\bhow many (different |other )?(people|persons?|speakers?|voices?|faces?|characters?|men|women|of them|participants?|are (there|in))\b|\bwho (all )?(is|are|was|were|'s) (there|here|present|visible|seen|heard|involved|in (it|this|that|the)|on (the )?(screen|camera)|all|everybody|speaking|talking)\b"
        r"|\bwho (speaks?|spoke|talks?|appears?|takes part|can be (seen|heard))\b|\b(list|name|count|introduce) (\w+ )?(all |the )*(people|persons|speakers|participants)\b|\bis (anyone|anybody|somebody|someone) (there|here|on screen|visible|in the picture)\b"
        r"|\bhow (long|much) (does|did|do|is|are|was|were) .{1,25}(speak|talk|seen|heard|visible|on screen)\w*|\bspeaking time\b|\bwho (the|these|those) people\b|\bthe people (in|of)\b|\bhow many people\b|\bthe (people|speakers|cast)\b$",
        r"(几|多少)(个|位|名)?(人|说话人|讲话人|声音|脸|角色)|(都)?有(谁|哪些人|哪几个人)|谁在(场|里面|画面|说话|讲话)|(哪些|哪几个)人|说(话)?了?多(久|长时间)|出场")),
    ("change", _rule(
        r"\bchang\w+|\bshift(s|ed|ing)?\b|\bmood swings?\b"
        r"|\bdevelop\w*|\bover time\b|\bevol\w+|\bturning points?\b|\bprogress(es|ed|ion)\b|\bbefore and after\b|\bhow does .{1,25} go on\b",
        r"变化|转变|起伏|转折|走向|发展|波动")),
    ("reaction", _rule(
        r"\breact\w*|\brespon(d|ds|se|ses|ded|ding)\b|\b(take|takes|took|taking) (it|that|this|the news)\b|\bwhile listening\b|\bas (he|she|they|p\d+) (listens?|hears?)\b|\blisten\w*",
        r"反应|回应|听到.{0,12}(后|时)|听(的|着)时候|作何")),
    ("moment", _rule(
        r"\b(show|play|find|locate|point|jump|go|seek|skip|take|bring|lead|replay|see)\b.{0,25}\b(moments?|parts?|places?|scenes?|bits?|spots?|where|when|it|that|this|me|clip)\b(?! (is|was) (on|the))"
        r"|\b(the |which |what )?(best |clearest |strongest |exact )?(moments?|spots?|bits?|passages?)\b.{0,20}\b(when|where|that|of|in which|shows?|is|does|was)\b|\b(\w{3,}est|most \w+) (moments?|parts?|scenes?|points?)\b|\b(which|what) (moments|parts|scenes)\b|\bwhere (does|do|did|is|are|was|were|can (i|one|we) (see|find|hear)|exactly|in the)\b|^\W*where\W*$|^\W*show (me|it)?\W*$",
        r"(给|让)我看|播放|显示|跳(到|转)|找(到|出)|(哪|那|什么)(个|一)?(时刻|瞬间|地方|片段|位置|处|一段)|在哪(里|儿)?")),
    ("when", _rule(
        r"\bwhen\b|\b(at|by|from|since|until|to) (what|which) (time|point|moment|second|minute|timestamp)\b|\bwhat time\b|\bsince when\b|\bhow (often|many times|frequently)\b|\btime ?(codes?|stamps?)\b|\bwhich (second|minute)s?\b|\bis there (a|any) (moment|time|point|part)\b|\bat any (point|time)\b|\bever\b",
        r"什么时候|何时|几时|哪一?刻|(第)?几(秒|分)|什么时间|(几|多少)次|时间点|哪个时间|有没有(时候|哪)")),
    ("who", _rule(
        r"\bwho\b|\bwhose\b|\bwhich (person|people|speakers?|one|of (them|the))\b|\b(is|are|was|were|does|do|did|has|have) (anyone|anybody|somebody|someone|nobody|any of|everyone|everybody)\b|\banyone\b|\banybody\b|\b(is|was) there (any |some |a )?(music|tension|anger|joy|sadness|fear|irony|laughter|sarcasm|conflict|happiness|relief|grief)\b",
        r"谁|哪(个|位|一位)(人|说话人)?|有没有人|有人|哪个人")),
    ("scene", _rule(
        r"\b(scene )?cuts?\b|\bhow many (cuts|shots)\b|\blighting\b|\bbright\w*|\bhow dark\b|\bcolou?r\w*|\bcamera\b|\bshots?\b",
        r"镜头|光线|亮度|颜色|色彩|剪辑|多亮|多暗|切换")),
    ("face", _rule(
        r"\bsmil\w+|\bgrin\w*|\bfrown\w*|\bfaces?\b|\bfacial\b|\b(eye)?brows?\b|\bwink\w*|\bblink\w*|\blips?\b|\bmouth\b|\bexpressions?\b|\bau ?\d+\b|\baction units?\b|\blook(s|ing|ed)? (like|sad|happy|angry|scared|afraid|worried|surprised|tired|tense|at)\b",
        r"(微)?笑|皱眉|表情|脸(上|色)?|眉|嘴|眼(睛|神)|动作单元")),
    ("voice", _rule(
        r"\bvoices?\b|\btones?\b|\bpitch\b|\bloud\w*|\bquiet\w*|\bshout\w*|\bwhisper\w*|\bintonation\b|\bprosod\w+|\bsounds?\b|\bspeaks? (fast|slow|loud|quiet)\w*|\bspeech rate\b",
        r"声音|嗓音|语气|语调|音量|音调|大声|小声|语速|听起来|喊")),
    ("happened", _rule(
        r"\bwhat('s| is| was| has| have)? ?(just )?(happen\w*|going on|goes on|went on|occur\w*|this|it|that|shown|the (clip|video|scene|story|matter|situation))\b|\bdescri\w+|\bsummar\w+|\boverview\b|\btell me\b|\bin short\b|\bgist\b|\brecap\b|\banaly[sz]\w*|\baccount\b|\bexplain\b|\beverything\b|\bthe story\b|\bwhat (do|can) you see\b|\bwalk me through\b|\bwhat (did|do) i miss\b",
        r"发生了?(什么)?|总结|概括|概述|描述|讲讲|说说|介绍|分析|怎么回事|大意|内容|情况(如何|怎样|怎么样)?|讲的是")),
    ("feels", _rule(
        r"\bhow (is|are|was|were|does|do|did|has)\b.{1,60}|\bfeel\w*|\bfelt\b|\bemotion\w*|\bmoods?\b|\baffect\w*|\b(seems?|looks?|appears?|comes? across|come over)\b|\batmosphere\b|\b(what|which) (state|spirits?)\b|\bin a (good|bad) mood\b|\bwhat('s| is| was) (wrong|up|the matter) with\b",
        r"情绪|感受|心情|感觉|怎么样|如何|怎样|气氛|状态|看起来|显得")),
)  # fmt: skip


def kind_of(text: str) -> Kind | None:
    """Return the kind of a question; ``None`` if no rule understands it."""
    for kind, pattern in _PATTERNS:
        if pattern.search(text):
            return kind
    return None
