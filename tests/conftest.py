"""Every test runs offline, in a home and cache of its own."""

import os
import shutil
import signal
from pathlib import Path

import pytest
import pytest_socket

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when onnxruntime is first imported
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["EMER_CONFIG"] = os.devnull  # for what is set up before any test

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # as shells start what runs in the background; the commands under test would ignore Ctrl-C too
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
SAMPLE = Path(__file__).parents[1] / "examples" / "sample.mp4"


@pytest.fixture(autouse=True)
def _no_network(socket_disabled):
    """`pytest-socket` refuses every socket but those of the event loop itself."""


@pytest.fixture
def loopback(_no_network, socket_enabled):
    """Allow sockets to this machine itself, for a server of the test's own."""
    pytest_socket.socket_allow_hosts(["127.0.0.1"])
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "HF_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    for name in [n for n in os.environ if n.startswith(("EMER_", "LANGSMITH_", "LANGCHAIN_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real material that lies beside some checkouts."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real test material is not beside this checkout")
    return SHARED_DATA


@pytest.fixture(scope="session")
def known_sample(tmp_path_factory):
    """Fill a folder with a cache in which all of the sample is known; it is measured once for all.

    For tests of what is made of findings: those of measuring have caches of their own.
    """
    from emer.agent import analyze
    from emer.agent.settings import Settings

    folder = tmp_path_factory.mktemp("sample")
    analyze(SAMPLE, settings=Settings(cache_dir=folder / "cache", data_dir=folder / "data"))
    return lambda cache: shutil.copytree(folder / "cache", cache)
