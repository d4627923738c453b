"""Clips described as data: typed findings, and what a fair, trained annotator would conclude.

A description becomes evidence as specialists would make it, goes through the nodes that reason
(align, agree, disambiguate, explain, verify, label) and comes out as the reading of its target.
"""

import copy
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.findings import FACE, VOICE, WORDS, evidence, face_track, said, speaking

from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.disambiguation import disambiguate
from emer.graphs.nodes.labelling import extract_labels
from emer.graphs.nodes.reasoning import explain
from emer.graphs.nodes.verification import verify_claims, verify_labels
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Request
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    TextEmotionReading,
    VoiceReading,
)

FOLDER = Path(__file__).with_suffix("")
PATTERNS = (
    "sarcasm", "masking", "smiling_through_tears", "polite_anger", "teasing", "flat_good_news",
    "contempt", "anxiety_under_calm_words", "congruent", "none",
)  # fmt: skip
SMALL = {"AU1", "AU2", "AU5", "AU12", "AU25", "AU43"}
AU_NAMES = {"AU12": "lip corner puller", "AU6": "cheek raiser", "AU14": "dimpler"}


def load(name: str) -> list[dict[str, Any]]:
    """Return the descriptions of one file in ``tests/descriptions``."""
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text("utf-8"))
    return found


def findings_of(item: dict[str, Any]) -> list[Any]:
    """Turn one description into evidence."""
    end_s = item["duration_s"]
    found = []
    speakers = {w: f"SPK_{i:02d}" for i, w in enumerate(_people(item), start=1)}
    tracks = {w: f"FACE_{i:02d}" for i, w in enumerate(_people(item), start=1)}
    for f in item["faces"]:
        found.append(face_track(tracks[f["who"]], f["start_s"], min(f["end_s"], end_s)))
    for u in item["utterances"]:
        speaker, place = speakers[u["who"]], (u["start_s"], u["end_s"])
        found.append(said(speaker, *place, u["text"]))
        found += _words(speaker, place, u["words"]) + _voice(speaker, place, u["voice"])
        for f in item["faces"]:
            start_s, stop_s = max(place[0], f["start_s"]), min(place[1], f["end_s"])
            if stop_s - start_s > 0.3:
                score = f["speaking_score"] if f["who"] == u["who"] else 0.1
                found.append(speaking(tracks[f["who"]], start_s, stop_s, score))
    for a in item["action_units"]:
        unit = ActionUnitReading(
            au=a["au"], name=AU_NAMES.get(a["au"], "movement"), intensity=a["intensity"],
            onset_s=a["onset_s"], apex_s=a["apex_s"], offset_s=a["offset_s"], cue="a description",
        )  # fmt: skip
        place = (a["onset_s"], a["offset_s"])
        found.append(evidence("action_units", FACE, tracks[a["who"]], *place, unit, 0.8))
    for e in item["expressions"]:
        reading = ExpressionReading(
            scores=e["scores"], valence=e["valence"], arousal=e["arousal"],
            while_speaking=e["while_speaking"],
        )  # fmt: skip
        place = (e["start_s"], e["end_s"])
        found.append(evidence("expression", FACE, tracks[e["who"]], *place, reading, 0.8))
    return found


def _people(item: dict[str, Any]) -> list[str]:
    parts = ("utterances", "faces", "action_units", "expressions")
    return list(dict.fromkeys(x["who"] for part in parts for x in item[part]))


def _words(speaker: str, place: tuple[float, float], words: Any) -> list[Any]:
    if words is None:
        return []
    reading = TextEmotionReading(
        scores=words["scores"], valence=words["valence"], arousal=words["arousal"], language="en",
        expressed=tuple(words["expressed"]),
    )  # fmt: skip
    return [evidence("text_emotion", WORDS, speaker, *place, reading)]


def _voice(speaker: str, place: tuple[float, float], voice: Any) -> list[Any]:
    if voice is None:
        return []
    reading = VoiceReading(intensity_db=-22.0, **voice)
    return [evidence("voice_affect", VOICE, speaker, *place, reading)]


@dataclass(frozen=True)
class Read:
    """What came out for one description."""

    item: dict[str, Any]
    reading: ReadingDraft | None
    state: dict[str, Any]

    @property
    def pattern(self) -> str:
        """The pattern in the words of the descriptions."""
        if self.reading is None or self.reading.abstained:
            return "none"
        # one modality that carries an emotion by itself contradicts nothing
        return {"thin": "congruent"}.get(self.reading.pattern, self.reading.pattern)

    @property
    def labels(self) -> list[str]:
        """The labels that were given, best first."""
        return [a.label for a in self.reading.labels] if self.reading else []

    @property
    def hits(self) -> bool:
        """Whether a label is one that a fair annotator accepts, or of the same family."""
        wanted = {w.casefold() for w in self.item["labels"]}
        families = {known.family for w in wanted if (known := taxonomy.find(w))}
        return any(x in wanted or taxonomy.LABELS[x].family in families for x in self.labels)

    @property
    def refused(self) -> list[str]:
        """The labels that a fair annotator would object to."""
        return [x for x in self.labels if x in {w.casefold() for w in self.item["not"]}]


def read(item: dict[str, Any], *, language: str = "en", whole: bool = False) -> Read:
    """Read one description.

    Args:
        item: The description.
        language: Of the explanation, ``en`` or ``zh``.
        whole: Also explain, verify and label.
    """
    found = findings_of(item)
    state: dict[str, Any] = {
        "span": TimeSpan(start_s=0.0, end_s=item["duration_s"]),
        "evidence": {e.id: e for e in found},
    }
    runtime: Any = SimpleNamespace(context=_context(language))
    state |= align(state)  # type: ignore[arg-type]
    state |= agree(state)  # type: ignore[arg-type]
    state |= disambiguate(state, runtime)  # type: ignore[arg-type]
    if whole:
        state |= explain(state, runtime)  # type: ignore[arg-type]
        state |= verify_claims(state, runtime)  # type: ignore[arg-type]
        state |= extract_labels(state, runtime)  # type: ignore[arg-type]
        state |= verify_labels(state, runtime)  # type: ignore[arg-type]
    target = _target(item, state)
    by_segment = {r.segment: r for r in state["readings"]}
    return Read(item, by_segment.get(target) if target else None, state)


def _context(language: str) -> Context:
    request = Request(path=Path("described"), output_language=language)  # type: ignore[arg-type]
    return Context(
        request=request, workspace=Path(), model=RuleChatModel(), model_name="rule",
        specialists={},
    )  # fmt: skip


def _target(item: dict[str, Any], state: dict[str, Any]) -> str | None:
    """Return the segment that the description is about."""
    who, place = item["target"]["who"], item["target"]["utterance"]
    i = _people(item).index(who) + 1
    names = {f"SPK_{i:02d}", f"FACE_{i:02d}"}
    people = {p.id for p in state["persons"] if p.members & names}
    own = [s for s in state["segments"] if s.subject in people]
    if place is not None:
        at_s = item["utterances"][place]["start_s"]
        spoken = (s.id for s in own if s.role == "speaking" and abs(s.start_s - at_s) < 0.01)
        return next(spoken, None)
    # silent or listening: where most of what that face shows lies
    faced = [
        e
        for e in state["evidence"].values()
        if e.subject in names and e.reading.kind in {"action_unit", "expression"}
    ]
    quiet = [s for s in own if s.role != "speaking"]
    shown = {s.id: sum(e.overlap_s(s) for e in faced) for s in quiet}
    return max(shown, key=lambda s: shown[s], default=None)


def confusion(results: list[Read]) -> str:
    """Return a table of intended against found patterns."""
    found = Counter((r.item["pattern"], r.pattern) for r in results)
    columns = [*PATTERNS, *sorted({f for _, f in found} - set(PATTERNS))]
    head = " " * 26 + " ".join(f"{c[:6]:>6}" for c in columns)
    rows = [f"{p:<26}" + " ".join(f"{found[(p, c)] or '.':>6}" for c in columns) for p in PATTERNS]
    return "\n".join([head, *rows])


def scaled(item: dict[str, Any], factor: float) -> dict[str, Any]:
    """Return the description with every graded value scaled, as another engine might measure."""
    other = copy.deepcopy(item)
    for u in other["utterances"]:
        for part in ("words", "voice"):
            for key in ("valence", "arousal"):
                if u[part] and u[part].get(key) is not None:
                    u[part][key] = max(-1.0, min(1.0, u[part][key] * factor))
        if u["words"]:
            scores = u["words"]["scores"]
            u["words"]["scores"] = {c: min(1.0, s * factor) for c, s in scores.items()}
        for key in ("f0_offset_st", "intensity_offset_db", "f0_slope_st_per_s"):
            if u["voice"] and u["voice"].get(key) is not None:
                u["voice"][key] *= factor
    for a in other["action_units"]:
        a["intensity"] = min(5.0, a["intensity"] * factor)
    for e in other["expressions"]:
        shown = {c: s * factor for c, s in e["scores"].items() if c != "neutral"}
        total = max(1.0, sum(shown.values()))
        rest = min(e["scores"].get("neutral", 0.0), max(0.0, 1.0 - sum(shown.values())))
        e["scores"] = {**{c: s / total for c, s in shown.items()}, "neutral": rest}
        for key in ("valence", "arousal"):
            e[key] = max(-1.0, min(1.0, e[key] * factor))
    return other


def few_movements(item: dict[str, Any]) -> dict[str, Any]:
    """Return the description as an engine with six action units and rough expressions tells it."""
    other = copy.deepcopy(item)
    other["action_units"] = [a for a in other["action_units"] if a["au"] in SMALL]
    for e in other["expressions"]:
        kept = {c: s for c, s in e["scores"].items() if c in {"happiness", "surprise", "neutral"}}
        kept["neutral"] = min(0.5, 1.0 - sum(s for c, s in kept.items() if c != "neutral"))
        e["scores"] = kept
        positive = 0.8 * kept.get("happiness", 0.0)
        e["valence"], e["arousal"] = positive, 0.5 * positive + 0.7 * kept.get("surprise", 0.0)
    return other


def without(item: dict[str, Any], part: str, key: str) -> dict[str, Any]:
    """Return the description without one optional number of voice, words or face."""
    other = copy.deepcopy(item)
    if part == "voice":
        for u in other["utterances"]:
            if u["voice"]:
                u["voice"].pop(key, None)
                if key == "valence":
                    u["voice"]["valence"] = None
    elif part == "text":
        for u in other["utterances"]:
            u["text"] = None
    else:
        other[part] = []
    return other
