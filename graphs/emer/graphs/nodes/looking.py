"""Take a look: decode what has to be decoded, once, and let the watchers look on meanwhile."""

import time
from typing import Any

from langgraph.runtime import Runtime

from emer.graphs.answers_kept import kept_answers
from emer.graphs.clips import FACES, kept, open_clip, required_by, watchers_of
from emer.graphs.nodes.intake import known_gaps
from emer.graphs.state import Context, Look, State, filed
from emer.tools.findings import Finding, Gap, TimeSpan
from emer.tools.media.info import MediaInfo


def take_look(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Open the clip of the last look; nothing is decoded if all that it would show is known."""
    context, media, looks = runtime.context, state["media"], state["looks"]
    look = looks[-1]
    watchers = watchers_of(context, media, look.tools)
    unanswered = {w for w in watchers if not kept_answers(context, media, look, w, [look.span])}
    left = kept(context, media, look)
    began = time.perf_counter()
    damage: list[Gap] = []
    if not look.tools:  # what is asked is known from the container
        span = look.span
    elif left is not None and not unanswered:
        # the same content may lie under another name by now
        media = left.media.model_copy(update={"name": media.name})
        span, damage = left.span, list(left.damage)
    else:
        needed = unanswered if left is not None else _all_that_is_needed(context, media, look)
        clip, damage = open_clip(context, media, looks, look, needed)
        media, span = clip.media, clip.span
    decoded = {look.number: round(time.perf_counter() - began, 3)}
    if look.number:
        return {"decoded_s": decoded, **filed(list(damage))}
    # what the container said of its length was a promise; from here on it is what was found
    whole = look.focus == look.span
    focus = span if whole else _within(look.focus, span)
    look = look.model_copy(update={"span": span, "focus": focus})
    findings: list[Finding] = [*damage, *known_gaps(context, media, span)]
    return {
        "media": media, "span": span, "looks": [look], "decoded_s": decoded, **filed(findings)
    }  # fmt: skip


def _all_that_is_needed(context: Context, media: MediaInfo, look: Look) -> set[str]:
    """Return every watcher of the look, and who keeps faces if anything will ask for them."""
    needed = watchers_of(context, media, look.tools)
    for tool in look.tools:
        needed |= required_by(context, media, tool) & {FACES}
    return needed


def _within(focus: TimeSpan, span: TimeSpan) -> TimeSpan:
    start_s, end_s = max(focus.start_s, span.start_s), min(focus.end_s, span.end_s)
    return TimeSpan(start_s=start_s, end_s=end_s) if end_s > start_s else span
