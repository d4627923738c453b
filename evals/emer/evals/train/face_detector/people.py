"""Who is in which clip and photo: folds that share no person.

Three folds. Photos of one person lie in one fold, clips that show the same person too; pictures of
several people lie where any of them is. Two old group photos have boxes drawn on them: they train
nothing and belong to every fold's test.
"""

from typing import Final

N_FOLDS: Final = 3
TEST_ONLY: Final = frozenset({"12_angry_men", "solvay_conference"})
"""Photos with frames drawn around the faces."""

CLIPS: Final = (
    (
        "fer/test", "latentsync/demo1_video", "liveportrait/d0", "liveportrait/d10",
        "liveportrait/d18", "pyfeat/WolfgangLanger_Pexels", "video_retalking/face1",
    ),
    (
        "fer/woman2", "latentsync/demo2_video", "liveportrait/d3", "liveportrait/d11",
        "liveportrait/d13", "liveportrait/d19", "video_retalking/face2",
    ),
    (
        "pyfeat/face_noface", "pyfeat/no_face", "pyfeat/noface_face", "pyfeat/single_face",
        "liveportrait/d12", "liveportrait/d14", "liveportrait/d20", "video_retalking/face3",
    ),
)  # fmt: skip
"""Clips of each fold, as ``folder/stem``."""

PHOTOS: Final = (
    (
        (1, 2, 4, 5, 6, 7, 10, 11),
        (16, 17, 59, 61, 62),
        (24, 25),
        (38, 39, 40, 41),
    ),
    (
        (3, 12, 53, 54, 55, 56),
        (13, 14, 15, 57, 58),
        (18, 19, 67),
        (22, 23),
        (34, 35, 36, 37),
    ),
    (
        (20, 21),
        (26, 27, 28, 42, 43, 44, 45, 46),
        (29, 30, 31, 32, 33),
        (8, 9, 47, 48, 49, 50, 51),
    ),
)
"""Photos of ``faces/deepface_tests`` by their number: folds, persons, pictures."""

OTHER_PHOTOS: Final = (
    ("img11_reflection", "couple", "selfie-many-people", "Image_with_alpha"),
    ("robocup_team", "test_image", "justin", "no-faces", "BWPictureHuman"),
    ("multi_face", "single_face", "free-mountain-vector-01"),
)


def clip_fold(name: str) -> int:
    """Return the fold of a clip.

    Raises:
        KeyError: The clip is not in the table: say first who is in it.
    """
    return _fold(name, CLIPS)


def photo_fold(stem: str) -> int | None:
    """Return the fold of a photo, ``None`` where it must train nothing.

    Raises:
        KeyError: The photo is not in the table: say first who is in it.
    """
    if stem in TEST_ONLY:
        return None
    if stem.startswith("img") and stem[3:].isdigit():
        number = int(stem[3:])
        for fold, persons in enumerate(PHOTOS):
            if any(number in person for person in persons):
                return fold
    return _fold(stem, OTHER_PHOTOS)


def _fold(name: str, table: tuple[tuple[str, ...], ...]) -> int:
    for fold, names in enumerate(table):
        if name in names:
            return fold
    raise KeyError(f"{name} is in no fold: look who is in it and add it to people.py")
