"""The starter set: cases of our own writing, so that retrieval has something to go by at first.

Reads    ``starter_cases.json`` beside this file, once
Returns  its version and the cases, all curated
Cost     the version about 1 ms, the cases about 50 ms, on first use only
Source   written for this package; no data set, no recording and no real person is behind them.
         The affect values are what the written clues suggest, not measurements.

In the file a modality's affect is ``[valence, arousal]``. Whoever changes a case raises the
version: a store replaces its starter cases when it meets a higher one, and no other case.
"""

import json
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from emer.memory.case import STARTER, AffectProfile, Case, ModalityAffect

_ANNOTATOR: Final = "emer"


def starter_version() -> int:
    """Return the version of the starter set without making its cases."""
    return int(_table()["version"])


@cache
def starter_set() -> tuple[int, tuple[Case, ...]]:
    """Return the version and the cases of the starter set."""
    table = _table()
    written = datetime.fromisoformat(table["written"]).replace(tzinfo=UTC)
    return starter_version(), tuple(_case(entry, written) for entry in table["cases"])


@cache
def _table() -> dict[str, Any]:
    text = resources.files("emer.memory").joinpath("starter_cases.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def _case(entry: dict[str, Any], written: datetime) -> Case:
    affect = AffectProfile(
        face=_point(entry, "face"),
        voice=_point(entry, "voice"),
        words=_point(entry, "text"),
        action_units=entry.get("action_units", ()),
        voice_cues=entry.get("voice_cues", ()),
        text_categories=entry.get("text_categories", ()),
    )
    return Case.of(
        situation=entry["situation"],
        words=entry.get("words", ""),
        affect=affect,
        pattern=entry["pattern"],
        labels=entry["labels"],
        perspective=entry.get("perspective", "speaker"),
        explanation=entry["explanation"],
        language=entry.get("language", "en"),
        provenance=STARTER,
        annotator=_ANNOTATOR,
        trust="curated",
        created_at=written,
    )


def _point(entry: dict[str, Any], name: str) -> ModalityAffect | None:
    if name not in entry:
        return None
    valence, arousal = entry[name]
    return ModalityAffect(valence=valence, arousal=arousal)
