"""Readings of what is seen: faces, their movements, the picture, and words about it.

Part of ``emer.tools.readings``, which everybody imports.
"""

from typing import ClassVar, Literal

from pydantic import Field

from emer.tools.reading_base import Frozen, MeasuredReading, Quantity, Signed, Unit


class FaceTrackReading(MeasuredReading):
    """One face followed over time."""

    prefix: ClassVar[str] = "FAC"
    kind: Literal["face_track"] = "face_track"
    track: str = Field(description="FACE_01, ... in order of first appearance")
    n_frames: int = Field(ge=1, description="sampled frames in which it was found")
    box_px: tuple[float, float, float, float] = Field(
        description="median left, top, width, height in pixels of the upright picture"
    )
    picture_share: Unit = Field(description="median share of the picture's area")
    aligned_share: Unit = Field(description="share of frames in which both eyes were found")

    @property
    def key(self) -> str:
        """The track."""
        return self.track

    def quantities(self) -> dict[str, Quantity]:
        """``face.track``, ``face.n_frames``, ``face.height_px``."""
        return {
            "face.track": self.track,
            "face.n_frames": float(self.n_frames),
            "face.height_px": self.box_px[3],
        }


class SpeakingFaceReading(MeasuredReading):
    """Which visible face moves its mouth with the speech of one utterance."""

    prefix: ClassVar[str] = "ASD"
    kind: Literal["speaking_face"] = "speaking_face"
    track: str
    speaking_score: Unit = Field(description="0 surely not, 1 surely this one; not calibrated")
    mouth_motion: float = Field(
        ge=0,
        description="ratio to the same face's motion in silence; to all its motion if it is never "
        "seen in silence",
    )
    n_faces: int = Field(ge=1, description="faces visible during the utterance")

    @property
    def key(self) -> str:
        """The track."""
        return self.track

    def quantities(self) -> dict[str, Quantity]:
        """``speaking.score``, ``speaking.mouth_motion``."""
        return {"speaking.score": self.speaking_score, "speaking.mouth_motion": self.mouth_motion}


class LikenessReading(MeasuredReading):
    """How much two face tracks that are never seen together look like one person."""

    prefix: ClassVar[str] = "LIK"
    kind: Literal["likeness"] = "likeness"
    track: str = Field(description="the later track, subject of the evidence")
    other: str = Field(description="the earlier track")
    likeness: Unit = Field(description="0 surely two persons, 1 surely one; not calibrated")

    @property
    def key(self) -> str:
        """The pair."""
        return f"{self.track}|{self.other}"

    def quantities(self) -> dict[str, Quantity]:
        """``likeness.score``."""
        return {"likeness.score": self.likeness}


class ActionUnitReading(MeasuredReading):
    """One movement of the face, coded in FACS, from onset to offset."""

    prefix: ClassVar[str] = "AU"
    kind: Literal["action_unit"] = "action_unit"
    au: str = Field(pattern=r"^AU\d{1,2}$")
    name: str = Field(description="FACS name, e.g. 'lip corner puller'")
    intensity: float = Field(ge=0, le=5, description="0..5 at the apex, relative to own neutral")
    onset_s: float = Field(ge=0)
    apex_s: float = Field(ge=0)
    offset_s: float = Field(ge=0)
    cue: str = Field(description="what was really measured, in words")

    @property
    def key(self) -> str:
        """The action unit."""
        return self.au

    def quantities(self) -> dict[str, Quantity]:
        """``au.<FACS id>`` (intensity 0..5), its times, ``au.name``."""
        return {
            f"au.{self.au}": self.intensity,
            f"au.{self.au}.onset_s": self.onset_s,
            f"au.{self.au}.apex_s": self.apex_s,
            f"au.{self.au}.offset_s": self.offset_s,
            "au.name": self.name,
        }


class ExpressionReading(MeasuredReading):
    """What a face shows over one span, in categories, with valence and arousal."""

    prefix: ClassVar[str] = "EXP"
    kind: Literal["expression"] = "expression"
    category_set: Literal["basic", "fer7"] = "basic"
    scores: dict[str, Unit] = Field(description="per category, sum at most 1, not calibrated")
    valence: Signed | None = Field(
        default=None, description="null where nothing that was measured speaks of it; that is not 0"
    )
    arousal: Signed | None = Field(default=None, description="likewise")
    basis: tuple[str, ...] = Field(default=(), description="evidence ids it was composed from")
    apex_s: float | None = Field(
        default=None, ge=0,
        description="when the leading category was strongest, if read off single pictures",
    )  # fmt: skip
    while_speaking: bool = Field(
        default=False, description="mouth cues were discounted because the owner talks"
    )

    def quantities(self) -> dict[str, Quantity]:
        """``face.<category>``, ``face.valence``, ``face.arousal``."""
        scores: dict[str, Quantity] = {f"face.{name}": s for name, s in self.scores.items()}
        places = {"face.valence": self.valence, "face.arousal": self.arousal}
        return scores | {name: place for name, place in places.items() if place is not None}


class SceneReading(MeasuredReading):
    """Low-level look of the picture over one span."""

    prefix: ClassVar[str] = "SCN"
    kind: Literal["scene"] = "scene"
    brightness: Unit = Field(description="mean luma")
    contrast: Unit = Field(description="standard deviation of luma, of at most 0.5, times 2")
    colourfulness: float = Field(ge=0, description="Hasler & Suesstrunk 2003, 0 grey .. ~110")
    motion: float = Field(ge=0, description="mean absolute luma change per second, 0..1 units")
    cuts_s: tuple[float, ...] = Field(default=(), description="times of hard cuts")

    def quantities(self) -> dict[str, Quantity]:
        """``scene.brightness``, ``.contrast``, ``.colourfulness``, ``.motion``, ``.n_cuts``."""
        return {
            "scene.brightness": self.brightness,
            "scene.contrast": self.contrast,
            "scene.colourfulness": self.colourfulness,
            "scene.motion": self.motion,
            "scene.n_cuts": float(len(self.cuts_s)),
        }


class TextLine(Frozen):
    """One line of text in the picture."""

    text: str
    box: tuple[Unit, Unit, Unit, Unit] = Field(
        description="left, top, width, height as shares of the picture"
    )
    score: Unit


class ScreenTextReading(MeasuredReading):
    """Text that the picture shows over one span. Untrusted, as what is said is: only quoted."""

    prefix: ClassVar[str] = "OCR"
    kind: Literal["on_screen_text"] = "on_screen_text"
    text: str = Field(description="its lines from top to bottom, joined with ' / '")
    lines: tuple[TextLine, ...] = Field(min_length=1)
    n_pictures: int = Field(ge=1, description="pictures in which it was read")

    @property
    def key(self) -> str:
        """The text."""
        return self.text

    def quantities(self) -> dict[str, Quantity]:
        """``screen.text``, ``screen.n_lines``."""
        return {"screen.text": self.text, "screen.n_lines": float(len(self.lines))}


class ImpressionReading(MeasuredReading):
    """What another multimodal model says of one span, in its words. Untrusted text."""

    prefix: ClassVar[str] = "IMP"
    kind: Literal["impression"] = "impression"
    text: str = Field(min_length=1, max_length=1000)
    n_pictures: int = Field(ge=0, description="that it was shown")
    sound_s: float = Field(ge=0, description="that it was played")

    def quantities(self) -> dict[str, Quantity]:
        """``impression.text``."""
        return {"impression.text": self.text}
