"""Speech recognition with faster-whisper, from weights that are already on this disk.

Reads    16 kHz mono sound where somebody speaks
Returns  ``Heard`` segments with word times, those that are not credible marked
Cost     about 5 s to load; a tenth to twice the length of the speech on a CPU, by model size
Source   Radford et al. 2023, arXiv:2212.04356; https://github.com/SYSTRAN/faster-whisper

Nothing is ever fetched: every file that faster-whisper would look for on the network is checked
for first.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import TimeSpan
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.media.subtitles import clean
from emer.tools.quiet import import_quietly
from emer.tools.quiet_points import quietest_s
from emer.tools.readings import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Device = Literal["auto", "cpu", "cuda"]

CACHED: Final = (
    "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "Systran/faster-whisper-large-v3",
    "Systran/faster-whisper-large-v2",
    "Systran/faster-whisper-medium",
    "Systran/faster-whisper-small",
    "Systran/faster-whisper-base",
    "Systran/faster-whisper-tiny",
)
"""Multilingual models that are looked for in the local Hugging Face cache, best first."""
FILES: Final = ("model.bin", "config.json", "tokenizer.json")
"""Without its tokenizer a model folder would send faster-whisper to the network."""
CHUNK_S: Final = 28.0
"""Whisper hears 30 s at a time; neighbouring stretches of speech share a chunk."""
LONGEST_CHUNK_S: Final = 300.0
MARGIN_S: Final = 0.2
MAX_NO_SPEECH: Final = 0.6
MIN_LOGPROB: Final = -1.0
MAX_COMPRESSION: Final = 2.4
"""Radford et al. 2023, section 4.5: signs of invented or looping text."""
MAX_NEW_TOKENS: Final = 224
"""Half of Whisper's context, as in its own decoder: 30 s of the fastest speech need fewer."""
MAX_REPEATS: Final = 2
"""The same segment more often in a row is a loop."""
SLACK_S: Final = 0.3
"""Word times of Whisper are this loose; a word farther from all speech was invented."""
LEAST_S: Final = 0.02
"""Resolution of Whisper's times."""
HEAD_BYTES: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class Heard:
    """One recognised segment, on the media's clock."""

    start_s: float
    end_s: float
    text: str
    language: str
    words: tuple[Word, ...]
    score: float
    doubt: str = ""
    """Why it is not credible; empty if it is."""


@dataclass(frozen=True, slots=True)
class WhisperWeights:
    """A folder of weights, with what the evidence must say about it."""

    folder: Path
    name: str
    revision: str


def find_weights(model: str | Path | None, cache: Path | None) -> WhisperWeights:
    """Return the weights asked for, or the best multilingual ones in the local cache.

    Raises:
        ToolUnavailable: They are not on this disk, or not complete.
    """
    if model is not None and Path(model).is_dir():
        folder = Path(model)
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise _unavailable(f"the folder of weights lacks {', '.join(missing)}")
        return WhisperWeights(folder, folder.resolve().name, _fingerprint(folder / "model.bin"))
    wanted = CACHED if model is None else (_repository(str(model)),)
    hub = import_quietly("huggingface_hub")
    for repository in wanted:
        found = [hub.try_to_load_from_cache(repository, name, cache_dir=cache) for name in FILES]
        if all(isinstance(f, str) for f in found):
            folder = Path(found[0]).parent
            return WhisperWeights(folder, repository, folder.name)
    what = "no Whisper weights are" if model is None else f"the Whisper weights {model} are not"
    raise _unavailable(f"{what} in the local cache")


def _repository(model: str) -> str:
    return model if "/" in model else f"Systran/faster-whisper-{model}"


def _fingerprint(path: Path) -> str:
    """Hash size and head: whole weights of gigabytes would take longer than the speech."""
    digest = hashlib.sha256(str(path.stat().st_size).encode())
    with path.open("rb") as file:
        digest.update(file.read(HEAD_BYTES))
    return f"head-{digest.hexdigest()[:12]}"


def _unavailable(reason: str) -> ToolUnavailable:
    return ToolUnavailable(
        "asr",
        reason,
        remedy=(
            "Put a .srt or .vtt file of the same name beside the media, or embed subtitles in it,"
            " or place faster-whisper weights in the local Hugging Face cache."
        ),
    )


class Whisper:
    """A loaded model."""

    def __init__(self, weights: WhisperWeights, *, device: Device = "auto") -> None:
        """Load ``weights``.

        Raises:
            ToolUnavailable: They cannot be loaded on this device.
        """
        faster_whisper = import_quietly("faster_whisper")
        if device == "auto":
            ctranslate2 = import_quietly("ctranslate2")
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        self.weights = weights
        try:
            self._model: Any = faster_whisper.WhisperModel(
                str(weights.folder),
                device=device,
                compute_type="int8" if device == "cpu" else "float16",
                local_files_only=True,
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise _unavailable(f"the weights {weights.name} cannot be loaded ({error})") from error

    def listen(
        self, track: Soundtrack, speech: list[TimeSpan], language: str | None
    ) -> Iterator[Heard]:
        """Transcribe ``speech`` of ``track``, in time order.

        Args:
            track: The soundtrack.
            speech: Stretches of speech in time order, without overlap.
            language: Two-letter code, else it is detected once, where speech is longest.
        """
        chunks = list(chunked(speech, track))
        if language is None or language not in self._model.supported_languages:
            language = self._detected(track, chunks)
        before: list[str] = []
        for chunk in chunks:
            here = [s for s in speech if s.overlaps(chunk)]
            for heard in self._chunk(track.read(chunk), chunk, language):
                kept = _inside(heard, here)
                if kept is None:
                    continue
                folded = "".join(c for c in kept.text.casefold() if c.isalnum())
                loop = before[-MAX_REPEATS:] == [folded] * MAX_REPEATS
                before = [*before[-MAX_REPEATS:], folded]
                yield _doubted(kept, "it repeats itself") if loop else kept

    def _detected(self, track: Soundtrack, chunks: list[TimeSpan]) -> str:
        longest = max(chunks, key=lambda c: c.duration_s)
        language, _, _ = self._model.detect_language(track.read(longest))
        return str(language)

    def _chunk(
        self, sound: "NDArray[np.float32]", chunk: TimeSpan, language: str
    ) -> Iterator[Heard]:
        segments, _ = self._model.transcribe(
            sound,
            language=language,
            temperature=0.0,
            max_new_tokens=MAX_NEW_TOKENS,
            condition_on_previous_text=False,
            vad_filter=False,
            word_timestamps=True,
            no_speech_threshold=MAX_NO_SPEECH,
            log_prob_threshold=MIN_LOGPROB,
            compression_ratio_threshold=MAX_COMPRESSION,
        )
        for segment in segments:
            yield from heard_of(segment, chunk, language)


def heard_of(
    segment: Any,  # noqa: ANN401 - faster-whisper carries no types
    chunk: TimeSpan,
    language: str,
) -> Iterator[Heard]:
    """Bring one segment of faster-whisper onto the media's clock; nothing if it holds no word."""
    last_s = chunk.start_s
    words: list[Word] = []
    pieces: list[str] = []
    for word in segment.words or ():
        start_s = min(max(last_s, chunk.start_s + float(word.start)), chunk.end_s)
        end_s = last_s = min(max(start_s, chunk.start_s + float(word.end)), chunk.end_s)
        if text := readable(word.word):
            score = min(1.0, max(0.0, float(word.probability)))
            words.append(Word(text=text, start_s=start_s, end_s=end_s, score=score))
            pieces.append(word.word)
    text = readable("".join(pieces)) if words else readable(segment.text)
    start_s = words[0].start_s if words else chunk.start_s + float(segment.start)
    end_s = words[-1].end_s if words else chunk.start_s + float(segment.end)
    start_s = max(chunk.start_s, start_s)
    end_s = min(chunk.end_s, max(end_s, start_s + LEAST_S))
    if not text or end_s - start_s < LEAST_S / 2:
        return
    score = math.exp(min(0.0, float(segment.avg_logprob)))
    doubt = _doubt(segment)
    yield Heard(start_s, end_s, text, language, tuple(words), score, doubt)


def readable(raw: str) -> str:
    """Return ``raw`` without control characters and without the remains of split characters."""
    return clean(raw.replace("\ufffd", ""))


def _doubt(segment: Any) -> str:  # noqa: ANN401
    if float(segment.compression_ratio) > MAX_COMPRESSION:
        return "it repeats itself"
    if float(segment.avg_logprob) < MIN_LOGPROB:
        silent = float(segment.no_speech_prob) > MAX_NO_SPEECH
        return "it is probably no speech" if silent else "the recogniser itself finds it unlikely"
    return ""


def _doubted(heard: Heard, doubt: str) -> Heard:
    return Heard(
        heard.start_s, heard.end_s, heard.text, heard.language, heard.words, heard.score, doubt
    )


def _inside(heard: Heard, speech: Iterable[TimeSpan]) -> Heard | None:
    """Drop words that lie outside all speech; ``None`` if no word is left."""
    near = [(s.start_s - SLACK_S, s.end_s + SLACK_S) for s in speech]

    def spoken(start_s: float, end_s: float) -> bool:
        return any(a <= (start_s + end_s) / 2 <= b for a, b in near)

    if not heard.words:
        return heard if spoken(heard.start_s, heard.end_s) else None
    kept = tuple(w for w in heard.words if spoken(w.start_s, w.end_s))
    if len(kept) == len(heard.words):
        return heard
    if not kept or kept[-1].end_s - kept[0].start_s < LEAST_S / 2:
        return None
    glue = " " if " " in heard.text else ""
    text = glue.join(w.text for w in kept)
    return Heard(
        kept[0].start_s, kept[-1].end_s, text, heard.language, kept, heard.score, heard.doubt
    )


def chunked(speech: Iterable[TimeSpan], track: Soundtrack) -> Iterator[TimeSpan]:
    """Group neighbouring stretches into chunks with a margin, none longer than five minutes."""
    groups: list[TimeSpan] = []
    for span in (p for s in speech for p in _halved(s, track)):
        if groups and span.end_s - groups[-1].start_s <= CHUNK_S:
            groups[-1] = TimeSpan(start_s=groups[-1].start_s, end_s=span.end_s)
        else:
            groups.append(span)
    for k, group in enumerate(groups):
        least_s = groups[k - 1].end_s if k else track.start_s
        most_s = groups[k + 1].start_s if k + 1 < len(groups) else track.end_s
        start_s = max(least_s, track.start_s, group.start_s - MARGIN_S)
        end_s = min(most_s, track.end_s, group.end_s + MARGIN_S)
        if end_s > start_s:
            yield TimeSpan(start_s=start_s, end_s=end_s)


def _halved(span: TimeSpan, track: Soundtrack) -> Iterator[TimeSpan]:
    while span.duration_s > LONGEST_CHUNK_S:
        last_s = span.start_s + LONGEST_CHUNK_S
        cut_s = quietest_s(track, last_s - CHUNK_S, last_s)
        yield TimeSpan(start_s=span.start_s, end_s=cut_s)
        span = TimeSpan(start_s=cut_s, end_s=span.end_s)
    yield span
