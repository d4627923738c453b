"""Turns of phrase that people use for a purpose: to be civil, to reassure, to tease, to be ironic.

Reads    the text of one utterance, English or Chinese
Returns  per purpose 0..1: how many different turns of that kind occur, 0.6 for the first
Cost     a few regular expressions, well under a millisecond for an utterance
Source   our own lists, from the literature on politeness (Brown & Levinson 1987), verbal irony
         (Kreuz & Caucci 2007, "Lexical influences on the perception of sarcasm": interjections,
         intensifiers, exaggeration) and on reassurance in conversation; nothing was fitted

A turn of phrase never makes a reading by itself: what it means is told by voice and face. The
text is data from the media; it is searched and nothing else.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

MAX_CHARS: Final = 2000
"""Longer texts are read up to here."""
_FIRST, _NEXT = 0.6, 0.25

_TURNS: Final[dict[str, tuple[str, ...]]] = {
    # exaggerated or empty praise, interjections before it, thanks out of proportion
    "irony": (
        r"^\W*(oh|ah|wow|well|yeah|yes|sure|right|ooh|aw+)\b[,.! ]",
        r"\b(great|brilliant|genius|fantastic|wonderful|perfect|lovely|marvell?ous|splendid|"
        r"fabulous|delightful|charming|superb|amazing|excellent|terrific|classy|impressive)\b",
        r"\bjust (what|great|perfect|wonderful|lovely|fantastic|love|brilliant|amazing)\b",
        r"\b(thanks a lot|thank you so (very )?much|thanks (so|very) much|many thanks|"
        r"how (kind|nice|thoughtful|generous|lovely|sweet|helpful|clever|original|surprising))\b",
        r"\b(exactly what|what a (surprise|treat|joy|pleasure|genius|hero|brilliant|great|"
        r"lovely|wonderful|shame)|bravo|nice (one|job|work|going|timing)|good (one|job|thinking|"
        r"for you|luck with that)|well done|congratulations|big help|my favou?rite|lucky me)\b",
        r"\b(so|really|truly|absolutely|totally|clearly|obviously|literally|such a|as always|"
        r"once again|yet another|again|best .{0,20} ever|of course|love (it )?(when|how))\b",
        r"真(棒|好|行|厉害|聪明|及时|是时候|会|有你的)|太(好了|棒了|感谢)|可真|好极了|谢谢你啊|真是谢谢|早啊|了不起",
    ),
    # requests, thanks, deference, hedges
    "civil": (
        r"\b(please|kindly|excuse me|pardon( me)?|sir|madam|ma'am|forgive me)\b",
        r"\b(could|would|can|will|may|might) (you|i|we) (please|kindly|perhaps|possibly|just|"
        r"mind|be so|let|have|ask|finish|speak|explain|clarify)\b|\bwould you mind\b|\bif i may\b|"
        r"\bif you (don't|do not|wouldn't) mind\b|\bif (it's|it is) not too much\b",
        r"\b(thank you (for|very|all)|thanks for|i('d| would)? (really |truly |do |greatly )?"
        r"appreciate|i am grateful|i'm grateful|much obliged)\b|\bthank you( very much)?\b\W*($|[.!;])",
        r"\bwith (all )?(due )?respect\b|\brespectfully\b",
        r"\b(i (quite |fully |completely |do |totally )?(understand|see|hear you)|i'm afraid|i am "
        r"afraid|i('m| am) sure you|not at all|certainly|of course|by all means|no problem|you're "
        r"welcome|my pleasure|as you wish|as you like|noted|very well|that's (quite |perfectly )?(all "
        r"right|fine)|(do )?(carry on|go (on|ahead)|continue)|after you|don't mind me|have a (nice|"
        r"good|lovely) (day|evening|weekend))\b",
        r"\b(i('d| would) (like|prefer|suggest|be (happy|glad|grateful|delighted))|perhaps (we|you)|"
        r"as (i|we) (said|mentioned|discussed|agreed|explained)|per my|look forward to|happy to "
        r"(wait|help|explain)|glad (to|you|we)|feel free|take your time|your (patience|feedback|"
        r"input|concern|time|help|opinion|suggestion))\b",
        r"请(您|问|你)|麻烦(您|你)|劳驾|谢谢(您|你的|配合|理解)|不好意思|您|辛苦|理解|感谢|恕我|没关系",
    ),
    # saying sorry: a form that politeness asks for, whatever is felt
    "apology": (
        r"\b(i'm|i am|we're|we are)( (so|very|really|truly|terribly|deeply))* sorry\b|^\W*sorry\b|"
        r"\b(i|we)( (do|really|truly))? apologi[sz]e\b|\b(my|our)( \w+)? apologies\b|\bforgive me\b",
        r"\b(my fault|i (was|am) (so )?wrong|i (didn't|did not) mean (to|it|that)|won't happen again)\b",
        r"对不起|抱歉|道歉|是我不好|我错了",
    ),
    # denials of trouble
    "calm": (
        r"\b(i'm|i am|we're|we are|it's|it is|that's|that is|everything's|everything is|all's|"
        r"all is|things are|he's|she's|they're)( \w+){0,2} (fine|ok|okay|good|alright|all right|"
        r"great|calm|ready|relaxed|under control|nothing|well|safe|normal|routine)\b",
        r"\b(will|'ll|going to|gonna)( all| just)? (be|go|work)( \w+)? ?(fine|ok|okay|good|alright|"
        r"all right|well|great|smoothly|out)\b",
        r"\b(don't|do not|no need to|nothing to|not to|never) (you )?(worry|panic|fret|be (afraid|"
        r"scared|nervous)|worry about)\b|\bno (worries|problem|rush|pressure|hurry|big deal|need|"
        r"trouble|reason to)\b|\bnot (a |that |so )?(big deal|worried|nervous|scared|afraid|"
        r"bothered|upset|stressed|problem|bad)\b|\bcan't complain\b",
        r"\b(didn't|doesn't|don't|does not|did not|do not|wasn't|isn't|am not|'m not|never)( \w+)"
        r"{0,2} (hurt|matter|mind|care|bother|cry(ing)?|upset|keen|scared|sad|want (it|to)|like (it|"
        r"him|her))\b|\b(anyway|dust(y)? in here|allerg\w+|something in my eye|over it|used to it|"
        r"(i|we)('ll)? (manage|cope|survive)|i'll live|i'll be|either way|no point in)\b",
        r"\b(under control|plenty of time|got this|piece of cake|no stress|all good|never better|"
        r"couldn't be (better|calmer)|perfectly|totally|completely|absolutely|really) ?(fine|ok|"
        r"okay|calm|relaxed|safe|ready|normal|sure|confident)?\b",
        r"\b(just|only) (a|an|some|the)( \w+)? (routine|little|small|check|formality|presentation|"
        r"test|exam|interview|storm|scratch|bump|cold|delay|wind|dust\w*|noise|meeting|speech|"
        r"headache|question|precaution)\b|\brelax\b|\bcalm down\b|\bstay calm\b|\btake (a|your) "
        r"(breath|time)\b|\b(nothing|it'll pass)\b",
        r"没事|没关系|不要紧|别担心|不用担心|放心|不紧张|不怕|挺好的|一切(都)?(好|正常|顺利)|小事|我很好|还好|不着急",
    ),
    # something good that has happened to the speaker
    "news": (
        r"\b(i|we|they|he|she|it|my \w+|our \w+)('ve| have| has| just| finally| actually|"
        r" really| both| did){0,3} ?(got|passed|won|made it|did it|were? accepted|was accepted|accepted|"
        r"approved|graduated|sold|finished|published|promoted|engaged|chosen|selected|hired|"
        r"recovered|came through|said yes|found (it|her|him|a)|am in|are in|nailed|beat|scored|"
        r"worked|bought|closed)\b",
        r"\b(got (the|a|my|our|in)|getting married|having a baby|pregnant|scholarship|promotion|"
        r"a raise|job offer|first (prize|place)|all clear|cancer[- ]free|in remission|is clear|"
        r"came back (clear|negative|clean)|good news|great news|wonderful news|it's a (girl|boy)|"
        r"full marks|got in|the visa|the grant|the house is ours|paid off|debt[- ]free)\b",
        r"考上|录取|通过了|升职|中了|怀孕|好消息|拿到|赢了|成功了|毕业|结婚了",
    ),
    # sharing in somebody else's luck
    "wishes": (
        r"\b(congrat\w*|well deserved|(you|he|she|they)( all)? deserved? (it|this|that|every))\b",
        r"\b(happy|glad|thrilled|pleased|delighted|excited) for (you|him|her|them|both|everyone)\b",
        r"恭喜|祝贺|为你高兴|替你高兴",
    ),
    # brushing somebody aside, belittling
    "dismissive": (
        r"\bwhatever\b|\bif you say so\b|\bwho cares\b|\bdon't bother\b|\bi couldn't care less\b|"
        r"\bnot my problem\b|\bspare me\b|\bsave it\b|\bgive me a break\b|\boh,? please\b",
        r"\b(is that|that's|was that) (all|it|your best|the best|supposed to)\b|\bas if\b|\bcute\b|"
        r"\bquaint\b|\badorable\b|\bgood for (you|him|her|them)\b|\bif that's what\b",
        r"\b(pathetic|amateur\w*|beneath|typical|people like (you|him|her|them|that)|some people|"
        r"your (kind|sort|type|level)|embarrassing for you|predictable|mediocre|laughable|"
        r"what did (i|you|we) expect|expected nothing|(what|how) else|wouldn't understand|can't expect|"
        r"hardly|barely|so-called|little (project|hobby|speech|idea|job|plan|show))\b",
        r"\b(sure|right|fine),? (you|he|she|they) (did|do|does|are|is|were|was|will)\b|"
        r"\bi'm sure (you|he|she|they|it)\b|\b(you|he|she|they) (always|never|would)\b",
        r"随便|无所谓|就这|也配|不过如此|关我什么事|懒得|得了吧|算了吧|切",
    ),
    # insults and accusations that friends make in play
    "mock": (
        r"\b(idiot|dork|loser|nerd|goof(ball)?|silly|dummy|hopeless|muppet|clown|weirdo|monster|"
        r"dinosaur|fossil|disaster|menace|drama queen|diva|chicken|walnut|donkey|genius|cheat(er)?|"
        r"thief|traitor|fool|klutz|slowpoke|lazybones|baby|brat|rascal|troublemaker|old man|"
        r"grandpa|grandma|princess|your (highness|majesty))\b",
        r"\b(you call (that|this)|my (gran|grandma|grandmother|dog|cat|little sister) (could|can|"
        r"\w+s better)|worst|terrible|awful|useless|ridiculous|impossible|shameless|unbelievable|"
        r"never (learn|change|on time)|can't (cook|drive|dance|sing|park|even)|look at you|nice hair|"
        r"shut up|get lost|hate you|you're so|you are so|how (did|do) you (even|manage)|"
        r"who (taught|dressed|let) you|(burn|burnt|burned) (water|the))\b",
        r"笨蛋|傻瓜|小气鬼|坏蛋|讨厌|懒虫|你这个|丢人|臭小子|胆小鬼|大笨",
    ),
    # parting, loss, memory, and what moves people to tears
    "loss": (
        r"\b(miss(ed|ing)? (you|him|her|them|it|this|my|our|home)|i'll miss|going to miss|goodbye|"
        r"farewell|last time|passed away|died|gone|funeral|grave|without (you|him|her|them)|"
        r"never (see|hear|met|forget|got to)|lost (him|her|them|my|our)|left us|late (wife|husband|"
        r"mother|father|brother|sister|gran\w*)|in memory|she would have|he would have|"
        r"(wish|if only) (you|he|she|they|dad|mum|mom)|used to|remember(s|ed)?|leaving|let (you|her|"
        r"him) go|all grown up|grown so|empty (house|nest|room)|last (day|night|song|letter))\b",
        r"想(你|他|她|家)|再见|走了|去世|离开|舍不得|最后一次|记得|以前|不在了",
    ),
}  # fmt: skip


_FEELINGS: Final[Mapping[str, str]] = {
    "fatigue": r"\b(tired|exhausted|drained|worn out|no energy|can't keep my eyes|no sleep|"
    r"haven't slept|sleepy|need (to )?(sleep|rest)|long (day|night|week|shift)|double shift|"
    r"run down|burn(t|ed) out)\b|累|困|没睡",
    "boredom": r"\b(bor(ed|ing)|dull|tedious|how much longer|same (old|thing) (again|every)|"
    r"nothing (happens|to do)|goes on forever|watching paint)\b|无聊|没意思",
    "nostalgia": r"\b(remember(s|ed)? (when|how|that|the|this|those|our)|used to|those days|back "
    r"then|old (days|times|house|school|street|song|photo\w*)|as a (kid|child)|childhood|"
    r"when (i|we) (was|were) (\w+ )?(young|little|small|kids|children|a (kid|child|boy|girl))|"
    r"years ago|takes me back|summers?)\b|小时候|以前|那时候|记得",
    "envy": r"\b(jealous|env(y|ious)|must be nice|lucky (you|him|her|them)|why (not me|"
    r"(him|her|them|does (he|she))|do (they|you))|(she|he|they) (always )?gets? (all|every\w*|the)|"
    r"wish (i|it|that) (had|was|were|could be)|should have been me|everyone (else )?(but|except) "
    r"me|(instead of|and not) me|with (him|her) again)\b|羡慕|嫉妒|凭什么",
    "calm": r"\b(peaceful|so quiet|it's quiet|at peace|relaxing|no rush|nowhere to be|soothing|"
    r"calm here|nice and quiet|just (sit|breathe|lie))\b|安静|宁静|舒服",
    "loneliness": r"\b(lonely|alone|nobody|no one|by myself|all by|empty (house|flat|room|chair)|"
    r"no (friends|visitors)|(never|nobody|no one) (calls|visits|comes|writes))\b|孤单|寂寞|一个人",
    "hurt": r"\b(hurts?|lied (to|about)|behind my back|trusted (you|him|her|them)|betray\w*|how "
    r"could you|forgot (my|about|me)|didn't (even )?(ask|invite|call|tell|come)|(meant|mean) "
    r"nothing|left me|let me down)\b|伤心|骗|背叛",
    "helplessness": r"\b((don't|do not) know what (to do|else)|nothing (i|we|more) can|can't do "
    r"anything|no way out|what (can|am) i|out of (my|our) hands|useless|no use|pointless|"
    r"given? up)\b|没办法|无能为力",
    "determination": r"\b(won't give up|not giving up|going to (make|do|win|finish|beat|prove|"
    r"try)|no matter (what|how)|(will|'ll) (do|make|win|finish|get|try|show|fight|keep)|must|one "
    r"more (time|try)|whatever it takes|until (it|i|we))\b|一定|绝不放弃",
    "overload": r"\b(too much|all at once|can't (cope|handle|keep up|breathe|think|take)|so much "
    r"(to do|going)|everything at once|drowning|where (do|to) (i|we)? ?(even )?(start|begin)|"
    r"deadline\w*|overwhelm\w*)\b|受不了|太多|撑不住",
    "awe": r"\b(breathtaking|never seen (any|such|so)|magnificent|beautiful|incredible|stars|"
    r"galaxy|so (big|huge|vast|many)|majestic|miracle|wow|look at (that|it|this|all)|"
    r"unbelievable|enormous|how (is|can) (that|this|it))\b|太美|壮观|好大",
    "suspicion": r"\b(don't (trust|believe|buy)|suspicious|hiding|fishy|something('s| is) (off|"
    r"wrong|not right)|lying|where were you|who (was|were) (that|you)|really\?|are you sure|"
    r"prove|too good to be|why (would|did) (he|she|you|they))\b|怀疑|不相信|骗",
    "longing": r"\b(miss|wish|if only|long(ing)? (for|to)|far away|so far|dream of|some ?day|"
    r"come (home|back)|see (you|him|her|them) again|want to go home|one day)\b|想念|要是|盼",
    "impatience": r"\b(hurry|come on|how (much )?long(er)?|waiting|already|get (to the point|on "
    r"with it)|any ?time (today|now)|faster|let's go|late again|move it|enough)\b|快点|还要多久|等",
    "shyness": r"\b(shy|um+|uh+|er+m*|i mean|sort of|don't look|stop it|blush\w*|if you want|"
    r"maybe (we|you))\b|害羞|不好意思",
    "defence": r"\b(not my fault|i didn't|wasn't me|i never|why (are you )?(blaming|always me)|"
    r"don't (blame|look at me)|i was (just|only)|nobody told me)\b|不是我|不怪我",
}  # fmt: skip


@cache
def _compiled(purpose: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.IGNORECASE) for p in _TURNS[purpose])


PURPOSES: Final = tuple(_TURNS)
"""``irony``, ``civil``, ``apology``, ``calm``, ``news``, ``wishes``, ``dismissive``, ``mock``, ``loss``."""


def turns_of_phrase(text: str) -> dict[str, float]:
    """Return per purpose how clearly the text is phrased for it, 0..1; 0 is left out."""
    shown = text[:MAX_CHARS].replace("’", "'")  # noqa: RUF001 - the apostrophe of subtitles
    found = {}
    for purpose in PURPOSES:
        n = sum(bool(p.search(shown)) for p in _compiled(purpose))
        if n:
            found[purpose] = min(1.0, _FIRST + _NEXT * (n - 1))
    return found


@cache
def _naming(kind: str) -> re.Pattern[str]:
    return re.compile(_FEELINGS[kind], re.IGNORECASE)


def named_kinds(text: str) -> frozenset[str]:
    """Return the kinds of feeling that words of ``text`` bring up, by name or by their subject."""
    shown = text[:MAX_CHARS].replace("’", "'")  # noqa: RUF001 - the apostrophe of subtitles
    return frozenset(kind for kind in _FEELINGS if _naming(kind).search(shown))
