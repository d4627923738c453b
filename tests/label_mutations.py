"""Lies about labels: each mutator takes a true label of a report and twists it."""

from tests.mutations import SHIFTS_S, changed

from emer.tools import taxonomy


def label_of_somebody_else(label, world):
    yield changed(label, subject=world.other_person(label.subject))


def label_at_another_time(label, world):
    for by_s in world.dice.sample(SHIFTS_S, 3):
        if label.start_s + by_s >= 0:
            yield changed(label, start_s=label.start_s + by_s, end_s=label.end_s + by_s)


def label_of_another_segment(label, world):
    others = [s.id for s in world.report.explanation.segments if s.id != label.segment]
    if others:
        yield changed(label, segment=world.dice.choice(others))


def another_label(label, world):
    for _ in range(3):
        other = world.another_label(label.label)
        yield changed(label, label=other)
        yield changed(label, shown=taxonomy.label_word(other, world.language))
        yield changed(label, label=other, shown=taxonomy.label_word(other, world.language))


def label_on_other_evidence(label, world):
    for own in label.evidence[:2]:
        kind = world.evidence(own).reading.kind
        others = [
            e.id
            for e in world.report.evidence
            if e.id not in label.evidence and e.reading.kind == kind
        ]
        for other in world.dice.sample(others, min(2, len(others))):
            evidence = tuple(other if i == own else i for i in label.evidence)
            yield changed(label, evidence=evidence)


LABEL_MUTATORS = {
    "swapped person": (label_of_somebody_else,),
    "shifted span": (label_at_another_time, label_of_another_segment),
    "swapped label": (another_label,),
    "exchanged evidence": (label_on_other_evidence,),
}
