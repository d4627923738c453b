"""Answers from the account: what happened, what changed, how somebody reacted, whether it fits together."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from emer.agent.chat.answering.of_file import length, people, scene
from emer.agent.chat.answering.of_shows import BEST, across, agreement, feels, shown, when
from emer.agent.chat.answering.of_words import quoted_line
from emer.agent.chat.answering.places import chosen, where, whom, why_missing
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.chat.understanding.kinds import Kind
from emer.agent.queries.timeline import stretches
from emer.graphs.report import Claim, Stage

MAX_OF_EACH: Final = 3
_QUANTITIES: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType({
    "face": ("face.", "au."), "voice": ("voice.", "tone.", "event."), "words": ("text.",),
})  # fmt: skip
_TOOLS: Final[Mapping[Kind, frozenset[str]]] = MappingProxyType({
    "face": frozenset({"faces", "action_units", "expression"}),
    "voice": frozenset({"voice_affect", "speech_emotion", "voice_dimensions", "vocal_events", "utterances"}),
    "words": frozenset({"text_emotion", "asr"}),
})  # fmt: skip


def happened(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Tell the gist: of a stretch what is said and shown in it, of all of it the summary."""
    claims = chosen(tell, tell.report.explanation.claims, asked)
    if asked.window is not None:
        spoken = chosen(tell, tell.report.utterances, asked)
        segments = chosen(tell, tell.report.explanation.segments, asked)
        yield from (quoted_line(tell, u) for u in spoken if u.text)
        yield from (across(tell, s) for s in stretches(tell.report, segments) if s.labels)
        yield from _of(tell, claims, "disagreement", "reaction", "shift")
        if not spoken and not segments:
            yield from feels(tell, asked)
        return
    yield from _of(tell, claims, "whole", limit=200)
    if not tell.report.explanation.segments:
        yield from length(tell, asked)
        yield from people(tell, asked)
        if tell.report.media.video:
            yield from scene(tell, asked)
        return
    yield from _of(tell, claims, "disagreement")
    yield from _of(tell, claims, "shift")
    if not any(c.stage == "whole" for c in claims):
        yield from feels(tell, asked)
    spoken = [u for u in chosen(tell, tell.report.utterances, asked) if u.text]
    yield from (quoted_line(tell, u) for u in spoken)


def change(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what changes in what somebody shows, and what came before it."""
    claims = chosen(tell, tell.report.explanation.claims, asked)
    told = list(_of(tell, claims, "shift", limit=200))
    yield from told
    if not told:
        yield tell.cannot("no_change", whom=whom(tell, asked), where=where(tell, asked))
        if asked.label:
            yield from when(tell, asked)


def reaction(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what the face of a listener does."""
    claims = chosen(tell, tell.report.explanation.claims, asked)
    told = list(_of(tell, claims, "reaction", limit=200))
    yield from told
    if not told:
        yield tell.cannot("no_reaction", whom=whom(tell, asked), where=where(tell, asked))
        if asked.persons or asked.window:
            yield from feels(tell, asked)


def sincere(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say whether face, voice and words fit together; what is meant cannot be measured."""
    claims = chosen(tell, tell.report.explanation.claims, asked)
    verdicts = chosen(tell, tell.report.agreement, asked)
    clashes = [c for c in claims if c.stage == "disagreement"]
    agreed = [a for a in verdicts if a.verdict == "agree"]
    if clashes:
        yield from (tell.claim(c) for c in clashes)
    else:
        yield from (agreement(tell, a) for a in verdicts if a.verdict == "conflict")
    if not clashes and not any(a.verdict == "conflict" for a in verdicts):
        if not agreed:
            yield tell.cannot("uncompared", where=where(tell, asked))
        yield from (agreement(tell, a) for a in agreed)
    yield tell.cannot("not_inside")
    if asked.window is not None or asked.persons:
        segments = chosen(tell, tell.report.explanation.segments, asked)
        yield from (across(tell, s) for s in stretches(tell.report, segments) if s.labels)


def clue(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what a face shows, how a voice sounds, what words express."""
    if asked.kind == "face" and asked.shows:
        yield from when(tell, asked)
        return
    if asked.label:
        yield from shown(tell, asked, limit=BEST)
    prefixes = _QUANTITIES[asked.kind]
    told = [
        c for c in chosen(tell, tell.report.explanation.claims, asked)
        if c.stage in {"attribute", "expression"}
        and any(a.quantity.startswith(prefixes) for a in c.assertions)
    ]  # fmt: skip
    yield from (tell.claim(c) for c in told)
    if told:
        return
    own = [
        e for e in chosen(tell, tell.report.evidence, asked)
        if any(name.startswith(prefixes) for name in e.reading.quantities())
        and e.reading.kind not in {"face_track"}
    ]  # fmt: skip
    if own:
        from emer.agent.queries.evidence import tell as tell_evidence

        yield from (tell.cited(tell_evidence(tell.facts, e)) for e in own)
        return
    why = why_missing(tell, asked, _TOOLS[asked.kind])
    yield tell.cannot("no_clue", whom=whom(tell, asked), where=where(tell, asked), why=why)


def _of(
    tell: Teller, claims: list[Claim], *stages: Stage, limit: int = MAX_OF_EACH
) -> Iterator[Sentence]:
    found = [c for c in claims if c.stage in stages]
    yield from (tell.claim(c) for c in found[:limit])
