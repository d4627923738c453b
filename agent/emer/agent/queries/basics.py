"""Who is there, what the file is, and what could not be measured."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import NoArgs, Some
from emer.agent.queries.facts import Facts
from emer.agent.queries.marks import CLIP, mark
from emer.graphs.report import Report
from emer.graphs.rule.writing.wording import at, during, quote
from emer.tools.findings import Gap, Person
from emer.tools.media.info import MediaInfo
from emer.tools.quoting import quoted

_KINDS: Final = {"video": "video", "audio": "sound file", "image": "still picture"}


class PeopleAnswer(Answer):
    """The people who could be told apart."""

    people: tuple[Person, ...]


class MediaAnswer(Answer):
    """The file and the part of it that was analysed."""

    media: MediaInfo
    part: tuple[float, float] = Field(description="the analysed part, seconds")


class GapsAnswer(Answer):
    """What was looked for and not found, or could not be looked for."""

    gaps: tuple[Gap, ...]


def people(report: Report, asked: NoArgs) -> PeopleAnswer:
    """Say who is there, by voice and face, for how long, and how surely they belong together."""
    facts = Facts.of(report)
    lines = [_person(facts, p) for p in report.subjects]
    return PeopleAnswer.of(
        report, lines, nothing="nobody was heard or seen", people=report.subjects,
        remarks=("People are told apart by voice and face alone. Nothing here knows names, sex or age.",),
    )  # fmt: skip


def _person(facts: Facts, person: Person) -> Cited:
    own = [e for e in facts.report.evidence if e.subject in person.members]
    parts = []
    if person.heard_s:
        parts.append(f"is heard for {person.heard_s:.1f} s as {person.speaker}")
    if person.seen_s:
        parts.append(f"is seen for {person.seen_s:.1f} s as {', '.join(person.face_tracks)}")
    if person.link_score is not None:
        parts.append(f"is one person with a score of {person.link_score:.2f}")
    tells = [e for e in own if e.reading.kind in {"speaker_turn", "face_track", "utterance"}]
    links = [i for link in person.links for i in link.evidence]
    cited = [*links, *(e.id for e in tells)]
    first, last = (min(e.start_s for e in own), max(e.end_s for e in own)) if own else (0.0, 0.0)
    what = "+".join(filter(None, [person.speaker, *person.face_tracks[:2]])) or "report"
    return Cited(
        text=f"{person.id} {'; '.join(parts) or 'is known by name alone'}.",
        mark=mark(first, person.id, what), evidence=tuple(dict.fromkeys(cited))[:12],
        start_s=first, end_s=last, subject=person.id,
    )  # fmt: skip


def media(report: Report, asked: NoArgs) -> MediaAnswer:
    """Say what the file is: length, picture, sound, subtitles, and which part was analysed."""
    info = report.media
    said = [f"It is a {_KINDS[info.kind]} of {at(info.duration_s)} ({info.duration_s:.1f} s)."]
    if info.kind == "image":
        said = [f"It is a {_KINDS[info.kind]}."]
    if info.video:
        rate = f", {info.video.rate_hz:.4g} pictures a second" if info.video.rate_hz else ""
        said.append(f"The picture has {info.video.width_px} x {info.video.height_px} pixels{rate}.")
    said.append("It has sound." if info.audio else "It has no sound.")
    if info.subtitles:
        said.append(f"It carries {len(info.subtitles)} subtitle track(s).")
    first_s, last_s = report.run.span
    if info.kind != "image":
        said.append(f"Analysed is {during(first_s, last_s)}.")
    lines = [_of_file(report, text) for text in said]
    named = _of_file(report, f"The file is called {quote(quoted(info.name))}.")
    lines.append(named.model_copy(update={"untrusted": True}))
    return MediaAnswer.of(report, lines, media=info, part=report.run.span)


def _of_file(report: Report, text: str) -> Cited:
    first_s, last_s = report.run.span
    return Cited(text=text, mark=CLIP, start_s=first_s, end_s=last_s, subject="scene")


def gaps(report: Report, asked: Some) -> GapsAnswer:
    """Say what could not be measured, where, why, and what would help."""
    facts = Facts.of(report)
    found = facts.chosen(report.gaps, asked)
    return GapsAnswer.of(
        report, _told(found), limit=asked.limit, gaps=tuple(found[: asked.limit]),
        nothing="no gap was left there; everything that was tried gave a result",
    )  # fmt: skip


def _told(found: list[Gap]) -> Iterator[Cited]:
    for gap in found:
        parts = (quoted(gap.reason).rstrip("."), quoted(gap.remedy).rstrip("."))
        yield Cited(
            text=f"{gap.tool} has nothing for {during(gap.start_s, gap.end_s)}: "
            f"{'. '.join(p for p in parts if p)}.",
            mark=mark(gap.start_s, gap.subject, f"gap:{gap.tool}"),
            start_s=gap.start_s, end_s=gap.end_s, subject=gap.subject,
        )  # fmt: skip
