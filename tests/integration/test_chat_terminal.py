"""The chat at a real terminal: what is asked first, what is on screen, and when."""

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from fcntl import ioctl

import pytest
from tests.talking_clip import talking_clip

LATE_S = 60
WIDTH = 60


class Screen:
    """What a process writes to a terminal, and somebody who types there."""

    def __init__(self, keyboard, process):
        self.keyboard, self.process = keyboard, process
        self.text = ""

    def wait_for(self, text):
        """Read until ``text`` is there; returns all so far, without how it is styled."""
        until = time.monotonic() + LATE_S
        while text not in self.plain:
            assert self._read(until), self.plain
        return self.plain

    def type(self, text):
        os.write(self.keyboard, text.encode())

    def end(self):
        """Read all; returns the exit status."""
        while self._read(time.monotonic() + LATE_S):
            pass
        return self.process.wait(LATE_S)

    @property
    def plain(self):
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.text).replace("\r", "")

    def _read(self, until):
        ready, _, _ = select.select([self.keyboard], [], [], max(0.0, until - time.monotonic()))
        assert ready, f"too late; there is: {self.plain!r}"
        try:
            found = os.read(self.keyboard, 4096)
        except OSError:  # the other end is closed, as Linux says it
            return False
        self.text += found.decode(errors="replace")
        return bool(found)


@contextmanager
def at_a_terminal(folder, *arguments, **environment):
    """Run ``emer chat`` at a terminal of its own."""
    keyboard, its = pty.openpty()
    ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, WIDTH, 0, 0))
    own = {k: v for k, v in os.environ.items() if k not in {"EMER_PURPOSE", "COLUMNS", "LINES"}}
    own |= {
        "EMER_DATA_DIR": str(folder / "data"), "EMER_CACHE_DIR": str(folder / "cache"),
        "EMER_CONFIG": os.devnull, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "emer", "chat", *map(str, arguments)], stdin=its, stdout=its,
        stderr=its, env=own | environment, start_new_session=True,
    )  # fmt: skip
    os.close(its)
    try:
        yield Screen(keyboard, process)
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return talking_clip(tmp_path_factory.mktemp("clip"))


def test_who_is_asked_for_the_purpose_can_talk_afterwards(clip, tmp_path):
    with at_a_terminal(tmp_path, clip) as screen:
        asked = screen.wait_for("purpose: ")
        question = asked.partition("What are your")[2]
        assert all(len(line) <= WIDTH for line in asked.splitlines())
        for word in ("accessibility", "unspecified", "prohibited", "Art."):
            assert word in question, "a word was broken at the edge"
        screen.type("research\n")
        screen.wait_for("starting ...")
        screen.wait_for("A machine answers")
        screen.wait_for("\n?")
        screen.type("/quit\r")
        assert screen.end() == 0
        assert "Error" not in screen.plain
        assert "UnsupportedOperation" not in screen.plain


def test_at_a_terminal_something_is_said_before_anything_slow_is_done(clip, tmp_path):
    with at_a_terminal(tmp_path, clip, EMER_PURPOSE="research") as screen:
        before = screen.wait_for("A machine answers")
        assert before.index("starting ...") < before.index(clip.name)


def test_a_quiet_chat_shows_neither_notice_nor_progress(clip, tmp_path):
    with at_a_terminal(tmp_path, clip, "-q") as screen:
        screen.wait_for("A machine answers")
        screen.wait_for("\n?")
        screen.type("What was said?\r")
        screen.wait_for("wonderful")
        screen.type("/quit\r")
        assert screen.end() == 0
    for said in ("starting", "looking at", "purpose", "This analysis"):
        assert said not in screen.plain


def test_messages_at_a_terminal_break_between_words(clip, tmp_path):
    with at_a_terminal(tmp_path, clip, "--purpose", "workplace") as screen:
        assert screen.end() == 2
    lines = screen.plain.splitlines()
    assert len(lines) > 1
    assert all(len(line) <= WIDTH for line in lines)
    assert "If one of these is the reason, and you can show it" in " ".join(lines)


def test_elsewhere_a_message_is_one_line(capfd):
    from emer.agent.saying import notice

    notice("word " * 100)
    assert len(capfd.readouterr().err.splitlines()) == 1
