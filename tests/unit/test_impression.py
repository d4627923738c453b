"""A multimodal model of the user's own: what is sent, and what becomes of its words."""

import base64
import io
import json
import wave

import numpy as np
import pytest
from tests.findings import said as utterance
from tests.peer_server import PeerServer, said
from tests.synth import picture, tone, write_media

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Gap, GapCode, TimeSpan
from emer.tools.impression import MOST, PROMPT, ClipImpression
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.peer import Peer, PeerTrouble, ask
from emer.tools.registry import Engine, choose
from emer.tools.setup import Setup

NOTHING = np.zeros(0, np.float32)


@pytest.fixture
def served(loopback):
    servers = []

    def make(reply):
        servers.append(PeerServer(reply))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peer")
    path = write_media(
        folder / "secret-name.mkv", pictures=[picture(rgb=(200, 10, 10))] * 60, sound=tone(6.0),
        rate_hz=10,
    )  # fmt: skip
    return take_in(path, probe(path), folder, watchers={})[0]


def seen_by(server, clip, spans, known=(), **setup):
    one = ClipImpression()
    one.set_up(Setup(peer_url=server.url, peer_model="omni", **setup))
    return one.observe(clip, spans, known)


def span(start_s, end_s):
    return TimeSpan(start_s=start_s, end_s=end_s)


def test_without_an_address_it_is_off_and_no_gap_of_a_report():
    with pytest.raises(ToolUnavailable, match="EMER_PEER_URL"):
        ClipImpression().ready()
    problem = ToolUnavailable("impression", "no model was set up", remedy="Set it.")
    assert choose([Engine("impression", ClipImpression(), problem)]) == ({}, {})


def test_its_words_are_evidence_with_their_source_and_place(served, clip):
    server = served(lambda n: said("She smiles.\x07 Her voice is\nlow."))
    (found,) = seen_by(server, clip, [span(1.0, 3.0)])
    assert isinstance(found, Evidence)
    assert found.reading.text == "She smiles. Her voice is low."
    assert (found.start_s, found.end_s, found.model) == (1.0, 3.0, "omni")


def test_pictures_and_sound_of_the_span_are_sent_and_nothing_else(served, clip):
    server = served(lambda n: said("Red."))
    (found,) = seen_by(server, clip, [span(1.0, 3.0)], peer_key="k-123")
    (asked,) = server.asked
    text, *pictures, sound = asked["messages"][0]["content"]
    assert asked["path"] == "/v1/chat/completions"
    assert text["text"] == PROMPT
    assert len(pictures) == found.reading.n_pictures == 2
    coded = pictures[0]["image_url"]["url"].removeprefix("data:image/jpeg;base64,")
    assert base64.b64decode(coded).startswith(b"\xff\xd8")
    with wave.open(io.BytesIO(base64.b64decode(sound["input_audio"]["data"]))) as played:
        assert played.getnframes() / played.getframerate() == pytest.approx(2.0, abs=0.01)
    assert "secret-name" not in json.dumps(asked)
    assert server.headers[0]["Authorization"] == "Bearer k-123"


def test_a_key_is_never_shown():
    assert "k-123" not in repr(Setup(peer_key="k-123"))
    assert "k-123" not in repr(Peer("http://x", "m", "k-123"))


def test_words_are_filed_under_who_speaks(served, clip):
    said_by = utterance("SPK_01", 1.0, 3.0)
    (found,) = seen_by(served(lambda n: said("x")), clip, [span(1.0, 3.0)], [said_by])
    assert found.subject == "SPK_01"


def test_of_many_utterances_the_longest_are_asked_about(served, clip):
    server = served(lambda n: said("x"))
    spans = [span(k * 0.3, k * 0.3 + 0.1 + k * 0.01) for k in range(MOST + 3)]
    found = seen_by(server, clip, spans)
    assert len(server.asked) == MOST
    assert [isinstance(f, Gap) for f in found] == [True] * 3 + [False] * MOST
    assert found[0].code is GapCode.NOT_LOOKED_AT


def test_a_server_that_refuses_leaves_gaps_and_is_not_asked_again(served, clip):
    server = served(lambda n: (401, {}, b"no"))
    found = seen_by(server, clip, [span(0.0, 2.0), span(2.0, 4.0)])
    assert [f.code for f in found] == [GapCode.TOOL_FAILED] * 2
    assert "401" in found[0].reason
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(served, status):
    server = served(lambda n: (status, {"Retry-After": "0"}, b"") if n < 3 else said("At last."))
    assert ask(Peer(server.url, "m"), PROMPT, [], NOTHING, wait_s=0.01) == "At last."


def test_what_does_not_pass_is_given_up(served):
    server = served(lambda n: (503, {}, b""))
    with pytest.raises(PeerTrouble, match="503"):
        ask(Peer(server.url, "m"), PROMPT, [], NOTHING, wait_s=0.01)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}',
     b'{"choices": [{"message": {"content": " \\u0007 "}}]}', b"x" * 1_100_000],
)  # fmt: skip
def test_an_answer_in_no_known_form_is_no_answer(served, body):
    server = served(lambda n: (200, {}, body))
    with pytest.raises(PeerTrouble):
        ask(Peer(server.url, "m"), PROMPT, [], NOTHING)


def test_a_redirect_is_not_followed(served):
    elsewhere = served(lambda n: said("stolen"))
    server = served(lambda n: (307, {"Location": f"{elsewhere.url}/chat/completions"}, b""))
    with pytest.raises(PeerTrouble, match="307"):
        ask(Peer(server.url, "m"), PROMPT, [], NOTHING)
    assert elsewhere.asked == []


def test_a_long_answer_is_cut(served):
    text = ask(Peer(served(lambda n: said("word " * 2000)).url, "m"), PROMPT, [], NOTHING)
    assert len(text) <= 1000
    assert text.endswith("...")


def test_nobody_at_the_address_is_a_gap(loopback, clip):
    class Nobody:
        url = "http://127.0.0.1:9/v1"

    (found,) = seen_by(Nobody, clip, [span(0.0, 2.0)])
    assert found.code is GapCode.TOOL_FAILED
    assert "does not answer" in found.reason
