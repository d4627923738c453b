"""Marks of what was heard and read beside the words: sounds, tones, quoted texts."""

from collections.abc import Iterable

from emer.agent.exports.fixed_words import Words
from emer.agent.exports.page.axis import Axis
from emer.agent.exports.page.marks import Draft, Mark, placed
from emer.agent.exports.page.words import during, event_words
from emer.graphs.tones import clear_tone
from emer.tools import taxonomy
from emer.tools.findings import Evidence
from emer.tools.readings import (
    ImpressionReading,
    ScreenTextReading,
    SpeechEmotionReading,
    VocalEventReading,
)


def sound_marks(evidence: Iterable[Evidence], axis: Axis, t: Words) -> list[Mark]:
    """Return one mark per sound that is not a word, stacked where they overlap."""
    return placed(
        (
            Draft(
                start_s=e.start_s, end_s=e.end_s, css="sound", evidence=(e.id,),
                text=f"♪ {event_words(e.reading.event, t)} {e.reading.loudest:.2f}",
                label=t(
                    "mark.sound", time=during(e.start_s, e.end_s),
                    event=event_words(e.reading.event, t), score=f"{e.reading.loudest:.2f}",
                ),
            )
            for e in evidence if isinstance(e.reading, VocalEventReading)
        ),
        axis,
    )  # fmt: skip


def tone_marks(evidence: Iterable[Evidence], axis: Axis, t: Words) -> list[Mark]:
    """Return, for each judged utterance, what its voice clearly sounds like, if anything."""
    drafts = []
    for e in evidence:
        scores = e.reading.scores if isinstance(e.reading, SpeechEmotionReading) else {}
        if scores:
            name = max(scores, key=lambda c: (scores[c], c))
            most = f"{taxonomy.category_word(name, t.language)} {scores[name]:.2f}"
            clear = clear_tone(scores, e.score) is not None
            told = most if clear else t("mark.unclear")
            label = t(
                "mark.tone" if clear else "mark.tone_unclear",
                time=during(e.start_s, e.end_s), most=most,
            )  # fmt: skip
            drafts.append(Draft(
                start_s=e.start_s, end_s=e.end_s, css="tone", text=told, label=label,
                evidence=(e.id,),
            ))  # fmt: skip
    return placed(drafts, axis)


def screen_marks(evidence: Iterable[Evidence], axis: Axis, t: Words) -> list[Mark]:
    """Return one mark per text in the picture, quoted."""
    return _quoted(
        ((e, e.reading.text) for e in evidence if isinstance(e.reading, ScreenTextReading)),
        "mark.screen", axis, t,
    )  # fmt: skip


def opinion_marks(evidence: Iterable[Evidence], axis: Axis, t: Words) -> list[Mark]:
    """Return one mark per impression of another model, quoted."""
    return _quoted(
        ((e, e.reading.text) for e in evidence if isinstance(e.reading, ImpressionReading)),
        "mark.opinion", axis, t,
    )  # fmt: skip


def _quoted(found: Iterable[tuple[Evidence, str]], key: str, axis: Axis, t: Words) -> list[Mark]:
    return placed(
        (
            Draft(
                start_s=e.start_s, end_s=e.end_s, css="quoted", text=f"“{text}”",
                evidence=(e.id,),
                label=t(key, time=during(e.start_s, e.end_s), text=text),
            )
            for e, text in found
        ),
        axis,
    )  # fmt: skip
