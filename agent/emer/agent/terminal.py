"""The report for people at a terminal: who, when, what is shown, why, and what was not seen.

Texts from the media are shown as text: no markup and no control character of theirs takes effect.
"""

import sys
from collections import Counter
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from emer.agent.exports.fixed_words import Words, fixed_words
from emer.agent.terminal_parts import plain, title
from emer.graphs.abstaining import abstention_of, sentence_for
from emer.graphs.report import Agreement, Claim, Label, Report, Segment
from emer.graphs.rule.language import wording
from emer.graphs.rule.writing.prose import unnamed
from emer.graphs.rule.writing.quoted import quoted_part
from emer.graphs.rule.writing.wording import at, during
from emer.tools import taxonomy
from emer.tools.findings import Gap, Person
from emer.tools.media.subtitles import clean
from emer.tools.readings import VocalEventReading

STYLES: Final = {
    "attribute": "",
    "expression": "",
    "disagreement": "bold yellow",
    "reaction": "",
    "shift": "italic",
    "emotion": "bold",
    "cause": "italic",
    "whole": "bold",
}
MAX_SEGMENTS: Final = 60
"""Segments shown at a terminal; the JSON holds all of them."""
MAX_REASONS: Final = 3
MAX_PLACES: Final = 4
MAX_CASES: Final = 4


def print_report(report: Report) -> None:
    """Print to stdout, in colour when it is a terminal."""
    Console(file=sys.stdout, highlight=False).print(*_parts(report), sep="\n")


def plain_report(report: Report, width: int = 100) -> str:
    """Return the report as text without colour."""
    return plain(_parts(report), width)


def _parts(report: Report) -> list[RenderableType]:
    t = fixed_words(report.explanation.language)
    parts: list[RenderableType] = [_head(report, t)]
    if report.explanation.answer:
        parts += [title(t("terminal.answer")), Text(report.explanation.answer)]
    parts += [title(t("short.title")), *_summary(report, t)]
    if report.explanation.segments:
        parts += [title(t("terminal.moments")), *_moments(report, t)]
    if besides := _besides(report, t):
        parts += [title(t("terminal.besides")), *besides]
    if report.cases:
        parts += [title(t("terminal.cases")), *_cases(report, t)]
    parts += [title(t("limits.title")), *_limits(report, t)]
    parts += [title(t("terminal.based_on")), _tools(report, t), Text("")]
    known = report.run.notice == fixed_words("en")("notice")
    parts.append(Text(t("notice") if known else report.run.notice, style="dim"))
    return parts


def _head(report: Report, t: Words) -> Text:
    media = report.media
    facts: list[str] = [t(f"media.{media.kind}")]
    if media.kind != "image":
        facts.append(f"{media.duration_s:.1f} s")
    if media.video:
        facts.append(f"{media.video.width_px}x{media.video.height_px}")
    first, last = report.run.span
    if media.kind != "image" and (first > 0 or last < media.duration_s - 0.1):
        facts.append(t("terminal.part", span=during(first, last)))
    head = Text(clean(media.name), style="bold")
    head.append(f"  ({t('comma').join(facts)})", style="dim")
    return head


def _summary(report: Report, t: Words) -> list[RenderableType]:
    lines: list[RenderableType] = [_person(p, report, t) for p in report.subjects]
    if not report.subjects:
        lines.append(Text(t("short.nobody")))
    lines += [Text(c.text, style="bold") for c in report.explanation.claims if c.stage == "whole"]
    told = report.explanation
    silent = {r.segment for r in told.readings if r.abstained}
    lines += [Text(t) for t in unnamed(told.segments, silent, wording(told.language))]
    conflicts = [a for a in report.agreement if a.verdict == "conflict"]
    if conflicts:
        places = Counter(_conflict(a, t) for a in conflicts)
        lines += [
            Text(t("terminal.disagreement", told=_times(text, n, t)), style="yellow")
            for text, n in places.items()
        ]
    if why := abstention_of(report):
        lines.append(Text(sentence_for(why, told.language), style="bold"))
    if report.run.status == "partial":
        lines.append(Text(t("terminal.partial"), style="bold red"))
    return lines


def _person(person: Person, report: Report, t: Words) -> Text:
    parts = []
    if person.speaker:
        n = sum(u.subject == person.id for u in report.utterances)
        heard = f"{person.heard_s:.1f}"
        parts.append(t("terminal.voice", name=person.speaker, seconds=heard, n=n))
    if person.face_tracks:
        key = "terminal.face" if report.media.kind == "image" else "terminal.face_seen"
        names = t("comma").join(person.face_tracks)
        parts.append(t(key, names=names, seconds=f"{person.seen_s:.1f}"))
    parts += [
        t("terminal.alike", one=link.one, other=link.other, score=f"{link.score:.2f}")
        for link in person.links
        if link.basis == "likeness"
    ]
    if person.link_score is not None:
        parts.append(t("terminal.linked", score=f"{person.link_score:.2f}"))
    elif person.speaker and not person.face_tracks:
        parts.append(t("terminal.faceless"))
    whole = (x for x in report.polarity if x.subject == person.id and x.segment is None)
    parts += [t("terminal.polarity", side=t(f"side.{x.polarity}")) for x in whole]
    if person.id == report.explanation.main_subject:
        parts.append(t("polarity.main"))
    return Text.assemble((person.id, "bold cyan"), t("colon"), t("clause").join(parts))


def _conflict(agreement: Agreement, t: Words) -> str:
    one, other = (t(f"modality.{m}") for m in agreement.pair)
    return t(
        "terminal.conflict", who=agreement.subject, one=one, other=other,
        time=during(agreement.start_s, agreement.end_s),
        dimension=t(f"dimension.{agreement.dimension or 'valence'}"),
    )  # fmt: skip


def _times(told: str, n: int, t: Words) -> str:
    return t("terminal.times", told=told, n=n) if n > 1 else told


def _moments(report: Report, t: Words) -> list[RenderableType]:
    claims: dict[str | None, list[Claim]] = {}
    for claim in report.explanation.claims:
        claims.setdefault(claim.segment, []).append(claim)
    labels: dict[str, list[Label]] = {}
    for label in report.labels:
        labels.setdefault(label.segment, []).append(label)
    telling = report.explanation.segments
    lines: list[RenderableType] = []
    for segment in telling[:MAX_SEGMENTS]:
        lines.append(
            _moment(segment, claims.get(segment.id, []), labels.get(segment.id, []), report, t)
        )
    if len(telling) > MAX_SEGMENTS:
        lines.append(Text(t("terminal.more", n=len(telling) - MAX_SEGMENTS), style="dim"))
    if not telling:
        lines.append(Text(t("terminal.untold")))
    return lines


def _moment(
    segment: Segment, claims: list[Claim], labels: list[Label], report: Report, t: Words
) -> RenderableType:
    still = report.media.kind == "image"
    head = Text("" if still else f"{during(segment.start_s, segment.end_s)}  ", style="cyan")
    head.append(
        segment.subject if still else f"{segment.subject} {_role(segment, report, t)}", style="bold"
    )
    for label in labels:
        head.append(f"  [{label.shown} {label.score:.2f}]", style="magenta")
    body: list[RenderableType] = []
    for claim in claims:
        line = Text(clean(claim.text), style=STYLES[claim.stage])
        line.append(f"  {' '.join(claim.evidence[:4])}", style="dim")
        body.append(line)
    reading = next((r for r in report.explanation.readings if r.segment == segment.id), None)
    reason = reading.reason if reading is not None and reading.abstained else ""
    if not claims:
        return Text.assemble(head, "  ", (_why(t("terminal.nothing"), reason, t), "dim"))
    if reason:
        body.append(Text(_why(t("moments.No_emotion"), reason, t), style="dim"))
    return Group(head, Padding(Group(*body), (0, 0, 0, 2)))


def _why(told: str, reason: str, t: Words) -> str:
    if not reason:
        return t("terminal.told", told=told)
    return t("terminal.why", told=told, reason=reason)


def _besides(report: Report, t: Words) -> list[RenderableType]:
    """Tell of sounds that are not words, and quote texts in the picture and second opinions."""
    words = wording(report.explanation.language)
    heard: dict[str, list[tuple[float, str, float]]] = {}
    for e in report.evidence:
        if isinstance(e.reading, VocalEventReading):
            item = (e.start_s, during(e.start_s, e.end_s), e.reading.loudest)
            heard.setdefault(e.reading.event, []).append(item)
    lines: list[RenderableType] = []
    for event, own in sorted(heard.items(), key=lambda item: (-len(item[1]), item[0])):
        best = max(loudest for _, _, loudest in own)
        places = t("comma").join(place for _, place, _ in sorted(own)[:MAX_PLACES])
        more = ", …" if len(own) > MAX_PLACES else ""
        name = words.frames.get(f"event_{event}", event)
        told = t("terminal.up_to", score=f"{best:.2f}")
        lines.append(Text.assemble(name, (f"{told}{places}{more}", "dim")))
    quoted = quoted_part(report.evidence, report.explanation.language)
    return [*lines, *(Text(clean(line)) for line in quoted)]


def _role(segment: Segment, report: Report, t: Words) -> str:
    """Name what a person does; where there is no sound, nobody can be said to be silent."""
    heard = report.media.audio is not None or bool(report.utterances)
    return t("role.not_heard" if segment.role == "silent" and not heard else f"role.{segment.role}")


def _cases(report: Report, t: Words) -> list[RenderableType]:
    starts = {s.id: s.start_s for s in report.explanation.segments}
    nearest = sorted(report.cases, key=lambda c: -c.similarity)[:MAX_CASES]
    return [
        Text.assemble(
            (f"{at(starts.get(c.segment, 0.0))} ", "cyan"),
            f"{clean(c.situation)} → {t('comma').join(taxonomy.label_word(x, t.language) for x in c.labels)}",
            (
                "  " + t("terminal.similar", score=f"{c.similarity:.2f}", why=_main_reasons(c.why)),
                "dim",
            ),
        )
        for c in sorted(nearest, key=lambda c: starts.get(c.segment, 0.0))
    ]


def _main_reasons(why: str) -> str:
    """Return the first reasons; the JSON report has them all."""
    reasons = [r for r in why.split("; ") if "not compared" not in r]
    return "; ".join(reasons[:MAX_REASONS])


def _limits(report: Report, t: Words) -> list[RenderableType]:
    groups: dict[tuple[str, str], list[Gap]] = {}
    for gap in report.gaps:
        groups.setdefault((gap.reason, gap.remedy), []).append(gap)
    lines: list[RenderableType] = []
    for (reason, remedy), own in groups.items():
        tools = t("comma").join(dict.fromkeys(g.tool.replace("_", " ") for g in own))
        line = Text.assemble((tools, "bold"), t("terminal.gap", reason=clean(reason)))
        places = list(dict.fromkeys(during(g.start_s, g.end_s) for g in own))
        if places != [during(*report.run.span)]:
            more = ", …" if len(places) > MAX_PLACES else ""
            line.append(f" ({', '.join(places[:MAX_PLACES])}{more})", style="dim")
        if remedy:
            line.append(f". {remedy}", style="italic")
        if any(g.code.is_loss for g in own):
            line.stylize("red")
        lines.append(line)
    lines += [Text(t("terminal.note", note=clean(note)), style="dim") for note in report.run.notes]
    if report.run.dropped:
        n = len(report.run.dropped)
        lines.append(Text(t("terminal.dropped", n=n)))
    return lines or [Text(t("limits.none"))]


def _tools(report: Report, t: Words) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column(t("terminal.tool"), no_wrap=True)
    table.add_column(t("terminal.model"), overflow="fold")
    table.add_column(t("terminal.findings"), justify="right")
    table.add_column(t("terminal.seconds"), justify="right")
    for x in report.run.tools:
        key = "terminal.engine" if x.commercial_use else "terminal.bound"
        model = t(key, model=x.model, engine=x.engine, revision=x.revision[:16])
        table.add_row(x.tool.replace("_", " "), model, str(x.n_evidence), f"{x.wall_s:.2f}")
    return table
