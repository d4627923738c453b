"""The question decides what runs; what was measured once is not measured again."""

from pathlib import Path

import pytest

from emer.agent import analyze
from emer.agent.settings import Settings
from emer.graphs.report import Budget
from emer.tools.findings import GapCode, select

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
SPEECH = {"speech_activity", "diarization", "asr", "utterances"}
EYES = {"faces", "action_units", "expression"}
AFFECT = SPEECH | EYES | {
    "active_speaker", "face_likeness", "text_emotion", "voice_affect", "speech_emotion",
}  # fmt: skip

QUESTIONS = {
    "What did the woman say at the end?": SPEECH,
    "Give me a transcript of the first sentence.": SPEECH,
    "How does P2's voice sound at 0:06?": SPEECH | {"voice_affect", "speech_emotion"},
    "Are the words of P2 friendly?": SPEECH | {"text_emotion"},
    "How many cuts are there?": {"visual_attributes"},
    "How long is the clip?": set(),
    "Is anybody smiling at the start?": SPEECH | EYES | {"active_speaker", "face_likeness"},
    "How many people are there?": SPEECH | {"faces", "active_speaker", "face_likeness"},
    "Is he faking the smile at 0:12?": AFFECT,
    "How does P1 react?": AFFECT,
    "第6秒说了什么，画面多亮？": SPEECH | {"visual_attributes"},
    "Is the tone of voice tense, and how many people are there?": (
        SPEECH | {"voice_affect", "speech_emotion", "faces", "active_speaker", "face_likeness"}
    ),
}


@pytest.fixture(scope="module")
def settings(known_sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("planner")
    return Settings(cache_dir=known_sample(folder / "cache"), data_dir=folder / "data")


@pytest.fixture(scope="module")
def everything(settings):
    return analyze(SAMPLE, settings=settings)


def ran(report):
    return {t.tool for t in report.run.tools}


def expected_s(report):
    """Seconds of work that the plan expected: what was chosen, at the cost of its engine."""
    return sum(d.cost_s for d in report.run.plan if d.chosen and d.look == 0)


def without_run(report):
    return report.model_dump(exclude={"run"})


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_runs_what_it_needs_and_nothing_else(question, settings, everything):
    report = analyze(SAMPLE, question=question, settings=settings)
    expected = QUESTIONS[question] & (ran(everything) | {"face_likeness"})
    assert ran(report) == {t for t in expected if t in ran(everything)}
    assert expected_s(report) < expected_s(everything)
    assert report.explanation.answer
    assert all(d.reason for d in report.run.plan)


def test_the_questions_lead_to_at_least_eight_different_sets_of_tools():
    assert len({frozenset(tools) for tools in QUESTIONS.values()}) >= 8


def test_a_second_question_runs_nothing_twice(settings, everything):
    again = analyze(SAMPLE, settings=settings)
    assert all(t.n_cached == t.n_spans for t in again.run.tools)
    assert without_run(again) == without_run(everything)
    other = analyze(SAMPLE, question="Why is P2 upset?", settings=settings)
    assert all(t.n_cached == t.n_spans for t in other.run.tools)


def test_a_copy_under_another_name_is_known_too(settings, everything, tmp_path):
    copy = tmp_path / "renamed clip.mp4"
    copy.write_bytes(SAMPLE.read_bytes())
    report = analyze(copy, settings=settings)
    assert report.media.name == "renamed clip.mp4"
    assert all(t.n_cached == t.n_spans for t in report.run.tools)


def test_without_the_cache_everything_is_measured_anew(settings, everything, tmp_path):
    own = settings.model_copy(update={"cache_dir": tmp_path / "none"})
    report = analyze(SAMPLE, question="Give me a transcript", settings=own, cache=False)
    assert all(t.n_cached == 0 for t in report.run.tools)
    assert not (tmp_path / "none").exists()


def test_a_question_asked_alone_gets_what_it_gets_after_all_others(settings, everything, tmp_path):
    question = "How does P2's voice sound at 0:06?"
    own = settings.model_copy(update={"cache_dir": tmp_path})
    alone = analyze(SAMPLE, question=question, settings=own)
    assert without_run(alone) == without_run(analyze(SAMPLE, question=question, settings=settings))


def test_a_closer_look_at_a_face_finds_more_than_the_first(settings, everything):
    report = analyze(SAMPLE, question="Is he faking the smile at 0:12?", settings=settings)
    looks = [d for d in report.run.plan if d.look == 1 and d.chosen]
    assert {d.tool for d in looks} == {"action_units", "expression"}
    assert all("asked about" in d.reason for d in looks)
    window = looks[0]

    def units(of):
        found = select(of.evidence, kind="action_unit")
        return {
            (e.subject, e.reading.au, e.reading.apex_s, e.reading.intensity)
            for e in found
            if e.start_s < window.end_s and e.end_s > window.start_s
        }

    assert units(report) != units(everything)


def test_a_small_budget_buys_what_it_can_and_says_what_it_cannot(settings, tmp_path):
    own = settings.model_copy(update={"cache_dir": tmp_path})
    report = analyze(SAMPLE, budget=Budget(tools_s=1.0), settings=own)
    assert "text_emotion" in ran(report)
    assert "faces" not in ran(report)
    spent = [g for g in report.gaps if g.code is GapCode.BUDGET_SPENT]
    assert {"faces", "expression"} <= {g.tool for g in spent}
    assert report.run.status == "partial"
    assert report.labels


def test_what_is_known_costs_no_budget(settings, everything):
    report = analyze(SAMPLE, budget=Budget(wall_s=0.001), settings=settings)
    assert not [g for g in report.gaps if g.code is GapCode.BUDGET_SPENT]
