"""What one person comes across as in one segment, and on what grounds: the emotion claim."""

import math
from collections.abc import Mapping
from typing import Final

from emer.graphs.report import Alternative
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.bearings import ORDER, argued, bearings, placed, standing
from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.wording import Phrase
from emer.graphs.tasks.explaining import ClaimDraft
from emer.tools import taxonomy
from emer.tools.findings import Modality

MAX_LABELS: Final = 2
MAX_DOUBTS: Final = 2
LEAST_DOUBT: Final = 0.5
"""Alternatives below this share of the best label's score are not told."""
SLIGHT: Final = 0.35
STRONG: Final = 0.85
EXTREME: Final = 1.05
"""Labels this far out on the plane (0..1.41) are strong words by themselves."""
ONE_SIDED: Final = {
    (Modality.FACE,): "looks",
    (Modality.VOICE,): "sounds",
    (Modality.WORDS, Modality.VOICE): "sounds",
}
"""Verbs for what is only seen or only heard."""
ALIKE: Final = frozenset({"congruent", "mixed", "thin"})
"""Relations that the places of the modalities tell better than phrases, which repeat others."""


def conclusion(here: Moment, grounds: Mapping[int, frozenset[str]]) -> ClaimDraft | None:
    """Return the emotion claim of a segment; ``None`` where no emotion is read or carried.

    Args:
        here: The segment.
        grounds: Places of the claims that it can follow from, each with the evidence it cites;
            nothing else is asserted.
    """
    reading = here.reading
    if reading is None or reading.abstained:
        return None
    labels = [a for a in reading.labels if a.label in taxonomy.LABELS][:MAX_LABELS]
    cited = frozenset[str]().union(*grounds.values())
    found = bearings(here, cited)
    asserted = [b.asserted for b in found]
    more = standing(here, cited)
    plain = reading.pattern in ALIKE and bool(found)
    told = "" if plain else argued(here, [*asserted, *more])
    if told or not asserted:
        asserted += more
    if not labels or not asserted:
        return None
    present = [m for m in ORDER if here.affect(m) is not None]
    reasons = told or placed(here.words, found)
    text = here.words.say(
        "emotion",
        lead=_lead(here.words, present),
        who=here.who,
        verb=here.words.frames[ONE_SIDED.get(tuple(present), "across")],
        labels=named(here.words, [a.label for a in labels], reading.intensity),
        doubt=_doubt(here.words, labels, reading.alternatives),
        pattern=here.words.patterns.get(reading.pattern, ""),
        grounds=here.words.say("grounds", grounds=reasons) if reasons else "",
    )
    return here.claim(
        "emotion",
        text,
        [Phrase(text, tuple(asserted))],
        labels=[a.label for a in labels],
        rests_on=list(grounds),
    )


def _lead(words: Wording, present: list[Modality]) -> str:
    if len(present) != 1:
        return words.frames["lead_many"]
    return words.say("lead_one", modality=words.modalities[present[0]])


def named(
    words: Wording, labels: list[str], intensity: float, called: Mapping[str, str] | None = None
) -> str:
    """Return labels with how strongly they are shown: slightly, clearly, very.

    Args:
        words: Of the language.
        labels: Best first.
        intensity: 0..1.
        called: What labels that no table knows are called in the language.
    """
    own = called or {}
    shown = [own.get(x) or taxonomy.label_word(x, words.language) for x in labels]
    first = taxonomy.LABELS.get(labels[0])
    if first is not None and math.hypot(*first.affect) >= EXTREME:
        return words.listed(shown, last="both")
    place = 0 if intensity < SLIGHT else 1 if intensity < STRONG else 2
    if words.ungraded.fullmatch(shown[0]):
        place = min(place, 1)
    return f"{words.intensities[place]}{words.listed(shown, last='both')}"


def _doubt(words: Wording, labels: list[Alternative], others: list[Alternative]) -> str:
    """Return what else it may be: other kinds of feeling, not other words for the same."""
    families = {known.family for a in labels if (known := taxonomy.LABELS.get(a.label))}
    shown = []
    for a in others:
        known = taxonomy.LABELS.get(a.label)
        if known and known.family not in families and a.score >= LEAST_DOUBT * labels[0].score:
            families.add(known.family)
            shown.append(taxonomy.label_word(a.label, words.language))
    if not shown:
        return ""
    return words.say("doubt", labels=words.listed(shown[:MAX_DOUBTS], last="or"))
