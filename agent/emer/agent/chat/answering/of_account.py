"""Answers from the account: what happened, what changed, how somebody reacted, whether it fits together."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.of_file import gaps, length, people, scene
from emer.agent.chat.answering.of_shows import BEST, across, agreement, feels, shown, when
from emer.agent.chat.answering.of_words import quoted_line
from emer.agent.chat.answering.places import chosen, where, whom, why_missing
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.chat.understanding.kinds import Kind
from emer.agent.queries.evidence import tell as tell_evidence
from emer.agent.queries.timeline import stretches
from emer.graphs.report import Agreement, Claim, Stage
from emer.tools.findings import Evidence, Utterance
from emer.tools.readings import ActionUnitReading

MAX_OF_EACH: Final = 3
QUOTED_OF_GIST: Final = 2
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
    yield from _of(tell, claims, "disagreement", limit=1)
    if not any(c.stage == "whole" for c in claims):
        yield from feels(tell, asked)
    spoken = [u for u in chosen(tell, tell.report.utterances, asked) if u.text]
    yield from (quoted_line(tell, u) for u in _telling(tell, spoken))
    yield from _of(tell, claims, "disagreement")
    yield from _of(tell, claims, "shift")
    yield from (quoted_line(tell, u) for u in spoken)


def _telling(tell: Teller, spoken: list[Utterance]) -> list[Utterance]:
    """Return of some people the utterance in which most is shown, in order: what it is about."""

    def shown_in(u: Utterance) -> float:
        own = [x for x in tell.report.labels if x.subject == u.subject and x.overlaps(u)]
        return max((x.score * x.intensity for x in own), default=0.0)

    ranked = sorted(spoken, key=shown_in, reverse=True)
    best = {u.subject: u for u in reversed(ranked)}
    told = sorted(best.values(), key=shown_in, reverse=True)[:QUOTED_OF_GIST]
    return sorted(told, key=lambda u: u.start_s)


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
        if asked.window:
            yield from feels(tell, asked)


def sincere(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say whether face, voice and words fit together; what is meant cannot be measured."""
    if len(asked.named) < 2 and asked.shows != "conflict":
        yield tell.cannot("not_inside")
    claims = chosen(tell, tell.report.explanation.claims, asked)
    verdicts = _of_pair(chosen(tell, tell.report.agreement, asked), asked)
    clashes = [c for c in claims if c.stage == "disagreement" and _turns_on(c, asked)]
    agreed = [a for a in verdicts if a.verdict == "agree"]
    apart = [a for a in verdicts if a.verdict == "conflict"]
    if clashes:
        yield from (tell.claim(c) for c in clashes)
    else:
        yield from (agreement(tell, a) for a in apart)
    if asked.named or not (clashes or apart):
        if not agreed and not apart:
            yield tell.cannot("uncompared", where=where(tell, asked))
        yield from (agreement(tell, a) for a in agreed)
    if asked.window is not None or asked.persons:
        segments = chosen(tell, tell.report.explanation.segments, asked)
        yield from (across(tell, s) for s in stretches(tell.report, segments) if s.labels)


def _of_pair(verdicts: list[Agreement], asked: Asked) -> list[Agreement]:
    """Return what is said of the clues that the question names: of two their pair."""
    if not asked.named:
        return verdicts
    named = set(asked.named)
    return [a for a in verdicts if (pair := {m.value for m in a.pair}) <= named or named < pair]


def _turns_on(claim: Claim, asked: Asked) -> bool:
    """Whether a contradiction is one of the clues that the question names."""
    told = {
        name for name, prefixes in _QUANTITIES.items()
        if any(a.quantity.startswith(prefixes) for a in claim.assertions)
    }  # fmt: skip
    return set(asked.named) <= told


def doubts(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what is least sure: contradictions, the weakest reading, what could not be measured."""
    claims = chosen(tell, tell.report.explanation.claims, asked)
    yield from _of(tell, claims, "disagreement")
    named = chosen(tell, tell.report.labels, asked)
    if named:
        weak = min(named, key=lambda x: x.score)
        yield tell.say(
            "least_sure", weak, weak.subject, weak.evidence, label=weak.shown,
            score=f"{weak.score:.2f}",
        )  # fmt: skip
    yield from gaps(tell, asked)


def clue(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what a face shows, how a voice sounds, what words express."""
    if asked.shows and (asked.kind == "face" or asked.shows == "raised voice"):
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
        yield from (_measured(tell, e) for e in own)
        return
    why = why_missing(tell, asked, _TOOLS[asked.kind])
    yield tell.cannot("no_clue", whom=whom(tell, asked), where=where(tell, asked), why=why)


def _measured(tell: Teller, e: Evidence) -> Sentence:
    """Say what one piece of evidence measured, where no claim tells of it."""
    if tell.language == "en":
        return tell.cited(tell_evidence(tell.facts, e))
    if isinstance(e.reading, ActionUnitReading):
        return tell.say(
            "moves", e, e.subject, (e.id,), au=e.reading.au, n=f"{e.reading.intensity:.1f}",
            name=chinese.movement(e.reading.au, e.reading.name, "zh"),
        )  # fmt: skip
    known = {name.rsplit(".", 1)[-1]: n for name, n in e.reading.quantities().items()}
    numbers = [
        f"{tell.word(axis)} {known[axis]:+.2f}" for axis in ("valence", "arousal")
        if isinstance(known.get(axis), float)
    ]  # fmt: skip
    return tell.say(
        "measured", e, e.subject, (e.id,), what=chinese.tool(e.tool, "zh"),
        numbers=tell.listed(numbers) or "-",
    )  # fmt: skip


def _of(
    tell: Teller, claims: list[Claim], *stages: Stage, limit: int = MAX_OF_EACH
) -> Iterator[Sentence]:
    found = [c for c in claims if c.stage in stages]
    yield from (tell.claim(c) for c in found[:limit])
