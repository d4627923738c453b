"""Lies are caught: whole reports, twisted one statement at a time; true ones are left alone.

Run with ``-s`` to see how many lies of each kind were told and caught.
"""

import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from tests.descriptions import load
from tests.fakes import analysed, flat_good_news
from tests.label_mutations import LABEL_MUTATORS
from tests.mutations import CLAIM_MUTATORS, World, invented_word
from tests.synth import picture, tone, write_media
from tests.whole_reports import reported

from emer.agent.analysis import analyze
from emer.agent.settings import Settings
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import objection_to
from emer.graphs.verification.inference import Known
from emer.graphs.verification.labels import label_problem
from emer.graphs.verification.report import objections

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
LANGUAGES = ("en", "zh")
EVERY = 13
"""Every so many-th described clip is twisted; all of them are checked for true claims."""
FREE_PROSE = {invented_word}
"""What a language model writes is not held to a vocabulary: an adverb more may pass there."""


@pytest.fixture(scope="module")
def described():
    items = [*load("dev.json"), *load("heldout.json")]
    return [reported(item, language=x) for item in items for x in LANGUAGES]


@pytest.fixture(scope="module")
def analysed_reports(known_sample, tmp_path_factory):
    """The sample clip as it is really analysed, and a clip with stand-in specialists."""
    folder = tmp_path_factory.mktemp("mutations")
    settings = Settings(data_dir=folder / "data", cache_dir=known_sample(folder / "cache"))
    pictures = [picture()] * 100
    clip = write_media(folder / "clip.mkv", pictures=pictures, sound=tone(10), rate_hz=10)
    found = [analyze(SAMPLE, output_language=x, settings=settings) for x in LANGUAGES]
    for language in LANGUAGES:
        workspace = tmp_path_factory.mktemp(language)
        found.append(analysed(clip, flat_good_news(), workspace, output_language=language))
    return found


@pytest.fixture(scope="module")
def reports(described, analysed_reports):
    return [*analysed_reports, *described[::EVERY]]


def by(report, model):
    """Return the report as if ``model`` had written it."""
    return report.model_copy(update={"run": report.run.model_copy(update={"llm": model})})


def lies(report, *, leave_out=frozenset()):
    """Yield the kind of every lie about a report, the lie, and what is objected to it."""
    world, basis = World(report), Basis.of_report(report)
    claims = report.explanation.claims
    for claim in claims:
        known = Known(c for c in claims if c.id != claim.id)
        for kind, mutators in CLAIM_MUTATORS.items():
            for mutator in (m for m in mutators if m not in leave_out):
                for lie in mutator(claim, world):
                    assert lie != claim
                    yield kind, lie, objection_to(lie, basis, known)
    for label in report.labels:
        for kind, mutators in LABEL_MUTATORS.items():
            for mutator in mutators:
                for lie in mutator(label, world):
                    assert lie != label
                    yield kind, lie, label_problem(lie, basis, claims)


def tally(reports, **options):
    told, caught = Counter(), Counter()
    for report in reports:
        for kind, _, problem in lies(report, **options):
            told[kind] += 1
            caught[kind] += problem is not None
    return told, caught


def table(title, told, caught):
    rows = [f"{k:28} {caught[k]:6} of {told[k]:6}  {caught[k] / told[k]:7.2%}" for k in told]
    n, of = caught.total(), told.total()
    return "\n".join(["", title, *rows, f"{'all':28} {n:6} of {of:6}  {n / of:7.2%}\n"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_lies_in_the_analysts_own_wording_are_caught(reports, language):
    own = [by(r, "rule") for r in reports if r.explanation.language == language]
    told, caught = tally(own)
    sys.stdout.write(table(f"built-in analyst, {language}", told, caught))
    assert set(told) == set(CLAIM_MUTATORS)
    assert caught.total() >= 0.95 * told.total()
    assert {k for k in told if caught[k] < 0.9 * told[k]} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_lies_in_free_wording_are_caught(reports, language):
    own = [by(r, "some:model") for r in reports if r.explanation.language == language]
    told, caught = tally(own, leave_out=FREE_PROSE)
    sys.stdout.write(table(f"a language model's wording, {language}", told, caught))
    assert caught.total() >= 0.95 * told.total()
    assert {k for k in told if caught[k] < 0.9 * told[k]} == set()


def test_hardly_any_true_claim_is_dropped(described, analysed_reports):
    every = [*described, *analysed_reports]
    kept = sum(len(r.explanation.claims) + len(r.labels) for r in every)
    dropped = sum(len(r.run.dropped) for r in every)
    sys.stdout.write(f"\ntrue claims and labels dropped: {dropped} of {kept + dropped}\n")
    assert dropped <= 0.05 * (kept + dropped)


def test_nothing_is_objected_to_in_a_report_as_it_was_made(described, analysed_reports):
    found = [o for r in (*described, *analysed_reports) for o in objections(r)]
    assert found == []


def test_a_lie_in_a_file_is_found_from_the_file_alone(analysed_reports):
    report = by(analysed_reports[0], "rule")
    claims = report.explanation.claims
    told = [lie for _, lie, why in lies(report) if hasattr(lie, "stage") and why]
    for lie in Random(3).sample(told, 25):
        twisted = tuple(lie if c.id == lie.id else c for c in claims)
        explanation = report.explanation.model_copy(update={"claims": twisted})
        found = objections(report.model_copy(update={"explanation": explanation}))
        assert lie.id in {o.about for o in found}
