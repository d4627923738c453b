"""Sum up each person over the clip, from labels that were verified; composed, not asked for."""

from collections.abc import Sequence
from typing import Final

from emer.graphs.report import Claim, Label
from emer.graphs.rule.wording import at, listed

MAX_MOMENTS: Final = 4


def sum_up(labels: Sequence[Label], claims: Sequence[Claim], *, first: int) -> list[Claim]:
    """Return one claim per person, in order of first appearance.

    Args:
        labels: Verified labels.
        claims: Verified claims; the emotion claims lend their assertions.
        first: Number of the first claim id to use.
    """
    emotions = {c.segment: c for c in claims if c.stage == "emotion"}
    people = list(dict.fromkeys(x.subject for x in labels))
    found: list[Claim] = []
    for person in people:
        best: dict[str, Label] = {}
        for x in labels:
            if x.subject == person and x.segment in emotions:
                kept = best.get(x.segment)
                best[x.segment] = x if kept is None or x.score > kept.score else kept
        if best:
            name = f"K{first + len(found)}"
            found.append(_of_person(name, person, list(best.values()), emotions))
    return found


def _of_person(
    name: str, person: str, best: list[Label], emotions: dict[str | None, Claim]
) -> Claim:
    strongest = sorted(best, key=lambda x: -x.score)[:MAX_MOMENTS]
    shown = sorted(strongest, key=lambda x: x.start_s)
    times: dict[str, list[str]] = {}
    for x in shown:
        times.setdefault(x.label, []).append(at(x.start_s))
    moments = [f"{label} (at {', '.join(when)})" for label, when in times.items()]
    who = "An unidentified speaker" if person == "scene" else person
    text = f"Over the clip {who} comes across as {listed(moments)}."
    sources = [emotions[x.segment] for x in shown]
    return Claim(
        id=name,
        stage="whole",
        text=text,
        subject=person,
        start_s=min(c.start_s for c in sources),
        end_s=max(c.end_s for c in sources),
        evidence=tuple(dict.fromkeys(i for c in sources for i in c.evidence)),
        assertions=tuple(dict.fromkeys(a for c in sources for a in c.assertions)),
    )
