"""Whether text is English: by its script, its small words, and how its letters follow each other.

Reads    text of any length and alphabet
Returns  ``Guess``: English, another language (named if it can be), or too little to tell
Cost     about 20 us per utterance of ten words
Source   lists of function words of our own; letter statistics counted on GoEmotions, training part

It exists to keep text of other languages away from a model that reads English only. It is not a
language identifier: names are a hint for a person.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MIN_LETTERS: Final = 14
"""Letters from which the letter statistics decide; a name or two fills less."""
MAX_CHARS: Final = 2_000
LEAST_WORDS: Final = 3
"""Small words from which a text counts as another language, see ``rival_language``."""
FAMILIAR: Final = 1.2
"""Strangeness of text that looks English; measured: 95 % of English utterances are below, and none
of 58 sentences in 14 other languages."""
STRANGE: Final = 1.4
"""Strangeness of text that is not English; measured: 1 % of English utterances are above."""
VERY_STRANGE: Final = 1.7
"""Strangeness that outweighs a small word that looks English."""
LETTERS: Final = " abcdefghijklmnopqrstuvwxyz'*"
"""Symbols of the letter statistics; ``*`` is any other letter."""

_ENGLISH: Final = """
the and you i'm it's that this these those what is are was were have has had will would can can't
don't didn't doesn't isn't won't i i've i'll i'd you're you've we're they're he's she's that's there
what's let's my your his her our their it he she we they who how why when where which with from for
of to on in into over not just only even still know think want get got right okay yeah yes please
sorry thanks thank hello hey oh wow about could should been being does did going go come here very
really never always because if but or all at by be up out like good bad well too then than them some
any much more now little love hate am one two new again today time day people thing something
anything nothing everything see say said make take a an as so no me us him myself yourself both own
such after before while until
"""
ENGLISH: Final = frozenset(_ENGLISH.split())
OTHERS: Final = {
    name: frozenset(words.split())
    for name, words in {
        "German": "der das und ist ich nicht ein eine einen du wir ihr sie mit für auf den dem des "
        "zu von auch wie noch nur schon mal ja nein kein keine mich dich mir dir hab habe hast sind "
        "bin bist aber oder wenn weil dass doch sehr gut danke bitte warum wieder immer nie jetzt "
        "hier kann muss will wird wurde hatte heute morgen es er ihn",
        "French": "le la les un une des du je tu il elle nous vous ils elles est suis es sont et ou "
        "mais que qui quoi ne pas plus pour dans avec sur ce cette ça c'est j'ai mon ma mes ton ta "
        "son sa très bien oui non merci rien tout tous fait être avoir au aux pourquoi jamais "
        "toujours aussi n'est d'accord qu'est s'il l'on parce moi toi",
        "Spanish": "el la los las un una unos que de en y es no se lo por con para como está estoy "
        "eres soy pero más muy qué sí si yo tú él ella nosotros mi tu su del al te le ya esto eso "
        "cuando porque gracias nada todo hay tengo tiene bien hoy nunca siempre también quiero",
        "Italian": "il lo gli una che di è non per con sono sei siamo ho hai mi ti ci si ma come "
        "più molto anche questo questa quello della del nel alla cosa perché grazie bene niente "
        "tutto sempre mai io lui lei noi voi oggi così già",
        "Portuguese": "o os um uma que de em não é eu você ele ela nós com por para mas como mais "
        "muito está estou são isso isto meu minha seu sua do da dos das no na obrigado obrigada bem "
        "tudo nada nunca sempre também hoje quando porque já",
        "Dutch": "het een en ik niet je jij hij zij wij dat dit van voor met op maar ook wel niets "
        "nog geen ben bent zijn heb hebt heeft wat waarom hoe goed dank heel erg mij mijn jouw deze "
        "naar bij uit als dan kan moet wil altijd nooit vandaag",
        "Scandinavian": "och det jag inte är att på för med som har du vi ni han hon den ett av men "
        "ikke jeg og er til hvad hvor mig dig meg deg så tack tak takk ja nej nei mycket meget alltid "
        "aldri aldrig varför hvorfor idag",
        "Polish": "nie jest się że na to do jak ale co tak mnie mi ty ja on ona są jestem jesteś już "
        "tylko dla bardzo dobrze dziękuję dlaczego zawsze nigdy czy być mam masz",
        "Turkish": "bir ve bu da de için ben sen biz siz çok ne değil var yok ama gibi daha evet "
        "hay\u0131r teşekkürler neden şimdi bugün her seni beni",
        "Indonesian": "yang dan di ini itu tidak saya aku kamu dia kami kita dengan untuk ada akan "
        "bisa sudah apa kenapa sangat juga bukan terima kasih hari",
        "Romanian": "și nu este sunt un o pe la cu de că mai foarte eu tu el ea noi voi ce cum "
        "pentru din dar bine mulțumesc azi acum niciodată",
        "Finnish": "ja on ei se en minä sinä hän me te että mutta niin mitä kun olen olet oli ole "
        "minun sinun kiitos hyvä nyt tämä joka miksi aina",
        "Hungarian": "a az és nem hogy egy van ez azt én te ő mi ti is de csak meg már köszönöm jó "
        "miért mindig soha most",
        "Czech": "je se to na že ale jak co ne já ty on jsem jsi jsou tak už není velmi děkuji proč "
        "vždy nikdy dnes tady mě",
        "Vietnamese": "là không tôi anh em của và có được cho một những này với rất cảm ơn bạn",
    }.items()
}
_SHARED: Final = ENGLISH & frozenset().union(*OTHERS.values())
"""Words that English shares with another language: they speak for neither."""
_SCRIPTS: Final = {
    "CYRILLIC": "a language in Cyrillic script",
    "ARABIC": "a language in Arabic script",
    "HEBREW": "Hebrew",
    "GREEK": "Greek",
    "DEVANAGARI": "a language in Devanagari script",
    "THAI": "Thai",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Chinese or Japanese",
}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


class Guess(NamedTuple):
    """What the text looks like."""

    english: bool | None
    """``None``: too little text to tell."""
    name: str = ""
    """The other language in words, if the text is not English."""
    by_script: bool = False
    """Whether the alphabet alone says so."""


def guess(text: str, letters: NDArray[np.float32]) -> Guess:
    """Judge whether ``text`` is English.

    Args:
        text: What was said.
        letters: Letter statistics, shape ``(29, 29, 29)``: log probability of the third symbol
            of ``LETTERS`` after the first two, divided by its mean over English text; 1 is
            typical and larger is less like English.
    """
    text = text[:MAX_CHARS]
    n_letters, script = _script(text)
    if script:
        return Guess(False, script, by_script=True)
    words = folded_words(text)
    telling = set(words) - _SHARED
    english = len(telling & ENGLISH)
    rival, theirs = _rival(telling)
    margin = english - theirs
    strangeness = letter_strangeness(" ".join(words), letters)
    if n_letters < MIN_LETTERS:
        if margin >= 2 or (margin == 1 and len(words) >= 2 and strangeness <= 1.0):
            return Guess(True)
        return Guess(False, rival) if margin <= -2 else Guess(None)
    if margin >= 1:
        limit = STRANGE if margin == 1 else VERY_STRANGE
        return Guess(True) if strangeness <= limit else Guess(None)
    if margin <= -2 or strangeness > STRANGE:
        return Guess(False, rival)
    if margin == -1:
        return Guess(False, rival) if strangeness > FAMILIAR else Guess(None)
    return Guess(True) if strangeness <= FAMILIAR else Guess(None)


def other_script(text: str, *own: str) -> str:
    """Return the first letters of ``text`` in a script that is none of ``own``; empty if none are.

    Args:
        text: Any.
        own: Scripts as Unicode names their letters: ``LATIN``, ``CJK``.
    """
    at = next((i for i, c in enumerate(text) if c.isalpha() and _script_of(c) not in own), -1)
    if at < 0:
        return ""
    end = at
    while end < len(text) and text[end].isalpha() and _script_of(text[end]) not in own:
        end += 1
    return text[at:end]


def rival_language(text: str) -> str:
    """Return another language whose small words outnumber the English ones; empty if none do.

    Names that language for a person. Three such words at least: fewer may be names or loans.
    """
    telling = set(folded_words(text)) - _SHARED
    name, theirs = _rival(telling)
    return name if theirs >= LEAST_WORDS and theirs > len(telling & ENGLISH) else ""


def folded_words(text: str) -> list[str]:
    """Return the words of ``text`` in folded case, with straight apostrophes."""
    return [word.casefold().replace("\u2019", "'") for word in _WORD.findall(text)]


def letter_strangeness(text: str, letters: NDArray[np.float32]) -> float:
    """Mean of the letter statistics over folded ``text``; 1 is typical English, 0 if empty."""
    codes = letter_codes(f"  {text} ")
    if len(codes) < 4:
        return 0.0
    return float(letters[codes[:-2], codes[1:-1], codes[2:]].mean())


def letter_codes(text: str) -> NDArray[np.uint8]:
    """Return the index in ``LETTERS`` of every character of folded ``text``."""
    # what has no place in Latin-1 comes back as "?", which is "any other letter" as well
    return _CODES[np.frombuffer(text.encode("latin-1", "replace"), np.uint8)]


_CODES: Final[NDArray[np.uint8]] = np.array(
    [
        LETTERS.find(chr(byte)) if chr(byte) in LETTERS else LETTERS.index("*")
        for byte in range(256)
    ],
    np.uint8,
)


def _rival(words: set[str]) -> tuple[str, int]:
    """Return the other language with most function words, and how many it has."""
    hits = Counter(name for word in words for name in _speakers(word))
    if not hits:
        return "a language other than English", 0
    best = max(hits.values())
    return min(name for name, n in hits.items() if n == best), best


@lru_cache(maxsize=1 << 14)
def _speakers(word: str) -> tuple[str, ...]:
    return tuple(name for name, words in OTHERS.items() if word in words)


def _script(text: str) -> tuple[int, str]:
    """Return the number of letters, and the name of the main script unless it is Latin."""
    if text.isascii():
        return sum(map(str.isalpha, text)), ""
    scripts = Counter(_script_of(c) for c in text if c.isalpha())
    n_letters = sum(scripts.values())
    foreign = n_letters - scripts["LATIN"]
    # a Latin word or two among characters that stand for whole words does not make it English
    if foreign * 2 <= scripts["LATIN"]:
        return n_letters, ""
    main = max((s for s in scripts if s != "LATIN"), key=lambda s: (scripts[s], s))
    if main == "CJK" and (scripts["HIRAGANA"] or scripts["KATAKANA"]):
        main = "HIRAGANA"
    return n_letters, _SCRIPTS.get(main, "a language in another script")


@lru_cache(maxsize=1 << 12)
def _script_of(char: str) -> str:
    return unicodedata.name(char, "?").split(maxsplit=1)[0].split("-")[0]
