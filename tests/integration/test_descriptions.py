"""Over described clips the rule analyst finds what a fair annotator would, and says it variously.

Every file of ``tests/descriptions`` is taken; the table of intended against found patterns is
printed (``pytest -s``). ``dev.json`` was at hand when the rules were written. ``heldout.json`` is
kept apart from whoever writes the rules: of it only shares and tables are told, never an item.
"""

from functools import cache

import pytest
from tests.descriptions import (
    FOLDER,
    confusion,
    few_movements,
    load,
    read,
    scaled,
    without,
)

FILES = sorted(p.name for p in FOLDER.glob("*.json"))
BLIND = frozenset({"heldout.json"})
PATTERNS_NAMED = 0.9
PATTERNS_NAMED_BLIND = 0.85
OBJECTED_BLIND = 0.05
"""Share of a blind set in which a label may be one that an annotator objects to."""
LABELS_HIT = 0.75
DIFFERENT_LABELS = 60
FEW = 80
"""So many descriptions are needed for so many labels; fewer hold proportionally fewer."""
VOICE_NUMBERS = (
    "f0_offset_st", "f0_range_st", "f0_slope_st_per_s", "intensity_offset_db", "rate_offset",
    "pause_ratio", "longest_pause_s", "jitter", "shimmer", "hnr_db",
)  # fmt: skip


@cache
def results(name):
    return tuple(read(item) for item in load(name))


def named(found):
    return sum(r.pattern == r.item["pattern"] for r in found) / len(found)


@pytest.mark.parametrize("name", FILES)
def test_the_intended_pattern_is_named(name):
    found = results(name)
    share = named(found)
    print(f"\n{name}: {share:.3f} of {len(found)} as intended\n{confusion(list(found))}")
    for r in found if name not in BLIND else ():
        if r.pattern != r.item["pattern"]:
            print(f"{r.item['id']}: {r.item['pattern']} read as {r.pattern} {r.labels}")
    assert share >= (PATTERNS_NAMED_BLIND if name in BLIND else PATTERNS_NAMED)


@pytest.mark.parametrize("name", FILES)
def test_labels_are_ones_that_an_annotator_accepts(name):
    shown = [r for r in results(name) if r.item["pattern"] != "none"]
    hits = sum(r.hits for r in shown) / len(shown)
    print(f"\n{name}: {hits:.3f} of {len(shown)} with an accepted label")
    for r in shown if name not in BLIND else ():
        if not r.hits:
            print(f"{r.item['id']}: {r.labels}, accepted: {r.item['labels']}")
    assert hits >= LABELS_HIT


@pytest.mark.parametrize("name", FILES)
def test_no_label_is_given_that_an_annotator_objects_to(name):
    refused = [f"{r.item['id']}: {r.refused}" for r in results(name) if r.refused]
    share = len(refused) / len(results(name))
    if name in BLIND:
        assert share <= OBJECTED_BLIND
    else:
        assert not refused


@pytest.mark.parametrize("name", FILES)
def test_pairs_that_differ_in_one_modality_differ_in_labels_and_reasons(name):
    by = {r.item["id"]: r for r in results(name)}
    alike = []
    for r in by.values():
        other = by.get((r.item.get("pair") or {}).get("with"))
        if other is None or r.reading is None or other.reading is None:
            continue
        same_reason = r.reading.reason == other.reading.reason
        if set(r.labels) == set(other.labels) or same_reason:
            alike.append((r.item["id"], other.item["id"]))
    if name in BLIND:
        n_alike = len(alike)
        assert n_alike == 0
    else:
        assert not alike


def test_many_different_labels_are_used():
    found = [r for name in FILES for r in results(name)]
    words = {label for r in found for label in r.labels}
    print(f"\n{len(words)} labels over {len(found)} descriptions")
    assert len(words) >= DIFFERENT_LABELS * min(1.0, len(found) / FEW)
    assert all(len(r.labels) <= 2 for r in found)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", FILES)
def test_what_is_read_survives_verification(name, language):
    """Labels that contradict the words' sign are the ones a named pattern is there for."""
    read_so, kept = 0, 0
    for item in load(name):
        whole = read(item, language=language, whole=True)
        if whole.reading is None:
            continue
        given = {x.label for x in whole.state["labels"] if x.segment == whole.reading.segment}
        read_so += len(whole.labels)
        kept += len(given & set(whole.labels))
    assert kept >= 0.9 * read_so


@pytest.mark.parametrize("factor", [0.75, 1.25])
def test_readings_stand_when_every_value_is_a_quarter_off(factor):
    found = [read(scaled(item, factor)) for item in load("dev.json")]
    print(f"\nvalues x {factor}: {named(found):.3f}")
    assert named(found) >= 0.85


def test_readings_stand_when_one_number_of_the_voice_is_missing():
    shares = {
        number: named([read(without(item, "voice", number)) for item in load("dev.json")])
        for number in VOICE_NUMBERS
    }
    print("\nwithout one number: " + ", ".join(f"{n} {s:.3f}" for n, s in shares.items()))
    assert min(shares.values()) >= 0.85


@pytest.mark.parametrize("part", ["text", "action_units", "expressions"])
def test_readings_mostly_stand_without_one_kind_of_evidence(part):
    found = [read(without(item, part, "")) for item in load("dev.json")]
    print(f"\nwithout {part}: {named(found):.3f}")
    assert named(found) >= 0.8


def test_six_movements_carry_most_of_what_all_of_them_do():
    found = [read(few_movements(item)) for item in load("dev.json")]
    print(f"\nsix movements and rough expressions: {named(found):.3f}")
    assert named(found) >= 0.7
