"""torch and torchaudio of different builds are told from each other without importing them."""

import pytest

from emer.agent.doctor.engines import engine_states
from emer.tools.errors import ToolUnavailable
from emer.tools.expression_transformers import TransformersExpression
from emer.tools.hosting.builds import misfit, told
from emer.tools.setup import Setup

CUDA = ("libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so")
CPU = CUDA[:2]


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Lay out packages as a wheel does: what is read of them, and nothing else."""

    def make(torch, libraries, audio, asked_for):
        for name, version in (("torch", torch), ("torchaudio", audio), ("transformers", "5.23.0")):
            package = tmp_path / name
            package.mkdir()
            (package / "__init__.py").write_text("raise AssertionError('it was imported')")
            if version is not None:
                about = tmp_path / f"{name}-{version}.dist-info"
                about.mkdir()
                (about / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
        for folder, names in (("torch", libraries), ("torchaudio", ("_torchaudio.abi3.so",))):
            (tmp_path / folder / "lib").mkdir()
            for name in names:
                told = b"\0".join(n.encode() for n in asked_for) if folder == "torchaudio" else b""
                path = tmp_path / folder / "lib" / name
                path.write_bytes(b"\x7fELF\2\1\1" + bytes(60) + told + b"\0rest")
        (tmp_path / "torchaudio" / "lib" / "empty.so").touch()
        monkeypatch.syspath_prepend(tmp_path)

    return make


def test_a_torchaudio_for_a_gpu_beside_a_torch_for_the_cpu_is_told_with_what_to_run(build):
    build("2.13.0+cpu", CPU, "2.11.0", CUDA)
    found = misfit()
    assert "torchaudio 2.11.0" in found.reason
    assert "torch 2.13.0+cpu, which lacks libc10_cuda.so" in found.reason
    assert "pip install 'torch===2.13.0'" in found.remedy
    assert "torchaudio 2.11.0 from where this torch came from" in found.remedy


@pytest.mark.parametrize(
    ("torch", "libraries", "audio", "asked_for"),
    [
        ("2.13.0", CUDA, "2.11.0", CUDA),
        ("2.13.0+cpu", CPU, "2.11.0+cpu", CPU),
        ("2.13.0", CUDA, "2.11.0+cpu", CPU),
        ("2.13.0", (), "2.11.0", CUDA),
    ],
    ids=["both for a GPU", "both for the CPU", "less is asked for", "laid out otherwise"],
)
def test_what_goes_together_is_left_alone(build, torch, libraries, audio, asked_for):
    build(torch, libraries, audio, asked_for)
    assert misfit() is None


def test_a_name_within_another_is_no_library_that_is_asked_for(build):
    build("2.13.0+cpu", CPU, "2.11.0+cpu", (*CPU, "see libc10_cuda.so for that"))
    assert misfit() is None


@pytest.fixture
def mixed(build, tmp_path):
    build("2.13.0+cpu", CPU, "2.11.0", CUDA)
    weights = tmp_path / "weights"
    weights.mkdir()
    return Setup(device="cpu", models={"expression.transformers": str(weights)})


def test_an_engine_that_needs_torch_is_not_ready_then(mixed):
    engine = TransformersExpression()
    engine.set_up(mixed)
    with pytest.raises(ToolUnavailable, match="was made for a torch with a GPU") as told:
        engine.ready()
    assert "torch===2.13.0" in told.value.remedy


def test_the_check_up_says_so(mixed):
    states, _ = engine_states([], mixed)
    (state,) = [s for s in states if (s.tool, s.engine) == ("expression", "transformers")]
    assert state.state == "cannot_run"
    assert "torchaudio 2.11.0 was made for a torch with a GPU" in state.why
    assert "torch===2.13.0" in state.remedy


def test_errors_that_hide_the_library_are_seen_through(mixed):
    hidden = ModuleNotFoundError("Could not import module 'AutoModel'")
    hidden.__cause__ = OSError("libc10_cuda.so: cannot open shared object file (_torchaudio)")
    assert told(hidden) == misfit()
    assert "torch===2.13.0" in told(hidden).remedy


@pytest.mark.parametrize(
    "error",
    [
        OSError("No such file or directory: 'config.json' of torch"),
        OSError("libcublas.so.12: cannot open shared object file"),
        ValueError("undefined symbol in torch"),
    ],
    ids=["a file is missing", "a library of another", "no error of loading"],
)
def test_other_errors_are_not_taken_for_it(error):
    assert told(error) is None
