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

from emer.agent.terminal_parts import plain, title
from emer.graphs.abstaining import abstention_of, sentence_for
from emer.graphs.report import Agreement, Claim, Label, Language, Report, Segment
from emer.graphs.rule.language import wording
from emer.graphs.rule.writing.prose import unnamed
from emer.graphs.rule.writing.quoted import quoted_part
from emer.graphs.rule.writing.wording import at, during
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
HEADINGS_ZH: Final = {
    "Answer": "回答",
    "In short": "概要",
    "Moment by moment": "逐时刻",
    "Heard and read besides": "另外听到和读到的内容",
    "Similar cases (analogies, not evidence)": "相似案例（仅为类比，并非证据）",
    "What could not be seen, heard or read": "未能看到、听到或读到的内容",
    "Based on": "所用工具",
    "No emotion named": "未判定情绪",
    "nothing measured stands out": "所测各项均不突出",
    "speaking": "说话",
    "listening": "倾听",
    "silent": "未说话",
    "not heard": "无声音",
}
"""What the report's frame says, in Chinese."""
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
    told = report.explanation.language
    parts: list[RenderableType] = [_head(report)]
    if report.explanation.answer:
        parts += [title(_in("Answer", told)), Text(report.explanation.answer)]
    parts += [title(_in("In short", told)), *_summary(report)]
    if report.explanation.segments:
        parts += [title(_in("Moment by moment", told)), *_moments(report)]
    if besides := _besides(report):
        parts += [title(_in("Heard and read besides", told)), *besides]
    if report.cases:
        parts += [title(_in("Similar cases (analogies, not evidence)", told)), *_cases(report)]
    parts += [title(_in("What could not be seen, heard or read", told)), *_limits(report)]
    parts += [title(_in("Based on", told)), _tools(report), Text("")]
    parts.append(Text(report.run.notice, style="dim"))
    return parts


def _in(text: str, language: Language) -> str:
    return HEADINGS_ZH[text] if language == "zh" else text


def _head(report: Report) -> Text:
    media = report.media
    facts: list[str] = [media.kind]
    if media.kind != "image":
        facts.append(f"{media.duration_s:.1f} s")
    if media.video:
        facts.append(f"{media.video.width_px}x{media.video.height_px}")
    first, last = report.run.span
    if media.kind != "image" and (first > 0 or last < media.duration_s - 0.1):
        facts.append(f"analysed {during(first, last)}")
    head = Text(clean(media.name), style="bold")
    head.append(f"  ({', '.join(facts)})", style="dim")
    return head


def _summary(report: Report) -> list[RenderableType]:
    lines: list[RenderableType] = [_person(p, report) for p in report.subjects]
    if not report.subjects:
        lines.append(Text("Nobody was seen or heard in person."))
    lines += [Text(c.text, style="bold") for c in report.explanation.claims if c.stage == "whole"]
    told = report.explanation
    silent = {r.segment for r in told.readings if r.abstained}
    lines += [Text(t) for t in unnamed(told.segments, silent, wording(told.language))]
    conflicts = [a for a in report.agreement if a.verdict == "conflict"]
    if conflicts:
        places = Counter(_conflict(a) for a in conflicts)
        lines += [
            Text(f"Disagreement: {text}" + (f" ({n} times)" if n > 1 else ""), style="yellow")
            for text, n in places.items()
        ]
    if why := abstention_of(report):
        lines.append(Text(sentence_for(why, told.language), style="bold"))
    if report.run.status == "partial":
        lines.append(Text("Something was lost on the way, see below.", style="bold red"))
    return lines


def _person(person: Person, report: Report) -> Text:
    parts = []
    if person.speaker:
        n = sum(u.subject == person.id for u in report.utterances)
        parts.append(f"voice {person.speaker}, heard {person.heard_s:.1f} s in {n} utterance(s)")
    if person.face_tracks:
        seen = "" if report.media.kind == "image" else f", seen {person.seen_s:.1f} s"
        parts.append(f"face {', '.join(person.face_tracks)}{seen}")
    parts += [
        f"{link.one} and {link.other} look alike, {link.score:.2f}"
        for link in person.links
        if link.basis == "likeness"
    ]
    if person.link_score is not None:
        parts.append(f"voice and face linked with score {person.link_score:.2f}")
    elif person.speaker and not person.face_tracks:
        parts.append("no face linked to this voice")
    whole = (x for x in report.polarity if x.subject == person.id and x.segment is None)
    parts += [f"labels {x.polarity} on the whole" for x in whole]
    return Text.assemble((person.id, "bold cyan"), f": {'; '.join(parts)}")


def _conflict(agreement: Agreement) -> str:
    return f"{agreement.subject}, {during(agreement.start_s, agreement.end_s)}: {agreement.detail}"


def _moments(report: Report) -> list[RenderableType]:
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
            _moment(segment, claims.get(segment.id, []), labels.get(segment.id, []), report)
        )
    if len(telling) > MAX_SEGMENTS:
        lines.append(
            Text(f"… and {len(telling) - MAX_SEGMENTS} more in the JSON report.", style="dim")
        )
    if not telling:
        lines.append(Text("Nothing that was measured is worth a statement."))
    return lines


def _moment(
    segment: Segment, claims: list[Claim], labels: list[Label], report: Report
) -> RenderableType:
    still = report.media.kind == "image"
    head = Text("" if still else f"{during(segment.start_s, segment.end_s)}  ", style="cyan")
    head.append(
        segment.subject if still else f"{segment.subject} {_role(segment, report)}", style="bold"
    )
    for label in labels:
        head.append(f"  [{label.shown} {label.score:.2f}]", style="magenta")
    body: list[RenderableType] = []
    for claim in claims:
        line = Text(clean(claim.text), style=STYLES[claim.stage])
        line.append(f"  {' '.join(claim.evidence[:4])}", style="dim")
        body.append(line)
    reading = next((r for r in report.explanation.readings if r.segment == segment.id), None)
    told = report.explanation.language
    reason = reading.reason if reading is not None and reading.abstained else ""
    colon, stop = ("：", "。") if told == "zh" else (": ", ".")
    if not claims:
        why = f"{colon}{reason}" if reason else ""
        text = _in("nothing measured stands out", told)
        return Text.assemble(head, "  ", (f"{text}{why}{stop}", "dim"))
    if reason:
        body.append(Text(f"{_in('No emotion named', told)}{colon}{reason}{stop}", style="dim"))
    return Group(head, Padding(Group(*body), (0, 0, 0, 2)))


def _besides(report: Report) -> list[RenderableType]:
    """Tell of sounds that are not words, and quote texts in the picture and second opinions."""
    zh = report.explanation.language == "zh"
    words = wording(report.explanation.language)
    heard: dict[str, list[tuple[float, str, float]]] = {}
    for e in report.evidence:
        if isinstance(e.reading, VocalEventReading):
            item = (e.start_s, during(e.start_s, e.end_s), e.reading.loudest)
            heard.setdefault(e.reading.event, []).append(item)
    lines: list[RenderableType] = []
    for event, own in sorted(heard.items(), key=lambda item: (-len(item[1]), item[0])):
        best = max(loudest for _, _, loudest in own)
        places = ", ".join(place for _, place, _ in sorted(own)[:MAX_PLACES])
        more = ", …" if len(own) > MAX_PLACES else ""
        name = words.frames.get(f"event_{event}", event)
        told = f"，最高分值 {best:.2f}：" if zh else f", score up to {best:.2f}: "
        lines.append(Text.assemble(name, (f"{told}{places}{more}", "dim")))
    quoted = quoted_part(report.evidence, report.explanation.language)
    return [*lines, *(Text(clean(line)) for line in quoted)]


def _role(segment: Segment, report: Report) -> str:
    """Name what a person does; where there is no sound, nobody can be said to be silent."""
    heard = report.media.audio is not None or bool(report.utterances)
    role = "not heard" if segment.role == "silent" and not heard else segment.role
    return _in(role, report.explanation.language)


def _cases(report: Report) -> list[RenderableType]:
    starts = {s.id: s.start_s for s in report.explanation.segments}
    nearest = sorted(report.cases, key=lambda c: -c.similarity)[:MAX_CASES]
    return [
        Text.assemble(
            (f"{at(starts.get(c.segment, 0.0))} ", "cyan"),
            f"{clean(c.situation)} → {', '.join(c.labels)}",
            (f"  similarity {c.similarity:.2f}: {_main_reasons(c.why)}", "dim"),
        )
        for c in sorted(nearest, key=lambda c: starts.get(c.segment, 0.0))
    ]


def _main_reasons(why: str) -> str:
    """Return the first reasons; the JSON report has them all."""
    reasons = [r for r in why.split("; ") if "not compared" not in r]
    return "; ".join(reasons[:MAX_REASONS])


def _limits(report: Report) -> list[RenderableType]:
    groups: dict[tuple[str, str], list[Gap]] = {}
    for gap in report.gaps:
        groups.setdefault((gap.reason, gap.remedy), []).append(gap)
    lines: list[RenderableType] = []
    for (reason, remedy), own in groups.items():
        tools = ", ".join(dict.fromkeys(g.tool.replace("_", " ") for g in own))
        line = Text.assemble((tools, "bold"), f": {clean(reason)}")
        places = list(dict.fromkeys(during(g.start_s, g.end_s) for g in own))
        if places != [during(*report.run.span)]:
            more = ", …" if len(places) > MAX_PLACES else ""
            line.append(f" ({', '.join(places[:MAX_PLACES])}{more})", style="dim")
        if remedy:
            line.append(f". {remedy}", style="italic")
        if any(g.code.is_loss for g in own):
            line.stylize("red")
        lines.append(line)
    lines += [Text(f"note: {clean(note)}", style="dim") for note in report.run.notes]
    if report.run.dropped:
        n = len(report.run.dropped)
        lines.append(Text(f"{n} statement(s) did not survive verification and are not shown."))
    return lines or [Text("Nothing was left out.")]


def _tools(report: Report) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("tool", no_wrap=True)
    table.add_column("model", overflow="fold")
    table.add_column("findings", justify="right")
    table.add_column("seconds", justify="right")
    for t in report.run.tools:
        licence = "" if t.commercial_use else ", non-commercial"
        model = f"{t.model} ({t.engine}, revision {t.revision[:16]}{licence})"
        table.add_row(t.tool.replace("_", " "), model, str(t.n_evidence), f"{t.wall_s:.2f}")
    return table
