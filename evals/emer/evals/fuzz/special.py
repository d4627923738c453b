"""Paths that are no ordinary files, files that change while they are read, names that bite.

Reads    nothing
Returns  ``Special`` values that lay themselves out in a folder and clean up after themselves
Cost     milliseconds and no disk worth naming: the file of 10 GB is sparse
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from emer.evals.fuzz.handmade import Expected
from emer.evals.fuzz.headers import wav

SPARSE_BYTES: Final = 10_000_000_000
_LONG: Final = bytes(16_000 * 2 * 120)
_PAUSE_S: Final = 0.0005


def _nothing(path: Path) -> None:
    """Leave the file alone."""


@dataclass(frozen=True, slots=True)
class Special:
    """One situation."""

    name: str
    lay: Callable[[Path, ExitStack], Path]
    """Makes it in a folder; returns the path to analyse. What it starts ends with the stack."""
    expected: Expected = "refused"
    between: Callable[[Path], None] = _nothing
    """What happens to the file after it was probed and before it is decoded."""


def _file(folder: Path, name: str = "clip.wav", content: bytes | None = None) -> Path:
    path = folder / name
    path.write_bytes(wav() if content is None else content)
    return path


def _fifo(folder: Path, _: ExitStack) -> Path:
    os.mkfifo(folder / "clip.mp4")
    return folder / "clip.mp4"


def _link(target: str) -> Callable[[Path, ExitStack], Path]:
    def lay(folder: Path, _: ExitStack) -> Path:
        (folder / "clip.mp4").symlink_to(target)
        return folder / "clip.mp4"

    return lay


def _loop(folder: Path, _: ExitStack) -> Path:
    (folder / "a.mp4").symlink_to("b.mp4")
    (folder / "b.mp4").symlink_to("a.mp4")
    return folder / "a.mp4"


def _good_link(folder: Path, _: ExitStack) -> Path:
    _file(folder, "real.wav")
    (folder / "clip.wav").symlink_to("real.wav")
    return folder / "clip.wav"


def _folder(folder: Path, _: ExitStack) -> Path:
    (folder / "clip.mp4").mkdir()
    return folder / "clip.mp4"


def _socket(folder: Path, stack: ExitStack) -> Path:
    # bound by its short name: paths of sockets may not be long
    listener = stack.enter_context(socket.socket(socket.AF_UNIX))
    here = os.open(folder, os.O_RDONLY)
    try:
        listener.bind(f"/proc/self/fd/{here}/clip.mp4")
    finally:
        os.close(here)
    return folder / "clip.mp4"


def _locked(folder: Path, _: ExitStack) -> Path:
    path = _file(folder)
    path.chmod(0)
    return path


def _locked_folder(folder: Path, stack: ExitStack) -> Path:
    inner = folder / "inner"
    inner.mkdir()
    path = _file(inner)
    inner.chmod(0)
    stack.callback(inner.chmod, 0o700)
    return path


def _sparse(folder: Path, _: ExitStack) -> Path:
    path = folder / "clip.mp4"
    with path.open("wb") as file:
        file.truncate(SPARSE_BYTES)
    return path


def _sparse_tail(folder: Path, _: ExitStack) -> Path:
    path = _file(folder)
    with path.open("r+b") as file:
        file.truncate(SPARSE_BYTES)
    return path


def _changing(change: Callable[[Path, int], None]) -> Callable[[Path, ExitStack], Path]:
    """Let a thread change the file again and again while it is read."""

    def lay(folder: Path, stack: ExitStack) -> Path:
        path = _file(folder, content=wav(samples=_LONG))
        stop = threading.Event()

        def work() -> None:
            for turn in count():
                if stop.wait(_PAUSE_S):
                    return
                try:
                    change(path, turn)
                except OSError:
                    return

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        stack.callback(thread.join, 5.0)
        stack.callback(stop.set)
        return path

    return lay


def _grow(path: Path, turn: int) -> None:
    if turn < 2000:
        with path.open("ab") as file:
            file.write(_LONG[:16_000])


def _shrink(path: Path, _: int) -> None:
    os.truncate(path, max(0, path.stat().st_size - 50_000))


def _pulse(path: Path, turn: int) -> None:
    os.truncate(path, 50 if turn % 2 else len(_LONG))


def _rewrite(path: Path, turn: int) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(64) if turn % 2 else wav()[:64])


def _vanish(path: Path, turn: int) -> None:
    if turn == 3:
        path.unlink()


def _become_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _become_link(target: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return change


def _become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _become(content: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_bytes(content)

    return change


def _named(name: bytes) -> Callable[[Path, ExitStack], Path]:
    return lambda folder, _: _file(folder, os.fsdecode(name))


def _path(text: str) -> Callable[[Path, ExitStack], Path]:
    return lambda folder, _: Path(text)


_NAMES: Final = {
    "newline": b"a\nb.wav", "escape": b"\x1b[31mred\x1b[0m.wav", "bell": b"\x1b]0;owned\x07.wav",
    "dash": b"-rf.wav", "dashes": b"--json.wav", "percent": b"%03d%s%n.wav", "star": b"*.wav", "quote": b"a'b\"c`d`$(e).wav",
    "markup": b"<b>[red]x[bold].wav", "colon": b"file:clip.wav", "url": b"http:clip.wav", "concat": b"concat:clip.wav|b.wav",
    "pipe": b"pipe:0", "formula": b"=1+1.wav", "long": b"a" * 251 + b".wav", "bidi": "\u202evaw.gnp".encode(),
    "not-utf8": b"\xff\xfe\x80.wav", "emoji": "\U0001f600\U0001f468\u200d\U0001f469.wav".encode(), "dots": b"...wav", "space": b" ",
    "braces": b"{0}{path}.wav", "backslash": b"a\\b.wav", "no-ending": b"clip", "many-endings": b"a.mp4.exe.wav.mkv",
}  # fmt: skip


def special_cases() -> list[Special]:
    """Return all of them, always in the same order."""
    return list(_special_cases())


def _special_cases() -> Iterator[Special]:
    yield Special("fifo", _fifo)
    yield Special("socket", _socket)
    yield Special("link-loop", _loop)
    yield Special("link-dangling", _link("nowhere.mp4"))
    yield Special("link-good", _good_link, "decoded")
    yield Special("folder", _folder)
    yield Special("folder-link", _link("."))
    for device in ("zero", "null", "urandom", "full", "tty", "stdin", "fd/0"):
        yield Special(f"device-{device.replace('/', '-')}", _link(f"/dev/{device}"))
    yield Special("proc-file", _link("/proc/self/status"))
    yield Special("proc-memory", _link("/proc/self/mem"))
    yield Special("missing", lambda folder, _: folder / "clip.mp4")
    yield Special("file-as-folder", lambda folder, _: _file(folder) / "clip.mp4")
    yield Special("empty-path", _path(""))
    yield Special("zero-byte", _path("/tmp/a\0b.mp4"))
    yield Special("endless-path", _path("/tmp/" + "a/" * 2500 + "clip.mp4"))
    yield Special("endless-name", _path("/tmp/" + "a" * 300 + ".mp4"))
    # who runs as root may read all the same
    yield Special("locked", _locked, "any" if os.geteuid() == 0 else "refused")
    yield Special("locked-folder", _locked_folder, "any" if os.geteuid() == 0 else "refused")
    yield Special("sparse-zeros", _sparse)
    yield Special("sparse-tail", _sparse_tail, "any")
    for name, change in (
        ("grows", _grow), ("shrinks", _shrink), ("pulses", _pulse), ("rewritten", _rewrite), ("vanishes", _vanish)
    ):  # fmt: skip
        yield Special(name, _changing(change), "any")
    between: dict[str, Callable[[Path], None]] = {
        "vanished": Path.unlink, "became-fifo": _become_fifo, "became-folder": _become_folder,
        "became-zero-device": _become_link("/dev/zero"), "became-loop": _become_link("clip.wav"),
        "became-empty": _become(b""), "became-text": _become(b"no media any more\n" * 99),
        "became-playlist": _become(b"#EXTM3U\ncanary.wav\n"),
        "became-picture": _become(b"\x89PNG\r\n\x1a\n" + bytes(99)),
        "became-cut": lambda path: os.truncate(path, 60),
    }  # fmt: skip
    for name, after in between.items():
        kind: Expected = "any" if name == "became-cut" else "refused"
        yield Special(name, lambda folder, _: _file(folder), kind, after)
    for name, raw in _NAMES.items():
        yield Special(f"name-{name}", _named(raw), "decoded")
