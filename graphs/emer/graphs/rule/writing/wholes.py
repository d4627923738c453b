"""Sum up each person over the clip, and the clip itself, from claims that were verified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from emer.graphs.report import Claim, Label, Language, Segment
from emer.graphs.rule.language import wording
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.conclusions import named
from emer.graphs.rule.writing.wording import at, capital
from emer.tools.findings import SCENE, Modality

MAX_MOMENTS: Final = 4
MAX_TIMES: Final = 3
"""Times that are listed one by one; more are told as from the first to the last."""
MOST: Final = 0.7
"""Labels of a smaller share of a person's moments than this do not speak for the clip."""
MAX_PERSONS: Final = 4
"""Persons that the clip as a whole is told of; each has a claim of their own."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Moments of one person that follow each other and carry the same label."""

    label: str
    shown: str
    """The label in the language of the text."""
    intensity: float
    weight: float
    sources: list[Claim]


@dataclass(frozen=True, slots=True)
class _Clip:
    """What the times of a summary are told by."""

    segments: Sequence[Segment]
    still: bool

    def is_window(self, claim: Claim) -> bool:
        """Whether a claim is about a window that nobody's words set: its edges tell nothing."""
        return any(s.id == claim.segment and s.role == "silent" for s in self.segments)

    def covers(self, person: str, stretches: Iterable[_Stretch]) -> bool:
        """Whether labels cover most of a person's moments."""
        total = sum(s.subject == person for s in self.segments)
        return sum(len(s.sources) for s in stretches) >= MOST * total


def sum_up(
    labels: Sequence[Label],
    claims: Sequence[Claim],
    *,
    first: int,
    language: Language = "en",
    still: bool = False,
    segments: Sequence[Segment] = (),
) -> list[Claim]:
    """Return a claim about the clip if several persons show something, then one per person.

    Args:
        labels: Verified labels.
        claims: Verified claims; those that a summary rests on lend it their assertions.
        first: Number of the first claim id to use.
        language: Of the text.
        still: The medium is a picture: there are no times to tell.
        segments: All segments; without them labels count as those of the whole clip, and all
            times as moments.
    """
    words = wording(language)
    people = {p: s for p in dict.fromkeys(x.subject for x in labels)
              if (s := _stretches(p, labels, claims))}  # fmt: skip
    found = []
    known = [p for p in people if p != SCENE]
    if len(known) > 1:
        shown = {p: max(people[p], key=lambda s: s.weight) for p in known[:MAX_PERSONS]}
        found.append(_of_clip(f"K{first}", shown, claims, words))
    for person, stretches in people.items():
        name = f"K{first + len(found)}"
        found.append(_of_person(name, person, stretches, words, _Clip(segments, still)))
    return found


def _stretches(person: str, labels: Sequence[Label], claims: Sequence[Claim]) -> list[_Stretch]:
    """Return what a person comes across as, in order, the same in a row together."""
    emotions = {c.segment: c for c in claims if c.stage == "emotion"}
    best: dict[str, Label] = {}
    for x in labels:
        stated = emotions.get(x.segment)
        if x.subject == person and stated is not None and x.label in stated.labels:
            kept = best.get(x.segment)
            best[x.segment] = x if kept is None or x.score > kept.score else kept
    found: list[_Stretch] = []
    for x in sorted(best.values(), key=lambda x: (x.start_s, x.end_s)):
        weight = x.score * (0.5 + 0.5 * x.intensity)
        found.append(_Stretch(x.label, x.shown, x.intensity, weight, [emotions[x.segment]]))
    return _merged(found)


def _merged(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Return the stretches with those that carry the same label in a row put together."""
    found: list[_Stretch] = []
    for s in stretches:
        if found and found[-1].label == s.label:
            one = found[-1]
            found[-1] = _Stretch(
                s.label, s.shown, max(one.intensity, s.intensity), max(one.weight, s.weight),
                [*one.sources, *s.sources],
            )  # fmt: skip
        else:
            found.append(s)
    return found


def _of_person(
    name: str, person: str, stretches: list[_Stretch], words: Wording, clip: _Clip
) -> Claim:
    part = "" if clip.covers(person, stretches) else "_part"
    kept = sorted(stretches, key=lambda s: -s.weight)[:MAX_MOMENTS]
    shown = _merged(s for s in stretches if s in kept)
    who = words.frames["unknown"] if person == SCENE else person
    if len(shown) == 1:
        times, sources = _times(shown[0], words, clip)
        frame = "whole_still" if clip.still else f"whole{part}_one"
        text = words.say(frame, who=who, labels=_label(shown[0], words), times=times)
        return _claim(name, person, text, sources, [shown[0].label])
    moments, sources = [], []
    for place, stretch in enumerate(shown):
        times, own = _times(stretch, words, clip)
        sources += own
        frame = ("moment", "then", "later", "after")[place]
        moments.append(words.say(frame, labels=_label(stretch, words), times=times))
    text = words.say(f"whole{part}", who=who, moments="".join(moments))
    return _claim(name, person, text, sources, [s.label for s in shown])


def _of_clip(
    name: str, shown: dict[str, _Stretch], claims: Sequence[Claim], words: Wording
) -> Claim:
    persons: list[str] = []
    before = ""
    for person, stretch in shown.items():
        frame = "next_alike" if stretch.label == before else "next_person"
        frame = frame if persons else "person"
        persons.append(words.say(frame, who=person, labels=_label(stretch, words)))
        before = stretch.label
    sources = [_telling(s) for s in shown.values()]
    text = words.chained(persons)
    conflict = _sharpest([c for c in claims if c.subject in shown])
    disagreement = ""
    if conflict is not None:
        sources.append(conflict)
        one, other = _pair(conflict)
        disagreement = words.say(
            "disagreement", time=at(conflict.start_s), who=conflict.subject,
            one=words.modalities[one], other=words.modalities[other],
        )  # fmt: skip
    first, *others = shown
    text = words.say("clip", persons=text, disagreement=disagreement)
    return _claim(name, first, text, sources, [s.label for s in shown.values()], about=others)


def _telling(stretch: _Stretch) -> Claim:
    return max(stretch.sources, key=lambda c: c.end_s - c.start_s)


def _sharpest(claims: Sequence[Claim]) -> Claim | None:
    """Return the disagreement whose two values lie furthest apart."""
    found = [c for c in claims if c.stage == "disagreement" and len(c.assertions) == 2]
    return max(found, key=_distance, default=None)


def _distance(conflict: Claim) -> float:
    values = [a.value for a in conflict.assertions if not isinstance(a.value, str)]
    return max(values) - min(values)


def _pair(conflict: Claim) -> tuple[Modality, Modality]:
    of = {
        "face": Modality.FACE, "voice": Modality.VOICE, "tone": Modality.VOICE,
        "text": Modality.WORDS,
    }  # fmt: skip
    one, other = (of[a.quantity.partition(".")[0]] for a in conflict.assertions)
    return one, other


def _label(stretch: _Stretch, words: Wording) -> str:
    return named(words, [stretch.label], stretch.intensity, {stretch.label: stretch.shown})


def _times(stretch: _Stretch, words: Wording, clip: _Clip) -> tuple[str, list[Claim]]:
    """Say when a stretch shows, and return the claims whose times are named."""
    own = stretch.sources
    if len(own) <= MAX_TIMES:
        times = words.listed([at(c.start_s) for c in own], last="both")
        if any(clip.is_window(c) for c in own):
            times = words.say("window" if len(own) == 1 else "windows", times=times)
        return times, own
    return words.say("between", first=at(own[0].start_s), last=at(own[-1].start_s)), own


def _claim(
    name: str,
    person: str,
    text: str,
    sources: Sequence[Claim],
    labels: list[str],
    *,
    about: list[str] | None = None,
) -> Claim:
    return Claim(
        id=name,
        stage="whole",
        text=capital(text),
        subject=person,
        start_s=min(c.start_s for c in sources),
        end_s=max(c.end_s for c in sources),
        evidence=tuple(dict.fromkeys(i for c in sources for i in c.evidence)),
        assertions=tuple(dict.fromkeys(a for c in sources for a in c.assertions)),
        labels=tuple(dict.fromkeys(labels)),
        about=tuple(about or ()),
        rests_on=tuple(dict.fromkeys(c.id for c in sources)),
    )
