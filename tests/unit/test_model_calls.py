"""The parts of a call to a language model: schema, answer, trouble, books, record, prompts."""

import json
import threading
import time
from email.utils import formatdate
from types import SimpleNamespace

import pytest
from langchain_core.messages import AIMessage
from tests.openai_server import strict_problem

from emer.agent.settings import Settings, SettingsError, limits, prices
from emer.graphs import prompts
from emer.graphs.calls.ledger import Ledger, Prices, Spent
from emer.graphs.calls.reading import read
from emer.graphs.calls.said import Said, said_of, tokens_of
from emer.graphs.calls.tape import Tape, Taped, TapeError, key_of
from emer.graphs.calls.trouble import NotOffered, TimedOut, TooLong, retry_after_s, trouble_of
from emer.graphs.calls.waiting import Watch, in_time
from emer.graphs.calls.wire import wire_schema, wire_text
from emer.graphs.report import Budget
from emer.graphs.tasks.clues import Clues
from emer.graphs.tasks.explaining import Explanation
from emer.graphs.tasks.labelling import LabelSet
from emer.graphs.tasks.planning import Plan, Replan
from emer.graphs.tasks.polarity import Polarities
from emer.graphs.tasks.reading import Readings

GOOD = '{"labels": []}'
KEY = "0" * 64


@pytest.mark.parametrize(
    "schema", [Plan, Replan, Clues, Readings, Explanation, LabelSet, Polarities]
)
def test_every_answer_has_a_schema_that_strict_modes_take(schema):
    assert strict_problem(wire_schema(schema)) == ""
    assert wire_schema(schema)["title"] == schema.__name__


def test_bounds_that_strict_modes_do_not_know_are_told_in_words():
    label = wire_schema(LabelSet)["$defs"]["LabelDraft"]["properties"]["score"]
    assert label == {"type": "number", "description": "at least 0; at most 1"}
    assert "prior" not in wire_text(Readings)  # a table by name, which only the rules fill


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here you are: {GOOD} Good luck {{smile}}.",
        f'<think>{{"labels": [1]}}</think>{GOOD}',
        f"{GOOD} I repeat: {GOOD}",
        f'{{"not this": 1}} but {GOOD}',
    ],
)
def test_the_one_object_that_fulfils_the_schema_is_found(text):
    answer, problem = read(Said(text=text), LabelSet)
    assert answer == LabelSet(labels=[])
    assert problem == ""


def test_two_different_answers_are_none():
    other = json.dumps({"labels": [
        {"segment": "S1", "label": "sad", "perspective": "viewer", "score": 1, "evidence": []}
    ]})  # fmt: skip
    answer, problem = read(Said(text=f"The clip says {other}. {GOOD}"), LabelSet)
    assert answer is None
    assert "2 different answers" in problem


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Said(), "empty"),
        (Said(text="no"), "no JSON object"),
        (Said(text=GOOD, cut=True), "cut off"),
        (Said(text="x" * 200_001), "longer than"),
        (Said(text='{"a":' * 3000), "no JSON object"),
        (Said(arguments=({"labels": "secret"},)), "labels: list type"),
        (Said(broken=('{"labels": [',)), "no JSON object"),
    ],
)
def test_what_cannot_be_used_is_told_without_repeating_it(said, told):
    answer, problem = read(said, LabelSet)
    assert answer is None
    assert told in problem
    assert "secret" not in problem


def test_arguments_that_came_in_pieces_go_before_those_that_the_client_mended():
    mended = AIMessage("", tool_calls=[{"name": "LabelSet", "args": {"labels": []}, "id": "1"}])
    assert said_of(mended, 100, {}).arguments == ({"labels": []},)
    assert said_of(mended, 100, {0: '{"labels": ['}).broken == ('{"labels": [',)


def test_halves_of_characters_do_not_get_through():
    call = {"name": "x", "args": {"a": "\ud800"}, "id": "1"}
    said = said_of(AIMessage("\udfff", tool_calls=[call]), 100, {})
    assert Said.model_validate_json(said.model_dump_json()) == said
    answer, _ = read(Said(text='{"look": null, "reason": "a\\ud800"}'), Replan)
    assert answer.reason == "a?"
    assert answer.model_dump_json()


def test_tokens_that_a_server_did_not_count_are_unknown():
    assert tokens_of(AIMessage("x")) is None
    usage = {"input_tokens": 0, "output_tokens": 3, "total_tokens": 3}
    assert tokens_of(AIMessage("x", usage_metadata=usage)) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0.5", 0.5), ("", None), ("soon", None), ("-3", None), ("9" * 30, None),
     ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_a_moment(header, seconds):
    error = SimpleNamespace(response=SimpleNamespace(headers={"retry-after": header}))
    assert retry_after_s(error) == seconds


def test_retry_after_may_name_a_moment_to_come():
    header = {"retry-after": formatdate(time.time() + 30, usegmt=True)}
    error = SimpleNamespace(response=SimpleNamespace(headers=header))
    assert 25 < retry_after_s(error) <= 30


class _Status(Exception):  # noqa: N818
    def __init__(self, status_code, told=""):
        super().__init__(told)
        self.status_code = status_code


def _wrapped(cause):
    """Return an error as some clients make it: without the status, which its cause has."""
    error = RuntimeError("the client's own words")
    error.__cause__ = cause
    return error


def _in_stream(kind):
    """Return an error that came within an answer of status 200."""
    error = _Status(200)
    error.body = {"type": "error", "error": {"type": kind, "message": "sk-123"}}
    return error


def test_the_delay_that_google_asks_for_is_found_under_the_wrapping():
    cause = _Status(429)
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36.5s"}
    cause.details = {"error": {"details": [{"@type": "other"}, info]}}
    assert retry_after_s(_wrapped(cause)) == 36.5
    assert trouble_of(_wrapped(cause)).wait_s == 36.5
    info["retryDelay"] = "soon"
    assert retry_after_s(_wrapped(cause)) is None


@pytest.mark.parametrize(
    ("error", "kind", "about"),
    [
        (_Status(429), "passing", ""),
        (_Status(529), "passing", ""),
        (_Status(401, "key sk-123"), "final", ""),
        (_Status(400, "response_format is unknown"), "refused", ""),
        (_Status(400, "stream_options is unknown"), "refused", "stream"),
        (_Status(400, "max_tokens is too large: 16000"), "refused", "cap"),
        (_Status(400, "maximum context length is 4096"), "odd", ""),
        (_Status(400, "The compiled grammar is too large for this schema"), "refused", ""),
        (_Status(400, "`temperature` is deprecated for this model"), "refused", "temperature"),
        (ValueError("`temperature` is not supported for x"), "refused", "temperature"),
        (_Status(400, "API key expired. Please renew it. sk-123"), "final", ""),
        (_Status(429, "insufficient_quota"), "final", ""),
        (_wrapped(_Status(429)), "passing", ""),
        (_wrapped(_Status(400, "schema is unknown")), "refused", ""),
        (_in_stream("overloaded_error"), "passing", ""),
        (_in_stream("authentication_error"), "final", ""),
        (_in_stream("of a new kind"), "odd", ""),
        (ConnectionResetError("reset"), "passing", ""),
        (TimedOut("no answer"), "passing", ""),
        (TooLong("no end"), "lost", ""),
        (NotOffered("no tools"), "refused", ""),
        (ZeroDivisionError("a bug"), "odd", ""),
    ],
)
def test_errors_are_told_apart_and_their_text_is_not_repeated(error, kind, about):
    trouble = trouble_of(error)
    assert (trouble.kind, trouble.about) == (kind, about)
    assert "sk-123" not in trouble.said


def test_a_head_without_words_begins_no_stall_and_wrapping_is_not_counted():
    watch = Watch(100)
    head = SimpleNamespace(message=SimpleNamespace(content=[], tool_call_chunks=[]))
    watch.on_llm_new_token([], chunk=head)
    assert watch.last is None
    block = {"type": "input_json_delta", "partial_json": "{}", "index": 1}
    call = {"index": 1, "args": "{}"}
    piece = SimpleNamespace(message=SimpleNamespace(content=[block], tool_call_chunks=[call]))
    watch.on_llm_new_token([block], chunk=piece)
    assert watch.last is not None
    assert watch.n_chars == 2
    thought = SimpleNamespace(message=SimpleNamespace(content=[{"thinking": "x" * 99}]))
    with pytest.raises(TooLong):
        watch.on_llm_new_token([], chunk=thought)


@pytest.mark.parametrize("reason", ["SAFETY", "refusal", "content_filter"])
def test_an_answer_that_was_withheld_is_known_by_its_end(reason):
    message = AIMessage("", response_metadata={"stop_reason": reason})
    said = said_of(message, 100, {})
    assert said.withheld
    assert read(said, LabelSet) == (None, "the provider withheld it")


def test_what_hangs_is_left_behind():
    release, watch = threading.Event(), Watch(100)
    began = time.monotonic()
    with pytest.raises(TimedOut, match=r"no whole answer within 0.2 s"):
        in_time(lambda: release.wait(30), watch, timeout_s=0.2, stall_s=5)
    assert time.monotonic() - began < 2
    release.set()
    with pytest.raises(TooLong):
        watch.on_llm_new_token("late")


def test_books_refuse_what_would_exceed_the_budget_and_learn_how_long_tokens_are():
    books = Ledger(Budget(tokens=1000), None, time.monotonic())
    assert books.room(1000) == 500
    with pytest.raises(Spent, match="1000 tokens does not stretch"):
        books.room(1700)
    books.spend(100, 50, n_bytes=1000)
    assert books.room(1000) == 1000 - 150 - 115


def test_books_of_cost_cap_the_answer():
    books = Ledger(Budget(cost=0.01), Prices(1.0, 10.0), time.monotonic())
    assert books.room(2000) == pytest.approx((0.01 - 0.001) / 10 * 1e6, abs=1)
    books.spend(1000, 800)
    with pytest.raises(Spent, match="cost limit"):
        books.room(2000)


def test_the_key_of_a_call_is_of_what_is_asked_and_not_of_the_time_left():
    key = key_of("m", "plan/3", "{}", '{"left_s":12.3,"look":1}')
    assert key == key_of("m", "plan/3", "{}", '{"left_s":4,"look":1}')
    others = [("n", "plan/3", "{}", "d"), ("m", "plan/4", "{}", "d"), ("m", "plan/3", "[]", "d")]
    assert len({key, *(key_of(*o) for o in others)}) == 4


def test_processes_may_share_a_record(tmp_path):
    tapes = [Tape(tmp_path / "a.jsonl") for _ in range(2)]

    def write(n):
        for i in range(20):
            call = Taped(key=f"{n}{i:063d}", model="m", prompt="p", said=Said(text="x" * 5000))
            tapes[n].keep(call)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    replay = Tape(tmp_path / "a.jsonl", replay=True)
    assert all(replay.find(f"{n}{i:063d}") for n in range(2) for i in range(20))


def test_a_failure_is_tried_anew_while_recording_and_repeated_in_a_replay(tmp_path):
    path = tmp_path / "a.jsonl"
    Tape(path).keep(Taped(key=KEY, model="m", prompt="p", failure="it was down"))
    assert Tape(path).find(KEY) is None
    assert Tape(path, replay=True).find(KEY).failure == "it was down"
    Tape(path).keep(Taped(key=KEY, model="m", prompt="p", said=Said(text="yes")))
    assert Tape(path, replay=True).find(KEY).said.text == "yes"


def test_a_record_is_for_its_owner_alone_and_one_that_cannot_be_written_is_told_first(tmp_path):
    Tape(tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o600
    with pytest.raises(TapeError, match="cannot be written"):
        Tape(tmp_path / "missing folder" / "a.jsonl")


def test_prompts_have_ids_that_change_with_their_text(monkeypatch):
    ids = [prompts.prompt(name).id for name in prompts.TASKS]
    assert len(set(ids)) == len(prompts.TASKS)
    told = prompts.prompt("plan")
    assert told._replace(text=told.text + " More.").id != told.id
    assert "{" not in told.text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("20", {"tools_s": 20}),
        ("tools=20,wall=1m", {"tools_s": 20, "wall_s": 60}),
        ("tokens=20000,cost=0.5", {"tokens": 20_000, "cost": 0.5}),
        ("tokens=50k", {"tokens": 50_000}),
    ],
)
def test_budgets_are_read(text, found):
    assert limits(text) == found
    Budget.model_validate(limits(text))


@pytest.mark.parametrize(
    "text", ["tokens=0", "tokens=0.5", "cost=0", "cost=1k", "tokens=5s", "x=1"]
)
def test_what_is_no_budget_is_refused(text):
    with pytest.raises(ValueError, match="is no budget"):
        limits(text)


def test_prices_are_the_users_own():
    assert prices(None) is None
    assert prices("in=0.15,out=0.6") == (0.15, 0.6)
    for wrong in ("in=1", "in=1,out=-1", "in=1,out=x", "1,2", "in=nan,out=1"):
        with pytest.raises(SettingsError):
            Settings(llm_prices=wrong)
