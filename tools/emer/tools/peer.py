"""Asks a model behind an OpenAI-compatible address about pictures and sound.

Reads    JPEG pictures, 16 kHz mono sound
Returns  its words, cleaned and cut; nothing in them is acted upon
Raises   ``PeerTrouble``
Cost     whatever the server takes; at most ``PATIENCE_S``

Redirects are not followed and proxies of the environment are not used: what was recorded goes to
the address that the user set, and nowhere else.
"""

import base64
import io
import time
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from emer.tools.media.subtitles import clean
from emer.tools.quiet import import_quietly

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PATIENCE_S: Final = 120.0
MAX_ANSWER_BYTES: Final = 1_000_000
TRIES: Final = 3
WAIT_S: Final = 1.0
"""Before the second try; twice as long before the third, and no longer than the server asks for."""
MOST_WAIT_S: Final = 20.0
MAX_TEXT: Final = 1000
_AGAIN: Final = frozenset({408, 409, 429, 500, 502, 503, 504})


class PeerTrouble(Exception):  # noqa: N818 - reads as what happened
    """No usable answer came; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Where the model is, and what it is called there."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """Name of the machine that pictures and sound are sent to."""
        return urlsplit(self.url).hostname or "?"


def ask(
    peer: Peer,
    prompt: str,
    jpegs: Sequence[bytes],
    sound: "NDArray[np.float32]",
    *,
    rate_hz: int = 16_000,
    wait_s: float = WAIT_S,
) -> str:
    """Return what the model says.

    Args:
        peer: Whom to ask.
        prompt: The question; ours, with nothing of the media in it.
        jpegs: Pictures in time order.
        sound: Shape ``(samples,)``, -1..1; empty: none is sent.
        rate_hz: Of the sound.
        wait_s: Before the second try.

    Raises:
        PeerTrouble: No answer, none that can be used, or a refusal.
    """
    httpx = import_quietly("httpx")
    body = {
        "model": peer.model, "temperature": 0, "max_tokens": 400,
        "messages": [{"role": "user", "content": _parts(prompt, jpegs, sound, rate_hz)}],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {peer.key}"} if peer.key else {}
    with httpx.Client(timeout=PATIENCE_S, follow_redirects=False, trust_env=False) as client:
        for left in reversed(range(TRIES)):
            try:
                status, raw, asked_s = _posted(client, peer, body, headers)
            except httpx.HTTPError as error:
                if left and not isinstance(error, httpx.TimeoutException):
                    time.sleep(wait_s)
                    continue
                raise PeerTrouble(f"{peer.host} does not answer ({type(error).__name__})") from None
            if status in _AGAIN and left:
                time.sleep(min(MOST_WAIT_S, max(asked_s, wait_s * 2 ** (TRIES - 1 - left))))
                continue
            if status != 200:
                raise PeerTrouble(f"{peer.host} answers with status {status}")
            return _text(raw, peer)
    raise PeerTrouble(f"{peer.host} gave no answer")


def _posted(
    client: Any,  # noqa: ANN401 - imported late
    peer: Peer,
    body: dict[str, Any],
    headers: dict[str, str],
) -> tuple[int, bytes, float]:
    """Return the status, the bounded body, and for how many seconds the server asks to wait."""
    url = peer.url.rstrip("/") + "/chat/completions"
    with client.stream("POST", url, json=body, headers=headers) as response:
        raw = b""
        for piece in response.iter_bytes():
            raw += piece
            if len(raw) > MAX_ANSWER_BYTES:
                raise PeerTrouble(f"{peer.host} answers with more than a megabyte")
        after = response.headers.get("retry-after", "")
        return response.status_code, raw, float(after) if after.isdigit() else 0.0


def _text(raw: bytes, peer: Peer) -> str:
    import json

    try:
        said = json.loads(raw)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise PeerTrouble(f"{peer.host} answers in another form than the protocol's") from None
    if not isinstance(said, str):
        raise PeerTrouble(f"{peer.host} answers without words")
    text = clean(said)
    if not text:
        raise PeerTrouble("it has nothing to say")
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 3].rstrip()}..."


def _parts(
    prompt: str, jpegs: Sequence[bytes], sound: "NDArray[np.float32]", rate_hz: int
) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"type": "text", "text": prompt}]
    for jpeg in jpegs:
        coded = base64.b64encode(jpeg).decode()
        parts.append({"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{coded}"}})
    if len(sound):
        coded = base64.b64encode(_wav(sound, rate_hz)).decode()
        parts.append({"type": "input_audio", "input_audio": {"data": coded, "format": "wav"}})
    return parts


def _wav(sound: "NDArray[np.float32]", rate_hz: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes((sound.clip(-1.0, 32767 / 32768) * 32768.0).astype("<i2").tobytes())
    return file.getvalue()
