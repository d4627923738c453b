"""What makes two analyses with a language model the same, for batches and interrupted runs."""

import pytest

from emer.agent.batch.identity import identity_of
from emer.agent.batch.types import Options
from emer.agent.model_identity import model_identity
from emer.agent.settings import Settings
from emer.graphs import prompts
from emer.graphs.calls.tape import TapeUnusable
from emer.graphs.report import Budget

LLM = {"llm": "ollama:qwen3", "base_url": "http://127.0.0.1:1"}


def identity(options=None, **settings):
    return identity_of(Options(**(options or {})), Settings(**{**LLM, **settings}))


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ({}, {"llm": "ollama:llama3"}), ({"llm": "rule"}, {}), ({}, {"base_url": None}),
        ({}, {"base_url": "http://127.0.0.1:2"}), ({"output_language": "zh"}, {}),
        ({"language": "de"}, {}), ({"question": "Who is angry?"}, {}), ({"fps": 2.0}, {}),
        ({"budget": Budget(tokens=5000)}, {}), ({}, {"budget": "wall=1m"}), ({"end_s": 4.0}, {}),
        ({}, {"use_cases": False}), ({}, {"purpose": "research"}), ({}, {"speakers": "2"}),
    ],
)  # fmt: skip
def test_what_changes_the_answer_makes_another_run(options, settings):
    assert identity(options, **settings) != identity()


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ({"record": "answers.jsonl"}, {}), ({"cache": False}, {}), ({"resume": False}, {}),
        ({"llm": "ollama:qwen3"}, {"llm": "rule"}), ({}, {"llm_prices": "in=1,out=2"}),
        ({}, {"llm_retries": 5}), ({}, {"llm_timeout_s": 5}), ({}, {"max_concurrency": 7}),
    ],
)  # fmt: skip
def test_what_does_not_change_it_does_not(options, settings):
    assert identity(options, **settings) == identity()


def test_a_budget_is_the_same_however_it_is_written():
    by_option = identity({"budget": Budget(tokens=5000, wall_s=60)})
    assert by_option == identity(budget="tokens=5k,wall=1m")


def test_prices_count_where_the_cost_is_limited():
    cheap, dear = (identity(budget="cost=1", llm_prices=p) for p in ("in=1,out=2", "in=2,out=4"))
    assert cheap != dear


def test_a_changed_prompt_makes_another_run_of_a_model_but_not_of_the_rules(monkeypatch):
    before, by_rule = identity(), identity(llm="rule")
    part = prompts.part
    monkeypatch.setattr(
        prompts, "part",
        lambda name: part(name)._replace(text="Be brief.") if name == "common" else part(name),
    )  # fmt: skip
    assert identity() != before
    assert identity(llm="rule") == by_rule


def test_a_replay_is_what_its_record_holds_wherever_that_lies(tmp_path):
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text("a\n")
    two.write_text("a\n")
    replayed = identity({"replay": str(one)})
    assert replayed != identity()
    assert identity({"replay": str(two)}) == replayed
    assert identity({"replay": str(one)}, base_url=None) == replayed  # no server is asked
    two.write_text("b\n")
    assert identity({"replay": str(two)}) != replayed
    with pytest.raises(TapeUnusable, match=r"gone\.jsonl cannot be read"):
        identity({"replay": str(tmp_path / "gone.jsonl")})


def test_a_key_is_no_part_of_it(monkeypatch):
    before = model_identity("openai:x", None, None)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-123")
    assert model_identity("openai:x", None, None) == before
    assert not any("secret" in part for part in before)
