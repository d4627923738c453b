"""A hub on this machine as a process, filled and misled by tests; and entries that name what it has."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from emer.tools.models.entries import ModelEntry

COMMIT, NEWER = "a" * 40, "b" * 40
WEIGHTS = hashlib.shake_256(b"weights").digest(300_000)
CONFIG = b'{"hidden_size": 8}'


class Hub:
    """The stub's process, its folder, and how it behaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "files").mkdir(parents=True)
        self.behave()
        stub = Path(__file__).parent / "hub_stub.py"
        self.process = subprocess.Popen(
            [sys.executable, str(stub), str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.address = f"http://127.0.0.1:{self.port}"

    def behave(self, **how: object) -> None:
        """Behave so from now on; without arguments, well."""
        draft = self.folder / "behaviour.draft"
        draft.write_text(json.dumps(how))
        draft.replace(self.folder / "behaviour.json")

    def put(self, repository: str = "acme/voice", commit: str = COMMIT, **files: bytes) -> None:
        """Put a repository there; names of files are written with ``__`` for the dot."""
        folder = self.folder / "repos" / repository / commit
        for name, raw in (files or {"config__json": CONFIG, "model__safetensors": WEIGHTS}).items():
            path = folder / name.replace("__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)

    def put_file(self, name: str, raw: bytes = WEIGHTS) -> str:
        """Put a file at an address of its own and return that."""
        (self.folder / "files" / name).write_bytes(raw)
        return f"{self.address}/files/{name}"

    def asked(self) -> list[dict[str, str | None]]:
        """Return what it was asked so far."""
        log = self.folder / "requests.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def forget_requests(self) -> None:
        (self.folder / "requests.jsonl").unlink(missing_ok=True)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def entry(name: str = "voice", **changes: object) -> ModelEntry:
    """An entry for what ``Hub.put`` puts there."""
    return ModelEntry.model_validate(fields() | {"name": name} | changes)


def fields() -> dict[str, object]:
    return {
        "serves": ["voice_affect.large"], "repository": "acme/voice",
        "files": [{"path": "config.json"}, {"path": "model.safetensors"}],
        "size_mb": 1, "needs_mb": 10, "licence": "MIT", "commercial_use": True,
        "purpose": "Hears how a voice sounds.", "outputs": "three numbers", "trained_on": "nothing",
        "metrics": "none stated", "source": "https://example.org/voice", "limits": ["made for tests"],
    }  # fmt: skip


def as_toml(name: str, **changes: object) -> str:
    """Return an entry as a section of a models.toml."""
    told = fields() | changes
    lines = [f"[{name}]"]
    for key, value in told.items():
        if key == "files":
            assert isinstance(value, list)
            inner = ", ".join(
                "{ " + ", ".join(f"{k} = {json.dumps(v)}" for k, v in f.items()) + " }"
                for f in value
            )
            lines.append(f"files = [{inner}]")
        elif value is not None:
            lines.append(f"{key} = {json.dumps(value)}")
    return "\n".join(lines) + "\n"


def run(*arguments: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run ``emer`` in a process of its own, without a terminal."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=120, input=stdin,
        env={**os.environ, "HF_HUB_OFFLINE": "0", "COLUMNS": "200", **environment},
    )  # fmt: skip


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "emer", *arguments]


def stop(process: "subprocess.Popen[str]", how: signal.Signals) -> str:
    """Send a signal, and return what it had said on stderr."""
    process.send_signal(how)
    return process.communicate(timeout=60)[1]
