"""A real client against a server that misbehaves: the run completes, within bounds, and says so."""

import json
from dataclasses import replace

import pytest
from tests.accounts import account
from tests.fakes import analysed, flat_good_news
from tests.openai_server import FORMS, Completions
from tests.protocol_server import ProtocolServer, Reply, competent
from tests.synth import picture, tone, write_media

from emer.agent.chat_models import chat_model
from emer.graphs.calls import line
from emer.graphs.calls.ledger import Prices
from emer.graphs.calls.rules import CallRules
from emer.graphs.report import Budget
from emer.graphs.verification.report import objections

pytestmark = pytest.mark.usefixtures("loopback")
KEY = "sk-test-0123456789abcdef"
TASKS = [
    "plan", "replan", "visual", "audio", "read", "read", "explain", "judge", "label", "polarity",
]  # fmt: skip
WRITTEN_FOR_IT = [t for t in TASKS if t != "judge"]
"""What is asked where the built-in analyst writes the claims: there is nothing to judge again."""
HASTY = CallRules(timeout_s=30.0, stall_s=10.0, retries=2, backoff_s=0.01, max_wait_s=1.0)
STALLED = replace(HASTY, stall_s=0.5)
RUDE = "You absolute fool, I shall not do this."


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    return write_media(folder / "clip.mkv", pictures=[picture()] * 20, sound=tone(10), rate_hz=2)


@pytest.fixture(scope="module")
def by_rule(media, tmp_path_factory):
    return analysed(media, flat_good_news(), tmp_path_factory.mktemp("by_rule"))


@pytest.fixture
def run(media, tmp_path, monkeypatch):
    """Run a whole analysis with a server that behaves so; return its report and the server."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(line, "_LEARNT", {})
    monkeypatch.setattr(line, "MAX_CHARS", 30_000)  # what does not end is long enough then
    servers = []

    def do(behave=lambda asked: Reply(), takes=FORMS, rules=HASTY, **request):
        server = ProtocolServer(Completions(), behave, takes)
        servers.append(server)
        model, _ = chat_model("openai:stub", server.url, rules.timeout_s)
        report = analysed(media, flat_good_news(), tmp_path, model=model, rules=rules, **request)
        assert objections(report) == []
        assert all(c.evidence and c.assertions for c in report.explanation.claims)
        assert report.explanation.claims
        assert KEY not in report.model_dump_json()
        return report, server

    yield do
    for server in servers:
        server.close()


def calls(report):
    return report.run.model_use.calls


def problems(report):
    return " | ".join(p for c in calls(report) for p in c.problems)


def each_first(reply, n=1):
    """Misbehave in the first ``n`` requests of each call, then answer well."""
    seen = {}

    def behave(asked):
        seen[asked.document] = seen.get(asked.document, 0) + 1
        return reply if seen[asked.document] <= n else Reply()

    return behave


PASSING = {
    "429 with Retry-After": (Reply(status=429, headers={"Retry-After": "0"}), "too many requests"),
    "429 without": (Reply(status=429), "too many requests"),
    "500": (Reply(status=500), "status 500"),
    "reset": (Reply(reset=True), "the connection failed"),
    "truncated stream": (Reply(cut_after=0), "the connection failed"),
    "stalled stream": (Reply(stall_after=1), "stood still"),
}


@pytest.mark.parametrize("name", PASSING)
def test_trouble_that_passes_is_waited_out_and_told(run, by_rule, name):
    reply, told = PASSING[name]
    stalled = name == "stalled stream"
    report, server = run(each_first(reply), rules=STALLED if stalled else HASTY)
    assert [c.outcome for c in calls(report)] == ["answered"] * len(TASKS)
    # a busy machine may stall a stream of its own accord
    assert all(c.tries == 2 or (stalled and c.tries == 3) for c in calls(report))
    assert all(told in " ".join(c.problems) for c in calls(report))
    assert account(report) == account(by_rule)
    assert len(server.asked) == sum(c.tries for c in calls(report))


@pytest.mark.parametrize("name", ["429 without", "truncated stream", "stalled stream"])
def test_trouble_that_stays_ends_in_the_built_in_analyst(run, by_rule, name):
    reply, told = PASSING[name]
    report, server = run(lambda asked: reply, rules=STALLED)
    assert [c.outcome for c in calls(report)] == ["built_in"] * len(WRITTEN_FOR_IT)
    assert account(report) == account(by_rule)
    assert told in problems(report)
    assert all(any(f"'{t}'" in note for note in report.run.notes) for t in WRITTEN_FOR_IT)
    # three tries of the first call; the others need not find out again
    assert len(server.asked) == 3
    assert "not asked again" in problems(report)


def test_a_server_that_is_too_slow_is_not_waited_for(run, by_rule):
    hasty = CallRules(timeout_s=0.3, retries=1, backoff_s=0.01)
    report, server = run(lambda asked: Reply(before_s=5), rules=hasty)
    assert account(report) == account(by_rule)
    assert "0.3 s" in problems(report) or "in time" in problems(report)
    assert sum(c.wall_s for c in calls(report)) < 5
    assert len(server.asked) <= 2


def test_a_stream_that_trickles_is_cut_at_the_timeout(run, by_rule):
    hasty = CallRules(timeout_s=0.5, retries=0)
    report, _ = run(lambda asked: Reply(between_s=0.1, endless=True), rules=hasty)
    assert account(report) == account(by_rule)
    assert sum(c.wall_s for c in calls(report)) < 5


def test_a_wait_beyond_reason_is_not_waited(run, by_rule):
    reply = Reply(status=429, headers={"Retry-After": "3600"})
    report, server = run(lambda asked: reply)
    assert len(server.asked) == 1
    assert "would have to wait 3600 s" in problems(report)
    assert account(report) == account(by_rule)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_key_or_model_is_asked_once_and_the_key_is_told_nowhere(run, by_rule, status):
    report, server = run(lambda asked: Reply(status=status, error=f"Incorrect key: {KEY}"))
    assert len(server.asked) == 1
    assert f"status {status}" in problems(report)
    assert account(report) == account(by_rule)


OTHER = {
    "plan": '{"choices": []}', "replan": '{"look": null, "reason": "because"}',
    "visual": '{"claims": []}', "audio": '{"claims": []}', "read": '{"readings": []}',
    "explain": '{"claims": []}', "label": '{"labels": []}',
    "polarity": '{"of_segments": [], "of_persons": []}',
    "judge": '{"judgements": []}', "repair": '{"corrections": []}',
}  # fmt: skip


UNUSABLE = {
    "malformed": (lambda asked: Reply(text=competent(asked)[:-30]), "no JSON object"),
    "empty": (lambda asked: Reply(text=""), "empty"),
    "wrong schema": (lambda asked: Reply(text='{"wrong": true}'), "does not fulfil the schema"),
    "not an object": (lambda asked: Reply(text="[1, 2, 3]"), "no JSON object"),
    "rude": (lambda asked: Reply(text=RUDE, loosely=True), "no JSON object"),
    "cut off": (lambda asked: Reply(text=competent(asked)[:40], finish="length"), "cut off"),
    "too deep": (lambda asked: Reply(text='{"a":' * 2_000), "no JSON object"),
    "not finite": (
        lambda asked: Reply(text='{"readings": [{"segment": "S1", "pattern_score": NaN}]}'),
        "does not fulfil",
    ),
    "half characters": (
        lambda asked: Reply(text='{"choices": [{"tool": "\\ud800", "use": 7}]}'),
        "does not fulfil",
    ),
    "two answers": (
        lambda asked: Reply(
            text=f"Either {competent(asked)} or {OTHER[asked.task]}.", loosely=True
        ),
        "different answers",
    ),
    "looping": (lambda asked: Reply(text="ha " * 400, endless=True), "did not end"),
    "huge": (lambda asked: Reply(text="{" + "x" * 100_000), "did not end"),
}
BY_FUNCTION = ["malformed", "cut off", "looping"]


@pytest.mark.parametrize(
    ("name", "takes"),
    [*((n, FORMS) for n in UNUSABLE), *((n, FORMS - {"json_schema"}) for n in BY_FUNCTION)],
)
def test_an_answer_that_cannot_be_used_is_asked_for_again_and_then_replaced(
    run, by_rule, name, takes
):
    behave, told = UNUSABLE[name]
    report, server = run(behave, takes)
    assert {c.outcome for c in calls(report)} == {"built_in"}
    assert account(report) == account(by_rule)
    assert told in problems(report)
    assert len(server.asked) <= len(TASKS) * 2 * 2 + 1
    assert "fool" not in report.model_dump_json()


def test_an_answer_that_is_repaired_is_used_and_the_repair_is_told(run, by_rule):
    report, server = run(each_first(Reply(text='{"wrong": true}')))
    assert [c.outcome for c in calls(report)] == ["answered"] * len(TASKS)
    assert account(report) == account(by_rule)
    assert "does not fulfil the schema" in problems(report)
    again = [a for a in server.asked if "could not be used" in a.body["messages"][0]["content"]]
    assert [a.task for a in again] == TASKS


@pytest.mark.parametrize(
    "wrapped",
    [
        "Sure! Here it is:\n```json\n{}\n```\nAnything else?",
        "<think>Perhaps {{\"claims\": []}}? No.</think>{}",
        "The answer is {} I hope.",
    ],
)  # fmt: skip
def test_json_in_prose_is_found(run, by_rule, wrapped):
    def behave(asked):
        before, after = wrapped.replace("{{", "{").replace("}}", "}").rsplit("{}", 1)
        return Reply(text=f"{before}{competent(asked)}{after}", loosely=True)

    report, _ = run(behave, takes={"stream_options"})
    assert [c.outcome for c in calls(report)] == ["answered"] * len(TASKS)
    assert {c.strategy for c in calls(report)} == {"plain"}
    assert account(report) == account(by_rule)


@pytest.mark.parametrize(
    ("takes", "strategy"),
    [
        (FORMS, "json_schema"),
        (FORMS - {"json_schema"}, "function_calling"),
        ({"json_object"}, "json_mode"),
        (set(), "plain"),
        (FORMS - {"stream_options"}, "json_schema"),
    ],
)
def test_the_strictest_form_that_a_server_takes_is_found_once_and_kept(
    run, by_rule, takes, strategy
):
    report, server = run(takes=takes)
    assert {c.strategy for c in calls(report)} == {strategy}
    assert [c.tries for c in calls(report)][1:] == [1] * (len(TASKS) - 1)
    assert account(report) == account(by_rule)
    tokens = report.run.model_use
    assert tokens.tokens_in > 500
    assert not tokens.estimated
    assert all(a.headers["authorization"] == f"Bearer {KEY}" for a in server.asked)


def test_a_second_run_of_the_process_remembers_what_a_server_takes(run, monkeypatch):
    server = ProtocolServer(Completions(), takes=FORMS - {"json_schema"})
    model, _ = chat_model("openai:stub", server.url)
    learnt = line.Line(model, "openai:stub", HASTY, None)
    learnt._manner.refused = 1
    assert line.Line(model, "openai:stub", HASTY, None)._order[learnt._manner.refused] == (
        "function_calling"
    )
    server.close()


def test_uncited_and_false_claims_of_a_model_are_not_printed(run):
    def lie(asked):
        if asked.task != "explain":
            return Reply()
        claims = json.loads(competent(asked))["claims"]
        uncited = {**claims[0], "text": "P1 is secretly furious.", "assertions": []}
        false = json.loads(json.dumps(claims[0]))
        false["text"] = "P2 hates everybody."
        false["assertions"][0]["evidence"] = ["E-invented"]
        return Reply(text=json.dumps({"claims": [uncited, false, *claims]}))

    report, _ = run(lie)
    told = report.explanation.text + " ".join(c.text for c in report.explanation.claims)
    assert "furious" not in told
    assert "hates" not in told
    assert any("hates" in d.text for d in report.run.dropped)


@pytest.mark.parametrize("tokens", [500, 4000, 6000, 50_000])
def test_a_budget_of_tokens_is_never_exceeded(run, by_rule, tokens):
    report, server = run(budget=Budget(tokens=tokens))
    use = report.run.model_use
    assert use.tokens_in + use.tokens_out <= tokens
    outcomes = {c.outcome for c in use.calls}
    assert outcomes == ({"answered"} if tokens == 50_000 else outcomes | {"built_in"})
    assert all(a.body["max_completion_tokens"] <= tokens for a in server.asked)
    if tokens < 50_000:
        assert any(f"the budget of {tokens} tokens does not stretch" in n for n in report.run.notes)
    assert account(report) == account(by_rule) or tokens == 50_000


@pytest.mark.parametrize("name", ["looping", "wrong schema"])
def test_a_budget_holds_against_a_model_that_wastes_it(run, name):
    behave, _ = UNUSABLE[name]
    report, _ = run(behave, budget=Budget(tokens=6000))
    use = report.run.model_use
    assert use.tokens_in + use.tokens_out <= 6000


def test_a_limit_of_cost_is_never_exceeded(run):
    rules = replace(HASTY, prices=Prices(2.0, 8.0))
    free, _ = run(rules=rules)
    whole = free.run.model_use.cost
    assert whole == pytest.approx(
        (2 * free.run.model_use.tokens_in + 8 * free.run.model_use.tokens_out) / 1e6
    )
    report, _ = run(rules=rules, budget=Budget(cost=whole / 2))
    assert 0 < report.run.model_use.cost <= whole / 2
    assert any("the cost limit" in n for n in report.run.notes)


def test_a_time_limit_holds_while_the_model_is_asked(run):
    slow = CallRules(timeout_s=60, retries=5)
    hangs = lambda asked: Reply(before_s=30 if asked.task == "read" else 0)  # noqa: E731
    report, server = run(hangs, rules=slow, budget=Budget(wall_s=6))
    assert sum(c.wall_s for c in calls(report)) < 7
    assert [c.outcome for c in calls(report)] == ["answered"] * 4 + ["built_in"] * (
        len(WRITTEN_FOR_IT) - 4
    )
    assert server.tasks == TASKS[:5]
    assert "the time limit of 6 s is reached" in " ".join(report.run.notes)


def test_a_server_that_counts_no_tokens_is_estimated_and_marked(run):
    report, _ = run(lambda asked: Reply(usage=(0, 0)))
    use = report.run.model_use
    assert use.estimated
    assert use.tokens_in > 1000
    assert use.tokens_out > 100


def test_the_built_in_analyst_has_no_use_to_report(by_rule):
    assert by_rule.run.model_use is None


def test_every_call_names_its_prompt(run):
    report, _ = run()
    told = [c.prompt.partition("/")[0] for c in calls(report)]
    assert told[4:6] == ["read_vat", "read_silent"]
    assert [name.partition("_")[0] for name in told] == TASKS
    assert set(report.run.prompt_ids) == {c.prompt for c in calls(report)}
