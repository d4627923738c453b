"""What every registered specialist must do, ours or a stranger's."""

import math
from contextlib import ExitStack
from datetime import UTC, date, datetime

import numpy as np
import pytest
from tests.engines import SETUPS
from tests.synth import noise, picture, silence, tone, write_media

from emer.graphs.answers_kept import by_span
from emer.graphs.nodes.specialists import spans_of
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import NOTHING_TRAINED, Evidence, Gap
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.readings import Reading
from emer.tools.registry import choose, installed
from emer.tools.specialist import PassSpecialist, Specialist

ENGINES = installed()
NAMES = [e.entry for e in ENGINES]
DURATION_S = 6.0


@pytest.fixture(scope="session")
def setup_of(tmp_path_factory):
    """Each engine's model is made once: every other one would live in one more process."""
    made = {}
    with ExitStack() as stack:

        def setup(entry):
            if entry not in made:
                folder = tmp_path_factory.mktemp("weights")
                made[entry] = stack.enter_context(SETUPS[entry](folder))
            return made[entry]

        yield setup


@pytest.fixture(params=ENGINES, ids=NAMES)
def specialist(request, loopback, setup_of):
    engine = request.param
    if engine.specialist is None or (engine.problem and engine.entry not in SETUPS):
        pytest.skip(f"cannot run here: {engine.problem}")
    if engine.entry not in SETUPS:
        yield engine.specialist
        return
    one = type(engine.specialist)()
    one.set_up(setup_of(engine.entry))
    try:
        one.ready()
    except ToolUnavailable as problem:
        pytest.skip(f"cannot run here: {problem}")
    yield one


def checkerboard(i):
    board = np.indices((180, 320)).sum(axis=0) // (8 + i % 5) % 2 * 255
    return np.repeat(board[:, :, None], 3, axis=2).astype(np.uint8)


MEDIA = {
    "black and silent": {
        "pictures": [picture(rgb=(0, 0, 0))] * 60, "sound": silence(DURATION_S), "rate_hz": 10,
    },
    "noise to eye and ear": {
        "pictures": [checkerboard(i) for i in range(60)], "sound": noise(DURATION_S), "rate_hz": 10,
    },
    "a tone over a still wall": {
        "pictures": [picture()] * 60, "sound": tone(DURATION_S), "rate_hz": 10,
    },
    "sound alone": {"sound": tone(DURATION_S)},
    "picture alone": {"pictures": [picture()] * 60, "rate_hz": 10},
    "very short": {"pictures": [picture()] * 2, "sound": tone(0.2), "rate_hz": 10},
}  # fmt: skip


@pytest.fixture(scope="session", params=MEDIA, ids=list(MEDIA))
def media_of(request, tmp_path_factory):
    return write_media(tmp_path_factory.mktemp("media") / "clip.mkv", **MEDIA[request.param])


@pytest.fixture(scope="session")
def taken_in():
    return {}


@pytest.fixture
def clip_of(specialist, media_of, taken_in, tmp_path_factory):
    """Take a clip in with all watchers, this one among them; the rest is for what it needs."""
    every = {**choose(ENGINES)[0], specialist.tool: specialist}
    watchers = {t: s for t, s in every.items() if isinstance(s, PassSpecialist)}
    key = (media_of, *sorted((s.tool, s.engine) for s in watchers.values()))
    if key not in taken_in:
        folder = tmp_path_factory.mktemp("taken")
        taken_in[key] = take_in(media_of, probe(media_of), folder, watchers=watchers)[0]
    return taken_in[key], every


def found_by(s, clip, every, done=None):
    """Return what ``s`` finds, running what it needs first, once."""
    done = {} if done is None else done
    if s.tool not in done:
        known = [f for n in s.needs if n in every for f in found_by(every[n], clip, every, done)]
        known.sort(key=lambda f: (f.start_s, f.end_s))
        evidence = [f for found in done.values() for f in found if isinstance(f, Evidence)]
        done[s.tool] = s.observe(clip, spans_of(s, clip.span, evidence), known)
    return done[s.tool]


def _asked(done, specialist, clip):
    evidence = [f for findings in done.values() for f in findings if isinstance(f, Evidence)]
    return spans_of(specialist, clip.span, evidence)


@pytest.mark.parametrize("engine", ENGINES, ids=NAMES)
def test_every_registered_engine_can_be_loaded(engine):
    assert engine.specialist is not None, engine.problem


def test_it_fulfils_the_protocol(specialist):
    assert isinstance(specialist, Specialist)
    assert specialist.scope in {"clip", "utterances", "windows"}
    assert specialist.rank >= 0


def test_its_card_is_complete(specialist):
    card = specialist.card
    for name, value in card.model_dump().items():
        optional = type(card).model_fields[name].default == ""
        assert value is not None, name
        assert optional or value is False or value, f"{name} is empty"


def test_its_card_says_how_it_was_made_and_what_its_scores_mean(specialist):
    card = specialist.card
    assert card.training, f"the command, or {NOTHING_TRAINED!r}, or who trained it"
    assert card.calibration, "what its scores mean, or that there are none"
    if card.training.startswith("python "):
        assert card.split, "what was kept apart for measuring"
        assert date.fromisoformat(card.date) <= datetime.now(UTC).date()
    if card.training == NOTHING_TRAINED:
        assert card.trained_on.startswith("nothing")
        assert not getattr(specialist, "networks", ())


def test_it_is_named_as_it_is_registered():
    for engine in ENGINES:
        if engine.specialist is not None:
            assert engine.entry.partition(".")[0] == engine.specialist.tool


def test_what_it_needs_is_registered(specialist):
    assert set(specialist.needs) <= {e.tool for e in ENGINES}


def test_everything_it_finds_lies_inside_the_media(specialist, clip_of):
    clip, every = clip_of
    for finding in found_by(specialist, clip, every):
        assert clip.span.start_s - 1e-3 <= finding.start_s < finding.end_s <= clip.span.end_s + 1e-3


def test_its_findings_come_in_time_order(specialist, clip_of):
    clip, every = clip_of
    times = [(f.start_s, f.end_s) for f in found_by(specialist, clip, every)]
    assert times == sorted(times)


def test_every_span_asked_for_gets_an_answer(specialist, clip_of):
    clip, every = clip_of
    done = {}
    found = found_by(specialist, clip, every, done)
    evidence = [f for findings in done.values() for f in findings if isinstance(f, Evidence)]
    for span in spans_of(specialist, clip.span, evidence):
        assert any(f.overlaps(span) for f in found)


def test_its_evidence_names_its_model_and_has_ids_of_its_own(specialist, clip_of):
    clip, every = clip_of
    evidence = [f for f in found_by(specialist, clip, every) if isinstance(f, Evidence)]
    assert len({e.id for e in evidence}) == len(evidence)
    for e in evidence:
        assert e.tool == specialist.tool
        assert e.model
        assert e.revision
        for name, value in e.reading.quantities().items():
            assert isinstance(value, str) or math.isfinite(value), name


def test_its_gaps_say_why(specialist, clip_of):
    clip, every = clip_of
    for gap in found_by(specialist, clip, every):
        if isinstance(gap, Gap):
            assert gap.tool == specialist.tool
            assert len(gap.reason) > 10


def test_it_finds_nobody_where_nobody_is(specialist, clip_of):
    clip, every = clip_of
    human = {
        "speech", "speaker_turn", "words", "utterance", "voice", "face_track", "speaking_face",
        "text_emotion", "action_unit", "expression",
    }  # fmt: skip
    found = found_by(specialist, clip, every)
    assert [f for f in found if isinstance(f, Evidence) and f.reading.kind in human] == []


def test_the_same_clip_gives_the_same_findings(specialist, clip_of):
    clip, every = clip_of
    assert found_by(specialist, clip, every) == found_by(specialist, clip, every)


def test_an_answer_does_not_depend_on_what_else_is_asked(specialist, clip_of):
    clip, every = clip_of
    done = {}
    found = found_by(specialist, clip, every, done)
    spans = _asked(done, specialist, clip)
    together = by_span(found, spans)
    known = [f for n in specialist.needs for f in done.get(n, ())]
    known.sort(key=lambda f: (f.start_s, f.end_s))
    for span in spans[:3]:
        assert by_span(specialist.observe(clip, [span], known), [span])[span] == together[span]


def test_no_spans_no_findings_no_trouble(specialist, clip_of):
    clip, _ = clip_of
    assert specialist.observe(clip, [], []) == []


def test_every_kind_of_reading_has_its_own_id_prefix():
    kinds = Reading.__origin__.__args__
    assert len({k.prefix for k in kinds}) == len(kinds)
