"""The constants that listeners learn by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How listeners learn; chosen on speakers within the training sets, see ``figures``."""

    diagonal: float = 0.5
    """Share of ``W`` that is moved to its diagonal ..."""
    diagonal_small: float = 0.8
    """... for a corpus of fewer than ``small`` files."""
    small: int = 300
    other: float = 0.3
    """Share of the other corpus in ``W``."""
    floor: float = 0.3
    """How far speakers may differ in any direction, as a share of ``W``."""
    gain_db: float = 5.0
    """By how much recordings differ in level for no reason of the speaker's."""
    temper: float = 0.33
    """Factor on answers: features are not as independent as Gaussian voices have them."""
    gate_temper: float = 0.2
    gate_diagonal: float = 0.1
    gate_ordinary: float = 30.0
    """By how much a recording must be liker an acted corpus to count as acted, before tempering: four
    readers stand for all rooms in which nobody acts."""
    ordinary_other: float = 0.6
    """Share of the acted corpora in ``W`` of ordinary talk."""
    ordinary_temper: float = 0.28
    rooms: float = 0.5
    """How far recordings of ordinary talk differ, as a share of how corpora do."""
    even: tuple[float, float] = (0.6, 0.8)
    """Share of neutral and calm voices in a speaker's usual, and in what they say, where talk is even."""
    lively: tuple[float, float] = (0.2, 0.25)
    """The same where it is lively; before others are known, talk counts as even."""
    lively_from: float = 1.6
    """Variance of other utterances, in units of their rest, half way between even and lively."""
    lively_slope: float = 4.0
