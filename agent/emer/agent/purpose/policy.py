"""Which purposes are refused: those that the EU prohibits, unless an exception is attested.

Source   Regulation (EU) 2024/1689 (AI Act), Art. 5(1)(f): "the placing on the market, the putting
         into service for this specific purpose, or the use of AI systems to infer emotions of a
         natural person in the areas of workplace and education institutions, except where the use
         of the AI system is intended to be put in place or into the market for medical or safety
         reasons"; in force since 2025-02-02
"""

from typing import TYPE_CHECKING, Final

from emer.agent.settings.config_file import SettingsError

if TYPE_CHECKING:
    from emer.agent.settings import Settings

PROHIBITED: Final = {"workplace": "at work", "education": "in education"}
PERMITTED: Final = (
    "unspecified", "research", "personal", "clinical", "accessibility", "media",
)  # fmt: skip
REASONS: Final = ("medical", "safety")
"""Exceptions that can be attested."""
CITATION: Final = "AI Act, Regulation (EU) 2024/1689, Art. 5(1)(f)"
UNSPECIFIED: Final = (
    "purpose unspecified. Tell the people concerned (emer notice); not for use at work or in "
    "education (EU AI Act, Art. 5(1)(f)). --purpose research and the like silences this."
)


class PurposeError(SettingsError):
    """What the analyses are for is prohibited."""


def check_purpose(settings: "Settings") -> None:
    """Refuse what is prohibited.

    Raises:
        PurposeError: The purpose is, and no exception is attested.
    """
    where = PROHIBITED.get(settings.purpose)
    if where is not None and settings.attest is None:
        raise PurposeError(
            f"inferring emotions {where} is prohibited in the EU ({CITATION}), except for medical or "
            "safety reasons",
            remedy="If one of these is the reason, and you can show it, attest it: --attest medical "
            "or --attest safety. Otherwise do not use emer for this.",
        )


def told_purpose(settings: "Settings") -> str:
    """Return the purpose as reports keep it, with what was attested for it."""
    if settings.purpose in PROHIBITED and settings.attest is not None:
        return f"{settings.purpose} (attested: {settings.attest} reasons)"
    return settings.purpose
