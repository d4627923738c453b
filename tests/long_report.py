"""A report of ten minutes from one of half a minute: the same talk again and again, new ids.

Density of utterances, segments, claims, movements and readings is therefore that of a real
dialogue; no media and no analysis is needed.
"""

from typing import Any

from emer.graphs.report import Report

TIMES = {"start_s", "end_s", "onset_s", "apex_s", "offset_s", "at_s"}
REFERENCES = {
    "id", "evidence", "words_evidence", "basis", "face", "voice", "words", "rests_on", "segment",
    "from_segment", "to_segment", "utterance",
}  # fmt: skip


def repeated(report: Report, length_s: float) -> Report:
    """Return ``report`` repeated until it is ``length_s`` long."""
    source = report.model_dump(mode="json")
    period_s = report.media.duration_s
    n = int(length_s // period_s)
    made = {**source, "media": {**source["media"], "duration_s": n * period_s}}
    for part in ("utterances", "evidence", "agreement", "cases", "labels"):
        made[part] = [_moved(x, k, period_s) for k in range(n) for x in source[part]]
    told = source["explanation"]
    made["explanation"] = {
        **told,
        **{
            part: [_moved(x, k, period_s) for k in range(n) for x in told[part] if _local(part, x)]
            for part in ("segments", "readings", "reactions", "shifts", "claims")
        },
    }
    made["explanation"]["claims"] += [x for x in told["claims"] if not _local("claims", x)]
    made["run"] = {**source["run"], "span": [0.0, n * period_s]}
    return Report.model_validate(_whole_gaps(made, n * period_s))


def _local(part: str, item: dict[str, Any]) -> bool:
    return part != "claims" or item["segment"] is not None


def _whole_gaps(made: dict[str, Any], end_s: float) -> dict[str, Any]:
    gaps = [{**g, "start_s": 0.0, "end_s": end_s} for g in made["gaps"]]
    return {**made, "gaps": gaps}


def _moved(item: Any, k: int, period_s: float, key: str = "") -> Any:
    if isinstance(item, dict):
        return {name: _moved(value, k, period_s, name) for name, value in item.items()}
    if isinstance(item, list):
        return [_moved(x, k, period_s, key) for x in item]
    if key in TIMES and isinstance(item, float | int):
        return round(item + k * period_s, 3)
    if k and key in REFERENCES and isinstance(item, str) and _is_id(item):
        return f"{item}x{k}"
    return item


def _is_id(text: str) -> bool:
    """Tell ids such as ``K3``, ``S12`` or ``AU-12ab`` from words."""
    head = text.split("-")[0].rstrip("0123456789")
    return head.isupper() and len(head) <= 3 and " " not in text
