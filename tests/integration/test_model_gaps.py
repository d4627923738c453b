"""An engine whose model is not here is admitted in the report, with the command that fetches it."""

from importlib.metadata import EntryPoint, entry_points

import numpy as np
from tests.hubs import as_toml
from tests.synth import silence, voiced, write_media

from emer.agent import analyze
from emer.agent.settings import Settings
from emer.tools import registry
from emer.tools.models.store import find
from emer.tools.voice_affect import VoiceAffect


class Large(VoiceAffect):
    engine, rank = "large", 20

    def set_up(self, setup):
        self.setup = setup

    def ready(self):
        find(self.tool, self.engine, self.setup)


def test_an_engine_without_its_model_is_a_gap_that_names_the_command(tmp_path, monkeypatch):
    ours = list(entry_points(group=registry.GROUP))
    large = EntryPoint("voice_affect.large", f"{__name__}:Large", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [*ours, large])
    monkeypatch.setattr(
        EntryPoint,
        "load",
        lambda self, load=EntryPoint.load: Large if self is large else load(self),
    )
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "models.toml").write_text(as_toml("voice"))
    sound = np.concatenate([silence(0.5), voiced(2.0), silence(0.5)])
    clip = tmp_path / "a.wav"
    write_media(clip, sound=sound)
    usual = {"models_dir": tmp_path / "models", "cache": False, "use_cases": False}
    asked = analyze(clip, settings=Settings(engines="voice_affect=large", **usual))
    told = [g for g in asked.gaps if g.tool == "voice_affect"]
    assert {g.remedy for g in told} == {"Run: emer models pull voice."}
    free = analyze(clip, settings=Settings(**usual))
    assert "emer models pull voice" not in free.model_dump_json()
