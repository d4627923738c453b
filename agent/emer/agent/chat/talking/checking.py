"""Hold what a language model says about clips to what it cites, sentence by sentence.

Reads    sentences of the model, and the reports that it could ask
Returns  each as it is printed, with its citation, or why it is not
Cost     milliseconds
Source   none: rules, stated below; the checks of claims (``emer.graphs.verification``) need typed
         assertions, which free sentences do not have: these are the parts of them that do not

A sentence stands if it ends with ids that exist, speaks of whom they are about, quotes what was said
there, names times, movements and emotions that they carry, and holds nothing that carries something
out. What does not stand is dropped and counted.
"""

import re
from collections.abc import Sequence
from typing import Final

from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.queries.answer import Cited
from emer.graphs.instructions import instructs
from emer.graphs.leaks import leak_in
from emer.graphs.report import Report
from emer.graphs.verification.emotions import canonical, emotion_words
from emer.graphs.verification.scan import Scan
from emer.tools import taxonomy
from emer.tools.findings import SCENE, Evidence, Spanned, TimeSpan
from emer.tools.quoting import quoted
from emer.tools.readings import ActionUnitReading

MAX_CHARS: Final = 600
"""Of one sentence."""
MAX_EXCUSE: Final = 200
"""Of one that says what cannot be told, and so cites nothing."""
NEAR_S: Final = 1.0
"""A time that is named lies within what is cited, or this near to it."""
CATEGORY_FROM: Final = 0.2
_CANNOT: Final = re.compile(r"^\W*(cannot tell|can't tell|无法判断|无法)", re.I)
_MIND: Final = re.compile(
    r"\b(P\d+|she|he|they|person|speaker)\b[^.]{0,30}\b(feels?|felt|is feeling|thinks?|wants?|believes?|intends?|knows|is lying|lies)\b"
    r"|P\d+[^。]{0,8}(感到|觉得|认为|想要|相信|打算|在撒谎)",
    re.I,
)
_PLAIN: Final = frozenset({"positive", "negative", "serious", "focused", "alert", "critical"})
"""Labels whose words say something plainer in most sentences."""


class Checker:
    """Checks the sentences of one answer.

    Args:
        reports: One per clip, in order.
        told: What the model was told to do: no sentence may repeat it.
    """

    def __init__(self, reports: Sequence[Report], told: str) -> None:
        n = len(reports)
        self._tellers = [
            Teller(r, r.explanation.language, i, n) for i, r in enumerate(reports, 1)
        ]  # fmt: skip
        self._orders = _runs(told)

    def check(self, sentence: str, ids: tuple[str, ...]) -> "Sentence | str":
        """Return the sentence with its citation, or why it does not stand."""
        said = quoted(sentence, MAX_CHARS)
        return _harm(said, self._orders) or _against(said, ids, self._tellers)


def _harm(sentence: str, orders: set[tuple[str, ...]]) -> str:
    quotes = tuple(re.findall(r"“([^”]*)”|\"([^\"]*)\"", sentence))
    leak = leak_in(sentence, quotes=tuple(x for q in quotes for x in q if x))
    if leak:
        return leak
    if instructs(sentence):
        return "it gives instructions"
    if _runs(sentence) & orders:
        return "it repeats what the model was told to do"
    if _MIND.search(sentence):
        return "it says what somebody feels or thinks, which nothing measures"
    return ""


def _against(sentence: str, ids: tuple[str, ...], tellers: list[Teller]) -> "str | Sentence":
    """Return the sentence with its citation, or why it does not stand."""
    if not ids:
        plain = not emotion_words(sentence) and not _quotes(sentence)
        if _CANNOT.search(sentence) and plain and len(sentence) <= MAX_EXCUSE:
            return Sentence(text=sentence, abstains=True)
        return "it cites nothing"
    for tell in tellers:
        known = [i for i in ids if i in tell.facts.evidence]
        if known and len(known) < len(ids):
            missing = next(i for i in ids if i not in tell.facts.evidence)
            return f"it cites {quoted(missing, 40)}, which does not exist"
        if known:
            return _of_evidence(sentence, known, tell)
        mark = _by_mark(sentence, ids, tell)
        if mark is not None:
            return mark
    return f"it cites {quoted(ids[0], 40)}, which does not exist"


def _by_mark(sentence: str, ids: tuple[str, ...], tell: Teller) -> Sentence | None:
    """Return a sentence that cites a fact of the file, a gap or a case: by what stands there."""
    from emer.agent.queries.args import NoArgs, Some
    from emer.agent.queries.basics import gaps, media
    from emer.agent.queries.cases import cases

    lines = [
        *media(tell.report, NoArgs()).lines, *gaps(tell.report, Some(limit=200)).lines,
        *cases(tell.report, Some(limit=200)).lines,
    ]  # fmt: skip
    own = [x for x in lines if x.mark.strip("[]") in ids]
    if not own:
        return None
    numbers = set(re.findall(r"\d+(?:\.\d+)?", sentence))
    told = {n for x in own for n in re.findall(r"\d+(?:\.\d+)?", f"{x.text} {x.mark}")}
    # of the file nothing but its numbers can be wrong; what it shows needs evidence
    if numbers - told or [w for w in emotion_words(sentence) if "case:" not in own[0].mark]:
        return None
    return tell.cited(own[0], sentence)


def _of_evidence(sentence: str, ids: list[str], tell: Teller) -> "str | Sentence":
    facts = tell.facts
    cited = [facts.evidence[i] for i in ids]
    scan = Scan.of(sentence, [])
    problem = (
        _person_problem(scan, cited, tell)
        or _quote_problem(sentence, cited, tell)
        or _time_problem(scan, cited)
        or _unit_problem(scan, cited)
        or _emotion_problem(scan, cited, tell)
    )
    if problem:
        return problem
    place = TimeSpan(start_s=min(e.start_s for e in cited), end_s=max(e.end_s for e in cited))
    whose = list(dict.fromkeys(facts.who(e.subject) for e in cited))
    subject = whose[0] if len(whose) == 1 else next((w for w in whose if w != SCENE), SCENE)
    line: Cited = facts.cited(
        sentence, place, subject, ids, quotes=" ".join(_quotes(sentence)) or None
    )
    return tell.cited(line)


def _person_problem(scan: Scan, cited: list[Evidence], tell: Teller) -> str:
    about = {tell.facts.who(e.subject) for e in cited}
    for mark in scan.persons:
        if mark.what != SCENE and mark.what not in {p.id for p in tell.report.subjects}:
            return f"there is no person {mark.what}"
        if mark.what != SCENE and mark.what not in about:
            return f"it speaks of {mark.what} but cites nothing about them"
    return ""


def _quotes(sentence: str) -> list[str]:
    found = re.findall(r"“([^”]+)”|\"([^\"]+)\"|「([^」]+)」", sentence)
    return [" ".join(x.split()).strip(" .,;:!?…") for q in found for x in q if x]


def _quote_problem(sentence: str, cited: list[Evidence], tell: Teller) -> str:
    texts = [v for e in cited for v in e.reading.quantities().values() if isinstance(v, str)]
    texts += [
        u.text for u in tell.report.utterances
        if u.text and any(u.overlaps(e) and tell.facts.who(e.subject) == u.subject for e in cited)
    ]  # fmt: skip
    folded = [" ".join(t.split()).casefold() for t in texts]
    for quote in _quotes(sentence):
        if not any(quote.casefold() in text for text in folded):
            return f"it quotes '{quoted(quote, 40)}', which what it cites does not hold"
    return ""


def _time_problem(scan: Scan, cited: list[Evidence]) -> str:
    for time in scan.times:
        if not any(e.start_s - NEAR_S <= time.at_s <= e.end_s + NEAR_S for e in cited):
            return f"it names {time.at_s:.1f} s, and nothing that it cites lies there"
    return ""


def _unit_problem(scan: Scan, cited: list[Evidence]) -> str:
    units = {e.reading.au for e in cited if isinstance(e.reading, ActionUnitReading)}
    for mark in scan.units:
        if mark.what not in units:
            return f"it names {mark.what}, which it does not cite"
    return ""


def _emotion_problem(scan: Scan, cited: list[Evidence], tell: Teller) -> str:
    named = [w for w in emotion_words(scan.prose) if w.what not in _PLAIN]
    if not named:
        return ""
    carried = _carried(cited, tell)
    for word in named:
        label = taxonomy.LABELS.get(canonical(word.what))
        family = label.family if label else ""
        if word.what not in carried and family not in carried:
            said = scan.prose[word.start : word.end]
            return f"it says '{said}', which nothing that it cites carries"
    return ""


def _carried(cited: list[Evidence], tell: Teller) -> set[str]:
    """Return the labels, and their families, that were named or measured where it cites."""
    whose = {tell.facts.who(e.subject) for e in cited}

    def is_here(item: Spanned, subject: str) -> bool:
        return subject in whose and any(item.overlaps(e) for e in cited)

    report = tell.report
    segments = {s.id for s in report.explanation.segments if is_here(s, s.subject)}
    words = [x.label for x in report.labels if x.segment in segments]
    for reading in report.explanation.readings:
        if reading.segment in segments:
            words += [a.label for a in (*reading.labels, *reading.alternatives)]
    for e in cited:
        words += [
            name for name, score in getattr(e.reading, "scores", {}).items()
            if score >= CATEGORY_FROM
        ]  # fmt: skip
    known = [taxonomy.find(w) for w in words]
    return {*words, *(x.word for x in known if x), *(x.family for x in known if x)}


_RUN: Final = 6


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
