"""Which kind of question it is, by rules: one pattern each, English and Chinese, first match wins.

Only the question is read; nothing that was said or shown in the media reaches these rules.
"""

import re
from typing import Final, Literal, get_args

from emer.agent.chat.understanding.slots import QUOTED
from emer.agent.chat.understanding.topics import topic_of

Kind = Literal[
    "greeting", "inner", "method", "language", "quality", "overlap", "decisive", "against", "doubts",
    "intensity", "help", "cases", "gaps", "sure", "without", "why_not", "why", "across", "compare", "said",
    "length", "people", "change", "reaction", "sincere", "moment", "when", "who", "face", "voice",
    "words", "scene", "screen_text", "media", "happened", "feels",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


def _rule(english: str, chinese: str) -> "re.Pattern[str]":
    return re.compile(rf"(?:{english})|(?:{chinese})", re.IGNORECASE)


_PATTERNS: Final[tuple[tuple[Kind, "re.Pattern[str]"], ...]] = (
    ("greeting", _rule(
        r"^\W*(hi|hello|hey|hallo|howdy|good (morning|afternoon|evening|day)|thanks?( you)?( (very|so) much| a lot)?|thx|cheers|bye|goodbye|see you|cool|great|nice|lol|wow|how are you( doing)?( today)?|what('s| is) up|sup|test(ing)?)( there| all| emer)?\W*$"
        r"|^\W*(hi|hello|hey)\b.{0,30}\bhow('s| is| are) (it|you|things)\b|^\W*how('s| is) it going\W*$|\b(would|do|did|are|were|have) you (ever |have |also |too )?(been |feel(ing)? |felt |be )?(angry|sad|happy|afraid|tired|hungry|bored|annoyed|upset|in love)\b|\b(tell|know|make) (me |us )?(a|another|some|any) (\w+ )?(jokes?|stor(y|ies)|poems?)\b|\bsing\b.{0,12}\bsong\b|^\W*(thanks?|thank you)\b[^?]{0,40}$|\bwhy do (people|humans|we|you)\b|\bdifference between (?!P\d|SPK|the |them|him|her|his|their|face|voice|words)\w+ and\b",
        r"^\W*(你好|您好|你好呀|你好啊|嗨|哈喽|大家好|早上好|晚上好|谢谢(你|您)?|多谢|再见|拜拜|辛苦了|不错|很好|好的|测试)\W*$|讲个?(笑话|故事)|笑话|唱(个|首)歌|^\W*谢谢[^？?]{0,10}$|人们?为什么会|天气")),
    ("method", _rule(
        r"\b(which|what|whose) (\w+ )?(models?|engines?|tools?|specialists?|algorithms?|software|program(me)?s?|analysts?|networks?|sensors?|methods?|techniques?)\b|\b(models?|engines?|tools?|specialists?|algorithms?) (did|do|are|were|was|is|you|have|ran|run|used|says?|said)\b"
        r"|\bhow (do|did|are|is|can|does|was|were|would) (you|it|they|this|that|one|the \w+|emotions?|\w+) ?(being )?(measur|calculat|comput|detect|determin|recogni[sz]|assess|deriv|scor)\w*|\bhow (do|does|did) (this|it|that|you|emer|the (tool|system|analysis|chat)) (work|function|operate)s?\b|\bdid you (\w+ )?(listen|watch|use|read|look)\b|\bmethod(s|ology)?\b|\bunder the hood\b"
        r"|\bwho (decided|determined|judged|computed) (this|that|it)\b|\b(are|r) you (a |an )?(ai|machine|human|person|robot|bot|real|chatgpt|gpt|llm)\b|\b(what|who) are you\W*$|\bhow (was|were|is|are) (this|that|it|these|they) (made|done|found|produced|analy[sz]ed|measured)\b|\bwhat does (the |a |this )?scores? mean\b|\b(chatgpt|gpt\S*|llms?|language models?|machine learning|neural nets?|neural networks?|artificial intelligence|\ba\.?i\b)|\b(meaning|definition) of (the )?(score|intensity)\b",
        r"模型|工具|引擎|算法|软件|(怎么|如何|怎样|怎麽)(测|量|计算|检测|识别|工作|运作|运行|打分|评分)|(用的?|用了)?什么方法|你是(什么|谁|人|机器|AI|真人)|谁(判断|判定)的?(这个)?$|评分是什么意思")),
    ("language", _rule(
        r"\b(which|what) languages?\b|\blanguage (is|do|does|are|was)\b|\bwhat .{0,12}language\b|\b(is|are|do|does|did) (it|this|they|that|he|she|p\d+|the \w+) .{0,12}\b(in|speak|speaking) (english|chinese|german|french|spanish|mandarin|japanese|italian|russian)\b",
        r"什么语言|哪(种|国|门|一种)(语言|话)|说(的)?(是)?(英语|英文|中文|汉语|普通话|德语|法语|日语|方言)(吗|还是)|语种")),
    ("overlap", _rule(
        r"\binterrupt\w*|\b(talk|speak)(s|ing|ed)? (over|across|at once|at the same time|simultaneously)\b|\boverlap\w*|\bcuts? (\w+ )?(each other|one another|him|her|p\d+|them) off\b|\bat the same time\b(?=.*(talk|speak|say))",
        r"打断|插嘴|插话|抢话|同时(说|讲)话?|重叠")),
    ("quality", _rule(
        r"\bnois(e|es|y)\b|\bbackground (sounds?|nois\w+)\b|\b(audio|sound|image|picture|video|recording|signal) quality\b|\bquality of (the )?(\w+ )?(audio|sound|image|picture|video|recording|signal|clip)\b|\bblurr\w+|\b(is|are) (it|the (picture|image|video|sound|audio|recording|speech)) (\w+ )?(ok|okay|fine|clear|sharp|clean|good|bad|distorted|audible)\b|\bhow (good|clear|clean|bad) is the (sound|audio|picture|image|video|recording)\b",
        r"噪(音|声)|杂音|背景(声|音)|(音|画|图像|视频|声音|录音)的?质量?(怎么样|如何|好)|音质|画质|清(晰|楚)吗|模糊吗")),
    ("decisive", _rule(
        r"\b(which|what) (\w+ )?(clues?|cues?|signals?|modalit\w+|piece of evidence|evidence|channels?)\b.{0,24}\b(most|decisive|matter\w*|decid\w+|strongest|important|weigh\w*|count\w*|best)\b|\b(decisive|most important|strongest|most telling|key|main|best) (clue|evidence|cue|signal)s?\b|\b(face|voice|words)\b.{0,24}\b(matter|weigh|count|decide|contribute)s? (more|most)\b|\bchange your (mind|answer|reading)\b|\bwhat (decides|decided|tips|tipped|settles|settled) (it|that|this)\b",
        r"(哪|什么|那)(一)?(条|个|种|些)?(线索|证据|信号|依据).{0,6}(最|关键|决定|重要)|(最(重要|关键|主要|有力)|决定性|关键)的?(线索|证据|信号|依据)")),
    ("against", _rule(
        r"\bwhat (speaks|is|argues|tells|counts|goes) against (it|that|this)\b|\bwhat (speaks|argues|counts) against\W*$|\b(counter|contrary|opposing)[- ]?(evidence|clues?|arguments?|signs?)\b|\b(evidence|clues|signs|anything) (to the contrary|against (it|that|this))\b|\bcontradicts? (it|that|this)\b|\bsecond (most )?(likely|probable|best|strongest|choice)\b|\brunner[- ]?up\b|\bnext (most )?(likely|best)\b|\bwhat else (was|were|did you) (weigh|consider)\w*",
        r"第二(可能|种可能|选择|大)|其次(是|可能)|(相)?反(的|面|对)的?(证据|线索)|(什么|哪些)(线索|证据)?(反对|不支持)(这|它|此)|不利的?(证据|线索)|还考虑过")),
    ("doubts", _rule(
        r"\b(un(sure|certain)(ty)?|unclear|doubt\w*|ambiguous|ambiguit\w+|shaky|weakest|least (sure|certain|reliable|confident))\b",
        r"(哪|什么|有).{0,6}(不(太|大|够)?(确定|肯定|清楚|明确)|存疑|疑问|拿不准)|不确定性?(的|在|有)|拿不准|疑点")),
    ("intensity", _rule(
        r"\bhow (intense\w*|strong(ly)?|extreme\w*|severe\w*|deeply)\b(?!.*\b(evidence|case|support)\b)|\bintensit\w+\b|\b(strongest|most intense|most extreme) (emotion|feeling|mood|reaction|expression)s?\b|\b(emotion|feeling|mood)s? (is|was|are) (the )?(strongest|most intense)\b",
        r"多(么)?(强|激烈|剧烈)|强度|强烈(程度|吗)|有多(强|激动)|最强烈?的(情绪|感情|情感)|哪种(情绪|感情)最(强|明显)")),
    ("help", _rule(
        r"^\W*help\W*$|\bwhat (can|may|could|should) (i|we|you) (ask|do|tell me)\b|\bwhat (can|could) you answer\b"
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
        r"|\b(is|was) (that|this|it) (certain|sure|reliable)\b|\b(could|can|may|might|are|were) you (\w+ )?(be )?(wrong|mistaken|biased|err)\b|\bmake (\w+ )?(mistakes?|errors?)\b|\bhow (good|accurate|precise|reliable) (is|are) (your|the|this)\b|\baccura(te|cy)\b|\berror rate\b|\bhow often are you (right|wrong)\b|\bdo you really\b|\bwhat else (could|might|can|may)\b|\b(other|alternative) (readings?|explanations?|possibilit\w+|interpretations?)\b|\balternatives\b|^\W*(really|sure|certain)\W*$",
        r"(有)?多(大)?(确定|肯定|把握|可靠|可信)|(你)?(确定|肯定)吗|可信吗|靠谱吗?|可靠吗|(会)?(出|弄|搞)错|(有|会)(没有)?误差|准(确)?(吗|不准)|准确(率|性|度)|置信度|把握")),
    ("without", _rule(
        r"\b(if|imagine|suppose|assum\w+|pretend)\b.{0,40}\b(muted?|deaf|blind|no (sound|audio|voice|picture|image|video|words|face)s?"
        r"|off|without|silent|ignored?|left out|did(n['\u2019]?t| not) (hear|see)|could(n['\u2019]?t| not) (hear|see)|missing|gone)\b"
        r"|\b(without|with no|ignor\w+|leav\w+ out|apart from|not counting|disregard\w+|minus|muting|drop\w*)\b.{0,25}\b(sounds?"
        r"|audio|voices?|tone|hearing|pictures?|images?|video|faces?|seeing|words|text|transcript|subtitles)\b(?!.*\bwhy\b)"
        r"|\b(only|just|solely)\b.{0,12}\b(by|from|on|with|the)\b.{0,12}\b(sounds?|audio|voices?|pictures?|images?|video|faces?|words|text)\b"
        r"|\b(sound|audio|picture|video|image)s? (is |was |were |had been )?(turned |switched )?off\b|\bmuted\b",
        r"(如果|假如|要是|假设).{0,8}(没有|关(掉|了)|去掉|听不到|看不到|不看|不听|静音)"
        r"|(没有|关掉|去掉|忽略|不考虑|不看|不听|除去|抛开)(了)?(声音|音频|语气|嗓音|画面|图像|视频|脸|面部|表情|话|文字|字幕|语言)"
        r"|把?(声音|音频|画面|图像|字幕)(给)?(关|去|拿|删|遮|静)(掉|了|上)|只(看|听|凭|靠|用)(画面|声音|文字|表情|脸|话|字幕)|静音")),
    ("gaps", _rule(
        r"\b(could|can|did|do|was|were|is|are)(n['\u2019]?t| not) (you )?(\w+ )?(see|hear|read|measured?|seen|heard|analy[sz]ed?"
        r"|look(ed)? at|tell)\b(?! (if|whether))|\b(what|anything) (\w+ )?(is|was|'s|are|were)? ?(missing|left out|skipped|lost)\b"
        r"|\b(did|do|have) you (\w+ )?(skip\w*|miss\w*|overlook\w*|ignor\w*|le(ave|ft) out)\b|\bgaps?\b|\bblind spots?\b|\blimit(s|ations?)\b|\bwhat (do|did) you not (know|see|hear)\b"
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
        r"\bwhy\b|\bwhere (did|do) you (get|take|have|know|see) (that|this|it)\b|\bhow come\b|\bwhat (makes|made|led|leads|causes?|caused|triggers?|triggered|brought|prompted)\b|\bhow (do|can|did|could) (you|one|we) (know|tell|see|conclude)\b"
        r"|\b(evidence|grounds?|reasons?|basis|proof|support) (for|of|behind|is there)\b|\b(what|which) (evidence|proof|grounds?|clues?|cues?)\b|\bthe (evidence|proof)\b|\bbased on\b|\bwhat for\b|\bexplain (that|this|it|why)\b|\b(your|the) reasoning\b"
        r"|\bbecause of what\b|\bon what\b|\bwhat (is|was|'s) the (reason|evidence|cause|trigger)\b|\bwhat speaks for\b|\bjustify\b|\bprove (it|that)\b",
        r"为什么|为何|怎么(会)?知道|凭什么|(有)?什么(依据|根据|证据|原因|理由)|依据是|何以见得|怎么(看|得)出|起因|因为什么")),
    ("across", _rule(
        r"\b(in )?which (one )?(of )?(the |these |those )?(\w+ )?(clips?|videos?|files?|recordings?)\b|\b(across|in all|in both|over all|through all|in every|in each)"
        r" (of )?(the |these )?(clips?|videos?|files?|recordings?|of them)\b|\b(all|both|every|each) (the |these )?(clips?|videos?)\b|\bcompare (the )?(two |three )?(clips|videos)\b",
        r"(哪|哪一|哪几)(个|段|条|部)(视频|片段|录像|短片|文件)|(所有|两个|两段|各个|每个|全部)(视频|片段|录像|短片)")),
    ("compare", _rule(
        r"\bcompar\w+|\bdiffer\w*|\bversus\b|\bvs\.?\b|\b(more|less|\w{3,}er) (\w+ )?than\b|\b(who|which (one|person|of them|of the two|of both)|whose)\b(?!.*\b(talk|speak)s?\b).{0,30}\b(more|most|less|least|longer|longest|louder|loudest|stronger|faster|slower|oftener)\b"
        r"|\b(who|which (one|person|of them|of the two|of both)|whose)\b.{0,30}\b(angri|happi|sadd|calm|loud|quiet|friendli|tens|upsett)(er|est)\b"
        r"|\b(the )?same (way|as|mood|emotion)\b|\b(alike|in common|contrast)\b|\bboth of them\b.*\b(feel|sound|look|seem)",
        r"比较|对比|相比|区别|不同|差别|差异|一样吗|谁(?!.{0,2}[说讲]).{0,4}(更|最(?![先早后晚]))|哪(个|位)(人)?.{0,3}(更|最)|比.{1,6}(更|还)")),
    ("words", _rule(
        r"\bwords?\b.{0,25}\b(express|positive|negative|friendly|kind|rude|hostile|mean|sentiment)\w*|\bsentiment\b|\bwording\b|\bchoice of words\b|\bare the words\b|\bare .{1,15}['\u2019]s? words\b",
        r"用词|措辞|话里|字里行间|言辞")),
    ("screen_text", _rule(
        r"\bon[- ]?screen (text|words|writing)|\b(text|writing|letters) (\w+ ){0,3}(on|in) (the )?(screen|picture|image|video|frame)|\b(is|was|are|were) written\b|\b(sign|caption|title|banner|screen|poster)s? (say|says|read|reads|show|shows)\b|\bread(able)? (text|signs?)\b",
        r"屏幕上|画面(上|里|中)的?(字|文字)|写着|写了什么|标题(是|写)")),
    ("sincere", _rule(
        r"\bfak\w+|\bpretend\w*|\bsincer\w+|\bgenuine\w*|\binsincer\w*|\b(really )?mean(s|t)? (it|that|what)\b|\b(forced|masked|mask\w*|posed|put[- ]on)\b|\bhid(e|es|ing|den)\b|\bsarcas\w*|\biron(y|ic|ically)\b|\b(real|true|genuine|authentic) (or|and not) \w+|\b(real|true) (emotion|feeling|smile|tears|anger|joy)s?\b|\b(is|are|was|were) .{0,24}\b(acting|acted|staged|scripted)\b|\bcontradict\w*"
        r"|\b(fits?|go(es)?|match\w*|agree) together\b|\b(face|voice|tone|expression|smile|words).{1,30}(agree|match|fit|contradict|conflict|consistent)\w*|\bjoking\b|\bconflict\w*|\bdisagree\w*|\bmixed (signals?|feelings?)\b",
        r"假(装|的|笑)?|装(出|作|的)|真心|真诚|真的(吗|是)|讽刺|反话|掩饰|强颜|演(的|戏|出来)|矛盾|(不)?一致|冲突|开玩笑")),
    ("media", _rule(
        r"\bresolution\b|\bframe ?rate\b|\bframes per second\b|\bfps\b|\bcodec\b|\bfile (size|type|format|name)\b|\bhas (it|the \w+) (a )?(sound|audio|subtitles|picture|video)\b|\bdoes (it|the \w+) have (any )?(sound|audio|subtitles|a picture)\b|\b(is|are) there (any )?(sound|audio|subtitles|a picture)\b|\bwhat (kind|sort|type) of (file|media|clip|video)\b|\bhow (big|large) is\b",
        r"分辨率|帧率|编码|文件(大小|格式|名)|有(没有)?(声音|字幕|画面)(吗)?|像素")),
    ("face", _rule(
        r"\b(face|expression|eyes|brows?|mouth|smile) (really )?(say|tell|show|reveal|express|betray|look|do)\w*\b(?!.*\bwords\b)", r"(脸|表情|面部|眼神)(上)?(说明|表达|显示|流露|透露)")),
    ("voice", _rule(
        r"\bhow (fast|slow|slowly|quickly|quietly|loudly) (is|are|was|were|do|does|did) .{1,20}(talk|speak|sound|say)\w*|\b(voice|tone|intonation) (really )?(say|tell|show|reveal|express|betray|sound|do)\w*\b", r"(声音|语气|语调)(说明|表达|显示|流露|透露)")),
    ("said", _rule(
        r"\b(parts?|moments?|bits?|sections?) (\w+ ){0,4}(about|on) (?!it\b|this\b|that\b|P\d)\w+|\bdiscuss(es|ed|ing)? \w+|\b(first|opening|last|final|closing) (sentence|line|remark|utterance|statement)\b|\b(was|were|is|did|does|has|have) .{0,30}\b(mention\w*|say|said|utter\w*)\b(?!.{0,20}\b(why|how)\b)|\bwhat (?!would|can|could|may|should|do you|makes|made).{0,60}\b(say|says|said|saying|tells?|told|telling|talks?|talked|talking|answers?|answered|repl\w+|asks?|asked|mentions?|mentioned|speaks?|spoke|spoken|respond\w*)\b"
        r"|\btranscri\w+|\bsubtitles?\b|\b(exact|which|whose|what|his|her|their|p\d+['\u2019]s|last|first|final) words\b|\b(the )?words of\b(?!.*\b(fit|match|agree|go together|contradict)\b)|\bverbatim\b|\bquote\b|\bword for word\b|\bwho (says?|said|mention\w*|utter\w*|asks?|asked)\b"
        r"|\bdialog(ue)?\b|\bwho (speaks?|spoke|talks?|talked|begins?|starts?) (first|last)\b|\bwho (has|had|gets|got) the (first|last|final) word\b|\b(did|does|do) (\w+ ){1,3}(say|mention|talk about|speak of)\b|\bwhat (is|was|'s) (it|the (talk|conversation|discussion)) about\b|\bwhat are they talking\b|\blines? of\b",
        r"说(了|过|的)?(些|一些|是)?(什么|啥|哪些话?)|讲(了|的)?(些|是)?(什么|啥)|台词|字幕|原话|逐字|(哪些|什么)话|谁(说|提到?|讲)(了|过)?(?!.{0,4}[最更])|谁(先|最先|最后)(说|讲|开口)|对话内容|聊(了|的)?(些)?什么|(最后|第)一句话?|提(到|起|过)|说(到|起|过)|(说|讲)(了|过)?(句|一句)?(?=[\"“「『A-Za-z])")),
    ("length", _rule(
        r"\bhow long (is|are|does|do|was|will) (it|this|that|the|these|they|clip|video|recording)\b(?! \w+ (speak|talk|smile|seen|visible))|\bduration\b|\brunning time\b|\bhow many (seconds|minutes|hours)\b|\blength of\b|\bhow long['\u2019]s\b"
        r"|^\W*(and )?(how long|length|duration)\W*$",
        r"(视频|片段|录像|短片|它|这|这个|这段)?(有|是)?多长|时长|多少秒|几(秒|分钟)(长)?|(?<!说了)(?<!说话)(?<!讲了)多久(长)?$|长度")),
    ("people", _rule(
        r"\bhow many (different |other )?(people|persons?|speakers?|voices?|faces?|characters?|men|women|of them|participants?|are (there|in))\b|\bwho( all)?( is| are| was| were|['\u2019]s) (there|here|present|visible|seen|heard|involved|in (it|this|that|the)|on (the )?(screen|camera)|all|everybody|speaking|talking)\b"
        r"|\bwho( is|['\u2019]s)? (speaks?|speaking|spoke|talks?|talking|appears?|takes part|can be (seen|heard))\b|\b(list|name|count|introduce) (\w+ )?(all |the )*(people|persons|speakers|participants)\b|\bis (anyone|anybody|somebody|someone) (there|here|on screen|visible|in the picture)\b"
        r"|\bhow (long|much) (does|did|do|is|are|was|were) .{1,25}(speak|talk|seen|heard|visible|on screen)\w*|\bspeaking time\b|\bwho (the|these|those) people\b|\bthe people (in|of)\b|\bhow many people\b|\bthe (people|speakers|cast)\b$",
        r"(几|多少)(个|位|名)?(人|说话人|讲话人|声音|脸|角色)|(都)?有(谁|哪些人|哪几个人)|谁在(场|里面|画面|说话|讲话)|(哪些|哪几个)人|说(话)?了?多(久|长时间)|出场|(谁|哪(个|位)).{0,3}(说|讲)(的)?(话)?(得)?(最|更)(多|少)|话(最|更)(多|少)|谁是|都是谁")),
    ("change", _rule(
        r"\bchang\w+|\bshift(s|ed|ing)?\b|\b(get|gets|got|become|becomes|became|turn|turns|turned)\b.{0,12}\b(better|worse|\w{3,}er)\b|\bimprov\w+|\bworsen\w*|\b(de-?)?escalat\w+|\bmood swings?\b"
        r"|\bdevelop\w*|\b(emotional|mood) (arc|journey|curve|course|trajectory)\b|\bover time\b|\bevol\w+|\bturning points?\b|\bprogress(es|ed|ion)\b|\bbefore and after\b|\bhow does .{1,25} go on\b",
        r"变(?!得|成)|好转|恶化|升级|缓和|转变|起伏|转折|走向|发展|波动")),
    ("reaction", _rule(
        r"\breact\w*|\brespon(d|ds|se|ses|ded|ding)\b|\b(take|takes|took|taking) (it|that|this|the news)\b|\bhow (did|does|do) .{1,20} (take|handle|cope|deal)\b|\bwhile listening\b|\bas (he|she|they|p\d+) (listens?|hears?)\b|(?<!you )\blisten\w*|\b(affect|influence|impact)(s|ed)? (on )?(p\d+|him|her|them|the other|anyone|each other)\b|\b(effect|impact|influence) (of .{1,24} )?on (p\d+|him|her|them|the other)\b",
        r"反应|回应|听到.{0,12}(后|时)|听(的|着)时候|作何|影响(了|到)?(P\d+|他|她|对方|别人|另)")),
    ("moment", _rule(
        r"\b(show|play|find|locate|point|jump|go|seek|skip|take|bring|lead|replay|see)\b.{0,25}\b(moments?|parts?|places?|scenes?|bits?|spots?|where|when|it|that|this|me|clip)\b(?! (is|was) (on|the))"
        r"|\b(the |which |what )?(best |clearest |strongest |exact )?(moments?|spots?|bits?|passages?)\b.{0,20}\b(when|where|that|of|in which|shows?|is|does|was)\b|\b(\w{3,}est|most \w+) (moments?|parts?|scenes?|points?)\b|\b(which|what) (moments|parts|scenes)\b|\bwhere (does|do|did|is|are|was|were|can (i|one|we) (see|find|hear)|exactly|in the)\b|^\W*where\W*$|^\W*show (me|it)?\W*$",
        r"(给|让)我看|播放|显示|跳(到|转)|找(到|出)|(哪|那|什么)(个|一)?(时刻|瞬间|地方|片段|位置|处|一段)|在哪(里|儿)?")),
    ("when", _rule(
        r"\bwhen\b|\b(at|by|from|since|until|to) (what|which) (time|point|moment|second|minute|timestamp)\b|\bwhat time\b|\bsince when\b|\bhow (often|many times|frequently)\b|\btime ?(codes?|stamps?)\b|\bwhich (second|minute)s?\b|\bis there (a|any) (moment|time|point|part)\b|\bat any (point|time)\b|\bever\b",
        r"什么时候|何时|几时|哪一?刻|(第)?几(秒|分)|什么时间|(几|多少)次|时间点|哪个时间|有没有(时候|哪)")),
    ("who", _rule(
        r"\bwho\b|\bwhose\b|\bwhich (person|people|speakers?|one|of (them|the))\b|\b(is|are|was|were|does|do|did|has|have) (anyone|anybody|somebody|someone|nobody|any of|either of|both of|one of|everyone|everybody)\b|\banyone\b|\banybody\b|\b(is|was|are|were) there (any |some |a )?(music|tears?|crying|smiles?|shouting|tension|anger|joy|sadness|fear|irony|laughter|sarcasm|conflict|happiness|relief|grief)\b",
        r"谁|哪(个|位|一位)(人|说话人)|哪位|有没有人|有人|哪个人|有(没有)?.{0,6}(音乐|笑声|哭声|掌声|叹气|争吵|生气|愤怒|紧张|难过|高兴|害怕|恐惧|讽刺|冲突).{0,3}[吗嘛么？?]?$")),
    ("scene", _rule(
        r"\b(scene )?cuts?\b|\bhow many (cuts|shots)\b|\blighting\b|\bbright\w*|\bhow dark\b|\bcolou?r\w*|\bcamera\b|\bshots?\b",
        r"镜头|光线|亮度|颜色|色彩|剪辑|多亮|多暗|切换")),
    ("face", _rule(
        r"\bsmil\w+|\bgrin\w*|\bfrown\w*|\bfaces?\b|\bfacial\b|\b(eye)?brows?\b|\bwink\w*|\bblink\w*|\blips?\b|\bmouth\b|\bexpressions?\b|\baus?( ?\d+)?\b|\baction units?\b|\blook(s|ing|ed)? (like|sad|happy|angry|scared|afraid|worried|surprised|tired|tense|at)\b",
        r"(微)?笑|皱眉|表情|脸(上|色)?|眉|嘴|眼(睛|神)|动作单元")),
    ("voice", _rule(
        r"\bvoices?\b|\btones?\b|\bpitch\b|\bloud\w*|\bquiet\w*|\bshout\w*|\bwhisper\w*|\bintonation\b|\bprosod\w+|\bsounds?\b|\bspeaks? (fast|slow|loud|quiet)\w*|\bspeech rate\b",
        r"声音|嗓音|语气|语调|音量|音调|大声|小声|语速|听起来|喊")),
    ("happened", _rule(
        r"\bwhat('s| is| was| has| have)? ?(just )?(happen\w*|going on|goes on|went on|occur\w*|this|it|that|shown|the (clip|video|scene|story|matter|situation))\b|\bdescri\w+|\bsummar\w+|\bsum (it|this|that|the \w+|everything)?( all)? ?up\b|\bwhat('s| is| was) (at|around|near) (0?\d|the)|\boverview\b|\btell me\b|\bin short\b|\bgist\b|\brecap\b|\banaly[sz]\w*|\baccount\b|\bexplain\b|\beverything\b|\bthe story\b|\bwhat (do|does|can|could|would|will|might) (you|i|we|one) (see|hear|notice|find)\b|\bhow (does|did) (it|this|that|the (clip|video|scene|story|conversation)|they) (\w+ )?(end|start|begin|finish|close|open)\b|\bwalk me through\b|\bwhat (did|do) i miss\b",
        r"发生了?(什么)?|总结|概括|概述|描述|讲讲|说说|介绍|分析|怎么回事|大意|内容|情况(如何|怎样|怎么样)?|讲的是")),
    ("feels", _rule(
        r"\bhow('s| is| are| was| were| does| do| did| has)?\b(?=.{0,30}\b(s?he|they|him|her|them|p\d+|spk_\d+|(wo)?m[ae]n|girl|boy|lady|guy|people|persons?|speakers?|one|ones|both|everyone|everybody|anyone|somebody|mood|atmosphere|child|kid|mother|father)\b).{1,60}|\bfeel\w*|\bfelt\b|\bemotion\w*|\bmoods?\b|\baffect\w*|\b(seems?|looks?|appears?|comes? across|come over)\b|\batmosphere\b|\bwhat (does|do|did) .{1,24}\b(show|shows|express|display|convey)\b|\b(what|which) (state|spirits?)\b|\bin a (good|bad) mood\b|\bwhat('s| is| was) (wrong|up|the matter) with\b",
        r"表现出?(了)?(什么|啥)|情绪|感受|心情|感觉|怎么样|如何|怎样|气氛|状态|看起来|显得")),
)  # fmt: skip


_AMOUNT_OF_WORDS: Final = re.compile(
    r"\bhow many (?:\w+ )?(?:words|sentences|syllables|lines)\b|(?:多少|几)(?:个)?(?:字|词|句)",
    re.I,
)


def kind_of(text: str) -> Kind | None:
    """Return the kind of a question; ``None`` if no rule understands it."""
    if _AMOUNT_OF_WORDS.search(text):
        return None  # words are not counted
    text = QUOTED.sub("“”", text)  # what is quoted is looked for, not asked
    if topic_of(text) is not None:
        return "inner"
    for kind, pattern in _PATTERNS:
        if pattern.search(text):
            return kind
    return None


def beside_kind(text: str, kind: Kind) -> str:
    """Return a question without the words by which its kind is known."""
    for name, pattern in _PATTERNS:
        if name == kind:
            text = pattern.sub(" ", text)
    return text
