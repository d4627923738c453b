"""Annotated cases for tests: one of masking, and many at random."""

import random

from emer.memory.case import AffectProfile, Case, ModalityAffect

SHA, OTHER_SHA = "a" * 64, "b" * 64


def at(valence, arousal=0.0):
    return ModalityAffect(valence=valence, arousal=arousal)


MASKING = AffectProfile(face=at(0.1, 0.1), voice=at(-0.5, -0.1), words=at(0.4, -0.1))


def a_case(situation="A man says that he is fine", **changes):
    fields = {
        "situation": situation,
        "affect": MASKING,
        "labels": ("sad",),
        "perspective": "speaker",
        "explanation": "The voice is low; the words deny it.",
        "language": "en",
        "provenance": "user",
        "annotator": "me",
        "trust": "user",
    }
    return Case.of(**{**fields, **changes})


def random_cases(n, seed=7):
    rng = random.Random(seed)
    pick = lambda: at(rng.uniform(-1, 1), rng.uniform(-1, 1)) if rng.random() > 0.2 else None  # noqa: E731
    return [
        a_case(
            f"case {i}",
            words=" ".join(
                rng.choices(["rain", "cake", "train", "dog", "late", "home", "lost", "won"], k=5)
            ),
            affect=AffectProfile(face=pick(), voice=pick(), words=pick()),
            trust=rng.choice(("imported", "user", "curated")),
            media_sha256=rng.choice((None, SHA, OTHER_SHA)),
            split=rng.choice((None, "train", "test")),
        )
        for i in range(n)
    ]
