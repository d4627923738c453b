"""Lies of the kinds that an analyst could tell: each takes a true claim and twists it.

Every mutator yields variants of one claim of a report. What it yields differs from the original in
what it says; nothing is yielded where a claim offers nothing to twist.
"""

import re
from dataclasses import dataclass, field
from random import Random

from tests.false_words import ASIDES, DENIALS, FILLERS, OPPOSITES, SIGHTS

from emer.graphs.report import Report
from emer.tools import taxonomy

QUOTED = re.compile(r"“[^”]*”")
NUMBER = re.compile(r"(?<![A-Za-z0-9_.:])[+−-]?\d+\.\d+(?![\d:])")  # noqa: RUF001 - real minus
TIME = re.compile(r"(?<![\d:])\d+:\d\d\.\d")
UNIT = re.compile(r"AU\d+")
PERSON = re.compile(r"(?<![A-Za-z0-9])P\d+(?![A-Za-z0-9])")
UNITS = ("AU1", "AU2", "AU4", "AU5", "AU6", "AU9", "AU12", "AU14", "AU15", "AU17", "AU20", "AU43")
SHIFTS_S = (0.5, -0.5, 1.3, -2.7, 4.0, 10.0)


@dataclass(frozen=True)
class World:
    """A true report and the dice that decide what is twisted how."""

    report: Report
    dice: Random = field(default_factory=lambda: Random(7))

    @property
    def language(self):
        return self.report.explanation.language

    def other_person(self, *known):
        names = [p.id for p in self.report.subjects if p.id not in known]
        return self.dice.choice(names or ["P9"])

    def outside_quotes(self, text, pattern):
        """Return where ``pattern`` occurs outside of quotations."""
        quotes = [m.span() for m in QUOTED.finditer(text)]
        spans = (m.span() for m in re.finditer(pattern, text))
        return [s for s in spans if not any(a <= s[0] < b for a, b in quotes)]

    def another_label(self, *known):
        """Return a label far from the known ones."""
        places = [taxonomy.LABELS[k].affect for k in known if k in taxonomy.LABELS]
        words = [
            x.word
            for x in taxonomy.LABELS.values()
            if x.word not in known and " " not in x.word
            and all(abs(x.valence - v) + abs(x.arousal - a) > 0.2 for v, a in places)
        ]  # fmt: skip
        return self.dice.choice(words)

    def evidence(self, name):
        return next(e for e in self.report.evidence if e.id == name)


def changed(item, **update):
    return item.model_copy(update=update)


def spliced(text, span, new):
    return f"{text[: span[0]]}{new}{text[span[1] :]}"


# --- persons --------------------------------------------------------------------------------------


def person_of_the_record(claim, world):
    yield changed(claim, subject=world.other_person(claim.subject))


def person_in_the_text(claim, world):
    for span in world.outside_quotes(claim.text, PERSON):
        named = claim.text[slice(*span)]
        yield changed(claim, text=spliced(claim.text, span, world.other_person(named)))


def person_everywhere(claim, world):
    other = world.other_person(claim.subject, *claim.about)
    if claim.subject in claim.text:
        yield changed(claim, subject=other, text=claim.text.replace(claim.subject, other))


def persons_exchanged(claim, world):
    """Who did what to whom is turned round, in the text and in the record."""
    for other in claim.about:
        if other in claim.text and claim.subject in claim.text:
            text = claim.text.replace(claim.subject, "P?").replace(other, claim.subject)
            text = text.replace("P?", other)
            yield changed(claim, text=text)
            yield changed(claim, text=text, subject=other, about=(claim.subject,))


# --- times ----------------------------------------------------------------------------------------


def span_of_the_record(claim, world):
    for by_s in SHIFTS_S:
        if claim.start_s + by_s >= 0:
            yield changed(claim, start_s=claim.start_s + by_s, end_s=claim.end_s + by_s)
    yield changed(claim, end_s=claim.end_s + world.dice.uniform(0.5, 10))


def time_in_the_text(claim, world):
    for span in world.outside_quotes(claim.text, TIME):
        minutes, seconds = claim.text[slice(*span)].split(":")
        moment = int(minutes) * 60 + float(seconds)
        for by_s in world.dice.sample(SHIFTS_S, 3):
            late = max(0.0, moment + by_s)
            if abs(late - moment) >= 0.1:
                shown = f"{int(late // 60)}:{late % 60:04.1f}"
                yield changed(claim, text=spliced(claim.text, span, shown))


# --- numbers --------------------------------------------------------------------------------------


def _numbers(claim, world):
    """Yield each printed number with the assertions that hold its value."""
    for span in world.outside_quotes(claim.text, NUMBER):
        shown = claim.text[slice(*span)].replace("−", "-")  # noqa: RUF001 - real minus
        own = [
            i
            for i, a in enumerate(claim.assertions)
            if not isinstance(a.value, str) and abs(a.value - float(shown)) < 1e-6
        ]
        yield span, shown, own


def _restated(claim, places, value):
    assertions = list(claim.assertions)
    for i in places:
        assertions[i] = changed(assertions[i], value=value)
    return tuple(assertions)


def _printed(value, like):
    decimals = len(like.partition(".")[2])
    return f"{value:{'+' if like[0] in '+-' else ''}.{decimals}f}"


def _twisted(claim, world, twist):
    """Yield the claim with a number twisted in its text, in its assertions, and in both."""
    for span, shown, own in _numbers(claim, world):
        for value in twist(float(shown), shown):
            new = _printed(value, shown)
            if float(new) == float(shown):
                continue
            text = spliced(claim.text, span, new)
            yield changed(claim, text=text)
            if own:
                assertions = _restated(claim, own[:1], float(new))
                yield changed(claim, assertions=assertions)
                yield changed(claim, text=text, assertions=assertions)


def flipped_sign(claim, world):
    def twist(value, shown):
        return [-value] if shown[0] in "+-" and value else []

    yield from _twisted(claim, world, twist)


def flipped_sign_of_an_assertion(claim, world):
    for i, a in enumerate(claim.assertions):
        if not isinstance(a.value, str) and a.value < 0:
            yield changed(claim, assertions=_restated(claim, [i], -a.value))


def slightly_wrong_number(claim, world):
    def twist(value, shown):
        step = 10.0 ** -len(shown.partition(".")[2])
        return [value + world.dice.choice((-1, 1)) * 2 * step]

    yield from _twisted(claim, world, twist)


def grossly_wrong_number(claim, world):
    def twist(value, shown):
        return [value + (1.0 if abs(value) <= 1 else 0.4 * value), value / 2]

    yield from _twisted(claim, world, twist)


def number_of_something_else(claim, world):
    """A number that the claim does hold, but at another place."""
    found = list(_numbers(claim, world))
    values = {float(shown) for _, shown, _ in found}
    for span, shown, _ in found:
        decimals = len(shown.partition(".")[2])
        for other in sorted(values - {float(shown)})[:2]:
            if f"{other:.{decimals}f}" != f"{float(shown):.{decimals}f}":
                yield changed(claim, text=spliced(claim.text, span, _printed(other, shown)))


def wrong_number_in_an_assertion(claim, world):
    for i, a in enumerate(claim.assertions):
        if not isinstance(a.value, str):
            yield changed(claim, assertions=_restated(claim, [i], round(a.value + 0.37, 2)))


# --- action units ---------------------------------------------------------------------------------


def wrong_unit_in_the_text(claim, world):
    for span in world.outside_quotes(claim.text, UNIT):
        own = claim.text[slice(*span)]
        for other in world.dice.sample([u for u in UNITS if u != own], 2):
            yield changed(claim, text=spliced(claim.text, span, other))


def wrong_unit_in_an_assertion(claim, world):
    for i, a in enumerate(claim.assertions):
        if a.quantity.startswith("au.AU"):
            own = a.quantity.split(".")[1]
            other = world.dice.choice([u for u in UNITS if u != own])
            quantity = a.quantity.replace(own, other)
            assertions = list(claim.assertions)
            assertions[i] = changed(a, quantity=quantity)
            yield changed(claim, assertions=tuple(assertions))
            if own in claim.text:
                text = claim.text.replace(own, other)
                yield changed(claim, assertions=tuple(assertions), text=text)


# --- words ----------------------------------------------------------------------------------------


def _inserted(text, world, new, n=2):
    """Yield ``text`` with ``new`` put between two of its words, outside quotations."""
    if world.language == "zh":
        places = world.outside_quotes(text, r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
        places = [p for p in places if p[0] > 0]
    else:
        places = world.outside_quotes(text, r"(?<=[a-z]) (?=[a-z])")
        new = f" {new} "
    for span in world.dice.sample(places, min(n, len(places))):
        yield spliced(text, span, new)


def word_put_into_the_quotation(claim, world):
    for m in QUOTED.finditer(claim.text):
        inner = m.group()[1:-1]
        words = inner.split() if " " in inner else list(inner)
        place = world.dice.randrange(len(words) + 1)
        glue = " " if " " in inner or world.language == "en" else ""
        filler = world.dice.choice(FILLERS[world.language])
        wrong = glue.join([*words[:place], filler, *words[place:]])
        text = spliced(claim.text, m.span(), f"“{wrong}”")
        yield changed(claim, text=text)
        own = [i for i, a in enumerate(claim.assertions) if a.value == inner.rstrip("…")]
        yield changed(claim, text=text, assertions=_restated(claim, own, wrong))


def word_left_out_of_the_quotation(claim, world):
    for m in QUOTED.finditer(claim.text):
        words = m.group()[1:-1].split()
        if len(words) > 3:
            del words[world.dice.randrange(1, len(words) - 1)]
            wrong = " ".join(words)
            text = spliced(claim.text, m.span(), f"“{wrong}”")
            own = [i for i, a in enumerate(claim.assertions) if a.value == m.group()[1:-1]]
            yield changed(claim, text=text)
            yield changed(claim, text=text, assertions=_restated(claim, own, wrong))


def invented_word(claim, world):
    for aside in world.dice.sample(ASIDES[world.language], 2):
        for text in _inserted(claim.text, world, aside):
            yield changed(claim, text=text)


def invented_sight(claim, world):
    for sight in world.dice.sample(SIGHTS[world.language], 3):
        for text in _inserted(claim.text, world, sight):
            yield changed(claim, text=text)


def second_emotion(claim, world):
    for _ in range(2):
        label = world.another_label(*claim.labels)
        word = taxonomy.label_word(label, world.language)
        glue = "和" if world.language == "zh" else "and "
        for text in _inserted(claim.text, world, f"{glue}{word}", n=1):
            yield changed(claim, text=text)
            yield changed(claim, text=text, labels=(*claim.labels, label))


def flipped_direction(claim, world):
    for pair in OPPOSITES[world.language]:
        for one, other in (pair, pair[::-1]):
            edge = r"\b" if one.isascii() else ""
            for span in world.outside_quotes(claim.text, f"{edge}{one}{edge}"):
                if (one, other) != ("positive", "neutral"):
                    yield changed(claim, text=spliced(claim.text, span, other))


def denied(claim, world):
    for denial in DENIALS[world.language]:
        for text in _inserted(claim.text, world, denial, n=1):
            yield changed(claim, text=text)


# --- evidence, labels, grounds --------------------------------------------------------------------


def exchanged_evidence(claim, world):
    """One cited id is replaced by another of its kind: another time's, another person's."""
    for own in claim.evidence:
        cited = world.evidence(own)
        alike = [
            e
            for e in world.report.evidence
            if e.reading.kind == cited.reading.kind and e.id not in claim.evidence
        ]
        same_person = [e for e in alike if e.subject == cited.subject]
        for other in (*same_person[:1], *world.dice.sample(alike, min(2, len(alike)))):
            evidence = tuple(other.id if i == own else i for i in claim.evidence)
            assertions = tuple(
                changed(a, evidence=tuple(other.id if i == own else i for i in a.evidence))
                for a in claim.assertions
            )
            yield changed(claim, evidence=evidence)
            yield changed(claim, assertions=assertions)
            yield changed(claim, evidence=evidence, assertions=assertions)


def exchanged_label(claim, world):
    for own in claim.labels:
        other = world.another_label(*claim.labels)
        labels = tuple(other if x == own else x for x in claim.labels)
        shown, new = (taxonomy.label_word(x, world.language) for x in (own, other))
        spans = world.outside_quotes(claim.text, re.escape(shown))
        yield changed(claim, labels=labels)
        if spans:
            text = spliced(claim.text, spans[0], new)
            yield changed(claim, text=text)
            yield changed(claim, text=text, labels=labels)


def ground_removed(claim, world):
    if claim.rests_on:
        yield changed(claim, rests_on=())
        gone = world.dice.choice(claim.rests_on)
        yield changed(claim, rests_on=tuple(i for i in claim.rests_on if i != gone))


def ground_exchanged(claim, world):
    others = [
        c.id for c in world.report.explanation.claims if c.id not in (claim.id, *claim.rests_on)
    ]
    for own in claim.rests_on[:3]:
        for other in world.dice.sample(others, min(2, len(others))):
            rests_on = tuple(other if i == own else i for i in claim.rests_on)
            yield changed(claim, rests_on=rests_on)


CLAIM_MUTATORS = {
    "swapped person": (
        person_of_the_record, person_in_the_text, person_everywhere, persons_exchanged,
    ),
    "shifted span": (span_of_the_record, time_in_the_text),
    "flipped sign": (flipped_sign, flipped_sign_of_an_assertion),
    "wrong action unit": (wrong_unit_in_the_text, wrong_unit_in_an_assertion),
    "invented word": (
        word_put_into_the_quotation, word_left_out_of_the_quotation, invented_word,
        invented_sight, second_emotion,
    ),
    "wrong number": (
        slightly_wrong_number, grossly_wrong_number, number_of_something_else,
        wrong_number_in_an_assertion,
    ),
    "exchanged evidence": (exchanged_evidence,),
    "swapped label": (exchanged_label,),
    "ground removed or exchanged": (ground_removed, ground_exchanged),
    "flipped direction": (flipped_direction,),
    "denied": (denied,),
}  # fmt: skip
