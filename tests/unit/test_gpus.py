"""Which GPUs there are, as a driver tells: a program of its name stands in for it."""

import pytest

from emer.tools.hosting import gpus


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A machine with a driver whose program prints what is given."""

    def install(script):
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        monkeypatch.setattr(gpus, "DRIVER", program)
        gpus.gpus_mb.cache_clear()

    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    yield install
    gpus.gpus_mb.cache_clear()


TWO = 'case "$1" in *total*) printf "16384\\n81920\\n";; *used*) printf "500\\n1200\\n";; esac'


def test_without_a_driver_everything_runs_on_the_cpu(monkeypatch, tmp_path):
    monkeypatch.setattr(gpus, "DRIVER", tmp_path / "none")
    gpus.gpus_mb.cache_clear()
    assert gpus.settled("auto") == "cpu"
    assert gpus.used_mb("cuda:0") is None
    gpus.gpus_mb.cache_clear()


def test_every_gpu_has_its_own_memory(driver):
    driver(TWO)
    assert gpus.gpus_mb() == (16384, 81920)
    assert gpus.settled("auto") == "cuda:0"
    assert gpus.memory_mb("cuda:1") == 81920
    assert (gpus.used_mb("cuda"), gpus.used_mb("cuda:1"), gpus.used_mb("cpu")) == (500, 1200, None)
    assert gpus.memory_mb("cuda:7") is None


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        ("", ()),
        ("-1", ()),
        ("1", (81920,)),
        ("1,0", (81920, 16384)),
        ("0,9,1", (16384,)),
        ("GPU-ab", (16384,)),
    ],
)
def test_gpus_that_are_hidden_from_libraries_do_not_count(driver, monkeypatch, shown, seen):
    driver(TWO)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
    assert gpus.gpus_mb() == seen
    assert gpus.settled("auto") == ("cuda:0" if seen else "cpu")


@pytest.mark.parametrize("script", ["exit 9", "echo no devices", "sleep 60"])
def test_a_driver_in_trouble_is_none(driver, monkeypatch, script):
    monkeypatch.setattr(gpus, "DRIVER_S", 0.2)
    driver(script)
    assert gpus.gpus_mb() == ()
