"""What a table is, and what the columns of the long one mean."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Cell = str | float | bool | None
"""``None`` where there is nothing: not measured, not known, or without meaning in this row."""


class Column(NamedTuple):
    """One column of a table."""

    name: str
    type: Literal["text", "category", "number", "flag"]
    """``category``: text that repeats, such as ids and names; ``flag``: true or false."""
    meaning: str
    unit: str = ""


class Table(NamedTuple):
    """Columns, and rows whose cells follow them in order."""

    columns: tuple[Column, ...]
    rows: Iterator[tuple[Cell, ...]]


CLIP: Final = (
    Column("clip", "category", "file name of the media"),
    Column("media_sha256", "category", "hash of the media's bytes; the same clip has the same"),
)
LONG: Final = (
    *CLIP,
    Column(
        "kind", "category",
        "what the row is of: evidence, word, gap, person, utterance, segment, pattern, agreement, "
        "label, claim, reaction, shift, case, run",
    ),
    Column("id", "category", "id in the report; several rows share one if they say more of it"),
    Column("reading", "category", "evidence: kind of reading, e.g. voice, action_unit"),
    Column("tool", "category", "specialist that measured, or that left the gap"),
    Column("engine", "category", "which implementation of it"),
    Column("model", "category", "model behind it"),
    Column("revision", "category", "version of that model"),
    Column("device", "category", "where the engine ran: cpu, cuda:N or a server"),
    Column("modality", "category", "face, voice, words or scene; agreement: the pair"),
    Column("person", "category", "P1, P2, ...; empty where it belongs to nobody"),
    Column("subject", "category", "as measured: speaker, face track or scene; reaction: who speaks; shift: the cause"),
    Column("segment", "category", "segments it counts in, separated by spaces"),
    Column("utterance", "category", "utterance it belongs to"),
    Column("start_s", "number", "from the start of the media", "s"),
    Column("end_s", "number", "end, not included", "s"),
    Column("quantity", "category", "what `value` or `text` tells"),
    Column("value", "number", "a number, in the unit named in `unit`"),
    Column("text", "text", "a word, name or sentence"),
    Column("unit", "category", "of `value`; empty: a bare number"),
    Column("score", "number", "trust or support, 0..1, not calibrated"),
    Column("confidence", "number", "probability that the leading category is right, if calibrated"),
    Column("perspective", "category", "labels: whose view: speaker, listener, viewer, self"),
    Column("stage", "category", "claims: step of the explanation"),
    Column("language", "category", "of `text`, where it is known"),
    Column("evidence", "text", "ids that the row rests on, separated by spaces"),
)  # fmt: skip
"""Columns of the long table."""

_ENDINGS: Final = (
    ("_st_per_s", "semitones/s"), ("_syllables_per_s", "syllables/s"), ("_per_s", "1/s"),
    ("_hz", "Hz"), ("_st", "semitones"), ("_db", "dB"), ("_px", "px"), ("_s", "s"),
    (".valence", "-1..1"), (".arousal", "-1..1"), ("_valence", "-1..1"), (".dominance", "-1..1"),
    ("_ratio", "0..1"), (".score", "0..1"), (".intensity", "0..1"), (".brightness", "0..1"),
    (".contrast", "0..1"),
)  # fmt: skip
_COUNTS: Final = {"words.n", "turn.n_speakers", "face.n_frames", "scene.n_cuts"}
_RATIOS: Final = {"voice.jitter", "voice.shimmer", "voice.rate_offset", "speaking.mouth_motion"}


def unit_of(quantity: str) -> str:
    """Return the unit of a number by the name of its quantity; empty for a bare number."""
    if quantity in _COUNTS:
        return "count"
    if quantity in _RATIOS:
        return "ratio"
    unit = next((unit for ending, unit in _ENDINGS if quantity.endswith(ending)), None)
    if unit is not None:
        return unit
    if quantity.startswith("au."):
        return "0..5"
    if quantity.startswith(("text.", "face.", "tone.", "event.")):
        return "0..1"
    return ""
