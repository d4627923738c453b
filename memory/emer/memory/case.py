"""An annotated case: what was shown, sounded and said, how a person read it, and why.

Reads    fields as a person, the starter set or an import gives them
Returns  frozen, cleaned, size-limited values; the id follows from the content
Cost     microseconds
Source   the fields follow the demonstrations used for explainable emotion recognition: clues of
         each modality, the reading, and what speaks for and against it

Every text here is data written by somebody; nothing in this package interprets it. A case is an
analogy: it says how something *like* the clip was read, and proves nothing about the clip.
"""

import hashlib
import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AwareDatetime, BeforeValidator, Field, field_validator, model_validator

from emer.tools.readings import Frozen, Signed, Unit
from emer.tools.taxonomy import CATEGORY_SETS, find

MAX_LABELS: Final = 8
"""More labels than this describe nothing; human raters of open-vocabulary sets give about 5."""
MIN_SIMILARITY: Final = 0.65
"""Measured on the starter set (version 2 of the vector): a case seen again with noise (sd 0.2), one
clue left per modality and one or two modalities missing stays above this in 99 of 100 tries, seven
of eight other cases fall below (affect alone, no wording)."""
STARTER: Final = "starter"
"""Provenance of the cases that come with the package; reserved for them."""

Trust = Literal["imported", "user", "curated"]
TRUST_TIERS: Final[tuple[Trust, ...]] = get_args(Trust)
"""From least to most trusted: somebody else's file, a person's own correction, reviewed by us."""

Perspective = Literal["speaker", "listener", "viewer", "self"]

PatternName = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+){0,4}$", max_length=40)]
"""How the modalities go together: 'congruent', 'mixed', or a named pattern such as 'sarcasm'."""

VoiceCue = Literal[
    "high_pitch",
    "low_pitch",
    "wide_pitch",
    "monotone",
    "rising",
    "falling",
    "loud",
    "quiet",
    "fast",
    "slow",
    "pauses",
    "breathy",
    "harsh",
    "shaky",
]
VOICE_CUES: Final[tuple[VoiceCue, ...]] = get_args(VoiceCue)
HEARD_CUES: Final[frozenset[VoiceCue]] = frozenset({"breathy", "harsh", "shaky"})
"""What a listener may note of a voice but no reading here tells; kept in a case, not compared.

Jitter, shimmer and the harmonics-to-noise ratio were tried on 960 files of RAVDESS and 206 of
EmoDB: together they set anger apart from the rest with an AUC of 0.56 and 0.42, sadness with 0.50
and 0.64, but men from women with 0.86 and 0.85. They tell whose voice it is, not how it sounds now;
within one speaker anger comes to 0.60 and 0.40. Low harmonics-to-noise ratio with low loudness for
'breathy' gives 0.65 for RAVDESS' calm and 0.41 for EmoDB's sad voices: no better."""
TEXT_CATEGORIES: Final = frozenset(CATEGORY_SETS["goemotions28"])
VOICE_CATEGORIES: Final = frozenset(CATEGORY_SETS["ravdess8"])

_HASHED: Final = (
    "situation",
    "words",
    "affect",
    "pattern",
    "labels",
    "perspective",
    "explanation",
    "language",
    "annotator",
    "media_sha256",
)
"""What makes two cases the same case. Where it came from and how far it is trusted do not."""
_INVISIBLE: Final = re.compile(
    # bidirectional overrides reorder what a reader sees; tag characters and byte-order marks
    # hide text from people but not from language models
    "[\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_LABEL: Final = re.compile(r"[^\W\d_]+(?:[ '\u2019-][^\W\d_]+){0,2}")


def clean(text: object) -> object:
    """Return text on one line, NFC, without control, invisible or unpaired surrogate characters.

    Anything that is no text is returned as it is, for the validation that follows to refuse.
    """
    if not isinstance(text, str):
        return text
    seen = _INVISIBLE.sub("", text)
    if seen.isprintable():  # as nearly all is: then blanks are all there is to look after
        return unicodedata.normalize("NFC", " ".join(seen.split()))
    kept = (" " if c.isspace() else c for c in seen if c.isspace() or not _is_control(c))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"}


Clean = BeforeValidator(clean)


class ModalityAffect(Frozen):
    """What one modality conveys, both axes from -1 to 1 with 0 neutral, ``None`` if unknown."""

    valence: Signed | None = None
    arousal: Signed | None = None

    @field_validator("valence", "arousal")
    @classmethod
    def _rounded(cls, value: float | None) -> float | None:
        # no reading is good to a thousandth, and ids must not hang on the last digit
        return None if value is None else round(value, 3) + 0.0


class AffectProfile(Frozen):
    """Affect of one utterance per modality, with discrete cues; ``None`` and empty: missing."""

    face: ModalityAffect | None = None
    voice: ModalityAffect | None = None
    words: ModalityAffect | None = None
    action_units: tuple[Annotated[str, Field(pattern=r"^AU\d{1,2}$")], ...] = Field(
        default=(), max_length=30, description="FACS ids, e.g. 'AU12'"
    )
    voice_cues: tuple[VoiceCue, ...] = ()
    text_categories: tuple[str, ...] = Field(default=(), description="GoEmotions names")
    voice_categories: dict[str, Unit] = Field(
        default_factory=dict, description="score of each of RAVDESS' eight categories"
    )

    @field_validator("face", "voice", "words")
    @classmethod
    def _known_or_none(cls, value: ModalityAffect | None) -> ModalityAffect | None:
        unknown = value is not None and value.valence is None and value.arousal is None
        return None if unknown else value

    @field_validator("action_units")
    @classmethod
    def _by_number(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(value), key=lambda au: (int(au[2:]), au)))

    @field_validator("voice_cues")
    @classmethod
    def _in_order(cls, value: tuple[VoiceCue, ...]) -> tuple[VoiceCue, ...]:
        return tuple(cue for cue in VOICE_CUES if cue in value)

    @field_validator("text_categories")
    @classmethod
    def _of_the_set(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(value) - TEXT_CATEGORIES:
            raise ValueError(f"{len(unknown)} of the categories are not in GoEmotions")
        return tuple(sorted(set(value)))

    @field_validator("voice_categories")
    @classmethod
    def _scores_of_the_set(cls, value: dict[str, float]) -> dict[str, float]:
        if unknown := value.keys() - VOICE_CATEGORIES:
            raise ValueError(f"{len(unknown)} of the categories are not RAVDESS'")
        return {name: round(score, 3) for name, score in sorted(value.items()) if score >= 0.0005}

    def of(self, modality: Literal["face", "voice", "words"]) -> ModalityAffect:
        """Return one modality's affect, with ``None`` on both axes when it is missing."""
        affect: ModalityAffect | None = getattr(self, modality)
        return affect or ModalityAffect()


class Case(Frozen):
    """One annotated case. Build it with ``Case.of``, which works out the id."""

    id: str = Field(pattern=r"^C-[0-9a-f]{12}$")
    situation: Annotated[str, Clean, Field(min_length=1, max_length=240)] = Field(
        description="what happens, one line in the annotator's words"
    )
    words: Annotated[str, Clean, Field(max_length=2000)] = Field(
        default="", description="what was said; may be empty"
    )
    affect: AffectProfile
    pattern: PatternName | None = Field(
        default=None, description="how the modalities go together, e.g. 'sarcasm', 'masking'"
    )
    labels: tuple[str, ...] = Field(
        min_length=1, max_length=MAX_LABELS, description="open-vocabulary labels, strongest first"
    )
    perspective: Perspective
    explanation: Annotated[str, Clean, Field(min_length=1, max_length=1200)] = Field(
        description="what speaks for this reading and what against, 2-3 sentences"
    )
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47")
    provenance: Annotated[str, Clean, Field(min_length=1, max_length=80)] = Field(
        description="'starter', 'user' or 'import:<file name>'"
    )
    annotator: Annotated[str, Clean, Field(min_length=1, max_length=80)]
    trust: Trust
    split: Annotated[str, Clean, Field(min_length=1, max_length=40)] | None = Field(
        default=None, description="part of a data set this came from, e.g. 'train'"
    )
    media_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    created_at: AwareDatetime

    @field_validator("labels", mode="before")
    @classmethod
    def _plain_words(cls, value: object) -> object:
        if not isinstance(value, (list, tuple)):
            return value
        return tuple(dict.fromkeys(_label(word) for word in value))

    @field_validator("created_at")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        return value.astimezone(UTC).replace(microsecond=0)

    @model_validator(mode="after")
    def _id_follows_from_content(self) -> Self:
        if self.id != case_id(self):
            raise ValueError("the id does not belong to this content")
        return self

    @classmethod
    def of(cls, *, created_at: datetime | None = None, **fields: Any) -> Self:  # noqa: ANN401
        """Build a case and its id; ``fields`` are those of the class, bar the id.

        Raises:
            pydantic.ValidationError: A field is missing, too long or not of its kind.
        """
        when = created_at or datetime.now(UTC)
        # validated once without the id, because the id hangs on the cleaned fields
        draft = _Draft.model_validate({**fields, "id": _NO_ID, "created_at": when})
        return cls.model_validate({**draft.model_dump(), "id": case_id(draft)})


class _Draft(Case):
    @model_validator(mode="after")
    def _id_follows_from_content(self) -> Self:
        return self


_NO_ID: Final = "C-000000000000"


def case_id(case: Case) -> str:
    """Return the id that belongs to a case's content: 48 bits of its hash.

    Two of 100 000 cases share an id with a probability of about 2e-5.
    """
    content = case.model_dump(mode="json", include=set(_HASHED))
    if not case.affect.voice_categories:
        # younger than the first cases, whose ids must stay
        del content["affect"]["voice_categories"]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"C-{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"


def _label(word: object) -> str:
    text = clean(word)
    if not isinstance(text, str) or len(text) > 40 or not _LABEL.fullmatch(text):
        raise ValueError("a label is one to three plain words of at most 40 letters in all")
    known = find(text)
    return known.word if known else text.casefold()


class Query(Frozen):
    """What to look for: an affect profile, words and pattern, and what must not come back."""

    affect: AffectProfile = AffectProfile()
    words: Annotated[str, Clean, Field(max_length=20_000)] = ""
    pattern: PatternName | None = Field(
        default=None,
        description="the pattern that an analysis suspects here; never text of the media",
    )
    k: int = Field(default=3, ge=1, le=20)
    min_similarity: float = Field(
        default=MIN_SIMILARITY,
        ge=0,
        le=1,
        description="of what is known here, the share that a case must match",
    )
    min_trust: Trust = "imported"
    exclude_media_sha256: tuple[str, ...] = Field(
        default=(), description="the clip's own cases, and those of its duplicates"
    )
    exclude_splits: tuple[str, ...] = Field(
        default=(), description="e.g. ('test',) when results are going to be scored"
    )
    exclude_ids: tuple[str, ...] = ()
