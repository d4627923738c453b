"""Puts the page together: data, templates, styles, scripts, and the policy that locks it.

The policy allows exactly the style sheet and the scripts that are written here, by their hashes;
no address, no evaluated text, no style or handler attribute. Whatever a transcript or a file name
holds can therefore do nothing, even if an escape were forgotten.
"""

import base64
import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from emer.agent.exports.fixed_words import Words, fixed_words
from emer.agent.exports.material import Material
from emer.agent.exports.page import about, words
from emer.agent.exports.page.axis import Axis
from emer.agent.exports.page.clip import Clip, clip
from emer.agent.exports.page.evidence import as_json, claim_data, evidence_data, visible
from emer.agent.exports.page.pictures import Pictures, pictures
from emer.agent.exports.page.polarity import person_polarities
from emer.agent.exports.page.story import Moment, moments
from emer.agent.exports.page.timeline import Timeline, timeline
from emer.agent.refusals import by_kind, repair_of, summed_up
from emer.graphs.report import Report
from emer.graphs.rule.writing.wording import at
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan

if TYPE_CHECKING:
    from jinja2 import Environment

SCRIPTS: Final = ("base.js", "player.js", "timeline.js", "evidence.js", "print.js")
STYLES: Final = ("base.css", "timeline.css", "story.css", "panel.css", "print.css")
LANGS: Final = {"en": "en", "zh": "zh-Hans"}
"""What the page says of its language."""
_PACKAGE: Final = "emer.agent.exports.page"


def page(material: Material, folder: Path) -> str:
    """Return the whole page as it will lie in ``folder``.

    Raises:
        MediaError: The clip is there but cannot be decoded any more.
    """
    report = material.report
    axis = Axis(_span(report))
    t = fixed_words(report.explanation.language)
    media = clip(material, folder)
    shown = pictures(material)
    still = report.media.kind == "image"
    lanes = None if still else timeline(report, axis, material.soundtrack, t)
    told = moments(report, shown, t)
    ticks = axis.ticks()
    # what tools and planners wrote stays English, and says so to who reads it aloud
    english = Markup(' lang="en"' if t.language != "en" else "")
    known = report.run.notice == words.ENGLISH("notice")
    style = Markup(_files("static", STYLES) + axis.rules())
    script = Markup("(function(){'use strict';\n" + _files("static", SCRIPTS) + "})();")
    return _environment(t).get_template("page.html.j2").render(
        report=report, clip=media, timeline=lanes, moments=told, pictures=shown, ticks=ticks,
        style=style, script=script, policy=_policy(style, script, media),
        data=as_json(_data(report, media, shown, lanes, told, t)),
        facts=_facts(report, t, apart=material.media is None), lang=LANGS[t.language],
        notice=t("notice") if known else report.run.notice,
        notice_lang="" if known else english, own_lang=english,
        texts={c.id: c.text for c in report.explanation.claims},
        spans={m.segment.id: f"{words.who(m.segment.subject, t)} {m.time}".strip() for m in told},
        whole=[c for c in report.explanation.claims if c.stage == "whole"],
        others=[c for c in report.explanation.claims if c.segment is None and c.stage != "whole"],
    )  # fmt: skip


def _span(report: Report) -> TimeSpan:
    first, last = report.run.span
    return TimeSpan(start_s=first, end_s=max(last, first + 0.001))


def _facts(report: Report, t: Words, *, apart: bool) -> dict[str, Any]:
    conflicts = [a for a in report.agreement if a.verdict == "conflict"]
    first, last = report.run.span
    part = first > 0 or last < report.media.duration_s - 0.1
    return {
        "persons": [
            (p, about.person_facts(p, report, t), about.person_parts(p, t)) for p in report.subjects
        ],
        "conflicts": conflicts,
        "unnamed": about.unnamed_words(report),
        "abstained": about.abstained_words(report),
        "polarity": person_polarities(report, t),
        "checks": summed_up(report.run.checks, t) if report.run.checks else [],
        "checked": _checked(report, t),
        "refused": by_kind(report.run.dropped, t),
        "gaps": about.gap_rows(report, t),
        "plan": about.decision_rows(report.run.plan, t),
        "bound": about.bound_tools(report.run.tools),
        "apart": apart,
        "part": words.during(first, last) if part and report.media.kind != "image" else "",
    }


def _checked(report: Report, t: Words) -> str:
    checks = report.run.checks
    if checks is None:
        return ""
    return t(
        "checks.brief", model=report.run.llm, n=checks.drafts, refused=checks.refused,
        corrected=checks.corrected,
    )  # fmt: skip


def _data(
    report: Report, media: Clip, shown: Pictures, lanes: Timeline | None, told: list[Moment],
    t: Words,
) -> dict[str, Any]:  # fmt: skip
    span = _span(report)
    return {
        "start": span.start_s, "end": span.end_s, "kind": media.kind, "type": media.type,
        "codecs": media.codecs, "name": Path(report.media.name).name,
        "size": report.media.size_bytes, "lang": LANGS[t.language], "words": t.family("script"),
        "said": [[u.start_s, u.end_s, words.who(u.subject, t), u.text or "", u.language or ""]
                 for u in sorted(report.utterances, key=lambda u: u.start_s)],
        "moments": [[m.segment.start_s, m.segment.end_s, m.segment.id, words.who(m.segment.subject, t),
                     t("comma").join(x.shown for x in m.labels)] for m in told],
        "hits": dict(lanes.hits) if lanes else {},
        "pictures": shown.urls, "pictureTexts": shown.texts,
        "stages": t.family("stage"), "modalities": t.family("modality"),
        "themes": {name: t(f"theme.{name}") for name in ("system", "light", "dark")},
        "claims": claim_data(report.explanation.claims, t),
        "evidence": evidence_data(report, shown),
    }  # fmt: skip


def _files(folder: str, names: tuple[str, ...]) -> str:
    root = resources.files(_PACKAGE) / folder
    return "\n".join((root / name).read_text("utf-8") for name in names)


def _policy(style: str, script: str, media: Clip) -> str:
    """Return the content security policy: what is not named is forbidden."""
    linked = " 'self' file:" if media.link else ""
    return "; ".join((
        "default-src 'none'", f"script-src '{_hash(script)}'", f"style-src '{_hash(style)}'",
        f"img-src data: blob:{linked}", f"media-src data: blob:{linked}", "base-uri 'none'",
        "form-action 'none'",
    ))  # fmt: skip


def _hash(text: str) -> str:
    # what is hashed is the text of the element, to the last line break
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _environment(t: Words) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(_PACKAGE, "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_printed,
    )  # fmt: skip
    environment.filters |= {
        "at": at, "tool": lambda tool: words.tool_words(tool, t),
        "pattern": lambda pattern: words.pattern_words(pattern, t),
        "who": lambda subject: words.who(subject, t), "visible": visible,
        "named": lambda name: name.replace("_", " "),
        "repair": lambda dropped: repair_of(dropped, t),
        "word": lambda label: taxonomy.label_word(label, t.language),
    }  # fmt: skip
    environment.globals |= {"during": words.during, "t": t}
    return environment


def _printed(value: object) -> object:
    """Take characters that act instead of being seen out of whatever a template prints."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value
