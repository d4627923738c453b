"""The real clients of Anthropic, Google and Ollama, each against a server of its protocol."""

import json
import time
from dataclasses import replace

import pytest
from tests.accounts import account
from tests.fakes import analysed, flat_good_news
from tests.gemini_server import Generate
from tests.protocol_server import ProtocolServer, Reply, competent
from tests.providers import KEY, KEYS, PROVIDERS, tidy
from tests.synth import picture, tone, write_media

from emer.agent.chat_models import chat_model
from emer.graphs.calls import line
from emer.graphs.calls.rules import CallRules
from emer.graphs.report import Budget
from emer.graphs.verification.report import objections
from emer.tools.errors import ToolUnavailable

# clients leave their sockets to the collector of garbage
pytestmark = [pytest.mark.usefixtures("loopback"), pytest.mark.filterwarnings("ignore:unclosed")]
HASTY = CallRules(timeout_s=30.0, stall_s=10.0, retries=2, backoff_s=0.01, max_wait_s=1.0)
STALLED = replace(HASTY, stall_s=0.5)


@pytest.fixture(scope="module", autouse=True)
def _tidy():
    yield
    tidy()


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    return write_media(folder / "clip.mkv", pictures=[picture()] * 20, sound=tone(10), rate_hz=2)


@pytest.fixture(scope="module")
def by_rule(media, tmp_path_factory):
    return analysed(media, flat_good_news(), tmp_path_factory.mktemp("by_rule"))


@pytest.fixture(params=PROVIDERS)
def name(request):
    return request.param


@pytest.fixture
def run(media, tmp_path, monkeypatch, name):
    """Run a whole analysis with a server that behaves so; return its report and the server."""
    monkeypatch.setattr(line, "_LEARNT", {})
    monkeypatch.setattr(line, "MAX_CHARS", 30_000)  # what does not end is long enough then
    for variable in KEYS:
        monkeypatch.delenv(variable, raising=False)
    provider = PROVIDERS[name]
    if provider.key:
        monkeypatch.setenv(provider.key, KEY)
    servers = []

    def do(
        behave=lambda asked: Reply(), takes=None, rules=HASTY, llm=provider.llm,
        protocol=provider.protocol, **request,
    ):  # fmt: skip
        server = ProtocolServer(protocol, behave, takes)
        servers.append(server)
        model, _ = chat_model(llm, server.url, rules.timeout_s)
        report = analysed(media, flat_good_news(), tmp_path, model=model, rules=rules, **request)
        assert objections(report) == []
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


def each_first(reply):
    """Misbehave in the first request of each call, then answer well."""
    seen = set()

    def behave(asked):
        is_new = asked.document not in seen
        seen.add(asked.document)
        return reply if is_new else Reply()

    return behave


def test_every_call_is_answered_in_the_strictest_form_in_pieces_and_counted(run, by_rule, name):
    provider = PROVIDERS[name]
    report, server = run()
    assert problems(report) == ""
    assert {c.outcome for c in calls(report)} == {"answered"}
    assert {c.strategy for c in calls(report)} == {"json_schema"}
    assert {c.tries for c in calls(report)} == {1}
    assert account(report) == account(by_rule)
    assert not report.run.model_use.estimated
    assert report.run.model_use.tokens_in == sum(len(a.raw) // 4 + 1 for a in server.asked)
    assert all(provider.protocol.streams(a) for a in server.asked)
    if provider.key:
        assert all(provider.key_sent(a) == KEY for a in server.asked)
    assert all(KEY not in a.path and KEY.encode() not in a.raw for a in server.asked)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_form_that_a_server_refuses_is_replaced_by_the_next_and_not_tried_again(
    run, by_rule, name, n
):
    provider = PROVIDERS[name]
    if n >= len(provider.strategies):
        pytest.skip("its client has no further form")
    takes = (provider.protocol.forms | {"plain"}) - set(provider.forms[:n])
    report, server = run(takes=takes)
    assert {c.strategy for c in calls(report)} == {provider.strategies[n]}
    assert [c.tries for c in calls(report)] == [n + 1] + [1] * (len(calls(report)) - 1)
    assert account(report) == account(by_rule)
    assert not report.run.model_use.estimated
    assert [a.form for a in server.asked[: n + 1]] == list(provider.forms[: n + 1])


def test_a_budget_caps_each_answer_under_the_name_that_the_server_knows(run, name):
    report, server = run(budget=Budget(tokens=60_000))
    caps = [PROVIDERS[name].cap(a) for a in server.asked]
    assert all(0 < cap <= 16_000 for cap in caps)
    assert {c.outcome for c in calls(report)} == {"answered"}
    tight, server = run(budget=Budget(tokens=6_000))
    use = tight.run.model_use
    assert use.tokens_in + use.tokens_out <= 6_000
    assert "built_in" in {c.outcome for c in use.calls}


PASSING = {
    "429": (Reply(status=429, headers={"Retry-After": "0"}), "too many requests"),
    "500": (Reply(status=500), "status 500"),
    "503": (Reply(status=503), "status 503"),
    "529": (Reply(status=529), "status 529"),
    "truncated stream": (Reply(cut_after=1), "the connection failed"),
    "stalled stream": (Reply(stall_after=1), "stood still"),
}


@pytest.mark.parametrize("trouble", PASSING)
def test_trouble_that_passes_is_waited_out_and_told(run, by_rule, trouble):
    reply, told = PASSING[trouble]
    is_stalled = trouble == "stalled stream"
    report, _ = run(each_first(reply), rules=STALLED if is_stalled else HASTY)
    assert {c.outcome for c in calls(report)} == {"answered"}
    # a busy machine may stall a stream of its own accord
    assert all(c.tries == 2 or (is_stalled and c.tries == 3) for c in calls(report))
    assert all(told in " ".join(c.problems) for c in calls(report))
    assert account(report) == account(by_rule)


def test_an_error_within_a_stream_is_no_answer(run, by_rule):
    report, _ = run(each_first(Reply(error_after=1, error="Overloaded")))
    assert {c.outcome for c in calls(report)} == {"answered"}
    assert {c.tries for c in calls(report)} == {2}
    assert account(report) == account(by_rule)


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (401, f"invalid key {KEY}", "refuses the key (status 401)"),
        (403, f"no permission for {KEY}", "denies access (status 403)"),
        (404, "model: nothing of that name", "no such model or address (status 404)"),
        (400, "API key not valid. Please pass a valid API key.", "refuses the key (status 400)"),
        (400, "Your credit balance is too low to access the API.", "no credit (status 400)"),
    ],
)
def test_what_no_later_call_can_mend_is_asked_once(run, by_rule, status, error, told):
    report, server = run(lambda asked: Reply(status=status, error=error))
    assert len(server.asked) == 1
    assert told in problems(report)
    assert "invalid key" not in report.model_dump_json()
    assert account(report) == account(by_rule)


def test_an_answer_that_its_cap_cut_off_is_told_as_such(run, by_rule):
    report, _ = run(lambda asked: Reply(text=competent(asked)[:60], finish="length"))
    assert {c.outcome for c in calls(report)} == {"built_in"}
    assert "it was cut off" in problems(report)
    assert account(report) == account(by_rule)


def test_a_model_that_loads_slowly_is_waited_for_and_one_that_takes_too_long_is_not(run, by_rule):
    report, _ = run(each_first(Reply(before_s=0.7)), rules=STALLED)
    assert {c.tries for c in calls(report)} == {1}
    hasty = CallRules(timeout_s=0.4, retries=0)
    report, server = run(lambda asked: Reply(before_s=5), rules=hasty)
    assert len(server.asked) == 1
    assert "0.4 s" in problems(report) or "in time" in problems(report)
    assert account(report) == account(by_rule)


def test_a_server_that_is_not_there_is_told_and_the_key_is_not(media, tmp_path, monkeypatch, name):
    provider = PROVIDERS[name]
    if provider.key:
        monkeypatch.setenv(provider.key, KEY)
    monkeypatch.setattr(line, "_LEARNT", {})
    model, _ = chat_model(provider.llm, "http://127.0.0.1:9", 30.0)
    rules = replace(HASTY, retries=1)
    report = analysed(media, flat_good_news(), tmp_path, model=model, rules=rules)
    assert "the connection failed" in problems(report)
    assert sum(c.tries for c in calls(report)) == 2
    assert KEY not in report.model_dump_json()


@pytest.mark.parametrize("text", ["", "no", "[1, 2]", '{"wrong": true}', '{"a":' * 500])
def test_an_answer_that_cannot_be_used_is_asked_for_again_and_then_replaced(run, by_rule, text):
    report, server = run(lambda asked: Reply(text=text))
    assert {c.outcome for c in calls(report)} == {"built_in"}
    assert len(server.asked) == 2 * len(calls(report))
    again = [a for a in server.asked if "could not be used" in a.orders]
    assert len(again) == len(calls(report))
    assert account(report) == account(by_rule)


def test_an_answer_that_does_not_end_is_cut_off(run, by_rule):
    report, _ = run(lambda asked: Reply(text="ha " * 400, endless=True))
    assert "did not end" in problems(report)
    assert account(report) == account(by_rule)


@pytest.mark.parametrize("name", ["anthropic", "google_genai"], indirect=True)
def test_an_answer_that_the_provider_withholds_is_not_asked_for_again(run, by_rule):
    report, server = run(lambda asked: Reply(withheld=asked.task == "read"))
    reads = [c for c in calls(report) if c.task == "read"]
    assert {c.tries for c in reads} == {1}
    assert all("the provider withheld it" in " ".join(c.problems) for c in reads)
    assert {c.outcome for c in calls(report) if c.task != "read"} == {"answered"}
    assert account(report) == account(by_rule)
    assert len(server.asked) == len(calls(report))


@pytest.mark.parametrize("name", ["google_genai"], indirect=True)
def test_a_question_that_google_blocks_is_told_as_withheld(run):
    report, server = run(lambda asked: Reply(withheld=True), protocol=Generate(blocked=True))
    assert {c.outcome for c in calls(report)} == {"built_in"}
    assert "the provider withheld it" in problems(report)
    assert len(server.asked) == len(calls(report))


@pytest.mark.parametrize("name", ["google_genai"], indirect=True)
def test_the_delay_that_google_asks_for_is_kept(run):
    began = time.monotonic()
    report, server = run(each_first(Reply(status=429)), protocol=Generate(delay="0.3s"))
    assert {c.outcome for c in calls(report)} == {"answered"}
    assert time.monotonic() - began > 0.3 * len(calls(report))
    report, server = run(lambda asked: Reply(status=429), protocol=Generate(delay="36s"))
    assert len(server.asked) == 1
    assert "would have to wait 36 s" in problems(report)


@pytest.mark.parametrize("name", ["google_genai"], indirect=True)
def test_gemini_from_version_3_on_keeps_the_temperature_of_its_maker(run, by_rule):
    for llm, temperatures in [
        ("google_genai:gemini-2.5-flash", {0}),
        ("google_genai:gemini-3.1-pro-preview", {None}),
    ]:
        report, server = run(llm=llm)
        config = [a.body["generationConfig"] for a in server.asked]
        assert {c.get("temperature") for c in config} == temperatures
        assert account(report) == account(by_rule)


@pytest.mark.parametrize("name", ["anthropic"], indirect=True)
@pytest.mark.parametrize("llm", ["anthropic:claude-stub", "anthropic:claude-sonnet-5-5"])
def test_a_model_that_takes_no_temperature_is_asked_without_one(run, by_rule, llm):
    # of the second the client itself knows it, and sends nothing
    report, server = run(llm=llm, takes={"json_schema", "tools"})
    assert {c.strategy for c in calls(report)} == {"json_schema"}
    assert "temperature" not in server.asked[-1].body
    assert {c.outcome for c in calls(report)} == {"answered"}
    assert [c.tries for c in calls(report)][1:] == [1] * (len(calls(report)) - 1)
    assert account(report) == account(by_rule)


@pytest.mark.parametrize("name", ["ollama"], indirect=True)
def test_ollama_is_asked_for_room_for_question_and_answer(run, monkeypatch):
    _, server = run()
    assert {a.body["options"]["num_ctx"] for a in server.asked} == {16_384}
    assert {a.path for a in server.asked} == {"/api/chat"}
    monkeypatch.setenv("OLLAMA_CONTEXT_LENGTH", "65536")  # set by the user for the server
    _, server = run()
    assert all("num_ctx" not in a.body["options"] for a in server.asked)


@pytest.mark.parametrize("name", ["ollama"], indirect=True)
def test_a_model_that_ollama_does_not_have_is_told(run):
    report, server = run(llm="ollama:nothing")
    assert len(server.asked) == 1
    assert "no such model" in problems(report)


@pytest.mark.parametrize("name", ["anthropic", "google_genai"], indirect=True)
def test_a_key_that_is_missing_or_broken_is_told_at_once_with_a_remedy(monkeypatch, name):
    provider = PROVIDERS[name]
    for variable in KEYS:
        monkeypatch.delenv(variable, raising=False)
    began = time.monotonic()
    with pytest.raises(ToolUnavailable, match=f"{provider.key}.* is not set") as missing:
        chat_model(provider.llm)
    assert provider.key in missing.value.remedy
    monkeypatch.setenv(provider.key, f"{KEY}\n")
    with pytest.raises(ToolUnavailable, match="no key") as broken:
        chat_model(provider.llm)
    assert KEY not in str(broken.value)
    assert time.monotonic() - began < 1


def test_a_server_of_ones_own_needs_no_key(monkeypatch, media, tmp_path, name):
    provider = PROVIDERS[name]
    for variable in KEYS:
        monkeypatch.delenv(variable, raising=False)
    server = ProtocolServer(provider.protocol)
    try:
        model, _ = chat_model(provider.llm, server.url)
        report = analysed(media, flat_good_news(), tmp_path, model=model, rules=HASTY)
    finally:
        server.close()
    assert {c.outcome for c in calls(report)} == {"answered"}
    assert provider.key is None or provider.key_sent(server.asked[0]) == "not-needed"


def test_two_servers_of_one_model_are_learnt_apart(run, name):
    provider = PROVIDERS[name]
    run(takes=provider.protocol.forms - {"json_schema"})
    report, _ = run()
    assert {c.strategy for c in calls(report)} == {"json_schema"}


def test_a_call_of_a_function_that_is_malformed_is_not_used(run, name):
    if name != "anthropic":
        pytest.skip("only there a call comes in pieces")
    takes = PROVIDERS[name].protocol.forms - {"json_schema"}
    report, _ = run(lambda asked: Reply(text=competent(asked)[:-30]), takes=takes)
    assert {c.outcome for c in calls(report)} == {"built_in"}
    assert json.loads(report.model_dump_json())
