"""A headless Chromium for tests of pages, without any network.

Playwright talks to it through a pipe, so no socket is opened; whatever a page asks for beyond its
own file is written down.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required", "--mute-audio",
)  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


def executable() -> str | None:
    """Return where Chromium is, if it is anywhere."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    """Give a running browser context; ``profile`` is a new folder for what it keeps."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=executable(), headless=True, args=list(FLAGS),
            env={"HOME": str(profile), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        try:
            yield context
        finally:
            context.close()


def until(page: Any, expression: str, timeout_s: float = 20.0) -> None:
    """Wait until an expression is true on a page; its policy forbids playwright's own way."""
    end_s = time.monotonic() + timeout_s
    while not page.evaluate(expression):
        assert time.monotonic() < end_s, f"still not: {expression}"
        page.wait_for_timeout(20)


class Watched:
    """A page of a browser context, and everything that went wrong on it."""

    def __init__(self, context: Any, **options: Any) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.page = context.new_page()
        self.page.set_viewport_size(options.get("viewport", DESKTOP))
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._request)
        self.page.on("dialog", self._dialog)

    def open(self, path: Path) -> Any:
        """Load a page from its file."""
        self.page.goto(path.as_uri())
        return self.page

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.requests.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()
