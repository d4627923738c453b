"""What was decided, asked and refused in one analysis, for people at a terminal: ``--audit``.

Texts from the media are shown as text: no markup and no control character of theirs takes effect.
"""

import sys
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from emer.agent.exports.fixed_words import fixed_words
from emer.agent.refusals import by_kind, repair_of, summed_up
from emer.agent.terminal_parts import plain, title
from emer.graphs.report import Decision, Dropped, Report
from emer.graphs.rule.writing.wording import during
from emer.graphs.verification.report import objections
from emer.tools.media.subtitles import clean

ENGLISH: Final = fixed_words("en")
"""An audit is told in the language of what it audits: plans and reasons are English."""


def print_audit(report: Report) -> None:
    """Print what was decided and what was refused, with reasons, to stdout."""
    Console(file=sys.stdout, highlight=False).print(*_audit(report), sep="\n")


def plain_audit(report: Report, width: int = 100) -> str:
    """Return what was decided and what was refused as text without colour."""
    return plain(_audit(report), width)


def _audit(report: Report) -> list[RenderableType]:
    alike: dict[tuple[object, ...], list[Decision]] = {}
    for d in report.run.plan:
        key = d.chosen, d.reason, d.look, d.start_s, d.end_s, d.rate_hz
        alike.setdefault(key, []).append(d)
    plan = [_decision(own) for own in alike.values()] or [Text("Nothing was decided.")]
    told = f"{len(report.explanation.claims)} claim(s) and {len(report.labels)} label(s)"
    found = objections(report)
    again = f"{told} hold when checked again." if not found else f"{told}; checked again:"
    return [
        title("What was decided, and why"), *plan,
        *_priors(report),
        *_asked(report),
        title("What did not survive verification, and why"),
        *_refused(report),
        Text(again, style="dim"),
        *(Text(f"{clean(o.about)}: {clean(o.reason)}", style="red") for o in found),
    ]  # fmt: skip


def _refused(report: Report) -> list[RenderableType]:
    """Tell what was refused by which check, why, and what came of sending it back."""
    checks = report.run.checks
    lines: list[RenderableType] = (
        [Text(t, style="dim") for t in summed_up(checks, ENGLISH)] if checks else []
    )
    for words, own in by_kind(report.run.dropped, ENGLISH).items():
        lines.append(Text(f"{words} ({len(own)})", style="bold"))
        lines += [_one_refused(d) for d in own]
    return lines if report.run.dropped else [*lines, Text("Nothing was dropped.")]


def _one_refused(dropped: Dropped) -> RenderableType:
    text = Text(clean(dropped.text), style="strike" if dropped.text else "")
    place = " ".join(x for x in (dropped.claim, dropped.segment, dropped.stage) if x)
    if place:
        text.append(f"  {clean(place)}", style="not strike dim")
    parts: list[RenderableType] = [
        text,
        Padding(Text(clean(dropped.reason), style="red"), (0, 0, 0, 2)),
    ]
    if repair := repair_of(dropped, ENGLISH):
        parts.append(Padding(Text(clean(repair)), (0, 0, 0, 2)))
    return Padding(Group(*parts), (0, 0, 0, 2))


def _asked(report: Report) -> list[RenderableType]:
    """Tell what was asked of a language model, what that took, and what went wrong."""
    use = report.run.model_use
    if use is None:
        return []
    lines: list[RenderableType] = []
    for c in use.calls:
        who = clean(report.run.llm) if c.outcome == "answered" else "the built-in analyst"
        how = "from the record" if c.from_record else f"{c.tries} request(s)"
        by = f" by {c.strategy}" if c.strategy else ""
        line = Text.assemble((c.task, "bold"), f": answered by {who}, {how}{by}")
        line.append(f"  {c.tokens_in}+{c.tokens_out} tokens, {c.wall_s:.1f} s", style="dim")
        lines.append(line)
        lines += [Padding(Text(clean(p), style="red"), (0, 0, 0, 2)) for p in c.problems]
    cost = "" if use.cost is None else f", {use.cost:g} by your prices"
    about = "about " if use.estimated else ""
    lines.append(Text(f"In all {about}{use.tokens_in}+{use.tokens_out} tokens{cost}.", style="dim"))
    return [title("What was asked of the language model"), *lines]


def _priors(report: Report) -> list[RenderableType]:
    """Tell what raters would take each segment for, where two modalities were given categories."""
    spans = {s.id: s for s in report.explanation.segments}
    known = [(spans[r.segment], r.prior) for r in report.explanation.readings if r.prior]
    if not known:
        return []
    lines = [
        Text.assemble(
            (f"{during(s.start_s, s.end_s)} {clean(s.subject)}: ", "bold"),
            ", ".join(f"{c} {share:.2f}" for c, share in _best(prior)),
        )
        for s, prior in known
    ]
    return [title("What raters would take face, voice and words together for"), *lines]


def _best(prior: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(prior.items(), key=lambda item: -item[1])[:3]


def _decision(alike: list[Decision]) -> Text:
    """Tell of what was decided of several tools for the same reason and span."""
    decision = alike[0]
    tools = ", ".join(dict.fromkeys(d.tool.replace("_", " ") for d in alike))
    cost_s = sum(d.cost_s for d in alike)
    line = Text.assemble(
        (tools, "bold" if decision.chosen else "dim"),
        f": {'' if decision.chosen else 'not '}chosen; {clean(decision.reason)}",
    )
    if decision.look:
        line.append(f" (look {decision.look + 1})")
    if decision.chosen:
        rate = f", {decision.rate_hz:g} pictures/s" if decision.rate_hz else ""
        where = during(decision.start_s, decision.end_s)
        line.append(f"  {where}{rate}, {cost_s:.1f} s expected", style="dim")
    return line
