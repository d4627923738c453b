import numpy as np
import pytest
from tests.handed_on import grey_faces

from emer.tools import face_intensities
from emer.tools.face_intensities import UNITS, intensities
from emer.tools.facial_movements import TOLD, movement_events

TIMES = np.arange(40) * 0.2


@pytest.fixture
def smiling(monkeypatch):
    """Let every crop look sober, but for a smile from 3 s to 4 s."""
    smile = np.where((TIMES >= 3.0) & (TIMES < 4.0), TOLD["AU12"].full, 0.0)
    signals = {au: smile if au == "AU12" else np.zeros(len(TIMES)) for au in UNITS}
    monkeypatch.setattr(face_intensities, "landmarks", list)
    monkeypatch.setattr(face_intensities, "signals", lambda found: signals)


def test_intensity_rises_where_the_face_moves_and_nowhere_else(smiling, tmp_path):
    faces = grey_faces(tmp_path, {"FACE_01": TIMES.tolist()})
    found = intensities(faces, "FACE_01")
    assert set(found) == set(UNITS)
    inside = (TIMES >= 3.2) & (TIMES < 3.8)
    assert (found["AU12"][inside] > 4.9).all()
    assert (found["AU12"][(TIMES < 2.7) | (TIMES > 4.3)] == 0).all()
    assert (found["AU43"] == 0).all()


def test_the_apex_of_an_event_has_the_events_intensity(smiling, tmp_path):
    faces = grey_faces(tmp_path, {"FACE_01": TIMES.tolist()})
    level = intensities(faces, "FACE_01")["AU12"]
    signal = np.where((TIMES >= 3.0) & (TIMES < 4.0), TOLD["AU12"].full, 0.0)
    ((event, rise, _),) = movement_events("AU12", TIMES, signal)
    assert level[event.apex] == pytest.approx(min(5.0, 5.0 * rise / TOLD["AU12"].full), abs=1e-4)


def test_a_face_seen_too_briefly_has_no_intensities(tmp_path):
    faces = grey_faces(tmp_path, {"FACE_01": [0.0, 0.2, 0.4]})
    for level in intensities(faces, "FACE_01").values():
        assert level.shape == (3,)
        assert np.isnan(level).all()
