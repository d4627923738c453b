"""Speakers are told apart, and one person stays one."""

import itertools
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from tests import synth

from emer.tools import diarization, speaker_clustering, speaker_features, speaker_voices
from emer.tools.diarization import SpeakerDiarization
from emer.tools.findings import Evidence, Gap, GapCode, Modality, ModelCard, TimeSpan
from emer.tools.media.decode import SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.media.soundtrack import Soundtrack, SoundtrackWriter
from emer.tools.readings import SpeechReading
from emer.tools.speaker_counting import UNKNOWN_SPREAD, Counting, counted, pairs
from emer.tools.speaker_path import EMISSION, STAY, Blocks, Speakers, learnt, shares
from emer.tools.specialist import Clip, Specialist

RATE = synth.RATE_HZ
CARD = ModelCard(
    name="fake", revision="1", purpose="p", inputs="i", outputs="o", licence="l",
    commercial_use=True, source="s", trained_on="t", metrics="m", limits=("none",),
)  # fmt: skip


def clip_of(tmp_path, sound, *, start_s=0.0):
    writer = SoundtrackWriter(tmp_path / "sound.s16", start_s=start_s)
    pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
    writer.write(SoundBlock(start_s, pcm))
    end_s = start_s + max(0.001, len(pcm) / RATE)
    info = MediaInfo(
        name="clip.wav", sha256="0" * 64, size_bytes=1, kind="audio", container="wav",
        duration_s=end_s,
    )  # fmt: skip
    span = TimeSpan(start_s=start_s, end_s=end_s)
    return Clip(tmp_path / "clip.wav", info, span, tmp_path, soundtrack=writer.close())


def speech(start_s, end_s):
    return Evidence.of(
        tool="speech_activity", engine="fake", modality=Modality.VOICE, card=CARD,
        span=TimeSpan(start_s=start_s, end_s=end_s), reading=SpeechReading(speech_score=0.9),
    )  # fmt: skip


def silent(start_s, end_s):
    return Gap(
        tool="speech_activity", code=GapCode.NOTHING_THERE, start_s=start_s, end_s=end_s, reason="r"
    )


def turns(clip, known):
    return [
        f for f in SpeakerDiarization().observe(clip, [clip.span], known) if isinstance(f, Evidence)
    ]


def test_it_is_a_specialist_that_is_ready():
    assert isinstance(SpeakerDiarization(), Specialist)
    SpeakerDiarization().ready()


def test_its_network_and_licence_are_named():
    assert SpeakerDiarization.networks == (speaker_features.NAME,)
    assert not SpeakerDiarization.card.commercial_use
    assert "-sha256:" in SpeakerDiarization.card.revision


def test_a_clip_without_sound_is_no_stream(tmp_path):
    clip = clip_of(tmp_path, synth.silence(1))
    mute = Clip(clip.path, clip.media, clip.span, clip.workspace)
    (gap,) = SpeakerDiarization().observe(mute, [mute.span], [])
    assert gap.code is GapCode.NO_STREAM


def test_no_speech_is_a_gap(tmp_path):
    clip = clip_of(tmp_path, synth.noise(3))
    (gap,) = SpeakerDiarization().observe(clip, [clip.span], [silent(0, 3)])
    assert (gap.code, gap.reason) == (GapCode.NOTHING_THERE, "nobody was heard speaking")


def test_no_spans_give_no_findings(tmp_path):
    assert SpeakerDiarization().observe(clip_of(tmp_path, synth.noise(1)), [], []) == []


@pytest.mark.parametrize("sound", [synth.silence(4), synth.noise(4), synth.tone(0.2)])
def test_odd_sound_that_counts_as_speech_is_one_speaker(tmp_path, sound):
    clip = clip_of(tmp_path, sound)
    (turn,) = turns(clip, [speech(0, clip.span.end_s)])
    assert turn.subject == turn.reading.speaker == "SPK_01"
    assert (turn.reading.n_speakers, turn.score) == (1, None)
    assert (turn.start_s, turn.end_s) == (0, clip.span.end_s)


def test_speech_beyond_the_soundtrack_is_left_out(tmp_path):
    clip = clip_of(tmp_path, synth.voiced(3), start_s=5.0)
    found = turns(clip, [speech(1, 6), speech(7, 12)])
    assert [(t.start_s, t.end_s) for t in found] == [
        (5, pytest.approx(6.1)), (pytest.approx(6.9), 8)
    ]  # fmt: skip


def test_a_turn_keeps_its_edges_and_its_short_pauses(tmp_path):
    clip = clip_of(tmp_path, synth.voiced(10))
    found = turns(clip, [speech(1, 3), speech(3.7, 5), speech(7, 8)])
    assert [(t.start_s, t.end_s) for t in found] == [
        (pytest.approx(0.9), pytest.approx(5.1)), (pytest.approx(6.9), pytest.approx(8.1))
    ]  # fmt: skip


def test_long_speech_is_read_in_pieces_and_joined_again(tmp_path):
    clip = clip_of(tmp_path, np.tile(synth.voiced(13), 10))
    (turn,) = turns(clip, [speech(0, 130)])
    assert (turn.start_s, turn.end_s) == (0, 130)


# --- clustering -------------------------------------------------------------

BETWEEN = np.full(30, 2.0)


def crowd(n_speakers, n_each, seed=0):
    rng = np.random.default_rng(seed)
    voices = rng.normal(0, np.sqrt(2), (n_speakers, 30))
    units = np.concatenate([v + rng.standard_normal((n_each, 30)) for v in voices])
    return units, np.ones(len(units)), np.repeat(np.arange(n_speakers), n_each)


def blocks_of(vectors, pitch=0.0):
    pitches = np.tile([25.0 * pitch, 25.0 * pitch**2 + 25.0, 25.0], (len(vectors), 1))
    return Blocks(vectors, np.ones(len(vectors)), pitches)


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_units_are_merged_until_so_many_are_left(n):
    units, weights, whose = crowd(n, 20)
    found = speaker_clustering.merged(units, weights, BETWEEN, n)
    true = np.stack([units[whose == k].mean(axis=0) for k in range(n)])
    distance = np.linalg.norm(found[:, None] - true[None], axis=2)
    assert found.shape == (n, 30)
    assert sorted(distance.argmin(axis=1)) == list(range(n))
    assert distance.min(axis=1).max() < 0.5


def test_no_more_are_left_than_there_are_units():
    units, weights, _ = crowd(1, 3)
    assert len(speaker_clustering.merged(units, weights, BETWEEN, 5)) == 3


def test_the_likelihood_ratio_is_that_of_the_gaussians_behind_it():
    b, x, y, n = 2.0, 1.3, -0.4, 4.0
    joint = np.array([[b + 1 / n, b], [b, b + 1 / n]])
    apart = np.diag(np.diag(joint))

    def log_density(cov):
        v = np.array([x, y])
        return -0.5 * (np.log(np.linalg.det(cov)) + v @ np.linalg.inv(cov) @ v)

    ratio = speaker_clustering.same_speaker(
        np.array([[x], [y]]), np.array([n, n]), 0, np.array([1]), np.array([b])
    )
    assert ratio[0] == pytest.approx(log_density(joint) - log_density(apart))


# --- the path ----------------------------------------------------------------


def known(means):
    n = len(means)
    return Speakers(means, np.zeros(n), np.full(n, 1 / n))


def test_a_path_follows_the_speakers_and_ignores_a_flicker():
    means = np.array([[0.0] * 30, [1.5] * 30])
    who = [0] * 12 + [1] * 12
    vectors = means[who].copy()
    vectors[5] = 0.9  # one window that leans to the other
    share, _ = shares(blocks_of(vectors), known(means))
    assert list(share.argmax(axis=1)) == who
    assert share.sum(axis=1) == pytest.approx(np.ones(24))
    assert share[11].max() < share[2].max() <= 1


def test_the_chances_of_a_path_are_those_of_all_paths_summed_up():
    rng = np.random.default_rng(0)
    vectors, means = rng.standard_normal((5, 3)), rng.standard_normal((2, 3))
    share, log_p = shares(blocks_of(vectors), known(means))
    p = np.exp(-0.5 * EMISSION * np.square(vectors[:, None] - means).sum(axis=2))
    change = STAY * np.eye(2) + (1 - STAY) / 2
    total = np.zeros((5, 2))
    for way in itertools.product((0, 1), repeat=5):
        chance = 0.5 * np.prod([change[a, b] for a, b in itertools.pairwise(way)])
        chance *= np.prod(p[range(5), way])
        total[range(5), way] += chance
    np.testing.assert_allclose(share, total / total.sum(axis=1, keepdims=True))
    assert log_p == pytest.approx(np.log(total[0].sum()))


def test_rough_guesses_become_the_speakers():
    rng = np.random.default_rng(4)
    voices = rng.normal(0, 1.4, (2, 30))
    who = np.repeat([0, 1, 0, 1], 30)
    heard = blocks_of(voices[who] + rng.standard_normal((120, 30)))
    rough = voices + rng.normal(0, 1.0, voices.shape)
    found = learnt(heard, rough, BETWEEN)
    assert (found.share.argmax(axis=1) == who).mean() > 0.97
    assert np.linalg.norm(found.speakers.means - voices) < 0.5 * np.linalg.norm(rough - voices)
    assert found.bound > learnt(heard, heard.middle[None], BETWEEN).bound


# --- how many ----------------------------------------------------------------

COUNTING = Counting(np.array([-1.0, 0.0]), -10.0, 0.0)
"""Judges by the likeness alone."""


@pytest.mark.parametrize("n", [1, 2, 3])
def test_clear_speakers_are_counted(n):
    units, weights, _ = crowd(n, 30)
    found = counted(blocks_of(units), units, weights, BETWEEN, COUNTING)
    assert found.share.shape == (90 if n == 3 else 30 * n, n)


def test_too_little_speech_makes_no_speaker():
    units, weights, _ = crowd(1, 30)
    for n, speakers in ((4, 1), (16, 2)):  # 1 s and 4 s
        both, full = np.concatenate([units, units[:n] + 9.0]), np.append(weights, np.ones(n))
        found = counted(blocks_of(both), both, full, BETWEEN, COUNTING)
        assert found.share.shape[1] == speakers


def test_no_two_people_are_found_where_the_judgement_says_no():
    units, weights, _ = crowd(2, 30)
    strict = Counting(COUNTING.weights, -10.0, 1000.0)
    assert counted(blocks_of(units), units, weights, BETWEEN, strict).share.shape[1] == 1


def test_what_the_user_says_is_stronger_than_the_judgement():
    units, weights, _ = crowd(2, 30)
    strict = Counting(COUNTING.weights, -10.0, 1000.0)
    for counting, told, n in (
        (COUNTING, (1, 1), 1), (strict, (2, 2), 2), (strict, (2, 4), 2),
    ):  # fmt: skip
        found = counted(blocks_of(units), units, weights, BETWEEN, counting, told)
        assert found.share.shape[1] == n
        assert len(set(found.share.argmax(axis=1))) == n


def test_voices_are_alike_by_their_sound_whatever_their_pitch():
    units, _, whose = crowd(1, 60)
    whose = np.arange(60) % 2
    far = units.copy()
    far[:, -1] += 20.0 * whose
    near, apart = (
        pairs(blocks_of(x), learnt(blocks_of(far), far[:2], BETWEEN), BETWEEN)[0]
        for x in (units, far)
    )
    assert near.clues[0] == pytest.approx(apart.clues[0])


def test_how_much_the_pitch_of_two_voices_varies_is_told():
    units, _, whose = crowd(2, 30)
    low, high = blocks_of(units[whose == 0], 2.0), blocks_of(units[whose == 1], 9.0)
    both = Blocks(units, np.ones(60), np.concatenate([low.pitch, high.pitch]))
    found = learnt(both, np.stack([low.middle, high.middle]), BETWEEN)
    (pair,) = pairs(both, found, BETWEEN)
    assert pair.clues[1] == pytest.approx(1.0)
    assert pair.least_s == pytest.approx(7.5)
    silent = Blocks(units, np.ones(60), np.zeros((60, 3)))
    assert pairs(silent, found, BETWEEN)[0].clues[1] == UNKNOWN_SPREAD


# --- features ---------------------------------------------------------------


def test_an_embedding_is_made_every_quarter_second():
    model = speaker_features.speaker_model("diarization")
    cepstra, voiced = speaker_features.cepstra_of(synth.voiced(3))
    vectors, n_voiced = model.embed(cepstra, voiced)
    assert vectors.shape == (12, len(model.between))
    assert np.isfinite(vectors).all()
    assert n_voiced.max() <= 150.01
    assert n_voiced[6] == pytest.approx(150, abs=10)


def test_frames_that_are_no_voice_do_not_count():
    model = speaker_features.speaker_model("diarization")
    cepstra, _ = speaker_features.cepstra_of(synth.voiced(3))
    voiced = np.arange(len(cepstra)) < 150
    other = np.where(voiced[:, None], cepstra, 99.0).astype(np.float32)
    here, n = model.embed(cepstra, voiced)
    there, _ = model.embed(other, voiced)
    np.testing.assert_allclose(here, there, atol=1e-3)
    assert n[-1] == 0


def test_loudness_does_not_change_the_cepstra():
    sound = synth.voiced(1) + synth.noise(1, 0.02)
    loud, _ = speaker_features.cepstra_of(sound)
    faint, _ = speaker_features.cepstra_of(0.2 * sound)
    assert np.abs(loud - faint).max() < 0.1


def test_pitch_is_told_in_semitones_above_100_hz():
    pitch = speaker_features.pitch_of(synth.tone(2, 200.0), 8)
    total = pitch.sum(axis=0)
    assert total[2] > 150
    assert total[0] / total[2] == pytest.approx(12, abs=0.2)
    assert speaker_features.pitch_of(synth.silence(1), 4).tolist() == [[0, 0, 0]] * 4


def test_a_voice_without_pitch_lies_at_the_mean():
    found = speaker_features.height(np.array([[5.0, 9, 3], [600, 9, 100]], np.float32), 1.0)
    assert found[:, 0].tolist() == [0.0, pytest.approx(5 / speaker_features.PITCH_SPREAD)]


def test_long_recordings_are_learnt_from_an_even_part():
    voice = speaker_voices.Voice(0, 15, np.zeros((60, 25)), np.zeros(60), np.zeros((60, 3)))
    voices = [replace(voice, start_s=float(i)) for i in range(100)]
    some = speaker_voices.evenly(voices, 1200)
    assert [v.start_s for v in some] == [4.0 + 5 * i for i in range(20)]
    assert speaker_voices.evenly(voices[:3], 1200) == voices[:3]


def test_sound_shorter_than_a_frame_has_no_cepstra():
    cepstra, voiced = speaker_features.cepstra_of(np.zeros(399, np.float32))
    assert len(cepstra) == len(voiced) == 0


def test_memory_stays_flat_with_length(monkeypatch):
    class Endless(Soundtrack):
        def __init__(self, end_s):
            self.start_s, self.end_s = 0.0, end_s

        def read(self, span):
            return np.zeros(round(span.duration_s * RATE), np.float32)

    class Quick:
        between = BETWEEN

        def __init__(self):
            self.settings = {"counting": {"weights": [0.0] * 2, "bias": -9.0, "threshold": 0.0}}

        def embed(self, cepstra, voiced):
            n = -(-len(cepstra) // speaker_features.BLOCK)
            return np.zeros((n, 30), np.float32), np.full(n, 150, np.float32)

    monkeypatch.setattr(speaker_voices, "pitch_of", lambda sound, n: np.zeros((n, 3), np.float32))
    monkeypatch.setattr(diarization, "speaker_model", lambda tool: Quick())
    monkeypatch.setattr(
        speaker_voices, "cepstra_of",
        lambda sound: (np.zeros((len(sound) // 160, 19), np.float32), np.ones(len(sound) // 160, bool)),
    )  # fmt: skip
    length_s = 1200.0
    pieces = [TimeSpan(start_s=60.0 * i, end_s=60.0 * (i + 1)) for i in range(20)]
    tracemalloc.start()
    (turn,) = diarization._turns(Endless(length_s), pieces)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (turn.start_s, turn.end_s) == (0, length_s)
    assert peak < 20_000_000  # twenty minutes of sound as floats would be 77 MB


# --- real voices ------------------------------------------------------------


def sound_of(path, folder):
    folder.mkdir()
    clip, _, _ = take_in(path, probe(path), folder)
    return clip.soundtrack.read(clip.span)


def conversation(paths, tmp_path):
    """Splice recordings with short pauses; return the clip and where each one lies."""
    parts, places, at = [], [], 0.0
    for i, path in enumerate(paths):
        sound = sound_of(path, tmp_path / f"part-{i}")
        parts += [sound, synth.silence(0.5)]
        places.append((at, at + len(sound) / RATE))
        at += len(sound) / RATE + 0.5
    folder = tmp_path / "conversation"
    folder.mkdir()
    return clip_of(folder, np.concatenate(parts)), places


def test_two_readers_are_told_apart(shared_data, tmp_path):
    folder = shared_data / "asr" / "librispeech_test_other"
    first, second = (sorted((folder / s).glob("*.flac"))[:4] for s in ("367", "1998"))
    paths = list(itertools.chain.from_iterable(zip(first, second, strict=True)))
    clip, places = conversation(paths, tmp_path)
    found = turns(clip, [speech(a, b) for a, b in places])
    assert {t.subject for t in found} == {"SPK_01", "SPK_02"}
    assert all(t.reading.n_speakers == 2 and t.score is None for t in found)
    right_s = sum(
        t.overlap_s(TimeSpan(start_s=a, end_s=b))
        for t in found
        for i, (a, b) in enumerate(places)
        if t.subject == f"SPK_0{i % 2 + 1}"
    )
    assert right_s > 0.9 * sum(b - a for a, b in places)
    assert found == turns(clip, [speech(a, b) for a, b in places])


def test_a_man_and_a_woman_are_told_apart(shared_data, tmp_path):
    folder = shared_data / "speech_emotion" / "ravdess"
    paths = [sorted((folder / f"ravdess_{a}").glob("*.flac"))[:8] for a in ("01", "02")]
    clip, places = conversation(
        list(itertools.chain.from_iterable(zip(*paths, strict=True))), tmp_path
    )
    found = turns(clip, [speech(a, b) for a, b in places])
    assert {t.subject for t in found} == {"SPK_01", "SPK_02"}


def test_a_known_number_of_speakers_is_found(shared_data, tmp_path):
    folder = shared_data / "speech_emotion" / "emodb"
    men = [sorted((folder / s).glob("*.flac"))[:6] for s in ("emodb_03", "emodb_11")]
    clip, places = conversation(list(itertools.chain.from_iterable(men)), tmp_path)
    told = SpeakerDiarization(n_speakers=2).observe(
        clip, [clip.span], [speech(a, b) for a, b in places]
    )
    assert {t.subject for t in told} == {"SPK_01", "SPK_02"}


def buzz(hz, formants, seed):
    """Return 2 s of a made voice: harmonics that formants colour, falling in pitch."""
    rng = np.random.default_rng(seed)
    t = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * np.cumsum(hz * (1.1 - 0.1 * t) * (1 + 0.01 * np.sin(30 * t))) / RATE
    heights = [
        (k, sum(np.exp(-(((k * hz - f) / 150) ** 2)) for f in formants)) for k in range(1, 40)
    ]
    sound = sum((0.02 + high) * np.sin(k * phase) for k, high in heights)
    syllables = 0.4 + 0.6 * np.square(np.sin(2 * np.pi * 1.7 * t + seed))
    return 0.05 * (sound * syllables + 0.05 * rng.standard_normal(len(t)))


def two_made_voices(tmp_path):
    """Two made voices, five turns each, by turns; also where each turn lies."""
    cast = ((110.0, (500, 1400, 2400)), (215.0, (700, 1900, 3100)))
    parts = [buzz(hz * (1 + 0.02 * i), f, i) for i in range(5) for hz, f in cast]
    sound = np.concatenate([np.append(p, synth.silence(0.9)) for p in parts])
    return clip_of(tmp_path, sound), [speech(2.9 * i, 2.9 * i + 2) for i in range(10)]


@pytest.mark.parametrize(
    ("least", "most", "found"), [(2, 2, 2), (2, None, 2), (None, 1, 1), (1, 1, 1), (3, 1, 1)]
)
def test_the_user_says_how_many_speak(tmp_path, least, most, found):
    clip, known = two_made_voices(tmp_path)
    told = turns(replace(clip, min_speakers=least, max_speakers=most), known)
    assert {t.reading.n_speakers for t in told} == {found}
    assert len({t.subject for t in told}) == found
    if found == 2:
        who = [next(t.subject for t in told if t.overlaps(s)) for s in known]
        assert who == ["SPK_01", "SPK_02"] * 5


def test_less_than_one_speaker_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        SpeakerDiarization(n_speakers=0)


@pytest.mark.parametrize("actor", ["ravdess_01", "ravdess_04"])
def test_one_person_in_many_moods_is_one_speaker(shared_data, tmp_path, actor):
    paths = sorted((shared_data / "speech_emotion" / "ravdess" / actor).glob("*.flac"))
    clip, places = conversation(paths[::5], tmp_path)
    assert len(places) == 12
    found = turns(clip, [speech(a, b) for a, b in places])
    assert {t.subject for t in found} == {"SPK_01"}
