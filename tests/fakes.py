"""Stand-in specialists and a run of the graph with them."""

from pathlib import Path

from tests.findings import CARD, action_unit, expression, face_track, said, speaking, voice, words

from emer.graphs.analyst import run
from emer.graphs.calls.rules import CallRules
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Request
from emer.tools.findings import Modality

HAPPY_WORDS = "That is wonderful news, I am so happy."


class FakeSpecialist:
    """Returns what it was given, and remembers what it was asked."""

    engine, card, rank, cost = "test", CARD, 1, 0.01

    def __init__(self, tool, findings=(), *, modality=Modality.VOICE, needs=(), scope="clip"):
        self.tool, self.findings, self.modality = tool, list(findings), modality
        self.needs, self.scope = tuple(needs), scope
        self.asked = []

    def ready(self):
        pass

    def observe(self, clip, spans, known):
        self.asked.append((list(spans), list(known)))
        if isinstance(self.findings, Exception):
            raise self.findings
        return self.findings


def fails(tool, error, **options):
    fake = FakeSpecialist(tool, **options)
    fake.findings = error
    return fake


def flat_good_news(text=HAPPY_WORDS):
    """P1 says happy words in a flat voice with a still face; P2 listens and smiles."""
    return [
        FakeSpecialist("faces", [face_track("FACE_01", 0, 10), face_track("FACE_02", 0, 10)], modality=Modality.FACE),
        FakeSpecialist("utterances", [said("SPK_01", 1, 4, text)]),
        FakeSpecialist("voice_affect", [voice("SPK_01", 1, 4, -0.55, -0.2, intensity_offset_db=-5.0, f0_offset_st=-2.5)], needs=["utterances"], scope="utterances"),
        FakeSpecialist("text_emotion", [words("SPK_01", 1, 4, 0.75, 0.45, joy=0.8)], modality=Modality.WORDS, needs=["utterances"], scope="utterances"),
        FakeSpecialist("active_speaker", [speaking("FACE_01", 1, 4, 0.9), speaking("FACE_02", 1, 4, 0.1)], modality=Modality.FACE, needs=["faces", "utterances"], scope="utterances"),
        FakeSpecialist("action_units", [action_unit("FACE_02", 2, 3.5)], modality=Modality.FACE, needs=["faces"]),
        FakeSpecialist("expression", [expression("FACE_01", 1, 4, 0.0, neutral=0.7), expression("FACE_02", 1, 4, 0.7, 0.3, happiness=0.75)], modality=Modality.FACE, needs=["faces", "action_units", "utterances"], scope="windows"),
    ]  # fmt: skip


def analysed(
    media,
    specialists,
    tmp_path,
    *,
    model=None,
    events=None,
    unavailable=None,
    rules=None,
    **request,
):
    context = Context(
        request=Request(path=Path(media), **request),
        workspace=tmp_path, model=model or RuleChatModel(), model_name="test",
        specialists={s.tool: s for s in specialists}, unavailable=unavailable or {},
        emit=(events if events is not None else []).append, rules=rules or CallRules(),
    )  # fmt: skip
    return run(context)
