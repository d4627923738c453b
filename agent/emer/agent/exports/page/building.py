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

from emer.agent.exports.material import Material
from emer.agent.exports.page import about, words
from emer.agent.exports.page.axis import Axis
from emer.agent.exports.page.clip import Clip, clip
from emer.agent.exports.page.evidence import as_json, claim_data, evidence_data, visible
from emer.agent.exports.page.pictures import Pictures, pictures
from emer.agent.exports.page.story import Moment, moments
from emer.agent.exports.page.timeline import Timeline, timeline
from emer.agent.refusals import by_kind, repair_of, summed_up
from emer.graphs.report import Language, Report
from emer.graphs.rule.writing.wording import at
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan

if TYPE_CHECKING:
    from jinja2 import Environment

SCRIPTS: Final = ("base.js", "player.js", "timeline.js", "evidence.js", "print.js")
STYLES: Final = ("base.css", "timeline.css", "story.css", "panel.css", "print.css")
_PACKAGE: Final = "emer.agent.exports.page"


def page(material: Material, folder: Path) -> str:
    """Return the whole page as it will lie in ``folder``.

    Raises:
        MediaError: The clip is there but cannot be decoded any more.
    """
    report = material.report
    axis = Axis(_span(report))
    media = clip(material, folder)
    shown = pictures(material)
    still = report.media.kind == "image"
    lanes = None if still else timeline(report, axis, material.soundtrack)
    told = moments(report, shown)
    ticks = axis.ticks()
    style = Markup(_files("static", STYLES) + axis.rules())
    script = Markup("(function(){'use strict';\n" + _files("static", SCRIPTS) + "})();")
    return _environment(report.explanation.language).get_template("page.html.j2").render(
        report=report, clip=media, timeline=lanes, moments=told, pictures=shown, ticks=ticks,
        style=style, script=script, policy=_policy(style, script, media),
        data=as_json(_data(report, media, shown, lanes, told)),
        facts=_facts(report, apart=material.media is None), lang="zh-Hans" if report.explanation.language == "zh" else "en",
        texts={c.id: c.text for c in report.explanation.claims},
        spans={m.segment.id: f"{words.who(m.segment.subject)} {m.time}".strip() for m in told},
        whole=[c for c in report.explanation.claims if c.stage == "whole"],
        others=[c for c in report.explanation.claims if c.segment is None and c.stage != "whole"],
    )  # fmt: skip


def _span(report: Report) -> TimeSpan:
    first, last = report.run.span
    return TimeSpan(start_s=first, end_s=max(last, first + 0.001))


def _facts(report: Report, *, apart: bool) -> dict[str, Any]:
    conflicts = [a for a in report.agreement if a.verdict == "conflict"]
    first, last = report.run.span
    part = first > 0 or last < report.media.duration_s - 0.1
    return {
        "persons": [
            (p, about.person_facts(p, report), about.person_parts(p)) for p in report.subjects
        ],
        "conflicts": conflicts,
        "unnamed": about.unnamed_words(report),
        "abstained": about.abstained_words(report),
        "checks": summed_up(report.run.checks) if report.run.checks else [],
        "refused": by_kind(report.run.dropped),
        "gaps": about.gap_rows(report),
        "plan": about.decision_rows(report.run.plan),
        "bound": about.bound_tools(report.run.tools),
        "apart": apart,
        "part": words.during(first, last) if part and report.media.kind != "image" else "",
    }


def _data(
    report: Report, media: Clip, shown: Pictures, lanes: Timeline | None, told: list[Moment]
) -> dict[str, Any]:
    span = _span(report)
    return {
        "start": span.start_s, "end": span.end_s, "kind": media.kind, "type": media.type,
        "codecs": media.codecs, "name": Path(report.media.name).name,
        "size": report.media.size_bytes, "lang": report.explanation.language,
        "said": [[u.start_s, u.end_s, words.who(u.subject), u.text or "", u.language or ""]
                 for u in sorted(report.utterances, key=lambda u: u.start_s)],
        "moments": [[m.segment.start_s, m.segment.end_s, m.segment.id, words.who(m.segment.subject),
                     ", ".join(x.shown for x in m.labels)] for m in told],
        "hits": dict(lanes.hits) if lanes else {},
        "pictures": shown.urls, "pictureTexts": shown.texts,
        "stages": words.STAGES,
        "claims": claim_data(report.explanation.claims),
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


def _environment(language: Language) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader(_PACKAGE, "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_printed,
    )  # fmt: skip
    environment.filters |= {
        "at": at, "tool": words.tool_words, "pattern": words.pattern_words,
        "who": words.who, "named": lambda name: name.replace("_", " "),
        "repair": repair_of, "word": lambda label: taxonomy.label_word(label, language),
    }  # fmt: skip
    environment.globals |= {"during": words.during}
    return environment


def _printed(value: object) -> object:
    """Take characters that act instead of being seen out of whatever a template prints."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value
