"""What the doctor finds: also where engines, weights, folders or drivers are broken."""

import os
import subprocess
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

from emer.agent.doctor import places, system
from emer.agent.doctor.checkup import Checkup, checkup
from emer.agent.doctor.engines import engine_states
from emer.agent.settings import Settings
from emer.tools.errors import ToolUnavailable
from emer.tools.networks import weights_folder
from emer.tools.registry import GROUP, NOT_BUILT
from emer.tools.voice_affect import VoiceAffect

WEIGHTS = Path(str(weights_folder()))


class Better(VoiceAffect):
    """A stranger's engine for voices that ranks above ours."""

    engine = "better"
    rank = 99


class NoWeights(Better):
    def ready(self):
        raise ToolUnavailable("voice_affect", "no weights", remedy="Fetch them.")


class Raises(Better):
    def ready(self):
        raise RuntimeError("boom \x1b[2J")


class Exits:
    def __init__(self):
        raise SystemExit(3)


Nonsense = type("Nonsense", (Better,), {"card": None, "needs": 7})
Unranked = type("Unranked", (Better,), {"rank": "high"})


class Shy(Better):
    """Raises when it is asked what it is."""

    @property
    def card(self):
        raise RuntimeError("not now")

    @property
    def device(self):
        raise RuntimeError("not now")


class NotOne:
    tool = "voice_affect"


@pytest.fixture
def engines(monkeypatch):
    """Install engines: those of this module by name, ours with ``own``."""

    def install(*names, own=True):
        mine = [EntryPoint(f"voice_affect.{n}", f"{__name__}:{n}", GROUP) for n in names]
        monkeypatch.setattr(EntryPoint, "load", _load)
        found = [*(entry_points(group=GROUP) if own else ()), *mine]
        for module in ("emer.tools.registry", "emer.agent.doctor.engines"):
            monkeypatch.setattr(f"{module}.entry_points", lambda group: list(found))

    original = EntryPoint.load

    def _load(self):
        name = self.value.partition(":")[2]
        return globals()[name] if self.value.startswith(__name__) else original(self)

    return install


def states(*, problems=None):
    told, _ = engine_states(problems if problems is not None else [])
    return {(s.tool, s.engine): s for s in told}


def test_everything_that_is_installed_is_told_of():
    found = checkup()
    assert found.verdict == "ready"
    told = {e.tool for e in found.engines if e.state != "cannot_run"}
    assert told >= {"faces", "expression", "voice_affect", "text_emotion", "asr"}
    assert set(found.not_looked_at) == set(NOT_BUILT) - told
    assert Checkup.model_validate_json(found.model_dump_json()) == found


def test_every_file_of_weights_that_ships_belongs_to_an_engine_and_is_checked():
    checked = {
        Path(w.path).name: w.sha256
        for s in states().values()
        for w in s.weights
        if w.path and Path(w.path).parent == WEIGHTS
    }
    files = [*WEIGHTS.glob("*.npz"), *WEIGHTS.glob("*.onnx")]
    assert checked == {file.name: "matches" for file in files}


def test_damaged_weights_are_shown_with_the_remedy(monkeypatch):
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda p: b"x" + read(p) if p.name == "face_landmarks.onnx" else read(p)
    )
    problems = []
    found = states(problems=problems)
    state = found["action_units", "landmarks"]
    assert state.state == "cannot_run"
    assert "damaged" in state.why
    assert state.weights[0].sha256 == "differs"
    assert "Reinstall" in state.remedy
    expression = found["expression", "facs"]
    assert (expression.state, expression.remedy) == ("cannot_run", "See there.")
    assert "action_units" in expression.why
    assert {p.about for p in problems} >= {"action_units", "expression"}


def test_one_broken_specialist_makes_the_verdict_partly(monkeypatch):
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda p: b"" if p.name == "face_likeness.onnx" else read(p)
    )
    assert checkup().verdict == "partly"


def test_missing_weights_are_no_crash(monkeypatch):
    def gone(path):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "read_bytes", gone)
    found = states()
    assert found["text_emotion", "hashed_network"].state == "cannot_run"
    assert "missing" in found["text_emotion", "hashed_network"].why


def test_the_engine_with_the_higher_rank_is_chosen_and_the_other_stands_by(engines):
    engines("Better")
    found = states()
    assert found["voice_affect", "better"].state == "runs"
    assert found["voice_affect", "better"].why == "the highest rank that can run here"
    assert found["voice_affect", "better"].device == "not stated"
    assert found["voice_affect", "prosody"].state == "stands_by"
    assert "better has the higher rank" in found["voice_affect", "prosody"].why


def test_an_engine_that_cannot_run_leaves_the_other_to_run(engines):
    engines("NoWeights")
    found = states()
    assert found["voice_affect", "better"].state == "cannot_run"
    assert found["voice_affect", "better"].remedy == "Fetch them."
    assert found["voice_affect", "prosody"].state == "runs"
    assert checkup().verdict == "ready"


@pytest.mark.parametrize("name", ["Raises", "Exits", "NotOne", "Missing", "Unranked"])
def test_a_strangers_broken_engine_is_shown_and_breaks_nothing(engines, name):
    engines(name)
    found = states()
    state = found["voice_affect", name]
    assert state.state == "cannot_run"
    assert state.why
    assert "\x1b" not in state.model_dump_json()
    assert "Reinstall or remove" in state.remedy or "author" in state.remedy
    assert found["voice_affect", "prosody"].state == "runs"


def test_an_engine_whose_facts_are_nonsense_is_told_as_far_as_it_goes(engines):
    engines("Nonsense", own=False)
    (state,) = states().values()
    assert (state.model, state.needs, state.commercial_use) == ("?", (), None)


def test_an_engine_that_raises_when_it_is_described_does_not_stop_the_others(engines):
    engines("Shy")
    assert ("voice_affect", "prosody") in states()


def test_with_no_engine_at_all_nothing_can_be_analysed(engines):
    engines(own=False)
    found = checkup()
    assert found.verdict == "not_usable"
    assert found.engines == ()


def test_without_the_media_library_nothing_can_be_analysed(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    found = checkup()
    assert found.verdict == "not_usable"
    assert found.codecs == ()
    assert "media" in {p.about for p in found.problems}


def test_wrong_settings_are_told_and_everything_else_as_well(monkeypatch):
    monkeypatch.setenv("EMER_FPS", "fast")
    monkeypatch.setenv("EMER_LMM", "rule")
    found = checkup()
    assert found.verdict == "not_usable"
    told = {p.problem: p.remedy for p in found.problems if p.about == "settings"}
    assert any("EMER_FPS" in text for text in told)
    assert told["EMER_LMM is no setting and changes nothing"] == "Did you mean EMER_LLM?"
    assert len(found.engines) > 5


def test_a_language_model_without_its_package_is_told_of(monkeypatch):
    monkeypatch.setenv("EMER_LLM", "nobody:model")
    found = checkup()
    assert found.verdict == "partly"
    assert found.language_model.package == "langchain-nobody"
    assert found.language_model.key_set is None
    assert "pip install" in found.language_model.remedy


def test_whether_there_is_a_key_is_told_and_the_key_is_not(monkeypatch):
    monkeypatch.setattr(system, "_version", lambda package: "1.0")
    settings = Settings(llm="openai:gpt", base_url="http://me:hunter2@host/v1")
    problems = []
    assert system.language_model(settings, problems).key_set is False
    assert not problems  # a server of one's own needs none
    system.language_model(Settings(llm="openai:gpt"), problems)
    assert "OPENAI_API_KEY is not set" in problems[0].problem
    monkeypatch.setenv("OPENAI_API_KEY", "sk-abcdef")
    told = system.language_model(settings, problems)
    assert told.key_set is True
    assert not told.problem
    assert "sk-abcdef" not in told.model_dump_json()
    assert "hunter2" not in told.model_dump_json()


@pytest.mark.parametrize("llm", ["gpt", "openai:", ":x"])
def test_a_name_that_names_no_model_is_told_of(llm):
    problems = []
    system.language_model(Settings(llm=llm), problems)
    assert "names no model" in problems[0].problem


def test_folders_that_are_missing_are_not_made(tmp_path):
    settings = Settings(cache_dir=tmp_path / "a" / "b", data_dir=tmp_path / "c")
    problems = []
    cache, data, _ = places.places(settings, problems)
    assert not problems
    assert (cache.exists, cache.writable) == (False, True)
    assert list(tmp_path.iterdir()) == []
    assert cache.free_bytes > 0
    assert "starter set" in data.holds


def test_a_file_in_place_of_the_cache_is_told_of(tmp_path):
    (tmp_path / "cache").write_text("")
    problems = []
    settings = Settings(cache_dir=tmp_path / "cache", data_dir=tmp_path / "cache" / "data")
    cache, data, _ = places.places(settings, problems)
    assert (cache.writable, data.writable) == (False, False)
    assert "is no folder" in problems[0].problem
    assert "EMER_CACHE_DIR" in problems[0].remedy


def test_a_folder_that_cannot_be_looked_into_is_told_of(tmp_path, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refused)
    problems = []
    cache, _, _ = places.places(Settings(cache_dir=tmp_path), problems)
    assert not cache.writable
    assert "Permission denied" in problems[0].problem


def test_a_folder_that_is_full_or_read_only_is_told_of(tmp_path, monkeypatch):
    def full(**options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("emer.agent.doctor.places.tempfile.TemporaryFile", full)
    problems = []
    cache, _, _ = places.places(Settings(cache_dir=tmp_path), problems)
    assert cache.exists
    assert not cache.writable


def test_a_damaged_store_of_cases_is_told_of(tmp_path):
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "cases.sqlite3").write_bytes(b"not a database" * 100)
    _, data, _ = places.places(Settings(data_dir=tmp_path), [])
    assert "cannot be read" in data.holds


def test_a_driver_that_does_not_answer_is_told_of_and_not_waited_for(monkeypatch, tmp_path):
    def hangs(*args, timeout, **options):
        raise subprocess.TimeoutExpired("nvidia-smi", timeout)

    (tmp_path / "0000:01:00.0").mkdir()
    monkeypatch.setattr(system, "_NVIDIA", tmp_path)
    monkeypatch.setattr(system.subprocess, "run", hangs)
    (told,) = system.gpus()
    assert "does not answer" in told


def test_a_gpu_is_named_from_the_drivers_files_where_its_tool_is_missing(monkeypatch, tmp_path):
    card = tmp_path / "0000:01:00.0"
    card.mkdir()
    (card / "information").write_text("Model: \t\t NVIDIA Test GPU\nIRQ: 1\n")
    monkeypatch.setattr(system, "_NVIDIA", tmp_path)
    monkeypatch.setenv("PATH", os.devnull)
    assert system.gpus() == ("NVIDIA Test GPU",)


def test_the_switches_tell_what_is_not_off(monkeypatch):
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    (switch,) = [s for s in system.switches() if s.name == "ORT_DISABLE_TELEMETRY"]
    assert (switch.wanted, switch.found) == ("1", "0")


def test_the_extras_are_those_that_the_package_declares():
    told = {extra.name: {*extra.installed, *extra.missing} for extra in system.extras()}
    assert "langchain-openai" in told["llm"]
    assert "torch" in told["full"]


def test_no_model_library_is_imported_to_look_for_it(monkeypatch):
    loaded = subprocess.run(
        [
            os.sys.executable, "-c",
            "import sys; from emer.agent.doctor.checkup import checkup; checkup();"
            "print([m for m in ('torch', 'transformers', 'langchain', 'chromadb', 'faster_whisper')"
            " if m in sys.modules])",
        ],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert loaded.stdout.strip() == "[]"
