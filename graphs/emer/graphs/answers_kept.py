"""What specialists have answered before: looked up and filed span by span.

An answer depends on the media's content, the look (which part, how densely), the engine and its
revision, what it was told by others, and the span. Losses are never kept, and neither is what came
of a pass that was cut short or whose file changed meanwhile: both are tried again.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from emer.graphs.clips import key_of, required_by
from emer.graphs.state import Context, Look
from emer.memory.findings_cache import FindingsKey, digest_of
from emer.tools.findings import Finding, Gap, GapCode, TimeSpan
from emer.tools.media.info import MediaInfo

Answers = Mapping[TimeSpan, Sequence[Finding]]

FINAL: Final = frozenset(
    {
        GapCode.NOTHING_THERE, GapCode.TOO_SHORT, GapCode.NO_STREAM, GapCode.UNSUPPORTED,
        GapCode.NOT_CREDIBLE,
    }
)  # fmt: skip
"""Gaps that would be the same the next time."""


def kept_answers(
    context: Context,
    media: MediaInfo,
    look: Look,
    tool: str,
    spans: Sequence[TimeSpan],
    known: Sequence[Finding] = (),
) -> dict[TimeSpan, list[Finding]]:
    """Return the answers that are known already, by span."""
    if context.findings is None:
        return {}
    return context.findings.get(_key(context, media, look, tool, known), spans)


def keep_answers(
    context: Context,
    media: MediaInfo,
    look: Look,
    tool: str,
    answers: Answers,
    known: Sequence[Finding] = (),
) -> None:
    """File answers for the next time, but for those in which something was lost."""
    if context.findings is None or key_of(media, look) in context.not_kept:
        return
    final = {span: found for span, found in answers.items() if _is_final(found)}
    context.findings.put(_key(context, media, look, tool, known), final)


def by_span(
    findings: Iterable[Finding], spans: Sequence[TimeSpan]
) -> dict[TimeSpan, list[Finding]]:
    """Share findings out over the spans that were asked about.

    A finding that lies exactly on one of them belongs there; any other to all that it overlaps.
    """
    answers: dict[TimeSpan, list[Finding]] = {span: [] for span in spans}
    for finding in findings:
        exact = answers.get(finding.span)
        if exact is not None:
            exact.append(finding)
            continue
        for span in spans:
            if finding.overlaps(span):
                answers[span].append(finding)
    return answers


def _is_final(found: Sequence[Finding]) -> bool:
    return bool(found) and all(f.code in FINAL for f in found if isinstance(f, Gap))


def _key(
    context: Context, media: MediaInfo, look: Look, tool: str, known: Sequence[Finding]
) -> FindingsKey:
    specialist = context.specialists[tool]
    # how densely pictures were sampled does not matter to who never sees one
    rate_hz = look.rate_hz if required_by(context, media, tool) else None
    beside = getattr(specialist, "depends_on", None)
    parts = (
        look.part.start_s if look.part else None, look.part.end_s if look.part else None,
        rate_hz, context.request.language, look.min_speakers, *context.request.speakers,
        beside(context.request.path) if beside else None,
    )  # fmt: skip
    return FindingsKey(
        media_sha256=media.sha256,
        look=hashlib.sha256(repr(parts).encode(errors="replace")).hexdigest()[:24],
        tool=tool, engine=specialist.engine, model=specialist.card.name,
        revision=specialist.card.revision, known=digest_of(known),
    )  # fmt: skip
