"""From the settings to the engines: device, engines, models, memory."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest
from tests.findings import CARD
from tests.hubs import as_toml

from emer.agent.batch.identity import identity_of
from emer.agent.batch.types import Options
from emer.agent.doctor.checkup import checkup
from emer.agent.doctor.command import told
from emer.agent.doctor.engines import engine_states
from emer.agent.doctor.models import device_told
from emer.agent.engines import chosen_engines, setup_of
from emer.agent.settings import Settings, SettingsError
from emer.agent.settings.pairs import engines, joined, models
from emer.tools import registry
from emer.tools.findings import Modality
from emer.tools.hosting import gpus
from emer.tools.hosting.residents import RESIDENTS
from emer.tools.impression import ClipImpression
from emer.tools.models.store import find
from emer.tools.setup import Setup


class Small:
    tool, engine, modality, card, needs, scope = (
        "gaze", "small", Modality.VOICE, CARD, (), "clip",
    )  # fmt: skip
    rank, cost = 10, 0.01

    def ready(self):
        pass

    def observe(self, clip, spans, known):
        return []


class Large(Small):
    """Runs a model of others, as every such engine does."""

    engine, rank = "large", 20

    def set_up(self, setup):
        self.setup = setup

    def ready(self):
        find(self.tool, self.engine, self.setup)


@pytest.fixture(autouse=True)
def _two_engines(monkeypatch):
    entries = [
        EntryPoint(f"gaze.{c.engine}", f"{__name__}:{c.__name__}", registry.GROUP)
        for c in (Small, Large)
    ]
    for module in ("emer.tools.registry", "emer.agent.doctor.engines"):
        monkeypatch.setattr(f"{module}.entry_points", lambda group: entries)
    monkeypatch.setattr(gpus, "gpus_mb", lambda: ())
    yield
    RESIDENTS.budget_mb = None


@pytest.fixture
def models_dir(tmp_path):
    (tmp_path / "models.toml").write_text(
        as_toml(
            "voice",
            serves=["gaze.large"],
            repository=None,
            files=[{"path": "a", "url": "https://example.org/a"}],
        )
    )
    return tmp_path


def put(models_dir):
    (models_dir / "voice").mkdir()
    (models_dir / "voice" / "a").write_bytes(b"weights")


def test_pairs_are_read_and_the_last_of_a_name_holds():
    assert engines("asr=a, expression = b ,asr=c") == {"asr": "c", "expression": "b"}
    assert models("asr.x=/data/my model") == {"asr.x": "/data/my model"}
    assert engines(None) == engines(" ,") == {}


@pytest.mark.parametrize("text", ["asr", "=a", "asr=", "Asr=a", "asr=a.b", "a b=c"])
def test_what_is_no_pair_of_tool_and_engine_is_refused(text):
    with pytest.raises(ValueError, match="="):
        engines(text)


def test_a_model_is_named_for_an_engine_not_for_a_tool():
    with pytest.raises(ValueError, match=r"tool\.engine"):
        models("asr=/data")


def test_a_table_in_the_file_says_the_same(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text('device = "cuda:1"\n[engines]\nasr = "a"\n[models]\nasr.x = "m"\n"asr.y" = "n"')
    monkeypatch.setenv("EMER_CONFIG", str(path))
    setup = setup_of(Settings())
    assert (setup.device, setup.engines) == ("cuda:1", {"asr": "a"})
    assert setup.models == {"asr.x": "m", "asr.y": "n"}
    assert joined("asr=a") == "asr=a"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"device": "gpu"}, "allowed is auto, cpu, cuda or cuda:N"),
        ({"engines": "asr"}, "write name=value"),
        ({"models": "asr=a"}, "tool.engine"),
        ({"gpu_memory_mb": 3}, "256"),
    ],
)
def test_a_wrong_setting_says_what_is_allowed(values, said):
    with pytest.raises(SettingsError, match=said.replace(".", r"\.")):
        Settings(**values)


def test_an_engine_whose_model_is_not_here_leaves_the_other_to_run(models_dir):
    chosen, problems = chosen_engines(Settings(models_dir=models_dir))
    assert chosen["gaze"].engine == "small"
    assert problems == {}
    put(models_dir)
    assert chosen_engines(Settings(models_dir=models_dir))[0]["gaze"].engine == "large"


def test_an_engine_that_is_asked_for_is_not_replaced_and_its_gap_names_the_command(models_dir):
    asked = Settings(models_dir=models_dir, engines="gaze=large")
    chosen, problems = chosen_engines(asked)
    assert chosen == {}
    assert problems["gaze"].remedy == "Run: emer models pull voice."
    put(models_dir)
    assert chosen_engines(asked)[0]["gaze"].engine == "large"


def test_a_checkpoint_of_ones_own_is_enough(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a").write_bytes(b"x")
    asked = Settings(models=f"gaze.large={tmp_path / 'mine'}")
    chosen, _ = chosen_engines(asked)
    assert chosen["gaze"].engine == "large"
    assert chosen["gaze"].setup.models == {"gaze.large": str(tmp_path / "mine")}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"engines": "taste=large"},
            "'taste', and there is no such specialist. There are: gaze",
        ),
        ({"engines": "gaze=huge"}, "There are: large, small"),
        ({"models": "gaze.huge=x"}, "no such engine. There are: "),
    ],
)
def test_names_that_do_not_exist_are_told_with_those_that_do(values, said):
    with pytest.raises(SettingsError) as caught:
        chosen_engines(Settings(**values))
    assert said in str(caught.value)


def test_the_memory_that_is_allowed_reaches_the_models():
    chosen_engines(Settings(gpu_memory_mb=8000))
    assert RESIDENTS.budget_mb == 8000
    chosen_engines(Settings())
    assert RESIDENTS.budget_mb is None


def test_where_it_runs_makes_no_other_analysis_but_who_runs_does(models_dir):
    usual = Settings(models_dir=models_dir)
    identity = identity_of(Options(), usual)
    for same in ({"device": "cpu"}, {"gpu_memory_mb": 900}):
        assert identity_of(Options(), Settings(models_dir=models_dir, **same)) == identity
    other = Settings(models_dir=models_dir, engines="gaze=small")
    assert identity_of(Options(), other) != identity
    put(models_dir)
    assert identity_of(Options(), usual) != identity


# --- the doctor ------------------------------------------------------------------------


def states(setup, problems=None):
    found, _ = engine_states([] if problems is None else problems, setup)
    return {s.engine: s for s in found}


def test_the_doctor_tells_which_model_is_missing_and_how_to_get_it(models_dir):
    problems = []
    found = states(Setup(models_dir=models_dir), problems)
    assert found["large"].state == "cannot_run"
    assert found["large"].remedy == "Run: emer models pull voice."
    assert found["small"].state == "runs"
    assert problems == []  # what is optional is no problem while another does its job


def test_the_doctor_tells_which_model_would_run_where_and_why(models_dir):
    put(models_dir)
    found = states(Setup(models_dir=models_dir, device="cuda:1"))
    large = found["large"]
    assert (large.state, large.device) == ("runs", "cuda:1")
    (weights,) = large.weights
    assert weights.n_bytes == len(b"weights")
    assert weights.note == "voice, revision not-pulled-b, not pulled by emer"
    assert found["small"].why == "large has the higher rank"
    asked = states(Setup(models_dir=models_dir, engines={"gaze": "small"}))
    assert asked["small"].why == "the settings ask for it"
    assert asked["large"].why == "the settings ask for small"


def test_the_doctor_shows_what_is_optional_with_its_remedy(models_dir, monkeypatch):
    monkeypatch.setenv("EMER_MODELS_DIR", str(models_dir))
    lines = told(checkup(), 100)
    at = next(i for i, line in enumerate(lines) if line.split()[1:] == ["gaze", "large"])
    assert lines[at].split()[0] == "-"
    assert "emer models pull voice" in lines[at + 1]


def test_the_doctor_tells_of_names_tables_and_devices_that_are_wrong(models_dir, monkeypatch):
    monkeypatch.setenv("EMER_MODELS_DIR", str(models_dir))
    monkeypatch.setenv("EMER_ENGINES", "gaze=huge")
    monkeypatch.setenv("EMER_DEVICE", "cuda:3")
    said = {p.about: p for p in checkup().problems}
    assert "'huge'" in said["settings"].problem
    assert "cuda:3 is set, and there is no GPU" in said["device"].problem
    (models_dir / "models.toml").write_text("[a")
    assert "is not TOML" in next(p for p in checkup().problems if p.about == "models").problem


def test_what_auto_chooses_is_told_with_the_reason(monkeypatch):
    assert device_told(Setup(), []) == "cpu, as auto chooses: there is no GPU"
    for module in ("emer.tools.hosting.gpus", "emer.agent.doctor.models"):
        monkeypatch.setattr(f"{module}.gpus_mb", lambda: (80_000,))
    problems = []
    assert device_told(Setup(), problems) == "cuda:0, as auto chooses: the first GPU"
    assert device_told(replace(Setup(), device="cuda"), problems) == "cuda:0, as set"
    assert problems == []


def test_a_peer_is_set_up_by_address_and_name_and_its_key_stays_in_the_environment(monkeypatch):
    monkeypatch.setenv("MY_PEER", "k-123")
    said = Settings(
        peer_url="http://localhost:8000/v1", peer_model="omni", peer_key_variable="MY_PEER"
    )
    setup = setup_of(said)
    assert (setup.peer_url, setup.peer_model, setup.peer_key) == (
        "http://localhost:8000/v1", "omni", "k-123",
    )  # fmt: skip
    assert "k-123" not in said.model_dump_json() + repr(setup)
    peer = ClipImpression()
    peer.set_up(setup)
    assert peer.card.name == "omni"
    assert peer.device == "server localhost"


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://x/y", "http://me:secret@host/v1", "http:// x"]
)
def test_an_address_of_a_peer_that_is_none_or_holds_a_password_is_refused(url):
    with pytest.raises(SettingsError, match="peer_url") as refused:
        Settings(peer_url=url)
    assert "secret" not in str(refused.value)
